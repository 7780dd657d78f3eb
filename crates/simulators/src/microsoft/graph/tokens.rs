//! The opaque texts in next and delta links. A client must not read them; they are not secret either.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Where the next page of a collection begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageToken {
    /// The tenant it was given to.
    pub t: String,
    /// The path it belongs to.
    pub p: String,
    /// Begin after this key (collections in their own order).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub a: Option<String>,
    /// Begin at this position (sorted collections).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub o: Option<usize>,
    /// Pages given so far.
    #[serde(default)]
    pub n: usize,
}

/// How far a round of a delta query has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeltaToken {
    /// The tenant it was given to.
    pub t: String,
    /// What is followed: `users` or `groups`.
    pub k: String,
    /// The journal's sequence from which the next round reads.
    pub s: u64,
    /// Within a full round: the last object given, empty at its beginning. Absent in a delta link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub a: Option<String>,
    /// Within a full round of groups: how many members of the group after `a` are already given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m: Option<usize>,
    /// Within an incremental round: how many journal lines are already given. Absent in a delta link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub o: Option<usize>,
    /// Within an incremental round: the sequence at which it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<u64>,
    /// Properties asked for in the first request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<Vec<String>>,
    /// Ids the first request was limited to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub f: Option<Vec<String>>,
    /// When it was given, in seconds since 1970.
    pub i: i64,
    /// The generation of tokens; older generations count as expired.
    pub g: u64,
}

/// Writes a token.
pub fn seal<T: Serialize>(token: &T) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(token).unwrap_or_default())
}

/// Reads a token; `None` for a text that is not one.
pub fn open<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
