//! What a table must look like: its columns, the words for what is to be done, days. Pure.

use super::RowProblem;
use crate::{
    TEXTS,
    orders::{self, Action},
};
use jiff::civil::Date;
use platform::{
    csv::{Cell, Writer},
    fold::fold,
    i18n::Language,
    words,
};

/// Rows of one table at most.
pub const MOST_ROWS: usize = 10_000;

words! {
    /// A column that is understood. Its heading is this word or the text `bulk.column.<word>` in either language.
    pub enum Column {
        Action = "action",
        Person = "person",
        /// Which of the person's subscriptions, where they have several: its number, or `telephony` or `mobile`.
        Subscription = "subscription",
        Product = "product",
        Number = "number",
        Sim = "sim",
        Date = "date",
        Reason = "reason",
        Donor = "donor",
        Owner = "owner",
    }
}

/// Which column stands where in a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout(Vec<(Column, usize)>);

impl Layout {
    /// Headings that are not known are passed over: people keep notes in their tables. Columns that must be there and are not
    /// come back.
    pub(super) fn of(headings: &[String]) -> Result<Layout, Vec<Column>> {
        let mut layout = Layout::default();
        for (place, heading) in headings.iter().enumerate() {
            let heading = fold(heading);
            let known = Column::ALL.iter().find(|column| {
                fold(column.as_str()) == heading
                    || [Language::En, Language::Da].iter().any(|language| {
                        fold(&TEXTS.text(*language, &format!("bulk.column.{column}"), &[]))
                            == heading
                    })
            });
            if let Some(column) = known
                && layout.place(*column).is_none()
            {
                layout.0.push((*column, place));
            }
        }
        let missing: Vec<_> = [Column::Action, Column::Person]
            .into_iter()
            .filter(|column| layout.place(*column).is_none())
            .collect();
        if missing.is_empty() {
            Ok(layout)
        } else {
            Err(missing)
        }
    }

    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.0
            .iter()
            .find(|(known, _)| *known == column)
            .map(|(_, place)| *place)
    }

    /// What stands in a column of a row; empty where there is nothing.
    pub(super) fn cell<'a>(&self, cells: &'a [String], column: Column) -> &'a str {
        self.place(column)
            .and_then(|place| cells.get(place))
            .map_or("", String::as_str)
    }
}

/// What can stand in a table of people.
pub(super) fn for_people() -> impl Iterator<Item = Action> {
    Action::ALL
        .iter()
        .copied()
        .filter(|action| orders::rules::is_for_people(*action))
}

/// What is to be done, by its word in the interface or its name in either language.
pub(super) fn action(text: &str) -> Option<Action> {
    let folded = fold(text);
    for_people().find(|action| {
        fold(action.as_str()) == folded
            || [Language::En, Language::Da].iter().any(|language| {
                fold(&TEXTS.text(*language, &format!("action.{action}"), &[])) == folded
            })
    })
}

/// `2026-12-01`, `01-12-2026`, `1.12.2026` or `1/12/2026`.
pub(super) fn day(text: &str) -> Option<Date> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let parts: Vec<&str> = text.split(['-', '.', '/']).map(str::trim).collect();
    let [day, month, year] = parts[..] else {
        return None;
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The column that a pointer into a quote's items speaks of, and the item's place.
pub(super) fn pointed(pointer: &str) -> Option<(usize, Option<Column>)> {
    let mut parts = pointer.strip_prefix("/items/")?.split('/');
    let place = parts.next()?.parse().ok()?;
    let column = match (parts.next(), parts.next()) {
        (Some("person"), _) => Some(Column::Person),
        (Some("offering"), _) => Some(Column::Product),
        (Some("number"), Some("donor")) => Some(Column::Donor),
        (Some("number"), Some("owner")) => Some(Column::Owner),
        (Some("number"), _) => Some(Column::Number),
        (Some("sim"), _) => Some(Column::Sim),
        (Some("subscription"), _) => Some(Column::Subscription),
        (Some("date"), _) => Some(Column::Date),
        (Some("reason"), _) => Some(Column::Reason),
        _ => None,
    };
    Some((place, column))
}

pub(super) fn problem(column: Column, code: &str) -> RowProblem {
    RowProblem {
        column: Some(column),
        code: code.to_owned(),
        values: Vec::new(),
    }
}

/// A table to begin with: the headings in the reader's language and a row for each thing that can be done.
pub fn template(language: Language) -> String {
    let text = |key: String| TEXTS.text(language, &key, &[]);
    let headings: Vec<_> = Column::ALL
        .iter()
        .map(|column| text(format!("bulk.column.{column}")))
        .collect();
    let mut writer = Writer::new(headings.iter().map(String::as_str));
    for action in for_people() {
        let (number, sim, product) = match action {
            Action::ActivateTelephony => ("new", "", "teams-denmark"),
            Action::CreateMobile => ("new", "post", "mobile-m"),
            Action::ChangeMobilePackage => ("", "", "mobile-l"),
            Action::AddAddOn | Action::RemoveAddOn => ("", "", "data-extra"),
            Action::ReplaceSim => ("", "eSim", ""),
            Action::ChangeNumber => ("series", "", ""),
            Action::EndSubscription => ("rest", "", ""),
            _ => ("", "", ""),
        };
        let cell = |column: &Column| match column {
            Column::Action => text(format!("action.{action}")),
            Column::Person => "anna.holm@example.com".to_owned(),
            Column::Number => number.to_owned(),
            Column::Sim => sim.to_owned(),
            Column::Product => product.to_owned(),
            Column::Subscription if action == Action::EndSubscription => "mobile".to_owned(),
            _ => String::new(),
        };
        writer.row(Column::ALL.iter().map(|column| Cell::text(cell(column))));
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::csv;
    use proptest::prelude::*;

    #[test]
    fn headings_are_known_in_both_languages_and_notes_are_passed_over() {
        let headings = |text: &[&str]| {
            text.iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        let layout =
            Layout::of(&headings(&["Notes", "HANDLING", "Person", "dato", "Date"])).unwrap();
        assert_eq!(layout.place(Column::Action), Some(1));
        assert_eq!(layout.place(Column::Date), Some(3));
        assert_eq!(layout.place(Column::Sim), None);
        assert_eq!(
            Layout::of(&headings(&["person"])).unwrap_err(),
            [Column::Action]
        );
    }

    #[test]
    fn the_template_is_understood_in_either_language() {
        for language in [Language::En, Language::Da] {
            let table = csv::read(&template(language), MOST_ROWS).unwrap();
            let layout = Layout::of(&table.headings).unwrap();
            let found: Vec<_> = table
                .records
                .iter()
                .map(|record| action(layout.cell(&record.cells, Column::Action)))
                .collect();
            let all: Vec<_> = for_people().map(Some).collect();
            assert_eq!(found, all);
        }
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let christmas = Date::new(2026, 12, 24).unwrap();
        for text in ["2026-12-24", "24-12-2026", "24.12.2026", "24/12/2026"] {
            assert_eq!(day(text), Some(christmas), "{text}");
        }
        for text in ["", "24-12", "31-02-2026", "soon", "2026-13-01"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_written_makes_the_reader_panic(text in "\\PC{0,40}") {
            day(&text);
            action(&text);
            pointed(&text);
            let _ = Layout::of(&[text]);
        }
    }
}
