//! Microsoft Graph v1.0: the directory of people and groups, and Teams' telephone numbers.
//!
//! It promises that our token goes to the configured Graph and nowhere else, that an answer about one thing is never
//! taken for an answer about another, and that an effectful call whose outcome is not known says so. Links in answers are
//! followed as they stand when they lead to the same host, and refused otherwise. It deliberately does not repeat effectful
//! calls, decide what a licence entitles to, or keep anything.

mod call;
mod connection;
mod directory;
mod person;
mod telephony;

use crate::{
    entra::Entra,
    http::{Http, PAGE_ANSWER, Place},
};
use call::percent;
use platform::outside::OutsideError;
use std::sync::Arc;
use url::Url;

#[derive(Clone, Debug)]
pub struct Config {
    /// Where Graph stands, version included: `https://graph.microsoft.com/v1.0` in the world's public cloud. Tokens are
    /// sent to this scheme, host and port only. The resource that tokens are asked for is the authority's to know
    /// ([`crate::entra::Config::graph_resource`]).
    pub base: Url,
    /// The most that one page of a directory may measure, in bytes. Default 8 MiB.
    pub page_limit: usize,
}

impl Config {
    /// With every default.
    pub fn new(base: Url) -> Self {
        Config {
            base,
            page_limit: PAGE_ANSWER,
        }
    }
}

pub struct Graph {
    /// Without a slash at its end.
    base: String,
    place: Place,
    page_limit: usize,
    entra: Arc<Entra>,
    http: Http,
}

impl Graph {
    /// `http` is usually the authority's ([`Entra::http`]). Asks nobody. The error says what to mend.
    pub fn new(config: Config, entra: Arc<Entra>, http: Http) -> Result<Arc<Self>, String> {
        let place = Place::of(&config.base).map_err(|why| format!("Graph's base: {why}"))?;
        if config.base.query().is_some() || config.base.fragment().is_some() {
            return Err("Graph's base must end with its path".into());
        }
        Ok(Arc::new(Graph {
            base: config.base.as_str().trim_end_matches('/').to_owned(),
            place,
            page_limit: config.page_limit,
            entra,
            http,
        }))
    }

    /// `path` begins with a slash; `query` is `(name, value)` with values not yet encoded. OData's `$` stays as it is, for
    /// the sake of whoever reads a proxy's log.
    fn address(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, OutsideError> {
        let mut text = format!("{}{path}", self.base);
        for (index, (name, value)) in query.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(&percent(value));
        }
        Url::parse(&text).map_err(|_| OutsideError::Malformed("an address of ours".into()))
    }
}

#[cfg(test)]
mod tests;
