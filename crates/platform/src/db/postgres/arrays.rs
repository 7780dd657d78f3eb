//! The same insert for many rows as one statement, whatever their number: each parameter travels as an array of what it is in
//! row after row. One text to prepare, one message, and as much work for the planner as for a single row.

use super::{Client, failed, read_row};
use crate::{
    Result,
    db::{Row, Value},
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
    let Some(statement) = insert.prepare(client, sql).await? else {
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
    let Some(statement) = insert.prepare(client, sql).await? else {
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

/// `INSERT … VALUES (…)` of one row, and what stands behind it.
#[derive(Debug, PartialEq)]
struct Insert<'a> {
    before: &'a str,
    /// What the one row consists of, without its parentheses.
    values: &'a str,
    after: &'a str,
}

impl<'a> Insert<'a> {
    /// `None` for anything else, and for what cannot be told apart by looking at parentheses: a text in quotes that has signs
    /// in it, a parameter behind the values.
    fn read(sql: &'a str) -> Option<Self> {
        let (before, rest) = sql.split_once("VALUES")?;
        if !before.trim_start().starts_with("INSERT INTO") || before.contains('?') {
            return None;
        }
        let rest = rest.trim().strip_prefix('(')?;
        let mut depth = 1;
        let end = rest.bytes().position(|byte| {
            depth += match byte {
                b'(' => 1,
                b')' => -1,
                _ => 0,
            };
            depth == 0
        })?;
        let (values, after) = (&rest[..end], rest[end + 1..].trim());
        let plain = values
            .split('\'')
            .skip(1)
            .step_by(2)
            .all(|quoted| quoted.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let whole = values.split('\'').count() % 2 == 1;
        (plain && whole && values.contains('?') && !after.contains('?') && !after.starts_with(','))
            .then_some(Insert {
                before,
                values,
                after,
            })
    }

    /// The same from arrays of these types, one a parameter.
    fn from_arrays(&self, types: &[&str]) -> String {
        let arrays: Vec<String> = types
            .iter()
            .zip(1..)
            .map(|(name, place)| format!("?{place}::{name}[]"))
            .collect();
        let names: Vec<String> = (1..=types.len()).map(|place| format!("p{place}")).collect();
        format!(
            "{}SELECT {} FROM UNNEST({}) AS u ({}) {}",
            self.before,
            self.values.replace('?', "u.p"),
            arrays.join(", "),
            names.join(", "),
            self.after
        )
        .trim_end()
        .to_owned()
    }

    /// `None` when a parameter is of a type that has no array here.
    async fn prepare(&self, client: &Client, sql: &str) -> Result<Option<Statement>> {
        let one = client.statement(sql).await?;
        let types: Option<Vec<&str>> = one.params().iter().map(name_of).collect();
        match types {
            Some(types) => client.statement(&self.from_arrays(&types)).await.map(Some),
            None => Ok(None),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn written(sql: &str) -> Option<String> {
        Insert::read(sql).map(|insert| insert.from_arrays(&["bigint", "text"]))
    }

    #[test]
    fn an_insert_of_one_row_becomes_one_of_all() {
        assert_eq!(
            written("INSERT INTO t (a, b, c, d) VALUES (?1, 'x', ?2, ?2)").unwrap(),
            "INSERT INTO t (a, b, c, d) SELECT u.p1, 'x', u.p2, u.p2 FROM UNNEST(?1::bigint[], ?2::text[]) AS u (p1, p2)"
        );
        assert_eq!(
            written("INSERT INTO t (a) VALUES (COALESCE(?1, 0), ?2) ON CONFLICT (a) DO NOTHING RETURNING (a)").unwrap(),
            "INSERT INTO t (a) SELECT COALESCE(u.p1, 0), u.p2 FROM UNNEST(?1::bigint[], ?2::text[]) AS u (p1, p2) \
             ON CONFLICT (a) DO NOTHING RETURNING (a)"
        );
        for other in [
            "UPDATE t SET a = ?1",
            "INSERT INTO t (a) SELECT ?1",
            "INSERT INTO t (a) VALUES (?1), (?2)",
            "INSERT INTO t (a) VALUES ('(?1')",
            "INSERT INTO t (a, b) VALUES (?1, ') ?')",
            "INSERT INTO t (a) VALUES (1)",
            "INSERT INTO t (a) VALUES (?1) ON CONFLICT (a) DO UPDATE SET a = ?2",
        ] {
            assert_eq!(written(other), None, "{other}");
        }
    }
}
