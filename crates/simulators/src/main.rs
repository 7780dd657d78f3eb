//! `switchboard-simulators`: all simulators of the demonstration in one process.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use simulators::microsoft::world::{SimulatorClock, World};
use simulators::{Options, Simulators, network};

const HELP: &str = "\
switchboard-simulators: stand-ins for Microsoft, the telephone network and the mail server

  --host ADDRESS     address to listen on                 SIMULATORS_HOST        127.0.0.1
  --http PORT        Microsoft, plain                     SIMULATORS_HTTP_PORT   8081
  --https PORT       Microsoft, encrypted                 SIMULATORS_HTTPS_PORT  8443
  --network PORT     network and mailbox                  SIMULATORS_NETWORK_PORT 8082
  --smtp PORT        mail server                          SIMULATORS_SMTP_PORT   1025
  --data DIR         keep ledgers, mails and the CA here  SIMULATORS_DATA        (nothing is kept)
  --world NAME       demo (some 10,000 people) or small   SIMULATORS_WORLD       demo
  --token TOKEN      what callers of the network send     SIMULATORS_NETWORK_TOKEN demo-network-token
  --help             this text

A setting on the command line goes before the environment.
";

/// The settings, each a name without dashes, its variable and its default.
const SETTINGS: [(&str, &str, &str); 8] = [
    ("host", "SIMULATORS_HOST", "127.0.0.1"),
    ("http", "SIMULATORS_HTTP_PORT", "8081"),
    ("https", "SIMULATORS_HTTPS_PORT", "8443"),
    ("network", "SIMULATORS_NETWORK_PORT", "8082"),
    ("smtp", "SIMULATORS_SMTP_PORT", "1025"),
    ("data", "SIMULATORS_DATA", ""),
    ("world", "SIMULATORS_WORLD", "demo"),
    ("token", "SIMULATORS_NETWORK_TOKEN", network::DEMO_TOKEN),
];

#[tokio::main]
async fn main() -> ExitCode {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|a| a == "--help" || a == "-h") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("switchboard-simulators: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<(), String> {
    let options = options(arguments)?;
    let data = options.data.clone();
    let running = Simulators::start(options)
        .await
        .map_err(|error| error.to_string())?;
    // A browser keeps its sign-in by host name, and the portal's addresses say localhost.
    let microsoft = running.microsoft_http.replace("127.0.0.1", "localhost");
    let network = running.network_url.replace("127.0.0.1", "localhost");
    println!("Microsoft    {microsoft}  (page: {microsoft}/_simulator/)");
    println!("             {}", running.microsoft_https);
    println!("Network      {network}  (page: {network}/_simulator/network/)");
    println!("Mailbox      {network}/_simulator/mailbox/");
    println!("Mail server  {}", running.smtp);
    match data {
        Some(data) => println!("CA           {}", data.join("ca.pem").display()),
        None => println!("CA           {microsoft}/_simulator/ca.pem"),
    }
    wait_for_end().await;
    Ok(())
}

/// Waits until the process is asked to end.
async fn wait_for_end() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            // Without the signal the keyboard still ends it.
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut values: Vec<String> = SETTINGS
        .iter()
        .map(|(_, variable, default)| {
            std::env::var(variable).unwrap_or_else(|_| (*default).to_owned())
        })
        .collect();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let name = argument.strip_prefix("--").unwrap_or("");
        let (name, inline) = name
            .split_once('=')
            .map_or((name, None), |(n, v)| (n, Some(v.to_owned())));
        let place = SETTINGS.iter().position(|(setting, ..)| *setting == name);
        let place = place.ok_or_else(|| format!("unknown argument {argument}; see --help"))?;
        let value = inline.or_else(|| rest.next().cloned());
        values[place] = value.ok_or_else(|| format!("{argument} needs a value"))?;
    }
    let value = |name: &str| {
        let place = SETTINGS.iter().position(|(setting, ..)| *setting == name);
        place
            .and_then(|place| values.get(place))
            .map_or("", String::as_str)
    };
    let host: IpAddr = value("host")
        .parse()
        .map_err(|_| format!("{} is no address", value("host")))?;
    let port = |name: &str| -> Result<SocketAddr, String> {
        let port: u16 = value(name)
            .parse()
            .map_err(|_| format!("{} is no port", value(name)))?;
        Ok(SocketAddr::new(host, port))
    };
    let clock = SimulatorClock::new();
    let world = match value("world") {
        "demo" => World::demo(clock),
        "small" => World::small(clock),
        other => return Err(format!("there is no world {other}")),
    };
    Ok(Options {
        microsoft_http: port("http")?,
        microsoft_https: port("https")?,
        network: port("network")?,
        smtp: port("smtp")?,
        data: Some(value("data"))
            .filter(|d| !d.is_empty())
            .map(PathBuf::from),
        network_token: value("token").to_owned(),
        ..Options::with_world(world)
    })
}
