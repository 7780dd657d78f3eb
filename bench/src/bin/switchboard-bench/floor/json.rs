//! JSON written by hand.

use platform::Instant;
use std::fmt::Write;
use uuid::Uuid;

pub struct Json(pub String);

impl Json {
    pub fn with_capacity(capacity: usize) -> Json {
        Json(String::with_capacity(capacity))
    }

    pub fn raw(&mut self, text: &str) -> &mut Json {
        self.0.push_str(text);
        self
    }

    pub fn text(&mut self, text: &str) -> &mut Json {
        self.0.push('"');
        let mut start = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= 0x20 && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.0.push_str(&text[start..at]);
            match byte {
                b'"' => self.0.push_str("\\\""),
                b'\\' => self.0.push_str("\\\\"),
                // Writing to a String does not fail.
                other => write!(self.0, "\\u{other:04x}").unwrap_or_default(),
            }
            start = at + 1;
        }
        self.0.push_str(&text[start..]);
        self.0.push('"');
        self
    }

    pub fn optional(&mut self, text: Option<&str>) -> &mut Json {
        match text {
            Some(text) => self.text(text),
            None => self.raw("null"),
        }
    }

    pub fn id(&mut self, id: Uuid) -> &mut Json {
        let mut buffer = Uuid::encode_buffer();
        self.0.push('"');
        self.0.push_str(id.hyphenated().encode_lower(&mut buffer));
        self.0.push('"');
        self
    }

    pub fn number(&mut self, number: i64) -> &mut Json {
        write!(self.0, "{number}").unwrap_or_default();
        self
    }

    pub fn money(&mut self, amount: i64) -> &mut Json {
        self.raw("{\"amount\":")
            .number(amount)
            .raw(",\"currency\":\"DKK\"}")
    }

    pub fn instant(&mut self, micros: i64) -> &mut Json {
        write!(self.0, "\"{}\"", Instant(micros)).unwrap_or_default();
        self
    }

    pub fn optional_instant(&mut self, micros: Option<i64>) -> &mut Json {
        match micros {
            Some(micros) => self.instant(micros),
            None => self.raw("null"),
        }
    }

    /// `[`, each item with commas between, `]`.
    pub fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Json, &T)) -> &mut Json {
        self.0.push('[');
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            write(self, item);
        }
        self.0.push(']');
        self
    }
}
