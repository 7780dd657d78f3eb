//! The steps of `make test`, in order.

use super::{Failed, Outcome, Place, Step, Tally, count, e_invoice, e2e};
use crate::{needs, postgres, shell, tidy, web};
use std::process::Command;

pub const ALL: &[Step] = &[
    Step {
        name: "fmt",
        says: "Rust is formatted",
        needs: &[],
        run: |place| check(shell::cargo(["fmt", "--all", "--check"]), place),
    },
    Step {
        name: "tidy",
        says: "the invariants of ARCHITECTURE.md hold",
        needs: &[],
        run: |_| match tidy::command() {
            Ok(()) => Ok(Tally::default()),
            Err(message) => Err(message.into()),
        },
    },
    Step {
        name: "clippy",
        says: "the lints find nothing",
        needs: &[],
        run: |place| {
            needs::to_build()?;
            check(
                cargo(&["clippy", "--workspace", "--all-targets", "--locked"])
                    .with(&["--", "--deny", "warnings"]),
                place,
            )
        },
    },
    Step {
        name: "unit",
        says: "the tests beside the code pass",
        needs: &[],
        run: |place| {
            counted(
                cargo(&["test", "--workspace", "--locked", "--no-fail-fast"])
                    .with(&["--lib", "--bins"])
                    .env_too("SWITCHBOARD_TEST_DB", "sqlite"),
                place,
                count::cargo,
            )
        },
    },
    Step {
        name: "sqlite",
        says: "the integration tests pass on SQLite",
        needs: &[],
        run: |place| {
            counted(
                cargo(&["test", "--workspace", "--locked", "--no-fail-fast"])
                    .with(&["--test", "*"])
                    .env_too("SWITCHBOARD_TEST_DB", "sqlite"),
                place,
                count::cargo,
            )
        },
    },
    Step {
        name: "postgres",
        says: "the tests that use a database pass on PostgreSQL",
        needs: &[],
        run: |place| {
            let cluster = postgres::Cluster::start()?;
            counted(
                cargo(&["test", "--locked", "--no-fail-fast"])
                    .with(&[
                        "-p", "platform", "-p", "domain", "-p", "areas", "-p", "server",
                    ])
                    .with(&["--lib", "--test", "*"])
                    .env_too("SWITCHBOARD_TEST_DB", "postgres")
                    .env_too("SWITCHBOARD_TEST_POSTGRES", &cluster.url),
                place,
                count::cargo,
            )
        },
    },
    Step {
        name: "e-invoice",
        says: "e-invoices keep the official rules of EN 16931 and Peppol",
        needs: &[],
        run: e_invoice::run,
    },
    Step {
        name: "teams",
        says: "the package for Teams holds what Teams accepts",
        needs: &[],
        run: |place| {
            let mut node = shell::command("node");
            node.args(["--test", "teams/package.test.mjs"]);
            check(node, place)
        },
    },
    Step {
        name: "npm",
        says: "the web client's packages are those of the lock file",
        needs: &[],
        run: |_| {
            needs::to_build()?;
            web::install()?;
            Ok(Tally::default())
        },
    },
    Step {
        name: "contract",
        says: "the web client's types are those of openapi.json",
        needs: &["npm"],
        run: |_| {
            web::types_are_fresh()?;
            Ok(Tally::default())
        },
    },
    Step {
        name: "web-lint",
        says: "the web client is formatted and its lints find nothing",
        needs: &["npm"],
        run: |place| check(shell::npm(["run", "--silent", "lint"]), place),
    },
    Step {
        name: "web-unit",
        says: "the web client's own tests pass",
        needs: &["npm"],
        run: |place| {
            counted(
                shell::npm(["run", "--silent", "test"]),
                place,
                count::vitest,
            )
        },
    },
    Step {
        name: "web-build",
        says: "the web client's types fit and it builds",
        needs: &["npm"],
        run: |place| {
            check(shell::npm(["run", "--silent", "build"]), place)?;
            web::note_built();
            Ok(Tally::default())
        },
    },
    Step {
        name: "web-size",
        says: "the web client's files are within their budgets",
        needs: &["web-build"],
        run: |place| check(shell::npm(["run", "--silent", "size"]), place),
    },
    Step {
        name: "e2e",
        says: "people can do their work in Chromium, against the demo",
        needs: &["web-build"],
        run: e2e::run,
    },
];

/// Small things that make a command read in one expression.
trait With {
    fn with(self, arguments: &[&str]) -> Self;
    fn env_too(self, name: &str, value: &str) -> Self;
}

impl With for Command {
    fn with(mut self, arguments: &[&str]) -> Self {
        self.args(arguments);
        self
    }

    fn env_too(mut self, name: &str, value: &str) -> Self {
        self.env(name, value);
        self
    }
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = shell::cargo(arguments);
    if std::env::var_os("CI").is_some() {
        // A clean clone is built once: what makes a second build faster is only work and disk.
        cargo.env("CARGO_INCREMENTAL", "0");
    }
    cargo
}

fn check(command: Command, place: &Place) -> Outcome {
    let (status, _) = shell::follow(command, &place.log)?;
    if status.success() {
        Ok(Tally::default())
    } else {
        Err(format!("{status}; what it said is in {}", place.log.display()).into())
    }
}

pub fn counted(mut command: Command, place: &Place, count: fn(&str) -> Tally) -> Outcome {
    command
        .env("NO_COLOR", "1")
        .env("CARGO_TERM_COLOR", "never");
    let (status, output) = shell::follow(command, &place.log)?;
    let mut tally = count(&output);
    if status.success() && tally.failed == 0 {
        return Ok(tally);
    }
    // It may have failed before it came to a test.
    tally.failed = tally.failed.max(1);
    Err(Failed {
        tally,
        message: format!("{status}; what it said is in {}", place.log.display()),
        excerpt: count::excerpt(&output),
    })
}
