//! Reading, overriding and checking. Every complaint is one line that names the key, says why, and what to do.

use super::{Config, Setting, Tls};
use std::{collections::BTreeMap, path::Path};
use url::Url;

const PREFIX: &str = "SWITCHBOARD_";

/// Everything that is wrong with the configuration, one line each.
#[derive(Debug)]
pub struct ConfigError(pub Vec<String>);

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads `file` if one is given, then the environment, and checks the whole.
    ///
    /// # Errors
    /// All complaints at once.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let mut complaints = Vec::new();
        let text = match file.map(|path| (path, std::fs::read_to_string(path))) {
            None => String::new(),
            Some((_, Ok(text))) => text,
            Some((path, Err(error))) => {
                complaints.push(format!(
                    "{}: cannot be read ({error}): name a file that exists, or none to use the environment alone",
                    path.display()
                ));
                String::new()
            }
        };
        let config = Config::read(&text, environment, &mut complaints);
        if complaints.is_empty() {
            config.check(&mut complaints);
        }
        if complaints.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError(complaints))
        }
    }

    pub(super) fn read(
        text: &str,
        environment: impl IntoIterator<Item = (String, String)>,
        complaints: &mut Vec<String>,
    ) -> Config {
        let mut config = Config::default();
        match text.parse::<toml::Table>() {
            Ok(table) => {
                for (section, keys) in &table {
                    let Some(keys) = keys.as_table() else {
                        complaints.push(format!(
                            "{section}: stands outside a section: put it under one of {}",
                            sections()
                        ));
                        continue;
                    };
                    for (key, value) in keys {
                        config.take(section, key, value, "", complaints);
                    }
                }
            }
            Err(error) => complaints.push(format!(
                "the configuration file is not TOML: {}",
                error.to_string().lines().next().unwrap_or_default()
            )),
        }
        // Sorted, so that the complaints come in the same order every time.
        let ours: BTreeMap<String, String> = environment
            .into_iter()
            .filter(|(name, _)| name.starts_with(PREFIX) && name.contains("__"))
            .collect();
        for (name, value) in ours {
            let path = name[PREFIX.len()..].to_ascii_lowercase();
            if let Some((section, key)) = path.split_once("__") {
                let origin = format!(" (from {name})");
                config.take(section, key, &toml::Value::from(value), &origin, complaints);
            }
        }
        config
    }

    fn take(
        &mut self,
        section: &str,
        key: &str,
        value: &toml::Value,
        origin: &str,
        complaints: &mut Vec<String>,
    ) {
        match self.assign(section, key, value) {
            Some(Ok(())) => {}
            Some(Err(why)) => complaints.push(format!("{section}.{key}: {why}{origin}")),
            None => {
                let known = Config::KEYS.iter().find(|(name, _)| *name == section);
                complaints.push(match known {
                    Some((_, keys)) => format!(
                        "{section}.{key}: there is no such key{origin}: remove it, or use one of {}",
                        keys.join(", ")
                    ),
                    None => format!(
                        "{section}.{key}: there is no section {section}{origin}: remove it, or use one of {}",
                        sections()
                    ),
                });
            }
        }
    }

    /// What one key alone cannot tell.
    fn check(&self, complaints: &mut Vec<String>) {
        let mut complain = |key: &str, why: &str| complaints.push(format!("{key}: {why}"));
        let mut need = |missing: bool, key: &str| {
            if missing {
                let (section, name) = key.split_once('.').unwrap_or((key, ""));
                complain(
                    key,
                    &format!(
                        "is missing: set it in the file, or {PREFIX}{}__{} in the environment",
                        section.to_ascii_uppercase(),
                        name.to_ascii_uppercase()
                    ),
                );
            }
        };
        need(self.entra.client_id.is_missing(), "entra.client_id");
        need(self.network.base.is_missing(), "network.base");
        need(self.network.token.is_missing(), "network.token");
        need(
            self.network.callback_token.is_missing(),
            "network.callback_token",
        );
        need(self.mail.host.is_missing(), "mail.host");
        need(self.mail.from.is_missing(), "mail.from");
        need(
            self.secrets.seal_key_file.is_missing(),
            "secrets.seal_key_file",
        );
        need(self.seller.name.is_missing(), "seller.name");

        let public = &self.server.public_url;
        if public.path() != "/" || public.query().is_some() || public.fragment().is_some() {
            complain(
                "server.public_url",
                "has a path: the portal needs a host of its own, write only scheme and host",
            );
        }
        for (key, url) in [
            ("server.public_url", public),
            ("entra.authority", &self.entra.authority),
            ("graph.base", &self.graph.base),
        ] {
            if !is_private_enough(url) {
                complain(
                    key,
                    "is not https: use https, or http on this very machine (localhost)",
                );
            }
        }
        let database = self.database.url.expose();
        if !["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| database.starts_with(scheme))
        {
            complain(
                "database.url",
                "names no database that is known: write sqlite:<file> or postgres://<user>@<host>/<name>",
            );
        }
        // A step whose outcome is unknown asks again after half a minute; by then no call may be under way.
        range(
            &mut complain,
            "server.outside_timeout_seconds",
            self.server.outside_timeout_seconds,
            1,
            25,
        );
        range(
            &mut complain,
            "database.max_connections",
            self.database.max_connections,
            1,
            500,
        );
        range(
            &mut complain,
            "database.statement_timeout_seconds",
            self.database.statement_timeout_seconds,
            1,
            600,
        );
        range(
            &mut complain,
            "billing.close_day",
            self.billing.close_day,
            0,
            28,
        );
        range(
            &mut complain,
            "billing.payment_days",
            self.billing.payment_days,
            0,
            365,
        );
        range(
            &mut complain,
            "directory.sync_interval_seconds",
            self.directory.sync_interval_seconds,
            10,
            86_400,
        );
        range(
            &mut complain,
            "worker.concurrency",
            self.worker.concurrency,
            1,
            64,
        );

        let entra = &self.entra;
        match (
            &entra.client_secret,
            &entra.certificate_file,
            &entra.key_file,
        ) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => {}
            (None, None, None) => complain(
                "entra.client_secret",
                "is missing, and so is a certificate: set either the secret, or entra.certificate_file and entra.key_file",
            ),
            (Some(_), _, _) => complain(
                "entra.client_secret",
                "stands beside a certificate: keep one of the two",
            ),
            (None, Some(_), None) => complain(
                "entra.key_file",
                "is missing: name the private key of entra.certificate_file",
            ),
            (None, None, Some(_)) => complain(
                "entra.certificate_file",
                "is missing: name the certificate of entra.key_file",
            ),
        }
        for (key, file) in [
            ("entra.certificate_file", entra.certificate_file.as_ref()),
            ("entra.key_file", entra.key_file.as_ref()),
            ("entra.extra_ca_file", entra.extra_ca_file.as_ref()),
            (
                "secrets.seal_key_file",
                Some(&self.secrets.seal_key_file)
                    .filter(|file| !file.is_missing())
                    .map(|file| &**file),
            ),
        ] {
            if let Some(file) = file
                && !file.is_file()
            {
                complain(
                    key,
                    &format!(
                        "names {}, which is no file: correct the path or make the file",
                        file.display()
                    ),
                );
            }
        }
        if self.mail.tls == Tls::None
            && !self.mail.host.is_missing()
            && !is_this_machine(&self.mail.host)
        {
            complain(
                "mail.tls",
                "is \"none\" for a server elsewhere: use \"starttls\" or \"implicit\"",
            );
        }
        if self.mail.username.is_some() != self.mail.password.is_some() {
            complain(
                "mail.username",
                "and mail.password go together: set both or neither",
            );
        }
        if let Some(header) = &self.server.client_ip_header
            && axum::http::HeaderName::try_from(header).is_err()
        {
            complain(
                "server.client_ip_header",
                "is not the name of a header: write for example \"X-Forwarded-For\"",
            );
        }
        if tracing_subscriber::EnvFilter::try_new(&self.log.filter).is_err() {
            complain(
                "log.filter",
                "cannot be understood: write for example \"info\" or \"warn,platform=debug\"",
            );
        }
    }
}

fn range(complain: &mut impl FnMut(&str, &str), key: &str, value: u32, least: u32, most: u32) {
    if !(least..=most).contains(&value) {
        complain(key, &format!("is {value}: choose from {least} to {most}"));
    }
}

fn is_private_enough(url: &Url) -> bool {
    url.scheme() == "https" || url.host_str().is_some_and(is_this_machine)
}

fn is_this_machine(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1")
}

fn sections() -> String {
    let names: Vec<_> = Config::KEYS.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

pub(super) fn write_section(text: &mut String, name: &str, doc: &[&str]) {
    if !text.is_empty() {
        text.push('\n');
    }
    write_doc(text, doc);
    text.push_str(&format!("[{name}]\n"));
}

pub(super) fn write_key<T: Setting>(text: &mut String, name: &str, doc: &[&str], default: &T) {
    write_doc(text, doc);
    match default.show() {
        Some(value) => text.push_str(&format!("{name} = {value}\n")),
        None => text.push_str(&format!("# {name} = {}\n", T::EXAMPLE)),
    }
}

fn write_doc(text: &mut String, doc: &[&str]) {
    for line in doc {
        text.push_str(&format!("#{line}\n"));
    }
}
