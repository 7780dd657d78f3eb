//! What may be ordered by whom, and how an order's state follows from its items.

use super::{Action, ItemState, OrderState};
use crate::{
    access::Permission, catalogue::OfferingKind, numbering::NumberKind,
    subscriptions::SubscriptionKind,
};
use std::time::Duration;

/// How long a quote stands.
pub const QUOTE_LIFE: Duration = Duration::from_secs(30 * 60);
/// Items in one quote at most.
pub const MAX_ITEMS: usize = 100;
pub const MAX_COMMENT: usize = 1_000;

pub fn permission(action: Action) -> Permission {
    match action {
        Action::ActivateTelephony | Action::CreateMobile => Permission::OrderPeopleItems,
    }
}

pub fn offering_kind(action: Action) -> OfferingKind {
    match action {
        Action::ActivateTelephony => OfferingKind::Telephony,
        Action::CreateMobile => OfferingKind::MobilePackage,
    }
}

pub fn number_kind(action: Action) -> NumberKind {
    match action {
        Action::ActivateTelephony => NumberKind::Landline,
        Action::CreateMobile => NumberKind::Mobile,
    }
}

pub fn subscription_kind(action: Action) -> SubscriptionKind {
    match action {
        Action::ActivateTelephony => SubscriptionKind::Telephony,
        Action::CreateMobile => SubscriptionKind::Mobile,
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
