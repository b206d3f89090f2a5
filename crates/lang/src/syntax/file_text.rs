use std::borrow::Cow;

/// The bytes of a file as text, whatever they are.
///
/// Every byte that is no part of a character in UTF-8 is replaced by one and the same character of one byte that the
/// file has no use for, so that all places stay where they are.
#[derive(Clone, Debug)]
pub struct FileText<'b> {
    text: Cow<'b, str>,
    undecodable: Option<char>,
}

impl<'b> FileText<'b> {
    /// Returns the text of a file.
    pub fn of(bytes: &'b [u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Self { text: Cow::Borrowed(text), undecodable: None };
        }
        let controls = (1..b' ').filter(|it| !it.is_ascii_whitespace());
        // A file that uses all of them is no text either way.
        let stand_in = char::from(controls.clone().find(|it| !bytes.contains(it)).unwrap_or(1));
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| stand_in));
        }
        Self { text: Cow::Owned(text), undecodable: Some(stand_in) }
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what stands for bytes that are no text; `None` when there are none.
    pub fn undecodable(&self) -> Option<char> {
        self.undecodable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_where_they_are() {
        let check = |bytes: &[u8], expected: &str| {
            let file = FileText::of(bytes);
            assert_eq!(file.text(), expected, "{bytes:?}");
            assert_eq!(file.text().len(), bytes.len());
            assert_eq!(file.undecodable().is_none(), std::str::from_utf8(bytes).is_ok());
        };
        check("ä\u{1}".as_bytes(), "ä\u{1}");
        check(b"a\xff\xfeb", "a\u{1}\u{1}b");
        check(b"\x01\xffb", "\u{1}\u{2}b");
        check(b"\xe3\x81A", "\u{1}\u{1}A");
    }
}
