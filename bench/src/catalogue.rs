//! What the demo's operator sells.

use domain::{
    access::SystemScope,
    catalogue::{self, Allowance, Attributes, NewOffering, OfferingId, OfferingKind, Texts},
};
use platform::{Ids, Money, Result, db::Tx};

struct Product {
    kind: OfferingKind,
    code: &'static str,
    name: (&'static str, &'static str),
    description: (&'static str, &'static str),
    /// Megabytes; `None` is without limit.
    data: Allowance,
    voice: Allowance,
    countries: &'static [&'static str],
    /// Øre.
    one_time: i64,
    monthly: i64,
}

const PRODUCTS: &[Product] = &[
    Product {
        kind: OfferingKind::Telephony,
        code: "teams-denmark",
        name: ("Teams Telephony Denmark", "Teams-telefoni Danmark"),
        description: (
            "A Danish landline number in Teams with free calls within Denmark.",
            "Et dansk fastnetnummer i Teams med fri tale i Danmark.",
        ),
        data: Allowance::Absent,
        voice: Allowance::Unlimited,
        countries: &["DK"],
        one_time: 0,
        monthly: 4_900,
    },
    Product {
        kind: OfferingKind::Telephony,
        code: "teams-nordic",
        name: ("Teams Telephony Nordic", "Teams-telefoni Norden"),
        description: (
            "A Danish landline number in Teams with free calls to the Nordic countries.",
            "Et dansk fastnetnummer i Teams med fri tale til de nordiske lande.",
        ),
        data: Allowance::Absent,
        voice: Allowance::Unlimited,
        countries: &["DK", "SE", "NO", "FI", "IS"],
        one_time: 0,
        monthly: 7_900,
    },
    Product {
        kind: OfferingKind::MobilePackage,
        code: "mobile-s",
        name: ("Mobile S", "Mobil S"),
        description: (
            "5 GB data and free calls in the EU.",
            "5 GB data og fri tale i EU.",
        ),
        data: Allowance::Limited(5_000),
        voice: Allowance::Unlimited,
        countries: &["DK", "EU"],
        one_time: 4_900,
        monthly: 7_900,
    },
    Product {
        kind: OfferingKind::MobilePackage,
        code: "mobile-m",
        name: ("Mobile M", "Mobil M"),
        description: (
            "20 GB data and free calls in the EU.",
            "20 GB data og fri tale i EU.",
        ),
        data: Allowance::Limited(20_000),
        voice: Allowance::Unlimited,
        countries: &["DK", "EU"],
        one_time: 4_900,
        monthly: 12_900,
    },
    Product {
        kind: OfferingKind::MobilePackage,
        code: "mobile-l",
        name: ("Mobile L", "Mobil L"),
        description: (
            "60 GB data and free calls in the EU.",
            "60 GB data og fri tale i EU.",
        ),
        data: Allowance::Limited(60_000),
        voice: Allowance::Unlimited,
        countries: &["DK", "EU"],
        one_time: 4_900,
        monthly: 19_900,
    },
    Product {
        kind: OfferingKind::MobilePackage,
        code: "mobile-xl",
        name: ("Mobile XL", "Mobil XL"),
        description: (
            "Free data in Denmark, 100 GB in the EU, and free calls.",
            "Fri data i Danmark, 100 GB i EU og fri tale.",
        ),
        data: Allowance::Unlimited,
        voice: Allowance::Unlimited,
        countries: &["DK", "EU"],
        one_time: 4_900,
        monthly: 24_900,
    },
    Product {
        kind: OfferingKind::AddOn,
        code: "data-5gb",
        name: ("5 GB extra data", "5 GB ekstra data"),
        description: ("5 GB more data each month.", "5 GB mere data hver måned."),
        data: Allowance::Limited(5_000),
        voice: Allowance::Absent,
        countries: &[],
        one_time: 0,
        monthly: 3_900,
    },
    Product {
        kind: OfferingKind::AddOn,
        code: "roaming-world",
        name: ("Roaming World", "Roaming Verden"),
        description: (
            "Calls and data in 60 countries outside the EU.",
            "Tale og data i 60 lande uden for EU.",
        ),
        data: Allowance::Absent,
        voice: Allowance::Absent,
        countries: &[],
        one_time: 0,
        monthly: 9_900,
    },
    Product {
        kind: OfferingKind::AddOn,
        code: "secure-mobile",
        name: ("Secure Mobile", "Sikker Mobil"),
        description: (
            "Stops known harmful pages on the phone.",
            "Stopper kendte skadelige sider på telefonen.",
        ),
        data: Allowance::Absent,
        voice: Allowance::Absent,
        countries: &[],
        one_time: 0,
        monthly: 1_900,
    },
    Product {
        kind: OfferingKind::Hardware,
        code: "smartphone-128",
        name: ("Smartphone, 128 GB", "Smartphone, 128 GB"),
        description: (
            "6.1 inch screen, 5G, room for two SIM cards of which one is an eSIM.",
            "Skærm på 6,1 tommer, 5G, plads til to SIM-kort, hvoraf det ene er et eSIM.",
        ),
        one_time: 449_900,
        ..THING
    },
    Product {
        kind: OfferingKind::Hardware,
        code: "smartphone-256",
        name: ("Smartphone, 256 GB", "Smartphone, 256 GB"),
        description: (
            "6.7 inch screen, 5G, room for two SIM cards of which one is an eSIM.",
            "Skærm på 6,7 tommer, 5G, plads til to SIM-kort, hvoraf det ene er et eSIM.",
        ),
        one_time: 649_900,
        ..THING
    },
    Product {
        kind: OfferingKind::Hardware,
        code: "headset-wireless",
        name: ("Wireless headset", "Trådløst headset"),
        description: (
            "On both ears, made for Teams, keeps noise out.",
            "Til begge ører, lavet til Teams, lukker støj ude.",
        ),
        one_time: 129_900,
        ..THING
    },
    Product {
        kind: OfferingKind::Hardware,
        code: "desk-phone",
        name: ("Desk phone", "Bordtelefon"),
        description: (
            "Touch screen, signs in to Teams by itself.",
            "Berøringsskærm, logger selv på Teams.",
        ),
        one_time: 149_900,
        ..THING
    },
    Product {
        kind: OfferingKind::Hardware,
        code: "conference-phone",
        name: ("Conference phone", "Konferencetelefon"),
        description: (
            "For rooms of up to twelve people.",
            "Til rum med op til tolv personer.",
        ),
        one_time: 499_900,
        ..THING
    },
    Product {
        kind: OfferingKind::Service,
        code: "consulting-hour",
        name: ("Consulting, one hour", "Rådgivning, én time"),
        description: (
            "Somebody who knows Teams telephony helps with what you choose.",
            "En, der kender Teams-telefoni, hjælper med det, I vælger.",
        ),
        one_time: 120_000,
        ..THING
    },
    Product {
        kind: OfferingKind::Service,
        code: "training-day",
        name: ("Training day", "Undervisningsdag"),
        description: (
            "A day at your place, for up to twenty colleagues.",
            "En dag hos jer, for op til tyve kolleger.",
        ),
        one_time: 950_000,
        ..THING
    },
];

