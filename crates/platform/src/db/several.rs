//! Rows of many things at once. How many there are differs from call to call and a statement is prepared once, so the ids
//! are asked for in chunks of a few sizes, filled up with nulls.

use super::{Conn, Row, Value};
use crate::Result;

/// Few sizes, so that few texts are prepared; the largest stays far below what the engines take in parameters.
const CHUNKS: [usize; 3] = [1, 10, 100];

impl Conn {
    /// The rows for all of `ids`, in no order. `fixed` are the parameters before them; `sql` gets the places of the ids, to be
    /// put between the parentheses of an `IN`. The same id twice is answered twice: pass each once.
    pub async fn all_of<T: Into<Value> + Clone>(
        &mut self,
        fixed: &[Value],
        ids: &[T],
        sql: impl Fn(&str) -> String,
    ) -> Result<Vec<Row>> {
        let largest = CHUNKS[CHUNKS.len() - 1];
        let mut rows = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(largest) {
            let size = CHUNKS
                .into_iter()
                .find(|size| *size >= chunk.len())
                .unwrap_or(largest);
            let places: Vec<String> = (fixed.len() + 1..=fixed.len() + size)
                .map(|place| format!("?{place}"))
                .collect();
            let mut params = fixed.to_vec();
            params.extend(chunk.iter().cloned().map(Into::into));
            params.resize(fixed.len() + size, Value::Null);
            rows.extend(self.all(&sql(&places.join(", ")), &params).await?);
        }
        Ok(rows)
    }
}
