//! One engine's run: the server and the floor side by side, each on its own copy of the world, asked in turns.

use crate::{
    authority::{Authority, CLIENT_ID},
    load::{self, Connection, Outcome, Request},
    options::Options,
    people,
    process::{Process, free_address},
    report::{Line, Memory, Side},
    store::{Store, open},
    sync::told,
    world,
};
use domain::{
    access::{self, OrganisationId, Permission},
    catalogue,
    directory::PersonId,
    orders::{self, ItemRequest, NumberRequest, QuoteRequest},
};
use platform::{
    Clock, Ids,
    db::{Db, params},
    time::SystemClock,
};
use serde_json::Value;
use std::{path::Path, process::Command, sync::Arc};

/// What the load asks for.
struct Targets {
    large: OrganisationId,
    small: OrganisationId,
    people: Vec<PersonId>,
    /// Somebody each order is for.
    without_telephony: Vec<PersonId>,
}

/// The server or the floor, ready.
pub struct Subject {
    pub process: Process,
    pub quotes: Vec<orders::QuoteId>,
}

/// Asked once before the rounds, so that both know their statements and tokens.
const WARM_UP: usize = 200;

pub async fn measure(
    store: &Store,
    options: &Options,
    authority: &Authority,
    folder: &Path,
) -> Result<(Vec<Line>, Vec<Memory>), String> {
    let server_url = store.make("server", Some(options)).await?;
    let floor_url = store.make("floor", Some(options)).await?;
    let orders = options.orders() * (options.rounds + 1);
    let db = open(&server_url).await?;
    let targets = find(&db, orders).await.map_err(told)?;
    let server_quotes = quote(&db, &targets).await.map_err(told)?;
    db.close();
    let db = open(&floor_url).await?;
    let floor_quotes = quote(&db, &targets).await.map_err(told)?;
    db.close();
    drop(db);
    let server = Subject {
        process: server(&server_url, authority, folder).await?,
        quotes: server_quotes,
    };
    let floor = Subject {
        process: floor(&floor_url, authority, folder).await?,
        quotes: floor_quotes,
    };
    let mut lines = Vec::new();
    for operation in operations(&targets, authority, options)? {
        if options.wants(operation.name) {
            lines.push(compare(&operation, &server, &floor, options).await?);
        }
    }
    let memory = [("server", &server), ("floor", &floor)].map(|(name, subject)| {
        let (now, highest) = subject.process.memory();
        Memory {
            engine: store.name(),
            name,
            now,
            highest,
        }
    });
    drop((server, floor));
    store.remove("server").await?;
    store.remove("floor").await?;
    Ok((lines, memory.into()))
}

async fn find(db: &Db, orders: usize) -> platform::Result<Targets> {
    let system = access::for_system();
    let mut conn = db.read().await?;
    let mut ids = Vec::new();
    for organisation in [world::LARGEST, world::SMALLEST] {
        let number = world::customer_number(organisation);
        let id = access::organisation_by_customer_number(&mut conn, system, &number).await?;
        ids.push(id.ok_or_else(platform::Error::not_found)?);
    }
    let tenant = people::tenant(world::LARGEST);
    // Object ids are in no order, so this is anybody.
    let mut people = Vec::new();
    for row in conn
        .all(
            "SELECT id FROM people WHERE home = ?1 ORDER BY object_id LIMIT 300",
            params![tenant],
        )
        .await?
    {
        people.push(row.get(0)?);
    }
    let mut without_telephony = Vec::new();
    for row in conn
        .all(
            "SELECT p.id FROM people p WHERE p.home = ?1 AND p.state = 'active' AND NOT EXISTS
               (SELECT 1 FROM subscriptions s WHERE s.person = p.id AND s.kind = 'telephony' AND s.state <> 'ended')
             ORDER BY p.object_id LIMIT ?2",
            params![tenant, orders as i64],
        )
        .await?
    {
        without_telephony.push(row.get(0)?);
    }
    Ok(Targets {
        large: ids[0],
        small: ids[1],
        people,
        without_telephony,
    })
}

