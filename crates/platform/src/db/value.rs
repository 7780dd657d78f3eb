//! What goes into a statement and comes out of a row.

use crate::{Error, Instant, Money, Result};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Bool(bool),
    Text(String),
    Uuid(Uuid),
    Bytes(Vec<u8>),
}

impl Value {
    /// The text, for those who only look at it.
    pub fn as_text(&self) -> Result<&str> {
        match self {
            Value::Text(text) => Ok(text),
            other => unexpected("a text", other),
        }
    }
}

macro_rules! value_from {
    ($($from:ty => |$value:ident| $to:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Value {
                $to
            }
        })*
    };
}

value_from! {
    i64 => |value| Value::Int(value),
    i32 => |value| Value::Int(i64::from(value)),
    u32 => |value| Value::Int(i64::from(value)),
    bool => |value| Value::Bool(value),
    String => |value| Value::Text(value),
    &String => |value| Value::Text(value.clone()),
    &str => |value| Value::Text(value.to_owned()),
    Uuid => |value| Value::Uuid(value),
    Vec<u8> => |value| Value::Bytes(value),
    &[u8] => |value| Value::Bytes(value.to_vec()),
    [u8; 32] => |value| Value::Bytes(value.to_vec()),
    Instant => |value| Value::Int(value.0),
    Money => |value| Value::Int(value.amount),
    serde_json::Value => |value| Value::Text(value.to_string()),
    // A civil day is the text YYYY-MM-DD, which sorts.
    jiff::civil::Date => |value| Value::Text(value.to_string()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer, by position.
#[derive(Clone, Debug)]
pub struct Row(pub(super) Vec<Value>);

impl Row {
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        let value = self.0.get(index).ok_or_else(|| no_column(index))?;
        T::from_value(value).map_err(|error| at_column(index, error))
    }

    /// As [`Row::get`], once for each column: what is long is moved out of the row instead of copied.
    pub fn take<T: FromValue>(&mut self, index: usize) -> Result<T> {
        let value = self.0.get_mut(index).ok_or_else(|| no_column(index))?;
        let value = std::mem::replace(value, Value::Null);
        T::from_owned(value).map_err(|error| at_column(index, error))
    }
}

fn no_column(index: usize) -> Error {
    Error::internal(format!("the row has no column {index}"))
}

fn at_column(index: usize, error: Error) -> Error {
    let context = error.context.clone().unwrap_or_default();
    error.with_context(format!("column {index}: {context}"))
}

/// Types that a column can be read as.
pub trait FromValue: Sized {
    fn from_value(value: &Value) -> Result<Self>;

    fn from_owned(value: Value) -> Result<Self> {
        Self::from_value(&value)
    }
}

fn unexpected<T>(wanted: &str, value: &Value) -> Result<T> {
    let found = match value {
        Value::Null => "null",
        Value::Int(_) => "an integer",
        Value::Bool(_) => "a boolean",
        Value::Text(_) => "a text",
        Value::Uuid(_) => "a uuid",
        Value::Bytes(_) => "bytes",
    };
    Err(Error::internal(format!("expected {wanted}, found {found}")))
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Int(int) => Ok(*int),
            other => unexpected("an integer", other),
        }
    }
}

impl FromValue for u32 {
    fn from_value(value: &Value) -> Result<Self> {
        i64::from_value(value)?
            .try_into()
            .map_err(|_| Error::internal("an integer out of range"))
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Bool(bool) => Ok(*bool),
            Value::Int(int) => Ok(*int != 0),
            other => unexpected("a boolean", other),
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<Self> {
        value.as_text().map(str::to_owned)
    }

    fn from_owned(value: Value) -> Result<Self> {
        match value {
            Value::Text(text) => Ok(text),
            other => unexpected("a text", &other),
        }
    }
}

impl FromValue for Uuid {
    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Uuid(uuid) => Ok(*uuid),
            Value::Bytes(bytes) => {
                Uuid::from_slice(bytes).map_err(|_| Error::internal("bytes that are no uuid"))
            }
            other => unexpected("a uuid", other),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            other => unexpected("bytes", other),
        }
    }

    fn from_owned(value: Value) -> Result<Self> {
        match value {
            Value::Bytes(bytes) => Ok(bytes),
            other => unexpected("bytes", &other),
        }
    }
}

impl FromValue for Instant {
    fn from_value(value: &Value) -> Result<Self> {
        i64::from_value(value).map(Instant)
    }
}

impl FromValue for Money {
    fn from_value(value: &Value) -> Result<Self> {
        i64::from_value(value).map(Money::dkk)
    }
}

impl FromValue for serde_json::Value {
    fn from_value(value: &Value) -> Result<Self> {
        serde_json::from_str(value.as_text()?)
            .map_err(|error| Error::internal(format!("not JSON: {error}")))
    }
}

impl FromValue for jiff::civil::Date {
    fn from_value(value: &Value) -> Result<Self> {
        value
            .as_text()?
            .parse()
            .map_err(|error| Error::internal(format!("not a day: {error}")))
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }

    fn from_owned(value: Value) -> Result<Self> {
        match value {
            Value::Null => Ok(None),
            other => T::from_owned(other).map(Some),
        }
    }
}

impl From<crate::i18n::Language> for Value {
    fn from(language: crate::i18n::Language) -> Value {
        Value::Text(language.tag().to_owned())
    }
}

impl FromValue for crate::i18n::Language {
    fn from_value(value: &Value) -> Result<Self> {
        let tag = value.as_text()?;
        crate::i18n::Language::parse(tag)
            .ok_or_else(|| Error::internal(format!("no language {tag}")))
    }
}

/// Stores an enum as the text that serde gives it: `text_column!(OrderState)`.
#[macro_export]
macro_rules! text_column {
    ($name:ty) => {
        impl From<$name> for $crate::db::Value {
            fn from(value: $name) -> Self {
                $crate::db::Value::Text(value.as_str().to_owned())
            }
        }

        impl $crate::db::FromValue for $name {
            fn from_value(value: &$crate::db::Value) -> $crate::Result<Self> {
                let text = value.as_text()?;
                <$name>::parse(text).ok_or_else(|| {
                    $crate::Error::internal(format!("{} has no value {text}", stringify!($name)))
                })
            }
        }
    };
}

/// A closed set of words that is stored, sent and read by the same text:
/// `words! { /// doc  pub enum State { Open = "open", Closed = "closed" } }`.
///
/// A text is taken as a bare token: as a `literal` it would reach the derives wrapped up, and utoipa would write the variant's
/// name into the contract instead.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:tt),* $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $text)] $variant),*
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text),*
                }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some($name::$variant),)*
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        $crate::text_column!($name);
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_what_was_there() {
        let cells = || {
            vec![
                Value::Text("Æble".into()),
                Value::Bytes(vec![1, 2]),
                Value::Int(7),
                Value::Null,
            ]
        };
        let mut row = Row(cells());
        assert_eq!(row.take::<String>(0).unwrap(), "Æble");
        assert_eq!(row.take::<Vec<u8>>(1).unwrap(), [1, 2]);
        assert_eq!(row.take::<Option<i64>>(2).unwrap(), Some(7));
        assert_eq!(row.take::<Option<String>>(3).unwrap(), None);
        assert_eq!(row.0, vec![Value::Null; 4]);
        let mut row = Row(cells());
        assert!(row.take::<String>(1).is_err() && row.take::<i64>(0).is_err());
        assert!(row.take::<i64>(4).is_err());
    }
}
