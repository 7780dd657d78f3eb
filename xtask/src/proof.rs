//! `make proof`: the tests that take too long for `make test`, in shards. A shard that has passed on this very code is not
//! run again, so that an interrupted proof goes on where it stopped.

use crate::{
    postgres::Cluster,
    shell,
    stamp::Stamp,
    test::{Tally, count},
};

/// A shard: tests that are run together, and told by PROOF to take their long form.
struct Shard {
    name: &'static str,
    says: &'static str,
    /// The crate, and the filter on its tests' names.
    package: &'static str,
    filter: &'static str,
    database: &'static str,
    /// What the tests are told beside PROOF.
    environment: &'static [(&'static str, &'static str)],
}

const fn server(
    name: &'static str,
    says: &'static str,
    filter: &'static str,
    database: &'static str,
) -> Shard {
    Shard {
        name,
        says,
        package: "server",
        filter,
        database,
        environment: &[],
    }
}

const SHARDS: &[Shard] = &[
    server(
        "crashes-sqlite",
        "the server is killed at every boundary of two items, one that fails, one called off, on SQLite",
        "proof::crashes::a_server",
        "sqlite",
    ),
    server(
        "crashes-postgres",
        "the server is killed at every boundary of two items, one that fails, one called off, on PostgreSQL",
        "proof::crashes::a_server",
        "postgres",
    ),
    server(
        "crashes-telephony-sqlite",
        "every kind of telephony, killed at every boundary: there, back, called off, on SQLite",
        "proof::crashes::kinds::telephony",
        "sqlite",
    ),
    server(
        "crashes-mobile-sqlite",
        "every kind of a new mobile subscription, killed at every boundary: there, back, called off, on SQLite",
        "proof::crashes::kinds::mobile",
        "sqlite",
    ),
    server(
        "crashes-lines-sqlite",
        "every kind of a mobile line, killed at every boundary: there, back, called off, on SQLite",
        "proof::crashes::kinds::lines",
        "sqlite",
    ),
    server(
        "crashes-cards-sqlite",
        "every kind of a SIM card, killed at every boundary: there, back, called off, on SQLite",
        "proof::crashes::kinds::cards",
        "sqlite",
    ),
    server(
        "crashes-groups-sqlite",
        "every kind of call groups and SIM packs, killed at every boundary: there, back, called off, on SQLite",
        "proof::crashes::kinds::groups",
        "sqlite",
    ),
    server(
        "crashes-telephony-postgres",
        "every kind of telephony, killed at every boundary: there, back, called off, on PostgreSQL",
        "proof::crashes::kinds::telephony",
        "postgres",
    ),
    server(
        "crashes-mobile-postgres",
        "every kind of a new mobile subscription, killed at every boundary: there, back, called off, on PostgreSQL",
        "proof::crashes::kinds::mobile",
        "postgres",
    ),
    server(
        "crashes-lines-postgres",
        "every kind of a mobile line, killed at every boundary: there, back, called off, on PostgreSQL",
        "proof::crashes::kinds::lines",
        "postgres",
    ),
    server(
        "crashes-cards-postgres",
        "every kind of a SIM card, killed at every boundary: there, back, called off, on PostgreSQL",
        "proof::crashes::kinds::cards",
        "postgres",
    ),
    server(
        "crashes-groups-postgres",
        "every kind of call groups and SIM packs, killed at every boundary: there, back, called off, on PostgreSQL",
        "proof::crashes::kinds::groups",
        "postgres",
    ),
    server(
        "crashes-billing-sqlite",
        "a month is closed, and whoever closes it is killed in each transaction, on SQLite",
        "proof::crashes::billing",
        "sqlite",
    ),
    server(
        "crashes-billing-postgres",
        "a month is closed, and whoever closes it is killed in each transaction, on PostgreSQL",
        "proof::crashes::billing",
        "postgres",
    ),
    server(
        "crashes-usage-sqlite",
        "usage comes in and the server is killed in each transaction, on SQLite",
        "proof::crashes::usage",
        "sqlite",
    ),
    server(
        "crashes-usage-postgres",
        "usage comes in and the server is killed in each transaction, on PostgreSQL",
        "proof::crashes::usage",
        "postgres",
    ),
    server(
        "crashes-ports-sqlite",
        "a number comes from another operator, the server is killed at every boundary, on SQLite",
        "proof::crashes::ports",
        "sqlite",
    ),
    server(
        "crashes-ports-postgres",
        "a number comes from another operator, the server is killed at every boundary, on PostgreSQL",
        "proof::crashes::ports",
        "postgres",
    ),
    server(
        "crashes-tables-sqlite",
        "a table of orders is read, placed, carried out and called off, the server is killed at every boundary, on SQLite",
        "proof::crashes::tables",
        "sqlite",
    ),
    server(
        "crashes-tables-postgres",
        "a table of orders is read, placed, carried out and called off, the server is killed at every boundary, on PostgreSQL",
        "proof::crashes::tables",
        "postgres",
    ),
    server(
        "crashes-credits-sqlite",
        "an invoice is credited, and the server is killed in each thing that this writes, on SQLite",
        "proof::crashes::credits",
        "sqlite",
    ),
    server(
        "crashes-credits-postgres",
        "an invoice is credited, and the server is killed in each thing that this writes, on PostgreSQL",
        "proof::crashes::credits",
        "postgres",
    ),
    server(
        "crashes-mails-sqlite",
        "a mail is handed over, and the server is killed before, during and after, on SQLite",
        "proof::crashes::mails",
        "sqlite",
    ),
    server(
        "crashes-mails-postgres",
        "a mail is handed over, and the server is killed before, during and after, on PostgreSQL",
        "proof::crashes::mails",
        "postgres",
    ),
    server(
        "faults-sqlite",
        "every call outside goes wrong in every way, once and always, on SQLite",
        "proof::faults",
        "sqlite",
    ),
    server(
        "faults-postgres",
        "every call outside goes wrong in every way, once and always, on PostgreSQL",
        "proof::faults",
        "postgres",
    ),
    server(
        "faults-kinds-sqlite",
        "every call of every kind of order goes wrong, once and from then on, on SQLite",
        "proof::kind_faults",
        "sqlite",
    ),
    server(
        "faults-kinds-postgres",
        "every call of every kind of order goes wrong, once and from then on, on PostgreSQL",
        "proof::kind_faults",
        "postgres",
    ),
    server(
        "races-sqlite",
        "a thousand races of eight for one number, two hundred at once for the last of anything, on SQLite",
        "proof::races",
        "sqlite",
    ),
    server(
        "races-postgres",
        "a thousand races of eight for one number, two hundred at once for the last of anything, on PostgreSQL",
        "proof::races",
        "postgres",
    ),
    server(
        "nodes",
        "two servers on one database, one of them killed or put to sleep",
        "proof::nodes",
        "postgres",
    ),
    Shard {
        name: "rules",
        says: "the rules under many random inputs",
        package: "domain",
        filter: "rules::",
        database: "sqlite",
        environment: &[("PROPTEST_CASES", "20000")],
    },
];

pub fn proof(words: &[String]) -> Result<(), String> {
    if words.iter().any(|word| word == "--list") {
        for shard in SHARDS {
            println!("{:<26} {}", shard.name, shard.says);
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
            println!("{:<26} has passed on this code already", shard.name);
            continue;
        }
        println!("── {}: {}", shard.name, shard.says);
        let start = shell::now();
        let tally = run(shard)?;
        println!(
            "{:<26} {} passed, {} failed, {}\n",
            shard.name,
            tally.passed,
            tally.failed,
            shell::took(start.elapsed())
        );
        if tally.passed == 0 && tally.failed == 0 {
            return Err(format!(
                "the shard `{}` has no tests: `{}` matches none in {}",
                shard.name, shard.filter, shard.package
            ));
        }
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
        .args(["--", "--test-threads", "1", "--nocapture"])
        .env("PROOF", "1")
        .envs(shard.environment.iter().copied())
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
