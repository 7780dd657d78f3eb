use super::*;

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The least that starts.
fn complete() -> Vec<(String, String)> {
    environment(&[
        (
            "SWITCHBOARD_ENTRA__CLIENT_ID",
            "5b1c0a5e-7e1e-4c0a-9b0a-000000005b01",
        ),
        ("SWITCHBOARD_ENTRA__CLIENT_SECRET", "hush-hush"),
        ("SWITCHBOARD_NETWORK__BASE", "https://network.example/tmf"),
        ("SWITCHBOARD_NETWORK__TOKEN", "hush-network"),
        ("SWITCHBOARD_NETWORK__CALLBACK_TOKEN", "hush-callback"),
        ("SWITCHBOARD_MAIL__HOST", "mail.example"),
        (
            "SWITCHBOARD_MAIL__FROM",
            "Switchboard <no-reply@operator.example>",
        ),
        (
            "SWITCHBOARD_SECRETS__SEAL_KEY_FILE",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ),
        ("SWITCHBOARD_SELLER__NAME", "Nordtel A/S"),
        ("HOME", "/root"),
    ])
}

fn complaints(extra: &[(&str, &str)]) -> Vec<String> {
    let mut all = complete();
    all.extend(environment(extra));
    Config::load(None, all)
        .map(|_| Vec::new())
        .unwrap_or_else(|error| error.0)
}

#[test]
fn the_least_that_starts_has_the_documented_defaults() {
    let config = Config::load(None, complete()).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database.max_connections, 8);
    assert_eq!(
        config.application_id_uri(),
        "api://localhost:8080/5b1c0a5e-7e1e-4c0a-9b0a-000000005b01"
    );
    assert_eq!(
        config.graph_notification_url().unwrap().as_str(),
        "http://localhost:8080/hooks/graph"
    );
    assert_eq!(config.seller.name.as_str(), "Nordtel A/S");
}

#[test]
fn the_environment_overrides_the_file() {
    let file = std::env::temp_dir().join(format!("switchboard-config-{}.toml", std::process::id()));
    std::fs::write(
        &file,
        "[database]\nmax_connections = 3\nstatement_timeout_seconds = 7\n",
    )
    .unwrap();
    let mut all = complete();
    all.extend(environment(&[(
        "SWITCHBOARD_DATABASE__MAX_CONNECTIONS",
        "5",
    )]));
    let config = Config::load(Some(&file), all).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(config.database.max_connections, 5);
    assert_eq!(config.database.statement_timeout_seconds, 7);
}

#[test]
fn each_complaint_names_its_key_says_why_and_what_to_do() {
    assert_eq!(
        complaints(&[("SWITCHBOARD_WORKER__ENABLD", "true")]),
        [
            "worker.enabld: there is no such key (from SWITCHBOARD_WORKER__ENABLD): remove it, or use one of concurrency, enabled"
        ]
    );
    assert_eq!(
        complaints(&[
            ("SWITCHBOARD_SERVER__LISTEN", "8080"),
            ("SWITCHBOARD_WORKER__ENABLED", "yes")
        ]),
        [
            "server.listen: is not an address with a port: write for example \"0.0.0.0:8080\" (from SWITCHBOARD_SERVER__LISTEN)",
            "worker.enabled: is neither true nor false (from SWITCHBOARD_WORKER__ENABLED)",
        ]
    );
    assert_eq!(
        complaints(&[("SWITCHBOARD_SERVER__PUBLIC_URL", "http://portal.example/")]),
        ["server.public_url: is not https: use https, or http on this very machine (localhost)"]
    );
    assert_eq!(
        complaints(&[("SWITCHBOARD_ENTRA__CERTIFICATE_FILE", "/nowhere.pem")])[0],
        "entra.client_secret: stands beside a certificate: keep one of the two"
    );
    assert_eq!(
        complaints(&[("SWITCHBOARD_WORKER__CONCURRENCY", "0")]),
        ["worker.concurrency: is 0: choose from 1 to 64"]
    );
}

#[test]
fn all_that_is_missing_is_told_at_once() {
    let told = Config::load(None, Vec::new()).unwrap_err().to_string();
    assert_eq!(
        told.lines().next().unwrap(),
        "entra.client_id: is missing: set it in the file, or SWITCHBOARD_ENTRA__CLIENT_ID in the environment"
    );
    assert_eq!(told.lines().count(), 9);
}

#[test]
fn an_unknown_section_of_the_file_is_refused() {
    let mut told = Vec::new();
    Config::read(
        "stray = 1\n[servr]\nlisten = \"x\"\n",
        Vec::new(),
        &mut told,
    );
    assert!(
        told[1].starts_with("stray: stands outside a section"),
        "{told:?}"
    );
    assert!(
        told[0].starts_with("servr.listen: there is no section servr"),
        "{told:?}"
    );
}

#[test]
fn no_secret_is_printed_by_a_complaint_or_by_debug() {
    let config = Config::load(None, complete()).unwrap();
    let printed = format!("{config:?}");
    assert!(!printed.contains("hush"), "{printed}");
    let told = complaints(&[("SWITCHBOARD_DATABASE__URL", "mysql://hush@host")]).join("\n");
    assert!(
        told.starts_with("database.url: ") && !told.contains("hush"),
        "{told}"
    );
}

#[test]
fn the_reference_file_is_toml_that_describes_every_key() {
    let text = Config::reference();
    text.parse::<toml::Table>().unwrap();
    for (section, keys) in Config::KEYS {
        assert!(text.contains(&format!("[{section}]")));
        for key in *keys {
            let line = text.lines().position(|line| {
                line.trim_start_matches("# ")
                    .starts_with(&format!("{key} = "))
            });
            let line = line.unwrap_or_else(|| panic!("{key} is not in the reference"));
            assert!(
                text.lines().nth(line - 1).unwrap().starts_with('#'),
                "{key} is not described"
            );
        }
    }
}
