//! What is possible for a person now, and what each costs.

use super::{CallGroupRow, GroupSort, HeldSubscription, PersonRow};
use crate::{
    billing::{DiscountRule, TariffCategory, rules as billing},
    call_groups,
    directory::rules::readiness,
    orders::{self, Action},
    subscriptions::{SubscriptionId, SubscriptionKind, SubscriptionState},
};
use platform::{
    Money, Period,
    fold::{fold, sort_key},
};

/// Why something is not possible for a person. The text for `code` is `problem.<code>` of the domain's texts, with `values`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hindrance {
    pub code: &'static str,
    pub values: Vec<(&'static str, String)>,
}

impl Hindrance {
    fn plain(code: &'static str) -> Self {
        Hindrance {
            code,
            values: Vec::new(),
        }
    }
}

/// Something that may be ordered for a person, and why not now, if so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    pub action: Action,
    /// The subscription that it would change; `None` for what gives one, and where there is none to change.
    pub subscription: Option<SubscriptionId>,
    pub hindrance: Option<Hindrance>,
}

/// Everything that may be ordered for a person, each with what stands in its way. `connected`: the organisation has a tenant.
/// Rights are not looked at.
pub fn possible(row: &PersonRow, connected: bool) -> Vec<Possible> {
    let mut all = Vec::new();
    let for_people = Action::ALL
        .iter()
        .copied()
        .filter(|action| orders::rules::is_for_people(*action));
    for action in for_people {
        if let Some(kind) = orders::rules::makes(action) {
            all.push(Possible {
                action,
                subscription: None,
                hindrance: giving(row, action, kind, connected),
            });
            continue;
        }
        let before = all.len();
        for held in row
            .subscriptions
            .iter()
            .filter(|held| orders::rules::concerns(action, held.kind))
        {
            all.push(Possible {
                action,
                subscription: Some(held.id),
                hindrance: changing(row, action, held).map(Hindrance::plain),
            });
        }
        if all.len() == before {
            all.push(Possible {
                action,
                subscription: None,
                hindrance: Some(Hindrance::plain("nothingToChange")),
            });
        }
    }
    all
}

/// What stands in the way of changing a subscription.
fn changing(row: &PersonRow, action: Action, held: &HeldSubscription) -> Option<&'static str> {
    if let Some(code) = orders::rules::line_hindrance(action, held.kind, held.state) {
        return Some(code);
    }
    let mut open = row
        .open_orders
        .iter()
        .filter(|order| order.subscription == Some(held.id));
    if orders::rules::waits_for_port(action) && open.clone().any(|order| order.at_donor) {
        return Some("portOpen");
    }
    if open
        .clone()
        .any(|order| order.start_at.is_none() && !order.at_donor)
    {
        return Some("orderUnderWay");
    }
    // Of what goes together the product decides, and that is chosen afterwards.
    if open.any(|order| order.action == action) && !orders::rules::goes_together(action) {
        return Some("isScheduled");
    }
    (action == Action::RemoveAddOn && held.add_ons.is_empty()).then_some("noAddOns")
}

/// What stands in the way of giving a person a subscription; `None` when nothing does.
fn giving(
    row: &PersonRow,
    action: Action,
    kind: SubscriptionKind,
    connected: bool,
) -> Option<Hindrance> {
    let person = &row.person;
    let mut ordered = row
        .open_orders
        .iter()
        .filter(|order| order.action == action);
    if let Some(order) = ordered.next() {
        return Some(Hindrance::plain(match order.start_at {
            Some(_) => "isScheduled",
            None => "orderUnderWay",
        }));
    }
    if let Some(code) = orders::rules::person_hindrance(person) {
        return Some(Hindrance::plain(code));
    }
    let has = row
        .subscriptions
        .iter()
        .any(|subscription| subscription.kind == kind);
    match kind {
        SubscriptionKind::Telephony => {
            if has || row.telephony_elsewhere {
                return Some(Hindrance::plain("hasTelephony"));
            }
            if person.object.is_none() || !connected {
                return Some(Hindrance::plain("noTeamsAccount"));
            }
            let missing = readiness(person).missing;
            (!missing.is_empty()).then(|| Hindrance {
                code: "licenceMissing",
                values: vec![(
                    "licences",
                    missing
                        .iter()
                        .map(|missing| missing.name())
                        .collect::<Vec<_>>()
                        .join(", "),
                )],
            })
        }
        SubscriptionKind::Mobile => has.then(|| Hindrance::plain("hasMobile")),
    }
}

/// What stands in the way of changing a call group, or of taking it down.
pub fn group_hindrance(row: &CallGroupRow, action: Action) -> Option<&'static str> {
    if let Some(code) = call_groups::rules::hindrance(row.group.state) {
        return Some(code);
    }
    let open = row.open.as_ref()?;
    match open.start_at {
        None => Some("orderUnderWay"),
        Some(_) => (open.action == action).then_some("isScheduled"),
    }
}

