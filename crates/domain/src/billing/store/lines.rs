//! Lines of issued invoices. Fifty thousand are walked by position, which is their key; other orders are cut where the data is.

use crate::{
    access::{OrganisationId, Scope},
    billing::{
        Discount, InvoiceId, IssuedLine, Line, LineFilter, LineKey, LineQuery, LineSort,
        LineTotals, ListedLine, Whose,
    },
    catalogue::Texts,
};
use platform::{
    Error, Money, Result,
    db::{Conn, Row, Value, params},
    fold::{fold, like_contains, sort_key},
    i18n::Language,
};

const LINE: &str = "l.position, l.charged, l.charged_name, l.charged_key, l.in_group, l.person, l.person_name, l.person_key, l.category,
    l.offering, l.product_en, l.product_da, l.subscription, l.number, l.reference, l.quantity, l.unit, l.price, l.base,
    l.discount_rate, l.discount_amount, l.amount, l.vat, l.first_day, l.last_day, l.used_in, l.charge_kind, l.charge,
    l.charge_period";

/// More words than this in a search narrow nothing down.
const MOST_WORDS: usize = 5;
/// Fewer digits than this are no piece of a number.
const FEWEST_DIGITS: usize = 3;

fn read(mut row: Row) -> Result<IssuedLine> {
    let person: Option<_> = row.take(5)?;
    let number: Option<String> = row.take(13)?;
    let reference: Option<String> = row.take(14)?;
    let days = match (
        row.take::<Option<String>>(23)?,
        row.take::<Option<String>>(24)?,
    ) {
        (Some(first), Some(last)) => Some((super::day(&first)?, super::day(&last)?)),
        _ => None,
    };
    let discount = match (row.take::<Option<i64>>(19)?, row.take::<Option<i64>>(20)?) {
        (Some(rate), Some(amount)) => Some(Discount {
            rate,
            amount: Money::dkk(amount),
        }),
        _ => None,
    };
    Ok(IssuedLine {
        position: row.take(0)?,
        whose: Whose {
            organisation: row.take(1)?,
            organisation_name: row.take(2)?,
            organisation_key: row.take(3)?,
            is_organisations: person.is_none(),
            person,
            person_name: row.take(6)?,
            person_key: row.take(7)?,
            subscription: row.take(12)?,
            number: number.clone(),
            reference: reference.clone(),
        },
        offering: row.take(9)?,
        line: Line {
            group: usize::try_from(row.take::<i64>(4)?)
                .map_err(|_| Error::internal("a group before the first"))?,
            category: row.take(8)?,
            product: Texts {
                en: row.take(10)?,
                da: row.take(11)?,
            },
            number,
            reference,
            quantity: row.take(15)?,
            unit: row.take(16)?,
            price: row.take(17)?,
            base: row.take(18)?,
            discount,
            amount: row.take(21)?,
            vat: row.take(22)?,
            days,
        },
        used_in: row.take(25)?,
        charge_kind: row.take(26)?,
        charge: row.take(27)?,
        charge_period: row.take(28)?,
    })
}

/// Rows that are read at once.
const PAGE: i64 = 5_000;

/// All lines, as they are printed. Only for an invoice that was found in the scope.
pub(in crate::billing) async fn all(
    conn: &mut Conn,
    _: &Scope,
    invoice: InvoiceId,
) -> Result<Vec<IssuedLine>> {
    let mut lines = Vec::new();
    loop {
        let after = lines.last().map_or(0, |line: &IssuedLine| line.position);
        let rows = conn
            .all(
                &format!(
                    "SELECT {LINE} FROM invoice_lines l WHERE l.invoice = ?1 AND l.position > ?2 ORDER BY l.position LIMIT ?3"
                ),
                params![invoice, after, PAGE],
            )
            .await?;
        let last = (rows.len() as i64) < PAGE;
        for row in rows {
            lines.push(read(row)?);
        }
        if last {
            return Ok(lines);
        }
    }
}

