//! The parts of a document, each in the schema's order of elements.

use super::xml::Xml;
use domain::billing::{Document, DocumentKind, InvoiceUnit, Line, Party, VatCategory, rules};
use jiff::civil::Date;
use platform::Money;

pub(super) const CURRENCY: &str = "DKK";
/// ISO 6523: the Danish business register.
const CVR: &str = "0184";
/// ISO 6523: GS1's Global Location Number.
const GLN: &str = "0088";
/// UNTDID 4461: payment to a bank account.
const BANK_ACCOUNT: &str = "42";
/// UNTDID 5189: discount.
const DISCOUNT: &str = "95";

/// Kroner with two decimals.
pub(super) fn kroner(amount: Money) -> String {
    let sign = if amount.amount < 0 { "-" } else { "" };
    let ore = amount.amount.unsigned_abs();
    format!("{sign}{}.{:02}", ore / 100, ore % 100)
}

fn amount(xml: &mut Xml, name: &str, amount: Money) {
    xml.leaf_with(name, &[("currencyID", CURRENCY)], &kroner(amount));
}

pub(super) fn days(xml: &mut Xml, (first, last): (Date, Date)) {
    xml.within("cac:InvoicePeriod", |xml| {
        xml.leaf("cbc:StartDate", &first.to_string());
        xml.leaf("cbc:EndDate", &last.to_string());
    });
}

pub(super) fn party(xml: &mut Xml, party: &Party, seller: bool) {
    xml.within("cac:Party", |xml| {
        match &party.gln {
            Some(gln) => xml.leaf_with("cbc:EndpointID", &[("schemeID", GLN)], gln),
            // Whose number is not known cannot be reached electronically; the document is one all the same.
            None if party.cvr.is_empty() => {}
            None => xml.leaf_with("cbc:EndpointID", &[("schemeID", CVR)], &register(party)),
        }
        xml.within("cac:PartyName", |xml| xml.leaf("cbc:Name", &party.name));
        xml.within("cac:PostalAddress", |xml| {
            for (name, text) in [
                ("cbc:StreetName", &party.street),
                ("cbc:CityName", &party.city),
                ("cbc:PostalZone", &party.postal_code),
            ] {
                // An element must not be empty (PEPPOL-EN16931-R008).
                if !text.is_empty() {
                    xml.leaf(name, text);
                }
            }
            xml.within("cac:Country", |xml| {
                xml.leaf("cbc:IdentificationCode", &party.country);
            });
        });
        if seller {
            xml.within("cac:PartyTaxScheme", |xml| {
                xml.leaf("cbc:CompanyID", &register(party));
                scheme(xml);
            });
        }
        xml.within("cac:PartyLegalEntity", |xml| {
            xml.leaf("cbc:RegistrationName", &party.name);
            if !party.cvr.is_empty() {
                xml.leaf_with("cbc:CompanyID", &[("schemeID", CVR)], &register(party));
            }
        });
        if let Some(email) = &party.email {
            xml.within("cac:Contact", |xml| {
                xml.leaf("cbc:ElectronicMail", email);
            });
        }
    });
}

/// A number of the Danish business register as it is written between countries.
fn register(party: &Party) -> String {
    format!("{}{}", party.country, party.cvr)
}

fn scheme(xml: &mut Xml) {
    xml.within("cac:TaxScheme", |xml| xml.leaf("cbc:ID", "VAT"));
}

pub(super) fn payment(xml: &mut Xml, document: &Document) {
    xml.within("cac:PaymentMeans", |xml| {
        xml.leaf("cbc:PaymentMeansCode", BANK_ACCOUNT);
        if document.kind == DocumentKind::CreditNote {
            xml.leaf("cbc:PaymentDueDate", &document.due.to_string());
        }
        xml.leaf("cbc:PaymentID", &document.payment.reference);
        xml.within("cac:PayeeFinancialAccount", |xml| {
            xml.leaf("cbc:ID", &document.payment.account);
            xml.within("cac:FinancialInstitutionBranch", |xml| {
                xml.leaf("cbc:ID", &document.payment.registration);
            });
        });
    });
}

