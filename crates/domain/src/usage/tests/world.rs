//! An operator, two customers, their subscriptions, and files of usage.

use crate::{
    access::{
        self, NewOrganisation, NumberType, OrganisationId, OrganisationKind, Scope, TenantId,
    },
    catalogue::{self, Allowance, Attributes, NewOffering, OfferingId, OfferingKind, Texts},
    notices,
    subscriptions::{self, SubscriptionId},
    usage::{
        self, Begin, ImportOrigin, Importing, RowError, UsageImport, UsageTotal, ports::Source,
    },
};
use async_trait::async_trait;
use platform::{
    Clock, Error, Ids, Instant, Money, Period, Result, db::params, i18n::Language, seal::Secret,
    testing::Fixture, time::ManualClock,
};
use std::{collections::BTreeMap, sync::Arc};
use url::Url;
use uuid::Uuid;

pub const NOW: &str = "2026-11-22T12:00:00Z";
/// Since when the subscriptions have their numbers.
pub const SINCE: &str = "2025-01-01T00:00:00Z";
pub const HEADING: &str = "source,record,number,kind,direction,destination,quantity,startedAt\n";

pub struct World {
    pub fixture: Fixture,
    pub clock: Arc<ManualClock>,
    pub ids: Ids,
    pub operator: OrganisationId,
    pub customer: OrganisationId,
    pub other: OrganisationId,
    /// 5 GB of data in Denmark and the EU, 100 minutes.
    pub small: OfferingId,
    /// 20 GB.
    pub medium: OfferingId,
    pub unlimited: OfferingId,
    pub portal: Url,
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

impl World {
    pub async fn new() -> World {
        let fixture = Fixture::new(crate::migrations()).await;
        let clock = Arc::new(ManualClock::at(at(NOW)));
        let ids = Ids::new(clock.clone());
        let system = access::for_system();
        let mut tx = fixture.db.begin().await.unwrap();
        let mut made = Vec::new();
        for (number, kind) in [
            ("1", OrganisationKind::Operator),
            ("2", OrganisationKind::Customer),
            ("3", OrganisationKind::Customer),
        ] {
            let new = NewOrganisation {
                kind,
                name: format!("Firm {number}"),
                customer_number: number.to_owned(),
                parent: made.first().copied(),
                tenant: Some(TenantId(Uuid::from_u128(7))),
                language: Language::En,
                number_type: NumberType::OperatorConnect,
            };
            let id = access::create_organisation(&mut tx, &ids, system, &new)
                .await
                .unwrap();
            made.push(id);
        }
        let mut packages = Vec::new();
        for (code, data) in [
            ("s", Allowance::Limited(5_000)),
            ("m", Allowance::Limited(20_000)),
            ("xl", Allowance::Unlimited),
        ] {
            let text = Texts {
                en: code.to_owned(),
                da: code.to_owned(),
            };
            let new = NewOffering {
                kind: OfferingKind::MobilePackage,
                code: code.to_owned(),
                name: text.clone(),
                description: text,
                attributes: Attributes {
                    data_limit_mb: data,
                    voice_minutes: Allowance::Limited(100),
                    countries: vec!["DK".into(), "EU".into()],
                },
                position: 1,
                sold_from: Instant(0),
                one_time: Money::ZERO,
                monthly: Money::dkk(9_900),
            };
            packages.push(
                catalogue::add_offering(&mut tx, &ids, system, &new)
                    .await
                    .unwrap(),
            );
        }
        tx.commit().await.unwrap();
        World {
            fixture,
            clock,
            ids,
            operator: made[0],
            customer: made[1],
            other: made[2],
            small: packages[0],
            medium: packages[1],
            unlimited: packages[2],
            portal: "https://portal.example/".parse().unwrap(),
        }
    }

    pub async fn scope(&self, organisation: OrganisationId) -> Scope {
        let mut conn = self.fixture.db.read().await.unwrap();
        access::for_work(&mut conn, access::for_system(), organisation)
            .await
            .unwrap()
    }

    pub async fn execute(&self, sql: &str, params: &[platform::db::Value]) -> u64 {
        let mut tx = self.fixture.db.begin().await.unwrap();
        let touched = tx.execute(sql, params).await.unwrap();
        tx.commit().await.unwrap();
        touched
    }

