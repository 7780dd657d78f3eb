//! Invoices as Peppol BIS Billing 3.0 (EN 16931) in UBL 2.1. Source: the Peppol BIS Billing 3.0 specification and the OASIS UBL
//! 2.1 schemas, whose order of elements is kept; the Danish rules (DK-R-…) decide identifiers and means of payment.

mod parts;
mod xml;

use self::xml::Xml;
use domain::billing::{Document, DocumentKind};
use platform::Result;

const CUSTOMISATION: &str =
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
const PROFILE: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";

/// UNTDID 1001.
const COMMERCIAL_INVOICE: &str = "380";
const CREDIT_NOTE: &str = "381";

/// The document as UTF-8 XML. The same document gives the same bytes.
pub fn write(document: &Document) -> Result<Vec<u8>> {
    let invoice = document.kind == DocumentKind::Invoice;
    let root = if invoice { "Invoice" } else { "CreditNote" };
    let mut xml = Xml::begin(root);
    xml.leaf("cbc:CustomizationID", CUSTOMISATION);
    xml.leaf("cbc:ProfileID", PROFILE);
    xml.leaf("cbc:ID", &document.number);
    xml.leaf("cbc:IssueDate", &document.issued.to_string());
    if invoice {
        xml.leaf("cbc:DueDate", &document.due.to_string());
        xml.leaf("cbc:InvoiceTypeCode", COMMERCIAL_INVOICE);
    } else {
        xml.leaf("cbc:CreditNoteTypeCode", CREDIT_NOTE);
    }
    xml.leaf("cbc:DocumentCurrencyCode", parts::CURRENCY);
    xml.leaf("cbc:BuyerReference", &document.buyer_reference);
    parts::days(
        &mut xml,
        (document.period.first_day(), document.period.last_day()),
    );
    if let Some(order) = &document.order_reference {
        xml.within("cac:OrderReference", |xml| xml.leaf("cbc:ID", order));
    }
    if let Some((number, issued)) = &document.corrects {
        xml.within("cac:BillingReference", |xml| {
            xml.within("cac:InvoiceDocumentReference", |xml| {
                xml.leaf("cbc:ID", number);
                xml.leaf("cbc:IssueDate", &issued.to_string());
            });
        });
    }
    xml.within("cac:AccountingSupplierParty", |xml| {
        parts::party(xml, &document.seller, true);
    });
    xml.within("cac:AccountingCustomerParty", |xml| {
        parts::party(xml, &document.buyer, false);
    });
    parts::payment(&mut xml, document);
    parts::totals(&mut xml, document);
    for (index, line) in document.lines.iter().enumerate() {
        parts::line(&mut xml, document, index, line);
    }
    xml.finish(root)
}

#[cfg(test)]
mod sums;
#[cfg(test)]
mod tests;
