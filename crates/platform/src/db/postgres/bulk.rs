//! Many rows at once: COPY, straight into the table as long as every row is new. A key that is there already ends a COPY, so
//! the rows then go into a temporary table first and from there to where they belong, which costs twice as much and is rare.

use super::{super::NewRows, Client, failed};
use crate::{
    Result,
    db::{Row, Value},
};
use tokio_postgres::{
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

pub(super) async fn insert_new(
    client: &Client,
    target: &NewRows,
    rows: &[Vec<Value>],
) -> Result<Vec<bool>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    client.command("SAVEPOINT bulk").await?;
    let new = match copy(client, target.table, target.columns, rows).await {
        Ok(()) => vec![true; rows.len()],
        Err(error) if error.code == "taken" => {
            client.command("ROLLBACK TO SAVEPOINT bulk").await?;
            insert_around(client, target, rows).await?
        }
        Err(error) => return Err(error),
    };
    client.command("RELEASE SAVEPOINT bulk").await?;
    Ok(new)
}

/// By way of a table of this connection's own, whose rows the unique index sorts out.
async fn insert_around(
    client: &Client,
    target: &NewRows,
    rows: &[Vec<Value>],
) -> Result<Vec<bool>> {
    let NewRows {
        table,
        columns,
        key,
    } = target;
    let listed = columns.join(", ");
    client
        .command(&format!(
            "CREATE TEMPORARY TABLE IF NOT EXISTS bulk_{table} ON COMMIT DELETE ROWS AS
               SELECT CAST(0 AS BIGINT) AS bulk_place, {listed} FROM {table} WITH NO DATA;
             TRUNCATE bulk_{table}"
        ))
        .await?;
    let numbered: Vec<Vec<Value>> = (0_i64..)
        .zip(rows)
        .map(|(place, row)| {
            let mut numbered = Vec::with_capacity(row.len() + 1);
            numbered.push(Value::Int(place));
            numbered.extend(row.iter().cloned());
            numbered
        })
        .collect();
    let mut with_place = vec!["bulk_place"];
    with_place.extend(*columns);
    copy(client, &format!("bulk_{table}"), &with_place, &numbered).await?;
    let keys = key.join(", ");
    let same: Vec<String> = key.iter().map(|key| format!("b.{key} = n.{key}")).collect();
    // Not prepared for later: the table that it names may be another one then.
    let found = client
        .0
        .query(
            &format!(
                "WITH n AS (INSERT INTO {table} ({listed}) SELECT {listed} FROM bulk_{table} ORDER BY bulk_place
                            ON CONFLICT ({keys}) DO NOTHING RETURNING {keys})
                 SELECT b.bulk_place FROM bulk_{table} b JOIN n ON {}",
                same.join(" AND ")
            ),
            &[],
        )
        .await
        .map_err(failed)?;
    let mut new = vec![false; rows.len()];
    for row in &found {
        let row: Row = super::read_row(row)?;
        let place: i64 = row.get(0)?;
        if let Some(new) = usize::try_from(place).ok().and_then(|at| new.get_mut(at)) {
            *new = true;
        }
    }
    Ok(new)
}

async fn copy(client: &Client, table: &str, columns: &[&str], rows: &[Vec<Value>]) -> Result<()> {
    let listed = columns.join(", ");
    let shape = client
        .0
        .prepare(&format!("SELECT {listed} FROM {table} LIMIT 0"))
        .await
        .map_err(failed)?;
    let types: Vec<Type> = shape
        .columns()
        .iter()
        .map(|column| column.type_().clone())
        .collect();
    let statement = client
        .0
        .prepare(&format!(
            "COPY {table} ({listed}) FROM STDIN (FORMAT binary)"
        ))
        .await
        .map_err(failed)?;
    let sink = client.0.copy_in(&statement).await.map_err(failed)?;
    let mut writer = Box::pin(BinaryCopyInWriter::new(sink, &types));
    for row in rows {
        let row: Vec<&(dyn ToSql + Sync)> = super::borrowed(row);
        // What the server says of a bad row comes at the end; here only the connection can break.
        writer.as_mut().write(&row).await.map_err(failed)?;
    }
    writer.as_mut().finish().await.map_err(failed)?;
    Ok(())
}
