//! Addresses below `/v1.0` in both spellings: `users/{id}` and `users('id')`, `delta`, `delta()` and
//! `microsoft.graph.delta()`, actions with or without their namespace.

/// One step of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A property, collection, function, action, cast, or a key written as a plain segment.
    Name(Name),
    /// A key written in brackets and quotes: certainly a key.
    Key(String),
}

/// A segment that is not certainly a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The whole segment, decoded.
    pub raw: String,
    /// The last part of the name in lower case: Graph does not distinguish case here.
    pub simple: String,
    /// Whether the name was written with its namespace (`microsoft.graph.…` or `graph.…`).
    pub qualified: bool,
    /// The named arguments in brackets, empty for `delta()` and for no brackets at all.
    pub arguments: Vec<(String, String)>,
}

impl Name {
    /// The key under which a route table files this name: arguments count by name, in alphabetical order.
    pub fn route_key(&self) -> String {
        if self.arguments.is_empty() {
            return self.simple.clone();
        }
        let mut names: Vec<String> = self
            .arguments
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        names.sort();
        format!("{}({})", self.simple, names.join(","))
    }
}

/// Splits what follows `/v1.0` of a request's raw (still encoded) path.
pub fn split(raw_path: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in split_outside_quotes(raw_path.trim_matches('/'), '/') {
        let decoded = decode(&piece);
        if !decoded.is_empty() {
            read_segment(decoded, &mut parts);
        }
    }
    parts
}

fn read_segment(segment: String, parts: &mut Vec<Part>) {
    let opening = segment.find('(').filter(|_| segment.ends_with(')'));
    let Some(opening) = opening.filter(|at| is_identifier(&segment[..*at])) else {
        parts.push(Part::Name(name(&segment, segment.clone(), Vec::new())));
        return;
    };
    let before = &segment[..opening];
    let inside = segment[opening + 1..segment.len() - 1].trim();
    if inside.is_empty() {
        parts.push(Part::Name(name(before, segment.clone(), Vec::new())));
        return;
    }
    let pieces = split_outside_quotes(inside, ',');
    let arguments: Option<Vec<(String, String)>> =
        pieces.iter().map(|piece| named_argument(piece)).collect();
    match arguments {
        Some(arguments) => parts.push(Part::Name(name(before, segment.clone(), arguments))),
        None => {
            parts.push(Part::Name(name(before, before.to_owned(), Vec::new())));
            parts.push(Part::Key(unquote(inside)));
        }
    }
}

fn named_argument(piece: &str) -> Option<(String, String)> {
    let (key, value) = piece.split_once('=')?;
    is_identifier(key.trim()).then(|| (key.trim().to_owned(), unquote(value.trim())))
}

fn name(written: &str, raw: String, arguments: Vec<(String, String)>) -> Name {
    let lower = written.to_ascii_lowercase();
    let qualified = lower.starts_with("microsoft.graph.") || lower.starts_with("graph.");
    let simple = if qualified {
        lower.rsplit('.').next().unwrap_or(&lower).to_owned()
    } else {
        lower
    };
    Name {
        raw,
        simple,
        qualified,
        arguments,
    }
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_' || c == '$')
}

/// Takes the quotes off an OData string literal; a doubled quote inside stands for one.
fn unquote(text: &str) -> String {
    match text
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
    {
        Some(inner) => inner.replace("''", "'"),
        None => text.to_owned(),
    }
}

/// Splits at `separator` where it does not stand between quotes; a quote may be written as `%27`.
fn split_outside_quotes(text: &str, separator: char) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if next == '\'' || rest.starts_with("%27") {
            quoted = !quoted;
        }
        if next == separator && !quoted {
            pieces.push(String::new());
        } else if let Some(last) = pieces.last_mut() {
            last.push(next);
        }
        rest = &rest[next.len_utf8()..];
    }
    pieces
}

/// Undoes percent-encoding; a broken escape stays as it is written.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escaped {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(path: &str) -> Vec<String> {
        split(path)
            .into_iter()
            .map(|part| match part {
                Part::Name(name) => name.route_key(),
                Part::Key(key) => format!("<{key}>"),
            })
            .collect()
    }

    #[test]
    fn both_spellings_of_a_key_name_the_same_thing() {
        assert_eq!(
            shape("/users('a%40b.dk')/licenseDetails"),
            ["users", "<a@b.dk>", "licensedetails"]
        );
        assert_eq!(
            shape("users/a@b.dk/licenseDetails"),
            ["users", "a@b.dk", "licensedetails"]
        );
        assert_eq!(shape("operations(%27a/b%3D%27)"), ["operations", "<a/b=>"]);
        assert_eq!(shape("users('O''Neil@x.dk')"), ["users", "<O'Neil@x.dk>"]);
    }

    #[test]
    fn functions_lose_their_brackets_and_namespace() {
        for path in [
            "users/delta",
            "users/delta()",
            "users/microsoft.graph.delta()",
            "Users/Delta",
        ] {
            assert_eq!(shape(path), ["users", "delta"], "{path}");
        }
        assert_eq!(
            shape("numberAssignments/microsoft.graph.teamsAdministration.assignNumber"),
            ["numberassignments", "assignnumber"]
        );
        assert_eq!(
            shape("policy/getPolicyId(name='All,On',type='TeamsCallingPolicy')"),
            ["policy", "getpolicyid(name,type)"]
        );
        assert_eq!(
            shape("servicePrincipals(appId='x')"),
            ["serviceprincipals(appid)"]
        );
    }
}
