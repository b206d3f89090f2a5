use std::borrow::Cow;

/// The bytes of a file as text, whatever they are.
///
/// In native syntax, every byte that is no part of a character in UTF-8 is replaced by one and the same character of one
/// byte that the file has no use for, so that all places stay where they are. In JSON it is replaced by the character
/// that stands for such bytes, as in Terraform.
#[derive(Clone, Debug)]
pub struct FileText<'b> {
    text: Cow<'b, str>,
    undecodable: Option<char>,
}

impl<'b> FileText<'b> {
    /// Returns the text of a file.
    pub fn of(file: &str, bytes: &'b [u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Self { text: Cow::Borrowed(text), undecodable: None };
        }
        if is_json(file) {
            return Self { text: replaced(bytes, char::REPLACEMENT_CHARACTER), undecodable: None };
        }
        let controls = (1..b' ').filter(|it| !it.is_ascii_whitespace());
        // A file that uses all of them is no text either way.
        let stand_in = char::from(controls.clone().find(|it| !bytes.contains(it)).unwrap_or(1));
        Self { text: replaced(bytes, stand_in), undecodable: Some(stand_in) }
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Tells whether all the bytes are text.
    pub fn is_exact(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
    }

    /// Returns what stands for bytes that are no text and no part of a value; `None` when there are none.
    pub(super) fn undecodable(&self) -> Option<char> {
        self.undecodable
    }
}

/// Tells whether a file is written in JSON.
pub(super) fn is_json(file: &str) -> bool {
    file.ends_with(".json")
}

fn replaced(bytes: &[u8], stand_in: char) -> Cow<'_, str> {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| stand_in));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_where_they_are() {
        let check = |bytes: &[u8], expected: &str| {
            let file = FileText::of("a.tf", bytes);
            assert_eq!(file.text(), expected, "{bytes:?}");
            assert_eq!(file.text().len(), bytes.len());
            assert_eq!(file.undecodable().is_none(), std::str::from_utf8(bytes).is_ok());
            assert_eq!(file.undecodable().is_none(), file.is_exact());
        };
        check("ä\u{1}".as_bytes(), "ä\u{1}");
        check(b"a\xff\xfeb", "a\u{1}\u{1}b");
        check(b"\x01\xffb", "\u{1}\u{2}b");
        check(b"\xe3\x81A", "\u{1}\u{1}A");
    }

    #[test]
    fn json_has_a_character_for_what_is_none() {
        let file = FileText::of("a.tf.json", b"\"\xff\xe3\x81A\"");
        assert_eq!(file.text(), "\"\u{fffd}\u{fffd}\u{fffd}A\"");
        assert!(file.undecodable().is_none() && !file.is_exact());
    }
}
