//! Rust text taken apart just far enough: what is code, what stands in strings, what is comment.

/// Three copies of one text, each with everything else blanked by spaces; line ends stay.
pub struct Views {
    pub code: String,
    /// Only what stands between the quotes of string literals.
    pub strings: String,
    /// Only comments, doc comments among them.
    pub comments: String,
    /// Each string literal with the position of its first character.
    pub literals: Vec<(usize, String)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Code,
    String,
    Comment,
}

pub fn views(text: &str) -> Views {
    let bytes = text.as_bytes();
    let mut kinds = vec![Kind::Code; bytes.len()];
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = if rest.starts_with(b"//") {
            let end = at
                + rest
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .unwrap_or(rest.len());
            kinds[at..end].fill(Kind::Comment);
            end
        } else if rest.starts_with(b"/*") {
            let end = at + block_comment(rest);
            kinds[at..end].fill(Kind::Comment);
            end
        } else if let Some((open, close)) =
            string(rest, at.checked_sub(1).map(|before| bytes[before]))
        {
            let (from, to) = (at + open, (at + close).min(bytes.len()));
            kinds[from..to].fill(Kind::String);
            literals.push((from, text[from..to].to_owned()));
            // Past the closing quote and its hashes, which the next round takes for code.
            (to + 1).min(bytes.len())
        } else if bytes[at] == b'\'' {
            at + character(rest)
        } else {
            at + 1
        };
        at = end.max(at + 1);
    }
    let view = |kind: Kind| -> String {
        let view: Vec<u8> = bytes
            .iter()
            .zip(&kinds)
            .map(|(byte, is)| {
                if *is == kind || *byte == b'\n' {
                    *byte
                } else {
                    b' '
                }
            })
            .collect();
        String::from_utf8_lossy(&view).into_owned()
    };
    Views {
        code: view(Kind::Code),
        strings: view(Kind::String),
        comments: view(Kind::Comment),
        literals,
    }
}

/// The length of a block comment; they nest.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Where the content of a string literal that starts here begins and ends.
fn string(rest: &[u8], before: Option<u8>) -> Option<(usize, usize)> {
    // `r` and `b` begin a literal only where no name ends: `for"` is no raw string.
    let in_name = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let prefix = rest
        .iter()
        .take(2)
        .take_while(|byte| matches!(byte, b'b' | b'r' | b'c'))
        .count();
    if prefix > 0 && in_name {
        return None;
    }
    let raw = rest[..prefix].contains(&b'r');
    let hashes = rest[prefix..]
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    if rest.get(prefix + hashes) != Some(&b'"') || (hashes > 0 && !raw) {
        return None;
    }
    let open = prefix + hashes + 1;
    let mut at = open;
    while at < rest.len() {
        match rest[at] {
            b'\\' if !raw => at += 2,
            b'"' if rest[at + 1..]
                .iter()
                .take(hashes)
                .filter(|byte| **byte == b'#')
                .count()
                == hashes =>
            {
                return Some((open, at));
            }
            _ => at += 1,
        }
    }
    Some((open, rest.len()))
}

/// The length of a character literal, or of the quote alone when it begins a lifetime.
fn character(rest: &[u8]) -> usize {
    match rest.get(1) {
        Some(b'\\') => rest[2..]
            .iter()
            .skip(1)
            .position(|byte| *byte == b'\'')
            .map_or(rest.len(), |end| end + 4),
        // At most four bytes of one character, then the quote; a lifetime has a name longer than that or no quote.
        Some(_) => (2..=5)
            .find(|end| rest.get(*end) == Some(&b'\''))
            .filter(|end| {
                std::str::from_utf8(&rest[1..*end]).is_ok_and(|text| text.chars().count() == 1)
            })
            .map_or(1, |end| end + 1),
        None => 1,
    }
}

/// The words of an identifier: `TenantId` and `tenant_id` are both tenant, id. Everything in lower case.
pub fn words(identifier: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous_lower = false;
    for character in identifier.chars() {
        if !character.is_ascii_alphanumeric() {
            words.push(String::new());
            previous_lower = false;
            continue;
        }
        if words.is_empty() || (character.is_ascii_uppercase() && previous_lower) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(character.to_ascii_lowercase());
        }
        previous_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The identifiers of a text with their positions.
pub fn identifiers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !is_name(bytes[at]) {
            at += 1;
        }
        let start = at;
        while at < bytes.len() && is_name(bytes[at]) {
            at += 1;
        }
        (start < at).then(|| (start, &text[start..at]))
    })
}

/// Where the tests of a file begin that stand at its end, in the same file; its length when none do.
pub fn tests_from(code: &str) -> usize {
    code.match_indices("#[cfg(test)]")
        .find(|(at, mark)| {
            let rest = code[at + mark.len()..].trim_start();
            rest.strip_prefix("mod ").is_some_and(|rest| {
                rest.trim_start_matches(|letter: char| {
                    letter.is_ascii_alphanumeric() || letter == '_'
                })
                .trim_start()
                .starts_with('{')
            })
        })
        .map_or(code.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_strings_and_comments_come_apart() {
        let views = views(
            "let a = \"x // no\"; // yes \"quoted\"\n/* in /* deep */ still */ let b = r#\"raw \" one\"#;",
        );
        assert!(views.code.contains("let a =") && views.code.contains("let b ="));
        assert!(
            !views.code.contains("no")
                && !views.code.contains("yes")
                && !views.code.contains("still")
        );
        assert!(views.comments.contains("yes \"quoted\"") && views.comments.contains("still"));
        let literals: Vec<&str> = views
            .literals
            .iter()
            .map(|(_, text)| text.as_str())
            .collect();
        assert_eq!(literals, ["x // no", "raw \" one"]);
    }

    #[test]
    fn quotes_of_characters_and_lifetimes_are_no_strings() {
        let views =
            views("fn f<'a>(x: &'a str) -> char { if x == \"s\" { '\"' } else { '\\'' } } // end");
        assert!(views.comments.contains("end"));
        assert_eq!(views.literals.len(), 1);
        let escaped = super::views(
            r#"let a = '\u{1b}'; let b = "t"; let c = '\n'; let d = '\\'; let e = "u";"#,
        );
        assert_eq!(escaped.literals.len(), 2);
        let more = super::views("b'\\'' ; \"v\"; b\"w\"; 'æ'; \"x\"");
        assert_eq!(more.literals.len(), 3);
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string() {
        assert_eq!(views(r#"("a\"b", "c")"#).literals.len(), 2);
    }

    #[test]
    fn tests_at_the_end_are_found() {
        let inside = "fn f() {}\n#[cfg(test)]\nmod tests {\n}\n";
        assert_eq!(tests_from(inside), inside.find('#').unwrap_or(0));
        let beside = "#[cfg(test)]\nmod tests;\nfn f() {}\n";
        assert_eq!(tests_from(beside), beside.len());
    }

    #[test]
    fn identifiers_are_taken_to_words() {
        assert_eq!(words("TenantId"), ["tenant", "id"]);
        assert_eq!(words("tenant_id"), ["tenant", "id"]);
        assert_eq!(words("central"), ["central"]);
        assert_eq!(
            identifiers("a.b_c(d)")
                .map(|(_, name)| name)
                .collect::<Vec<_>>(),
            ["a", "b_c", "d"]
        );
    }
}
