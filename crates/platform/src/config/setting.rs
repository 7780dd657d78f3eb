//! How one value is read and shown.

use std::{net::SocketAddr, ops::Deref, path::PathBuf};
use url::Url;

/// A kind of value that a key can have.
pub trait Setting: Sized {
    /// Reads a TOML value. The environment gives text for every kind. The error says what was expected, without the value:
    /// it may be a secret.
    fn read(value: &toml::Value) -> Result<Self, String>;
    /// The value as TOML, or `None` when it has none.
    fn show(&self) -> Option<String>;
    /// What a person should write, for the commented line of a key without a default.
    const EXAMPLE: &'static str = "\"…\"";
}

/// Text that is never printed: not by `Debug`, not in an error.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    /// The text itself, for whoever has to send it. Do not log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        SecretText(text.to_owned())
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// A value without a default. `Config::load` refuses to return while one is missing, so that reading it needs no decision;
/// reading one of a configuration that was never checked is a fault in the program, and panics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required<T>(Option<T>);

impl<T> Required<T> {
    pub const fn missing() -> Self {
        Required(None)
    }

    pub const fn given(value: T) -> Self {
        Required(Some(value))
    }

    pub(super) fn is_missing(&self) -> bool {
        self.0.is_none()
    }
}

impl<T> Deref for Required<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0
            .as_ref()
            .expect("a required setting was read from a configuration that was not checked")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Plain; for a server on this machine.
    None,
    /// Plain at first, then TLS; refused when the server does not offer it.
    StartTls,
    /// TLS from the first byte.
    Implicit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// For defaults that are written in the source.
pub(super) fn url(text: &'static str) -> Url {
    text.parse().expect("a default in the source is a URL")
}

fn text(value: &toml::Value) -> Result<&str, String> {
    match value {
        toml::Value::String(text) if text.trim().is_empty() => {
            Err("is empty: write a value or leave the key out".to_owned())
        }
        toml::Value::String(text) => Ok(text.trim()),
        _ => Err("is not text: put it in quotes".to_owned()),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

impl Setting for String {
    fn read(value: &toml::Value) -> Result<Self, String> {
        text(value).map(str::to_owned)
    }
    fn show(&self) -> Option<String> {
        Some(quoted(self))
    }
}

impl Setting for SecretText {
    fn read(value: &toml::Value) -> Result<Self, String> {
        text(value).map(SecretText::from)
    }
    fn show(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

impl Setting for PathBuf {
    fn read(value: &toml::Value) -> Result<Self, String> {
        text(value).map(PathBuf::from)
    }
    fn show(&self) -> Option<String> {
        self.to_str().map(quoted)
    }
}

impl Setting for Url {
    fn read(value: &toml::Value) -> Result<Self, String> {
        let url: Url = text(value)?.parse().map_err(|error| {
            format!("is not a URL ({error}): write for example \"https://portal.example\"")
        })?;
        match url.scheme() {
            "http" | "https" if url.has_host() => Ok(url),
            _ => Err(
                "is not an http or https address: write for example \"https://portal.example\""
                    .to_owned(),
            ),
        }
    }
    fn show(&self) -> Option<String> {
        Some(quoted(self.as_str()))
    }
}

impl Setting for SocketAddr {
    fn read(value: &toml::Value) -> Result<Self, String> {
        text(value)?.parse().map_err(|_| {
            "is not an address with a port: write for example \"0.0.0.0:8080\"".to_owned()
        })
    }
    fn show(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}

impl Setting for uuid::Uuid {
    fn read(value: &toml::Value) -> Result<Self, String> {
        text(value)?.parse().map_err(|_| {
            "is not a GUID: copy it from the application's page in the Entra portal".to_owned()
        })
    }
    fn show(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}

impl Setting for bool {
    fn read(value: &toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::Boolean(value) => Ok(*value),
            toml::Value::String(text) if text == "true" => Ok(true),
            toml::Value::String(text) if text == "false" => Ok(false),
            _ => Err("is neither true nor false".to_owned()),
        }
    }
    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

fn whole<T: TryFrom<i64>>(value: &toml::Value) -> Result<T, String> {
    let number = match value {
        toml::Value::Integer(number) => Some(*number),
        toml::Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| "is not a whole number in range".to_owned())
}

impl Setting for u32 {
    fn read(value: &toml::Value) -> Result<Self, String> {
        whole(value)
    }
    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Setting for u16 {
    fn read(value: &toml::Value) -> Result<Self, String> {
        whole(value)
    }
    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Setting for Tls {
    fn read(value: &toml::Value) -> Result<Self, String> {
        match text(value)? {
            "none" => Ok(Tls::None),
            "starttls" => Ok(Tls::StartTls),
            "implicit" => Ok(Tls::Implicit),
            _ => Err("is none of \"starttls\", \"implicit\" and \"none\"".to_owned()),
        }
    }
    fn show(&self) -> Option<String> {
        Some(quoted(match self {
            Tls::None => "none",
            Tls::StartTls => "starttls",
            Tls::Implicit => "implicit",
        }))
    }
}

impl Setting for LogFormat {
    fn read(value: &toml::Value) -> Result<Self, String> {
        match text(value)? {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("is neither \"text\" nor \"json\"".to_owned()),
        }
    }
    fn show(&self) -> Option<String> {
        Some(quoted(match self {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        }))
    }
}

impl<T: Setting> Setting for Option<T> {
    fn read(value: &toml::Value) -> Result<Self, String> {
        T::read(value).map(Some)
    }
    fn show(&self) -> Option<String> {
        self.as_ref().and_then(T::show)
    }
}

impl<T: Setting> Setting for Required<T> {
    fn read(value: &toml::Value) -> Result<Self, String> {
        T::read(value).map(Required::given)
    }
    fn show(&self) -> Option<String> {
        self.0.as_ref().and_then(T::show)
    }
}

/// A TOML array, or text with commas between (the environment).
impl<T: Setting> Setting for Vec<T> {
    fn read(value: &toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::Array(items) => items.iter().map(T::read).collect(),
            toml::Value::String(list) => list
                .split(',')
                .filter(|item| !item.trim().is_empty())
                .map(|item| T::read(&toml::Value::from(item)))
                .collect(),
            _ => Err("is not a list: write for example [\"…\", \"…\"]".to_owned()),
        }
    }
    fn show(&self) -> Option<String> {
        let items: Vec<_> = self.iter().filter_map(T::show).collect();
        Some(format!("[{}]", items.join(", ")))
    }
}
