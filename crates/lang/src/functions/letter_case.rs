//! Upper, lower and title case, one character for one.
//!
//! Terraform maps each character to a single other one, where Unicode's full mapping may give several: "ß" has no
//! upper case here.

pub(super) fn lower(text: &str) -> String {
    text.chars().map(lower_character).collect()
}

pub(super) fn upper(text: &str) -> String {
    text.chars().map(upper_character).collect()
}

/// Puts the first character of every word into title case and leaves the others as they are.
pub(super) fn title(text: &str) -> String {
    let mut previous = ' ';
    let titled = text.chars().map(|character| {
        let first = separates(previous);
        previous = character;
        if first { title_character(character) } else { character }
    });
    titled.collect()
}

fn separates(character: char) -> bool {
    if character.is_ascii() {
        !character.is_ascii_alphanumeric() && character != '_'
    } else {
        character.is_whitespace()
    }
}

fn lower_character(character: char) -> char {
    let mut lower = character.to_lowercase();
    // Only "İ" becomes two, an "i" and a dot.
    lower.next().unwrap_or(character)
}

fn upper_character(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => upper_of_iota_subscript(character),
    }
}

/// Greek letters with an iota subscript have a single upper case letter although the full mapping gives two.
fn upper_of_iota_subscript(character: char) -> char {
    let code = u32::from(character);
    let upper = match code {
        0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7 => code + 8,
        0x1FB3 | 0x1FC3 | 0x1FF3 => code + 9,
        _ => code,
    };
    char::from_u32(upper).unwrap_or(character)
}

fn title_character(character: char) -> char {
    match character {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        // Georgian sentences begin like any other word, although the letters have an upper case.
        'ა'..='ჿ' => character,
        _ => upper_character(character),
    }
}

#[cfg(test)]
mod tests {
    use super::{lower, title, upper};

    #[test]
    fn maps_one_to_one() {
        for (text, expected) in [("ÀÉ", "àé"), ("İ", "i"), ("ΑΣ", "ασ"), ("aB1", "ab1")] {
            assert_eq!(lower(text), expected, "for {text}");
        }
        for (text, expected) in [("straße", "STRAßE"), ("ﬁ", "ﬁ"), ("ᾳᾀ", "ᾼᾈ"), ("ǆ", "Ǆ")] {
            assert_eq!(upper(text), expected, "for {text}");
        }
        let titles = [("it's a1b 2c", "It'S A1b 2c"), ("ǆungla", "ǅungla"), ("a_b é", "A_b É"), ("", "")];
        for (text, expected) in titles {
            assert_eq!(title(text), expected, "for {text}");
        }
    }
}
