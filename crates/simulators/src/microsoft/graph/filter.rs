//! `$filter`: the part of OData's expression language that Graph's directory and Teams administration use.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::error::GraphError;

/// A condition over one object.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// One of the two holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A property compared with a literal.
    Compare(Property, Comparison, Value),
    /// A property equal to one of several literals.
    In(Property, Vec<Value>),
    /// `startswith`, `endswith` or `contains`.
    Text(TextTest, Property, String),
    /// A boolean property on its own.
    Holds(Property),
    /// `any` (true) or `all` (false) of a collection's items; no condition means "is there one".
    Lambda(bool, Property, Option<Box<Condition>>),
}

/// A path to a property, from the object or from a lambda's variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// The lambda variable the path begins at.
    pub variable: Option<String>,
    /// Property names from there; `$count` as the last one counts a collection.
    pub path: Vec<String>,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
}

/// A function over text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// `startswith`
    Starts,
    /// `endswith`
    Ends,
    /// `contains`
    Contains,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
    Colon,
}

/// Reads a condition.
///
/// # Errors
///
/// 400 `BadRequest` for text that is not a condition.
pub fn parse(text: &str) -> Result<Condition, GraphError> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens,
        at: 0,
        variables: Vec::new(),
    };
    let condition = parser.either()?;
    if parser.at < parser.tokens.len() {
        return Err(malformed());
    }
    Ok(condition)
}

fn malformed() -> GraphError {
    GraphError::bad_request("Invalid filter clause")
}

fn tokens(text: &str) -> Result<Vec<Token>, GraphError> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            ':' => (Token::Colon, 1),
            '\'' => text_literal(rest)?,
            _ => {
                // A time of day holds colons; it is the only word that begins with a digit and holds `T`.
                let timestamp = first.is_ascii_digit()
                    && rest.as_bytes().get(10).is_some_and(|byte| *byte == b'T');
                let end = rest
                    .find(|c: char| {
                        c.is_whitespace() || "(),'".contains(c) || (c == ':' && !timestamp)
                    })
                    .unwrap_or(rest.len());
                if end == 0 {
                    return Err(malformed());
                }
                (Token::Word(rest[..end].to_owned()), end)
            }
        };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

