//! A page of changes against what the mirror has: who arrived, changed or left.
//!
//! The directory may repeat a change, deliver changes in any order of people and replay a page; what it says of a person is
//! always their whole present self. So the mirror takes what it is told and needs no history.

use super::{
    super::{
        PersonId, PersonState,
        ports::{Change, PersonRecord, PlanRecord},
    },
    keys::{Keys, Named},
    licences::{VoicePlan, voice_plan},
};
use crate::access::ObjectId;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Texts are cut here; the directory itself allows 256.
const LONGEST: usize = 300;

/// What the mirror knows of somebody on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: PersonId,
    pub fingerprint: i64,
    pub state: PersonState,
    pub listed: bool,
}

/// A person as the mirror is to have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub object: ObjectId,
    pub state: PersonState,
    pub listed: bool,
    pub display_name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    pub username: Option<String>,
    pub title: Option<String>,
    pub department: Option<String>,
    pub office_location: Option<String>,
    pub mobile_phone: Option<String>,
    pub usage_location: Option<String>,
    pub preferred_language: Option<String>,
    pub plans: String,
    pub skus: String,
    pub keys: Keys,
    pub fingerprint: i64,
}

/// How many colleagues came, changed and left. Guests and resource accounts do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub arrived: i64,
    pub changed: i64,
    pub departed: i64,
}

impl Tally {
    pub fn plus(self, other: Tally) -> Tally {
        Tally {
            arrived: self.arrived + other.arrived,
            changed: self.changed + other.changed,
            departed: self.departed + other.departed,
        }
    }
}

/// What a page comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    pub arrived: Vec<Entry>,
    pub changed: Vec<(PersonId, Entry)>,
    pub departed: Vec<PersonId>,
    /// There, and as we know them: nothing to write but that a full round has seen them.
    pub seen: Vec<PersonId>,
    /// Accounts that can sign in again, and that no longer can.
    pub enabled: Vec<ObjectId>,
    pub disabled: Vec<ObjectId>,
    pub tally: Tally,
}

impl Turn {
    /// Whether somebody who looks at the people would see a difference.
    pub fn is_visible(&self) -> bool {
        self.tally != Tally::default()
    }
}

/// Decides what `changes` mean. `known` holds whoever of them the mirror has. Of several words on one person the last counts.
pub fn reconcile(changes: Vec<Change>, known: &HashMap<ObjectId, Known>) -> Turn {
    let mut turn = Turn::default();
    let mut done = HashSet::with_capacity(changes.len());
    for change in changes.into_iter().rev() {
        let object = match &change {
            Change::Present(record) => record.object,
            Change::Absent { object, .. } => *object,
        };
        if !done.insert(object) {
            continue;
        }
        match (change, known.get(&object)) {
            (Change::Present(record), known) => turn.present(*record, known),
            (Change::Absent { .. }, known) => turn.absent(object, known),
        }
    }
    turn
}

impl Turn {
    fn present(&mut self, record: PersonRecord, known: Option<&Known>) {
        let fingerprint = fingerprint(&record);
        let state = state_of(&record);
        match known {
            Some(known)
                if known.state != PersonState::Deleted && known.fingerprint == fingerprint =>
            {
                self.seen.push(known.id);
            }
            Some(known) => {
                if known.state != state {
                    self.account(record.object, state);
                }
                let entry = entry(record, fingerprint);
                match known.state {
                    PersonState::Deleted if entry.listed => self.tally.arrived += 1,
                    _ if entry.listed || known.listed => self.tally.changed += 1,
                    _ => {}
                }
                self.changed.push((known.id, entry));
            }
            None => {
                // Somebody disabled may have been known to sign in before the mirror met them.
                if state != PersonState::Active {
                    self.account(record.object, state);
                }
                let entry = entry(record, fingerprint);
                self.tally.arrived += i64::from(entry.listed);
                self.arrived.push(entry);
            }
        }
    }

    fn absent(&mut self, object: ObjectId, known: Option<&Known>) {
        if known.is_some_and(|known| known.state == PersonState::Deleted) {
            return;
        }
        self.disabled.push(object);
        if let Some(known) = known {
            self.tally.departed += i64::from(known.listed);
            self.departed.push(known.id);
        }
    }

    fn account(&mut self, object: ObjectId, state: PersonState) {
        match state {
            PersonState::Active => self.enabled.push(object),
            PersonState::Disabled | PersonState::Deleted => self.disabled.push(object),
        }
    }
}

fn state_of(record: &PersonRecord) -> PersonState {
    if record.enabled {
        PersonState::Active
    } else {
        PersonState::Disabled
    }
}

