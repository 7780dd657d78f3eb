use super::view::{Change, InvoiceRef, Organisation, Person};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    billing::{self, Cause, InvoiceId, TariffCategory, rules::compare::Difference},
};
use platform::{
    Money, Period, Result,
    http::{Json, Path},
    i18n::Language,
};
use std::collections::BTreeMap;

/// Lines of a category that are told of.
const MOST: usize = 100;
/// What compares more lines than this is done where documents are made, few at once: all of them lie in memory.
const MANY_LINES: i64 = 5_000;

/// What changed from the invoice of the month before, and why.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceChanges {
    period: Period,
    /// `null`: there is none before it.
    #[schema(required)]
    compared_with: Option<InvoiceRef>,
    before: Money,
    now: Money,
    change: Change,
    /// Those in which something differs.
    categories: Vec<ChangedCategory>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct ChangedCategory {
    category: TariffCategory,
    before: Money,
    now: Money,
    change: Change,
    /// They come to the category's change.
    causes: Vec<ChangeCause>,
    /// The largest changes first.
    lines: Vec<ChangedLine>,
    /// How many more there are.
    more: usize,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct ChangeCause {
    cause: Cause,
    change: Money,
    count: usize,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct ChangedLine {
    cause: Cause,
    organisation: Organisation,
    #[schema(required)]
    person: Option<Person>,
    /// E.164 with `+`.
    #[schema(required)]
    number: Option<String>,
    product: String,
    #[schema(required)]
    reference: Option<String>,
    /// `null`: it was not on the invoice before.
    #[schema(required)]
    before: Option<Money>,
    /// `null`: it is not on this one.
    #[schema(required)]
    now: Option<Money>,
    change: Money,
}

/// What changed from the invoice before, and the lines that explain it.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/invoices/{invoice}/changes", operation_id = "explain_invoice", tag = "invoices",
    params(("organisation" = OrganisationId, Path), ("invoice" = InvoiceId, Path)),
    responses((status = 200, description = "What changed.", body = InvoiceChanges))
)]
pub async fn explain_invoice(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, InvoiceId)>,
) -> Result<Json<InvoiceChanges>> {
    let scope = caller
        .enter(&app, &operations::EXPLAIN_INVOICE, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let details = billing::details(&mut conn, &scope, id).await?;
    drop(conn);
    let before = details
        .before
        .as_ref()
        .map_or(0, |(before, _)| before.lines);
    let room = if details.invoice.lines + before > MANY_LINES {
        Some(app.room.enter().await?)
    } else {
        None
    };
    let mut conn = app.db.read().await?;
    let explained = billing::explain(&mut conn, &scope, id).await?;
    drop((conn, room));
    let language = caller.language();
    let sums = |sums: &[billing::CategorySum], category| {
        sums.iter()
            .find(|sum| sum.category == category)
            .map_or(Money::ZERO, |sum| sum.amount)
    };
    let mut by_category: BTreeMap<TariffCategory, Vec<Difference>> = BTreeMap::new();
    for difference in explained.differences {
        let category = by_category.entry(difference.category).or_default();
        category.push(difference);
    }
    let categories = by_category
        .into_iter()
        .map(|(category, differences)| {
            let now = sums(&details.categories, category);
            let before = details
                .before
                .as_ref()
                .map_or(Money::ZERO, |(_, before)| sums(before, category));
            ChangedCategory {
                category,
                before,
                now,
                change: Change::of(before, now),
                causes: causes(&differences),
                more: differences.len().saturating_sub(MOST),
                lines: differences
                    .into_iter()
                    .take(MOST)
                    .map(|difference| line(difference, language))
                    .collect(),
            }
        })
        .collect();
    let before = explained
        .before
        .as_ref()
        .map_or(Money::ZERO, |before| before.net);
    Ok(Json(InvoiceChanges {
        period: explained.invoice.period,
        compared_with: explained.before.as_ref().map(InvoiceRef::of),
        before,
        now: explained.invoice.net,
        change: Change::of(before, explained.invoice.net),
        categories,
    }))
}

fn causes(differences: &[Difference]) -> Vec<ChangeCause> {
    let mut causes: BTreeMap<Cause, (i64, usize)> = BTreeMap::new();
    for difference in differences {
        let cause = causes.entry(difference.cause).or_default();
        cause.0 += difference.change().amount;
        cause.1 += 1;
    }
    causes
        .into_iter()
        .map(|(cause, (change, count))| ChangeCause {
            cause,
            change: Money::dkk(change),
            count,
        })
        .collect()
}

fn line(difference: Difference, language: Language) -> ChangedLine {
    ChangedLine {
        cause: difference.cause,
        organisation: Organisation::of(&difference.whose),
        person: Person::of(&difference.whose),
        change: difference.change(),
        number: difference.whose.number,
        product: difference.product.in_language(language).to_owned(),
        reference: difference.whose.reference,
        before: difference.before,
        now: difference.now,
    }
}