fn text_literal(rest: &str) -> Result<(Token, usize), GraphError> {
    let mut value = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != '\'' {
            value.push(character);
        } else if characters.peek().is_some_and(|(_, next)| *next == '\'') {
            value.push('\'');
            characters.next();
        } else {
            return Ok((Token::Text(value), at + 1));
        }
    }
    Err(malformed())
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    variables: Vec<String>,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Result<Token, GraphError> {
        let token = self.tokens.get(self.at).cloned().ok_or_else(malformed)?;
        self.at += 1;
        Ok(token)
    }

    fn expect(&mut self, token: Token) -> Result<(), GraphError> {
        if self.next()? == token {
            Ok(())
        } else {
            Err(malformed())
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found =
            matches!(self.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        if found {
            self.at += 1;
        }
        found
    }

    fn either(&mut self) -> Result<Condition, GraphError> {
        let mut left = self.both()?;
        while self.take_word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Condition, GraphError> {
        let mut left = self.single()?;
        while self.take_word("and") {
            left = Condition::And(Box::new(left), Box::new(self.single()?));
        }
        Ok(left)
    }

    fn single(&mut self) -> Result<Condition, GraphError> {
        if self.take_word("not") {
            return Ok(Condition::Not(Box::new(self.single()?)));
        }
        match self.next()? {
            Token::Open => {
                let inner = self.either()?;
                self.expect(Token::Close)?;
                Ok(inner)
            }
            Token::Word(word) if self.peek() == Some(&Token::Open) => self.call(&word),
            Token::Word(word) => self.comparison(&word),
            _ => Err(malformed()),
        }
    }

    fn call(&mut self, word: &str) -> Result<Condition, GraphError> {
        self.expect(Token::Open)?;
        let lower = word.to_ascii_lowercase();
        if let Some(collection) = lower
            .strip_suffix("/any")
            .or_else(|| lower.strip_suffix("/all"))
        {
            let any = lower.ends_with("/any");
            let property = self.property(&word[..collection.len()]);
            return self.lambda(any, property);
        }
        let test = match lower.as_str() {
            "startswith" => TextTest::Starts,
            "endswith" => TextTest::Ends,
            "contains" => TextTest::Contains,
            _ => return Err(malformed()),
        };
        let Token::Word(property) = self.next()? else {
            return Err(malformed());
        };
        self.expect(Token::Comma)?;
        let Token::Text(text) = self.next()? else {
            return Err(malformed());
        };
        self.expect(Token::Close)?;
        Ok(Condition::Text(test, self.property(&property), text))
    }

    fn lambda(&mut self, any: bool, property: Property) -> Result<Condition, GraphError> {
        if self.peek() == Some(&Token::Close) {
            self.at += 1;
            return Ok(Condition::Lambda(any, property, None));
        }
        let Token::Word(variable) = self.next()? else {
            return Err(malformed());
        };
        self.expect(Token::Colon)?;
        self.variables.push(variable);
        let inner = self.either()?;
        self.variables.pop();
        self.expect(Token::Close)?;
        Ok(Condition::Lambda(any, property, Some(Box::new(inner))))
    }

    fn comparison(&mut self, word: &str) -> Result<Condition, GraphError> {
        let property = self.property(word);
        let operator = match self.peek() {
            Some(Token::Word(operator)) => operator.to_ascii_lowercase(),
            _ => return Ok(Condition::Holds(property)),
        };
        let comparison = match operator.as_str() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            "in" => {
                self.at += 1;
                return self.membership(property);
            }
            _ => return Ok(Condition::Holds(property)),
        };
        self.at += 1;
        let literal = self.literal()?;
        Ok(Condition::Compare(property, comparison, literal))
    }

    fn membership(&mut self, property: Property) -> Result<Condition, GraphError> {
        self.expect(Token::Open)?;
        let mut values = vec![self.literal()?];
        while self.peek() == Some(&Token::Comma) {
            self.at += 1;
            values.push(self.literal()?);
        }
        self.expect(Token::Close)?;
        Ok(Condition::In(property, values))
    }

    fn literal(&mut self) -> Result<Value, GraphError> {
        match self.next()? {
            Token::Text(text) => Ok(Value::String(text)),
            Token::Word(word) => Ok(match word.to_ascii_lowercase().as_str() {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                // An unquoted GUID, instant or enum member is compared as text.
                lower => lower
                    .parse::<i64>()
                    .map_or(Value::String(word), Value::from),
            }),
            _ => Err(malformed()),
        }
    }

    fn property(&self, word: &str) -> Property {
        let mut path: Vec<String> = word.split('/').map(str::to_owned).collect();
        let variable = path
            .first()
            .filter(|first| self.variables.contains(first))
            .cloned();
        if variable.is_some() {
            path.remove(0);
        }
        Property { variable, path }
    }
}

impl Condition {
    /// Whether `object` meets the condition. Text compares without regard to case, as the directory does.
    pub fn holds(&self, object: &Value) -> bool {
        self.holds_with(object, &[])
    }

    fn holds_with(&self, object: &Value, bound: &[(&str, &Value)]) -> bool {
        match self {
            Condition::And(a, b) => a.holds_with(object, bound) && b.holds_with(object, bound),
            Condition::Or(a, b) => a.holds_with(object, bound) || b.holds_with(object, bound),
            Condition::Not(inner) => !inner.holds_with(object, bound),
            Condition::Compare(property, comparison, literal) => {
                compares(&property.read(object, bound), *comparison, literal)
            }
            Condition::In(property, values) => {
                let value = property.read(object, bound);
                values
                    .iter()
                    .any(|literal| compares(&value, Comparison::Equal, literal))
            }
            Condition::Text(test, property, text) => {
                let value = property.read(object, bound);
                let value = value.as_str().unwrap_or_default().to_lowercase();
                let text = text.to_lowercase();
                match test {
                    TextTest::Starts => value.starts_with(&text),
                    TextTest::Ends => value.ends_with(&text),
                    TextTest::Contains => value.contains(&text),
                }
            }
            Condition::Holds(property) => property.read(object, bound) == Value::Bool(true),
            Condition::Lambda(any, property, inner) => {
                let items = property.read(object, bound);
                let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
                let Some((name, inner)) = inner.as_ref().map(|inner| (inner.variable(), inner))
                else {
                    return !items.is_empty();
                };
                let mut meets = items.iter().map(|item| {
                    let mut bound = bound.to_vec();
                    bound.push((name, item));
                    inner.holds_with(object, &bound)
                });
                if *any {
                    meets.any(|met| met)
                } else {
                    meets.all(|met| met)
                }
            }
        }
    }

    /// The lambda variable this condition speaks about; empty when it speaks about none.
    fn variable(&self) -> &str {
        self.properties()
            .into_iter()
            .find_map(|property| property.variable.as_deref())
            .unwrap_or_default()
    }

    /// Every property the condition reads, in the order written.
    pub fn properties(&self) -> Vec<&Property> {
        match self {
            Condition::And(a, b) | Condition::Or(a, b) => {
                let mut all = a.properties();
                all.extend(b.properties());
                all
            }
            Condition::Not(inner) => inner.properties(),
            Condition::Compare(property, ..)
            | Condition::In(property, _)
            | Condition::Text(_, property, _)
            | Condition::Holds(property) => vec![property],
            Condition::Lambda(_, property, inner) => {
                let mut all = vec![property];
                all.extend(inner.iter().flat_map(|inner| inner.properties()));
                all
            }
        }
    }

    /// The ids of a condition that is nothing but `id eq '…' or id eq '…'`; `None` for any other.
    pub fn only_ids(&self) -> Option<Vec<String>> {
        match self {
            Condition::Or(a, b) => {
                let mut ids = a.only_ids()?;
                ids.extend(b.only_ids()?);
                Some(ids)
            }
            Condition::Compare(property, Comparison::Equal, Value::String(id))
                if property.variable.is_none() && property.path == ["id"] =>
            {
                Some(vec![id.clone()])
            }
            _ => None,
        }
    }
}

impl Property {
    fn read(&self, object: &Value, bound: &[(&str, &Value)]) -> Value {
        let mut at = match &self.variable {
            Some(variable) => bound
                .iter()
                .rev()
                .find(|(name, _)| name == variable)
                .map_or(&Value::Null, |(_, value)| *value),
            None => object,
        };
        for name in &self.path {
            if name == "$count" {
                return Value::from(at.as_array().map_or(0, Vec::len));
            }
            at = member(at, name);
        }
        at.clone()
    }
}

fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    object
        .as_object()
        .and_then(|map| {
            map.get(name).or_else(|| {
                map.iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map(|(_, v)| v)
            })
        })
        .unwrap_or(&Value::Null)
}

