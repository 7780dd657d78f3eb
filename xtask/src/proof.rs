//! `make proof`: the tests that take too long for `make test`, in shards. A shard that has passed on this very code is not
//! run again, so that an interrupted proof goes on where it stopped.

use crate::{
    postgres::Cluster,
    shell,
    stamp::Stamp,
    test::{Tally, count},
};

/// A shard: long tests that are run together, and told by PROOF=1 to take their long form.
struct Shard {
    name: &'static str,
    says: &'static str,
    /// The crate, and the filter on its tests' names.
    package: &'static str,
    filter: &'static str,
    database: &'static str,
}

const SHARDS: &[Shard] = &[
    Shard {
        name: "platform-sqlite",
        says: "jobs, sagas, the writer and the seam under many seeds, on SQLite",
        package: "platform",
        filter: "proof",
        database: "sqlite",
    },
    Shard {
        name: "platform-postgres",
        says: "the same on PostgreSQL",
        package: "platform",
        filter: "proof",
        database: "postgres",
    },
    Shard {
        name: "domain",
        says: "the rules under many random inputs",
        package: "domain",
        filter: "proof",
        database: "sqlite",
    },
    Shard {
        name: "server-sqlite",
        says: "races, faults and crashes through the whole server, on SQLite",
        package: "server",
        filter: "proof",
        database: "sqlite",
    },
    Shard {
        name: "server-postgres",
        says: "the same on PostgreSQL",
        package: "server",
        filter: "proof",
        database: "postgres",
    },
];

pub fn proof(words: &[String]) -> Result<(), String> {
    if words.iter().any(|word| word == "--list") {
        for shard in SHARDS {
            println!("{:<18} {}", shard.name, shard.says);
        }
        return Ok(());
    }
    let again = words.iter().any(|word| word == "--again");
    let names: Vec<&String> = words.iter().filter(|word| *word != "--again").collect();
    if let Some(unknown) = names
        .iter()
        .find(|name| !SHARDS.iter().any(|shard| shard.name == name.as_str()))
    {
        return Err(format!(
            "there is no shard `{unknown}`; `make proof ARGS=--list` lists them"
        ));
    }
    let mut total = Tally::default();
    for shard in SHARDS
        .iter()
        .filter(|shard| names.is_empty() || names.iter().any(|name| name.as_str() == shard.name))
    {
        let stamp = Stamp::of(
            &format!("proof-{}", shard.name),
            shell::root(),
            &["Cargo.lock", "crates"],
        );
        if stamp.is_fresh() && !again {
            println!("{:<18} has passed on this code already", shard.name);
            continue;
        }
        println!("── {}: {}", shard.name, shard.says);
        let start = shell::now();
        let tally = run(shard)?;
        println!(
            "{:<18} {} passed, {} failed, {}\n",
            shard.name,
            tally.passed,
            tally.failed,
            shell::took(start.elapsed())
        );
        if tally.failed == 0 {
            stamp.write();
        }
        total.passed += tally.passed;
        total.failed += tally.failed;
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        Err(String::new())
    } else {
        Ok(())
    }
}

/// Runs the shard's tests one after the other: they measure and race, and would be in each other's way.
fn run(shard: &Shard) -> Result<Tally, String> {
    let cluster = match shard.database {
        "postgres" => Some(Cluster::start()?),
        _ => None,
    };
    let mut test = shell::cargo(["test", "--locked", "--no-fail-fast", "--lib", "--test", "*"]);
    test.args(["-p", shard.package, shard.filter])
        .args(["--", "--test-threads", "1"])
        .env("PROOF", "1")
        .env("CARGO_TERM_COLOR", "never")
        .env("SWITCHBOARD_TEST_DB", shard.database);
    if let Some(cluster) = &cluster {
        test.env("SWITCHBOARD_TEST_POSTGRES", &cluster.url);
    }
    let log = shell::target()
        .join("xtask")
        .join("proof")
        .join(format!("{}.log", shard.name));
    let (status, output) = shell::follow(test, &log)?;
    let mut tally = count::cargo(&output);
    if !status.success() {
        tally.failed = tally.failed.max(1);
    }
    Ok(tally)
}
