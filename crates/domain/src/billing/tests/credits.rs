//! What may be credited.

use super::world::World;
use crate::billing::{self, InvoiceState};
use platform::Money;

#[tokio::test]
async fn a_credit_note_never_comes_to_less_than_nothing() {
    let world = World::new().await;
    let own = world.nordvind;
    for (amount, when) in [
        (30_000, "2026-11-03T12:00:00Z"),
        (-89_900, "2026-11-04T12:00:00Z"),
        (100_000, "2026-11-05T12:00:00Z"),
    ] {
        world.once(own, world.telephone, amount, when).await;
    }
    world.bill("2026-11").await;
    let invoice = world.invoice(own, "2026-11").await.unwrap();
    let scope = world.scope(own).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    let document = billing::document(&mut conn, &scope, invoice.id)
        .await
        .unwrap();
    drop(conn);
    let position = |amount| {
        let lines = &document.lines;
        let place = lines
            .iter()
            .position(|line| line.amount == Money::dkk(amount));
        place.unwrap() as i64 + 1
    };
    let credit = async |lines: Option<Vec<i64>>| -> platform::Result<billing::Invoice> {
        let mut tx = world.fixture.db.begin().await.unwrap();
        let note = billing::credit(
            &mut tx,
            &world.ids,
            &scope,
            &world.issuer,
            invoice.id,
            lines.as_deref(),
            "wrong",
        )
        .await?;
        tx.commit().await?;
        Ok(note)
    };
    let (small, back) = (position(30_000), position(-89_900));
    for lines in [vec![back], vec![small, back]] {
        let refused = credit(Some(lines)).await.unwrap_err();
        assert_eq!(refused.code, "creditBelowNothing");
    }
    // Nothing was written and no number is gone.
    let note = credit(Some(vec![small])).await.unwrap();
    assert_eq!(
        (note.number.as_str(), note.net),
        ("2026-000002", Money::dkk(30_000))
    );
    let rest = credit(None).await.unwrap();
    assert_eq!(rest.net, Money::dkk(10_100));
    let credited = world.invoice(own, "2026-11").await.unwrap();
    assert_eq!(credited.state, InvoiceState::Credited);
    world.check().await;
}
