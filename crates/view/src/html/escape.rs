//! Text as HTML.

/// Returns a text as it is written in HTML, in an element or an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            it if it.is_control() => escaped.push('\u{fffd}'),
            it => escaped.push(it),
        }
    }
    escaped
}

/// Returns a text with escape sequences for colours as HTML: what they dress becomes elements with classes.
pub(crate) fn dressed(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut html = escape(parts.next().unwrap_or_default());
    let mut depth = 0_usize;
    for part in parts {
        // Nothing else than our own sequences begins so: what values hold is made visible before.
        let Some((code, rest)) = part.strip_prefix('[').and_then(|it| it.split_once('m')) else {
            html.push_str(&escape(part));
            continue;
        };
        match class(code) {
            Some(class) => {
                html.push_str(&format!("<span class=\"{class}\">"));
                depth += 1;
            }
            None if depth > 0 => {
                html.push_str("</span>");
                depth -= 1;
            }
            None => {}
        }
        html.push_str(&escape(rest));
    }
    html + &"</span>".repeat(depth)
}

fn class(code: &str) -> Option<&'static str> {
    Some(match code {
        "1" => "bold",
        "90" => "faint",
        "32" => "green",
        "31" => "red",
        "33" => "yellow",
        "36" => "cyan",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_an_element_by_itself() {
        assert_eq!(escape("<a href=\"x\">'&\u{7}\n"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\u{fffd}\n");
        let check = |given: &str, expected: &str| assert_eq!(dressed(given), expected, "{given:?}");
        check("a\u{1b}[31m<b>\u{1b}[0mc", "a<span class=\"red\">&lt;b&gt;</span>c");
        check(
            "\u{1b}[1m\u{1b}[32ma\u{1b}[0m\u{1b}[0m",
            "<span class=\"bold\"><span class=\"green\">a</span></span>",
        );
        check("\u{1b}[1ma", "<span class=\"bold\">a</span>");
        check("\u{1b}[0ma\u{1b}b<", "ab&lt;");
    }
}
