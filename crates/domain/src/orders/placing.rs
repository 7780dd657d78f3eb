//! Writing an order's items with what they reserve: collected from every item first, and then written together, so that a
//! thousand items take as many statements as ten.

use super::{
    Action, ItemRequest, ItemState, NumberRequest, Order, OrderItem, OrderItemId, Policy,
    QuoteRequest, QuotedItem, Rested, Restored, SimRequest, facts::Facts, kinds, rules, store,
};
use crate::{
    access::Scope,
    call_groups::{self, NewCallGroup},
    catalogue::OfferingId,
    directory::PersonId,
    numbering::{self, NumberKind, NumberState},
    porting::{self, NewCase},
    sims::{self, SimKind},
    subscriptions::{self, NewSubscription, SubscriptionId, SubscriptionKind},
};
use platform::{Error, Ids, Instant, Money, Result, db::Tx, live};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A subscription to be written; its number and SIM are those reserved for it.
pub(crate) struct NewLine {
    pub id: SubscriptionId,
    pub person: PersonId,
    pub kind: SubscriptionKind,
    pub offering: OfferingId,
    pub monthly: Money,
    pub revived: bool,
}

/// What an order is about to write.
pub(crate) struct Placing<'a> {
    pub ids: &'a Ids,
    pub facts: &'a Facts,
    pub policy: &'a Policy,
    pub request: &'a QuoteRequest,
    pub now: Instant,
    pub items: Vec<OrderItem>,
    pub lines: Vec<NewLine>,
    pub groups: Vec<NewCallGroup>,
    index: usize,
    numbers: Vec<(OrderItemId, numbering::Wanted)>,
    sims: Vec<(OrderItemId, sims::Wanted)>,
}

impl<'a> Placing<'a> {
    pub fn new(
        ids: &'a Ids,
        facts: &'a Facts,
        policy: &'a Policy,
        request: &'a QuoteRequest,
        now: Instant,
    ) -> Self {
        Placing {
            ids,
            facts,
            policy,
            request,
            now,
            items: Vec::with_capacity(request.items.len()),
            lines: Vec::new(),
            groups: Vec::new(),
            index: 0,
            numbers: Vec::new(),
            sims: Vec::new(),
        }
    }

    /// Lets every wish of the request write what it needs.
    pub fn collect(&mut self, quoted: &[QuotedItem]) {
        for (index, (wish, quoted)) in self.request.items.iter().zip(quoted).enumerate() {
            self.index = index;
            kinds::of(wish.action()).place(self, wish, quoted);
        }
    }