/// Quotes for the orders to come, by the domain's own verb.
async fn quote(db: &Db, targets: &Targets) -> platform::Result<Vec<orders::QuoteId>> {
    let ids = Ids::new(Arc::new(SystemClock));
    let (tenant, object, name, username) = world::administrator(world::LARGEST);
    let mut conn = db.read().await?;
    let caller = access::caller(&mut conn, tenant, object, &name, &username, None).await?;
    let scope = access::authorise(
        &mut conn,
        &caller,
        targets.large,
        Permission::OrderPeopleItems,
    )
    .await?;
    let offering = catalogue::offering_by_code(&mut conn, SystemClock.now(), "teams-denmark")
        .await?
        .ok_or_else(platform::Error::not_found)?
        .id;
    drop(conn);
    let mut quotes = Vec::with_capacity(targets.without_telephony.len());
    for people in targets.without_telephony.chunks(100) {
        let mut tx = db.begin().await?;
        for person in people {
            let number = NumberRequest::Series { number: None };
            let item = ItemRequest::ActivateTelephony {
                person: *person,
                offering,
                number,
                date: None,
            };
            let request = QuoteRequest::of(vec![item]);
            let policy = orders::Policy::default();
            quotes.push(
                orders::make_quote(&mut tx, &ids, &scope, &policy, request)
                    .await?
                    .id,
            );
        }
        tx.commit().await?;
    }
    Ok(quotes)
}

/// The release build with its defaults, but for the outside that it is not to meet and the worker, whose work is not the
/// request's.
pub async fn server(url: &str, authority: &Authority, folder: &Path) -> Result<Process, String> {
    let program = std::env::current_exe()
        .map_err(|error| error.to_string())?
        .with_file_name("switchboard");
    if !program.exists() {
        return Err(format!(
            "{} is missing: cargo build --release -p server",
            program.display()
        ));
    }
    let key_file = folder.join("seal.key");
    std::fs::write(
        &key_file,
        format!("{}\n", platform::seal::Sealer::make_key_line("1")),
    )
    .map_err(|error| error.to_string())?;
    let address = free_address()?;
    let mut command = Command::new(program);
    command.env_clear();
    for (key, value) in [
        ("SERVER__LISTEN", address.to_string()),
        (
            "SERVER__PUBLIC_URL",
            format!("http://localhost:{}", address.port()),
        ),
        ("SERVER__METRICS_LISTEN", free_address()?.to_string()),
        ("DATABASE__URL", url.to_owned()),
        ("ENTRA__AUTHORITY", authority.base.clone()),
        ("ENTRA__CLIENT_ID", CLIENT_ID.to_owned()),
        ("ENTRA__CLIENT_SECRET", "bench".to_owned()),
        ("NETWORK__BASE", "http://localhost:9/".to_owned()),
        ("NETWORK__TOKEN", "bench-network-token".to_owned()),
        ("NETWORK__CALLBACK_TOKEN", "bench-callback-token".to_owned()),
        ("MAIL__HOST", "localhost".to_owned()),
        ("MAIL__TLS", "none".to_owned()),
        ("MAIL__FROM", "Bench <bench@nordtel.example>".to_owned()),
        ("SECRETS__SEAL_KEY_FILE", key_file.display().to_string()),
        ("SELLER__NAME", "Nordtel A/S".to_owned()),
        ("WORKER__ENABLED", "false".to_owned()),
        // One administrator orders as fast as it goes.
        ("LIMITS__ORDERS_PER_HOUR", "0".to_owned()),
    ] {
        command.env(format!("SWITCHBOARD_{key}"), value);
    }
    Process::start(command, address, &folder.join("server.log")).await
}

