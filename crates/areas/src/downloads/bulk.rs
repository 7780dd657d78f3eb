//! What came back of an uploaded table.

use super::TEXTS;
use domain::{
    TEXTS as WORDS,
    access::Scope,
    bulk::{self, BulkId, RowProblem},
};
use platform::{
    Result,
    csv::{Cell, Writer},
    db::Conn,
    i18n::Language,
};

/// The rows with problems, as they were, with the reasons in a column of their own, which is passed over when the table is
/// uploaded again.
pub(super) async fn errors(
    conn: &mut Conn,
    scope: &Scope,
    id: BulkId,
    language: Language,
) -> Result<String> {
    let bulk = bulk::bulk(conn, scope, id).await?;
    let why = TEXTS.text(language, "download.bulkErrors.why", &[]);
    let headings = bulk.headings.iter().map(String::as_str);
    let mut writer = Writer::new(headings.chain([why.as_str()]));
    for row in bulk.rows.iter().filter(|row| !row.problems.is_empty()) {
        let reasons: Vec<_> = row
            .problems
            .iter()
            .map(|problem| reason(problem, language))
            .collect();
        let cells = (0..bulk.headings.len())
            .map(|place| Cell::maybe(row.cells.get(place).map(String::as_str)));
        writer.row(cells.chain([Cell::text(reasons.join(" "))]));
    }
    Ok(writer.finish())
}

fn reason(problem: &RowProblem, language: Language) -> String {
    let values: Vec<_> = problem
        .values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let detail = WORDS.text(language, &format!("problem.{}", problem.code), &values);
    match problem.column {
        Some(column) => {
            let heading = WORDS.text(language, &format!("bulk.column.{column}"), &[]);
            format!("{heading}: {detail}")
        }
        None => detail,
    }
}
