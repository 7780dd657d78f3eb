//! The query options of a request. The `$` before a name may be left out, as Graph allows.

use super::contract::Operation;
use super::error::GraphError;

/// What a request asked for after the `?`.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Names in `$select`; none asked for means the type's default properties.
    pub select: Option<Vec<String>>,
    /// `$filter` as written.
    pub filter: Option<String>,
    /// `$search` as written.
    pub search: Option<String>,
    /// `$orderby`: property and whether descending.
    pub orderby: Vec<(String, bool)>,
    /// `$top`.
    pub top: Option<usize>,
    /// `$skip`.
    pub skip: Option<usize>,
    /// `$count=true`.
    pub count: bool,
    /// `$expand` as written.
    pub expand: Option<String>,
    /// `$skiptoken`: opaque to whoever sends it.
    pub skip_token: Option<String>,
    /// `$deltatoken`: opaque, empty (start over), or `latest`.
    pub delta_token: Option<String>,
    /// Everything but the tokens, still encoded, to be repeated in a next link.
    pub repeat: String,
}

const KNOWN: &[&str] = &[
    "$select",
    "$filter",
    "$search",
    "$orderby",
    "$top",
    "$skip",
    "$count",
    "$expand",
    "$skiptoken",
    "$deltatoken",
    "$format",
];

impl Query {
    /// Reads a raw query string, allowing only what `operation` takes (and the tokens of its own links).
    ///
    /// # Errors
    ///
    /// 400 `BadRequest` for an option that is unknown, repeated, malformed or not taken here.
    pub fn parse(raw: &str, operation: &Operation) -> Result<Query, GraphError> {
        let mut query = Query::default();
        let mut seen: Vec<String> = Vec::new();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = decode_pair(pair);
            let Some(option) = canonical(&name)? else {
                continue;
            };
            if seen.contains(&option) {
                return Err(GraphError::bad_request(format!(
                    "Query option '{option}' was specified more than once, but it must be specified at most once."
                )));
            }
            let own = matches!(option.as_str(), "$skiptoken" | "$deltatoken" | "$format");
            if !own && !operation.options.contains(&option) {
                return Err(GraphError::bad_request(format!(
                    "The query specified in the URI is not valid. Query option '{option}' is not allowed here."
                )));
            }
            if !matches!(option.as_str(), "$skiptoken" | "$deltatoken") {
                if !query.repeat.is_empty() {
                    query.repeat.push('&');
                }
                query.repeat.push_str(pair);
            }
            query.set(&option, value)?;
            seen.push(option);
        }
        Ok(query)
    }

    fn set(&mut self, option: &str, value: String) -> Result<(), GraphError> {
        match option {
            "$select" => self.select = Some(names(&value)),
            "$filter" => self.filter = Some(value),
            "$search" => self.search = Some(value),
            "$orderby" => self.orderby = ordering(&value)?,
            "$top" => self.top = Some(number(option, &value)?),
            "$skip" => self.skip = Some(number(option, &value)?),
            "$count" => {
                self.count = match value.to_ascii_lowercase().as_str() {
                    "true" => true,
                    "false" => false,
                    _ => return Err(invalid(option, &value)),
                }
            }
            "$expand" => self.expand = Some(value),
            "$skiptoken" => self.skip_token = Some(value),
            "$deltatoken" => self.delta_token = Some(value),
            _ => {}
        }
        Ok(())
    }

    /// `$top` within `1..=max`, or `default` when not given.
    ///
    /// # Errors
    ///
    /// 400 for zero or more than `max`.
    pub fn page_size(&self, default: usize, max: usize) -> Result<usize, GraphError> {
        match self.top {
            None => Ok(default),
            Some(top) if (1..=max).contains(&top) => Ok(top),
            Some(top) => Err(GraphError::unsupported_query(format!(
                "Invalid page size specified: '{top}'. Must be between 1 and {max} inclusive."
            ))),
        }
    }
}

fn canonical(name: &str) -> Result<Option<String>, GraphError> {
    let lower = name.to_ascii_lowercase();
    let option = if lower.starts_with('$') {
        lower.clone()
    } else {
        format!("${lower}")
    };
    if KNOWN.contains(&option.as_str()) {
        return Ok(Some(option));
    }
    if lower.starts_with('$') {
        return Err(GraphError::bad_request(format!(
            "The query specified in the URI is not valid. The query parameter '{name}' is not supported."
        )));
    }
    Ok(None)
}

fn decode_pair(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let plain = |text: &str| super::address::decode(&text.replace('+', " "));
    (plain(name), plain(value))
}

fn names(list: &str) -> Vec<String> {
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn ordering(list: &str) -> Result<Vec<(String, bool)>, GraphError> {
    list.split(',')
        .map(|item| {
            let mut words = item.split_whitespace();
            let property = words.next().ok_or_else(|| invalid("$orderby", list))?;
            let descending = match words.next().map(str::to_ascii_lowercase).as_deref() {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(_) => return Err(invalid("$orderby", list)),
            };
            Ok((property.to_owned(), descending))
        })
        .collect()
}

fn number(option: &str, value: &str) -> Result<usize, GraphError> {
    value.parse().map_err(|_| invalid(option, value))
}

fn invalid(option: &str, value: &str) -> GraphError {
    GraphError::bad_request(format!(
        "Invalid value '{value}' for {option} query option found."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(options: &[&str]) -> Operation {
        Operation {
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            ..Operation::default()
        }
    }

    #[test]
    fn options_are_read_with_and_without_their_dollar() {
        let operation = takes(&["$select", "$top", "$orderby", "$count", "$filter"]);
        let query = Query::parse(
            "%24select=id,+displayName&top=5&$orderby=displayName%20desc&$count=TRUE&$filter=startswith(displayName,'A')",
            &operation,
        )
        .unwrap();
        assert_eq!(query.select.unwrap(), ["id", "displayName"]);
        assert_eq!(query.top, Some(5));
        assert_eq!(query.orderby, [("displayName".to_owned(), true)]);
        assert!(query.count);
        assert_eq!(query.filter.unwrap(), "startswith(displayName,'A')");
    }

    #[test]
    fn what_an_operation_does_not_take_is_refused() {
        let operation = takes(&["$select"]);
        for raw in [
            "$skip=1",
            "$nonsense=1",
            "$select=id&select=id",
            "$top=many",
        ] {
            let error = Query::parse(raw, &operation).unwrap_err();
            assert_eq!(
                (error.status.as_u16(), error.code),
                (400, "BadRequest"),
                "{raw}"
            );
        }
        assert!(Query::parse("unknown=1&$skiptoken=abc", &operation).is_ok());
    }

    #[test]
    fn the_next_link_repeats_everything_but_the_token() {
        let operation = takes(&["$select", "$top"]);
        let query = Query::parse("$select=id&$skiptoken=abc&$top=3", &operation).unwrap();
        assert_eq!(query.repeat, "$select=id&$top=3");
    }
}
