//! Strings that hold structured data.

use rinfra_lang::functions::decode_yaml;
use rinfra_value::{Value, json};

/// Returns what a text holds if it is a JSON object or array.
pub(super) fn json(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok().map(|it| json::decode_implied(&it))
}

/// Returns what two YAML documents of several lines hold, if that tells all there is to tell: when only the layout or
/// a comment changes, such as the first line of a cloud-init file, the lines say more.
pub(super) fn yaml_pair(before: &str, after: &str) -> Option<(Value, Value)> {
    if !(before.trim_end().contains('\n') && after.trim_end().contains('\n'))
        || comments(before) != comments(after)
    {
        return None;
    }
    let (old, new) = (yaml(before)?, yaml(after)?);
    (old != new).then_some((old, new))
}

/// Returns what a text holds if it is a YAML mapping or sequence.
fn yaml(text: &str) -> Option<Value> {
    let value = decode_yaml(text).ok()?;
    (value.entries().is_some() || value.elements().is_some()).then_some(value)
}

/// Returns what stands behind the number signs of a text, which decoding drops.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|it| it.find('#').map(|at| it[at..].trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_told_from_texts() {
        let check = |before: &str, after: &str, expected: bool| {
            assert_eq!(yaml_pair(before, after).is_some(), expected, "{before:?} {after:?}");
        };
        check("a: 1\nb: 2\n", "a: 1\nb: 3\n", true);
        check("- 1\n- 2\n", "- 1\n- 2\n- 3\n", true);
        check("a: 1\nb: 2\n", "a:   1\nb: 2\n", false);
        check("# x\na: 1\nb: 2\n", "# y\na: 1\nb: 3\n", false);
        check("a: 1\nb: 2 # x\n", "a: 2\nb: 2\n", false);
        check("a: 1\n", "a: 2\n", false);
        check("one\ntwo\n", "one\nthree\n", false);
        check("a: 1\nb: 2\n", "[section]\nkey = 1\n", false);
        check("a: 1\n---\nb: 2\n", "a: 1\n---\nb: 3\n", false);
    }
}