/// What several organisations have on one invoice: (id, name, amount, lines), by name.
pub(in crate::billing) async fn organisations(
    conn: &mut Conn,
    _: &Scope,
    invoice: InvoiceId,
) -> Result<Vec<(OrganisationId, String, Money, i64)>> {
    conn.all(
        "SELECT charged, charged_name, CAST(SUM(amount) AS BIGINT), COUNT(*) FROM invoice_lines WHERE invoice = ?1
         GROUP BY charged, charged_name, charged_key ORDER BY charged_key, charged",
        params![invoice],
    )
    .await?
    .iter()
    .map(|row| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            Money::dkk(row.get(2)?),
            row.get(3)?,
        ))
    })
    .collect()
}

struct Statement {
    params: Vec<Value>,
    filters: Vec<String>,
}

impl Statement {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("?{}", self.params.len())
    }

    fn of(invoice: InvoiceId, filter: &LineFilter) -> Statement {
        let mut statement = Statement {
            params: vec![invoice.into()],
            filters: vec!["l.invoice = ?1".to_owned()],
        };
        let mut equals = |column: &str, value: Option<Value>| {
            if let Some(value) = value {
                let place = statement.bind(value);
                statement.filters.push(format!("l.{column} = {place}"));
            }
        };
        equals("charged", filter.organisation.map(Value::from));
        equals("person", filter.person.map(Value::from));
        equals("offering", filter.product.map(Value::from));
        equals("category", filter.category.map(Value::from));
        if let Some(number) = &filter.number {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let place = statement.bind(like_contains(&digits));
            statement
                .filters
                .push(format!("l.number LIKE {place} ESCAPE '\\'"));
        }
        if let Some(reference) = &filter.reference {
            // The engines know the capitals of the English alphabet alone; the key by which references sort knows all of them,
            // but has one letter for a double a, which half of it would not find.
            let said = reference.trim();
            let place = statement.bind(like_contains(&said.to_ascii_lowercase()));
            let key = statement.bind(like_contains(&sort_key(said)));
            statement.filters.push(format!(
                "(LOWER(l.reference) LIKE {place} ESCAPE '\\' OR l.reference_key LIKE {key} ESCAPE '\\')"
            ));
        }
        if let Some(amount) = filter.amount_from {
            let place = statement.bind(amount);
            statement.filters.push(format!("l.amount >= {place}"));
        }
        if let Some(amount) = filter.amount_to {
            let place = statement.bind(amount);
            statement.filters.push(format!("l.amount <= {place}"));
        }
        statement.search(filter.q.as_deref().unwrap_or_default());
        statement
    }

    fn search(&mut self, q: &str) {
        let digits: String = q.chars().filter(char::is_ascii_digit).collect();
        let is_number = digits.len() >= FEWEST_DIGITS
            && q.chars()
                .all(|letter| letter.is_ascii_digit() || " +-()./".contains(letter));
        let words: Vec<String> = fold(q)
            .split(' ')
            .filter(|word| !word.is_empty())
            .take(MOST_WORDS)
            .map(|word| {
                let place = self.bind(like_contains(word));
                format!("l.haystack LIKE {place} ESCAPE '\\'")
            })
            .collect();
        if words.is_empty() {
            return;
        }
        let mut found = format!("({})", words.join(" AND "));
        if is_number {
            let place = self.bind(like_contains(&digits));
            found = format!("({found} OR l.number LIKE {place} ESCAPE '\\')");
        }
        self.filters.push(found);
    }
}

/// How many lines a filter leaves and what they come to. Only for an invoice that was found in the scope.
pub(in crate::billing) async fn totals(
    conn: &mut Conn,
    _: &Scope,
    invoice: InvoiceId,
    filter: &LineFilter,
) -> Result<LineTotals> {
    let statement = Statement::of(invoice, filter);
    let row = conn
        .one(
            &format!(
                "SELECT COUNT(*), CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) FROM invoice_lines l WHERE {}",
                statement.filters.join(" AND ")
            ),
            &statement.params,
        )
        .await?;
    Ok(LineTotals {
        lines: row.get(0)?,
        amount: Money::dkk(row.get(1)?),
    })
}