fn compares(value: &Value, comparison: Comparison, literal: &Value) -> bool {
    let ordering = order(value, literal);
    match comparison {
        Comparison::Equal => ordering == Some(Ordering::Equal),
        Comparison::NotEqual => ordering != Some(Ordering::Equal),
        Comparison::Greater => ordering == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
        Comparison::Less => ordering == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
    }
}

/// The order of two values; `None` when they cannot be compared.
pub fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Value::String(a), Value::String(b)) => {
            let instants = (a.parse::<Timestamp>(), b.parse::<Timestamp>());
            match instants {
                (Ok(a), Ok(b)) => Some(a.cmp(&b)),
                _ => Some(a.to_lowercase().cmp(&b.to_lowercase())),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(filter: &str, object: &Value) -> bool {
        parse(filter).unwrap().holds(object)
    }

    #[test]
    fn conditions_hold_as_the_directory_reads_them() {
        let object = json!({
            "displayName": "Ane O'Hara", "accountEnabled": true, "department": null,
            "createdDateTime": "2026-01-02T03:04:05Z", "capabilities": ["userAssignment"],
            "assignedPlans": [{ "servicePlanId": "AB", "capabilityStatus": "Enabled" }],
        });
        for filter in [
            "displayName eq 'ane o''hara'",
            "startsWith(displayName,'ane') and accountEnabled eq true",
            "accountEnabled",
            "department eq null",
            "not (displayName eq 'x') or displayName eq 'y'",
            "displayName in ('x', 'Ane O''Hara')",
            "createdDateTime ge 2026-01-02T00:00:00Z",
            "capabilities/any(c:c eq 'userAssignment')",
            "assignedPlans/any(p:p/servicePlanId eq ab and p/capabilityStatus eq 'Enabled')",
            "assignedPlans/$count eq 1",
            "endswith(displayName,'hara')",
        ] {
            assert!(holds(filter, &object), "{filter}");
        }
        for filter in [
            "displayName ne 'ane o''hara'",
            "department ne null",
            "createdDateTime lt 2026-01-01T00:00:00Z",
        ] {
            assert!(!holds(filter, &object), "{filter}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for filter in [
            "",
            "displayName eq",
            "displayName eq 'x",
            "(a eq 1",
            "a eq 1 b",
            "shout(a,'b')",
        ] {
            assert!(parse(filter).is_err(), "{filter}");
        }
    }

    #[test]
    fn a_list_of_ids_is_recognised() {
        assert_eq!(
            parse("id eq '1' or id eq '2'").unwrap().only_ids(),
            Some(vec!["1".into(), "2".into()])
        );
        assert_eq!(parse("id eq '1' and id eq '2'").unwrap().only_ids(), None);
    }
}
