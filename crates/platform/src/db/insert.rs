//! An insert of one row as an insert of many.

/// `INSERT … VALUES (…)` of one row, and what stands behind it.
#[derive(Debug, PartialEq)]
pub(super) struct Insert<'a> {
    before: &'a str,
    /// What the one row consists of, without its parentheses.
    values: &'a str,
    pub after: &'a str,
}

impl<'a> Insert<'a> {
    /// `None` for anything else, and for what cannot be told apart by looking at parentheses: a text in quotes that has signs
    /// in it, a parameter behind the values.
    pub fn read(sql: &'a str) -> Option<Self> {
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
    pub fn of_arrays(&self, types: &[&str]) -> String {
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

    /// The same for so many rows, one after another, each with parameters up to `width`.
    pub fn of_rows(&self, rows: usize, width: usize) -> String {
        let pieces: Vec<&str> = self.values.split('?').collect();
        let row = |row: usize| {
            let mut text = format!("({}", pieces[0]);
            for piece in &pieces[1..] {
                let digits = piece.len()
                    - piece
                        .trim_start_matches(|letter: char| letter.is_ascii_digit())
                        .len();
                let (number, after) = piece.split_at(digits);
                let place = row * width + number.parse::<usize>().unwrap_or_default();
                text.push_str(&format!("?{place}{after}"));
            }
            text + ")"
        };
        let rows: Vec<String> = (0..rows).map(row).collect();
        format!("{}VALUES {} {}", self.before, rows.join(", "), self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(sql: &str) -> Option<String> {
        Insert::read(sql).map(|insert| insert.of_arrays(&["bigint", "text"]))
    }

    #[test]
    fn an_insert_of_one_row_becomes_one_of_many() {
        assert_eq!(
            written("INSERT INTO t (a, b, c, d) VALUES (?1, 'x', ?2, ?2)").unwrap(),
            "INSERT INTO t (a, b, c, d) SELECT u.p1, 'x', u.p2, u.p2 FROM UNNEST(?1::bigint[], ?2::text[]) AS u (p1, p2)"
        );
        assert_eq!(
            written("INSERT INTO t (a) VALUES (COALESCE(?1, 0), ?2) ON CONFLICT (a) DO NOTHING RETURNING (a)").unwrap(),
            "INSERT INTO t (a) SELECT COALESCE(u.p1, 0), u.p2 FROM UNNEST(?1::bigint[], ?2::text[]) AS u (p1, p2) \
             ON CONFLICT (a) DO NOTHING RETURNING (a)"
        );
        let insert = Insert::read("INSERT INTO t (a, b, c) VALUES (?1, 'x', ?2) RETURNING a");
        assert_eq!(
            insert.unwrap().of_rows(2, 2),
            "INSERT INTO t (a, b, c) VALUES (?1, 'x', ?2), (?3, 'x', ?4) RETURNING a"
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
