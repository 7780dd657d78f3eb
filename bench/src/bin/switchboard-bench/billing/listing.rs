//! The long invoice read from its first line to its last, five hundred at a time. Both sides read one database: nobody writes.

use super::world;
use crate::{
    authority::Authority,
    load::{Connection, Request},
    options::Options,
    report::Line,
    runs::{self, Operation, Requests, Subject},
    store::open,
    sync::told,
};
use domain::{access::OrganisationId, billing::InvoiceId};
use platform::db::params;
use serde_json::Value;
use std::path::Path;

pub async fn compare(
    url: &str,
    options: &Options,
    authority: &Authority,
    folder: &Path,
) -> Result<Line, String> {
    let db = open(url).await?;
    let mut conn = db.read().await.map_err(told)?;
    let row = conn
        .one(
            "SELECT organisation, id FROM invoices ORDER BY lines DESC, id LIMIT 1",
            params![],
        )
        .await
        .map_err(told)?;
    let payer: OrganisationId = row.get(0).map_err(told)?;
    let invoice: InvoiceId = row.get(1).map_err(told)?;
    drop(conn);
    db.close();
    let subject = |process| Subject {
        process,
        quotes: Vec::new(),
    };
    let server = subject(runs::server(url, authority, folder).await?);
    let floor = subject(runs::floor(url, authority, folder).await?);
    let (tenant, object, name, username) = world::reader();
    let token = authority.token(tenant, object, &name, &username)?;
    let path = format!("/api/v1/organisations/{payer}/invoices/{invoice}/lines?limit=500");
    let pages = pages(&server, &path, &token).await?;
    let options = Options {
        requests: pages.len(),
        ..options.clone()
    };
    let operation = Operation {
        name: "list_invoice_lines",
        requests: Requests::Reads(pages),
        has_floor: true,
    };
    runs::compare(&operation, &server, &floor, &options).await
}

/// A request for each page, as a client that walks through them sends them.
async fn pages(server: &Subject, path: &str, token: &str) -> Result<Vec<Request>, String> {
    let mut connection = Connection::open(server.process.address).await?;
    let mut pages = vec![Request::get(path, token, None)];
    while let Some(last) = pages.last() {
        let answer = connection.ask(last).await?;
        let json: Value = serde_json::from_slice(&answer.body).map_err(|error| {
            format!(
                "{error}: {} {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            )
        })?;
        let Some(next) = json["next"].as_str() else {
            break;
        };
        pages.push(Request::get(&format!("{path}&cursor={next}"), token, None));
    }
    Ok(pages)
}
