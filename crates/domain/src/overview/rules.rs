//! What is possible for a person now, and what each costs.

use super::PersonRow;
use crate::{
    directory::{PersonState, rules::readiness},
    orders::{self, Action},
    subscriptions::{SubscriptionKind, SubscriptionState},
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

/// What stands in the way of `action` for this person; `None` when nothing does. `connected`: the organisation has a tenant.
/// Rights are not looked at.
pub fn hindrance(row: &PersonRow, action: Action, connected: bool) -> Option<Hindrance> {
    let person = &row.person;
    if row.open_orders.iter().any(|order| order.action == action) {
        return Some(Hindrance::plain("orderUnderWay"));
    }
    if person.state != PersonState::Active {
        return Some(Hindrance::plain("personNotActive"));
    }
    let kind = orders::rules::subscription_kind(action);
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

/// Whether a subscription in this state is paid for. One that is being set up is not yet.
pub fn costs(state: SubscriptionState) -> bool {
    match state {
        SubscriptionState::Active | SubscriptionState::Suspended | SubscriptionState::Ending => {
            true
        }
        SubscriptionState::Ordered | SubscriptionState::Ended => false,
    }
}
