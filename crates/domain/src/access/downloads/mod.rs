//! Links to files. A link in a Teams tab cannot carry a bearer token, so it carries a ticket: good for a minute, for one file,
//! for whoever asked. It is no right of its own: the right of whoever asked is looked at again when the file is fetched.

mod store;

use super::{Permission, Scope, authorise, model::Caller};
use platform::{
    Error, Ids, Kind, Result,
    db::{Conn, Tx},
    i18n::Language,
    seal::Secret,
};
use std::time::Duration;

/// How long a link leads to its file.
pub const DOWNLOAD_LIFE: Duration = Duration::from_secs(60);

/// What a ticket stands for.
#[derive(Clone, Debug)]
pub struct Download {
    /// JSON, as it was given to [`open_download`].
    pub request: String,
    /// Of headings and texts in the file.
    pub language: Language,
    pub(super) caller: Caller,
    pub(super) organisation: super::OrganisationId,
}

/// Makes a ticket for a file; the secret goes into the link and nowhere else.
///
/// # Errors
/// 500 for a scope without a principal: workers fetch no files.
pub async fn open_download(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    request: &str,
    language: Language,
) -> Result<Secret> {
    let now = ids.now();
    store::purge(tx, scope, now).await?;
    let ticket = Secret::random();
    let until = now.plus(DOWNLOAD_LIFE);
    store::insert(tx, scope, &ticket.hash(), request, language, until).await?;
    Ok(ticket)
}

/// What a ticket stands for.
///
/// # Errors
/// 410 `downloadExpired` for a ticket that has run out or never was.
pub async fn download(conn: &mut Conn, ids: &Ids, ticket: &str) -> Result<Download> {
    let found = match Secret::parse(ticket) {
        Some(ticket) => store::find(conn, &ticket.hash(), ids.now()).await?,
        None => None,
    };
    found.ok_or_else(|| {
        Error::new(
            Kind::Gone,
            "downloadExpired",
            "This link leads to its file for a minute only. Go back and download again.",
        )
    })
}

impl Download {
    /// The scope of whoever asked, with their rights as they are now.
    pub async fn scope(&self, conn: &mut Conn, permission: Permission) -> Result<Scope> {
        authorise(conn, &self.caller, self.organisation, permission).await
    }
}