pub(super) fn totals(xml: &mut Xml, document: &Document) {
    let totals = &document.totals;
    xml.within("cac:TaxTotal", |xml| {
        amount(xml, "cbc:TaxAmount", totals.vat_amount());
        for vat in &totals.vat {
            xml.within("cac:TaxSubtotal", |xml| {
                amount(xml, "cbc:TaxableAmount", vat.taxable);
                amount(xml, "cbc:TaxAmount", vat.vat);
                category(xml, "cac:TaxCategory", vat.category);
            });
        }
    });
    xml.within("cac:LegalMonetaryTotal", |xml| {
        amount(xml, "cbc:LineExtensionAmount", totals.net);
        amount(xml, "cbc:TaxExclusiveAmount", totals.net);
        amount(xml, "cbc:TaxInclusiveAmount", totals.gross);
        amount(xml, "cbc:PayableAmount", totals.gross);
    });
}

fn category(xml: &mut Xml, name: &str, category: VatCategory) {
    xml.within(name, |xml| {
        xml.leaf("cbc:ID", category.as_str());
        xml.leaf("cbc:Percent", &category.rate().to_string());
        scheme(xml);
    });
}

pub(super) fn line(xml: &mut Xml, document: &Document, index: usize, line: &Line) {
    let (element, quantity) = match document.kind {
        DocumentKind::Invoice => ("cac:InvoiceLine", "cbc:InvoicedQuantity"),
        DocumentKind::CreditNote => ("cac:CreditNoteLine", "cbc:CreditedQuantity"),
    };
    let unit = [("unitCode", unit_code(line.unit))];
    xml.within(element, |xml| {
        xml.leaf("cbc:ID", &(index + 1).to_string());
        xml.leaf_with(quantity, &unit, &line.quantity.to_string());
        amount(xml, "cbc:LineExtensionAmount", line.amount);
        if let Some(reference) = &line.reference {
            xml.leaf("cbc:AccountingCost", reference);
        }
        if let Some(span) = line.days {
            days(xml, span);
        }
        if let Some(discount) = line.discount {
            xml.within("cac:AllowanceCharge", |xml| {
                xml.leaf("cbc:ChargeIndicator", "false");
                xml.leaf("cbc:AllowanceChargeReasonCode", DISCOUNT);
                xml.leaf(
                    "cbc:MultiplierFactorNumeric",
                    &kroner(Money::dkk(discount.rate)),
                );
                amount(xml, "cbc:Amount", discount.amount);
                amount(
                    xml,
                    "cbc:BaseAmount",
                    rules::extend(line.quantity, line.price, line.base),
                );
            });
        }
        xml.within("cac:Item", |xml| {
            let group = document.groups.get(line.group);
            let whose: Vec<&str> = group
                .iter()
                .flat_map(|group| [group.person.as_deref(), group.organisation.as_deref()])
                .flatten()
                .chain(line.number.as_deref())
                .collect();
            if !whose.is_empty() {
                xml.leaf("cbc:Description", &whose.join(", "));
            }
            xml.leaf("cbc:Name", line.product.in_language(document.language));
            category(xml, "cac:ClassifiedTaxCategory", line.vat);
        });
        xml.within("cac:Price", |xml| {
            amount(xml, "cbc:PriceAmount", line.price);
            if line.base != 1 {
                xml.leaf_with("cbc:BaseQuantity", &unit, &line.base.to_string());
            }
        });
    });
}

/// UNECE Recommendation 20.
fn unit_code(unit: InvoiceUnit) -> &'static str {
    match unit {
        InvoiceUnit::Piece => "C62",
        InvoiceUnit::Month => "MON",
        InvoiceUnit::Day => "DAY",
        InvoiceUnit::Megabyte => "4L",
        InvoiceUnit::Minute => "MIN",
    }
}
