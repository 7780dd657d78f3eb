//! The same insert for many rows as one statement, whatever their number: each parameter travels as an array of what it is in
//! row after row. One text to prepare, one message, and as much work for the planner as for a single row.

use super::{Client, failed, read_row};
use crate::{
    Result,
    db::{Row, Value, insert::Insert},
};
use std::collections::HashMap;
use tokio_postgres::{
    Statement,
    types::{ToSql, Type},
};

/// Rows of one statement: the answer to it and its parameters are in memory at once.
const AT_ONCE: usize = 2_000;

/// What is left to do one by one when an insert cannot be written with arrays.
pub(super) enum Sent<T> {
    All(T),
    NotMeant,
}

/// Runs a plain insert, one with nothing behind its values, for all of `rows`.
pub(super) async fn execute(client: &Client, sql: &str, rows: &[Vec<Value>]) -> Result<Sent<u64>> {
    let Some(insert) = Insert::read(sql).filter(|insert| insert.after.is_empty()) else {
        return Ok(Sent::NotMeant);
    };
    let Some(statement) = prepare(&insert, client, sql).await? else {
        return Ok(Sent::NotMeant);
    };
    let mut count = 0;
    for some in rows.chunks(AT_ONCE) {
        let columns = columns(&statement, some);
        let params = borrowed(&columns);
        let sent = async { client.0.execute(&statement, &params).await.map_err(failed) };
        count += with_kept_plans(client, sent).await?;
    }
    Ok(Sent::All(count))
}

/// Runs an insert that answers something for all of `rows`.
pub(super) async fn all(client: &Client, sql: &str, rows: &[Vec<Value>]) -> Result<Sent<Vec<Row>>> {
    let Some(insert) = Insert::read(sql) else {
        return Ok(Sent::NotMeant);
    };
    let Some(statement) = prepare(&insert, client, sql).await? else {
        return Ok(Sent::NotMeant);
    };
    let mut found = Vec::with_capacity(rows.len());
    for some in rows.chunks(AT_ONCE) {
        let columns = columns(&statement, some);
        let params = borrowed(&columns);
        let sent = async { client.0.query(&statement, &params).await.map_err(failed) };
        for row in &with_kept_plans(client, sent).await? {
            found.push(read_row(row)?);
        }
    }
    Ok(Sent::All(found))
}

/// The engine checks a foreign key by a query for each row, and a session that wants each query planned anew has that one
/// planned anew for each row too, which costs several times the check. So plans are kept while `work` runs. All three go out
/// together; after an error the transaction or its savepoint ends, and with it what was set.
async fn with_kept_plans<T>(client: &Client, work: impl Future<Output = Result<T>>) -> Result<T> {
    let (set, done, back) = futures::join!(
        client.command("SET LOCAL plan_cache_mode = auto"),
        work,
        client.command("SET LOCAL plan_cache_mode = force_custom_plan"),
    );
    set?;
    let done = done?;
    back?;
    Ok(done)
}

/// What each parameter is in row after row.
fn columns<'v>(statement: &Statement, rows: &'v [Vec<Value>]) -> Vec<Vec<&'v Value>> {
    (0..statement.params().len())
        .map(|place| {
            rows.iter()
                .map(|row| row.get(place).unwrap_or(&Value::Null))
                .collect()
        })
        .collect()
}

fn borrowed<'c>(columns: &'c [Vec<&Value>]) -> Vec<&'c (dyn ToSql + Sync)> {
    columns
        .iter()
        .map(|column| column as &(dyn ToSql + Sync))
        .collect()
}

/// The insert over arrays; `None` when a parameter is of a type that has no array here.
async fn prepare(insert: &Insert<'_>, client: &Client, sql: &str) -> Result<Option<Statement>> {
    let one = client.statement(sql).await?;
    let types: Option<Vec<&str>> = one.params().iter().map(name_of).collect();
    match types {
        Some(types) => client.statement(&insert.of_arrays(&types)).await.map(Some),
        None => Ok(None),
    }
}

fn name_of(ty: &Type) -> Option<&'static str> {
    let names = HashMap::from([
        (Type::INT8, "bigint"),
        (Type::INT4, "integer"),
        (Type::TEXT, "text"),
        (Type::UUID, "uuid"),
        (Type::BOOL, "boolean"),
        (Type::BYTEA, "bytea"),
    ]);
    names.get(ty).copied()
}
