//! A directory in memory that keeps a journal of whom it changed.

use super::{super::ports::*, object};
use crate::access::{ObjectId, TenantId};
use async_trait::async_trait;
use platform::{Clock, Instant, outside::OutsideError, time::ManualClock};
use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::{Arc, Mutex},
};

type Aside = Box<dyn FnOnce() -> futures_of::Boxed + Send>;

/// What happens elsewhere while a page is on its way.
pub mod futures_of {
    pub type Boxed = std::pin::Pin<Box<dyn std::future::Future<Output = ()> + Send>>;
}

pub struct Source {
    inside: Mutex<Inside>,
    clock: Arc<ManualClock>,
}

struct Inside {
    people: BTreeMap<ObjectId, PersonRecord>,
    journal: Vec<ObjectId>,
    page: usize,
    /// What the coming calls for changes answer instead.
    failures: VecDeque<Option<OutsideError>>,
    aside: Option<Aside>,
    /// What each call asked to go on from.
    asked: Vec<Option<String>>,
    subscriptions: Vec<(String, Instant)>,
    secret: String,
    refuse_subscriptions: Option<OutsideError>,
}

impl Source {
    pub fn new(clock: Arc<ManualClock>) -> Self {
        Source {
            inside: Mutex::new(Inside {
                people: BTreeMap::new(),
                journal: Vec::new(),
                page: 3,
                failures: VecDeque::new(),
                aside: None,
                asked: Vec::new(),
                subscriptions: Vec::new(),
                secret: String::new(),
                refuse_subscriptions: None,
            }),
            clock,
        }
    }

    fn inside<T>(&self, look: impl FnOnce(&mut Inside) -> T) -> T {
        look(&mut self.inside.lock().unwrap())
    }

    /// Makes, changes or restores somebody.
    pub fn put(&self, number: u128, change: impl FnOnce(&mut PersonRecord)) {
        self.inside(|inside| {
            let record = inside
                .people
                .entry(object(number))
                .or_insert_with(|| PersonRecord {
                    object: object(number),
                    display_name: format!("Person {number}"),
                    given_name: Some("Person".into()),
                    surname: Some(number.to_string()),
                    mail: None,
                    username: format!("{number}@nordvind.example"),
                    title: None,
                    department: None,
                    office_location: None,
                    mobile_phone: None,
                    enabled: true,
                    guest: false,
                    resource_account: false,
                    usage_location: None,
                    preferred_language: None,
                    skus: Vec::new(),
                    plans: Vec::new(),
                });
            change(record);
            inside.journal.push(object(number));
        });
    }

    pub fn delete(&self, number: u128) {
        self.inside(|inside| {
            inside.people.remove(&object(number));
            inside.journal.push(object(number));
        });
    }

    /// Gone without a word in the journal.
    pub fn lose(&self, number: u128) {
        self.inside(|inside| inside.people.remove(&object(number)));
    }

    pub fn fail_next(&self, failures: impl IntoIterator<Item = Option<OutsideError>>) {
        self.inside(|inside| inside.failures.extend(failures));
    }

    /// During the next call for changes, after its answer has been made.
    pub fn meanwhile(&self, aside: impl FnOnce() -> futures_of::Boxed + Send + 'static) {
        self.inside(|inside| inside.aside = Some(Box::new(aside)));
    }

    pub fn asked(&self) -> Vec<Option<String>> {
        self.inside(|inside| std::mem::take(&mut inside.asked))
    }

    pub fn page_size(&self, size: usize) {
        self.inside(|inside| inside.page = size);
    }

    pub fn subscriptions(&self) -> Vec<(String, Instant)> {
        self.inside(|inside| inside.subscriptions.clone())
    }

    pub fn forget_subscriptions(&self) {
        self.inside(|inside| inside.subscriptions.clear());
    }

    pub fn refuse_subscriptions(&self, error: Option<OutsideError>) {
        self.inside(|inside| inside.refuse_subscriptions = error);
    }

    /// What notifications of the newest subscription carry.
    pub fn secret(&self) -> String {
        self.inside(|inside| inside.secret.clone())
    }
}

