//! From what was charged for to the lines of an invoice.

use super::{chargeable, discount, extend, recurring};
use crate::{
    TEXTS,
    billing::{
        ChargeKind, DiscountRule, InvoiceUnit, IssuedLine, Line, TariffCategory, VatCategory, Whose,
    },
    catalogue::{OfferingId, OfferingKind, Texts},
    usage::{Destination, UsageKind},
};
use jiff::civil::Date;
use platform::{
    Money, Period,
    i18n::{self, Language},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Something that costs by the month.
#[derive(Clone, Debug)]
pub struct Recurring {
    /// The interval.
    pub id: Uuid,
    pub whose: Whose,
    pub offering: OfferingId,
    pub category: TariffCategory,
    pub name: Texts,
    pub monthly: Money,
    /// It counts from this day.
    pub from: Date,
    /// The first day that it does not.
    pub until: Option<Date>,
}

/// Something that costs once, or is handed back.
#[derive(Clone, Debug)]
pub struct Once {
    /// The order's item, or a line of it.
    pub id: Uuid,
    pub whose: Whose,
    pub offering: Option<OfferingId>,
    pub category: TariffCategory,
    pub name: Texts,
    pub quantity: i64,
    /// Of one; negative when it is handed back.
    pub price: Money,
}

/// Use above what is included, not charged before.
#[derive(Clone, Debug)]
pub struct Used {
    pub whose: Whose,
    /// When it was used.
    pub period: Period,
    pub kind: UsageKind,
    pub destination: Destination,
    /// Megabytes, minutes or messages.
    pub quantity: i64,
    pub price: Money,
    pub base: i64,
}

/// Everything that a payer's month consists of, in any order.
#[derive(Clone, Debug, Default)]
pub struct Charges {
    pub recurring: Vec<Recurring>,
    pub once: Vec<Once>,
    pub used: Vec<Used>,
    /// By organisation, whoever pays.
    pub discounts: HashMap<crate::access::OrganisationId, Vec<DiscountRule>>,
}

/// Under what an offering is shown.
pub fn category(kind: OfferingKind) -> TariffCategory {
    match kind {
        OfferingKind::Telephony | OfferingKind::MobilePackage => TariffCategory::Subscriptions,
        OfferingKind::AddOn | OfferingKind::Feature => TariffCategory::AddOns,
        OfferingKind::Hardware => TariffCategory::Hardware,
        OfferingKind::Service => TariffCategory::Services,
    }
}

fn say(key: &str, values: impl Fn(Language) -> Vec<(&'static str, String)>) -> Texts {
    let text = |language| {
        let values = values(language);
        let values: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        TEXTS.text(language, key, &values)
    };
    Texts {
        en: text(Language::En),
        da: text(Language::Da),
    }
}

/// The name of what is charged once for setting a product up, or for what concerns no product.
pub fn once_name(kind: Option<OfferingKind>, name: Option<&Texts>, action: &str) -> Texts {
    match (kind, name) {
        (Some(OfferingKind::Hardware | OfferingKind::Service), Some(name)) => name.clone(),
        (_, Some(name)) => say("charge.setUp", |language| {
            vec![("product", name.in_language(language).to_owned())]
        }),
        (_, None) => say(&format!("action.{action}"), |_| Vec::new()),
    }
}

fn used_name(used: &Used, charged_in: Period) -> Texts {
    let class = say(
        &format!("charge.usage.{}.{}", used.kind, used.destination),
        |_| Vec::new(),
    );
    if used.period == charged_in {
        return class;
    }
    say("charge.late", |language| {
        vec![
            ("product", class.in_language(language).to_owned()),
            ("month", i18n::month(language, used.period)),
        ]
    })
}

/// Of the discounts that hold in a month the narrowest: of the offering, of the category, of everything; of two alike the higher.
pub fn rate(
    discounts: &[DiscountRule],
    period: Period,
    category: TariffCategory,
    offering: Option<OfferingId>,
) -> i64 {
    let narrowness = |rule: &DiscountRule| match (rule.offering, rule.category) {
        (Some(_), _) => 2,
        (None, Some(_)) => 1,
        (None, None) => 0,
    };
    discounts
        .iter()
        .filter(|rule| rule.from <= period && rule.until.is_none_or(|until| period < until))
        .filter(|rule| rule.offering.is_none() || rule.offering == offering)
        .filter(|rule| rule.category.is_none_or(|wanted| wanted == category))
        .max_by_key(|rule| (narrowness(rule), rule.rate))
        .map_or(0, |rule| rule.rate)
}

/// What a line is made of before it has its price.
struct Draft {
    whose: Whose,
    offering: Option<OfferingId>,
    category: TariffCategory,
    product: Texts,
    quantity: i64,
    unit: InvoiceUnit,
    price: Money,
    base: i64,
    rate: i64,
    days: Option<(Date, Date)>,
    used_in: Option<Period>,
    charge_kind: ChargeKind,
    charge: Option<Uuid>,
    charge_period: Option<Period>,
}

impl Draft {
    fn finish(self) -> IssuedLine {
        let before = extend(self.quantity, self.price, self.base);
        let discount = discount(before, self.rate);
        let off = discount.map_or(0, |discount| discount.amount.amount);
        IssuedLine {
            position: 0,
            line: Line {
                group: 0,
                category: self.category,
                product: self.product,
                number: self.whose.number.clone(),
                reference: self.whose.reference.clone(),
                quantity: self.quantity,
                unit: self.unit,
                price: self.price,
                base: self.base,
                discount,
                amount: Money::dkk(before.amount - off),
                vat: VatCategory::Standard,
                days: self.days,
            },
            whose: self.whose,
            offering: self.offering,
            used_in: self.used_in,
            charge_kind: self.charge_kind,
            charge: self.charge,
            charge_period: self.charge_period,
        }
    }
}

/// The lines of a payer's month, in the order in which they are shown. The order of what comes in changes nothing.
pub fn lines(period: Period, charges: &Charges) -> Vec<IssuedLine> {
    let none = Vec::new();
    let rate = |whose: &Whose, period: Period, category, offering| {
        let own = charges.discounts.get(&whose.organisation).unwrap_or(&none);
        rate(own, period, category, offering)
    };
    let mut lines = Vec::with_capacity(charges.recurring.len() + charges.once.len());
    for charge in &charges.recurring {
        let Some(days) = chargeable(period, charge.from, charge.until) else {
            continue;
        };
        let (quantity, unit, base) = recurring(period, days);
        let draft = Draft {
            rate: rate(
                &charge.whose,
                period,
                charge.category,
                Some(charge.offering),
            ),
            whose: charge.whose.clone(),
            offering: Some(charge.offering),
            category: charge.category,
            product: charge.name.clone(),
            quantity,
            unit,
            price: charge.monthly,
            base,
            days: Some(days),
            used_in: None,
            charge_kind: ChargeKind::Interval,
            charge: Some(charge.id),
            charge_period: Some(period),
        };
        // What costs nothing is not a charge.
        if charge.monthly.amount > 0 {
            lines.push(draft.finish());
        }
    }
    for charge in &charges.once {
        let rate = rate(&charge.whose, period, charge.category, charge.offering);
        let back = charge.price.amount < 0;
        let full = Money::dkk(charge.price.amount.saturating_abs());
        let off = discount(full, rate).map_or(0, |discount| discount.amount.amount);
        // What is handed back is what was charged, the discount taken off already.
        let price = if back {
            Money::dkk(full.amount - off)
        } else {
            full
        };
        if price.amount == 0 {
            continue;
        }
        let draft = Draft {
            rate: if back { 0 } else { rate },
            whose: charge.whose.clone(),
            offering: charge.offering,
            category: charge.category,
            product: charge.name.clone(),
            quantity: if back {
                -charge.quantity
            } else {
                charge.quantity
            },
            unit: InvoiceUnit::Piece,
            price,
            base: 1,
            days: None,
            used_in: None,
            charge_kind: ChargeKind::Item,
            charge: Some(charge.id),
            charge_period: Some(period),
        };
        lines.push(draft.finish());
    }
    for charge in charges.used.iter().filter(|used| used.quantity > 0) {
        let late = charge.period != period;
        let category = TariffCategory::Usage;
        let draft = Draft {
            // What came late costs what it would have cost in time.
            rate: rate(&charge.whose, charge.period, category, None),
            product: used_name(charge, period),
            whose: charge.whose.clone(),
            offering: None,
            category,
            quantity: charge.quantity,
            unit: unit(charge.kind),
            price: charge.price,
            base: charge.base,
            // A line's days lie within its invoice's month; the name says when it was.
            days: (!late).then(|| (period.first_day(), period.last_day())),
            used_in: late.then_some(charge.period),
            charge_kind: ChargeKind::Usage,
            charge: None,
            charge_period: None,
        };
        if charge.price.amount > 0 {
            lines.push(draft.finish());
        }
    }
    arrange(&mut lines);
    lines
}

/// What use is counted in on an invoice.
pub fn unit(kind: UsageKind) -> InvoiceUnit {
    match kind {
        UsageKind::Data => InvoiceUnit::Megabyte,
        UsageKind::Voice => InvoiceUnit::Minute,
        UsageKind::Sms | UsageKind::Mms => InvoiceUnit::Piece,
    }
}

/// Puts lines into the order in which they are shown and numbers them and their groups: by organisation, person, subscription,
/// category, product and day.
pub fn arrange(lines: &mut [IssuedLine]) {
    lines.sort_by(|one, other| {
        let key = |line: &IssuedLine| {
            (
                line.line.category,
                line.line.days.map(|days| days.0),
                line.used_in,
                line.charge,
                line.line.quantity,
                line.line.amount.amount,
            )
        };
        let who = |line: &IssuedLine| (line.whose.is_organisations, line.whose.person);
        let place = |line: &IssuedLine| {
            (
                line.whose.organisation,
                who(line).0,
                who(line).1,
                line.whose.subscription,
            )
        };
        (&one.whose.organisation_key, place(one).0)
            .cmp(&(&other.whose.organisation_key, place(other).0))
            .then_with(|| place(one).1.cmp(&place(other).1))
            .then_with(|| one.whose.person_key.cmp(&other.whose.person_key))
            .then_with(|| place(one).2.cmp(&place(other).2))
            .then_with(|| place(one).3.cmp(&place(other).3))
            .then_with(|| key(one).0.cmp(&key(other).0))
            .then_with(|| one.line.product.en.cmp(&other.line.product.en))
            .then_with(|| key(one).cmp(&key(other)))
    });
    let mut group = 0;
    for index in 0..lines.len() {
        if index > 0 {
            let (before, now) = (&lines[index - 1].whose, &lines[index].whose);
            if (before.organisation, before.person) != (now.organisation, now.person) {
                group += 1;
            }
        }
        lines[index].position = index as i64 + 1;
        lines[index].line.group = group;
    }
}
