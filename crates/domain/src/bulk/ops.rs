//! The verbs of this room.

use super::{
    Bulk, BulkId, BulkRow, Column, MOST_ROWS, RowProblem,
    rules::{self, Layout, problem},
    store,
};
use crate::{
    TEXTS,
    access::Scope,
    catalogue::{self, Offering, OfferingKind},
    directory::{self, Addressed},
    numbering::{self, NumberState},
    orders::{
        self, Action, ItemRequest, NumberFate, NumberRequest, Policy, QuoteId, QuoteRequest,
        SimRequest,
    },
    sims,
    subscriptions::{self, SubscriptionId, SubscriptionKind},
};
use platform::{
    Error, Ids, Kind, Result,
    audit::{self, AuditEntry},
    csv::{self, ReadError, Record, Table},
    db::{Conn, Tx},
    fold::fold,
    i18n::Language,
};
use std::{collections::HashMap, time::Duration};

/// Tables are kept this long.
const KEEP: Duration = Duration::from_secs(7 * 24 * 3600);
/// A row that stands in the way of another is found when that one is gone; more rounds than this find nothing new.
const ROUNDS: usize = 6;

/// Reads a table, looks at every row, and makes a quote for those that can go.
///
/// # Errors
/// 403 for whoever may order nothing for people; 413 `tooManyRows`; 422 for what is no table with the columns that are needed.
pub async fn upload(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    policy: &Policy,
    content: &[u8],
) -> Result<Bulk> {
    let principal = scope
        .principal()
        .ok_or_else(|| Error::internal("tables are uploaded by people, not by workers"))?;
    let table = read(content)?;
    if !rules::for_people().any(|action| scope.permissions().has(orders::rules::permission(action)))
    {
        return Err(Error::forbidden(
            "Your roles on this organisation do not allow this kind of order. A role administrator can give you one that does.",
        ));
    }
    let layout = Layout::of(&table.headings).map_err(|missing| {
        let names: Vec<_> = missing
            .iter()
            .map(|column| TEXTS.text(Language::En, &format!("bulk.column.{column}"), &[]))
            .collect();
        Error::rule(
            "headingsMissing",
            format!(
                "The first row must have the headings of the columns; missing: {}. Begin with the template.",
                names.join(", ")
            ),
        )
    })?;
    let mut rows = Vec::with_capacity(table.records.len());
    let mut wishes: Vec<(usize, ItemRequest)> = Vec::new();
    let known = Known::read(tx, scope, ids).await?;
    for record in table.records {
        let (row, wish) = known.look(tx, scope, &layout, record).await?;
        if let Some(wish) = wish {
            wishes.push((rows.len(), wish));
        }
        rows.push(row);
    }
    for (place, _) in wishes.drain(orders::rules::MAX_ITEMS.min(wishes.len())..) {
        rows[place].problems.push(RowProblem {
            column: None,
            code: "tooManyAtOnce".to_owned(),
            values: Vec::new(),
        });
    }
    let quote = quoted(tx, ids, scope, policy, &mut rows, wishes).await?;
    let now = ids.now();
    let bulk = Bulk {
        id: ids.make(),
        principal,
        quote,
        headings: table.headings,
        rows,
        created_at: now,
    };
    store::purge(tx, scope, now.minus(KEEP)).await?;
    store::insert(tx, scope, &bulk).await?;
    let entry = AuditEntry::new(scope.organisation().0, Some(principal.0), "upload_bulk")
        .on("bulk", bulk.id)
        .with(serde_json::json!({ "rows": bulk.rows.len(), "valid": bulk.valid() }));
    audit::record(tx, ids, entry).await?;
    Ok(bulk)
}

/// A table that was uploaded before.
///
/// # Errors
/// 404 for another organisation's, and for one that is no longer kept.
pub async fn bulk(conn: &mut Conn, scope: &Scope, id: BulkId) -> Result<Bulk> {
    store::find(conn, scope, id)
        .await?
        .ok_or_else(Error::not_found)
}

fn read(content: &[u8]) -> Result<Table> {
    csv::decode(content)
        .and_then(|text| csv::read(&text, MOST_ROWS))
        .map_err(|error| match error {
            ReadError::NotText => Error::rule(
                "notText",
                "This is no table that can be read. Save it as CSV, in UTF-8 or as your spreadsheet does by itself.",
            ),
            ReadError::Empty => Error::rule("emptyTable", "There is nothing in this table."),
            ReadError::TooManyRows => Error::new(
                Kind::TooLarge,
                "tooManyRows",
                "A table has at most 10,000 rows. Cut it into smaller ones.",
            ),
            ReadError::TooWide(row) => Error::rule(
                "tooManyColumns",
                format!("Row {row} has more than 100 columns. Begin with the template."),
            )
            .with_extra(serde_json::json!({ "row": row })),
            ReadError::OpenQuote(row) => Error::rule(
                "openQuote",
                format!("A quotation mark is opened in row {row} and never closed."),
            )
            .with_extra(serde_json::json!({ "row": row })),
        })
}