    /// What the present wish restores, when it takes another item back.
    pub fn restored(&self) -> Option<&'a Restored> {
        self.request
            .undo
            .as_ref()
            .and_then(|undo| undo.restored.get(self.index))
    }

    /// An item as it is quoted, not yet begun.
    pub fn item(&self, wish: &ItemRequest, quoted: &QuotedItem) -> OrderItem {
        let today = self.now.danish_day();
        OrderItem {
            id: self.ids.make(),
            position: 0,
            action: wish.action(),
            state: ItemState::Acknowledged,
            person: quoted.person,
            person_name: None,
            offering: quoted.offering,
            offering_name: None,
            subscription: quoted.subscription,
            call_group: quoted.call_group,
            call_group_name: None,
            quantity: quoted.quantity,
            lines: quoted.lines.clone(),
            number: quoted.number.clone(),
            iccid: quoted.iccid.clone(),
            one_time: quoted.one_time,
            monthly: quoted.monthly,
            problem_code: None,
            problem_detail: None,
            request: Some(wish.clone()),
            before: super::Before::default(),
            start_at: (quoted.starts_on > today).then(|| Instant::of_danish_day(quoted.starts_on)),
            after_item: None,
            ended_at: None,
        }
    }

    /// How a number that is taken from its rest rested, so that it can rest on if that is taken back.
    pub fn rested(&self, number: Option<&str>) -> Option<Rested> {
        let number = self.facts.numbers.get(number?)?;
        (number.state == NumberState::Resting).then_some(Rested {
            until: number.release_at?,
            origin: number.origin,
        })
    }

    /// Reserves a number for `holder`: the item learns which.
    pub fn want_number(
        &mut self,
        item: &OrderItem,
        holder: Uuid,
        kind: NumberKind,
        request: &NumberRequest,
        quoted: Option<&str>,
    ) {
        let source = match (quoted, request, self.facts.operator) {
            (Some(number), NumberRequest::Series { .. } | NumberRequest::Resting { .. }, _) => {
                numbering::Source::Named(number.to_owned())
            }
            (_, NumberRequest::New {}, Some(operator)) => numbering::Source::Pool { operator },
            (_, NumberRequest::PortIn { .. }, Some(operator)) if !self.has_free(kind) => {
                numbering::Source::Pool { operator }
            }
            _ => numbering::Source::Series,
        };
        let wanted = numbering::Wanted {
            holder,
            kind,
            source,
        };
        self.numbers.push((item.id, wanted));
    }

    /// Whether the organisation has a free number of its own left for a time, after what earlier items take.
    fn has_free(&self, kind: NumberKind) -> bool {
        let free = self
            .facts
            .organisation
            .and_then(|own| self.facts.free.get(&(own, kind)).copied())
            .unwrap_or(0);
        let taken = self
            .numbers
            .iter()
            .filter(|(_, wanted)| wanted.kind == kind)
            .filter(|(_, wanted)| match &wanted.source {
                numbering::Source::Series => true,
                numbering::Source::Named(number) => {
                    let number = self.facts.numbers.get(number);
                    number.is_some_and(|number| {
                        number.state == NumberState::Free && number.reservation.is_none()
                    })
                }
                numbering::Source::Pool { .. } => false,
            })
            .count() as i64;
        taken < free
    }

    /// Reserves a SIM for `holder`: the item learns which.
    pub fn want_sim(&mut self, item: &OrderItem, holder: Uuid, request: &SimRequest) {
        let stock = |kind| {
            self.facts
                .operator
                .map(|operator| sims::Source::Stock { operator, kind })
        };
        let source = match (self.restored().and_then(|restored| restored.sim), request) {
            (Some(sim), _) => Some(sims::Source::Retired(sim)),
            (None, SimRequest::Unassigned { sim }) => Some(sims::Source::Drawer(*sim)),
            (None, SimRequest::Ship {}) => stock(SimKind::Physical),
            (None, SimRequest::ESim {}) => stock(SimKind::ESim),
        };
        if let Some(source) = source {
            self.sims.push((item.id, sims::Wanted { holder, source }));
        }
    }

    /// Writes it all in the order's transaction.
    ///
    /// # Errors
    /// 409 when somebody else was quicker: `numberTaken`, `simTaken`, `noNumberFree`, `noSimInStock`, `alreadyThere`.
    pub async fn write(
        mut self,
        tx: &mut Tx,
        scope: &Scope,
        order: &Order,
    ) -> Result<Vec<OrderItem>> {
        let wanted: Vec<_> = self
            .numbers
            .iter()
            .map(|(_, wanted)| wanted.clone())
            .collect();
        let numbers = numbering::reserve(tx, self.ids, scope, &wanted).await?;
        let mut number_of = HashMap::new();
        let mut number_for = HashMap::new();
        for ((item, wanted), number) in self.numbers.iter().zip(numbers) {
            number_for.insert(wanted.holder, number.id);
            number_of.insert(*item, number.number);
        }
        let wanted: Vec<_> = self.sims.iter().map(|(_, wanted)| wanted.clone()).collect();
        let sims = sims::reserve(tx, self.ids, scope, &wanted).await?;
        let mut sim_of = HashMap::new();
        let mut sim_for = HashMap::new();
        for ((item, wanted), sim) in self.sims.iter().zip(sims) {
            sim_for.insert(wanted.holder, sim.id);
            sim_of.insert(*item, sim.iccid);
        }
        let lines = self
            .lines
            .iter()
            .map(|line| {
                Ok(NewSubscription {
                    id: line.id,
                    person: line.person,
                    kind: line.kind,
                    offering: line.offering,
                    number: number_for
                        .get(&line.id.0)
                        .copied()
                        .ok_or_else(|| Error::internal("a subscription without a number"))?,
                    sim: sim_for.get(&line.id.0).copied(),
                    monthly: line.monthly,
                    revived: line.revived,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        subscriptions::order(tx, self.ids, scope, &lines).await?;
        let groups = self
            .groups
            .iter()
            .map(|group| {
                let number = number_for
                    .get(&group.id.0)
                    .copied()
                    .ok_or_else(|| Error::internal("a call group without a number"))?;
                Ok((group.clone(), number))
            })
            .collect::<Result<Vec<_>>>()?;
        call_groups::order(tx, self.ids, scope, &groups).await?;
        for (position, item) in self.items.iter_mut().enumerate() {
            item.position = position as i64;
            if let Some(number) = number_of.remove(&item.id) {
                item.number = Some(number);
            }
            if let Some(iccid) = sim_of.remove(&item.id) {
                item.iccid = Some(iccid);
            }
        }
        store::insert_items(tx, scope, order.id, &self.items).await?;
        store::insert_lines(tx, self.ids, scope, &self.items).await?;
        self.open_ports(tx, scope, order).await?;
        let people: BTreeSet<PersonId> = self.items.iter().filter_map(|item| item.person).collect();
        for person in people {
            live::tell(
                tx,
                self.ids,
                scope.organisation().0,
                "person",
                Some(person.0),
            )
            .await?;
        }
        Ok(self.items)
    }

    /// Opens a case for each number that another operator has.
    async fn open_ports(&self, tx: &mut Tx, scope: &Scope, order: &Order) -> Result<()> {
        for item in &self.items {
            let Some(NumberRequest::PortIn {
                donor, owner, date, ..
            }) = item.request.as_ref().and_then(ItemRequest::number)
            else {
                continue;
            };
            // A new subscription has two items: the one that gives it a temporary number, and the one that waits.
            let (Action::ChangeNumber, Some(subscription), Some(number)) =
                (item.action, item.subscription, item.number.clone())
            else {
                continue;
            };
            let first = item
                .after_item
                .and_then(|first| self.items.iter().find(|item| item.id == first));
            let kind = match first {
                Some(first) if first.action == Action::ActivateTelephony => NumberKind::Landline,
                Some(_) => NumberKind::Mobile,
                None => self
                    .facts
                    .lines
                    .get(&subscription)
                    .map_or(NumberKind::Mobile, |line| line.number_kind()),
            };
            let new = NewCase {
                number,
                kind,
                donor: donor.trim().to_owned(),
                owner: porting::tidy_owner(&owner.owner()),
                wished_for: *date,
                order: order.id.0,
                order_number: order.number,
                item: item.id.0,
                subscription,
                person: item.person,
                temporary: first.and_then(|first| first.number.clone()),
                right: rules::permission(first.map_or(item.action, |first| first.action)),
            };
            porting::open(tx, self.ids, scope, &new).await?;
        }
        Ok(())
    }
}
