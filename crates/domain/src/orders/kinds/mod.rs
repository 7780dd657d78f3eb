//! The kinds of orders, one file a family, and the table that finds them. Each says what an item of it needs, costs and does
//! (`assess`), what it reserves and writes (`place`), which steps carry it out (`steps`), what becomes true (`finish`) or stays
//! as it was (`give_up`), and which item takes it back (`reverse`).

mod add_on;
mod block;
mod call_group;
mod change_number;
mod change_package;
mod create;
mod end;
mod hardware;
mod replace_sim;
mod service;
mod sim_pack;

use super::{
    Action, Before, GroupBefore, ItemRequest, NumberRequest, OrderItem, PlannedStep, QuotedItem,
    Restored, StepKind, StepPayload,
    assess::{Look, NumberChoice, effect},
    facts::Line,
    groups::Groups,
    placing::Placing,
    rules,
};
use crate::{
    access::{ObjectId, OrganisationId, Scope, TenantId},
    call_groups::{self, CallGroupId},
    catalogue::OfferingId,
    numbering::{self, NumberKind},
    porting::{self, OwnerRequest},
    subscriptions::SubscriptionId,
};
use async_trait::async_trait;
use jiff::{ToSpan, civil::Date};
use platform::{Error, Ids, Instant, Result, db::Tx};
use std::collections::HashMap;
use uuid::Uuid;

/// One kind of order, or a family of kinds that differ in a word.
#[async_trait]
pub(crate) trait Kind: Send + Sync {
    /// What the item would do and cost from `day` on. What stands in its way goes to the look's problems. Pure.
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem;

    /// Writes the item, and what it reserves, into `placing`. Pure: all items are written together afterwards.
    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem);

    /// The steps that carry it out, in order. The last ones are those that cannot be called back.
    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>>;

    /// It is about to be carried out.
    async fn begin(&self, _: &mut End<'_>) -> Result<()> {
        Ok(())
    }

    /// It has been carried out.
    async fn finish(&self, end: &mut End<'_>) -> Result<()>;

    /// It came to nothing. Bears being called for an item that was never begun.
    async fn give_up(&self, end: &mut End<'_>) -> Result<()>;

    /// The item that takes this completed one back, or the code of why there is none.
    fn reverse(
        &self,
        item: &OrderItem,
    ) -> std::result::Result<(ItemRequest, Restored), &'static str>;
}

/// The table. An action that concerns no person stands here like any other.
pub(crate) fn of(action: Action) -> &'static dyn Kind {
    match action {
        Action::ActivateTelephony | Action::CreateMobile => &create::Create,
        Action::ChangeMobilePackage => &change_package::ChangePackage,
        Action::AddAddOn | Action::RemoveAddOn => &add_on::AddOn,
        Action::SuspendSim | Action::ResumeSim => &block::Block,
        Action::ReplaceSim => &replace_sim::ReplaceSim,
        Action::ChangeNumber => &change_number::ChangeNumber,
        Action::EndSubscription => &end::EndSubscription,
        Action::OrderSims => &sim_pack::SimPack,
        Action::BuyHardware => &hardware::Hardware,
        Action::BookService => &service::Service,
        Action::CreateCallGroup | Action::ChangeCallGroup | Action::RemoveCallGroup => {
            &call_group::Group
        }
    }
}

/// An item that is about to be carried out, with what it is about.
pub(crate) struct Carried<'a> {
    pub item: &'a OrderItem,
    pub wish: &'a ItemRequest,
    /// The subscription that it changes, as it is now.
    pub line: Option<&'a Line>,
    /// Codes of the products.
    pub codes: &'a HashMap<OfferingId, String>,
    /// The customer number, for the network's books.
    pub customer: &'a str,
    pub tenant: Option<TenantId>,
    /// The person's account.
    pub object: Option<ObjectId>,
    pub direct_routing: bool,
    pub groups: &'a Groups,
    /// Who of the wish's members still has a line.
    pub members: &'a [SubscriptionId],
}

