//! Addresses that are added, confirmed and taken away.

use super::*;
use crate::access::{self, NewOrganisation, NumberType, OrganisationId, OrganisationKind, Scope};
use platform::{
    Ids, Instant, Kind, Money, Period, Result, db::params, i18n::Language, seal::Secret,
    testing::Fixture, time::ManualClock,
};
use std::{sync::Arc, time::Duration};
use url::Url;
use uuid::Uuid;

struct World {
    fixture: Fixture,
    clock: Arc<ManualClock>,
    ids: Ids,
    firms: Vec<OrganisationId>,
}

impl World {
    async fn new() -> World {
        let fixture = Fixture::new(crate::migrations()).await;
        let clock = Arc::new(ManualClock::at(Instant(1_795_000_000_000_000)));
        let ids = Ids::new(clock.clone());
        let mut tx = fixture.db.begin().await.unwrap();
        let mut firms: Vec<OrganisationId> = Vec::new();
        for (name, language) in [
            ("Operator", Language::En),
            ("Firma\r\nBcc: x", Language::Da),
        ] {
            let new = NewOrganisation {
                kind: match firms.is_empty() {
                    true => OrganisationKind::Operator,
                    false => OrganisationKind::Customer,
                },
                name: name.to_owned(),
                customer_number: name.to_owned(),
                parent: firms.first().copied(),
                tenant: None,
                language,
                number_type: NumberType::OperatorConnect,
            };
            let id = access::create_organisation(&mut tx, &ids, access::for_system(), &new);
            firms.push(id.await.unwrap());
        }
        tx.commit().await.unwrap();
        World {
            fixture,
            clock,
            ids,
            firms,
        }
    }

    async fn scope(&self, firm: usize) -> Scope {
        let mut conn = self.fixture.db.read().await.unwrap();
        access::for_work(&mut conn, access::for_system(), self.firms[firm])
            .await
            .unwrap()
    }

    async fn add(&self, address: &str, language: Option<Language>) -> Result<NotificationAddress> {
        let portal: Url = "https://portal.example/".parse().unwrap();
        let scope = self.scope(1).await;
        let mut tx = self.fixture.db.begin().await?;
        let added = add_address(&mut tx, &self.ids, &scope, &portal, address, language).await?;
        tx.commit().await?;
        Ok(added)
    }

    async fn confirm(&self, token: &Secret) -> Result<NotificationAddress> {
        let mut tx = self.fixture.db.begin().await?;
        let confirmed = confirm_address(&mut tx, &self.ids, token).await?;
        tx.commit().await?;
        Ok(confirmed)
    }

    async fn list(&self, firm: usize) -> Vec<NotificationAddress> {
        let scope = self.scope(firm).await;
        let mut conn = self.fixture.db.read().await.unwrap();
        addresses(&mut conn, &scope).await.unwrap()
    }

    /// Subject and text of the mails so far, the newest first.
    async fn mails(&self) -> Vec<(String, String)> {
        let mut conn = self.fixture.db.read().await.unwrap();
        conn.all(
            "SELECT subject, body FROM mail_outbox ORDER BY created_at DESC, id DESC",
            params![],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get(0).unwrap(), row.get(1).unwrap()))
        .collect()
    }

    async fn token(&self) -> Secret {
        let (_, body) = self.mails().await.swap_remove(0);
        let (_, after) = body
            .split_once("https://portal.example/confirm-address#")
            .unwrap();
        Secret::parse(&after[..43]).unwrap()
    }
}

#[tokio::test]
async fn an_address_is_asked_and_confirms_once() {
    let world = World::new().await;
    let added = world.add(" Drift@Firma.example", None).await.unwrap();
    assert_eq!(added.address, "Drift@firma.example");
    assert_eq!(
        (added.state, added.language),
        (AddressState::Pending, Language::Da)
    );
    let (subject, _) = world.mails().await.swap_remove(0);
    assert_eq!(
        subject,
        "Skal FirmaBcc: x give dig besked, når et nummer nærmer sig sin datagrænse?"
    );
    let token = world.token().await;
    let confirmed = world.confirm(&token).await.unwrap();
    assert_eq!(
        (confirmed.id, confirmed.state),
        (added.id, AddressState::Confirmed)
    );
    let error = world.confirm(&token).await.unwrap_err();
    assert_eq!((error.kind, &*error.code), (Kind::Gone, "linkUsed"));
    let stranger = world.confirm(&Secret::random()).await.unwrap_err();
    assert_eq!(stranger.kind, Kind::NotFound);
    let again = world.add("drift@firma.example", None).await.unwrap_err();
    assert_eq!((again.kind, &*again.code), (Kind::Conflict, "addressThere"));
    assert_eq!(world.list(1).await, [confirmed]);
    assert!(world.list(0).await.is_empty());
    // The token itself is not kept.
    let mut conn = world.fixture.db.read().await.unwrap();
    let row = conn
        .one("SELECT token_hash FROM notification_addresses", params![])
        .await
        .unwrap();
    assert_eq!(row.get::<Vec<u8>>(0).unwrap(), token.hash());
    assert!(!token.expose().is_empty());
}

