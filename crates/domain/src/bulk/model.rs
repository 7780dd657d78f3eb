//! The words of this room.

use super::Column;
use crate::{
    access::PrincipalId,
    orders::{Action, QuoteId},
};
use platform::{Instant, id};
use serde::{Deserialize, Serialize};

id!(BulkId, "A table that somebody uploaded.");

/// Why a row cannot go. The text for `code` is `problem.<code>` of the domain's texts, with `values`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// `None` where no one column is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Column>,
    pub code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
}

/// A row as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRow {
    /// As a spreadsheet counts: the headings are 1.
    pub row: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Whom it is for: by name where they were found, else as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    pub cells: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<RowProblem>,
}

#[derive(Clone, Debug)]
pub struct Bulk {
    pub id: BulkId,
    pub principal: PrincipalId,
    /// For the rows without problems; `None` when there is none.
    pub quote: Option<QuoteId>,
    /// As they stood in the table.
    pub headings: Vec<String>,
    pub rows: Vec<BulkRow>,
    pub created_at: Instant,
}

impl Bulk {
    pub fn valid(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.problems.is_empty())
            .count()
    }
}