    pub async fn count(&self, sql: &str) -> i64 {
        let mut conn = self.fixture.db.read().await.unwrap();
        conn.one(sql, params![]).await.unwrap().get(0).unwrap()
    }

    /// A mobile subscription that has had its number for long.
    pub async fn subscription(
        &self,
        organisation: OrganisationId,
        number: &str,
        package: OfferingId,
    ) -> SubscriptionId {
        self.subscription_since(organisation, number, package, SINCE)
            .await
    }

    pub async fn subscription_since(
        &self,
        organisation: OrganisationId,
        number: &str,
        package: OfferingId,
        since: &str,
    ) -> SubscriptionId {
        let (id, person, number_id) = (
            self.ids.make::<SubscriptionId>(),
            self.ids.uuid(),
            self.ids.uuid(),
        );
        let mut tx = self.fixture.db.begin().await.unwrap();
        tx.execute(
            "INSERT INTO people (id, kind, home, state, listed, display_name, plans, skus, name_key, department_key,
               haystack, fingerprint, round, created_at, updated_at, version)
             VALUES (?1, 'local', ?2, 'active', TRUE, 'Anna', '', '', 'anna', '', 'anna', 0, 0, 0, 0, 1)",
            params![person, organisation],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO numbers (id, number, kind, organisation, origin, state, holder, changed_at)
             VALUES (?1, ?2, 'mobile', ?3, ?3, 'active', ?4, 0)",
            params![number_id, number, organisation, id],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, state, monthly, ordered_at,
               started_at, version)
             VALUES (?1, ?2, ?3, 'mobile', ?4, ?5, 'active', 9900, 0, 0, 1)",
            params![id, organisation, person, package, number_id],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        self.settle(organisation, id).await;
        self.execute(
            "UPDATE subscription_numbers SET from_at = ?2 WHERE subscription = ?1",
            params![id, at(since)],
        )
        .await;
        id
    }

