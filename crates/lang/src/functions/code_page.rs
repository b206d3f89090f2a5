//! The character sets of the PC and of mainframes, which browsers do not know: one byte for each character.

/// A character set of one byte for each character.
#[derive(Debug)]
pub(super) struct CodePage {
    /// The name IANA gave it.
    pub(super) name: &'static str,
    /// Other names, in small letters.
    aliases: &'static [&'static str],
    /// The characters of all bytes, or of the upper half if the lower half is ASCII.
    characters: &'static str,
}

impl CodePage {
    /// Returns the page called `name`, which is in small letters.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        PAGES.iter().find(|it| it.name.eq_ignore_ascii_case(name) || it.aliases.contains(&name))
    }

    fn table(&self) -> Vec<char> {
        let given: Vec<char> = self.characters.chars().collect();
        let lower = (0..128_u8).map(char::from).take(256 - given.len());
        lower.chain(given.iter().copied()).collect()
    }

    /// Returns the bytes of a text; `None` if it has characters that are not in the set.
    pub(super) fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let table = self.table();
        let byte =
            |character| table.iter().position(|it| *it == character).and_then(|it| u8::try_from(it).ok());
        text.chars().map(byte).collect()
    }

    /// Returns the text that bytes are.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        let table = self.table();
        bytes.iter().map(|it| table[usize::from(*it)]).collect()
    }
}

