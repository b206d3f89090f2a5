use rinfra_lang::{print, syntax};
use rinfra_value::Value;

/// Returns a text in quotes, with whatever cannot be printed written as an escape sequence.
pub(crate) fn quoted(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(|line| print::value(&Value::string(line))).collect();
    let bare: Vec<_> = lines.iter().map(|it| it.trim_start_matches('"')).collect();
    let bare: Vec<_> = bare.iter().map(|it| it.strip_suffix('"').unwrap_or(it)).collect();
    format!("\"{}\"", bare.join("\\n"))
}

/// Returns the name of an attribute, in quotes where the language would need them.
pub(crate) fn name(name: &str) -> String {
    if syntax::is_name(name) { name.to_owned() } else { quoted(name) }
}

/// Returns a line of a text of several, with control characters made visible: they could otherwise tell the
/// terminal anything.
pub(crate) fn line(line: &str) -> String {
    let visible = |it: char| match it {
        '\t' => "\t".to_owned(),
        it if it.is_control() => it.escape_default().to_string(),
        it => it.to_string(),
    };
    line.chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::{line, name, quoted};

    #[test]
    fn texts_are_quoted() {
        let check = |given: &str, expected: &str| assert_eq!(quoted(given), expected);
        check("", r#""""#);
        check("a\"b", r#""a\"b""#);
        check("\"", r#""\"""#);
        check("a\n\"b\"\n", r#""a\n\"b\"\n""#);
        check("\u{1b}[31m", r#""\x1b[31m""#);
        assert_eq!(name("a-b"), "a-b");
        assert_eq!(name("a b"), "\"a b\"");
        assert_eq!(line("a\tb\u{1b}[0m\r"), "a\tb\\u{1b}[0m\\r");
    }
}