/// Keeps the groups in which every word of `q` is found, and sorts them.
pub fn arrange_groups(groups: &mut Vec<CallGroupRow>, q: &str, sort: GroupSort, descends: bool) {
    let words: Vec<String> = q.split_whitespace().map(fold).collect();
    groups.retain(|row| {
        let hay = haystack(row);
        words.iter().all(|word| hay.contains(word.as_str()))
    });
    groups.sort_by_cached_key(|row| {
        let name = sort_key(&row.group.settings.name);
        let number = row.number.as_ref().map(|number| number.number.clone());
        let key = match sort {
            GroupSort::Name => (0, String::new()),
            GroupSort::Number => (0, number.unwrap_or_default()),
            GroupSort::State => (0, row.group.state.to_string()),
            GroupSort::Members => (row.members.len(), String::new()),
        };
        (key, name, row.group.id)
    });
    if descends {
        groups.reverse();
    }
}

/// What is looked through for a group: names folded, numbers with and without their country code.
fn haystack(row: &CallGroupRow) -> String {
    let mut hay = fold(&row.group.settings.name);
    let members = row.members.iter();
    let numbers = members
        .clone()
        .filter_map(|member| member.number.as_deref());
    for number in numbers.chain(row.number.as_ref().map(|number| number.number.as_str())) {
        hay.push(' ');
        hay.push_str(number);
        hay.push_str(&fold(&crate::numbering::rules::display(number)));
    }
    for member in members {
        hay.push(' ');
        hay.push_str(&fold(&member.person_name));
    }
    hay
}

/// Whether a subscription in this state is paid for. One that is being set up is not yet.
pub fn costs(state: SubscriptionState) -> bool {
    match state {
        SubscriptionState::Active | SubscriptionState::Suspended | SubscriptionState::Ending => {
            true
        }
        SubscriptionState::Ordered | SubscriptionState::Ended => false,
    }
}

/// What a customer's discounts take off a whole month `period` of these subscriptions: from each product by itself, as on an invoice.
pub fn discount(
    subscriptions: &[HeldSubscription],
    discounts: &[DiscountRule],
    period: Period,
) -> Money {
    let mut off = Money::ZERO;
    for held in subscriptions.iter().filter(|held| costs(held.state)) {
        let add_ons: Money = held.add_ons.iter().map(|add_on| add_on.monthly).sum();
        let package = Money::dkk(held.monthly.amount - add_ons.amount);
        let mut take = |category, offering, monthly| {
            let rate = billing::charges::rate(discounts, period, category, Some(offering));
            if let Some(discount) = billing::discount(monthly, rate) {
                off = off.plus(discount.amount);
            }
        };
        take(TariffCategory::Subscriptions, held.offering, package);
        for add_on in &held.add_ons {
            take(TariffCategory::AddOns, add_on.offering, add_on.monthly);
        }
    }
    off
}

#[cfg(test)]
mod tests {
    use super::{
        super::{HeldSubscription, OpenOrder, Place, SortKey},
        *,
    };
    use crate::{
        access::ObjectId,
        catalogue::{OfferingId, Texts},
        directory::{Person, PersonId, PersonKind, PersonState, rules::VoicePlan},
        orders::{OrderId, OrderState},
        subscriptions::SubscriptionId,
    };
    use platform::{Instant, Money};
    use uuid::Uuid;

    fn row() -> PersonRow {
        let id = PersonId(Uuid::from_u128(1));
        PersonRow {
            person: Person {
                id,
                kind: PersonKind::Directory,
                object: Some(ObjectId(Uuid::from_u128(2))),
                state: PersonState::Active,
                display_name: "Anna".into(),
                first_name: None,
                last_name: None,
                email: None,
                username: None,
                title: None,
                department: None,
                office_location: None,
                mobile_phone: None,
                plans: vec![VoicePlan::Teams, VoicePlan::Phone],
                skus: Vec::new(),
                updated_at: Instant(0),
                version: 1,
            },
            subscriptions: Vec::new(),
            open_orders: Vec::new(),
            monthly: Money::ZERO,
            telephony_elsewhere: false,
            place: Place {
                key: SortKey::Amount(0),
                name_key: String::new(),
                id,
            },
        }
    }

    fn held(kind: SubscriptionKind) -> HeldSubscription {
        HeldSubscription {
            id: SubscriptionId(Uuid::from_u128(3)),
            kind,
            state: SubscriptionState::Active,
            offering: OfferingId(Uuid::from_u128(4)),
            offering_name: Texts {
                en: String::new(),
                da: String::new(),
            },
            number: None,
            monthly: Money::ZERO,
            started_at: None,
            sim: None,
            add_ons: Vec::new(),
            reference: None,
        }
    }

