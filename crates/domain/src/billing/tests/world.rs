//! An operator, a partner and three customers, with lines that cost something.

use crate::{
    access::{
        self, NewOrganisation, NumberType, OrganisationId, OrganisationKind, Scope, TenantId,
    },
    billing::{self, DocumentKind, Invoice, InvoiceQuery, InvoiceSort, IssuedLine, Issuer, Party},
    catalogue::{self, Allowance, Attributes, NewOffering, OfferingId, OfferingKind, Texts},
    subscriptions::SubscriptionId,
};
use platform::{
    Ids, Instant, Money, Period, Result, db::params, i18n::Language, testing::Fixture,
    time::ManualClock,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use uuid::Uuid;

pub struct World {
    pub fixture: Fixture,
    pub clock: Arc<ManualClock>,
    pub ids: Ids,
    pub operator: OrganisationId,
    pub partner: OrganisationId,
    /// Under the operator.
    pub nordvind: OrganisationId,
    /// Under the partner.
    pub fjord: OrganisationId,
    pub havn: OrganisationId,
    /// 5 GB in Denmark and the EU, 100 minutes; 79 kroner.
    pub small: OfferingId,
    /// 20 GB; 129 kroner.
    pub medium: OfferingId,
    /// 5 GB more; 39 kroner.
    pub add_on: OfferingId,
    pub telephone: OfferingId,
    pub issuer: Issuer,
    serial: AtomicU64,
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub fn month(text: &str) -> Period {
    Period::parse(text).unwrap()
}

pub fn issuer() -> Issuer {
    Issuer {
        seller: Party {
            name: "Nordtel A/S".into(),
            cvr: "12345674".into(),
            street: "Telegrafvej 5".into(),
            postal_code: "2750".into(),
            city: "Ballerup".into(),
            country: "DK".into(),
            gln: None,
            email: None,
        },
        registration: "9570".into(),
        account: "0012345678".into(),
        payment_days: 30,
        prefix: String::new(),
        close_day: 3,
        portal: "https://portal.example/".parse().unwrap(),
    }
}

impl World {
    pub async fn new() -> World {
        let fixture = Fixture::new(crate::migrations()).await;
        let clock = Arc::new(ManualClock::at(at("2026-12-02T08:00:00Z")));
        let ids = Ids::new(clock.clone());
        let system = access::for_system();
        let mut tx = fixture.db.begin().await.unwrap();
        let mut made: Vec<OrganisationId> = Vec::new();
        for (name, kind, parent) in [
            ("Nordtel A/S", OrganisationKind::Operator, None),
            ("Kontorpartner ApS", OrganisationKind::Partner, Some(0)),
            ("Nordvind A/S", OrganisationKind::Customer, Some(0)),
            ("Fjord & Co ApS", OrganisationKind::Customer, Some(1)),
            ("Havn Logistik A/S", OrganisationKind::Customer, Some(1)),
        ] {
            let new = NewOrganisation {
                kind,
                name: name.to_owned(),
                customer_number: format!("{}", 300_100 + made.len()),
                parent: parent.map(|place: usize| made[place]),
                tenant: Some(TenantId(Uuid::from_u128(7))),
                language: Language::Da,
                number_type: NumberType::OperatorConnect,
            };
            made.push(
                access::create_organisation(&mut tx, &ids, system, &new)
                    .await
                    .unwrap(),
            );
        }
        let mut offerings = Vec::new();
        for (code, kind, data, monthly) in [
            ("mobile-s", OfferingKind::MobilePackage, 5_000, 7_900),
            ("mobile-m", OfferingKind::MobilePackage, 20_000, 12_900),
            ("data-5gb", OfferingKind::AddOn, 5_000, 3_900),
            ("telephone", OfferingKind::Hardware, 0, 0),
        ] {
            let is_package = kind == OfferingKind::MobilePackage;
            let new = NewOffering {
                kind,
                code: code.to_owned(),
                name: Texts {
                    en: format!("{code} en"),
                    da: format!("{code} da"),
                },
                description: Texts {
                    en: String::new(),
                    da: String::new(),
                },
                attributes: Attributes {
                    data_limit_mb: Allowance::Limited(data),
                    voice_minutes: if is_package {
                        Allowance::Limited(100)
                    } else {
                        Allowance::Absent
                    },
                    countries: if is_package {
                        vec!["DK".into(), "EU".into()]
                    } else {
                        Vec::new()
                    },
                },
                position: 1,
                sold_from: Instant(0),
                one_time: Money::ZERO,
                monthly: Money::dkk(monthly),
            };
            offerings.push(
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
            partner: made[1],
            nordvind: made[2],
            fjord: made[3],
            havn: made[4],
            small: offerings[0],
            medium: offerings[1],
            add_on: offerings[2],
            telephone: offerings[3],
            issuer: issuer(),
            serial: AtomicU64::new(0),
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

    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let mut conn = self.fixture.db.read().await.unwrap();
        let rows = conn.all(sql, params![]).await.unwrap();
        rows.iter().map(|row| row.get(0).unwrap()).collect()
    }

    /// Somebody's mobile line, with a number and a reference, that costs nothing yet.
    pub async fn line(&self, organisation: OrganisationId, name: &str) -> SubscriptionId {
        let serial = self.serial.fetch_add(1, Ordering::SeqCst);
        let (id, person, number) = (
            self.ids.make::<SubscriptionId>(),
            self.ids.uuid(),
            self.ids.uuid(),
        );
        let text = format!("+4520{serial:06}");
        let mut tx = self.fixture.db.begin().await.unwrap();
        tx.execute(
            "INSERT INTO people (id, kind, home, state, listed, display_name, plans, skus, name_key, department_key,
               haystack, fingerprint, round, created_at, updated_at, version)
             VALUES (?1, 'local', ?2, 'active', TRUE, ?3, '', '', ?4, '', ?4, 0, 0, 0, 0, 1)",
            params![person, organisation, name, platform::fold::sort_key(name)],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO numbers (id, number, kind, organisation, origin, state, holder, changed_at)
             VALUES (?1, ?2, 'mobile', ?3, ?3, 'active', ?4, 0)",
            params![number, &text, organisation, id],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, state, monthly, reference, ordered_at,
               started_at, version)
             VALUES (?1, ?2, ?3, 'mobile', ?4, ?5, 'active', 0, ?6, 0, 0, 1)",
            params![id, organisation, person, self.small, number, format!("ref {name}")],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO subscription_numbers (organisation, subscription, number, from_at) VALUES (?1, ?2, ?3, 0)",
            params![organisation, id, text],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A time in which a line costs something, from one instant up to another.
    pub async fn interval(
        &self,
        line: SubscriptionId,
        offering: OfferingId,
        monthly: i64,
        from: &str,
        until: Option<&str>,
    ) {
        let kind = if offering == self.add_on {
            "addOn"
        } else {
            "package"
        };
        self.execute(
            "INSERT INTO subscription_intervals (id, organisation, subscription, kind, offering, monthly, started_at, ended_at)
             SELECT ?1, organisation, id, ?3, ?4, ?5, ?6, ?7 FROM subscriptions WHERE id = ?2",
            params![
                self.ids.uuid(),
                line,
                kind,
                offering,
                monthly,
                at(from),
                until.map(at)
            ],
        )
        .await;
    }

    /// Somebody's line that has cost the small package for long.
    pub async fn customer_with(&self, organisation: OrganisationId, name: &str) -> SubscriptionId {
        let line = self.line(organisation, name).await;
        self.interval(line, self.small, 7_900, "2026-01-01T00:00:00Z", None)
            .await;
        line
    }

    /// An item of an order that was carried out and costs something once.
    pub async fn once(
        &self,
        organisation: OrganisationId,
        offering: OfferingId,
        amount: i64,
        when: &str,
    ) {
        let serial = self.serial.fetch_add(1, Ordering::SeqCst) as i64 + 1;
        let (principal, quote, order) = (self.ids.uuid(), self.ids.uuid(), self.ids.uuid());
        let mut tx = self.fixture.db.begin().await.unwrap();
        tx.execute(
            "INSERT INTO principals (id, tenant, object_id, name, username, created_at) VALUES (?1, ?1, ?1, 'A', 'a', 0)",
            params![principal],
        )
        .await
        .unwrap();
        let answer = serde_json::json!({ "items": [{ "action": "createMobile", "person": null, "person_name": "",
            "offering": null, "offering_name": null, "number": null, "iccid": null,
            "one_time": Money::dkk(amount), "monthly": Money::ZERO, "effects": [], "starts_on": "2026-01-01" }], "problems": [] });
        tx.execute(
            "INSERT INTO quotes (id, organisation, principal, request, answer, created_at, expires_at)
             VALUES (?1, ?2, ?3, '{}', ?4, 0, 0)",
            params![quote, organisation, principal, answer],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO orders (id, organisation, number, quote, state, requested_by, requested_at, executed_at, one_time, monthly,
               version) VALUES (?1, ?2, ?3, ?4, 'completed', ?5, ?6, ?6, ?7, 0, 1)",
            params![order, organisation, serial, quote, principal, at(when), amount],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO order_items (id, organisation, order_id, position, action, state, offering, one_time, monthly, ended_at)
             VALUES (?1, ?2, ?3, 0, 'createMobile', 'completed', ?4, ?5, 0, ?6)",
            params![self.ids.uuid(), organisation, order, offering, amount, at(when)],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// Use that went out, as the import would have counted it.
    pub async fn used(
        &self,
        line: SubscriptionId,
        kind: &str,
        destination: &str,
        quantity: i64,
        when: &str,
    ) {
        let serial = self.serial.fetch_add(1, Ordering::SeqCst);
        let period = Period::of(at(when));
        let mut tx = self.fixture.db.begin().await.unwrap();
        tx.execute(
            "INSERT INTO usage_records (source, record, organisation, subscription, kind, direction, destination, quantity,
               started_at, imported_at)
             SELECT 'test', ?2, organisation, id, ?3, 'outgoing', ?4, ?5, ?6, 0 FROM subscriptions WHERE id = ?1",
            params![line, serial.to_string(), kind, destination, quantity, at(when)],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO usage_totals (organisation, subscription, period, kind, counted, beyond, received, records)
             SELECT organisation, id, ?2, ?3, ?4, 0, 0, 1 FROM subscriptions WHERE id = ?1
             ON CONFLICT (subscription, period, kind) DO UPDATE SET counted = usage_totals.counted + excluded.counted,
               records = usage_totals.records + 1",
            params![line, period, kind, quantity],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// Closes a month; its invoices are still to be made.
    pub async fn close(&self, period: &str) -> Result<()> {
        let scope = self.scope(self.operator).await;
        let mut tx = self.fixture.db.begin().await?;
        billing::close(&mut tx, &self.ids, &scope, &self.issuer, month(period)).await?;
        tx.commit().await
    }

    /// Makes the invoices of a closed month.
    pub async fn finish(&self, period: &str) -> Result<()> {
        billing::finish_period(&self.fixture.db, &self.ids, &self.issuer, month(period)).await
    }

    pub async fn bill(&self, period: &str) {
        self.close(period).await.unwrap();
        self.finish(period).await.unwrap();
    }

    /// The payer's invoice of a month.
    pub async fn invoice(&self, payer: OrganisationId, period: &str) -> Option<Invoice> {
        let scope = self.scope(payer).await;
        let mut conn = self.fixture.db.read().await.unwrap();
        let query = InvoiceQuery {
            kind: Some(DocumentKind::Invoice),
            state: None,
            from: Some(month(period)),
            to: Some(month(period)),
            q: String::new(),
            sort: InvoiceSort::Issued,
            descends: false,
            after: None,
            limit: 10,
        };
        let (found, _) = billing::invoices(&mut conn, &scope, &query).await.unwrap();
        found.into_iter().next()
    }

    /// The lines of the payer's invoice of a month, as they are printed.
    pub async fn lines(&self, payer: OrganisationId, period: &str) -> Vec<IssuedLine> {
        let Some(invoice) = self.invoice(payer, period).await else {
            return Vec::new();
        };
        let scope = self.scope(payer).await;
        let mut conn = self.fixture.db.read().await.unwrap();
        billing::store::all_lines(&mut conn, &scope, invoice.id)
            .await
            .unwrap()
    }

    /// Product, quantity and amount of each line.
    pub async fn said(&self, payer: OrganisationId, period: &str) -> Vec<(String, i64, i64)> {
        self.lines(payer, period)
            .await
            .into_iter()
            .map(|issued| {
                let line = issued.line;
                (line.product.en, line.quantity, line.amount.amount)
            })
            .collect()
    }

    /// Every invoice is what was issued, and no number is left out.
    pub async fn check(&self) {
        let mut conn = self.fixture.db.read().await.unwrap();
        let altered = billing::altered(&mut conn, access::for_system())
            .await
            .unwrap();
        assert_eq!(altered, []);
        drop(conn);
        let gaps = "SELECT COUNT(*) FROM invoice_series s WHERE s.last <>
            (SELECT COUNT(*) FROM invoices i WHERE i.series = s.series AND i.sequence BETWEEN 1 AND s.last)";
        assert_eq!(self.count(gaps).await, 0);
    }

    pub fn advance(&self, days: u64) {
        self.clock.advance(Duration::from_secs(days * 24 * 3600));
    }
}
