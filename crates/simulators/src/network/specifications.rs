//! What can be ordered from the network: the service specifications, what each needs, and what must not be active twice.
//!
//! | specification | add | modify | delete |
//! |---|---|---|---|
//! | `mobileSubscription` | `msisdn`, `iccid`, `package`; `status`, `addOn.<code>` (`on`, `off`) | any of `package`, `status` (`active`, `suspended`), `addOn.<code>`, `iccid`, and with the service's id or the present `iccid` `msisdn` | |
//! | `simShipment` | `iccid`; an address | – | |
//! | `eSimProfile` | `iccid`; answers with `activationCode` | – | |
//! | `teamsTelephony` | `number` | any | |
//! | `numberPortability` | `number`, `donor`, `ownerName`; `ownerCvr`, `portDate`, `numberKind` | – | |
//! | `simPack` | `pack`, `quantity`; an address; answers with `cards` | – | |
//! | `goodsShipment` | `parcel`, `goods.<code>` (how many); an address | – | |
//! | `callGroup` | `group`, `number`, `strategy` (`inOrder`, `allAtOnce`), `ringSeconds`, `members`; `name`, `openingHours`, `overflow` | any but `group` | |
//! | `numberUpload` | `number`, `tenant`, `numberType` (`operatorConnect`, `directRouting`) | – | |
//!
//! `modify` and `delete` name the service by its id, or else by `msisdn`, `number`, `iccid`, `pack`, `parcel` or `group`. A line is named by its card
//! when nothing has the number that is given: so it gets another number.

use super::tmf::{Action, Refusal, Service};
use std::collections::BTreeMap;

/// A kind of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Specification {
    /// A mobile number on a SIM card with a package.
    MobileSubscription,
    /// A landline number whose calls go to and from Teams.
    TeamsTelephony,
    /// A number in a Microsoft tenant's inventory.
    NumberUpload,
    /// A SIM card that is sent by post; active when it has arrived.
    SimShipment,
    /// An eSIM profile that is ready to be loaded.
    ESimProfile,
    /// A number that moves here from another operator (see [`super::donor`]).
    NumberPortability,
    /// A number that rings several lines.
    CallGroup,
    /// SIM cards that are sent by post together (see `packs.rs`); active when they are in the post.
    SimPack,
    /// Hardware that is sent by post together; active when it is in the post.
    GoodsShipment,
}

/// Something that belongs to one active service at most.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// A telephone number that calls reach.
    Number(String),
    /// A SIM card.
    Iccid(String),
    /// A number's place in a tenant's inventory.
    Upload(String),
    /// A number's having moved here.
    Ported(String),
    /// A SIM card's being on its way or there.
    Shipped(String),
    /// An eSIM's profile.
    Profile(String),
    /// A call group, by the caller's name for it.
    Group(String),
    /// A pack of cards, by the caller's name for it.
    Pack(String),
    /// A parcel of hardware, by the caller's name for it.
    Parcel(String),
}

impl Claim {
    /// The number or card itself.
    pub fn value(&self) -> &str {
        match self {
            Claim::Number(value)
            | Claim::Iccid(value)
            | Claim::Upload(value)
            | Claim::Ported(value)
            | Claim::Shipped(value)
            | Claim::Profile(value)
            | Claim::Group(value)
            | Claim::Pack(value)
            | Claim::Parcel(value) => value,
        }
    }

    /// The code of the failure when it is active already.
    pub fn taken_code(&self) -> &'static str {
        match self {
            Claim::Number(_) => "numberActive",
            Claim::Iccid(_) => "simActive",
            Claim::Upload(_) => "numberUploaded",
            Claim::Ported(_) => "numberPorted",
            Claim::Shipped(_) => "simShipped",
            Claim::Profile(_) => "profilePrepared",
            Claim::Group(_) => "groupActive",
            Claim::Pack(_) => "packSent",
            Claim::Parcel(_) => "goodsSent",
        }
    }
}

/// The characteristics of a service, by name.
pub type Characteristics = BTreeMap<String, String>;

impl Specification {
    /// All there are.
    pub const ALL: [Specification; 9] = [
        Specification::MobileSubscription,
        Specification::TeamsTelephony,
        Specification::NumberUpload,
        Specification::SimShipment,
        Specification::ESimProfile,
        Specification::NumberPortability,
        Specification::CallGroup,
        Specification::SimPack,
        Specification::GoodsShipment,
    ];

