//! `$search` on directory objects: `"displayName:ad"`, combined with `AND` and `OR`.

use serde_json::Value;

use super::error::GraphError;

/// One `"property:words"`, or several joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Alternatives, each a list of clauses that must all be met: property and text in lower case.
    alternatives: Vec<Vec<(String, String)>>,
}

/// Properties whose words are searched for; of the others the beginning is compared.
const TOKENISED: &[&str] = &["displayName", "description"];

/// Reads the value of `$search`.
///
/// # Errors
///
/// 400 `Request_BadRequest` for anything but quoted `property:text` clauses joined by `AND` and `OR`.
pub fn parse(text: &str) -> Result<Search, GraphError> {
    let syntax = || {
        GraphError::refused(
            "Syntax error: the value of $search must be \"property:value\" clauses in double quotes.",
        )
    };
    let mut alternatives = vec![Vec::new()];
    let mut rest = text.trim();
    loop {
        let inner = rest.strip_prefix('"').ok_or_else(syntax)?;
        let end = inner.find('"').ok_or_else(syntax)?;
        let (property, value) = inner[..end].split_once(':').ok_or_else(syntax)?;
        if property.trim().is_empty() || value.trim().is_empty() {
            return Err(syntax());
        }
        let clause = (property.trim().to_owned(), value.trim().to_lowercase());
        if let Some(last) = alternatives.last_mut() {
            last.push(clause);
        }
        rest = inner[end + 1..].trim_start();
        if rest.is_empty() {
            return Ok(Search { alternatives });
        }
        // The operators are written in capitals.
        if let Some(after) = rest.strip_prefix("OR ") {
            alternatives.push(Vec::new());
            rest = after.trim_start();
        } else {
            rest = rest.strip_prefix("AND ").ok_or_else(syntax)?.trim_start();
        }
    }
}

impl Search {
    /// The properties that are read.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.alternatives
            .iter()
            .flatten()
            .map(|(property, _)| property.as_str())
    }

    /// Whether the object is found.
    pub fn finds(&self, object: &Value) -> bool {
        self.alternatives.iter().any(|clauses| {
            clauses
                .iter()
                .all(|(property, text)| meets(&object[property], property, text))
        })
    }
}

fn meets(value: &Value, property: &str, text: &str) -> bool {
    let value = value.as_str().unwrap_or_default().to_lowercase();
    if !TOKENISED.contains(&property) {
        return value.starts_with(text);
    }
    let separators = |c: char| !c.is_alphanumeric();
    let words: Vec<&str> = value.split(separators).collect();
    text.split(separators)
        .filter(|token| !token.is_empty())
        .all(|token| words.iter().any(|word| word.starts_with(token)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_are_found_by_their_beginning() {
        let object = json!({ "displayName": "Anne-Mette Holm", "mail": "amh@nordvind.example" });
        for found in [
            "\"displayName:holm\"",
            "\"displayName:mette ho\"",
            "\"mail:amh\"",
            "\"mail:x\" OR \"displayName:anne\"",
        ] {
            assert!(parse(found).unwrap().finds(&object), "{found}");
        }
        for not in [
            "\"displayName:olm\"",
            "\"mail:nordvind\"",
            "\"mail:amh\" AND \"displayName:peter\"",
        ] {
            assert!(!parse(not).unwrap().finds(&object), "{not}");
        }
    }

    #[test]
    fn a_search_without_quotes_is_refused() {
        for text in [
            "displayName:a",
            "\"displayName\"",
            "\"displayName:a\" or \"mail:b\"",
            "",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
