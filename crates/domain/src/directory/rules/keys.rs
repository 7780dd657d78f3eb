//! What a person is sorted and found by. Made here, once, so that both engines compare bytes.

use platform::fold::{fold, sort_key};

/// The texts of a person that keys are made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'a> {
    pub display_name: &'a str,
    pub first_name: Option<&'a str>,
    pub last_name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub username: Option<&'a str>,
    pub title: Option<&'a str>,
    pub department: Option<&'a str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    pub name: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub title: String,
    pub department: String,
    /// What one may look for, folded. Parts stand on lines of their own, so that no match runs over two of them.
    pub haystack: String,
}

impl Keys {
    pub fn of(person: Named<'_>) -> Self {
        // Whoever has none stands after those who have one: `~` comes after every letter of a key.
        let key = |text: Option<&str>| text.map_or_else(|| "~".to_owned(), sort_key);
        Keys {
            name: sort_key(person.display_name),
            first_name: key(person.first_name),
            last_name: key(person.last_name),
            email: key(person.email),
            title: key(person.title),
            department: key(person.department),
            haystack: haystack([
                Some(person.display_name),
                person.first_name,
                person.last_name,
                person.email,
                person.username,
                person.title,
                person.department,
            ]),
        }
    }
}

fn haystack<const N: usize>(parts: [Option<&str>; N]) -> String {
    let mut haystack = String::with_capacity(160);
    for part in parts.into_iter().flatten() {
        let folded = fold(part);
        if !folded.is_empty() && !haystack.contains(&folded) {
            if !haystack.is_empty() {
                haystack.push('\n');
            }
            haystack.push_str(&folded);
        }
    }
    haystack
}
