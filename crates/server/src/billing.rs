//! `switchboard close-period`: closes a month and makes its invoices, beside a running server or without one.

use domain::{access, billing};
use platform::{Ids, Period, config::Config, db::Db};

/// Closes the month if it is open, and makes the invoices that are still to be made. Answers what came of it.
///
/// # Errors
/// One line that says what is wrong.
pub async fn close(
    config: &Config,
    db: &Db,
    ids: &Ids,
    period: &str,
) -> std::result::Result<String, String> {
    let period = Period::parse(period).ok_or("close-period wants a month like 2026-11")?;
    let issuer = billing::Issuer::of(config);
    let told = |error: platform::Error| error.to_string();
    let mut tx = db.begin().await.map_err(told)?;
    let operator = access::operator(&mut tx, access::for_system())
        .await
        .map_err(|_| "there is no operator whose month could be closed".to_owned())?;
    let scope = access::for_work(&mut tx, access::for_system(), operator)
        .await
        .map_err(told)?;
    match billing::close(&mut tx, ids, &scope, &issuer, period).await {
        Ok(()) => tx.commit().await.map_err(told)?,
        // Its invoices may still be to be made.
        Err(error) if error.code == "periodClosed" => drop(tx),
        Err(error) => return Err(error.message.into_owned()),
    }
    billing::finish_period(db, ids, &issuer, period)
        .await
        .map_err(told)?;
    let mut conn = db.read().await.map_err(told)?;
    let status = billing::period_status(&mut conn, &scope, period)
        .await
        .map_err(told)?;
    Ok(format!(
        "{period} is closed: {} invoices with {} lines; {} had nothing to pay.",
        status.issued, status.lines, status.nothing
    ))
}
