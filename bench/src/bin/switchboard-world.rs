//! Makes the worlds of the demo and the measurements.
//!
//! `switchboard-world demo --config FILE --personas URL-or-FILE`

use bench::{
    demo::{self, Persona},
    network,
};
use domain::billing::Issuer;
use platform::{
    Ids,
    config::Config,
    db::{Db, DbOptions},
    seal::Sealer,
    time::SystemClock,
};
use std::{process::ExitCode, sync::Arc, time::Duration};

#[tokio::main]
async fn main() -> ExitCode {
    // Only one provider can be installed; a second try is harmless.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments).await {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("switchboard-world: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<String, String> {
    match arguments.first().map(String::as_str) {
        Some("demo") => build_demo(arguments).await,
        _ => Err("usage: switchboard-world demo --config FILE --personas URL-or-FILE".to_owned()),
    }
}

fn option(arguments: &[String], name: &str) -> Option<String> {
    let place = arguments.iter().position(|argument| argument == name)?;
    arguments.get(place + 1).cloned()
}

async fn build_demo(arguments: &[String]) -> Result<String, String> {
    let file = option(arguments, "--config").map(std::path::PathBuf::from);
    let config =
        Config::load(file.as_deref(), std::env::vars()).map_err(|error| error.to_string())?;
    let personas = read_personas(
        &option(arguments, "--personas").ok_or("--personas names an address or a file")?,
    )
    .await?;
    let sealer =
        Sealer::from_file(&config.secrets.seal_key_file).map_err(|error| error.to_string())?;
    let db = Db::connect(&DbOptions::new(config.database.url.expose()))
        .await
        .map_err(|error| error.to_string())?;
    db.migrate(domain::migrations())
        .await
        .map_err(|error| error.to_string())?;
    let ids = Ids::new(Arc::new(SystemClock));
    let made = demo::build(&db, &ids, &sealer, &Issuer::of(&config), &personas)
        .await
        .map_err(|error| error.to_string())?;
    let Some(lines) = made else {
        return Ok("The demo world was there already.".to_owned());
    };
    let network = &config.network;
    network::tell(network.base.as_str(), network.token.expose(), &lines).await?;
    Ok("The demo world is there.".to_owned())
}

async fn read_personas(source: &str) -> Result<Vec<Persona>, String> {
    let text = if source.starts_with("http://") || source.starts_with("https://") {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(20))
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        client
            .get(source)
            .send()
            .await
            .map_err(|error| format!("{source}: {error}"))?
            .text()
            .await
            .map_err(|error| format!("{source}: {error}"))?
    } else {
        std::fs::read_to_string(source).map_err(|error| format!("{source}: {error}"))?
    };
    serde_json::from_str(&text).map_err(|error| format!("{source} holds no personas: {error}"))
}
