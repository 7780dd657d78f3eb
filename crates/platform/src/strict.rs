//! Reading what is told apart by a word within it (`{ "from": "series", … }`) as strictly when it stands within another such
//! thing as by itself; and what is an object as nothing else. Serde keeps the inner one aside until the outer one is understood, and then takes the number of a variant
//! for its name: `{ "from": 0 }` would be the first one. Here the word is a text or the request does not fit.
//!
//! ```ignore
//! #[derive(Serialize, Deserialize)]
//! #[serde(remote = "Self", tag = "from")]
//! enum Source { … }
//! platform::told_apart!(Source);
//! ```

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// JSON in which no object has a member twice.
pub struct Tree(pub Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Leaves).map(Tree)
    }
}

struct Leaves;

impl<'de> Visitor<'de> for Leaves {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number that is none"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Tree(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("duplicate field `{name}`")));
            }
            let Tree(value) = members.next_value()?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

/// Gives a type that derives both with `#[serde(remote = "Self", …)]` its `Serialize` and `Deserialize`.
#[macro_export]
macro_rules! told_apart {
    ($name:ident) => {
        $crate::object!($name);

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $name::serialize(self, serializer)
            }
        }
    };
}

/// Gives a type that derives `Deserialize` with `#[serde(remote = "Self", …)]` one that reads nothing but an object. Serde
/// would also take a list of its values, in the order in which they happen to stand in the type.
#[macro_export]
macro_rules! object {
    ($name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let tree =
                    <$crate::strict::Tree as ::serde::Deserialize>::deserialize(deserializer)?;
                if !tree.0.is_object() {
                    return Err(::serde::de::Error::custom(
                        "invalid type: expected an object",
                    ));
                }
                $name::deserialize(tree.0).map_err(::serde::de::Error::custom)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "action", rename_all = "camelCase", deny_unknown_fields)]
    enum Outer {
        Give { number: Inner },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(
        remote = "Self",
        tag = "from",
        rename_all = "camelCase",
        deny_unknown_fields
    )]
    enum Inner {
        Series { number: Option<String> },
        New {},
    }
    told_apart!(Inner);

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(remote = "Self", deny_unknown_fields, default)]
    #[derive(Default)]
    struct Filter {
        q: Option<String>,
        limit: Option<u32>,
    }
    object!(Filter);

    #[test]
    fn a_list_of_the_values_is_no_object() {
        let read = |text: &str| {
            serde_json::from_str::<Option<Filter>>(text).map_err(|error| error.to_string())
        };
        let named = Filter {
            q: Some("a".to_owned()),
            limit: None,
        };
        assert_eq!(read(r#"{"q":"a"}"#), Ok(Some(named)));
        assert_eq!(read("{}"), Ok(Some(Filter::default())));
        assert_eq!(read("null"), Ok(None));
        for bad in [r#"["a",1]"#, "[]", r#""a""#, "7", r#"{"q":"a","x":1}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_word_that_tells_apart_is_a_text_wherever_it_stands() {
        let read = |number: &str| {
            let text = format!(r#"{{"action":"give","number":{number}}}"#);
            serde_json::from_str::<Outer>(&text).map_err(|error| error.to_string())
        };
        let number = Inner::Series {
            number: Some("1".to_owned()),
        };
        let outer = Outer::Give { number };
        let written = serde_json::to_string(&outer).unwrap();
        assert_eq!(serde_json::from_str::<Outer>(&written).unwrap(), outer);
        assert_eq!(
            read(r#"{"from":"new"}"#),
            Ok(Outer::Give {
                number: Inner::New {}
            })
        );
        for (bad, told) in [
            (r#"{"from":0}"#, "invalid type"),
            (r#"{"from":1}"#, "invalid type"),
            (r#"{"from":null}"#, "invalid type"),
            (r#"{"from":["new"]}"#, "invalid type"),
            (r#"{"from":"old"}"#, "unknown variant"),
            (r#"{"from":"new","x":1}"#, "unknown field `x`"),
            (r#"{"number":"1"}"#, "missing field `from`"),
            (
                r#"{"from":"new","from":"series"}"#,
                "duplicate field `from`",
            ),
            (
                r#"{"from":"series","number":"1","number":"2"}"#,
                "duplicate field `number`",
            ),
            ("[]", "invalid type"),
            (r#"["new"]"#, "invalid type"),
            ("0", "invalid type"),
        ] {
            let error = read(bad).unwrap_err();
            assert!(error.contains(told), "{bad}: {error}");
        }
    }
}
