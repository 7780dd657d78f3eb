//! What a request must look like before it is looked at, and who may make it.

use super::{Action, Address, Delivery, ItemRequest, NumberRequest, QuoteRequest, rules};
use crate::access::{Permission, Scope};
use platform::{Error, Result};

/// A line of an address, and who owns a number elsewhere.
const LONGEST_NAME: usize = 100;
const LONGEST_POSTAL_CODE: usize = 20;

/// Lengths and counts. What does not fit breaks the contract: 400.
pub(super) fn shape(request: &QuoteRequest) -> Result<()> {
    if request.items.is_empty() || request.items.len() > rules::MAX_ITEMS {
        return Err(
            Error::malformed("An order has between 1 and 1,000 items.").with_field(
                "/items",
                "wrongCount",
                "Between 1 and 1,000 items.",
            ),
        );
    }
    line("/comment", request.comment.as_deref(), rules::MAX_COMMENT)?;
    if let Some(delivery) = &request.delivery {
        address(delivery)?;
    }
    for (index, item) in request.items.iter().enumerate() {
        match item {
            ItemRequest::SuspendSim { reason, .. }
            | ItemRequest::ResumeSim { reason, .. }
            | ItemRequest::EndSubscription { reason, .. } => {
                let pointer = format!("/items/{index}/reason");
                line(&pointer, reason.as_deref(), rules::MAX_LINE)?;
            }
            ItemRequest::CreateCallGroup { name, .. }
            | ItemRequest::ChangeCallGroup {
                name: Some(name), ..
            } => {
                let pointer = format!("/items/{index}/name");
                line(&pointer, Some(name), rules::MAX_LINE)?;
            }
            _ => {}
        }
        if let ItemRequest::BookService { wish, .. } = item {
            let pointer = format!("/items/{index}/wish");
            line(&pointer, Some(wish), rules::MAX_COMMENT)?;
            filled(&pointer, wish)?;
        }
        if item.goods().len() > rules::MAX_GOODS {
            return Err(
                Error::malformed("An item has at most 50 lines of hardware.").with_field(
                    format!("/items/{index}/lines"),
                    "wrongCount",
                    "At most 50 lines.",
                ),
            );
        }
        if item
            .members()
            .is_some_and(|members| members.len() > rules::MAX_ITEMS)
        {
            return Err(
                Error::malformed("A call group has at most 50 members.").with_field(
                    format!("/items/{index}/members"),
                    "wrongCount",
                    "At most 50 members.",
                ),
            );
        }
        if let Some(NumberRequest::PortIn { donor, owner, .. }) = item.number() {
            let owner = owner.owner();
            for (field, text) in [("donor", donor), ("owner", &owner.name)] {
                let pointer = format!("/items/{index}/number/{field}");
                line(&pointer, Some(text), LONGEST_NAME)?;
                filled(&pointer, text)?;
            }
        }
    }
    Ok(())
}

fn address(delivery: &Delivery) -> Result<()> {
    line(
        "/delivery/attention",
        delivery.attention.as_deref(),
        LONGEST_NAME,
    )?;
    let Some(Address {
        name,
        attention,
        street,
        postal_code,
        city,
        country,
    }) = &delivery.address
    else {
        return Ok(());
    };
    line(
        "/delivery/address/attention",
        attention.as_deref(),
        LONGEST_NAME,
    )?;
    for (field, text, most) in [
        ("name", name, LONGEST_NAME),
        ("street", street, LONGEST_NAME),
        ("postalCode", postal_code, LONGEST_POSTAL_CODE),
        ("city", city, LONGEST_NAME),
    ] {
        let pointer = format!("/delivery/address/{field}");
        line(&pointer, Some(text), most)?;
        filled(&pointer, text)?;
    }
    if country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(Error::malformed("The country is not one.").with_field(
            "/delivery/address/country",
            "notACountry",
            "Two capital letters, for example DK.",
        ))
    }
}

fn line(pointer: &str, text: Option<&str>, most: usize) -> Result<()> {
    if text.is_some_and(|text| text.chars().count() > most) {
        return Err(Error::malformed("A text is too long.").with_field(
            pointer,
            "tooLong",
            format!("At most {most} characters."),
        ));
    }
    Ok(())
}

fn filled(pointer: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::malformed("A text is missing.").with_field(
            pointer,
            "missing",
            "This cannot be left out.",
        ));
    }
    Ok(())
}

pub(super) fn rights(scope: &Scope, request: &QuoteRequest) -> Result<()> {
    request
        .items
        .iter()
        .try_for_each(|item| right(scope, item.action()))?;
    // A call that is passed on to a dear destination is paid here, by whoever may decide what is paid.
    let spends = request.items.iter().any(|item| {
        item.overflow()
            .is_some_and(|overflow| !overflow.allow.is_empty())
    });
    // What is taken back was allowed when it was made.
    if spends
        && request.undo.is_none()
        && !scope.permissions().has(Permission::OrderCommercialItems)
    {
        return Err(Error::forbidden(
            "Your roles on this organisation do not allow calls to be passed on to premium or foreign numbers. Whoever may order what costs can allow it.",
        ));
    }
    Ok(())
}

pub(super) fn right(scope: &Scope, action: Action) -> Result<()> {
    if scope.permissions().has(rules::permission(action)) {
        Ok(())
    } else {
        Err(Error::forbidden(
            "Your roles on this organisation do not allow this kind of order. A role administrator can give you one that does.",
        ))
    }
}
