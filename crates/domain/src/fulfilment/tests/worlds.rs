//! The two outside worlds in memory: they keep ledgers of their own and fail on command.

use crate::{
    access::{ObjectId, TenantId},
    directory::ports::{
        Change, ChangePage, ChangeSubscription, DirectorySource, GroupRecord, LicenceRecord, Next,
        PersonRecord, PlanRecord, TenantRecord,
    },
    fulfilment::ports::{
        InventoryNumber, Network, NetworkOrder, NetworkOrderState, NetworkRequest, NumberType,
        OperationLink, OperationState, TeamsTelephony, VoiceConfiguration,
    },
};
use async_trait::async_trait;
use platform::{
    Instant,
    outbox::{Mail, MailError, MailTransport},
    outside::OutsideError,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use uuid::{Uuid, uuid};

pub(super) const TENANT: TenantId = TenantId(Uuid::from_u128(3));
pub(super) const ANNA: ObjectId = ObjectId(Uuid::from_u128(31));
pub(super) const METTE: ObjectId = ObjectId(Uuid::from_u128(32));
pub(super) const TEAMS: Uuid = uuid!("57ff2da0-773e-42df-b2af-ffb7a2317929");
pub(super) const PHONE: Uuid = uuid!("4828c8ec-dc2e-4779-b502-87ac9ce28ab7");

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Refused for good, nothing done.
    Refused,
    /// Did not get there, nothing done.
    Unavailable,
    /// Done, and the answer was lost.
    Lost,
    /// Too much at once, nothing done.
    Busy,
}

pub(super) const FAULTS: [Fault; 4] =
    [Fault::Refused, Fault::Unavailable, Fault::Lost, Fault::Busy];

impl Fault {
    fn error(self) -> OutsideError {
        match self {
            Fault::Refused => OutsideError::Refused {
                code: "no".to_owned(),
                message: "planned refusal".to_owned(),
            },
            Fault::Unavailable => OutsideError::Unavailable("planned".to_owned()),
            Fault::Lost => OutsideError::UnknownOutcome("planned".to_owned()),
            Fault::Busy => OutsideError::Busy(Duration::from_secs(7)),
        }
    }
}

/// Both outside worlds: what they did, and what they are told to do wrong.
#[derive(Default)]
pub(super) struct Worlds {
    /// Effectful calls so far.
    pub(super) calls: usize,
    /// The call with this number, from 0, fails.
    pub(super) fault: Option<(usize, Fault)>,
    /// Every effectful call from this number on is refused.
    pub(super) refuse_from: Option<usize>,
    /// What the network makes of a request: `None` is nothing special.
    pub(super) judge: Option<fn(&NetworkRequest) -> Option<Fault>>,
    /// How often that was a fault.
    pub(super) judged: usize,
    /// Mobile subscriptions stay in progress at the network.
    pub(super) mobile_takes_long: bool,
    pub(super) network: HashMap<String, NetworkOrder>,
    /// What took effect, in order.
    pub(super) effects: Vec<String>,
    /// Number in the tenant's inventory, and to whom it is assigned.
    pub(super) inventory: HashMap<String, Option<ObjectId>>,
    pub(super) plans: Vec<Uuid>,
    pub(super) mails: Vec<Mail>,
}

impl Worlds {
    /// Counts an effectful call and says how it is to fail.
    fn next_call(&mut self) -> Option<Fault> {
        let call = self.calls;
        self.calls += 1;
        if self.refuse_from.is_some_and(|from| call >= from) {
            return Some(Fault::Refused);
        }
        self.fault
            .filter(|(number, _)| *number == call)
            .map(|(_, fault)| fault)
    }
}

#[derive(Clone, Default)]
pub(super) struct Fake(pub(super) Arc<Mutex<Worlds>>);

impl Fake {
    fn effect(&self, effect: impl FnOnce(&mut Worlds)) -> Result<(), OutsideError> {
        let mut worlds = self.0.lock().unwrap();
        match worlds.next_call() {
            None => effect(&mut worlds),
            Some(Fault::Lost) => {
                effect(&mut worlds);
                return Err(Fault::Lost.error());
            }
            Some(fault) => return Err(fault.error()),
        }
        Ok(())
    }
}

#[async_trait]
impl Network for Fake {
    async fn find_order(&self, external_id: &str) -> Result<Option<NetworkOrder>, OutsideError> {
        Ok(self.0.lock().unwrap().network.get(external_id).cloned())
    }