#[tokio::test]
async fn who_is_asked_once_more_answers_the_newer_question() {
    let world = World::new().await;
    let first = world.add("drift@firma.example", None).await.unwrap();
    let old = world.token().await;
    world.clock.advance(Duration::from_secs(60));
    let second = world
        .add("DRIFT@firma.example", Some(Language::En))
        .await
        .unwrap();
    assert_eq!((second.id, second.language), (first.id, Language::En));
    assert_eq!(world.confirm(&old).await.unwrap_err().kind, Kind::NotFound);
    let token = world.token().await;
    world.confirm(&token).await.unwrap();
}

#[tokio::test]
async fn a_question_that_nobody_answers_is_forgotten() {
    let world = World::new().await;
    world.add("drift@firma.example", None).await.unwrap();
    let token = world.token().await;
    world.clock.advance(Duration::from_secs(3 * 24 * 3600 + 1));
    let error = world.confirm(&token).await.unwrap_err();
    assert_eq!((error.kind, &*error.code), (Kind::Gone, "linkExpired"));
    world.add("anden@firma.example", None).await.unwrap();
    let token = world.token().await;
    world.confirm(&token).await.unwrap();
    world.clock.advance(Duration::from_secs(3 * 24 * 3600 + 1));
    let mut tx = world.fixture.db.begin().await.unwrap();
    let forgotten = forget_unconfirmed(&mut tx, access::for_system(), world.ids.now()).await;
    assert_eq!(forgotten.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(world.list(1).await.len(), 1, "who confirmed stays");
}

#[tokio::test]
async fn an_address_is_taken_away_by_its_own_organisation_only() {
    let world = World::new().await;
    let added = world.add("drift@firma.example", None).await.unwrap();
    for (firm, id, gone) in [
        (0, added.id, false),
        (1, NotificationAddressId(Uuid::from_u128(9)), false),
        (1, added.id, true),
        (1, added.id, false),
    ] {
        let scope = world.scope(firm).await;
        let mut tx = world.fixture.db.begin().await.unwrap();
        let outcome = remove_address(&mut tx, &world.ids, &scope, id).await;
        assert_eq!(outcome.is_ok(), gone);
        if gone {
            tx.commit().await.unwrap();
        }
    }
    let token = world.token().await;
    assert_eq!(
        world.confirm(&token).await.unwrap_err().kind,
        Kind::NotFound
    );
}

#[tokio::test]
async fn an_organisation_has_twenty_addresses_at_most() {
    let world = World::new().await;
    for index in 0..MOST_ADDRESSES {
        world
            .add(&format!("a{index}@firma.example"), None)
            .await
            .unwrap();
    }
    let error = world.add("more@firma.example", None).await.unwrap_err();
    assert_eq!((error.kind, &*error.code), (Kind::Rule, "tooManyAddresses"));
    // One that is there may be asked again.
    world.add("a3@firma.example", None).await.unwrap();
    assert_eq!(
        world.add("nobody", None).await.unwrap_err().code,
        "mailAddress"
    );
}

#[tokio::test]
async fn an_address_is_asked_three_times_a_day_at_most() {
    let world = World::new().await;
    for _ in 0..3 {
        world.add("drift@firma.example", None).await.unwrap();
    }
    let error = world.add("Drift@firma.example", None).await.unwrap_err();
    assert_eq!((error.kind, world.mails().await.len()), (Kind::TooOften, 3));
    world.add("another@firma.example", None).await.unwrap();
    world.clock.advance(Duration::from_secs(8 * 3600));
    world.add("drift@firma.example", None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_answers_at_once_one_confirms() {
    let world = World::new().await;
    world.add("drift@firma.example", None).await.unwrap();
    let token = world.token().await;
    let answers = tokio::join!(
        world.confirm(&token),
        world.confirm(&token),
        world.confirm(&token),
        world.confirm(&token)
    );
    let answers = [answers.0, answers.1, answers.2, answers.3];
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
}

#[tokio::test]
async fn an_invoice_on_which_more_is_handed_back_asks_for_no_payment() {
    let world = World::new().await;
    let link: Url = "https://portal.example/o".parse().unwrap();
    for (language, total, told, untold) in [
        (Language::En, 12_500, "due on", "favour"),
        (Language::En, -12_500, "125.00", "due on"),
        (Language::Da, -12_500, "til gode", "forfalder"),
    ] {
        let news = InvoiceNews {
            to: "faktura@firma.example",
            language,
            number: "2026-000042",
            period: Period::parse("2026-11").unwrap(),
            organisation: "Firma",
            total: Money::dkk(total),
            due: jiff::civil::date(2026, 12, 15),
            credit_note: false,
            link: &link,
            lane: world.firms[1].0,
        };
        let mut tx = world.fixture.db.begin().await.unwrap();
        invoice_ready(&mut tx, &world.ids, &news).await.unwrap();
        tx.commit().await.unwrap();
        let (_, text) = world.mails().await.remove(0);
        assert!(text.contains(told) && !text.contains(untold), "{text}");
        assert!(!text.contains("-125") && !text.contains('−'), "{text}");
    }
}