/// Tells whether a person is as they were: 64 bits of a hash of all that the directory says and we keep. The first byte names
/// the way in which entries are made: when that changes, everybody is written anew in the next full round.
pub fn fingerprint(record: &PersonRecord) -> i64 {
    let mut bytes = Vec::with_capacity(512);
    bytes.push(2);
    let mut put = |text: Option<&str>| {
        let text = text.unwrap_or_default();
        bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    };
    put(Some(&record.display_name));
    put(record.given_name.as_deref());
    put(record.surname.as_deref());
    put(record.mail.as_deref());
    put(Some(&record.username));
    put(record.title.as_deref());
    put(record.department.as_deref());
    put(record.office_location.as_deref());
    put(record.mobile_phone.as_deref());
    put(record.usage_location.as_deref());
    put(record.preferred_language.as_deref());
    bytes.extend([
        u8::from(record.enabled),
        u8::from(record.guest),
        u8::from(record.resource_account),
        plan_set(&record.plans),
    ]);
    for sku in sorted_skus(&record.skus) {
        bytes.extend_from_slice(sku.as_bytes());
    }
    let digest = Sha256::digest(&bytes);
    i64::from_le_bytes(digest[..8].try_into().unwrap_or_default())
}

/// One bit a plan, in the order of [`VoicePlan::ALL`]: the directory's own order varies.
fn plan_set(plans: &[PlanRecord]) -> u8 {
    plans
        .iter()
        .filter(|plan| plan.effective)
        .filter_map(|plan| voice_plan(plan.plan))
        .fold(0, |set, plan| set | 1 << plan as u8)
}

fn sorted_skus(skus: &[Uuid]) -> Vec<Uuid> {
    let mut skus = skus.to_vec();
    skus.sort_unstable();
    skus.dedup();
    skus
}

fn entry(record: PersonRecord, fingerprint: i64) -> Entry {
    let state = state_of(&record);
    let username = clean(Some(record.username));
    let first_name = clean(record.given_name);
    let last_name = clean(record.surname);
    let email = clean(record.mail);
    let title = clean(record.title);
    let department = clean(record.department);
    let display_name = clean(Some(record.display_name))
        .or_else(|| username.clone())
        .unwrap_or_else(|| record.object.to_string());
    let set = plan_set(&record.plans);
    Entry {
        object: record.object,
        state,
        listed: !record.guest && !record.resource_account,
        plans: joined(
            VoicePlan::ALL
                .iter()
                .filter(|plan| set & (1 << **plan as u8) != 0),
        ),
        skus: joined(sorted_skus(&record.skus).iter()),
        keys: Keys::of(Named {
            display_name: &display_name,
            first_name: first_name.as_deref(),
            last_name: last_name.as_deref(),
            email: email.as_deref(),
            username: username.as_deref(),
            title: title.as_deref(),
            department: department.as_deref(),
        }),
        display_name,
        first_name,
        last_name,
        email,
        username,
        title,
        department,
        office_location: clean(record.office_location),
        mobile_phone: clean(record.mobile_phone),
        usage_location: clean(record.usage_location),
        preferred_language: clean(record.preferred_language),
        fingerprint,
    }
}

fn joined<T: ToString>(parts: impl Iterator<Item = T>) -> String {
    parts
        .map(|part| part.to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Without what cannot be shown (or stored: one engine refuses NUL), without blanks around, not longer than we show. `None`
/// when nothing is left.
fn clean(text: Option<String>) -> Option<String> {
    let text = text?;
    let bytes = text.as_bytes();
    let plain = bytes.len() <= LONGEST
        && !text.is_empty()
        && !text.chars().any(char::is_control)
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace);
    if plain {
        return Some(text);
    }
    let kept: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(LONGEST)
        .collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// What the end of a full round means for those whom it did not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// Everybody was seen.
    Nobody,
    /// Whoever was last seen before this round has left.
    Before(i64),
    /// More are missing than is believed at once: another full round must miss them too.
    Doubt,
    /// The round saw nobody at all: an answer that is broken, not a company without people.
    Empty,
}

/// `round` is the full round that ends; `present` people the mirror had, of whom it missed `missing`; `doubted` is an earlier
/// full round that waits for this one to confirm it.
pub fn sweep(round: i64, present: i64, missing: i64, doubted: Option<i64>) -> Sweep {
    if missing == 0 {
        return Sweep::Nobody;
    }
    if missing >= present {
        return Sweep::Empty;
    }
    // At most one in five.
    if missing.saturating_mul(5) <= present {
        return Sweep::Before(round);
    }
    match doubted {
        // Missed twice. Whom only this round missed, the next will tell.
        Some(doubted) => Sweep::Before(doubted),
        None => Sweep::Doubt,
    }
}

#[cfg(test)]
mod tests;
