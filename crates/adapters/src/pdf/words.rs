//! How the figures of an invoice are said.

use super::TEXTS;
use domain::{
    billing::{Discount, Group, InvoiceUnit, Line},
    numbering,
};
use jiff::civil::Date;
use platform::{
    Money, Period,
    i18n::{self, Language},
};

#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) language: Language,
}

impl Words {
    pub(super) fn say(&self, key: &str) -> String {
        self.fill(key, &[])
    }

    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        TEXTS.text(self.language, key, values)
    }

    pub(super) fn amount(&self, money: Money) -> String {
        i18n::amount(self.language, money)
    }

    /// With the currency.
    pub(super) fn money(&self, money: Money) -> String {
        i18n::money(self.language, money)
    }

    pub(super) fn date(&self, day: Date) -> String {
        i18n::date(self.language, day)
    }

    pub(super) fn month(&self, period: Period) -> String {
        i18n::month(self.language, period)
    }

    /// First and last day within one month: `17–30/11`.
    pub(super) fn days(&self, (first, last): (Date, Date)) -> String {
        if first == last {
            format!("{}/{}", first.day(), first.month())
        } else {
            format!("{}–{}/{}", first.day(), last.day(), last.month())
        }
    }

    pub(super) fn group(&self, group: &Group) -> String {
        match (&group.person, &group.organisation) {
            (Some(person), Some(organisation)) => format!("{person} · {organisation}"),
            (Some(person), None) => person.clone(),
            (None, Some(organisation)) => organisation.clone(),
            (None, None) => self.say("invoice.organisation"),
        }
    }

    pub(super) fn quantity(&self, line: &Line) -> String {
        let quantity = i18n::whole(self.language, line.quantity);
        let base = line.base.to_string();
        let values = [("quantity", quantity.as_str()), ("base", base.as_str())];
        self.fill(&format!("unit.{}", line.unit.as_str()), &values)
    }

    pub(super) fn price(&self, line: &Line) -> String {
        let price = self.amount(line.price);
        let base = i18n::whole(self.language, line.base);
        let values = [("price", price.as_str()), ("base", base.as_str())];
        let per = match line.unit {
            // The quantity says of how many days the month is.
            InvoiceUnit::Day | InvoiceUnit::Month => "plain",
            _ if line.base == 1 => "plain",
            unit => unit.as_str(),
        };
        self.fill(&format!("price.{per}"), &values)
    }

    pub(super) fn discount(&self, discount: Discount) -> String {
        let rate = self.amount(Money::dkk(discount.rate));
        let rate = rate.trim_end_matches('0').trim_end_matches([',', '.']);
        self.fill("invoice.discount", &[("rate", rate)])
    }

    /// Product, with its number under it.
    pub(super) fn product(&self, line: &Line) -> String {
        line.product.in_language(self.language).to_owned()
    }

    pub(super) fn number(line: &Line) -> Option<String> {
        line.number.as_deref().map(numbering::rules::display)
    }
}
