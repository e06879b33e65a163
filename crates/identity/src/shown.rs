//! Names that show what they are: nobody passes for somebody else by signs that nobody sees, or is called nothing.

/// The name in a text: trimmed, of at most `most` characters, every one of which is seen or a blank, and at least one is seen.
pub fn shown(text: &str, most: usize) -> Option<&str> {
    let name = text.trim();
    let fits = text.chars().count() <= most && !text.chars().any(char::is_control) && name.chars().any(seen) && joined(name);
    fits.then_some(name)
}

fn seen(sign: char) -> bool {
    !sign.is_whitespace() && !unseen(sign) && !matches!(sign, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Every sign that is not seen is a joiner that its script needs: Persian and the scripts of India write with them, emoji are made of them.
/// Between Latin, Greek or Cyrillic letters they would only tell apart what looks the same.
fn joined(name: &str) -> bool {
    let joins = |sign: Option<char>| sign.is_some_and(|sign| sign >= '\u{590}' && !sign.is_whitespace() && !unseen(sign));
    let (mut before, mut signs) = (None, name.chars().peekable());
    while let Some(sign) = signs.next() {
        let joiner = matches!(sign, '\u{200c}' | '\u{200d}') && joins(before) && joins(signs.peek().copied());
        if unseen(sign) && !joiner {
            return false;
        }
        before = Some(sign);
    }
    true
}

/// Format characters (Unicode's Cf) that show nothing or turn the writing round, the ends of lines, and letters that are blank.
fn unseen(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    ) && !matches!(sign, '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_name_shows_what_it_is() {
        for name in
            ["Ada", "Zoé Élan", "Ольга", "می\u{200c}خواهم", "ക്\u{200d}", "👩\u{200d}💻 Grace", "❤\u{fe0f}", "王小明", "a\u{301}", "O'Hara"]
        {
            let fits = shown(name, 80);
            assert_eq!(fits.is_some(), name != "ക്\u{200d}", "{name:?}: a joiner at the end joins nothing");
        }
        assert_eq!(shown("  Ada ", 80), Some("Ada"));
        assert_eq!(shown("Ada", 2), None);
    }

    #[test]
    fn what_nobody_sees_is_no_name_and_no_part_of_one() {
        for name in [
            "",
            " ",
            "\u{200b}",
            "\u{3164}",
            "\u{2800}\u{2800}",
            "\u{fe0f}",
            "Ada\u{200b}",
            "A\u{200d}da",
            "\u{202e}adA",
            "Ada\u{2066}",
            "Ada\u{200f}",
            "A\u{ad}da",
            "Ada\u{feff}",
            "Ada\u{e0041}",
            "Ada\u{2028}Ben",
            "م\u{200c}",
            "م\u{200c}\u{200c}ن",
            "م\u{200c} ن",
            "A\u{0}da",
            "A\nda",
        ] {
            assert_eq!(shown(name, 80), None, "{name:?}");
        }
    }
}
