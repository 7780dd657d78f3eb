//! SIM cards for a drawer: numbers with right check digits, and codes.

use domain::sims::{Codes, NewSim, SimKind, rules::check_digit};

/// `count` physical cards from the `first` serial on. The issuer is 89 45 01, a Danish one; the codes follow from the serial,
/// since nobody is to be protected in a demo.
pub fn cards(first: u64, count: u64) -> Vec<NewSim> {
    (first..first + count)
        .map(|serial| {
            let body = format!("894501{serial:012}");
            NewSim {
                iccid: format!("{body}{}", check_digit(&body)),
                imsi: format!("23801{:010}", serial % 10_000_000_000),
                kind: SimKind::Physical,
                codes: Codes {
                    pin1: format!("{:04}", serial % 10_000),
                    puk1: format!("{:08}", serial * 7_919 % 100_000_000),
                    pin2: format!("{:04}", serial * 31 % 10_000),
                    puk2: format!("{:08}", serial * 104_729 % 100_000_000),
                },
            }
        })
        .collect()
}

/// `count` eSIM profiles from the `first` serial on.
pub fn profiles(first: u64, count: u64) -> Vec<NewSim> {
    cards(first, count)
        .into_iter()
        .map(|card| NewSim {
            kind: SimKind::ESim,
            ..card
        })
        .collect()
}
