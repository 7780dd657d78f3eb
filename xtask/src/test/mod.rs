//! `make test`: everything that must hold, one step after the other, each timed. A failing step does not keep the later
//! ones from running (unless they build on it), so that one run shows all that is wrong. The last line counts the tests.

pub mod count;
mod e2e;
mod e_invoice;
mod steps;

use crate::shell::{self, took};
use std::{path::PathBuf, time::Duration};

/// What a step counted. A step that only checks (a lint) counts nothing when it passes and one failure when it fails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    /// The names of the tests that failed.
    pub failures: Vec<String>,
    /// The names of those that passed at the second or third try only.
    pub flaky: Vec<String>,
}

/// Why a step did not pass: what it counted, if it came so far, and what to read.
pub struct Failed {
    pub tally: Tally,
    pub message: String,
    /// The lines of its output that tell what went wrong, so that whoever has the summary alone has something to go on.
    pub excerpt: Vec<String>,
}

impl From<String> for Failed {
    fn from(message: String) -> Self {
        Failed {
            tally: Tally {
                failed: 1,
                ..Tally::default()
            },
            message,
            excerpt: Vec::new(),
        }
    }
}

pub type Outcome = Result<Tally, Failed>;

pub struct Step {
    pub name: &'static str,
    /// What passing it says.
    pub says: &'static str,
    /// Steps without which this one cannot run.
    pub needs: &'static [&'static str],
    pub run: fn(&Place) -> Outcome,
}

/// Where a step may write: its log, and a folder of its own that is empty at first.
pub struct Place {
    pub log: PathBuf,
    pub folder: PathBuf,
}

enum Ran {
    Passed(Tally),
    Failed(Failed),
    Skipped(&'static str),
}

pub fn test(words: &[String]) -> Result<(), String> {
    if words.iter().any(|word| word == "--list") {
        for step in steps::ALL {
            println!("{:<12} {}", step.name, step.says);
        }
        return Ok(());
    }
    if let Some(unknown) = words
        .iter()
        .find(|word| !steps::ALL.iter().any(|step| step.name == word.as_str()))
    {
        return Err(format!(
            "there is no step `{unknown}`; `make test ARGS=--list` lists them"
        ));
    }
    let start = shell::now();
    let mut done: Vec<(&Step, Ran, Duration)> = Vec::new();
    for step in steps::ALL
        .iter()
        .filter(|step| words.is_empty() || words.iter().any(|word| word == step.name))
    {
        let begun = shell::now();
        let result = match missing(step, &done) {
            Some(other) => Ran::Skipped(other),
            None => run(step),
        };
        let time = begun.elapsed();
        println!("{}\n", line(step, &result, time));
        done.push((step, result, time));
        if shell::interrupted() {
            return Err("interrupted".into());
        }
    }
    summary(&done, start.elapsed())
}

/// The step on which this one builds, if that one ran and did not pass.
fn missing(step: &Step, done: &[(&Step, Ran, Duration)]) -> Option<&'static str> {
    step.needs.iter().copied().find(|name| {
        done.iter()
            .any(|(other, result, _)| other.name == *name && !matches!(result, Ran::Passed(_)))
    })
}

fn run(step: &Step) -> Ran {
    println!("── {}: {}", step.name, step.says);
    let folder = shell::target().join("xtask").join("test").join(step.name);
    let _ = std::fs::remove_dir_all(&folder);
    let place = Place {
        log: folder.join("output.log"),
        folder,
    };
    if let Err(error) = std::fs::create_dir_all(&place.folder) {
        return Ran::Failed(format!("{}: {error}", place.folder.display()).into());
    }
    match (step.run)(&place) {
        Ok(tally) => Ran::Passed(tally),
        Err(failed) => Ran::Failed(failed),
    }
}

fn line(step: &Step, result: &Ran, time: Duration) -> String {
    let (word, rest) = match result {
        Ran::Passed(tally) => ("passed", counts(tally)),
        Ran::Failed(failed) => ("FAILED", counts(&failed.tally)),
        Ran::Skipped(other) => ("skipped", format!("needs {other}")),
    };
    format!("{:<12} {word:<8} {:>12}  {rest}", step.name, took(time))
}

fn counts(tally: &Tally) -> String {
    let mut words = Vec::new();
    if tally.passed > 0 {
        words.push(format!("{} passed", tally.passed));
    }
    if tally.failed > 0 {
        words.push(format!("{} failed", tally.failed));
    }
    if tally.skipped > 0 {
        words.push(format!("{} skipped", tally.skipped));
    }
    words.join(", ")
}

fn summary(done: &[(&Step, Ran, Duration)], time: Duration) -> Result<(), String> {
    let mut total = Tally::default();
    println!("── summary, {} in all", took(time));
    for (step, result, time) in done {
        println!("{}", line(step, result, *time));
        let tally = match result {
            Ran::Passed(tally) => tally.clone(),
            Ran::Failed(failed) => failed.tally.clone(),
            // What could not run has not passed.
            Ran::Skipped(_) => Tally {
                failed: 1,
                ..Tally::default()
            },
        };
        total.passed += tally.passed;
        total.failed += tally.failed;
        total.skipped += tally.skipped;
    }
    for (step, result, _) in done {
        if let Ran::Passed(Tally { flaky, .. })
        | Ran::Failed(Failed {
            tally: Tally { flaky, .. },
            ..
        }) = result
        {
            for name in flaky {
                println!("\n{} passed at a later try only: {name}", step.name);
            }
        }
        if let Ran::Failed(failed) = result {
            println!("\n{} failed: {}", step.name, failed.message);
            for name in failed.tally.failures.iter().take(40) {
                println!("    {name}");
            }
            for said in &failed.excerpt {
                println!("  | {said}");
            }
        }
    }
    let skipped = if total.skipped > 0 {
        format!(", {} skipped", total.skipped)
    } else {
        String::new()
    };
    println!(
        "\n{} passed, {} failed{skipped}",
        total.passed, total.failed
    );
    if total.failed > 0 {
        Err(String::new())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_is_an_earlier_step() {
        for (position, step) in steps::ALL.iter().enumerate() {
            for need in step.needs {
                assert!(
                    steps::ALL[..position]
                        .iter()
                        .any(|earlier| earlier.name == *need),
                    "{} needs {need}, which does not come before it",
                    step.name
                );
            }
        }
    }

    #[test]
    fn a_failed_step_and_one_that_could_not_run_fail_the_whole() {
        let step = &steps::ALL[0];
        let passed = Tally {
            passed: 3,
            ..Tally::default()
        };
        assert!(
            summary(
                &[(step, Ran::Passed(passed), Duration::ZERO)],
                Duration::ZERO
            )
            .is_ok()
        );
        let failed = Ran::Failed(String::from("because").into());
        assert!(summary(&[(step, failed, Duration::ZERO)], Duration::ZERO).is_err());
        assert!(summary(&[(step, Ran::Skipped("x"), Duration::ZERO)], Duration::ZERO).is_err());
    }
}
