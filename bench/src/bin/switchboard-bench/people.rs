//! Who works where in the measured world: names and accounts that follow from a number, and a directory that tells of them
//! from memory.

use async_trait::async_trait;
use domain::{
    access::{ObjectId, TenantId},
    directory::ports::{
        Change, ChangePage, ChangeSubscription, DirectorySource, GroupRecord, LicenceRecord, Next,
        PersonRecord, PlanRecord, TenantRecord,
    },
};
use platform::{Instant, outside::OutsideError};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};
use uuid::{Uuid, uuid};

/// People on a page, as Graph's delta query gives them about.
pub const PAGE: usize = 500;

const FIRST: [&str; 40] = [
    "Anders",
    "Anne",
    "Birgit",
    "Bo",
    "Camilla",
    "Carl",
    "Christian",
    "Dorte",
    "Emil",
    "Emma",
    "Erik",
    "Freja",
    "Frederik",
    "Grete",
    "Hanne",
    "Henrik",
    "Ida",
    "Inger",
    "Jakob",
    "Jens",
    "Josefine",
    "Karen",
    "Kirsten",
    "Lars",
    "Laura",
    "Lone",
    "Mads",
    "Mette",
    "Mikkel",
    "Niels",
    "Oliver",
    "Peter",
    "Pia",
    "Rasmus",
    "Sara",
    "Søren",
    "Thomas",
    "Tine",
    "Ulla",
    "William",
];
const LAST: [&str; 37] = [
    "Andersen",
    "Bach",
    "Berg",
    "Brandt",
    "Carlsen",
    "Christensen",
    "Clausen",
    "Dahl",
    "Eriksen",
    "Frandsen",
    "Friis",
    "Hansen",
    "Henriksen",
    "Holm",
    "Iversen",
    "Jensen",
    "Jespersen",
    "Johansen",
    "Jørgensen",
    "Kjær",
    "Knudsen",
    "Kristensen",
    "Larsen",
    "Lauridsen",
    "Lund",
    "Madsen",
    "Mikkelsen",
    "Møller",
    "Nielsen",
    "Olsen",
    "Pedersen",
    "Poulsen",
    "Rasmussen",
    "Schmidt",
    "Simonsen",
    "Sørensen",
    "Thomsen",
];
const TITLES: [&str; 6] = [
    "Consultant",
    "Engineer",
    "Accountant",
    "Team Lead",
    "Sales Manager",
    "Assistant",
];
const DEPARTMENTS: [&str; 8] = [
    "Sales",
    "Finance",
    "Development",
    "Operations",
    "Support",
    "Logistics",
    "Marketing",
    "People",
];

const MICROSOFT_365_E5: Uuid = uuid!("06ebc4ee-1bb5-47dd-8120-11324bc54e06");
const TEAMS: Uuid = uuid!("57ff2da0-773e-42df-b2af-ffb7a2317929");
const TEAMS_PHONE: Uuid = uuid!("4828c8ec-dc2e-4779-b502-87ac9ce28ab7");
/// Plans of the same product that do not matter for telephony.
const OTHER_PLANS: u128 = 30;

/// The tenant of the organisation with this number.
pub fn tenant(organisation: usize) -> TenantId {
    TenantId(Uuid::from_u128(
        0x0b0b_0b0b_0000_4000_8000_0000_0000_0000 + organisation as u128,
    ))
}

/// Object ids are as good as random, as Entra's are.
pub fn object(organisation: usize, person: usize) -> ObjectId {
    let seed = ((organisation as u64) << 32) | person as u64;
    let id = (u128::from(mixed(seed)) << 64) | u128::from(mixed(seed ^ 0xa5a5_a5a5_a5a5_a5a5));
    ObjectId(uuid::Builder::from_random_bytes(id.to_be_bytes()).into_uuid())
}

/// One round of splitmix64.
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A first and a last name that somebody in a large organisation has.
pub fn names(person: usize) -> (&'static str, &'static str) {
    (
        FIRST[person % FIRST.len()],
        LAST[(person / FIRST.len() + person) % LAST.len()],
    )
}

