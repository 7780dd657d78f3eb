//! The configuration: an optional TOML file, overridden by `SWITCHBOARD_<SECTION>__<KEY>` in the environment, checked as a
//! whole before anything starts. Each key is described where its default stands; `Config::reference` prints the same as a
//! file to begin from. A key that is not known is refused, so that a misspelt one is not silently without effect.

mod load;
mod setting;

pub use load::ConfigError;
pub use setting::{LogFormat, Required, SecretText, Setting, Tls};

use std::{net::SocketAddr, path::PathBuf};
use url::Url;

/// Declares the sections: the structs, their defaults, how a key is assigned by name, and the reference text.
macro_rules! sections {
    ($(
        $(#[doc = $section_doc:literal])*
        $section:ident: $Section:ident {
            $( $(#[doc = $doc:literal])* $key:ident: $kind:ty = $default:expr; )*
        }
    )*) => {
        $(
            $(#[doc = $section_doc])*
            #[derive(Clone, Debug)]
            pub struct $Section {
                $( $(#[doc = $doc])* pub $key: $kind, )*
            }

            impl Default for $Section {
                fn default() -> Self {
                    $Section { $( $key: $default, )* }
                }
            }
        )*

        /// All settings of the server. Made by [`Config::load`].
        #[derive(Clone, Debug, Default)]
        pub struct Config {
            $( pub $section: $Section, )*
        }

        impl Config {
            /// The names of the sections and of each section's keys.
            const KEYS: &'static [(&'static str, &'static [&'static str])] = &[
                $( (stringify!($section), &[$( stringify!($key), )*]), )*
            ];

            /// Sets one key from a TOML value; `None` when there is no such key.
            fn assign(&mut self, section: &str, key: &str, value: &toml::Value) -> Option<Result<(), String>> {
                match (section, key) {
                    $($(
                        (stringify!($section), stringify!($key)) => Some(
                            <$kind as Setting>::read(value).map(|read| self.$section.$key = read)
                        ),
                    )*)*
                    _ => None,
                }
            }

            /// The whole configuration as a TOML file with every key, its default and its description. A key without a
            /// default is commented out.
            pub fn reference() -> String {
                let mut text = String::new();
                $(
                    load::write_section(&mut text, stringify!($section), &[$($section_doc,)*]);
                    let defaults = $Section::default();
                    $( load::write_key(&mut text, stringify!($key), &[$($doc,)*], &defaults.$key); )*
                )*
                text
            }
        }
    };
}

sections! {
    /// Where the server listens and how it is reached.
    server: Server {
        /// Address and port of the portal and its API.
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080));
        /// What a browser types to get here, without a path. `https`, except on this very machine: the session cookie is
        /// `Secure`. Redirect addresses and the application id URI follow from it.
        public_url: Url = setting::url("http://localhost:8080/");
        /// Address and port of `/metrics`. Keep it off the public network.
        metrics_listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 9090));
        /// Folder of the built web client.
        web_dist: PathBuf = PathBuf::from("web/dist");
        /// A call to Microsoft or to the network that takes longer is given up.
        outside_timeout_seconds: u32 = 20;
        /// Header in which the proxy in front tells the caller's address, for the limits; of several addresses in it the last
        /// counts. Without it the connection's own address. Only for a proxy that sets it whatever the caller sent.
        client_ip_header: Option<String> = None;
    }
    /// Where everything is kept.
    database: Database {
        /// `sqlite:<file>` for one machine, `postgres://user:password@host[,host]/name` beyond it.
        url: SecretText = SecretText::from("sqlite:data/switchboard.db");
        /// Connections held open at most (readers, on SQLite).
        max_connections: u32 = 8;
        /// A statement that runs longer is stopped.
        statement_timeout_seconds: u32 = 10;
    }
    /// The identity provider: Microsoft Entra ID.
    entra: Entra {
        /// The one authority whose tokens count, without a tenant.
        authority: Url = setting::url("https://login.microsoftonline.com/");
        /// Application (client) id of the registration.
        client_id: Required<uuid::Uuid> = Required::missing();
        /// Client secret. Either this or a certificate.
        client_secret: Option<SecretText> = None;
        /// PEM file of the certificate that proves the application.
        certificate_file: Option<PathBuf> = None;
        /// PEM file of the certificate's private key.
        key_file: Option<PathBuf> = None;
        /// Whether guests of a tenant (at home in another one) may sign in.
        guests_allowed: bool = false;
        /// PEM file with further roots to trust when talking to Microsoft, for a proxy that opens TLS.
        extra_ca_file: Option<PathBuf> = None;
    }
    /// Microsoft Graph, where people and their licences come from.
    graph: Graph {
        /// Base of every call.
        base: Url = setting::url("https://graph.microsoft.com/v1.0");
        /// What application tokens are asked for (its `/.default`).
        resource: Url = setting::url("https://graph.microsoft.com/");
        /// Whether to ask Graph to tell of changes. The regular synchronisation runs all the same.
        notifications: bool = true;
        /// Where Graph tells of changes; must be reachable from Microsoft. Without it `<public_url>/hooks/graph`.
        notification_url: Option<Url> = None;
    }
    /// The operator's network, reached through TMF641 service ordering.
    network: Network {
        /// Base of the service ordering API.
        base: Required<Url> = Required::missing();
        /// Bearer token that the network accepts from us.
        token: Required<SecretText> = Required::missing();
        /// Bearer token that the network sends with its notifications to `<public_url>/hooks/network`.
        callback_token: Required<SecretText> = Required::missing();
    }
    /// The mail server.
    mail: Mail {
        /// Host name of the SMTP server.
        host: Required<String> = Required::missing();
        /// Port of the SMTP server.
        port: u16 = 587;
        /// `starttls`, `implicit` or, on this very machine only, `none`.
        tls: Tls = Tls::StartTls;
        /// User name, where the server wants one.
        username: Option<String> = None;
        /// Password, where the server wants one.
        password: Option<SecretText> = None;
        /// Sender, for example `Switchboard <no-reply@operator.example>`.
        from: Required<String> = Required::missing();
    }
    /// The mirror of the customers' directories.
    directory: Directory {
        /// Seconds between two synchronisations of a tenant when no notification comes.
        sync_interval_seconds: u32 = 300;
    }
    /// What customers order.
    orders: Orders {
        /// Minutes after its end within which an order can be undone; what cannot be called back, never.
        undo_minutes: u32 = 30;
        /// Days that a released number rests before it is free again. At least 31: its right to be ported lasts a month.
        rest_days: u32 = 90;
        /// Hours for which a SIM card for a line in use is kept back before it is sent to another address than the registered
        /// one, so that whoever is told of it can stop it. 0: not at all.
        address_hold_hours: u32 = 24;
    }
    /// Keys that seal what must not lie readable in the database (PIN and PUK codes).
    secrets: Secrets {
        /// File of keys, one `<id> <32 bytes in base64>` a line; the first seals, all open. `switchboard seal-key` makes a line.
        seal_key_file: Required<PathBuf> = Required::missing();
    }
    /// Whoever is the seller on every invoice.
    seller: Seller {
        /// Name as on the invoice.
        name: Required<String> = Required::missing();
        /// Danish business register number, eight digits. No invoice is issued without it, the address and the account.
        cvr: Option<String> = None;
        /// Street and number.
        street: Option<String> = None;
        /// Postal code.
        postal_code: Option<String> = None;
        /// City.
        city: Option<String> = None;
        /// ISO 3166-1 alpha-2.
        country: String = "DK".to_owned();
        /// Where questions about an invoice go.
        email: Option<String> = None;
        /// Bank registration number, four digits.
        bank_registration: Option<String> = None;
        /// Bank account, up to ten digits.
        bank_account: Option<String> = None;
        /// PNG file of the logo in the upper left corner of invoices.
        logo: Option<PathBuf> = None;
    }
    /// Invoices.
    billing: Billing {
        /// Day of the month on which the month before is closed by itself, so that its invoices are made. 0 never does.
        close_day: u32 = 3;
        /// Days from the day of issue until an invoice is due.
        payment_days: u32 = 30;
        /// In front of the year in every invoice's number.
        number_prefix: Option<String> = None;
    }
    /// Usage records, besides those that come through the interface.
    usage: Usage {
        /// Folder that the network puts files of usage records into. They are moved from there to `done` or `failed` below it.
        folder: Option<PathBuf> = None;
        /// Seconds for which a file must not have changed before it is read.
        settle_seconds: u32 = 30;
    }
    /// Background work: steps of orders, synchronisation, mail.
    worker: Worker {
        /// Jobs that run at the same time in this process.
        concurrency: u32 = 4;
        /// Whether this process works at all; another one on the same database may.
        enabled: bool = true;
    }
    /// How often somebody may do something. Whoever goes beyond hears 429 and when to come back. 0 sets no limit. The first four
    /// are counted by each process for itself, the others in the database.
    limits: Limits {
        /// Requests of one principal a minute.
        requests_per_minute: u32 = 600_000;
        /// Requests of one principal at the same time. A process works on 512 altogether.
        requests_at_once: u32 = 256;
        /// Streams of live events that one principal holds open.
        streams_at_once: u32 = 100;
        /// Requests from one address a minute with no proof of identity, or a bad one.
        refused_per_minute: u32 = 6_000;
        /// Sign-ins begun from one address a minute. An office has one address.
        sign_ins_per_minute: u32 = 300;
        /// Sign-ins from one address an hour by people whose tenant is no customer.
        strangers_per_hour: u32 = 100;
        /// Orders that one principal places an hour.
        orders_per_hour: u32 = 2_000;
        /// Synchronisations with the directory that one organisation asks for by hand an hour.
        directory_syncs_per_hour: u32 = 60;
        /// PIN, PUK and activation codes that one principal is shown a day.
        code_reveals_per_day: u32 = 50;
        /// Invitations in one organisation's name a day.
        invitations_per_day: u32 = 100;
        /// Notification addresses that one organisation adds a day.
        notification_addresses_per_day: u32 = 20;
        /// Support requests and words added to them by one organisation a day.
        support_messages_per_day: u32 = 500;
        /// Files that one principal asks for an hour.
        downloads_per_hour: u32 = 2_000;
    }
    /// Microsoft Teams as a host of the portal.
    teams: Teams {
        /// Origins besides Microsoft's own that may frame the portal, comma-separated. Empty in production.
        extra_host_origins: Vec<Url> = Vec::new();
    }
    /// What is written about the running server.
    log: Log {
        /// `text` for a person, `json` for a machine.
        format: LogFormat = LogFormat::Text;
        /// What is logged, in the manner of `tracing`: `info`, `warn,platform=debug`.
        filter: String = "info".to_owned();
    }
}

impl Config {
    /// `api://<host of the portal>/<client id>`, as the application is registered.
    pub fn application_id_uri(&self) -> String {
        format!("api://{}/{}", self.host(), *self.entra.client_id)
    }

    /// Where Graph tells of changes, or `None` when it is not asked to.
    pub fn graph_notification_url(&self) -> Option<Url> {
        match (&self.graph.notification_url, self.graph.notifications) {
            (_, false) => None,
            (Some(url), true) => Some(url.clone()),
            (None, true) => self.server.public_url.join("hooks/graph").ok(),
        }
    }

    /// Host, and port where it is not the scheme's own, of the public address.
    pub fn host(&self) -> String {
        let url = &self.server.public_url;
        match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => String::new(),
        }
    }

    pub fn is_https(&self) -> bool {
        self.server.public_url.scheme() == "https"
    }
}

#[cfg(test)]
mod tests;
