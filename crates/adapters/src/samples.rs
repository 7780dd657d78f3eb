//! Invoices for the tests of the renderers: small worlds in which something of everything stands.

use domain::{
    billing::{
        Document, DocumentKind, Group, InvoiceUnit, Line, Party, Payment, TariffCategory,
        VatCategory, rules,
    },
    catalogue::Texts,
};
use jiff::civil::Date;
use platform::{Money, Period, i18n::Language};

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn party(name: &str, cvr: &str, gln: Option<&str>) -> Party {
    Party {
        name: name.into(),
        cvr: cvr.into(),
        street: "Havnegade 12, 2. tv.".into(),
        postal_code: "1058".into(),
        city: "København K".into(),
        country: "DK".into(),
        gln: gln.map(Into::into),
        email: Some("faktura@nordvind.example".into()),
    }
}

struct Charge {
    group: usize,
    category: TariffCategory,
    en: &'static str,
    da: &'static str,
    number: Option<&'static str>,
    reference: Option<&'static str>,
    quantity: i64,
    unit: InvoiceUnit,
    price: i64,
    base: i64,
    discount: i64,
    days: Option<(&'static str, &'static str)>,
}

fn line(charge: &Charge) -> Line {
    let price = Money::dkk(charge.price);
    let before = rules::extend(charge.quantity, price, charge.base);
    let discount = rules::discount(before, charge.discount);
    Line {
        group: charge.group,
        category: charge.category,
        product: Texts {
            en: charge.en.into(),
            da: charge.da.into(),
        },
        number: charge.number.map(Into::into),
        reference: charge.reference.map(Into::into),
        quantity: charge.quantity,
        unit: charge.unit,
        price,
        base: charge.base,
        discount,
        amount: Money::dkk(before.amount - discount.map_or(0, |discount| discount.amount.amount)),
        vat: VatCategory::Standard,
        days: charge.days.map(|(first, last)| (day(first), day(last))),
    }
}

fn document(kind: DocumentKind, groups: Vec<Group>, lines: Vec<Line>) -> Document {
    let totals = rules::totals(&lines);
    Document {
        kind,
        language: Language::Da,
        number: "2026-000042".into(),
        issued: day("2026-12-01"),
        due: day("2026-12-31"),
        period: Period::parse("2026-11").expect("a month"),
        seller: party("Nordtel A/S", "12345674", None),
        buyer: party("Nordvind A/S", "87654325", None),
        buyer_reference: "300100".into(),
        order_reference: None,
        corrects: None,
        payment: Payment {
            registration: "9570".into(),
            account: "0012345678".into(),
            reference: "2026-000042".into(),
        },
        groups,
        lines,
        totals,
    }
}

fn person(name: &str) -> Group {
    Group {
        person: Some(name.into()),
        organisation: None,
    }
}

const WHOLE: Option<(&str, &str)> = Some(("2026-11-01", "2026-11-30"));

fn mobile(group: usize) -> Charge {
    Charge {
        group,
        category: TariffCategory::Subscriptions,
        en: "Mobile S · 5 GB",
        da: "Mobil S · 5 GB",
        number: Some("+4540000001"),
        reference: Some("Økonomi 4711"),
        quantity: 1,
        unit: InvoiceUnit::Month,
        price: 7_900,
        base: 1,
        discount: 0,
        days: WHOLE,
    }
}

