//! E.164.

use super::{Run, RunState};
use platform::{Error, Result};

/// Normalises what somebody typed or a file holds to E.164 with `+`. Eight digits are a Danish number; anything else needs
/// its country code (`+` or `00`). Only ASCII digits count: look-alikes of other scripts are refused.
pub fn e164(text: &str) -> Result<String> {
    let refused = || {
        Error::rule(
            "notANumber",
            "This is not a telephone number. Write it with its country code, for example +45 70 10 12 34.",
        )
    };
    let mut digits = String::with_capacity(16);
    let mut international = false;
    for (index, letter) in text.trim().chars().enumerate() {
        match letter {
            '+' if index == 0 => international = true,
            '0'..='9' => digits.push(letter),
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' => {}
            _ => return Err(refused()),
        }
    }
    if !international && let Some(rest) = digits.strip_prefix("00") {
        digits = rest.to_owned();
        international = true;
    }
    if !international {
        if digits.len() != 8 || digits.starts_with(['0', '1']) {
            return Err(refused());
        }
        return Ok(format!("+45{digits}"));
    }
    let number = format!("+{digits}");
    if let Some(national) = digits.strip_prefix("45") {
        return if national.len() == 8 && !national.starts_with(['0', '1']) {
            Ok(number)
        } else {
            Err(refused())
        };
    }
    if digits.len() > 15 {
        return Err(refused());
    }
    let parsed = phonenumber::parse(None, &number).map_err(|_| refused())?;
    if phonenumber::is_valid(&parsed) {
        Ok(number)
    } else {
        Err(refused())
    }
}

/// As people write it: `+45 70 10 12 34`; numbers of other countries with a space after the country code.
pub fn display(number: &str) -> String {
    match number.strip_prefix("+45") {
        Some(national) if national.len() == 8 => {
            format!(
                "+45 {} {} {} {}",
                &national[..2],
                &national[2..4],
                &national[4..6],
                &national[6..]
            )
        }
        _ => phonenumber::parse(None, number).map_or_else(
            |_| number.to_owned(),
            |parsed| {
                parsed
                    .format()
                    .mode(phonenumber::Mode::International)
                    .to_string()
            },
        ),
    }
}

/// Every number from `first` to `last`, both included. At most 10,000, all of one length.
pub fn block(first: &str, last: &str) -> Result<Vec<String>> {
    let (first, last) = (e164(first)?, e164(last)?);
    let value = |number: &str| number[1..].parse::<u64>().unwrap_or(0);
    let (from, to) = (value(&first), value(&last));
    if first.len() != last.len() || from > to || to - from >= 10_000 {
        return Err(Error::rule(
            "notASeries",
            "A series runs from a lower to a higher number of the same length and has at most 10,000 numbers.",
        ));
    }
    Ok((from..=to).map(|number| format!("+{number}")).collect())
}

/// Puts consecutive numbers that stand alike together. The numbers come in order; a gap in them ends a run.
pub fn runs(numbers: impl IntoIterator<Item = (String, RunState)>) -> Vec<Run> {
    let value = |number: &str| {
        number
            .get(1..)
            .and_then(|digits| digits.parse::<u64>().ok())
            .unwrap_or(0)
    };
    let mut runs: Vec<Run> = Vec::new();
    let mut next = 0;
    for (number, state) in numbers {
        let at = value(&number);
        match runs.last_mut() {
            Some(run) if run.state == state && at == next => {
                run.last = number;
                run.count += 1;
            }
            _ => runs.push(Run {
                first: number.clone(),
                last: number,
                state,
                count: 1,
            }),
        }
        next = at + 1;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_number_however_it_is_written() {
        for text in [
            "70101234",
            "+45 70 10 12 34",
            "0045 70101234",
            " 70-10-12-34 ",
            "+4570101234",
        ] {
            assert_eq!(e164(text).unwrap(), "+4570101234", "{text}");
        }
        assert_eq!(e164("+46 8 508 280 00").unwrap(), "+46850828000");
        assert_eq!(display("+4570101234"), "+45 70 10 12 34");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "112",
            "7010123",
            "701012345",
            "+45 7010 123",
            "٧٠١٠١٢٣٤",
            "70x01234",
            "+",
            "7+0101234",
            "+4500101234",
            "+999123456789",
            &format!("+{}", "1".repeat(1_000_000)),
        ] {
            assert_eq!(e164(text).unwrap_err().code, "notANumber", "{text}");
        }
    }

    #[test]
    fn a_series_holds_both_its_ends() {
        assert_eq!(
            block("+4570100098", "70100101").unwrap(),
            ["+4570100098", "+4570100099", "+4570100100", "+4570100101"]
        );
        assert!(block("+4570100101", "+4570100100").is_err());
        assert!(block("+4570100000", "+4570110000").is_err());
    }

    #[test]
    fn a_run_ends_where_the_state_changes_or_a_number_is_missing() {
        let number = |at: u32, state| (format!("+45{at}"), state);
        let told = runs([
            number(70_100_000, RunState::Free),
            number(70_100_001, RunState::Free),
            number(70_100_002, RunState::Used),
            number(70_100_004, RunState::Used),
        ]);
        let told: Vec<_> = told
            .iter()
            .map(|run| (run.first.as_str(), run.last.as_str(), run.count))
            .collect();
        assert_eq!(
            told,
            [
                ("+4570100000", "+4570100001", 2),
                ("+4570100002", "+4570100002", 1),
                ("+4570100004", "+4570100004", 1),
            ]
        );
    }

    proptest! {
        #[test]
        fn runs_hold_every_number_once(states in prop::collection::vec(prop::sample::select(RunState::ALL), 0..60)) {
            let numbers = states.iter().enumerate().map(|(at, state)| (format!("+45{}", 70_100_000 + at), *state));
            let told = runs(numbers);
            prop_assert_eq!(told.iter().map(|run| run.count).sum::<i64>(), states.len() as i64);
            prop_assert!(told.windows(2).all(|pair| pair[0].state != pair[1].state));
        }

        #[test]
        fn a_normalised_number_stays_as_it_is(national in 20_000_000_u32..99_999_999) {
            let number = e164(&national.to_string()).unwrap();
            prop_assert_eq!(e164(&number).unwrap(), number.clone());
            prop_assert_eq!(e164(&display(&number)).unwrap(), number);
        }

        #[test]
        fn any_text_is_refused_or_becomes_e164(text in "\\PC{0,30}") {
            if let Ok(number) = e164(&text) {
                prop_assert!(number.len() <= 16 && number[1..].bytes().all(|b| b.is_ascii_digit()));
            }
        }
    }
}