    /// The name, which is also the id.
    pub fn name(self) -> &'static str {
        match self {
            Specification::MobileSubscription => "mobileSubscription",
            Specification::TeamsTelephony => "teamsTelephony",
            Specification::NumberUpload => "numberUpload",
            Specification::SimShipment => "simShipment",
            Specification::ESimProfile => "eSimProfile",
            Specification::NumberPortability => "numberPortability",
            Specification::CallGroup => "callGroup",
            Specification::SimPack => "simPack",
            Specification::GoodsShipment => "goodsShipment",
        }
    }

    /// The specification of this name or id.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|specification| specification.name() == name)
    }

    /// The characteristic that names an active service.
    pub fn key(self) -> &'static str {
        match self {
            Specification::MobileSubscription => "msisdn",
            Specification::SimShipment | Specification::ESimProfile => "iccid",
            Specification::CallGroup => "group",
            Specification::SimPack => "pack",
            Specification::GoodsShipment => "parcel",
            Specification::TeamsTelephony
            | Specification::NumberUpload
            | Specification::NumberPortability => "number",
        }
    }

    /// The claim by which an active service is found.
    pub fn key_claim(self, characteristics: &Characteristics) -> Option<Claim> {
        let value = characteristics.get(self.key())?.clone();
        Some(match self {
            Specification::NumberUpload => Claim::Upload(value),
            Specification::NumberPortability => Claim::Ported(value),
            Specification::SimShipment => Claim::Shipped(value),
            Specification::ESimProfile => Claim::Profile(value),
            Specification::CallGroup => Claim::Group(value),
            Specification::SimPack => Claim::Pack(value),
            Specification::GoodsShipment => Claim::Parcel(value),
            _ => Claim::Number(value),
        })
    }

    /// What a service with these characteristics occupies.
    pub fn claims(self, characteristics: &Characteristics) -> Vec<Claim> {
        let mut claims: Vec<Claim> = self.key_claim(characteristics).into_iter().collect();
        if self == Specification::MobileSubscription
            && let Some(iccid) = characteristics.get("iccid")
        {
            claims.push(Claim::Iccid(iccid.clone()));
        }
        if self == Specification::CallGroup
            && let Some(number) = characteristics.get("number")
        {
            claims.push(Claim::Number(number.clone()));
        }
        claims
    }

    fn required(self) -> &'static [&'static str] {
        match self {
            Specification::MobileSubscription => &["msisdn", "iccid", "package"],
            Specification::TeamsTelephony => &["number"],
            Specification::SimShipment | Specification::ESimProfile => &["iccid"],
            Specification::NumberUpload => &["number", "tenant", "numberType"],
            Specification::NumberPortability => &["number", "donor", "ownerName"],
            Specification::SimPack => &["pack", "quantity"],
            Specification::GoodsShipment => &["parcel"],
            Specification::CallGroup => &["group", "number", "strategy", "ringSeconds", "members"],
        }
    }
}

/// The specification and characteristics of an item's service, checked as far as they can be without knowing what is
/// active.
///
/// # Errors
/// 400 in TMF630's form: an unknown specification, a missing or malformed characteristic.
pub fn understand(
    action: Action,
    service: &Service,
    at: &str,
) -> Result<(Specification, Characteristics), Refusal> {
    let reference = &service.service_specification;
    let specification = [&reference.id, &reference.name]
        .into_iter()
        .flatten()
        .find_map(|name| Specification::named(name))
        .ok_or_else(|| {
            Refusal::new(
                400,
                "unknownSpecification",
                format!("{at}: there is no such service specification"),
            )
        })?;
    let mut characteristics = Characteristics::new();
    for characteristic in &service.service_characteristic {
        let Some(value) = service.characteristic(&characteristic.name) else {
            continue;
        };
        check(&characteristic.name, &value, at)?;
        if characteristics
            .insert(characteristic.name.clone(), value)
            .is_some()
        {
            return Err(Refusal::new(
                400,
                "invalidBodyField",
                format!(
                    "{at}: the characteristic {} is there twice",
                    characteristic.name
                ),
            ));
        }
    }
    let absent = |name: &&str| !characteristics.contains_key(*name);
    let missing = match action {
        Action::Add => specification.required().iter().copied().find(absent),
        Action::Modify | Action::Delete if service.id.is_none() => {
            Some(specification.key()).filter(absent)
        }
        _ => None,
    };
    if let Some(name) = missing {
        return Err(Refusal::new(
            400,
            "missingBodyField",
            format!("{at}: the characteristic {name} is missing"),
        ));
    }
    if specification == Specification::NumberUpload && action == Action::Modify {
        return Err(Refusal::new(
            400,
            "invalidBodyField",
            format!("{at}: a number in an inventory cannot be modified"),
        ));
    }
    Ok((specification, characteristics))
}

fn check(name: &str, value: &str, at: &str) -> Result<(), Refusal> {
    let right = match name {
        "msisdn" | "number" => is_number(value),
        "iccid" => (19..=20).contains(&value.len()) && all_digits(value) && value.starts_with("89"),
        "numberType" => matches!(value, "operatorConnect" | "directRouting"),
        "status" => matches!(value, "active" | "suspended"),
        "tenant" => value.parse::<uuid::Uuid>().is_ok(),
        "package" | "group" | "pack" | "parcel" => !value.is_empty(),
        name if name.starts_with("goods.") => value
            .parse::<u32>()
            .is_ok_and(|quantity| (1..=1_000).contains(&quantity)),
        "quantity" => value
            .parse::<u32>()
            .is_ok_and(|quantity| (1..=1_000).contains(&quantity)),
        "strategy" => matches!(value, "inOrder" | "allAtOnce"),
        "ringSeconds" => value
            .parse::<u32>()
            .is_ok_and(|seconds| (5..=120).contains(&seconds)),
        "members" => value.is_empty() || value.split(',').all(is_number),
        "overflow" => value.is_empty() || is_number(value),
        name if name.starts_with("addOn.") => matches!(value, "on" | "off"),
        _ => true,
    };
    if right {
        return Ok(());
    }
    Err(Refusal::new(
        400,
        "invalidBodyField",
        format!("{at}: the characteristic {name} has no valid value"),
    ))
}

fn is_number(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| (8..=15).contains(&digits.len()) && all_digits(digits))
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