/// Whole month, part of one, usage, discount, add-on, hardware, and what an attacker would write into a reference.
pub(crate) fn everything() -> Document {
    let charges = [
        mobile(0),
        Charge {
            quantity: 14,
            unit: InvoiceUnit::Day,
            base: 30,
            price: 12_900,
            discount: 1_250,
            en: "Mobile XL · free data",
            da: "Mobil XL · fri data",
            days: Some(("2026-11-17", "2026-11-30")),
            reference: Some("=1+1 <script>\u{7}&\"' æøå"),
            ..mobile(1)
        },
        Charge {
            category: TariffCategory::Usage,
            en: "Data above the allowance",
            da: "Data ud over det inkluderede",
            quantity: 1_234,
            unit: InvoiceUnit::Megabyte,
            price: 50,
            base: 100,
            ..mobile(0)
        },
        Charge {
            category: TariffCategory::AddOns,
            en: "Roaming, EU",
            da: "Roaming, EU",
            price: 2_900,
            ..mobile(1)
        },
        Charge {
            category: TariffCategory::Hardware,
            en: "Desk telephone",
            da: "Bordtelefon",
            number: None,
            reference: None,
            quantity: 3,
            unit: InvoiceUnit::Piece,
            price: 89_900,
            days: None,
            ..mobile(2)
        },
    ];
    document(
        DocumentKind::Invoice,
        vec![
            person("Anders Åkjær"),
            person("Zoë Müller-Ægidius"),
            Group {
                person: None,
                organisation: Some("Nordvind Øst A/S".into()),
            },
        ],
        charges.iter().map(line).collect(),
    )
}

/// For a public buyer: a GLN and an order reference.
pub(crate) fn public_buyer() -> Document {
    let mut document = document(
        DocumentKind::Invoice,
        vec![person("Anders Åkjær")],
        vec![line(&mobile(0))],
    );
    document.buyer = party("Fjord Kommune", "87654325", Some("5790000123452"));
    document.buyer_reference = "EAN-kontakt 12".into();
    document.order_reference = Some("REK-2026-99".into());
    document
}

pub(crate) fn credit_note() -> Document {
    let mut document = document(
        DocumentKind::CreditNote,
        vec![person("Anders Åkjær")],
        vec![line(&mobile(0))],
    );
    document.number = "2026-000043".into();
    document.corrects = Some(("2026-000042".into(), day("2026-12-01")));
    document
}

fn goods(group: usize) -> Charge {
    Charge {
        category: TariffCategory::Hardware,
        en: "Headset with charging stand",
        da: "Headset med ladestander",
        number: None,
        reference: None,
        quantity: 2,
        unit: InvoiceUnit::Piece,
        price: 129_900,
        days: None,
        ..mobile(group)
    }
}

fn service(group: usize) -> Charge {
    Charge {
        category: TariffCategory::Services,
        en: "Technician's visit, two hours",
        da: "Teknikerbesøg, to timer",
        quantity: 1,
        price: 145_000,
        ..goods(group)
    }
}

/// Hardware and booked services, for people and for nobody in particular, with and without number, reference and discount, and
/// something that was handed back.
fn hardware_and_services(kind: DocumentKind) -> Document {
    let charges = [
        Charge {
            number: Some("+4540000001"),
            reference: Some("Økonomi 4711"),
            discount: 1_000,
            ..goods(0)
        },
        Charge {
            number: Some("+4540000001"),
            reference: Some("Økonomi 4711"),
            ..service(0)
        },
        service(1),
        goods(2),
        Charge {
            en: "Desk telephone",
            da: "Bordtelefon",
            quantity: -1,
            price: 89_900,
            ..goods(2)
        },
        Charge {
            en: "Workshop: call groups for the reception",
            da: "Workshop: opkaldsgrupper til receptionen",
            discount: 2_500,
            ..service(2)
        },
    ];
    let nobody = Group {
        person: None,
        organisation: None,
    };
    document(
        kind,
        vec![person("Anders Åkjær"), person("Zoë Müller-Ægidius"), nobody],
        charges.iter().map(line).collect(),
    )
}

/// For a buyer who reads Danish.
pub(crate) fn goods_and_services() -> Document {
    hardware_and_services(DocumentKind::Invoice)
}

/// All of it taken back, for a buyer who reads English.
pub(crate) fn goods_and_services_credited() -> Document {
    let mut document = hardware_and_services(DocumentKind::CreditNote);
    document.language = Language::En;
    document.number = "2026-000043".into();
    document.payment.reference = document.number.clone();
    document.corrects = Some(("2026-000042".into(), day("2026-12-01")));
    document
}

