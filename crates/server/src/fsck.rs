//! `switchboard fsck`: is everything that must be true of the data true?

use domain::{access, invariants};
use platform::db::Db;

/// Prints what was looked at and what was found, a line each or as one JSON document. Looks at one moment and changes nothing, so
/// that it can run beside the server and on a copy.
///
/// # Errors
/// One line: something is wrong, or the database cannot be read.
pub async fn run(db: &Db, as_json: bool) -> Result<(), String> {
    db.ready(domain::migrations())
        .await
        .map_err(|error| format!("database.url: {}", error.context.unwrap_or_default()))?;
    let findings = invariants::look(db, access::for_system())
        .await
        .map_err(|error| error.to_string())?;
    let wrong = findings.iter().filter(|finding| finding.found > 0).count();
    if as_json {
        let told = serde_json::json!({ "sound": wrong == 0, "checks": findings });
        println!("{told:#}");
    } else {
        for finding in findings.iter().filter(|finding| finding.found > 0) {
            println!(
                "{}: {} ({} times: {})",
                finding.check,
                finding.says,
                finding.found,
                finding.named.join(", ")
            );
        }
        println!(
            "{} checks, {wrong} of them found something.",
            findings.len()
        );
    }
    if wrong == 0 {
        Ok(())
    } else {
        Err(format!(
            "{wrong} of {} checks found something",
            findings.len()
        ))
    }
}