pub async fn floor(url: &str, authority: &Authority, folder: &Path) -> Result<Process, String> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe().map_err(|error| error.to_string())?);
    command
        .arg("floor")
        .env_clear()
        .env("FLOOR_LISTEN", address.to_string())
        .env("FLOOR_DATABASE", url)
        .env("FLOOR_AUTHORITY", &authority.base)
        .env("FLOOR_MODULUS", &authority.modulus)
        .env("FLOOR_EXPONENT", &authority.exponent);
    Process::start(command, address, &folder.join("floor.log")).await
}

pub struct Operation {
    pub name: &'static str,
    pub requests: Requests,
    /// The floor does it too.
    pub has_floor: bool,
}

pub enum Requests {
    /// Asked in turn, over and over.
    Reads(Vec<Request>),
    /// One for each quote.
    Orders { path: String, token: String },
}

fn operations(
    targets: &Targets,
    authority: &Authority,
    options: &Options,
) -> Result<Vec<Operation>, String> {
    let token = |organisation| {
        let (tenant, object, name, username) = world::administrator(organisation);
        authority.token(tenant, object, &name, &username)
    };
    let (large, small) = (token(world::LARGEST)?, token(world::SMALLEST)?);
    let path = |organisation: OrganisationId, rest: &str| {
        format!("/api/v1/organisations/{organisation}/{rest}")
    };
    let reads = |name, requests: Vec<Request>| Operation {
        name,
        requests: Requests::Reads(requests),
        has_floor: true,
    };
    let profiles = targets
        .people
        .iter()
        .map(|person| {
            Request::get(
                &path(targets.large, &format!("people/{person}")),
                &large,
                None,
            )
        })
        .collect();
    // First name and the beginning of the last, as somebody types it; letters that need no encoding.
    let searches = (0..options.size.largest.min(200))
        .map(people::names)
        .filter(|(first, last)| first.is_ascii() && last.is_ascii())
        .map(|(first, last)| {
            Request::get(
                &path(targets.large, &format!("people?q={first}+{}", &last[..3])),
                &large,
                None,
            )
        })
        .collect();
    Ok(vec![
        reads(
            "list_people, largest",
            vec![Request::get(&path(targets.large, "people"), &large, None)],
        ),
        reads(
            "list_people, smallest",
            vec![Request::get(&path(targets.small, "people"), &small, None)],
        ),
        reads("get_person", profiles),
        reads("list_people?q=", searches),
        Operation {
            name: "list_people, compressed",
            requests: Requests::Reads(vec![Request::get(
                &path(targets.large, "people"),
                &large,
                Some("gzip, deflate, br, zstd"),
            )]),
            has_floor: false,
        },
        Operation {
            name: "place_order",
            requests: Requests::Orders {
                path: path(targets.large, "orders"),
                token: large,
            },
            has_floor: true,
        },
    ])
}

impl Operation {
    fn expected(&self) -> u16 {
        match self.requests {
            Requests::Reads(_) => 200,
            Requests::Orders { .. } => 202,
        }
    }

    /// Those of one round; the first one, 0, warms up.
    fn round(&self, number: usize, subject: &Subject, options: &Options) -> Vec<Request> {
        match &self.requests {
            Requests::Reads(requests) => {
                let count = if number == 0 {
                    WARM_UP
                } else {
                    options.requests
                };
                requests
                    .iter()
                    .cycle()
                    .skip(number * 37 % requests.len())
                    .take(count)
                    .cloned()
                    .collect()
            }
            Requests::Orders { path, token } => subject
                .quotes
                .iter()
                .skip(number * options.orders())
                .take(options.orders())
                .map(|quote| {
                    Request::post(
                        path,
                        token,
                        &format!("key-{quote}"),
                        &format!("{{\"quote\":\"{quote}\"}}"),
                    )
                })
                .collect(),
        }
    }
}

