//! How to reach the mail server.

use platform::config::{self, SecretText, Tls};
use std::{path::PathBuf, time::Duration};

/// How to reach the mail server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name, against which its certificate is checked.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// When TLS begins.
    pub tls: Tls,
    /// Whom we sign in as, where it wants that.
    pub username: Option<String>,
    /// With which password.
    pub password: Option<SecretText>,
    /// The sender of every mail: an address, or a name and an address in angle brackets.
    pub from: String,
    /// The longest time to connect, and to wait for each answer.
    pub timeout: Duration,
    /// A PEM file with one certificate to trust beside the well-known ones.
    pub extra_ca_file: Option<PathBuf>,
}

impl Settings {
    /// As configured; 20 seconds of patience.
    pub fn from_config(mail: &config::Mail) -> Self {
        Settings {
            host: (*mail.host).clone(),
            port: mail.port,
            tls: mail.tls,
            username: mail.username.clone(),
            password: mail.password.clone(),
            from: (*mail.from).clone(),
            timeout: Duration::from_secs(20),
            extra_ca_file: None,
        }
    }
}