pub fn record(organisation: usize, person: usize) -> PersonRecord {
    let (first, last) = names(person);
    let address = format!("person{person}@org{organisation}.example");
    let plan = |plan| PlanRecord {
        plan,
        effective: true,
    };
    let mut plans = vec![plan(TEAMS), plan(TEAMS_PHONE)];
    plans.extend((0..OTHER_PLANS).map(|other| plan(Uuid::from_u128(other + 1))));
    PersonRecord {
        object: object(organisation, person),
        display_name: format!("{first} {last}"),
        given_name: Some(first.to_owned()),
        surname: Some(last.to_owned()),
        mail: Some(address.clone()),
        username: address,
        title: Some(TITLES[person % TITLES.len()].to_owned()),
        department: Some(DEPARTMENTS[person % DEPARTMENTS.len()].to_owned()),
        office_location: Some("Aarhus".to_owned()),
        mobile_phone: None,
        enabled: person % 50 != 49,
        guest: false,
        resource_account: false,
        usage_location: Some("DK".to_owned()),
        preferred_language: Some("da-DK".to_owned()),
        skus: vec![MICROSOFT_365_E5],
        plans,
    }
}

/// Everybody of an organisation, in pages.
pub fn pages(organisation: usize, people: usize) -> VecDeque<ChangePage> {
    let everybody: Vec<usize> = (0..people).collect();
    let chunks: Vec<_> = everybody.chunks(PAGE).collect();
    let last = chunks.len().saturating_sub(1);
    chunks
        .iter()
        .enumerate()
        .map(|(number, chunk)| ChangePage {
            changes: chunk
                .iter()
                .map(|person| Change::Present(Box::new(record(organisation, *person))))
                .collect(),
            next: if number == last {
                Next::Cursor("cursor".to_owned())
            } else {
                Next::Page(format!("page {}", number + 1))
            },
        })
        .collect()
}

/// A directory that has its pages ready, so that what is measured is the taking over. Whoever comes with a cursor is told to
/// start over: each round lists everybody.
#[derive(Default)]
pub struct Memory {
    pages: Mutex<HashMap<TenantId, VecDeque<ChangePage>>>,
}

impl Memory {
    pub fn put(&self, tenant: TenantId, pages: VecDeque<ChangePage>) {
        self.pages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(tenant, pages);
    }
}

fn absent<T>() -> Result<T, OutsideError> {
    Err(OutsideError::NotFound("not of this directory".to_owned()))
}

#[async_trait]
impl DirectorySource for Memory {
    async fn changes(
        &self,
        tenant: TenantId,
        from: Option<&str>,
    ) -> Result<ChangePage, OutsideError> {
        if from == Some("cursor") {
            return Err(OutsideError::StartOver);
        }
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages
            .get_mut(&tenant)
            .and_then(VecDeque::pop_front)
            .ok_or_else(|| OutsideError::NotFound("a page".to_owned()))
    }

    async fn person(&self, _: TenantId, _: ObjectId) -> Result<PersonRecord, OutsideError> {
        absent()
    }

    async fn licences(&self, _: TenantId, _: ObjectId) -> Result<Vec<LicenceRecord>, OutsideError> {
        absent()
    }

    async fn tenant(&self, tenant: TenantId) -> Result<TenantRecord, OutsideError> {
        Ok(TenantRecord {
            tenant,
            display_name: format!("Tenant {tenant}"),
            country: Some("DK".to_owned()),
            verified_domains: Vec::new(),
        })
    }

    async fn groups(&self, _: TenantId) -> Result<Vec<GroupRecord>, OutsideError> {
        Ok(Vec::new())
    }

    async fn group_members(&self, _: TenantId, _: ObjectId) -> Result<Vec<ObjectId>, OutsideError> {
        Ok(Vec::new())
    }

    async fn subscribe(
        &self,
        _: TenantId,
        _: &str,
        _: &str,
        _: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        absent()
    }

    async fn is_subscribed(&self, _: TenantId, _: &str) -> Result<bool, OutsideError> {
        absent()
    }

    async fn renew(
        &self,
        _: TenantId,
        _: &str,
        _: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        absent()
    }
}