impl Carried<'_> {
    /// A step for each group that the line is in, or is in again, and that the network knows: it joins or leaves, by the number
    /// by which it is reached then. A group rings lines that are there, so a line joins when it is and leaves before it is not.
    pub fn group_steps(&self, line: SubscriptionId, number: &str, joins: bool) -> Vec<PlannedStep> {
        let touched = self.groups.touched_by(self.item, self.wish);
        let restored = self.item.before.restored.iter();
        let places: HashMap<CallGroupId, usize> = restored
            .flat_map(|restored| restored.memberships.iter().copied())
            .collect();
        self.groups
            .known_outside(touched.into_iter())
            .map(|seen| {
                let group = &seen.group;
                let place = places.get(&group.id).copied().unwrap_or(usize::MAX);
                let members = call_groups::with(group, line, place);
                let without: Vec<_> = members
                    .iter()
                    .copied()
                    .filter(|member| *member != line)
                    .collect();
                let told = |members: &[SubscriptionId]| {
                    let own = seen.number_text();
                    let renumbered = Some((line, number));
                    self.groups
                        .service(group.id, &group.settings, &own, members, renumbered)
                };
                let (before, after) = if joins {
                    (told(&without), told(&members))
                } else {
                    (told(&members), told(&without))
                };
                step(
                    StepKind::NetworkCallGroupChange,
                    StepPayload {
                        group: Some(after),
                        group_before: Some(before),
                        ..self.payload(&seen.number_text())
                    },
                )
            })
            .collect()
    }

    /// A payload with what every step needs, about this number.
    pub fn payload(&self, number: &str) -> StepPayload {
        StepPayload {
            number: number.to_owned(),
            customer: self.customer.to_owned(),
            tenant: self.tenant,
            object: self.object,
            direct_routing: self.direct_routing,
            ..StepPayload::default()
        }
    }

    /// The number of the item itself.
    pub fn number(&self) -> Result<&str> {
        self.item
            .number
            .as_deref()
            .ok_or_else(|| Error::internal("an item without a number cannot be carried out"))
    }

    pub fn line(&self) -> Result<&Line> {
        self.line.ok_or_else(|| {
            Error::internal("an item without its subscription cannot be carried out")
        })
    }

    pub fn code(&self, offering: Option<OfferingId>) -> String {
        offering
            .and_then(|id| self.codes.get(&id).cloned())
            .unwrap_or_default()
    }

    /// What is there before the item begins: kept with it, so that it can be restored.
    pub fn before(&self) -> Before {
        let mut kept = self.item.before.clone();
        kept.group = self
            .item
            .call_group
            .and_then(|id| self.groups.all.get(&id))
            .map(|seen| GroupBefore {
                settings: seen.group.settings.clone(),
                members: seen.group.members.clone(),
                number: seen.number_text(),
            });
        if let Some(line) = self.item.subscription {
            kept.memberships = self.groups.memberships(line);
        }
        let Some(line) = self.line else {
            return kept;
        };
        let agreed = self
            .item
            .offering
            .and_then(|offering| line.add_on(offering))
            .map_or(line.package_monthly(), |interval| interval.monthly);
        Before {
            state: Some(line.subscription.state),
            offering: Some(line.subscription.offering),
            agreed: agreed.amount,
            number: line.number.as_ref().map(|number| number.number.clone()),
            number_id: line.subscription.number,
            sim: line.subscription.sim,
            iccid: line.sim.as_ref().map(|sim| sim.iccid.clone()),
            add_ons: line
                .add_ons()
                .map(|add_on| (add_on.offering, add_on.monthly.amount))
                .collect(),
            ..kept
        }
    }
}

pub(crate) fn step(kind: StepKind, payload: StepPayload) -> PlannedStep {
    PlannedStep { kind, payload }
}

/// An item that ends, or begins, in a transaction.
pub(crate) struct End<'a> {
    pub tx: &'a mut Tx,
    pub ids: &'a Ids,
    pub scope: &'a Scope,
    pub item: &'a OrderItem,
    pub operator: OrganisationId,
    /// Who of the wish's members has a line, as the item begins.
    pub members: Vec<SubscriptionId>,
}