pub async fn compare(
    operation: &Operation,
    server: &Subject,
    floor: &Subject,
    options: &Options,
) -> Result<Line, String> {
    let name = operation.name;
    let told = |who: &str, error: String| format!("{name}, {who}: {error}");
    let same = if operation.has_floor {
        Some(same_answers(operation, server, floor, options).await?)
    } else {
        None
    };
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    for round in 0..=options.rounds {
        let once = async |subject: &Subject, samples: &mut Samples| {
            let mut requests = operation.round(round, subject, options);
            if round == 0 && matches!(operation.requests, Requests::Orders { .. }) {
                // The first has been placed to compare the answers.
                requests.remove(0);
            }
            let count = requests.len();
            let before = subject.process.cpu();
            let outcome = load::run(
                subject.process.address,
                Arc::new(requests),
                operation.expected(),
            )
            .await?;
            let cpu = subject.process.cpu().since(&before) / count as f64;
            if round > 0 {
                samples.cpu.push(cpu);
                samples.outcome.add(outcome);
            }
            Ok::<_, String>(())
        };
        once(server, &mut ours)
            .await
            .map_err(|error| told("server", error))?;
        if operation.has_floor {
            once(floor, &mut theirs)
                .await
                .map_err(|error| told("floor", error))?;
        }
    }
    Ok(Line {
        operation: name,
        server: ours.side(),
        floor: operation.has_floor.then(|| theirs.side()),
        difference: same.flatten(),
    })
}

#[derive(Default)]
struct Samples {
    cpu: Vec<f64>,
    outcome: Outcome,
}

impl Samples {
    fn side(mut self) -> Side {
        self.cpu.sort_by(f64::total_cmp);
        Side {
            per_second: self.outcome.per_second(),
            p50: self.outcome.percentile(0.5),
            p99: self.outcome.percentile(0.99),
            cpu: self
                .cpu
                .get(self.cpu.len() / 2)
                .copied()
                .unwrap_or_default(),
            bytes: self.outcome.bytes,
        }
    }
}

/// Whether both answer the same; where not, the first place that differs.
async fn same_answers(
    operation: &Operation,
    server: &Subject,
    floor: &Subject,
    options: &Options,
) -> Result<Option<String>, String> {
    let mut answers = Vec::new();
    for subject in [server, floor] {
        let mut connection = Connection::open(subject.process.address).await?;
        let requests = operation.round(0, subject, options);
        let count = if matches!(operation.requests, Requests::Orders { .. }) {
            1
        } else {
            20
        };
        let mut own = Vec::new();
        for request in requests.iter().take(count) {
            let answer = connection.ask(request).await?;
            if answer.status != operation.expected() {
                return Err(format!(
                    "{}: {} {}",
                    operation.name,
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                ));
            }
            let mut json: Value =
                serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
            if matches!(operation.requests, Requests::Orders { .. }) {
                mask(&mut json);
            }
            own.push(json);
        }
        answers.push(Value::Array(own));
    }
    Ok(difference(&answers[0], &answers[1], ""))
}

/// What cannot be the same of two orders: ids that were made and the moment.
fn mask(json: &mut Value) {
    match json {
        Value::Object(members) => members.values_mut().for_each(mask),
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) if uuid::Uuid::parse_str(text).is_ok() => *text = "an id".to_owned(),
        Value::String(text) if platform::Instant::parse(text).is_some() => {
            *text = "an instant".to_owned()
        }
        _ => {}
    }
}

fn difference(one: &Value, other: &Value, place: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.keys().chain(other.keys()).find_map(|key| {
                let get = |of: &serde_json::Map<String, Value>| {
                    of.get(key).cloned().unwrap_or(Value::Null)
                };
                if one.contains_key(key) != other.contains_key(key) {
                    return Some(format!("{place}/{key} is in one alone"));
                }
                difference(&get(one), &get(other), &format!("{place}/{key}"))
            })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .find_map(|(at, (one, other))| difference(one, other, &format!("{place}/{at}"))),
        (one, other) if one == other => None,
        (one, other) => Some(format!("{place}: {} and {}", short(one), short(other))),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}