#[rustfmt::skip]
const PAGES: &[CodePage] = &[
    CodePage {
        name: "IBM437",
        aliases: &["cp437", "437", "cspc8codepage437"],
        characters: "\
            ÇüéâäàåçêëèïîìÄÅ\
            ÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
            áíóúñÑªº¿⌐¬½¼¡«»\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}\
            ",
    },
    CodePage {
        name: "IBM850",
        aliases: &["cp850", "850", "cspc850multilingual"],
        characters: "\
            ÇüéâäàåçêëèïîìÄÅ\
            ÉæÆôöòûùÿÖÜø£Ø×ƒ\
            áíóúñÑªº¿®¬½¼¡«»\
            ░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
            └┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
            ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
            ÓßÔÒõÕµþÞÚÛÙýÝ¯´\
            \u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}\
            ",
    },
    CodePage {
        name: "IBM852",
        aliases: &["cp852", "852", "cspcp852"],
        characters: "\
            ÇüéâäůćçłëŐőîŹÄĆ\
            ÉĹĺôöĽľŚśÖÜŤťŁ×č\
            áíóúĄąŽžĘę¬źČş«»\
            ░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
            └┴┬├─┼Ăă╚╔╩╦╠═╬¤\
            đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
            ÓßÔŃńňŠšŔÚŕŰýÝţ´\
            \u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}\
            ",
    },
    CodePage {
        name: "IBM855",
        aliases: &["cp855", "855", "csibm855"],
        characters: "\
            ђЂѓЃёЁєЄѕЅіІїЇјЈ\
            љЉњЊћЋќЌўЎџЏюЮъЪ\
            аАбБцЦдДеЕфФгГ«»\
            ░▒▓│┤хХиИ╣║╗╝йЙ┐\
            └┴┬├─┼кК╚╔╩╦╠═╬¤\
            лЛмМнНоОп┘┌█▄Пя▀\
            ЯрРсСтТуУжЖвВьЬ№\
            \u{ad}ыЫзЗшШэЭщЩчЧ§■\u{a0}\
            ",
    },
    CodePage {
        name: "IBM00858",
        aliases: &["ccsid00858", "cp00858", "pc-multilingual-850+euro", "csibm00858"],
        characters: "\
            ÇüéâäàåçêëèïîìÄÅ\
            ÉæÆôöòûùÿÖÜø£Ø×ƒ\
            áíóúñÑªº¿®¬½¼¡«»\
            ░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
            └┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
            ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀\
            ÓßÔÒõÕµþÞÚÛÙýÝ¯´\
            \u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}\
            ",
    },
    CodePage {
        name: "IBM860",
        aliases: &["cp860", "860", "csibm860"],
        characters: "\
            ÇüéâãàÁçêÊèÍÔìÃÂ\
            ÉÀÈôõòÚùÌÕÜ¢£Ù₧Ó\
            áíóúñÑªº¿Ò¬½¼¡«»\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}\
            ",
    },
    CodePage {
        name: "IBM862",
        aliases: &["cp862", "862", "cspc862latinhebrew"],
        characters: "\
            \u{5d0}\u{5d1}\u{5d2}\u{5d3}\u{5d4}\u{5d5}\u{5d6}\u{5d7}\u{5d8}\u{5d9}\u{5da}\u{5db}\u{5dc}\u{5dd}\u{5de}\u{5df}\
            \u{5e0}\u{5e1}\u{5e2}\u{5e3}\u{5e4}\u{5e5}\u{5e6}\u{5e7}\u{5e8}\u{5e9}\u{5ea}¢£¥₧ƒ\
            áíóúñÑªº¿⌐¬½¼¡«»\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}\
            ",
    },
    CodePage {
        name: "IBM863",
        aliases: &["cp863", "863", "csibm863"],
        characters: "\
            ÇüéâÂà¶çêëèïî‗À§\
            ÉÈÊôËÏûù¤ÔÜ¢£ÙÛƒ\
            ¦´óú¨¸³¯Î⌐¬½¼¾«»\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}\
            ",
    },
    CodePage {
        name: "IBM865",
        aliases: &["cp865", "865", "csibm865"],
        characters: "\
            ÇüéâäàåçêëèïîìÄÅ\
            ÉæÆôöòûùÿÖÜø£Ø₧ƒ\
            áíóúñÑªº¿⌐¬½¼¡«¤\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}\
            ",
    },
    CodePage {
        name: "IBM037",
        aliases: &["cp037", "ebcdic-cp-us", "ebcdic-cp-ca", "ebcdic-cp-wt", "ebcdic-cp-nl", "csibm037"],
        characters: "\
            \u{0}\u{1}\u{2}\u{3}\u{9c}\u{9}\u{86}\u{7f}\u{97}\u{8d}\u{8e}\u{b}\u{c}\u{d}\u{e}\u{f}\
            \u{10}\u{11}\u{12}\u{13}\u{9d}\u{85}\u{8}\u{87}\u{18}\u{19}\u{92}\u{8f}\u{1c}\u{1d}\u{1e}\u{1f}\
            \u{80}\u{81}\u{82}\u{83}\u{84}\u{a}\u{17}\u{1b}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{5}\u{6}\u{7}\
            \u{90}\u{91}\u{16}\u{93}\u{94}\u{95}\u{96}\u{4}\u{98}\u{99}\u{9a}\u{9b}\u{14}\u{15}\u{9e}\u{1a}\
            \u{20}\u{a0}âäàáãåçñ¢.<(+|\
            &éêëèíîïìß!$*);¬\
            -/ÂÄÀÁÃÅÇÑ¦,%_>?\
            øÉÊËÈÍÎÏÌ`:#@'=\"\
            Øabcdefghi«»ðýþ±\
            °jklmnopqrªºæ¸Æ¤\
            µ~stuvwxyz¡¿ÐÝÞ®\
            ^£¥·©§¶¼½¾[]¯¨´×\
            {ABCDEFGHI\u{ad}ôöòóõ\
            }JKLMNOPQR¹ûüùúÿ\
            \\÷STUVWXYZ²ÔÖÒÓÕ\
            0123456789³ÛÜÙÚ\u{9f}\
            ",
    },
    CodePage {
        name: "IBM1047",
        aliases: &["ibm-1047", "csibm1047"],
        characters: "\
            \u{0}\u{1}\u{2}\u{3}\u{9c}\u{9}\u{86}\u{7f}\u{97}\u{8d}\u{8e}\u{b}\u{c}\u{d}\u{e}\u{f}\
            \u{10}\u{11}\u{12}\u{13}\u{9d}\u{85}\u{8}\u{87}\u{18}\u{19}\u{92}\u{8f}\u{1c}\u{1d}\u{1e}\u{1f}\
            \u{80}\u{81}\u{82}\u{83}\u{84}\u{a}\u{17}\u{1b}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{5}\u{6}\u{7}\
            \u{90}\u{91}\u{16}\u{93}\u{94}\u{95}\u{96}\u{4}\u{98}\u{99}\u{9a}\u{9b}\u{14}\u{15}\u{9e}\u{1a}\
            \u{20}\u{a0}âäàáãåçñ¢.<(+|\
            &éêëèíîïìß!$*);^\
            -/ÂÄÀÁÃÅÇÑ¦,%_>?\
            øÉÊËÈÍÎÏÌ`:#@'=\"\
            Øabcdefghi«»ðýþ±\
            °jklmnopqrªºæ¸Æ¤\
            µ~stuvwxyz¡¿Ð[Þ®\
            ¬£¥·©§¶¼½¾Ý¨¯]´×\
            {ABCDEFGHI\u{ad}ôöòóõ\
            }JKLMNOPQR¹ûüùúÿ\
            \\÷STUVWXYZ²ÔÖÒÓÕ\
            0123456789³ÛÜÙÚ\u{9f}\
            ",
    },
    CodePage {
        name: "IBM01140",
        aliases: &["ccsid01140", "cp01140", "ebcdic-us-37+euro", "csibm01140"],
        characters: "\
            \u{0}\u{1}\u{2}\u{3}\u{9c}\u{9}\u{86}\u{7f}\u{97}\u{8d}\u{8e}\u{b}\u{c}\u{d}\u{e}\u{f}\
            \u{10}\u{11}\u{12}\u{13}\u{9d}\u{85}\u{8}\u{87}\u{18}\u{19}\u{92}\u{8f}\u{1c}\u{1d}\u{1e}\u{1f}\
            \u{80}\u{81}\u{82}\u{83}\u{84}\u{a}\u{17}\u{1b}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{5}\u{6}\u{7}\
            \u{90}\u{91}\u{16}\u{93}\u{94}\u{95}\u{96}\u{4}\u{98}\u{99}\u{9a}\u{9b}\u{14}\u{15}\u{9e}\u{1a}\
            \u{20}\u{a0}âäàáãåçñ¢.<(+|\
            &éêëèíîïìß!$*);¬\
            -/ÂÄÀÁÃÅÇÑ¦,%_>?\
            øÉÊËÈÍÎÏÌ`:#@'=\"\
            Øabcdefghi«»ðýþ±\
            °jklmnopqrªºæ¸Æ€\
            µ~stuvwxyz¡¿ÐÝÞ®\
            ^£¥·©§¶¼½¾[]¯¨´×\
            {ABCDEFGHI\u{ad}ôöòóõ\
            }JKLMNOPQR¹ûüùúÿ\
            \\÷STUVWXYZ²ÔÖÒÓÕ\
            0123456789³ÛÜÙÚ\u{9f}\
            ",
    },
];

#[cfg(test)]
mod tests {
    use super::{CodePage, PAGES};

    #[test]
    fn every_byte_is_a_character_of_its_own() {
        let all: Vec<u8> = (0..=255).collect();
        for page in PAGES {
            assert_eq!(page.encode(&page.decode(&all)), Some(all.clone()), "for {}", page.name);
        }
    }

    #[test]
    fn names_and_characters() {
        let cases =
            [("ibm437", "é", Some(vec![0x82])), ("cp037", "é", Some(vec![0x51])), ("ibm850", "日", None)];
        for (name, text, expected) in cases {
            assert_eq!(CodePage::named(name).unwrap().encode(text), expected, "for {text} in {name}");
        }
    }
}
