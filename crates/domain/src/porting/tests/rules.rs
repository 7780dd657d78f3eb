//! The tables, all of them.

use crate::porting::{
    Owner, PortState, case_of_reference,
    ports::DonorState,
    rules::{self, check_day, check_number, check_owner, may, media_type, moves},
};
use PortState::{Accepted, Cancelled, Completed, Draft, Rejected, Scheduled, Submitted};
use platform::Instant;

#[test]
fn a_case_moves_as_the_table_says_and_in_no_other_way() {
    let allowed = [
        (Draft, Submitted),
        (Draft, Cancelled),
        (Submitted, Accepted),
        (Submitted, Rejected),
        (Submitted, Cancelled),
        (Accepted, Scheduled),
        (Accepted, Rejected),
        (Accepted, Cancelled),
        (Scheduled, Completed),
        (Scheduled, Rejected),
        (Scheduled, Cancelled),
        (Rejected, Submitted),
        (Rejected, Cancelled),
    ];
    for from in PortState::ALL {
        for to in PortState::ALL {
            assert_eq!(
                may(*from, *to),
                allowed.contains(&(*from, *to)),
                "{from} → {to}"
            );
        }
    }
}

#[test]
fn whatever_the_donor_says_the_case_goes_one_allowed_move_after_the_other() {
    const SAID: [DonorState; 7] = [
        DonorState::Asked,
        DonorState::Accepted,
        DonorState::Scheduled,
        DonorState::Completed,
        DonorState::Rejected,
        DonorState::CalledOff,
        DonorState::Other,
    ];
    for from in PortState::ALL {
        for said in SAID {
            let mut at = *from;
            for to in moves(*from, said) {
                assert!(may(at, *to), "{at} → {to} on {said:?}");
                at = *to;
            }
            let meant = match said {
                DonorState::Accepted => Some(Accepted),
                DonorState::Scheduled => Some(Scheduled),
                DonorState::Completed => Some(Completed),
                DonorState::Rejected => Some(Rejected),
                DonorState::CalledOff => Some(Cancelled),
                DonorState::Asked | DonorState::Other => None,
            };
            let stays = match meant {
                // News of what lies behind is none, and who is not asked says nothing.
                Some(meant) => {
                    !rules::is_outside(*from)
                        || *from == meant
                        || (*from == Scheduled && meant == Accepted)
                }
                None => true,
            };
            assert_eq!(
                Some(at),
                if stays { Some(*from) } else { meant },
                "{from} on {said:?}"
            );
        }
    }
}

#[test]
fn only_an_ordinary_danish_number_moves() {
    assert_eq!(check_number("22 33 44 55").as_deref(), Ok("+4522334455"));
    assert_eq!(check_number("+46 8 508 280 00"), Err("portForeign"));
    assert_eq!(check_number("+4580101010"), Err("portSpecial"));
    assert_eq!(check_number("+4590101010"), Err("portSpecial"));
    assert_eq!(check_number("112"), Err("notANumber"));
}

#[test]
fn an_owner_has_a_name_and_perhaps_a_company_number() {
    let owner = |name: &str, cvr: Option<&str>| Owner {
        name: name.to_owned(),
        cvr: cvr.map(str::to_owned),
    };
    assert_eq!(
        check_owner(&owner("Nordvind A/S", Some("12345678"))),
        Ok(())
    );
    assert_eq!(check_owner(&owner("Anna Åkjær", None)), Ok(()));
    assert_eq!(check_owner(&owner(" ", None)), Err(("name", "required")));
    assert_eq!(check_owner(&owner("A\nB", None)), Err(("name", "invalid")));
    let long = "x".repeat(rules::MAX_OWNER + 1);
    assert_eq!(check_owner(&owner(&long, None)), Err(("name", "tooLong")));
    for cvr in ["1234567", "123456789", "1234567x", "١٢٣٤٥٦٧٨"] {
        assert_eq!(check_owner(&owner("A", Some(cvr))), Err(("cvr", "notACvr")));
    }
}

#[test]
fn a_day_is_a_working_day_between_the_next_one_and_a_year_from_now() {
    // Friday noon in Denmark.
    let now = Instant::parse("2026-11-20T11:00:00Z").unwrap();
    for (day, verdict) in [
        ("2026-11-19", Err("dateInThePast")),
        ("2026-11-20", Err("dateTooEarly")),
        ("2026-11-21", Err("dateTooEarly")),
        ("2026-11-22", Err("dateTooEarly")),
        ("2026-11-23", Ok(())),
        ("2026-11-28", Err("notAWorkingDay")),
        ("2026-12-24", Err("notAWorkingDay")),
        ("2026-12-28", Ok(())),
        ("2027-11-19", Ok(())),
        ("2027-11-20", Err("notAWorkingDay")),
        ("2027-11-22", Err("dateTooFar")),
    ] {
        assert_eq!(check_day(day.parse().unwrap(), now), verdict, "{day}");
    }
}

#[test]
fn a_document_is_what_its_first_bytes_say() {
    let told = |bytes: &[u8]| media_type(bytes).map(|media_type| media_type.as_str());
    assert_eq!(told(b"%PDF-1.7\n"), Some("application/pdf"));
    assert_eq!(told(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
    assert_eq!(told(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
    for other in [
        &b""[..],
        b"PDF",
        b"<html>%PDF-1.7",
        b"GIF89a",
        b"PK\x03\x04",
        b"MZ",
    ] {
        assert_eq!(told(other), None, "{other:?}");
    }
}

#[test]
fn a_reference_leads_back_to_its_case() {
    let id = uuid::Uuid::from_u128(7);
    assert_eq!(case_of_reference(&format!("port-{id}-3")), Some(id.into()));
    for other in [
        "",
        "port-",
        &id.to_string(),
        &format!("{id}-undo"),
        &format!("port-{id}"),
        "port-x-1",
    ] {
        assert_eq!(case_of_reference(other), None, "{other}");
    }
}