    /// What the verbs of orders do after a change.
    pub async fn settle(&self, organisation: OrganisationId, id: SubscriptionId) {
        let scope = self.scope(organisation).await;
        let mut tx = self.fixture.db.begin().await.unwrap();
        subscriptions::number_changed(&mut tx, &self.ids, &scope, id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn change_package(&self, id: SubscriptionId, package: OfferingId) {
        self.execute(
            "UPDATE subscriptions SET offering = ?2 WHERE id = ?1",
            params![id, package],
        )
        .await;
    }

    /// An address that asked to be told.
    pub async fn told(&self, organisation: OrganisationId, address: &str, language: Language) {
        let scope = self.scope(organisation).await;
        let mut tx = self.fixture.db.begin().await.unwrap();
        notices::add_address(
            &mut tx,
            &self.ids,
            &scope,
            &self.portal,
            address,
            Some(language),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let token = self.token_in(address).await;
        let mut tx = self.fixture.db.begin().await.unwrap();
        notices::confirm_address(&mut tx, &self.ids, &token)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.execute("DELETE FROM mail_outbox", params![]).await;
    }

    /// The token in the latest mail to an address.
    pub async fn token_in(&self, address: &str) -> Secret {
        let mut conn = self.fixture.db.read().await.unwrap();
        let row = conn
            .one(
                "SELECT body FROM mail_outbox WHERE recipient = ?1 ORDER BY created_at DESC LIMIT 1",
                params![address],
            )
            .await
            .unwrap();
        let body: String = row.get(0).unwrap();
        let (_, after) = body.rsplit_once('#').expect("a link with a token");
        let token: String = after
            .chars()
            .take_while(|letter| !letter.is_whitespace())
            .collect();
        Secret::parse(&token).expect("a token")
    }

    /// Recipients and subjects of what waits to be sent, sorted.
    pub async fn mails(&self) -> Vec<(String, String)> {
        let mut conn = self.fixture.db.read().await.unwrap();
        conn.all(
            "SELECT recipient, subject FROM mail_outbox ORDER BY recipient, subject",
            params![],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get(0).unwrap(), row.get(1).unwrap()))
        .collect()
    }

    pub async fn begin(&self, key: Option<&str>, once: bool) -> Importing {
        let scope = self.scope(self.operator).await;
        let mut tx = self.fixture.db.begin().await.unwrap();
        let wanted = Begin {
            origin: ImportOrigin::Api,
            name: None,
            key,
            once,
            by: None,
        };
        let importing = usage::begin(&mut tx, &self.ids, &scope, &wanted)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        importing
    }

    pub async fn run(
        &self,
        importing: Importing,
        source: impl Source + 'static,
    ) -> Result<UsageImport> {
        let scope = self.scope(self.operator).await;
        usage::run(
            &self.fixture.db,
            &self.ids,
            &scope,
            &self.portal,
            importing,
            Box::new(source),
        )
        .await
    }

    pub async fn import(&self, text: &str) -> UsageImport {
        let importing = self.begin(None, false).await;
        self.run(importing, Text::whole(text)).await.unwrap()
    }

    /// Imports rows without their heading.
    pub async fn rows(&self, rows: &[String]) -> UsageImport {
        self.import(&format!("{HEADING}{}\n", rows.join("\n")))
            .await
    }

    pub async fn errors(&self, import: &UsageImport) -> Vec<RowError> {
        let scope = self.scope(self.operator).await;
        let mut conn = self.fixture.db.read().await.unwrap();
        usage::errors(&mut conn, &scope, import.id, 0, 1_000)
            .await
            .unwrap()
    }

    pub async fn totals(
        &self,
        organisation: OrganisationId,
        subscription: SubscriptionId,
    ) -> Vec<UsageTotal> {
        let scope = self.scope(organisation).await;
        let mut conn = self.fixture.db.read().await.unwrap();
        let now = Period::of(self.clock.now());
        usage::of_subscription(&mut conn, &scope, subscription, now)
            .await
            .unwrap()
    }

    /// What counts of a subscription's data, by period.
    pub async fn data(&self, subscription: SubscriptionId) -> BTreeMap<String, i64> {
        self.totals(self.customer, subscription)
            .await
            .iter()
            .map(|total| (total.period.to_string(), total.counted))
            .collect()
    }

    /// Every total is the sum of its records.
    pub async fn check(&self) {
        let differences = self
            .count(
                "SELECT COUNT(*) FROM usage_totals t WHERE t.records <>
                   (SELECT COUNT(*) FROM usage_records r WHERE r.subscription = t.subscription AND r.kind = t.kind
                      AND r.organisation = t.organisation)
                 AND NOT EXISTS (SELECT 1 FROM usage_totals o WHERE o.subscription = t.subscription AND o.kind = t.kind
                      AND o.period <> t.period)",
            )
            .await;
        assert_eq!(differences, 0);
        let (records, totals) = (
            self.count("SELECT COUNT(*) FROM usage_records").await,
            self.count("SELECT CAST(COALESCE(SUM(records), 0) AS BIGINT) FROM usage_totals")
                .await,
        );
        assert_eq!(records, totals);
        let quantities = (
            self.count("SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM usage_records")
                .await,
            self.count("SELECT CAST(COALESCE(SUM(counted + beyond + received), 0) AS BIGINT) FROM usage_totals")
                .await,
        );
        assert_eq!(quantities.0, quantities.1);
    }
}

/// A row of data.
pub fn data(record: &str, number: &str, megabytes: i64, at: &str) -> String {
    format!(
        "core,{record},{number},data,,,{},{at}",
        megabytes * 1_000_000
    )
}

/// A text that comes in pieces, and may break off.
pub struct Text {
    rest: Vec<u8>,
    piece: usize,
    /// Bytes after which it breaks off.
    breaks_after: Option<usize>,
}

impl Text {
    pub fn whole(text: &str) -> Text {
        Text {
            rest: text.as_bytes().to_vec(),
            piece: 7_000,
            breaks_after: None,
        }
    }

    pub fn in_pieces(self, piece: usize) -> Text {
        Text { piece, ..self }
    }

    pub fn breaking(self, after: usize) -> Text {
        Text {
            breaks_after: Some(after),
            ..self
        }
    }
}

#[async_trait]
impl Source for Text {
    async fn read(&mut self, into: &mut Vec<u8>) -> Result<bool> {
        if self.breaks_after == Some(0) {
            return Err(Error::malformed("the line broke"));
        }
        let many = self
            .piece
            .min(self.rest.len())
            .min(self.breaks_after.unwrap_or(usize::MAX));
        into.extend(self.rest.drain(..many));
        if let Some(left) = &mut self.breaks_after {
            *left -= many;
        }
        Ok(!self.rest.is_empty() || self.breaks_after == Some(0))
    }
}
