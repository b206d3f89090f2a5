//! Character sets by the names IANA gave them.

use encoding_rs::Encoding;

use super::code_page::CodePage;

/// A way of writing text as bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum CharacterSet {
    Ascii,
    Latin1,
    /// Latin 1 with six Turkish letters.
    Latin5,
    Utf16(ByteOrder),
    Page(&'static CodePage),
    /// One that browsers know.
    Web(&'static Encoding, &'static str),
}

/// Which byte of two comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Big,
    Little,
    /// A mark at the beginning says so; without one it is the first.
    Marked,
}

const ASCII: &[&str] = &[
    "us-ascii",
    "us",
    "ibm367",
    "cp367",
    "csascii",
    "ansi_x3.4-1968",
    "ansi_x3.4-1986",
    "iso-ir-6",
    "iso_646.irv:1991",
    "iso646-us",
];
const LATIN_1: &[&str] = &[
    "iso-8859-1",
    "iso_8859-1",
    "iso_8859-1:1987",
    "iso-ir-100",
    "latin1",
    "l1",
    "ibm819",
    "cp819",
    "csisolatin1",
];
const LATIN_5: &[&str] =
    &["iso-8859-9", "iso_8859-9", "iso_8859-9:1989", "iso-ir-148", "latin5", "l5", "csisolatin5"];
const TURKISH: [(u8, char); 6] =
    [(0xD0, 'Ğ'), (0xDD, 'İ'), (0xDE, 'Ş'), (0xF0, 'ğ'), (0xFD, 'ı'), (0xFE, 'ş')];

impl CharacterSet {
    /// Returns the set called `name`, in letters of either case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let is_one_of = |names: &[&str]| names.contains(&name.as_str());
        match name.as_str() {
            _ if is_one_of(ASCII) => Some(Self::Ascii),
            _ if is_one_of(LATIN_1) => Some(Self::Latin1),
            _ if is_one_of(LATIN_5) => Some(Self::Latin5),
            "utf-16" | "csutf16" => Some(Self::Utf16(ByteOrder::Marked)),
            "utf-16be" | "csutf16be" => Some(Self::Utf16(ByteOrder::Big)),
            "utf-16le" | "csutf16le" => Some(Self::Utf16(ByteOrder::Little)),
            "ms936" | "cp936" | "windows-936" | "csgbk" => Some(Self::Web(encoding_rs::GBK, "GBK")),
            "iso_8859-6-e" => web("iso-8859-6"),
            "iso_8859-8-i" => web("iso-8859-8-i"),
            "latin8" | "l8" | "iso-celtic" | "iso-ir-199" => web("iso-8859-14"),
            "latin-9" | "csiso885915" => web("iso-8859-15"),
            "latin10" | "l10" | "csiso885916" | "iso-ir-226" => web("iso-8859-16"),
            "cswindows1252" => web("windows-1252"),
            _ if is_only_for_browsers(&name) => None,
            _ => {
                if let Some(page) = CodePage::named(&name) {
                    return Some(Self::Page(page));
                }
                web(&name)
            }
        }
    }

    /// Returns the name for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ascii => "US-ASCII",
            Self::Latin1 => "ISO_8859-1:1987",
            Self::Latin5 => "ISO_8859-9:1989",
            Self::Utf16(ByteOrder::Marked) => "UTF-16",
            Self::Utf16(ByteOrder::Big) => "UTF-16BE",
            Self::Utf16(ByteOrder::Little) => "UTF-16LE",
            Self::Page(page) => page.name,
            Self::Web(_, name) => name,
        }
    }

    /// Returns the bytes of a text; `None` if it has characters that are not in the set.
    pub(super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
            Self::Latin1 => text.chars().map(|it| u8::try_from(u32::from(it)).ok()).collect(),
            Self::Latin5 => text.chars().map(latin_5_byte).collect(),
            Self::Utf16(order) => {
                let mark = (order == ByteOrder::Marked).then_some(0xFEFF);
                let units = mark.into_iter().chain(text.encode_utf16());
                let bytes = units.flat_map(|unit| match order {
                    ByteOrder::Little => unit.to_le_bytes(),
                    ByteOrder::Big | ByteOrder::Marked => unit.to_be_bytes(),
                });
                Some(bytes.collect())
            }
            Self::Page(page) => page.encode(text),
            Self::Web(_, name) if has_left_out(name, text) => None,
            Self::Web(encoding, _) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                (!unmappable).then(|| bytes.into_owned())
            }
        }
    }

    /// Returns the text that bytes are; `None` if they are none.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Ascii => bytes.is_ascii().then(|| bytes.iter().copied().map(char::from).collect()),
            Self::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
            Self::Latin5 => Some(bytes.iter().copied().map(latin_5_character).collect()),
            Self::Utf16(order) => decode_utf16(order, bytes),
            Self::Page(page) => Some(page.decode(bytes)),
            Self::Web(encoding, name) => encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .filter(|text| name.contains("JIS") || !has_left_out(name, text))
                .map(std::borrow::Cow::into_owned),
        }
        .filter(|text: &String| !text.contains(char::REPLACEMENT_CHARACTER))
    }
}