impl End<'_> {
    pub fn subscription(&self) -> Result<SubscriptionId> {
        self.item
            .subscription
            .ok_or_else(|| Error::internal("the item has no subscription"))
    }

    /// The item takes another one back, as if that had never been.
    pub fn as_if_never(&self) -> bool {
        self.item
            .before
            .restored
            .as_ref()
            .is_some_and(|restored| restored.as_if_never)
    }

    /// Lets go of the number that the subscription has: to rest, or back at once when it was never meant.
    pub async fn let_number_go(&mut self, subscription: SubscriptionId) -> Result<()> {
        self.let_number_of(subscription.0).await
    }

    /// As [`End::let_number_go`], of whatever has it.
    pub async fn let_number_of(&mut self, holder: Uuid) -> Result<()> {
        let restored = self.item.before.restored.as_ref();
        if let Some(rested) = restored.and_then(|restored| restored.rested) {
            return numbering::rest_again(
                self.tx,
                self.ids,
                self.scope,
                holder,
                rested.until,
                rested.origin,
            )
            .await;
        }
        if self.as_if_never() {
            return numbering::return_at_once(self.tx, self.ids, self.scope, holder, self.operator)
                .await;
        }
        let rest = self.item.before.rest.unwrap_or(super::Rest {
            days: super::Policy::default().rest_days,
            back_to: None,
        });
        let until = rest_until(self.ids.now().danish_day(), rest.days);
        numbering::rest(
            self.tx,
            self.ids,
            self.scope,
            holder,
            Instant::of_danish_day(until),
            rest.back_to,
        )
        .await
    }
}

/// The day on which a number that is let go on `day` is free again.
pub(crate) fn rest_until(day: Date, days: u32) -> Date {
    day.saturating_add(i64::from(days.max(super::SHORTEST_REST)).days())
}

/// The subscription that a wish changes. The table gives a wish only to its own kind, so there is one.
fn subscription_of(wish: &ItemRequest) -> SubscriptionId {
    wish.subscription()
        .unwrap_or(SubscriptionId(uuid::Uuid::nil()))
}

/// A number that another operator has: until its case is completed a number of the organisation's own, else one of the pool,
/// serves a new subscription; one that is in use keeps its own.
pub(super) fn port_in(
    look: &mut Look<'_>,
    request: &NumberRequest,
    kind: NumberKind,
) -> NumberChoice {
    let NumberRequest::PortIn {
        number,
        donor,
        owner,
        date,
    } = request
    else {
        return NumberChoice {
            number: None,
            effect: effect("newNumber", &[]),
        };
    };
    let number = match porting::rules::check_number(number) {
        Ok(number) => {
            if let Some(code) = look.facts.foreign.get(&number).copied().flatten() {
                look.problem("number/number", code, &[]);
            }
            look.claim("number/number", number.clone());
            Some(number)
        }
        Err(code) => {
            look.problem("number/number", code, &[]);
            None
        }
    };
    if let Err(code) = porting::rules::check_donor(donor) {
        look.problem("number/donor", code, &[]);
    }
    if let Err((field, code)) = porting::rules::check_owner(&porting::tidy_owner(&owner.owner())) {
        let field = match owner {
            OwnerRequest::Name(_) => "number/owner".to_owned(),
            OwnerRequest::Whole(_) => format!("number/owner/{field}"),
        };
        look.problem(&field, code, &[]);
    }
    let day = match date {
        Some(day) => {
            if let Err(code) = porting::rules::check_day(*day, look.now) {
                look.problem("number/date", code, &[]);
            }
            *day
        }
        None => porting::earliest_day(look.now),
    };
    if rules::makes(look.request.items[look.index].action()).is_some() {
        let owner = if look.has_free(look.facts.organisation, kind) {
            look.facts.organisation
        } else {
            look.facts.operator
        };
        look.unnamed(owner, kind);
    }
    let shown = numbering::rules::display(number.as_deref().unwrap_or_default());
    NumberChoice {
        effect: effect(
            "portIn",
            &[
                ("number", &shown),
                ("donor", donor.trim()),
                ("day", &day.to_string()),
            ],
        ),
        number,
    }
}

/// What else there is to know of a number that another operator has: what serves meanwhile, and what ends there.
pub(super) fn port_effects(wish: &ItemRequest) -> Vec<(String, Vec<(String, String)>)> {
    let Some(NumberRequest::PortIn { donor, .. }) = wish.number() else {
        return Vec::new();
    };
    let meanwhile = match rules::makes(wish.action()) {
        Some(_) => "temporaryNumber",
        None => "keepsNumber",
    };
    vec![
        effect(meanwhile, &[]),
        effect("donorEnds", &[("donor", donor.trim())]),
    ]
}
