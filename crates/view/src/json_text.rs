use serde_json::Value;

/// Returns JSON on one line.
pub fn json_line(json: &Value) -> String {
    format!("{}\n", escaped(&json.to_string()))
}

/// Returns JSON on many lines.
pub fn json_lines(json: &Value) -> String {
    format!("{}\n", escaped(&format!("{json:#}")))
}

/// Returns a JSON text with the characters as escape sequences that Terraform writes so: those with a meaning in
/// HTML or JavaScript. They stand in strings only.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_written_as_terraform_does() {
        let json = json!({"a<b>": ["&\u{2028}\u{2029}", "é\"\u{1}\u{7f}"], "c": []});
        let line = "{\"a\\u003cb\\u003e\":[\"\\u0026\\u2028\\u2029\",\"é\\\"\\u0001\u{7f}\"],\"c\":[]}\n";
        assert_eq!(json_line(&json), line);
        let lines = "{\n  \"a\\u003cb\\u003e\": [\n    \"\\u0026\\u2028\\u2029\",\n    \"é\\\"\\u0001\u{7f}\"\n  ],\n  \"c\": []\n}\n";
        assert_eq!(json_lines(&json), lines);
    }
}
