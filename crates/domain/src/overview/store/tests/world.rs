//! People with this and that, and a model of the list that says what should be found.

use super::super::super::{Has, ListedState, PeopleQuery, PeopleSort, Place, SortKey, list_people};
use crate::{
    access::{
        self, NewOrganisation, NumberType, ObjectId, OrganisationId, OrganisationKind, Scope,
        TenantId,
    },
    catalogue::{self, Attributes, NewOffering, OfferingId, OfferingKind, Texts},
    directory::{self, PersonId, tests::source::Source},
};
use platform::{
    Ids, Instant, Money,
    db::{Tx, params},
    fold::{fold, sort_key},
    i18n::Language,
    jobs::Worker,
    testing::Fixture,
    time::ManualClock,
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(0xa1));
const PEOPLE: u128 = 40;

const NAMES: [&str; 10] = [
    "Anna Ågård",
    "Åse Holm",
    "Aase Holm",
    "Zita Berg",
    "Østen Krog",
    "anna agård",
    "Bo 100%",
    "Ærna Lund",
    "Carl_Otto",
    "Dorthe Nørgård",
];
const DEPARTMENTS: [Option<&str>; 5] = [
    Some("Salg"),
    Some("Økonomi"),
    None,
    Some("IT"),
    Some("salg"),
];

const SURNAMES: [&str; 3] = ["Ørum", "Ålund", "Zeuthen"];
/// A group of the directory, with two in five of its people.
pub(super) const GROUP: ObjectId = ObjectId(Uuid::from_u128(0xc1));

/// A person as the model has them.
#[derive(Clone, Debug)]
pub(super) struct Modelled {
    pub(super) id: PersonId,
    pub(super) name: String,
    pub(super) department: Option<&'static str>,
    pub(super) surname: Option<&'static str>,
    pub(super) email: Option<String>,
    /// Is in [`GROUP`].
    pub(super) member: bool,
    pub(super) state: &'static str,
    pub(super) local: bool,
    pub(super) telephony: Option<String>,
    pub(super) mobile: Option<String>,
    pub(super) cost: i64,
    pub(super) words: String,
}

pub(super) struct World {
    pub(super) fixture: Fixture,
    ids: Ids,
    pub(super) people: Vec<Modelled>,
    pub(super) ours: OrganisationId,
    /// Another organisation of the same tenant, and one of another tenant.
    pub(super) sister: OrganisationId,
    pub(super) foreign: OrganisationId,
    telephony: OfferingId,
    mobile: OfferingId,
}

impl World {
    pub(super) async fn new() -> World {
        let fixture = Fixture::new(crate::migrations()).await;
        let clock = Arc::new(ManualClock::at(
            Instant::parse("2026-11-21T12:00:00Z").unwrap(),
        ));
        let ids = Ids::new(clock.clone());
        let system = access::for_system();
        let mut tx = fixture.db.begin().await.unwrap();
        let mut made = Vec::new();
        for (kind, name, tenant) in [
            (OrganisationKind::Operator, "Nordtel", None),
            (OrganisationKind::Customer, "Nordvind", Some(TENANT)),
            (OrganisationKind::Customer, "Søvind", Some(TENANT)),
            (
                OrganisationKind::Customer,
                "Havn",
                Some(TenantId(Uuid::from_u128(0xb2))),
            ),
        ] {
            let new = NewOrganisation {
                kind,
                name: name.into(),
                customer_number: name.into(),
                parent: made.first().copied(),
                tenant,
                language: Language::En,
                number_type: NumberType::OperatorConnect,
            };
            made.push(
                access::create_organisation(&mut tx, &ids, system, &new)
                    .await
                    .unwrap(),
            );
        }
        let telephony = offering(&mut tx, &ids, OfferingKind::Telephony, "teams", 1).await;
        let mobile = offering(&mut tx, &ids, OfferingKind::MobilePackage, "mobile", 2).await;
        directory::start(&mut tx, &ids, system).await.unwrap();
        tx.commit().await.unwrap();

        let source = Arc::new(Source::new(clock.clone()));
        source.page_size(1000);
        for number in 1..=PEOPLE {
            source.put(number, |person| {
                let place = number as usize;
                person.display_name = NAMES[place % NAMES.len()].to_owned();
                person.given_name = None;
                person.surname = Some(SURNAMES[place % SURNAMES.len()].to_owned());
                person.title = None;
                person.department = DEPARTMENTS[place % DEPARTMENTS.len()].map(str::to_owned);
                person.enabled = number % 6 != 0;
                person.guest = number % 17 == 0;
            });
        }
        let worker = Worker::new(fixture.db.clone(), clock.clone()).with(
            directory::SYNC_TENANT,
            Arc::new(directory::SyncTenant {
                db: fixture.db.clone(),
                ids: ids.clone(),
                source: source.clone(),
                interval: Duration::from_secs(300),
            }),
        );
        worker.run_until_idle().await.unwrap();
        for number in (1..=PEOPLE).filter(|number| number % 7 == 0) {
            source.delete(number);
        }
        clock.advance(Duration::from_secs(301));
        worker.run_until_idle().await.unwrap();

        let mut world = World {
            fixture,
            ids,
            people: Vec::new(),
            ours: made[1],
            sister: made[2],
            foreign: made[3],
            telephony,
            mobile,
        };
        world.give().await;
        world
    }

