//! What may be ordered by whom and when, and how an order's state follows from its items. Pure.

use super::{Action, HeldReason, ItemState, OrderState};
use crate::{
    access::Permission,
    directory::{Person, PersonKind, PersonState},
    subscriptions::{SubscriptionKind, SubscriptionState},
};
use jiff::{ToSpan, civil::Date};
use std::time::Duration;

/// How long a quote stands.
pub const QUOTE_LIFE: Duration = Duration::from_secs(30 * 60);
/// Items in one quote at most.
pub const MAX_ITEMS: usize = 1_000;
pub const MAX_COMMENT: usize = 1_000;
/// Characters of a reason, a name or a line of an address.
pub const MAX_LINE: usize = 200;
/// Packs of SIM cards that one order takes, and that an organisation orders on a day.
pub const PACKS_OF_ORDER: u32 = 10;
pub const PACKS_OF_DAY: u32 = 20;
/// So many subscriptions ended by one person within a day are told to the organisation's administrators.
pub const MANY_ENDINGS: usize = 25;
/// Lines of hardware in one item, and pieces in one line.
pub const MAX_GOODS: usize = 50;
pub const PIECES_OF_LINE: i64 = 100;

/// The role table: what is paid changes with commercial items and not with service items.
pub fn permission(action: Action) -> Permission {
    match action {
        Action::ActivateTelephony
        | Action::CreateMobile
        | Action::ChangeMobilePackage
        | Action::AddAddOn
        | Action::RemoveAddOn
        | Action::ReplaceSim
        | Action::EndSubscription => Permission::OrderPeopleItems,
        Action::SuspendSim | Action::ResumeSim | Action::ChangeNumber => {
            Permission::OrderPeopleServiceItems
        }
        Action::OrderSims | Action::BuyHardware | Action::BookService => Permission::OrderGoods,
        Action::CreateCallGroup | Action::ChangeCallGroup | Action::RemoveCallGroup => {
            Permission::OrderServiceItems
        }
    }
}

/// Whether an action is ordered for a person, on their row or in a table of people.
pub fn is_for_people(action: Action) -> bool {
    matches!(
        permission(action),
        Permission::OrderPeopleItems | Permission::OrderPeopleServiceItems
    )
}

/// The kind of subscription that an action makes; `None` when it makes none.
pub fn makes(action: Action) -> Option<SubscriptionKind> {
    match action {
        Action::ActivateTelephony => Some(SubscriptionKind::Telephony),
        Action::CreateMobile => Some(SubscriptionKind::Mobile),
        _ => None,
    }
}

/// Whether an action may concern a subscription of this kind.
pub fn concerns(action: Action, kind: SubscriptionKind) -> bool {
    match action {
        Action::ActivateTelephony
        | Action::CreateMobile
        | Action::OrderSims
        | Action::CreateCallGroup
        | Action::ChangeCallGroup
        | Action::RemoveCallGroup
        | Action::BuyHardware
        | Action::BookService => false,
        Action::ChangeNumber | Action::EndSubscription => true,
        Action::ChangeMobilePackage
        | Action::AddAddOn
        | Action::RemoveAddOn
        | Action::SuspendSim
        | Action::ResumeSim
        | Action::ReplaceSim => kind == SubscriptionKind::Mobile,
    }
}

/// Why `action` is not possible for a subscription of this kind in this state; `None` when it is. The list, the quote and, on
/// its day, the scheduled order ask the same.
pub fn line_hindrance(
    action: Action,
    kind: SubscriptionKind,
    state: SubscriptionState,
) -> Option<&'static str> {
    if !concerns(action, kind) {
        return Some("notMobile");
    }
    match (state, action) {
        (SubscriptionState::Ordered, _) => Some("notActiveYet"),
        (SubscriptionState::Ending, _) => Some("isEnding"),
        (SubscriptionState::Ended, _) => Some("hasEnded"),
        (SubscriptionState::Active, Action::ResumeSim) => Some("simNotSuspended"),
        (SubscriptionState::Active, _) => None,
        (
            SubscriptionState::Suspended,
            Action::ResumeSim | Action::ReplaceSim | Action::EndSubscription | Action::RemoveAddOn,
        ) => None,
        (SubscriptionState::Suspended, _) => Some("simSuspended"),
    }
}

/// Why nothing can be given to a person; `None` when it can. Where an account is mended differs from where a person who was made
/// here comes from.
pub fn person_hindrance(person: &Person) -> Option<&'static str> {
    match (person.state, person.kind) {
        (PersonState::Active, _) => None,
        (PersonState::Disabled | PersonState::Deleted, PersonKind::Directory) => {
            Some("personNotActive")
        }
        (PersonState::Disabled | PersonState::Deleted, PersonKind::Local) => Some("personRemoved"),
    }
}

/// What stands as the problem of an item whose number lies with another operator: its day is waited for, or it has said no and
/// nobody has put that right.
pub const SCHEDULED_PORT: &str = "scheduledPort";
pub const PORT_REJECTED: &str = "portRejected";

