//! What was tampered with.

use super::look;
use crate::{
    access,
    billing::{self, tests::world::World},
};
use platform::db::params;

#[tokio::test]
async fn what_was_tampered_with_is_found() {
    let world = World::new().await;
    for organisation in [world.nordvind, world.fjord, world.havn] {
        world.customer_with(organisation, "Anna").await;
    }
    world.bill("2026-11").await;
    let found = async |check: &str| {
        let findings = look(&world.fixture.db, access::for_system()).await.unwrap();
        findings
            .iter()
            .find(|finding| finding.check == check)
            .unwrap()
            .found
    };
    let invoice = world.invoice(world.havn, "2026-11").await.unwrap();
    world
        .execute(
            "UPDATE invoice_lines SET reference = 'other' WHERE invoice = ?1",
            params![invoice.id],
        )
        .await;
    assert_eq!(found("invoiceAltered").await, 1);
    world
        .execute(
            "UPDATE invoice_lines SET amount = amount + 1 WHERE invoice = ?1",
            params![invoice.id],
        )
        .await;
    assert_eq!(found("invoiceAgainstLines").await, 1);
    let scope = world.scope(world.havn).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    assert!(
        billing::document(&mut conn, &scope, invoice.id)
            .await
            .is_err()
    );
    drop(conn);
    world
        .execute(
            "UPDATE invoices SET net = net + 1, gross = gross + 1 WHERE id = ?1",
            params![invoice.id],
        )
        .await;
    assert_eq!(found("invoiceAgainstSums").await, 1);
    world
        .execute("UPDATE invoice_series SET last = last + 1", params![])
        .await;
    assert_eq!(found("invoiceNumberGap").await, 1);
}
