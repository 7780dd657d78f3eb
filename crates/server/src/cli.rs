//! The command line.

use crate::{
    Composition, audit, billing, compose, fsck, serving,
    usage::{Folder, Reading},
};
use platform::{
    Clock, Ids,
    config::Config,
    db::{Db, DbOptions},
    seal::Sealer,
    telemetry,
    time::SystemClock,
};
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const HELP: &str = "\
switchboard: the self-service portal of a telecom operator

  switchboard [serve]     serve the portal and carry out orders
  switchboard migrate     bring the database's schema up to date and stop
  switchboard check       check the configuration and stop
  switchboard config      print a configuration file with every key and its default
  switchboard seal-key [ID]  print a new line for the file of sealing keys; ID is 1 without
  switchboard audit       verify the audit log of every organisation
  switchboard audit heads print the head of each organisation's audit log, to be kept elsewhere
  switchboard audit against FILE  verify it, and that it still holds every head in FILE: the output of heads, or the server's log
  switchboard import usage FILE  count the usage records of a file; cut short and begun again it goes on
  switchboard close-period MONTH  close a month (2026-11) and make its invoices; cut short and begun again it goes on
  switchboard fsck [--json]  look whether everything that must be true of the data is true; changes nothing
  switchboard restored    after an older copy was put in place: let the worker ask about every step before it does it
  switchboard backup FILE write a consistent copy of a SQLite database while it is in use

  --config FILE           TOML; each key can also be set as SWITCHBOARD_<SECTION>__<KEY>
";

/// Runs the command; 0 when it worked, 1 with a line on standard error when not.
pub async fn run(arguments: Vec<String>) -> ExitCode {
    match dispatch(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            for line in message.lines() {
                eprintln!("switchboard: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(arguments: Vec<String>) -> Result<(), String> {
    let mut words = Vec::new();
    let mut file = None;
    let mut rest = arguments.into_iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--config" => {
                file = Some(PathBuf::from(
                    rest.next().ok_or("--config wants the name of a file")?,
                ));
            }
            "--help" | "-h" => words.insert(0, "help".to_owned()),
            _ => words.push(argument),
        }
    }
    let load =
        || Config::load(file.as_deref(), std::env::vars()).map_err(|error| error.to_string());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["serve"] => serve(&load()?).await,
        ["migrate"] => migrate(&load()?).await,
        ["check"] => check(&load()?),
        ["audit"] => audit::verify(&open(&load()?).await?, None).await,
        ["audit", "heads"] => audit::heads(&open(&load()?).await?).await,
        ["audit", "against", file] => {
            let kept = audit::read_heads(std::path::Path::new(file))?;
            audit::verify(&open(&load()?).await?, Some(&kept)).await
        }
        ["import", "usage", file] => import_usage(&load()?, file).await,
        ["close-period", month] => close_period(&load()?, month).await,
        ["fsck"] => fsck::run(&open(&load()?).await?, false).await,
        ["fsck", "--json"] => fsck::run(&open(&load()?).await?, true).await,
        ["restored"] => restored(&open(&load()?).await?).await,
        ["backup", target] => backup(&load()?, target).await,
        ["config"] => {
            print!("{}", Config::reference());
            Ok(())
        }
        ["seal-key"] => {
            println!("{}", Sealer::make_key_line("1"));
            Ok(())
        }
        // To rotate: the new line goes first into the file, under a name that no other line has.
        ["seal-key", id] => {
            println!("{}", Sealer::make_key_line(id));
            Ok(())
        }
        ["help"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!(
            "{} is no command; switchboard --help lists them",
            words.join(" ")
        )),
    }
}

fn check(config: &Config) -> Result<(), String> {
    seal_keys(config)?;
    println!("The configuration is good.");
    Ok(())
}

fn seal_keys(config: &Config) -> Result<Sealer, String> {
    Sealer::from_file(&config.secrets.seal_key_file)
        .map_err(|error| format!("secrets.seal_key_file: {error}"))
}

async fn open(config: &Config) -> Result<Db, String> {
    Db::connect(&DbOptions::new(config.database.url.expose()))
        .await
        .map_err(|error| format!("database.url: {}", error.context.unwrap_or_default()))
}

async fn migrate(config: &Config) -> Result<(), String> {
    let done = open(config)
        .await?
        .migrate(domain::migrations())
        .await
        .map_err(|error| format!("database.url: {}", error.context.unwrap_or_default()))?;
    println!("{done} migrations were done; the schema is up to date.");
    Ok(())
}