/// Returns a character set of browsers.
fn web(name: &str) -> Option<CharacterSet> {
    let encoding = Encoding::for_label_no_replacement(name.as_bytes())?;
    let unexpected = [encoding_rs::UTF_16BE, encoding_rs::UTF_16LE, encoding_rs::X_USER_DEFINED];
    (!unexpected.contains(&encoding)).then(|| CharacterSet::Web(encoding, encoding.name()))
}

/// Returns whether a text has characters of which only browsers think that they are in the set: they take bytes that
/// are not used for control characters, and the yen for a backslash.
fn has_left_out(name: &str, text: &str) -> bool {
    match name {
        "Shift_JIS" | "EUC-JP" | "ISO-2022-JP" => text.contains(['\u{80}', '¥', '‾']),
        _ if name.starts_with("ISO-8859-") || name.starts_with("windows-") => {
            text.contains(|it| ('\u{80}'..='\u{9F}').contains(&it))
        }
        _ => false,
    }
}

/// Names that IANA has not given, or has given to sets that browsers take for others.
fn is_only_for_browsers(name: &str) -> bool {
    const EXACT: &[&str] = &[
        "ascii",
        "unicode",
        "utf8",
        "unicode-1-1-utf-8",
        "unicode11utf8",
        "unicode20utf8",
        "replacement",
        "gb2312",
        "chinese",
        "gb_2312",
        "gb_2312-80",
        "csgb2312",
        "csiso58gb231280",
        "iso-ir-58",
        "windows-31j",
        "ms932",
        "sjis",
        "shift-jis",
        "korean",
        "ksc5601",
        "ksc_5601",
        "ks_c_5601-1987",
        "csksc56011987",
        "iso-ir-149",
        "l9",
        "tis-620",
        "dos-874",
        "iso-8859-11",
        "koi",
        "koi8",
        "koi8_r",
        "koi8-ru",
        "logical",
        "visual",
        "cn-big5",
        "big5-hkscs",
        "windows-949",
    ];
    EXACT.contains(&name) || ["x-", "cp125", "iso8859", "sun_eu"].iter().any(|it| name.starts_with(it))
}

fn latin_5_byte(character: char) -> Option<u8> {
    match TURKISH.iter().find(|(_, it)| *it == character) {
        Some((byte, _)) => Some(*byte),
        None => {
            u8::try_from(u32::from(character)).ok().filter(|byte| !TURKISH.iter().any(|(it, _)| it == byte))
        }
    }
}

fn latin_5_character(byte: u8) -> char {
    TURKISH.iter().find(|(it, _)| *it == byte).map_or(char::from(byte), |(_, character)| *character)
}

fn decode_utf16(order: ByteOrder, bytes: &[u8]) -> Option<String> {
    let (order, bytes) = match (order, bytes) {
        (ByteOrder::Marked, [0xFF, 0xFE, rest @ ..]) => (ByteOrder::Little, rest),
        (ByteOrder::Marked, [0xFE, 0xFF, rest @ ..]) => (ByteOrder::Big, rest),
        other => other,
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let units = pairs.iter().map(|pair| match order {
        ByteOrder::Little => u16::from_le_bytes(*pair),
        ByteOrder::Big | ByteOrder::Marked => u16::from_be_bytes(*pair),
    });
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::CharacterSet;

    #[test]
    fn writes_and_reads() {
        let cases: [(&str, &str, Option<&[u8]>); 12] = [
            ("US-ASCII", "abc", Some(b"abc")),
            ("US-ASCII", "é", None),
            ("ISO-8859-1", "é", Some(&[0xE9])),
            ("ISO-8859-1", "€", None),
            ("iso-8859-9", "ğÿ", Some(&[0xF0, 0xFF])),
            ("iso-8859-9", "ð", None),
            ("windows-1252", "€", Some(&[0x80])),
            ("UTF-16", "H", Some(&[0xFE, 0xFF, 0, b'H'])),
            ("UTF-16LE", "😀", Some(&[0x3D, 0xD8, 0x00, 0xDE])),
            ("KOI8-R", "П", Some(&[0xF0])),
            ("Shift_JIS", "日本", Some(&[0x93, 0xFA, 0x96, 0x7B])),
            ("UTF-8", "é", Some(&[0xC3, 0xA9])),
        ];
        for (name, text, bytes) in cases {
            let set = CharacterSet::named(name).unwrap();
            assert_eq!(set.encode(text).as_deref(), bytes, "for {text} in {name}");
            if let Some(bytes) = bytes {
                assert_eq!(set.decode(bytes).as_deref(), Some(text), "for {text} in {name}");
            }
        }
        assert!(CharacterSet::named("NOPE").is_none());
        for (name, bytes) in
            [("UTF-8", &[0x80][..]), ("UTF-16LE", &[0x3D, 0xD8]), ("UTF-16BE", &[0]), ("US-ASCII", &[0x80])]
        {
            assert!(CharacterSet::named(name).unwrap().decode(bytes).is_none(), "for {name}");
        }
    }
}