/// A quote for the wishes that can go together. Rows that cannot hear why, and the others are tried again without them.
async fn quoted(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    policy: &Policy,
    rows: &mut [BulkRow],
    mut wishes: Vec<(usize, ItemRequest)>,
) -> Result<Option<QuoteId>> {
    for _ in 0..ROUNDS {
        if wishes.is_empty() {
            return Ok(None);
        }
        let items = wishes.iter().map(|(_, wish)| wish.clone()).collect();
        let quote = orders::make_quote(tx, ids, scope, policy, QuoteRequest::of(items)).await?;
        if quote.answer.problems.is_empty() {
            return Ok(Some(quote.id));
        }
        // That a thing is wanted twice counts when the other row goes.
        let twice = |problem: &&orders::Problem| problem.code == "twiceInOrder";
        let alone = quote.answer.problems.iter().all(|problem| twice(&problem));
        let told = quote.answer.problems.iter();
        for problem in told.filter(|problem| alone || !twice(problem)) {
            let Some((place, column)) = rules::pointed(&problem.pointer) else {
                continue;
            };
            let Some((row, _)) = wishes.get(place) else {
                continue;
            };
            rows[*row].problems.push(RowProblem {
                column,
                code: problem.code.clone(),
                values: problem.values.clone(),
            });
        }
        let before = wishes.len();
        wishes.retain(|(row, _)| rows[*row].problems.is_empty());
        if wishes.len() == before {
            break;
        }
    }
    // What is left could not be quoted, and no row is to blame for it alone.
    for (row, _) in wishes {
        rows[row].problems.push(RowProblem {
            column: None,
            code: "cannotGoTogether".to_owned(),
            values: Vec::new(),
        });
    }
    Ok(None)
}

/// What rows name, read once for all of them.
struct Known {
    /// People by e-mail address, sign-in name and object id, in small letters.
    people: HashMap<String, Vec<usize>>,
    addressed: Vec<Addressed>,
    /// What is sold now, and then what is not (any more): the quote says that of it.
    offerings: Vec<Offering>,
    /// How many of them are sold.
    sold: usize,
}