async fn restored(db: &Db) -> Result<(), String> {
    let told = async {
        let mut tx = db.begin().await?;
        let steps = platform::saga::doubt(&mut tx).await?;
        tx.commit().await?;
        Ok::<_, platform::Error>(steps)
    };
    let steps = told.await.map_err(|error| error.to_string())?;
    println!("{steps} steps are asked about before they are done.");
    Ok(())
}

async fn backup(config: &Config, target: &str) -> Result<(), String> {
    open(config)
        .await?
        .backup_to(std::path::Path::new(target))
        .await
        .map_err(|error| error.to_string())
}

async fn import_usage(config: &Config, file: &str) -> Result<(), String> {
    let db = open(config).await?;
    db.ready(domain::migrations())
        .await
        .map_err(|error| format!("database.url: {}", error.context.unwrap_or_default()))?;
    let reading = reading(config, db, Ids::new(Arc::new(SystemClock)));
    println!("{}", reading.command(std::path::Path::new(file)).await?);
    Ok(())
}

async fn close_period(config: &Config, month: &str) -> Result<(), String> {
    let db = open(config).await?;
    db.ready(domain::migrations())
        .await
        .map_err(|error| format!("database.url: {}", error.context.unwrap_or_default()))?;
    let ids = Ids::new(Arc::new(SystemClock));
    println!("{}", billing::close(config, &db, &ids, month).await?);
    Ok(())
}

fn reading(config: &Config, db: Db, ids: Ids) -> Reading {
    Reading {
        db,
        ids,
        portal: config.server.public_url.clone(),
    }
}

async fn serve(config: &Config) -> Result<(), String> {
    telemetry::start_log(config.log.format, &config.log.filter)
        .map_err(|error| format!("log.filter: {error}"))?;
    let metrics = telemetry::start_metrics().map_err(|error| error.to_string())?;
    seal_keys(config)?;
    let stop = CancellationToken::new();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let service = compose(config, clock, stop.clone()).await?;
    let public = listen("server.listen", config.server.listen).await?;
    let inner = listen("server.metrics_listen", config.server.metrics_listen).await?;
    tracing::info!(address = %config.server.public_url, engine = ?service.db.engine(), "serving");
    let metrics_stop = stop.clone();
    tokio::spawn(async move {
        axum::serve(inner, telemetry::metrics_router(metrics))
            .with_graceful_shutdown(metrics_stop.cancelled_owned())
            .await
    });
    let work = start_work(config, &service, stop.clone()).await?;
    let ended = stop.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping: requests and jobs under way are finished first");
        ended.cancel();
    });
    let router = service.router.clone();
    serving::serve(public, router, serving::HEAD, stop.clone())
        .await
        .map_err(|error| format!("server.listen: {error}"))?;
    if let Some(work) = work {
        tokio::time::timeout(Duration::from_secs(30), work)
            .await
            .ok();
    }
    Ok(())
}

async fn listen(key: &str, address: std::net::SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        format!("{key}: cannot listen on {address}: {error}; is it running already?")
    })
}

/// Starts the worker and what it needs from outside: regular synchronisation, and the network's events.
async fn start_work(
    config: &Config,
    service: &Composition,
    stop: CancellationToken,
) -> Result<Option<tokio::task::JoinHandle<()>>, String> {
    if !config.worker.enabled {
        return Ok(None);
    }
    service
        .start_schedules()
        .await
        .map_err(|error| format!("database.url: {error}"))?;
    let network = service.network.clone();
    let callback = service.network_callback.clone();
    let listening = stop.clone();
    tokio::spawn(async move {
        // Without events orders go on by looking; so this may take its time.
        while !listening.is_cancelled() {
            match network.listen(&callback).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "the network does not tell us of changes yet"),
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(30)) => {}
                () = listening.cancelled() => {}
            }
        }
    });
    if let Some(folder) = &config.usage.folder {
        let reading = reading(config, service.db.clone(), service.ids.clone());
        let settle = Duration::from_secs(config.usage.settle_seconds.into());
        let folder = Folder::new(folder.clone(), settle, reading, Arc::new(SystemClock));
        tokio::spawn(folder.watch(stop.clone()));
    }
    let worker = service.worker.clone();
    let concurrency = config.worker.concurrency as usize;
    Ok(Some(tokio::spawn(worker.run(concurrency, stop))))
}

async fn wait_for_signal() {
    let mut terminate =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(terminate) => terminate,
            Err(error) => {
                tracing::warn!(%error, "cannot listen for SIGTERM");
                return std::future::pending().await;
            }
        };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
