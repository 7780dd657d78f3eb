//! The two outside worlds in memory: they keep ledgers of their own and fail on command.

use crate::{
    access::{ObjectId, TenantId},
    directory::ports::{
        Change, ChangePage, ChangeSubscription, DirectorySource, GroupRecord, LicenceRecord, Next,
        PersonRecord, PlanRecord, TenantRecord,
    },
    fulfilment::ports::{
        ActivationCode, InventoryNumber, Network, NetworkOrder, NetworkOrderState, NetworkRequest,
        NumberType, OperationLink, OperationState, TeamsTelephony, VoiceConfiguration,
    },
    orders::GroupService,
};
use async_trait::async_trait;
use platform::{
    Instant,
    outbox::{Mail, MailError, MailTransport},
    outside::OutsideError,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::Notify;
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
    /// Done, and the process that asked is gone before it hears of it.
    Killed,
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
            Fault::Killed => OutsideError::UnknownOutcome("nobody hears this".to_owned()),
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
    /// Every effectful call from this number on is done, and its answer lost.
    pub(super) lost_from: Option<usize>,
    /// Every effectful call from this number on is refused.
    pub(super) refuse_from: Option<usize>,
    /// What the network makes of a request: `None` is nothing special.
    pub(super) judge: Option<fn(&NetworkRequest) -> Option<Fault>>,
    /// How often that was a fault.
    pub(super) judged: usize,
    /// Mobile subscriptions stay in progress at the network.
    pub(super) mobile_takes_long: bool,
    /// Microsoft says that a number is assigned, and does not show it.
    pub(super) assigned_unseen: bool,
    pub(super) network: HashMap<String, NetworkOrder>,
    /// What took effect, in order.
    pub(super) effects: Vec<String>,
    /// Number in the tenant's inventory, and to whom it is assigned.
    pub(super) inventory: HashMap<String, Option<ObjectId>>,
    /// The lines that the network runs, by number.
    pub(super) lines: BTreeMap<String, Line>,
    /// The call groups that it rings, by our id of each.
    pub(super) groups: BTreeMap<String, GroupService>,
    /// Parcels that are in the post, and what is in each.
    pub(super) parcels: BTreeMap<String, Vec<(String, i64)>>,
    /// Landline numbers that it routes.
    pub(super) routed: BTreeSet<String>,
    /// The call that nobody waits for the answer of was made.
    pub(super) killed: Arc<Notify>,
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
        if self.lost_from.is_some_and(|from| call >= from) {
            return Some(Fault::Lost);
        }
        self.fault
            .filter(|(number, _)| *number == call)
            .map(|(_, fault)| fault)
    }
}

/// A mobile subscription as the network has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) iccid: String,
    pub(super) package: String,
    pub(super) add_ons: BTreeSet<String>,
    pub(super) suspended: bool,
}

#[derive(Clone, Default)]
pub(super) struct Fake(pub(super) Arc<Mutex<Worlds>>);

impl Fake {
    async fn effect(&self, effect: impl FnOnce(&mut Worlds)) -> Result<(), OutsideError> {
        let killed = {
            let mut worlds = self.0.lock().unwrap();
            match worlds.next_call() {
                None => {
                    effect(&mut worlds);
                    return Ok(());
                }
                Some(Fault::Lost) => {
                    effect(&mut worlds);
                    return Err(Fault::Lost.error());
                }
                Some(Fault::Killed) => {
                    effect(&mut worlds);
                    worlds.fault = None;
                    worlds.killed.clone()
                }
                Some(fault) => return Err(fault.error()),
            }
        };
        killed.notify_one();
        std::future::pending().await
    }
}

/// The changes of a line in the ledger's words.
fn told(request: &NetworkRequest) -> String {
    match request {
        NetworkRequest::SetPackage { number, package } => format!("={number} package {package}"),
        NetworkRequest::SetAddOn { number, add_on, on } => {
            format!("{}addOn {number} {add_on}", if *on { "+" } else { "-" })
        }
        NetworkRequest::SetSuspended { number, suspended } => {
            format!("{}suspended {number}", if *suspended { "+" } else { "-" })
        }
        NetworkRequest::SetSim { number, iccid } => format!("={number} sim {iccid}"),
        NetworkRequest::SetNumber { iccid, number } => format!("={iccid} number {number}"),
        NetworkRequest::ShipSim { iccid, .. } => format!("+shipment {iccid}"),
        NetworkRequest::VoidShipment { iccid } => format!("-shipment {iccid}"),
        NetworkRequest::PrepareESim { iccid, .. } => format!("+eSim {iccid}"),
        NetworkRequest::WithdrawESim { iccid } => format!("-eSim {iccid}"),
        NetworkRequest::ShipPack { pack, .. } => format!("+pack {}", pack.pack),
        NetworkRequest::VoidPack { pack } => format!("-pack {}", pack.pack),
        NetworkRequest::ShipGoods { parcel, .. } => format!("+goods {}", parcel.parcel),
        NetworkRequest::CallBackGoods { parcel } => format!("-goods {}", parcel.parcel),
        NetworkRequest::SetUpCallGroup { service, .. } => format!("+group {}", service.group),
        NetworkRequest::EndCallGroup { group } => format!("-group {group}"),
        NetworkRequest::ChangeCallGroup { service } => format!("=group {}", service.group),
        other => format!("?{other:?}"),
    }
}

