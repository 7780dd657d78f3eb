//! The folded search key. SQLite folds ASCII only and PostgreSQL by its locale; so the key is made here, once, and both
//! engines compare bytes.

use unicode_normalization::UnicodeNormalization;

/// Lower case, without accents; `æ`, `ø` and `å` become `ae`, `oe` and `aa`, so that somebody without a Danish keyboard finds
/// them; white space runs become one space.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    if text.is_ascii() {
        for byte in text.bytes() {
            push(
                &mut folded,
                &mut space,
                char::from(byte.to_ascii_lowercase()),
            );
        }
        return folded;
    }
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'æ' | 'ä' => folded_pair(&mut folded, &mut space, "ae"),
            'ø' | 'ö' => folded_pair(&mut folded, &mut space, "oe"),
            'å' => folded_pair(&mut folded, &mut space, "aa"),
            'ß' => folded_pair(&mut folded, &mut space, "ss"),
            other if other.is_ascii() => push(&mut folded, &mut space, other),
            other => {
                for part in std::iter::once(other).nfkd() {
                    if !unicode_normalization::char::is_combining_mark(part) {
                        push(&mut folded, &mut space, part);
                    }
                }
            }
        }
    }
    folded
}

fn folded_pair(folded: &mut String, space: &mut bool, pair: &str) {
    for letter in pair.chars() {
        push(folded, space, letter);
    }
}

fn push(folded: &mut String, space: &mut bool, letter: char) {
    if letter.is_whitespace() {
        *space = !folded.is_empty();
        return;
    }
    if std::mem::take(space) {
        folded.push(' ');
    }
    folded.push(letter);
}

/// A key that sorts names as Danes do: æ, ø, å after z, and aa as å. Bytes compare right on both engines.
pub fn sort_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let lowered = text.to_lowercase().replace("aa", "å");
    for letter in lowered.chars() {
        match letter {
            // '{', '|' and '}' are the three characters after 'z'.
            'æ' | 'ä' => key.push('{'),
            'ø' | 'ö' => key.push('|'),
            'å' => key.push('}'),
            other if other.is_ascii() => key.push(other),
            other => key.extend(
                std::iter::once(other)
                    .nfkd()
                    .filter(|part| !unicode_normalization::char::is_combining_mark(*part)),
            ),
        }
    }
    key
}

/// `%text%` for a LIKE with `ESCAPE '\'`, so that a typed `%` or `_` means itself.
pub fn like_contains(folded: &str) -> String {
    let mut pattern = String::with_capacity(folded.len() + 2);
    pattern.push('%');
    for letter in folded.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_without_a_danish_keyboard_finds_soeren_aagaard() {
        assert_eq!(fold("  Søren   Ågård-Née "), "soeren aagaard-nee");
        assert_eq!(fold("ÆRØ"), "aeroe");
        assert_eq!(fold("Müller Straße"), "muller strasse");
    }

    #[test]
    fn danish_letters_sort_after_z_and_double_a_as_the_last() {
        let mut names = ["Åse", "Zita", "Østen", "Ærna", "Anna", "Aase"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["Anna", "Zita", "Ærna", "Østen", "Åse", "Aase"]);
    }

    #[test]
    fn a_typed_percent_sign_means_itself() {
        assert_eq!(like_contains("50%_a"), r"%50\%\_a%");
    }
}
