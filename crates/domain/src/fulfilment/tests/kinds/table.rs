//! The table: one wish of each kind.

use super::Stage;
use crate::{
    call_groups::{
        OpeningHours,
        Strategy::{self, AllAtOnce},
        Weekday,
    },
    orders::{ItemRequest, NumberFate, NumberRequest, OverflowRequest, SimRequest},
};

/// One wish, made of a world in which Anna has telephony and a mobile line with an add-on, and Mette nothing; `true` when the
/// line is suspended.
pub(super) type Wish = fn(&Stage) -> ItemRequest;
pub(super) const KINDS: [(&str, bool, Wish); 23] = [
    ("activateTelephony", false, |stage| {
        ItemRequest::ActivateTelephony {
            person: stage.mette,
            offering: stage.bench.telephony,
            number: NumberRequest::Series { number: None },
            date: None,
        }
    }),
    ("createMobile from the drawer", false, |stage| {
        stage.create_mobile(SimRequest::Unassigned { sim: stage.spare })
    }),
    ("createMobile by eSIM", false, |stage| {
        stage.create_mobile(SimRequest::ESim {})
    }),
    ("createMobile by post", false, |stage| {
        stage.create_mobile(SimRequest::Ship {})
    }),
    ("changeMobilePackage", false, |stage| {
        ItemRequest::ChangeMobilePackage {
            subscription: stage.mobile,
            offering: stage.bench.larger,
            date: None,
        }
    }),
    ("removeAddOn", false, |stage| ItemRequest::RemoveAddOn {
        subscription: stage.mobile,
        offering: stage.bench.add_on,
        date: None,
    }),
    ("suspendSim", false, |stage| ItemRequest::SuspendSim {
        subscription: stage.mobile,
        reason: Some("Lost".to_owned()),
        date: None,
    }),
    ("resumeSim", true, |stage| ItemRequest::ResumeSim {
        subscription: stage.mobile,
        reason: None,
        date: None,
    }),
    ("replaceSim", false, |stage| ItemRequest::ReplaceSim {
        subscription: stage.mobile,
        sim: SimRequest::Unassigned { sim: stage.spare },
        date: None,
    }),
    ("replaceSim, suspended", true, |stage| {
        ItemRequest::ReplaceSim {
            subscription: stage.mobile,
            sim: SimRequest::Unassigned { sim: stage.spare },
            date: None,
        }
    }),
    ("replaceSim by eSIM", false, |stage| {
        ItemRequest::ReplaceSim {
            subscription: stage.mobile,
            sim: SimRequest::ESim {},
            date: None,
        }
    }),
    ("replaceSim by post", false, |stage| {
        ItemRequest::ReplaceSim {
            subscription: stage.mobile,
            sim: SimRequest::Ship {},
            date: None,
        }
    }),
    ("changeNumber, mobile", false, |stage| {
        ItemRequest::ChangeNumber {
            subscription: stage.mobile,
            number: NumberRequest::New {},
            date: None,
        }
    }),
    ("changeNumber, telephony", false, |stage| {
        ItemRequest::ChangeNumber {
            subscription: stage.telephony,
            number: NumberRequest::Series { number: None },
            date: None,
        }
    }),
    ("endSubscription, telephony", false, |stage| {
        ItemRequest::EndSubscription {
            subscription: stage.telephony,
            number: NumberFate::Rest,
            reason: None,
            date: None,
        }
    }),
    ("endSubscription, mobile", false, |stage| {
        ItemRequest::EndSubscription {
            subscription: stage.mobile,
            number: NumberFate::Return,
            reason: None,
            date: None,
        }
    }),
    ("endSubscription, suspended", true, |stage| {
        ItemRequest::EndSubscription {
            subscription: stage.mobile,
            number: NumberFate::Rest,
            reason: None,
            date: None,
        }
    }),
    ("addAddOn", false, |stage| ItemRequest::AddAddOn {
        subscription: stage.mobile,
        offering: stage.another_add_on,
        date: None,
    }),
    ("orderSims", false, |_| ItemRequest::OrderSims {
        packs: 1,
        date: None,
    }),
    ("createCallGroup", false, |stage| {
        ItemRequest::CreateCallGroup {
            name: "Night watch".to_owned(),
            number: NumberRequest::Series { number: None },
            members: vec![stage.mobile.0],
            strategy: Strategy::AllAtOnce,
            ring_seconds: 20,
            opening_hours: Some(vec![OpeningHours {
                days: vec![Weekday::Monday],
                from: "22:00".to_owned(),
                to: "24:00".to_owned(),
            }]),
            overflow: Some(OverflowRequest::Number("70 10 00 09".to_owned())),
            date: None,
        }
    }),
    ("changeCallGroup", false, |stage| {
        change_group(stage, None, Some(AllAtOnce))
    }),
    ("changeCallGroup, number", false, |stage| {
        let number = NumberRequest::Series { number: None };
        change_group(stage, Some(number), None)
    }),
    ("removeCallGroup", false, |stage| {
        ItemRequest::RemoveCallGroup {
            call_group: stage.group,
            date: None,
        }
    }),
];

fn change_group(
    stage: &Stage,
    number: Option<NumberRequest>,
    strategy: Option<Strategy>,
) -> ItemRequest {
    ItemRequest::ChangeCallGroup {
        call_group: stage.group,
        name: Some("Front desk".to_owned()),
        number,
        // Whoever has the line: the line itself is meant.
        members: Some(vec![stage.bench.person.0]),
        strategy,
        ring_seconds: None,
        opening_hours: None,
        overflow: Some(None),
        date: None,
    }
}