/// A service waits for a person of the operator's to confirm it.
pub const SERVICE_BOOKING: &str = "serviceBooking";

/// Whether an item with this problem has its number still with another operator.
pub fn is_at_donor(problem: &str) -> bool {
    [SCHEDULED_PORT, PORT_REJECTED].contains(&problem)
}

/// Whether an action cannot go before a number that is on its way to the subscription: with the subscription gone there would
/// be nothing for it to come to. Everything else can; above all a lost SIM can be blocked and replaced.
pub fn waits_for_port(action: Action) -> bool {
    matches!(action, Action::ChangeNumber | Action::EndSubscription)
}

/// Whether two items may concern one subscription in one order: a package and different add-ons go together.
pub fn goes_together(action: Action) -> bool {
    matches!(
        action,
        Action::ChangeMobilePackage | Action::AddAddOn | Action::RemoveAddOn
    )
}

/// Why an order cannot be for this day; `None` when it can.
pub fn date_hindrance(date: Date, today: Date) -> Option<&'static str> {
    let latest = today.saturating_add(1.year());
    if date < today {
        Some("dateInThePast")
    } else if date > latest {
        Some("dateTooFar")
    } else {
        None
    }
}

/// The final state of an order whose items have all ended; `None` while one has not.
pub fn outcome(items: &[ItemState]) -> Option<OrderState> {
    let count = |state| items.iter().filter(|item| **item == state).count();
    let completed = count(ItemState::Completed);
    let failed = count(ItemState::Failed);
    let cancelled = count(ItemState::Cancelled);
    if completed + failed + cancelled < items.len() {
        return None;
    }
    Some(if completed == items.len() {
        OrderState::Completed
    } else if completed > 0 {
        OrderState::Partial
    } else if failed > 0 {
        OrderState::Failed
    } else {
        OrderState::Cancelled
    })
}

/// Where an order stands whose items have not all ended: (state, reason when it is held). `attention` and `port` say whether an
/// item is held for a person and for a port; `moving` whether one is under way.
pub fn standing(attention: bool, port: bool, moving: bool) -> (OrderState, Option<HeldReason>) {
    if attention {
        (OrderState::Held, Some(HeldReason::NeedsAttention))
    } else if moving {
        (OrderState::InProgress, None)
    } else if port {
        (OrderState::Held, Some(HeldReason::ScheduledPort))
    } else {
        (OrderState::Pending, None)
    }
}

pub fn is_final(state: OrderState) -> bool {
    matches!(
        state,
        OrderState::Completed
            | OrderState::Partial
            | OrderState::Failed
            | OrderState::Cancelled
            | OrderState::Rejected
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use ItemState::*;

    #[test]
    fn a_day_is_between_today_and_a_year_from_now() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let today = day("2026-11-22");
        assert_eq!(date_hindrance(today, today), None);
        assert_eq!(date_hindrance(day("2027-11-22"), today), None);
        assert_eq!(date_hindrance(day("2027-11-23"), today), Some("dateTooFar"));
        assert_eq!(
            date_hindrance(day("2026-11-21"), today),
            Some("dateInThePast")
        );
    }

    #[test]
    fn what_a_line_allows_follows_from_its_state() {
        use SubscriptionKind::{Mobile, Telephony};
        use SubscriptionState::{Active, Ended, Ending, Ordered, Suspended};
        let cases = [
            (Action::SuspendSim, Mobile, Active, None),
            (Action::SuspendSim, Mobile, Suspended, Some("simSuspended")),
            (Action::ResumeSim, Mobile, Active, Some("simNotSuspended")),
            (Action::ResumeSim, Mobile, Suspended, None),
            (Action::ReplaceSim, Mobile, Suspended, None),
            (Action::ReplaceSim, Telephony, Active, Some("notMobile")),
            (Action::AddAddOn, Mobile, Suspended, Some("simSuspended")),
            (Action::ChangeNumber, Telephony, Active, None),
            (Action::EndSubscription, Telephony, Active, None),
            (
                Action::EndSubscription,
                Mobile,
                Ordered,
                Some("notActiveYet"),
            ),
            (Action::EndSubscription, Mobile, Ending, Some("isEnding")),
            (Action::EndSubscription, Mobile, Ended, Some("hasEnded")),
        ];
        for (action, kind, state, expected) in cases {
            assert_eq!(
                line_hindrance(action, kind, state),
                expected,
                "{action} {kind} {state}"
            );
        }
    }

    #[test]
    fn an_order_ends_when_its_last_item_does() {
        assert_eq!(outcome(&[Completed, InProgress]), None);
        assert_eq!(outcome(&[Completed, Held]), None);
        assert_eq!(
            outcome(&[Completed, Completed]),
            Some(OrderState::Completed)
        );
        assert_eq!(outcome(&[Completed, Failed]), Some(OrderState::Partial));
        assert_eq!(outcome(&[Completed, Cancelled]), Some(OrderState::Partial));
        assert_eq!(outcome(&[Failed, Cancelled]), Some(OrderState::Failed));
        assert_eq!(outcome(&[Cancelled]), Some(OrderState::Cancelled));
    }
}