/// More was handed back than charged.
pub(crate) fn in_favour() -> Document {
    let back = Charge {
        quantity: -1,
        ..goods(0)
    };
    document(
        DocumentKind::Invoice,
        vec![person("Anders Åkjær")],
        vec![line(&mobile(0)), line(&back)],
    )
}

/// Sixty lines over two pages.
pub(crate) fn sixty() -> Document {
    let groups = (0..20).map(|index| person(&format!("Person Nummer {index}")));
    let lines = (0..60).map(|index| line(&mobile(index / 3)));
    document(DocumentKind::Invoice, groups.collect(), lines.collect())
}

/// Three hundred lines for several organisations, with names and references that need more than one line.
pub(crate) fn long() -> Document {
    const NAMES: [&str; 4] = [
        "Anders Åkjær",
        "Zoë Müller-Ægidius",
        "Maximiliane Frederikke Charlotte Amalie von Rosenkrantz-Gyldenstierne til Vestervig Kloster og Østerlisbjerg",
        "Bo Bæk",
    ];
    const REFERENCES: [Option<&str>; 4] = [
        Some("4711"),
        Some("Projekt Havmølle, fundamenter og kabler, etape 2"),
        None,
        Some("Omkostningssted/2026/København/4711-0042"),
    ];
    let groups = (0..60).map(|index| Group {
        person: Some(format!("{} {index}", NAMES[index % 4])),
        organisation: Some(
            [
                "Nordvind A/S",
                "Nordvind Vedligehold og Reservedele Vest ApS",
            ][index / 30]
                .into(),
        ),
    });
    let lines = (0..300).map(|index| {
        let charge = Charge {
            reference: REFERENCES[index / 5 % 4],
            ..mobile(index / 5)
        };
        line(&match index % 5 {
            0 => charge,
            1 => Charge {
                quantity: 14,
                unit: InvoiceUnit::Day,
                base: 30,
                price: 12_900,
                discount: 1_250,
                days: Some(("2026-11-17", "2026-11-30")),
                ..charge
            },
            2 => Charge {
                category: TariffCategory::Usage,
                en: "Data in Denmark · used in October 2026, told of late",
                da: "Data i Danmark · brugt i oktober 2026, meldt for sent",
                quantity: 12_340,
                unit: InvoiceUnit::Megabyte,
                price: 2_900,
                base: 1_000,
                days: None,
                ..charge
            },
            3 => Charge {
                category: TariffCategory::Hardware,
                en: "Conference telephone with expansion microphones",
                da: "Konferencetelefon med ekstra mikrofoner",
                number: None,
                unit: InvoiceUnit::Piece,
                price: 12_349_900,
                days: None,
                ..charge
            },
            _ => Charge {
                category: TariffCategory::Hardware,
                en: "Conference telephone, handed back",
                da: "Konferencetelefon, leveret tilbage",
                quantity: -1,
                unit: InvoiceUnit::Piece,
                price: 12_349_900,
                days: None,
                ..charge
            },
        })
    });
    let (groups, lines) = (groups.collect(), lines.collect());
    let mut document = document(DocumentKind::Invoice, groups, lines);
    document.buyer.name =
        "Nordvind Vedligehold og Reservedele Vest og Øst i Danmark, Norge og Sverige A/S".into();
    document.buyer_reference = "Kontrakt 2026-0042, att. Frederik Finans, Økonomi".into();
    document
}

/// A document of these lines, for the tests of sums.
pub(crate) fn of(kind: DocumentKind, lines: Vec<Line>) -> Document {
    let groups = lines.last().map_or(0, |line| line.group + 1);
    let groups = (0..groups).map(|group| person(&format!("Person {group}")));
    document(kind, groups.collect(), lines)
}

/// What the tests compare, by file name.
pub(crate) fn all() -> [(&'static str, Document); 7] {
    [
        ("everything", everything()),
        ("public-buyer", public_buyer()),
        ("credit-note", credit_note()),
        ("goods", goods_and_services()),
        ("goods-credit-note", goods_and_services_credited()),
        ("in-favour", in_favour()),
        ("sixty", sixty()),
    ]
}
