//! Files: a link that is good for a minute and needs no proof of its own, since a link cannot carry a bearer token.
//!
//! A kind of file is a variant of [`Wish`] and a file of this folder that writes it: add both, say in [`Wish::permission`] who
//! may have it, and in [`write`] who writes it. The right is looked at when the link is made and again when it is followed.

mod audit;
mod bulk;
mod create_download;
mod follow;
mod invoices;
mod orders;
mod people;

pub use follow::Room;

use crate::{App, Shared, texts::TEXTS};
use axum::{Router, routing::get};
use domain::{
    access::{Permission, Scope},
    billing::InvoiceId,
    bulk::BulkId,
};
use platform::{
    Ids, Result,
    csv::{Cell, Writer},
    db::Conn,
    i18n::Language,
    words,
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(create_download::create_download))
}

/// Where links lead. Not part of the contract: a link is opaque.
pub(crate) fn links() -> Router<Shared> {
    Router::new().route("/api/v1/downloads/{ticket}", get(follow::follow))
}

words! {
    /// For spreadsheets.
    pub enum CsvOnly {
        Csv = "csv",
    }
}

/// A schema that also allows `null`.
fn or_null(mut schema: utoipa::openapi::schema::Object) -> utoipa::openapi::schema::Object {
    use utoipa::openapi::schema::Type;
    schema.schema_type = [Type::String, Type::Null].into_iter().collect();
    schema
}

/// Which file.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[schema(as = CreateDownloadRequest)]
pub enum Wish {
    /// The list of people, as it is filtered and sorted on the screen.
    People {
        format: CsvOnly,
        #[serde(default)]
        filter: people::PeopleFilter,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(schema_with = people::sorts)]
        sort: Option<String>,
        /// In this order; all without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        columns: Option<Vec<people::PeopleColumn>>,
    },
    /// The list of orders, as it is filtered and sorted on the screen.
    Orders {
        format: CsvOnly,
        #[serde(default)]
        filter: orders::OrdersFilter,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(schema_with = orders::sorts)]
        sort: Option<String>,
        /// In this order; all without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        columns: Option<Vec<orders::OrdersColumn>>,
    },
    /// The rows of an uploaded table that could not go, each with its reasons, to be mended and uploaded again.
    BulkErrors { id: BulkId, format: CsvOnly },
    /// A table to begin with.
    BulkTemplate { format: CsvOnly },
    /// The organisation's audit log: the newest 100,000 entries.
    Audit { format: CsvOnly },
    /// An invoice or a credit note.
    Invoice {
        id: InvoiceId,
        format: invoices::InvoiceFormat,
    },
    /// Lines of an invoice, as they are filtered and sorted on the screen.
    InvoiceLines {
        id: InvoiceId,
        format: CsvOnly,
        #[serde(default)]
        filter: invoices::InvoiceLinesFilter,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(schema_with = invoices::sort_of_lines)]
        sort: Option<String>,
        /// In this order; all without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        columns: Option<Vec<invoices::InvoiceLineColumn>>,
    },
}

impl Wish {
    /// What one must be allowed to for it.
    fn permission(&self) -> Permission {
        match self {
            Wish::People { .. }
            | Wish::Orders { .. }
            | Wish::BulkErrors { .. }
            | Wish::BulkTemplate { .. }
            | Wish::Audit { .. } => Permission::Read,
            Wish::Invoice { .. } | Wish::InvoiceLines { .. } => Permission::ReadInvoices,
        }
    }

    /// Whether it is a document, which takes much room while it is made.
    fn takes_room(&self) -> bool {
        matches!(self, Wish::Invoice { format, .. } if *format != invoices::InvoiceFormat::Csv)
    }

    /// Whether it can be written as it was asked for.
    fn check(&self) -> Result<()> {
        match self {
            Wish::People { filter, sort, .. } => people::check(filter, sort.as_deref()),
            Wish::Orders { filter, sort, .. } => orders::check(filter, sort.as_deref()),
            Wish::InvoiceLines { filter, sort, .. } => invoices::check(filter, sort.as_deref()),
            Wish::BulkErrors { .. }
            | Wish::BulkTemplate { .. }
            | Wish::Audit { .. }
            | Wish::Invoice { .. } => Ok(()),
        }
    }
}

/// A file, ready to be sent.
struct File {
    /// With its ending, in the reader's language.
    name: String,
    content_type: &'static str,
    content: Vec<u8>,
}

/// Writes the file that was asked for.
async fn write(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    wish: &Wish,
    language: Language,
) -> Result<File> {
    match wish {
        Wish::People {
            filter,
            sort,
            columns,
            ..
        } => {
            let text = people::write(
                conn,
                scope,
                filter,
                sort.as_deref(),
                columns.as_deref(),
                language,
            )
            .await?;
            Ok(csv(&app.ids, language, "people", text))
        }
        Wish::Orders {
            filter,
            sort,
            columns,
            ..
        } => {
            let text = orders::write(
                conn,
                scope,
                filter,
                sort.as_deref(),
                columns.as_deref(),
                language,
            )
            .await?;
            Ok(csv(&app.ids, language, "orders", text))
        }
        Wish::BulkErrors { id, .. } => {
            let text = bulk::errors(conn, scope, *id, language).await?;
            Ok(csv(&app.ids, language, "bulkErrors", text))
        }
        Wish::Invoice { id, format } => {
            invoices::document(app, conn, scope, *id, *format, language).await
        }
        Wish::InvoiceLines {
            id,
            filter,
            sort,
            columns,
            ..
        } => {
            let (sort, columns) = (sort.as_deref(), columns.as_deref());
            invoices::lines(conn, scope, *id, filter, sort, columns, language).await
        }
        Wish::Audit { .. } => {
            let text = audit::write(conn, scope, language).await?;
            Ok(csv(&app.ids, language, "audit", text))
        }
        Wish::BulkTemplate { .. } => Ok(csv(
            &app.ids,
            language,
            "bulkTemplate",
            domain::bulk::template(language),
        )),
    }
}

/// A CSV file named for its kind and the day.
fn csv(ids: &Ids, language: Language, kind: &str, text: String) -> File {
    let name = TEXTS.text(language, &format!("download.{kind}.file"), &[]);
    File {
        name: format!("{name}-{}.csv", ids.now().danish_day()),
        content_type: "text/csv; charset=utf-8",
        content: text.into_bytes(),
    }
}

/// The headings of a table's columns.
fn headings(language: Language, kind: &str, columns: &[&str]) -> Vec<String> {
    columns
        .iter()
        .map(|column| TEXTS.text(language, &format!("download.{kind}.{column}"), &[]))
        .collect()
}

/// An amount in whole kroner and øre, as spreadsheets of that language read it: `129,50` or `129.50`.
fn amount(language: Language, money: platform::Money) -> Cell<'static> {
    let sign = if money.amount < 0 { "-" } else { "" };
    let minor = money.amount.unsigned_abs();
    let point = match language {
        Language::Da => ',',
        Language::En => '.',
    };
    Cell::plain(format!("{sign}{}{point}{:02}", minor / 100, minor % 100))
}

/// Begins a table with its headings.
fn table(headings: &[String]) -> Writer {
    Writer::new(headings.iter().map(String::as_str))
}

#[cfg(test)]
mod tests;