/// What a request makes true of the lines.
fn carry_out(worlds: &mut Worlds, request: &NetworkRequest) {
    let line = |worlds: &mut Worlds, number: &str, change: &dyn Fn(&mut Line)| {
        change(
            worlds
                .lines
                .get_mut(number)
                .unwrap_or_else(|| panic!("the network runs no line {number}")),
        );
    };
    match request {
        NetworkRequest::ActivateTelephony { number, .. } => {
            assert!(worlds.routed.insert(number.clone()), "{number} is routed");
        }
        NetworkRequest::DeactivateTelephony { number } => {
            assert!(worlds.routed.remove(number), "{number} is not routed");
        }
        NetworkRequest::ActivateMobile {
            number,
            iccid,
            package,
            add_ons,
            suspended,
            ..
        } => {
            let made = Line {
                iccid: iccid.clone(),
                package: package.clone(),
                add_ons: add_ons.iter().cloned().collect(),
                suspended: *suspended,
            };
            assert!(worlds.lines.insert(number.clone(), made).is_none());
        }
        NetworkRequest::DeactivateMobile { number, .. } => {
            assert!(worlds.lines.remove(number).is_some());
        }
        NetworkRequest::SetPackage { number, package } => {
            line(worlds, number, &|line| line.package.clone_from(package));
        }
        NetworkRequest::SetAddOn { number, add_on, on } => line(worlds, number, &|line| {
            if *on {
                line.add_ons.insert(add_on.clone());
            } else {
                line.add_ons.remove(add_on);
            }
        }),
        NetworkRequest::SetSuspended { number, suspended } => {
            line(worlds, number, &|line| line.suspended = *suspended);
        }
        NetworkRequest::SetSim { number, iccid } => {
            line(worlds, number, &|line| line.iccid.clone_from(iccid));
        }
        NetworkRequest::SetNumber { iccid, number } => {
            let old = worlds
                .lines
                .iter()
                .find(|(_, line)| line.iccid == *iccid)
                .map(|(number, _)| number.clone())
                .expect("a line with this card");
            let line = worlds.lines.remove(&old).expect("the line");
            worlds.lines.insert(number.clone(), line);
        }
        NetworkRequest::SetUpCallGroup { service, .. } => {
            let before = worlds.groups.insert(service.group.clone(), service.clone());
            assert!(before.is_none(), "{} is set up", service.group);
        }
        NetworkRequest::ChangeCallGroup { service } => {
            let before = worlds.groups.insert(service.group.clone(), service.clone());
            assert!(before.is_some(), "{} is not set up", service.group);
        }
        NetworkRequest::ShipGoods { parcel, .. } => {
            let before = worlds
                .parcels
                .insert(parcel.parcel.clone(), parcel.goods.clone());
            assert!(before.is_none(), "{} was sent", parcel.parcel);
        }
        NetworkRequest::CallBackGoods { parcel } => {
            assert!(worlds.parcels.remove(&parcel.parcel).is_some());
        }
        NetworkRequest::EndCallGroup { group } => {
            assert!(
                worlds.groups.remove(group).is_some(),
                "{group} is not set up"
            );
        }
        _ => {}
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
            cards: match request {
                NetworkRequest::ShipPack { pack, .. } => (0..pack.cards)
                    .map(|place| super::bench::sent_card(900 + u64::from(place)))
                    .collect(),
                _ => Vec::new(),
            },
            activation_code: match request {
                NetworkRequest::PrepareESim { iccid, .. } => {
                    ActivationCode::parse(&format!("LPA:1$rsp.example${iccid}"))
                }
                _ => None,
            },
        };
        self.effect(|worlds| {
            carry_out(worlds, request);
            let before = worlds.network.insert(external_id.to_owned(), order.clone());
            assert!(before.is_none(), "{external_id} was ordered twice");
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
                other => told(other),
            };
            worlds.effects.push(told);
        })
        .await?;
        Ok(order)
    }

    async fn call_off_order(&self, _: &str) -> Result<(), OutsideError> {
        Ok(())
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
            if !worlds.assigned_unseen {
                worlds.inventory.insert(number.to_owned(), Some(to));
            }
            worlds.effects.push(format!("+assign {number}"));
        })
        .await?;
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
        })
        .await?;
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