    fn hindrance(row: &PersonRow, action: Action, connected: bool) -> Option<Hindrance> {
        possible(row, connected)
            .into_iter()
            .find(|possible| possible.action == action)
            .and_then(|possible| possible.hindrance)
    }

    fn ordered(action: Action) -> OpenOrder {
        OpenOrder {
            id: OrderId(Uuid::from_u128(5)),
            number: 1,
            action,
            state: OrderState::InProgress,
            held_reason: None,
            subscription: None,
            start_at: None,
            at_donor: false,
            replaces_temporary: false,
            port_day: None,
        }
    }

    #[test]
    fn each_hindrance_is_named() {
        type Change = fn(&mut PersonRow);
        let nothing: Change = |_| {};
        // What is different, whether the organisation has a tenant, what stands in the way of telephony and of mobile.
        type Code = Option<&'static str>;
        let cases: &[(&str, Change, bool, Code, Code)] = &[
            ("nothing", nothing, true, None, None),
            ("no tenant", nothing, false, Some("noTeamsAccount"), None),
            (
                "a local person",
                |row| row.person.object = None,
                true,
                Some("noTeamsAccount"),
                None,
            ),
            (
                "disabled",
                |row| row.person.state = PersonState::Disabled,
                true,
                Some("personNotActive"),
                Some("personNotActive"),
            ),
            (
                "has telephony",
                |row| row.subscriptions.push(held(SubscriptionKind::Telephony)),
                true,
                Some("hasTelephony"),
                None,
            ),
            (
                "has telephony elsewhere",
                |row| row.telephony_elsewhere = true,
                true,
                Some("hasTelephony"),
                None,
            ),
            (
                "has mobile",
                |row| row.subscriptions.push(held(SubscriptionKind::Mobile)),
                true,
                None,
                Some("hasMobile"),
            ),
            (
                "telephony is under way",
                |row| {
                    row.subscriptions.push(held(SubscriptionKind::Telephony));
                    row.open_orders.push(ordered(Action::ActivateTelephony));
                },
                true,
                Some("orderUnderWay"),
                None,
            ),
            (
                "no licence",
                |row| row.person.plans.clear(),
                true,
                Some("licenceMissing"),
                None,
            ),
        ];
        for (name, change, connected, telephony, mobile) in cases {
            let mut row = row();
            change(&mut row);
            let code = |action| hindrance(&row, action, *connected).map(|hindrance| hindrance.code);
            assert_eq!(code(Action::ActivateTelephony), *telephony, "{name}");
            assert_eq!(code(Action::CreateMobile), *mobile, "{name}");
        }
    }

    #[test]
    fn what_can_be_changed_follows_from_what_is_there() {
        let mut row = row();
        let code = |row: &PersonRow, action| {
            hindrance(row, action, true).map_or("possible", |hindrance| hindrance.code)
        };
        assert_eq!(code(&row, Action::SuspendSim), "nothingToChange");
        row.subscriptions.push(held(SubscriptionKind::Telephony));
        assert_eq!(code(&row, Action::SuspendSim), "nothingToChange");
        assert_eq!(code(&row, Action::EndSubscription), "possible");
        row.subscriptions[0] = held(SubscriptionKind::Mobile);
        assert_eq!(code(&row, Action::SuspendSim), "possible");
        assert_eq!(code(&row, Action::ResumeSim), "simNotSuspended");
        assert_eq!(code(&row, Action::RemoveAddOn), "noAddOns");
        row.open_orders.push(ordered(Action::ReplaceSim));
        row.open_orders[0].subscription = Some(row.subscriptions[0].id);
        assert_eq!(code(&row, Action::SuspendSim), "orderUnderWay");
        // What waits for its day stands in the way of itself alone.
        row.open_orders[0].start_at = Some(Instant(1));
        assert_eq!(code(&row, Action::SuspendSim), "possible");
        assert_eq!(code(&row, Action::ReplaceSim), "isScheduled");
        row.open_orders[0].action = Action::AddAddOn;
        assert_eq!(code(&row, Action::AddAddOn), "possible");
        // While a number is on its way a lost SIM can be blocked and replaced; what the number comes to stays.
        row.open_orders[0] = OpenOrder {
            subscription: Some(row.subscriptions[0].id),
            at_donor: true,
            ..ordered(Action::ChangeNumber)
        };
        assert_eq!(code(&row, Action::SuspendSim), "possible");
        assert_eq!(code(&row, Action::ReplaceSim), "possible");
        assert_eq!(code(&row, Action::EndSubscription), "portOpen");
        assert_eq!(code(&row, Action::ChangeNumber), "portOpen");
    }

    #[test]
    fn the_missing_licences_are_named() {
        let mut row = row();
        row.person.plans.clear();
        let hindrance = hindrance(&row, Action::ActivateTelephony, true).unwrap();
        assert_eq!(
            hindrance.values,
            [(
                "licences",
                "Microsoft Teams, Microsoft Teams Phone".to_owned()
            )]
        );
    }
}
