//! What `make` runs. One module a command; what several need is in `shell`, `needs`, `web` and `world`.

mod needs;
mod postgres;
mod proof;
mod run;
mod shell;
mod stamp;
mod test;
mod tidy;
mod web;
mod world;

use std::process::ExitCode;

const HELP: &str = "\
Switchboard: what can be done here (each is also `make <name>`; further words go in ARGS=\"…\")

  run          build what changed, and serve the portal with the simulators beside it
  demo         the same with a demo world built anew (what was in ./data is thrown away)
  test         everything that must hold: lints, invariants, tests on both databases, the web client, end to end
               test tidy unit …   only these steps;  test --list   the steps' names
  check        the quick half of it: fmt, tidy, clippy
  tidy         the invariants of ARCHITECTURE.md alone (about a second)
  postgres     a throw-away PostgreSQL for the tests; prints what to set, and goes with Ctrl-C
  proof        the long tests, in shards that can be resumed; proof --list, proof <shard> …, proof --again
  bench        load, scale and floor comparisons (further words go to the bench program), and the client in a browser;
               bench client   the client alone
  fmt          format Rust and TypeScript
  web          build the web client when its inputs changed
  contract     write openapi.json and the web client's types anew from the server's code
  clean-data   throw ./data away";

fn main() -> ExitCode {
    shell::watch_signals();
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let outcome = match command.as_str() {
        "run" => run::run(&rest),
        "demo" => run::clean_data().and_then(|()| run::run(&rest)),
        "test" | "ci" => test::test(&rest),
        "check" => test::test(&["fmt".into(), "tidy".into(), "clippy".into()]),
        "tidy" => tidy::command(),
        "postgres" => postgres::serve(),
        "proof" => proof::proof(&rest),
        "bench" => run::bench(&rest),
        "fmt" => fmt(),
        "web" => web::install_and_build().map(|_| ()),
        "contract" => web::contract(),
        "clean-data" => run::clean_data(),
        "" | "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!(
            "there is no command `{other}`; `make help` lists them"
        )),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            if !message.is_empty() {
                eprintln!("{message}");
            }
            ExitCode::FAILURE
        }
    }
}

fn fmt() -> Result<(), String> {
    shell::must(shell::cargo(["fmt", "--all"]))?;
    web::install()?;
    shell::must(shell::npm(["run", "--silent", "fix"]))
}