impl Inside {
    fn page(&self, from: Option<&str>) -> ChangePage {
        let now = self.journal.len();
        // `full:<offset>:<journal>` lists everybody, `since:<journal>` what changed.
        let link = from.unwrap_or("full:0:");
        let parts: Vec<_> = link.split(':').collect();
        let number = |place: usize| parts[place].parse::<usize>().ok();
        match parts[0] {
            "full" => {
                let (offset, began) = (number(1).unwrap(), number(2).unwrap_or(now));
                let changes = self
                    .people
                    .values()
                    .skip(offset)
                    .take(self.page)
                    .map(|record| Change::Present(Box::new(record.clone())))
                    .collect();
                let end = offset + self.page;
                ChangePage {
                    changes,
                    next: if end < self.people.len() {
                        Next::Page(format!("full:{end}:{began}"))
                    } else {
                        Next::Cursor(format!("since:{began}"))
                    },
                }
            }
            _ => {
                let since = number(1).unwrap();
                let end = (since + self.page).min(now);
                let mut seen = HashSet::new();
                let changes = self.journal[since..end]
                    .iter()
                    .filter(|object| seen.insert(**object))
                    .map(|object| match self.people.get(object) {
                        Some(record) => Change::Present(Box::new(record.clone())),
                        None => Change::Absent {
                            object: *object,
                            restorable: true,
                        },
                    })
                    .collect();
                ChangePage {
                    changes,
                    next: if end < now {
                        Next::Page(format!("since:{end}"))
                    } else {
                        Next::Cursor(format!("since:{now}"))
                    },
                }
            }
        }
    }
}

#[async_trait]
impl DirectorySource for Source {
    async fn changes(
        &self,
        tenant: TenantId,
        from: Option<&str>,
    ) -> Result<ChangePage, OutsideError> {
        if tenant != super::TENANT {
            return Ok(ChangePage {
                changes: Vec::new(),
                next: Next::Cursor("since:0".into()),
            });
        }
        let (page, aside) = self.inside(|inside| {
            inside.asked.push(from.map(str::to_owned));
            let page = match inside.failures.pop_front().flatten() {
                Some(error) => Err(error),
                None => Ok(inside.page(from)),
            };
            (page, inside.aside.take())
        });
        if let Some(aside) = aside {
            aside().await;
        }
        page
    }

    async fn person(&self, _: TenantId, object: ObjectId) -> Result<PersonRecord, OutsideError> {
        self.inside(|inside| inside.people.get(&object).cloned())
            .ok_or_else(|| OutsideError::NotFound(object.to_string()))
    }

    async fn licences(&self, _: TenantId, _: ObjectId) -> Result<Vec<LicenceRecord>, OutsideError> {
        Ok(Vec::new())
    }

    async fn tenant(&self, tenant: TenantId) -> Result<TenantRecord, OutsideError> {
        Ok(TenantRecord {
            tenant,
            display_name: "Nordvind".into(),
            country: None,
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
        client_state: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        self.inside(|inside| {
            if let Some(error) = &inside.refuse_subscriptions {
                return Err(error.clone());
            }
            let id = format!("subscription {}", self.clock.now().0);
            inside.subscriptions.push((id.clone(), expires_at));
            inside.secret = client_state.to_owned();
            Ok(ChangeSubscription { id, expires_at })
        })
    }

    async fn is_subscribed(&self, _: TenantId, subscription: &str) -> Result<bool, OutsideError> {
        Ok(self.inside(|inside| {
            inside
                .subscriptions
                .iter()
                .any(|(id, _)| id == subscription)
        }))
    }

    async fn renew(
        &self,
        _: TenantId,
        subscription: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        self.inside(|inside| {
            let kept = inside
                .subscriptions
                .iter_mut()
                .find(|(id, _)| id == subscription);
            let kept = kept.ok_or_else(|| OutsideError::NotFound(subscription.to_owned()))?;
            kept.1 = expires_at;
            Ok(ChangeSubscription {
                id: kept.0.clone(),
                expires_at,
            })
        })
    }
}
