//! Reads how many tests ran out of what the test runners print.

use super::Tally;

/// `test result: ok. 12 passed; 0 failed; 1 ignored; …`, once per binary, and `test a::b ... FAILED`.
pub fn cargo(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        let line = plain(line);
        if let Some((_, counts)) = line.split_once("test result: ") {
            tally.passed += before(counts, " passed");
            tally.failed += before(counts, " failed");
            tally.skipped += before(counts, " ignored");
        } else if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|line| line.strip_suffix(" ... FAILED"))
        {
            tally.failures.push(name.to_owned());
        }
    }
    tally
}

/// `7 passed, 1 failed`, alone on a line.
pub fn rules(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        let line = plain(line);
        if let Some((passed, failed)) = line.trim().split_once(", ") {
            tally.passed += before(passed, " passed");
            tally.failed += before(failed, " failed");
        }
    }
    tally
}

/// `      Tests  1 failed | 11 passed | 2 skipped (14)`, and ` FAIL  src/a.test.ts > name`.
pub fn vitest(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        let line = plain(line);
        let line = line.trim();
        if let Some(counts) = line.strip_prefix("Tests ") {
            tally.passed += before(counts, " passed");
            tally.failed += before(counts, " failed");
            tally.skipped += before(counts, " skipped");
        } else if let Some(name) = line.strip_prefix("FAIL ") {
            tally.failures.push(name.trim().to_owned());
        }
    }
    tally
}

/// `  12 passed (3.2s)`, `  1 failed`, `  1 flaky`, `  2 skipped`, each alone on a line; a flaky test passed at last.
pub fn playwright(output: &str) -> Tally {
    let mut tally = Tally::default();
    #[derive(PartialEq)]
    enum Listing {
        Nothing,
        Failed,
        Flaky,
    }
    let mut listing = Listing::Nothing;
    for line in output.lines() {
        let line = plain(line);
        let line = line.trim();
        let mut words = line.split_whitespace();
        let count = words.next().and_then(|word| word.parse::<usize>().ok());
        match (count, words.next(), words.next()) {
            (Some(count), Some("passed"), time)
                if time.is_none_or(|time| time.starts_with('(')) =>
            {
                tally.passed += count;
                listing = Listing::Nothing;
            }
            (Some(count), Some("failed"), None) => {
                tally.failed += count;
                listing = Listing::Failed;
            }
            (Some(count), Some("flaky"), None) => {
                tally.passed += count;
                listing = Listing::Flaky;
            }
            (Some(count), Some("skipped"), None) => {
                tally.skipped += count;
                listing = Listing::Nothing;
            }
            // "did not run" follows when the run was stopped.
            (Some(count), Some("did"), Some("not")) => tally.failed += count,
            (None, Some(_), _) if line.contains(" › ") => match listing {
                Listing::Failed => tally.failures.push(line.to_owned()),
                Listing::Flaky => tally.flaky.push(line.to_owned()),
                Listing::Nothing => {}
            },
            _ => {}
        }
    }
    tally
}

/// What the runners print beneath the name of a test that failed: the first lines of the first few.
pub fn excerpt(output: &str) -> Vec<String> {
    const TESTS: usize = 3;
    const LINES: usize = 24;
    let mut excerpt = Vec::new();
    let (mut tests, mut left) = (0, 0);
    for line in output.lines().map(plain) {
        // `---- a::b stdout ----`, ` FAIL  src/a.test.ts > name`, `  1) list.spec.ts:3:1 › lists people ──`, `error: …`
        let begins = (line.starts_with("---- ") && line.ends_with(" stdout ----"))
            || line.starts_with(" FAIL ")
            || line.starts_with("error")
            || line
                .trim_start()
                .split_once(") ")
                .is_some_and(|(number, rest)| {
                    number.parse::<usize>().is_ok() && rest.contains(" › ")
                });
        if begins {
            tests += 1;
            left = if tests <= TESTS { LINES } else { 0 };
        }
        if left > 0 && !line.trim().is_empty() {
            left -= 1;
            excerpt.push(line);
        }
    }
    excerpt
}

/// The number right before `word`, or zero.
fn before(text: &str, word: &str) -> usize {
    text.find(word)
        .and_then(|at| {
            text[..at]
                .rsplit(|character: char| !character.is_ascii_digit())
                .next()
        })
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

/// Without the colours of a terminal.
fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for inside in characters.by_ref() {
                if inside.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_summed_over_its_binaries() {
        let tally = cargo(
            "running 2 tests\ntest a::b ... ok\ntest a::c ... FAILED\n\n\
             test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
             test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!((tally.passed, tally.failed, tally.skipped), (13, 1, 3));
        assert_eq!(tally.failures, ["a::c"]);
    }

    #[test]
    fn vitest_is_read_through_its_colours() {
        let tally = vitest(
            "\u{1b}[2m Test Files \u{1b}[22m 3 passed (3)\n \u{1b}[2m     Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | \u{1b}[32m11 passed\u{1b}[39m (12)\n",
        );
        assert_eq!((tally.passed, tally.failed), (11, 1));
    }

    #[test]
    fn playwright_is_read_line_by_line() {
        let tally = playwright(
            "  1 failed\n    [chromium] › users/list.spec.ts:3:1 › lists people ────\n  1 flaky\n    [chromium] › users/row.spec.ts:9:1 › opens a row ────\n  2 skipped\n  14 passed (33.1s)\n",
        );
        assert_eq!((tally.passed, tally.failed, tally.skipped), (15, 1, 2));
        assert_eq!(tally.failures.len(), 1);
        assert!(tally.flaky.len() == 1 && tally.flaky[0].contains("opens a row"));
        assert_eq!(playwright("  12 passed over the bridge").passed, 0);
    }

    #[test]
    fn an_excerpt_begins_where_a_test_failed() {
        let said = excerpt(
            "  ✓  1 a.spec.ts:1:1 › works (1s)\n\n  1) a.spec.ts:9:1 › breaks ───\n\n    Error: expected 1, not 2\n",
        );
        assert_eq!(
            said,
            [
                "  1) a.spec.ts:9:1 › breaks ───",
                "    Error: expected 1, not 2"
            ]
        );
        assert_eq!(excerpt("test a ... ok\n"), Vec::<String>::new());
    }
}
