//! What stands in the database, as text, so that before and after can be compared.

use super::App;
use platform::{
    Result,
    db::{EngineName, FromValue, Row, Value, params},
};
use std::collections::BTreeMap;

/// Any value, as text.
struct Shown(String);

impl FromValue for Shown {
    fn from_value(value: &Value) -> Result<Self> {
        Ok(Shown(match value {
            Value::Null => "NULL".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Text(text) => text.clone(),
            Value::Uuid(id) => id.to_string(),
            Value::Bytes(bytes) => format!("{bytes:02x?}"),
        }))
    }
}

/// A row's values with ` | ` between them.
pub fn shown(row: &Row) -> String {
    let mut values = Vec::new();
    while let Ok(Shown(text)) = row.get(values.len()) {
        values.push(text);
    }
    values.join(" | ")
}

/// Every table with its rows, sorted.
pub type Dump = BTreeMap<String, Vec<String>>;

impl App {
    async fn tables(&self) -> Vec<String> {
        let sql = match self.db().engine() {
            EngineName::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            EngineName::Postgres => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'"
            }
        };
        let mut conn = self.db().read().await.expect("a connection");
        let rows = conn.all(sql, params![]).await.expect("the tables");
        rows.iter().map(|row| row.get(0).expect("a name")).collect()
    }

    /// Everything but the tables named, which are about asking and not about what was asked for.
    pub async fn dump(&self, without: &[&str]) -> Dump {
        let mut dump = Dump::new();
        for table in self.tables().await {
            if without.contains(&table.as_str()) {
                continue;
            }
            let mut conn = self.db().read().await.expect("a connection");
            let rows = conn
                .all(&format!("SELECT * FROM {table}"), params![])
                .await
                .expect("the rows");
            let mut rows: Vec<String> = rows.iter().map(shown).collect();
            rows.sort();
            dump.insert(table, rows);
        }
        dump
    }
}

/// What differs between two dumps, one line each.
pub fn differences(before: &Dump, after: &Dump) -> Vec<String> {
    let mut found = Vec::new();
    for (table, rows) in after {
        let old = &before[table];
        for row in rows.iter().filter(|row| !old.contains(row)) {
            found.push(format!("{table} + {row}"));
        }
        for row in old.iter().filter(|row| !rows.contains(row)) {
            found.push(format!("{table} - {row}"));
        }
    }
    found
}