/// A page of an invoice's lines. Only for an invoice that was found in the scope.
pub(in crate::billing) async fn list(
    conn: &mut Conn,
    _: &Scope,
    invoice: InvoiceId,
    query: &LineQuery,
) -> Result<Vec<ListedLine>> {
    let mut statement = Statement::of(invoice, &query.filter);
    let column = column(query);
    let (than, direction) = if query.descends {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    let by_position = query.sort == LineSort::Position;
    if let Some((key, position)) = &query.after {
        let position = statement.bind(*position);
        let after = if by_position {
            format!("l.position {than} {position}")
        } else {
            let key = match key {
                LineKey::Number(number) => statement.bind(*number),
                LineKey::Text(text) => statement.bind(text),
            };
            format!("({column}, l.position) {than} ({key}, {position})")
        };
        statement.filters.push(after);
    }
    let limit = statement.bind(query.limit);
    let order = if by_position {
        format!("l.position {direction}")
    } else {
        format!("{column} {direction}, l.position {direction}")
    };
    let product = match query.language {
        Language::En => "l.product_en",
        Language::Da => "l.product_da",
    };
    // Its own key is read already.
    let key = if by_position {
        String::new()
    } else {
        format!(", {column}")
    };
    conn.all(
        &format!(
            "SELECT l.position, l.charged, l.charged_name, l.person, l.person_name, l.number, l.category, {product}, l.offering,
               l.subscription, l.reference, l.quantity, l.unit, l.price, l.base, l.discount_rate, l.discount_amount, l.amount, l.vat,
               l.first_day, l.last_day, l.used_in{key}
             FROM invoice_lines l WHERE {} ORDER BY {order} LIMIT {limit}",
            statement.filters.join(" AND ")
        ),
        &statement.params,
    )
    .await?
    .into_iter()
    .map(|row| listed(row, query.sort))
    .collect()
}

fn listed(mut row: Row, sort: LineSort) -> Result<ListedLine> {
    let discount = match (row.take::<Option<i64>>(15)?, row.take::<Option<i64>>(16)?) {
        (Some(rate), Some(amount)) => Some(Discount {
            rate,
            amount: Money::dkk(amount),
        }),
        _ => None,
    };
    let position = row.take(0)?;
    let key = match sort {
        LineSort::Position => LineKey::Number(position),
        LineSort::Quantity | LineSort::Price | LineSort::Amount => LineKey::Number(row.take(22)?),
        _ => LineKey::Text(row.take(22)?),
    };
    Ok(ListedLine {
        position,
        organisation: row.take(1)?,
        organisation_name: row.take(2)?,
        person: row.take(3)?,
        person_name: row.take(4)?,
        number: row.take(5)?,
        category: row.take(6)?,
        product: row.take(7)?,
        offering: row.take(8)?,
        subscription: row.take(9)?,
        reference: row.take(10)?,
        quantity: row.take(11)?,
        unit: row.take(12)?,
        price: row.take(13)?,
        base: row.take(14)?,
        discount,
        amount: row.take(17)?,
        vat: row.take(18)?,
        from: row.take(19)?,
        to: row.take(20)?,
        used_in: row.take(21)?,
        key,
    })
}

/// By what the lines are sorted; never null.
fn column(query: &LineQuery) -> &'static str {
    match (query.sort, query.language) {
        (LineSort::Position, _) => "l.position",
        (LineSort::Organisation, _) => "l.charged_key",
        (LineSort::Person, _) => "l.person_key",
        (LineSort::Number, _) => "COALESCE(l.number, '')",
        (LineSort::Category, _) => "l.category",
        (LineSort::Product, Language::En) => "l.product_en",
        (LineSort::Product, Language::Da) => "l.product_da",
        (LineSort::Reference, _) => "l.reference_key",
        (LineSort::Quantity, _) => "l.quantity",
        (LineSort::Price, _) => "l.price",
        (LineSort::Amount, _) => "l.amount",
        (LineSort::From, _) => "COALESCE(l.first_day, '')",
    }
}