    /// Gives people something, and makes two local ones; the model remembers.
    async fn give(&mut self) {
        let scope = self.scope(self.ours).await;
        for number in 1..=PEOPLE {
            let mut conn = self.fixture.db.read().await.unwrap();
            let object = ObjectId(Uuid::from_u128(number));
            let Some(person) = directory::person_by_object(&mut conn, &scope, object)
                .await
                .unwrap()
            else {
                continue;
            };
            drop(conn);
            let place = number as usize;
            let mut modelled = Modelled {
                id: person.id,
                name: person.display_name.clone(),
                department: DEPARTMENTS[place % DEPARTMENTS.len()],
                surname: Some(SURNAMES[place % SURNAMES.len()]),
                email: person.email.clone(),
                member: number % 5 < 2,
                state: person.state.as_str(),
                local: false,
                telephony: None,
                mobile: None,
                cost: 0,
                words: format!(
                    "{} {number}@nordvind.example {}",
                    person.display_name,
                    SURNAMES[place % SURNAMES.len()]
                ),
            };
            if number % 3 == 0 {
                modelled.telephony = Some(format!("+45701000{number:02}"));
                self.subscribe(self.ours, &mut modelled, "telephony", "active", 4_900)
                    .await;
            }
            if number % 4 == 0 {
                modelled.mobile = Some(format!("+45260000{number:02}"));
                let state = if number % 8 == 0 {
                    "ordered"
                } else {
                    "suspended"
                };
                self.subscribe(
                    self.ours,
                    &mut modelled,
                    "mobile",
                    state,
                    9_900 + i64::from(number as u8 % 5),
                )
                .await;
            }
            self.people.push(modelled);
        }
        self.gather().await;
        for name in ["Lokale Lone", "Anna Lokal"] {
            let id: PersonId = self.ids.make();
            let mut tx = self.fixture.db.begin().await.unwrap();
            tx.execute(
                "INSERT INTO people (id, kind, home, state, listed, display_name, plans, skus, name_key, department_key,
                   haystack, fingerprint, round, created_at, updated_at, version)
                 VALUES (?1, 'local', ?2, 'active', ?3, ?4, '', '', ?5, '~', ?6, 0, 0, 0, 0, 1)",
                params![id, self.ours, true, name, sort_key(name), fold(name)],
            )
            .await
            .unwrap();
            tx.commit().await.unwrap();
            let mut modelled = Modelled {
                id,
                name: name.to_owned(),
                department: None,
                surname: None,
                email: None,
                member: false,
                state: "active",
                local: true,
                telephony: None,
                mobile: Some(format!("+4528{}", 100_000 + name.len())),
                cost: 0,
                words: name.to_owned(),
            };
            self.subscribe(self.ours, &mut modelled, "mobile", "active", 7_700)
                .await;
            self.people.push(modelled);
        }
    }

    /// Makes [`GROUP`].
    async fn gather(&self) {
        let mut tx = self.fixture.db.begin().await.unwrap();
        tx.execute(
            "INSERT INTO directory_groups (tenant, object_id, name, name_key, haystack, gone, seen_at)
             VALUES (?1, ?2, 'Some', 'some', 'some', ?3, 0)",
            params![TENANT, GROUP, false],
        )
        .await
        .unwrap();
        for number in (1..=PEOPLE).filter(|number| number % 5 < 2) {
            tx.execute(
                "INSERT INTO directory_group_members (tenant, group_object, member) VALUES (?1, ?2, ?3)",
                params![TENANT, GROUP, Uuid::from_u128(number)],
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Limits what an organisation sees to [`GROUP`].
    pub(super) async fn limit(&self, organisation: OrganisationId) {
        let scope = self.scope(organisation).await;
        let mut tx = self.fixture.db.begin().await.unwrap();
        assert!(
            access::set_default_group(&mut tx, &scope, 1, Some(GROUP))
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }

    async fn subscribe(
        &self,
        organisation: OrganisationId,
        person: &mut Modelled,
        kind: &str,
        state: &str,
        monthly: i64,
    ) {
        let (subscription, number) = (self.ids.uuid(), self.ids.uuid());
        let (offering, number_kind, text) = if kind == "telephony" {
            (
                self.telephony,
                "landline",
                person.telephony.clone().unwrap(),
            )
        } else {
            (self.mobile, "mobile", person.mobile.clone().unwrap())
        };
        let mut tx = self.fixture.db.begin().await.unwrap();
        tx.execute(
            "INSERT INTO numbers (id, number, kind, organisation, origin, state, holder, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?4, 'active', ?5, 0)",
            params![number, text, number_kind, organisation, subscription],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, state, monthly, ordered_at, started_at, version)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 1, 1)",
            params![subscription, organisation, person.id, kind, offering, number, state, monthly],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        if state != "ordered" {
            person.cost += monthly;
        }
    }

    pub(super) async fn scope(&self, organisation: OrganisationId) -> Scope {
        let mut conn = self.fixture.db.read().await.unwrap();
        access::for_work(&mut conn, access::for_system(), organisation)
            .await
            .unwrap()
    }

    /// Walks the whole list in pages of seven: ids in order, and the total of each page.
    pub(super) async fn walk(
        &self,
        scope: &Scope,
        query: &PeopleQuery,
    ) -> (Vec<PersonId>, Vec<i64>) {
        let mut conn = self.fixture.db.read().await.unwrap();
        let (mut found, mut totals, mut after) = (Vec::new(), Vec::new(), None::<Place>);
        loop {
            let page = list_people(
                &mut conn,
                scope,
                &PeopleQuery {
                    after: after.clone(),
                    ..query.clone()
                },
            )
            .await
            .unwrap();
            totals.push(page.total);
            for row in &page.rows {
                found.push(row.person.id);
            }
            match page.rows.last() {
                Some(last) if page.rows.len() == 7 => after = Some(last.place.clone()),
                _ => return (found, totals),
            }
        }
    }

    /// What the walk should find.
    pub(super) fn expected(&self, query: &PeopleQuery) -> Vec<PersonId> {
        let mut rows: Vec<_> = self
            .people
            .iter()
            .filter(|person| passes(person, query))
            .collect();
        let none = if query.descends { "" } else { "~" };
        let key = |person: &Modelled| match query.sort {
            PeopleSort::Name => SortKey::Text(sort_key(&person.name)),
            PeopleSort::Department => {
                SortKey::Text(person.department.map_or_else(|| "~".to_owned(), sort_key))
            }
            PeopleSort::Telephony => SortKey::Text(person.telephony.clone().unwrap_or(none.into())),
            PeopleSort::Mobile => SortKey::Text(person.mobile.clone().unwrap_or(none.into())),
            PeopleSort::FirstName | PeopleSort::Title => SortKey::Text("~".to_owned()),
            PeopleSort::LastName => {
                SortKey::Text(person.surname.map_or_else(|| "~".to_owned(), sort_key))
            }
            PeopleSort::Email => SortKey::Text(
                person
                    .email
                    .as_deref()
                    .map_or_else(|| "~".to_owned(), sort_key),
            ),
            PeopleSort::State => SortKey::Text(person.state.to_owned()),
            PeopleSort::Package => SortKey::Amount(match (&person.mobile, query.descends) {
                (Some(_), _) => 2,
                (None, false) => i64::MAX,
                (None, true) => -1,
            }),
            PeopleSort::Cost => SortKey::Amount(person.cost),
        };
        rows.sort_by_key(|person| (key(person), sort_key(&person.name), person.id));
        if query.descends {
            rows.reverse();
        }
        rows.into_iter().map(|person| person.id).collect()
    }
}

fn passes(person: &Modelled, query: &PeopleQuery) -> bool {
    let something = person.telephony.is_some() || person.mobile.is_some();
    let state = match query.state {
        None => person.state == "active" || something,
        Some(ListedState::Active) => person.state == "active",
        Some(ListedState::Local) => person.local,
        Some(other) => person.state == other.as_str() && something,
    };
    let has = match query.has {
        None => true,
        Some(Has::Telephony) => person.telephony.is_some(),
        Some(Has::Mobile) => person.mobile.is_some(),
        Some(Has::None) => !something,
    };
    let text = fold(&format!(
        "{} {}",
        person.words,
        person.department.unwrap_or_default()
    ));
    let digits: String = query.q.chars().filter(char::is_ascii_digit).collect();
    let numeric = digits.len() >= 3
        && query
            .q
            .chars()
            .all(|letter| letter.is_ascii_digit() || " +".contains(letter));
    let number = [&person.telephony, &person.mobile]
        .into_iter()
        .flatten()
        .any(|number| numeric && number.contains(&digits));
    let words = fold(&query.q);
    let group = query.group.is_none() || person.member;
    state && has && group && (number || words.split(' ').all(|word| text.contains(word)))
}

async fn offering(
    tx: &mut Tx,
    ids: &Ids,
    kind: OfferingKind,
    code: &str,
    position: i64,
) -> OfferingId {
    let text = |text: &str| Texts {
        en: text.to_owned(),
        da: text.to_owned(),
    };
    let new = NewOffering {
        kind,
        code: code.to_owned(),
        name: text(code),
        description: text(""),
        attributes: Attributes::default(),
        position,
        sold_from: Instant(0),
        one_time: Money::ZERO,
        monthly: Money::ZERO,
    };
    catalogue::add_offering(tx, ids, access::for_system(), &new)
        .await
        .unwrap()
}
