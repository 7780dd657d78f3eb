//! Parameters of a request: of the query or of a form body. An empty value counts as absent.

use std::collections::HashMap;

/// Parameters by name; of a repeated one the first counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(HashMap<String, String>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn parse(text: &str) -> Form {
        let mut found = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            if !value.is_empty() {
                found
                    .entry(name.into_owned())
                    .or_insert_with(|| value.into_owned());
            }
        }
        Form(found)
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter, or the empty text.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or("")
    }
}
