//! Billing: a year of months closed for a thousand customers, documents rendered beside what krilla alone takes, and an invoice of
//! fifty thousand lines read page by page beside the floor.

mod closing;
mod listing;
mod pdf;
mod report;
mod spent;
mod world;

use crate::{authority::Authority, options::Options, store::Store};
use std::{path::Path, process::Command};

/// Runs in the child: the database's URL, how many customers, how many lines the long invoice has at least.
pub async fn run(words: &[String]) -> Result<closing::Closed, String> {
    let [url, customers, lines] = words else {
        return Err(
            "billing takes a database, a number of customers and a number of lines".to_owned(),
        );
    };
    let number = |text: &String| {
        text.parse::<usize>()
            .map_err(|_| format!("{text} is no number"))
    };
    closing::run(url, number(customers)?, number(lines)?).await
}

/// One engine's part; the closing has a process of its own, so that its processor time is its own.
pub async fn measure(
    store: &Store,
    options: &Options,
    authority: &Authority,
    folder: &Path,
) -> Result<String, String> {
    let url = store.make("billing", None).await?;
    let size = options.size;
    let output = Command::new(std::env::current_exe().map_err(|error| error.to_string())?)
        .args(["billing", &url])
        .args([size.payers.to_string(), size.lines.to_string()])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let closed: closing::Closed =
        serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let mut text = report::closing(store.name(), &closed);
    let line = listing::compare(&url, options, authority, folder).await?;
    text.push_str(&report::listing(&closed, &line));
    store.remove("billing").await?;
    Ok(text)
}

/// Of no engine: a document as PDF.
pub fn documents() -> Result<String, String> {
    pdf::compare().map(|compared| report::pdf(&compared))
}