    async fn place_order(
        &self,
        external_id: &str,
        request: &NetworkRequest,
    ) -> Result<NetworkOrder, OutsideError> {
        let takes_long = {
            let mut worlds = self.0.lock().unwrap();
            if let Some(fault) = worlds.judge.and_then(|judge| judge(request)) {
                worlds.judged += 1;
                return Err(fault.error());
            }
            worlds.mobile_takes_long && matches!(request, NetworkRequest::ActivateMobile { .. })
        };
        let order = NetworkOrder {
            id: format!("n-{external_id}"),
            external_id: external_id.to_owned(),
            state: if takes_long {
                NetworkOrderState::InProgress
            } else {
                NetworkOrderState::Completed
            },
            message: None,
        };
        self.effect(|worlds| {
            worlds.network.insert(external_id.to_owned(), order.clone());
            let told = match request {
                NetworkRequest::ActivateTelephony { number, .. } => format!("+telephony {number}"),
                NetworkRequest::DeactivateTelephony { number } => format!("-telephony {number}"),
                NetworkRequest::UploadNumber { number, .. } => {
                    worlds.inventory.insert(number.clone(), None);
                    format!("+upload {number}")
                }
                NetworkRequest::WithdrawNumber { number, .. } => {
                    worlds.inventory.remove(number);
                    format!("-upload {number}")
                }
                NetworkRequest::ActivateMobile { number, .. } => format!("+mobile {number}"),
                NetworkRequest::DeactivateMobile { number, .. } => format!("-mobile {number}"),
            };
            worlds.effects.push(told);
        })?;
        Ok(order)
    }

    async fn listen(&self, _: &str) -> Result<(), OutsideError> {
        Ok(())
    }
}

#[async_trait]
impl TeamsTelephony for Fake {
    async fn find_number(
        &self,
        _: TenantId,
        number: &str,
    ) -> Result<Option<InventoryNumber>, OutsideError> {
        let worlds = self.0.lock().unwrap();
        Ok(worlds
            .inventory
            .get(number)
            .map(|assigned_to| InventoryNumber {
                number: number.to_owned(),
                assigned_to: *assigned_to,
                activated: assigned_to.is_some(),
            }))
    }

    async fn assign_number(
        &self,
        _: TenantId,
        number: &str,
        _: NumberType,
        to: ObjectId,
        _: &str,
    ) -> Result<OperationLink, OutsideError> {
        self.effect(|worlds| {
            worlds.inventory.insert(number.to_owned(), Some(to));
            worlds.effects.push(format!("+assign {number}"));
        })?;
        Ok(OperationLink("https://graph/operation".to_owned()))
    }

    async fn unassign_number(
        &self,
        _: TenantId,
        number: &str,
        _: NumberType,
        _: &str,
    ) -> Result<OperationLink, OutsideError> {
        self.effect(|worlds| {
            worlds.inventory.insert(number.to_owned(), None);
            worlds.effects.push(format!("-assign {number}"));
        })?;
        Ok(OperationLink("https://graph/operation".to_owned()))
    }

    async fn operation(
        &self,
        _: TenantId,
        _: &OperationLink,
    ) -> Result<OperationState, OutsideError> {
        Ok(OperationState::Succeeded)
    }

    async fn voice_configuration(
        &self,
        _: TenantId,
        _: ObjectId,
    ) -> Result<Option<VoiceConfiguration>, OutsideError> {
        Ok(None)
    }
}

#[async_trait]
impl DirectorySource for Fake {
    async fn changes(&self, tenant: TenantId, _: Option<&str>) -> Result<ChangePage, OutsideError> {
        let mut changes = Vec::new();
        for object in [ANNA, METTE] {
            changes.push(Change::Present(Box::new(
                self.person(tenant, object).await?,
            )));
        }
        Ok(ChangePage {
            changes,
            next: Next::Cursor("now".to_owned()),
        })
    }

    async fn person(&self, _: TenantId, object: ObjectId) -> Result<PersonRecord, OutsideError> {
        let plans = self.0.lock().unwrap().plans.clone();
        Ok(PersonRecord {
            object,
            display_name: "Anna Åkjær".to_owned(),
            given_name: None,
            surname: None,
            mail: (object == METTE).then(|| "mette@nordlys.example".to_owned()),
            username: "anna@nordlys.example".to_owned(),
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
            plans: plans
                .into_iter()
                .map(|plan| PlanRecord {
                    plan,
                    effective: true,
                })
                .collect(),
        })
    }

    async fn licences(&self, _: TenantId, _: ObjectId) -> Result<Vec<LicenceRecord>, OutsideError> {
        Ok(Vec::new())
    }

    async fn tenant(&self, tenant: TenantId) -> Result<TenantRecord, OutsideError> {
        Ok(TenantRecord {
            tenant,
            display_name: "Nordlys".to_owned(),
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
        _: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        Ok(ChangeSubscription {
            id: "s".to_owned(),
            expires_at,
        })
    }

    async fn is_subscribed(&self, _: TenantId, _: &str) -> Result<bool, OutsideError> {
        Ok(true)
    }

    async fn renew(
        &self,
        tenant: TenantId,
        _: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        self.subscribe(tenant, "", "", expires_at).await
    }
}

#[async_trait]
impl MailTransport for Fake {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().mails.push(mail.clone());
        Ok(())
    }
}