impl Known {
    async fn read(conn: &mut Conn, scope: &Scope, ids: &Ids) -> Result<Known> {
        let addressed = directory::addresses(conn, scope).await?;
        let mut people: HashMap<String, Vec<usize>> = HashMap::with_capacity(addressed.len() * 3);
        for (place, person) in addressed.iter().enumerate() {
            let object = person.object.map(|object| object.to_string());
            for name in [&person.email, &person.username, &object]
                .into_iter()
                .flatten()
            {
                let places = people.entry(name.to_lowercase()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        let now = ids.now();
        let mut offerings = catalogue::offerings(conn, now, None).await?;
        let sold = offerings.len();
        for offering in catalogue::ever(conn, now).await? {
            if !offerings[..sold]
                .iter()
                .any(|known| known.id == offering.id)
            {
                offerings.push(offering);
            }
        }
        Ok(Known {
            people,
            addressed,
            offerings,
            sold,
        })
    }

    /// A row as it is kept, and what it wishes for if it can be told.
    async fn look(
        &self,
        conn: &mut Conn,
        scope: &Scope,
        layout: &Layout,
        record: Record,
    ) -> Result<(BulkRow, Option<ItemRequest>)> {
        let cells = record.cells;
        let cell = |column| layout.cell(&cells, column);
        let mut problems = Vec::new();
        let action = rules::action(cell(Column::Action));
        if action.is_none() {
            problems.push(problem(Column::Action, "rowActionUnknown"));
        }
        let person = match self
            .people
            .get(&cell(Column::Person).to_lowercase())
            .map(Vec::as_slice)
        {
            Some([place]) => self.addressed.get(*place),
            Some([_, _, ..]) => {
                problems.push(problem(Column::Person, "personAmbiguous"));
                None
            }
            _ => {
                problems.push(problem(Column::Person, "personUnknown"));
                None
            }
        };
        let mut wish = None;
        if let (Some(action), Some(person)) = (action, person) {
            if scope.permissions().has(orders::rules::permission(action)) {
                let mut row = Row {
                    known: self,
                    conn: &mut *conn,
                    scope,
                    cell: &cell,
                    problems: &mut problems,
                };
                wish = row.wish(action, person).await?;
            } else {
                problems.push(problem(Column::Action, "notAllowed"));
            }
        }
        let named = person.map_or_else(
            || cell(Column::Person).to_owned(),
            |person| person.display_name.clone(),
        );
        let wish = wish.filter(|_| problems.is_empty());
        Ok((
            BulkRow {
                row: record.row,
                action,
                person: (!named.is_empty()).then_some(named),
                problems,
                cells,
            },
            wish,
        ))
    }
}

/// One row being understood.
struct Row<'a, C> {
    known: &'a Known,
    conn: &'a mut Conn,
    scope: &'a Scope,
    cell: &'a C,
    problems: &'a mut Vec<RowProblem>,
}

impl<'c, C: Fn(Column) -> &'c str> Row<'_, C> {
    fn complain<T>(&mut self, column: Column, code: &str) -> Option<T> {
        self.problems.push(problem(column, code));
        None
    }

    async fn wish(&mut self, action: Action, person: &Addressed) -> Result<Option<ItemRequest>> {
        let date = match (self.cell)(Column::Date) {
            "" => None,
            text => match rules::day(text) {
                Some(day) => Some(day),
                None => self.complain(Column::Date, "dateUnreadable"),
            },
        };
        let reason = Some((self.cell)(Column::Reason).to_owned()).filter(|text| !text.is_empty());
        if reason
            .as_ref()
            .is_some_and(|text| text.chars().count() > orders::rules::MAX_LINE)
        {
            return Ok(self.complain(Column::Reason, "tooLong"));
        }
        match action {
            Action::ActivateTelephony => {
                let offering = self.offering(OfferingKind::Telephony);
                let number = self.number().await?;
                Ok(offering
                    .zip(number)
                    .map(|(offering, number)| ItemRequest::ActivateTelephony {
                        person: person.id,
                        offering: offering.id,
                        number,
                        date,
                    }))
            }
            Action::CreateMobile => {
                let offering = self.offering(OfferingKind::MobilePackage);
                let number = self.number().await?;
                let sim = self.sim().await?;
                Ok(offering
                    .zip(number)
                    .zip(sim)
                    .map(|((offering, number), sim)| ItemRequest::CreateMobile {
                        person: person.id,
                        offering: offering.id,
                        number,
                        sim,
                        date,
                    }))
            }
            other => {
                let Some(subscription) = self.subscription(other, person).await? else {
                    return Ok(None);
                };
                self.change(other, subscription, reason, date).await
            }
        }
    }

    async fn change(
        &mut self,
        action: Action,
        subscription: SubscriptionId,
        reason: Option<String>,
        date: Option<jiff::civil::Date>,
    ) -> Result<Option<ItemRequest>> {
        Ok(match action {
            Action::ChangeMobilePackage => self.offering(OfferingKind::MobilePackage).map(|of| {
                ItemRequest::ChangeMobilePackage {
                    subscription,
                    offering: of.id,
                    date,
                }
            }),
            Action::AddAddOn => {
                self.offering(OfferingKind::AddOn)
                    .map(|of| ItemRequest::AddAddOn {
                        subscription,
                        offering: of.id,
                        date,
                    })
            }
            Action::RemoveAddOn => {
                self.offering(OfferingKind::AddOn)
                    .map(|of| ItemRequest::RemoveAddOn {
                        subscription,
                        offering: of.id,
                        date,
                    })
            }
            Action::SuspendSim => Some(ItemRequest::SuspendSim {
                subscription,
                reason,
                date,
            }),
            Action::ResumeSim => Some(ItemRequest::ResumeSim {
                subscription,
                reason,
                date,
            }),
            Action::ReplaceSim => self.sim().await?.map(|sim| ItemRequest::ReplaceSim {
                subscription,
                sim,
                date,
            }),
            Action::ChangeNumber => self
                .number()
                .await?
                .map(|number| ItemRequest::ChangeNumber {
                    subscription,
                    number,
                    date,
                }),
            Action::EndSubscription => {
                let number = match (self.cell)(Column::Number) {
                    "" => Some(NumberFate::Rest),
                    text => match NumberFate::parse(&text.to_lowercase()) {
                        Some(fate) => Some(fate),
                        None => self.complain(Column::Number, "fateUnknown"),
                    },
                };
                number.map(|number| ItemRequest::EndSubscription {
                    subscription,
                    number,
                    reason,
                    date,
                })
            }
            _ => None,
        })
    }

    /// A product by its code or its name in either language. Where only one of its kind is sold it need not be named.
    fn offering(&mut self, kind: OfferingKind) -> Option<Offering> {
        let named = fold((self.cell)(Column::Product));
        let (sold, gone) = self.known.offerings.split_at(self.known.sold);
        let called = |of: &&Offering| {
            of.kind == kind
                && [of.code.as_str(), &of.name.en, &of.name.da]
                    .iter()
                    .any(|name| fold(name) == named)
        };
        let found: Vec<_> = if named.is_empty() {
            sold.iter().filter(|of| of.kind == kind).collect()
        } else if sold.iter().any(|of| called(&of)) {
            sold.iter().filter(called).collect()
        } else {
            gone.iter().filter(called).collect()
        };
        match found[..] {
            [only] => Some(only.clone()),
            _ if named.is_empty() => self.complain(Column::Product, "productMissing"),
            _ => self.complain(Column::Product, "productUnknown"),
        }
    }

    /// The person's subscription that an action may concern.
    async fn subscription(
        &mut self,
        action: Action,
        person: &Addressed,
    ) -> Result<Option<SubscriptionId>> {
        let wanted = (self.cell)(Column::Subscription);
        let held = subscriptions::live_of_person(self.conn, self.scope, person.id).await?;
        let kind = SubscriptionKind::parse(&wanted.to_lowercase());
        let number = numbering::rules::e164(wanted).ok();
        if !wanted.is_empty() && kind.is_none() && number.is_none() {
            return Ok(self.complain(Column::Subscription, "subscriptionUnreadable"));
        }
        let mut found = Vec::new();
        for subscription in held {
            if !orders::rules::concerns(action, subscription.kind)
                || kind.is_some_and(|kind| kind != subscription.kind)
            {
                continue;
            }
            if let Some(number) = &number {
                let Some(id) = subscription.number else {
                    continue;
                };
                if numbering::number(self.conn, self.scope, id).await?.number != *number {
                    continue;
                }
            }
            found.push(subscription.id);
        }
        Ok(match found[..] {
            [only] => Some(only),
            [] => self.complain(Column::Subscription, "subscriptionMissing"),
            _ => self.complain(Column::Subscription, "subscriptionAmbiguous"),
        })
    }

    /// `series` or nothing, `new`, a number of the organisation's, or one that is brought along when a donor is named.
    async fn number(&mut self) -> Result<Option<NumberRequest>> {
        let text = (self.cell)(Column::Number);
        let (donor, owner) = ((self.cell)(Column::Donor), (self.cell)(Column::Owner));
        match fold(text).as_str() {
            "" | "series" | "serie" if donor.is_empty() => {
                return Ok(Some(NumberRequest::Series { number: None }));
            }
            "new" | "ny" | "nyt" if donor.is_empty() => return Ok(Some(NumberRequest::New {})),
            _ => {}
        }
        let Ok(number) = numbering::rules::e164(text) else {
            return Ok(self.complain(Column::Number, "notANumber"));
        };
        if !donor.is_empty() {
            if owner.is_empty() {
                return Ok(self.complain(Column::Owner, "ownerMissing"));
            }
            for (column, text) in [(Column::Donor, donor), (Column::Owner, owner)] {
                if text.chars().count() > orders::rules::MAX_LINE {
                    return Ok(self.complain(column, "tooLong"));
                }
            }
            return Ok(Some(NumberRequest::PortIn {
                number,
                donor: donor.to_owned(),
                owner: crate::porting::OwnerRequest::Name(owner.to_owned()),
                date: None,
            }));
        }
        let found = numbering::find(self.conn, self.scope, &number).await?;
        Ok(Some(match found {
            Some(found) if found.state == NumberState::Resting => NumberRequest::Resting { number },
            _ => NumberRequest::Series {
                number: Some(number),
            },
        }))
    }

    /// `post`, `eSim`, or the number of a card in the drawer.
    async fn sim(&mut self) -> Result<Option<SimRequest>> {
        let text = (self.cell)(Column::Sim);
        match fold(text).as_str() {
            "post" | "ship" | "send" => return Ok(Some(SimRequest::Ship {})),
            "esim" | "e-sim" => return Ok(Some(SimRequest::ESim {})),
            "" => return Ok(self.complain(Column::Sim, "simMissing")),
            _ => {}
        }
        let iccid = match sims::rules::iccid(text) {
            Ok(iccid) => iccid,
            Err(error) if error.code == "wrongCheckDigit" => {
                return Ok(self.complain(Column::Sim, "wrongCheckDigit"));
            }
            Err(_) => return Ok(self.complain(Column::Sim, "notAnIccid")),
        };
        let (found, _) = sims::list(self.conn, self.scope, None, &iccid, None, 2).await?;
        Ok(match found.into_iter().find(|sim| sim.iccid == iccid) {
            Some(sim) => Some(SimRequest::Unassigned { sim: sim.id }),
            None => self.complain(Column::Sim, "simUnknown"),
        })
    }
}