/// What is charged once has no allowances.
const THING: Product = Product {
    kind: OfferingKind::Hardware,
    code: "",
    name: ("", ""),
    description: ("", ""),
    data: Allowance::Absent,
    voice: Allowance::Absent,
    countries: &[],
    one_time: 0,
    monthly: 0,
};

/// Adds the whole range; sold from the start of time, so that any clock finds it. Answers (code, id).
pub async fn add(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
) -> Result<Vec<(&'static str, OfferingId)>> {
    let mut added = Vec::with_capacity(PRODUCTS.len());
    for (position, product) in PRODUCTS.iter().enumerate() {
        let texts = |(en, da): (&str, &str)| Texts {
            en: en.to_owned(),
            da: da.to_owned(),
        };
        let new = NewOffering {
            kind: product.kind,
            code: product.code.to_owned(),
            name: texts(product.name),
            description: texts(product.description),
            attributes: Attributes {
                data_limit_mb: product.data,
                voice_minutes: product.voice,
                countries: product
                    .countries
                    .iter()
                    .map(|code| (*code).to_owned())
                    .collect(),
            },
            position: position as i64,
            sold_from: platform::Instant(0),
            one_time: Money::dkk(product.one_time),
            monthly: Money::dkk(product.monthly),
        };
        added.push((
            product.code,
            catalogue::add_offering(tx, ids, system, &new).await?,
        ));
    }
    Ok(added)
}
