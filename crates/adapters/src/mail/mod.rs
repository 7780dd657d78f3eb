//! Mail out, over SMTP.
//!
//! It promises that "refused for good" is only said of the mail itself (RFC 5321 §4.2.1): a server that does not let us
//! in, or asks for a password, refuses nothing but the moment. Whether a mail went out is not known when the answer is
//! lost; it is then sent again, the same to the byte, by which a mailbox knows it. One mail goes to one address.

mod message;
mod settings;

pub use settings::Settings;

use crate::http::plain;
use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use platform::{
    config,
    outbox::{Mail, MailError, MailTransport},
};
use std::{error::Error, time::Duration};

/// A client of one mail server. Each mail has its own connection. Cheap to clone.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: lettre::message::Mailbox,
    timeout: Duration,
}

impl Smtp {
    /// # Errors
    /// Which setting is wrong.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let from: lettre::message::Mailbox = settings
            .from
            .parse()
            .map_err(|_| "the sender is no address: write for example Switchboard <no-reply@operator.example>".to_owned())?;
        // RFC 5321 §4.1.1.1: the name of the one who calls. This machine's own name is nobody's business.
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .hello_name(hello)
            .tls(tls(settings)?)
            .timeout(Some(settings.timeout));
        if let Some(username) = &settings.username {
            let password = settings
                .password
                .as_ref()
                .map_or("", |password| password.expose());
            builder = builder.credentials(Credentials::new(username.clone(), password.to_owned()));
        }
        Ok(Smtp {
            transport: builder.build(),
            from,
            timeout: settings.timeout,
        })
    }

    /// What the server's refusal means for the mail.
    async fn meaning(&self, error: lettre::transport::smtp::Error) -> MailError {
        let Some(code) = error.status() else {
            return MailError::NotNow(trouble(&error).to_owned());
        };
        let said = error
            .source()
            .map(|source| plain(&source.to_string()))
            .unwrap_or_default();
        let said = format!("{code} {said}");
        match u16::from(code) {
            // About the mail: mailbox, size, name, syntax of its addresses, forwarding (RFC 5321 §4.2.3, RFC 7504).
            550..=553 | 555 | 556 => MailError::Refused(said),
            // "Transaction failed", and also how a server turns a caller away as he comes in (§3.1). Only when it otherwise
            // lets us in is it about the mail.
            554 if self.is_received().await => MailError::Refused(said),
            _ => MailError::NotNow(said),
        }
    }

    async fn is_received(&self) -> bool {
        let test = tokio::time::timeout(self.timeout, self.transport.test_connection()).await;
        matches!(test, Ok(Ok(true)))
    }
}

#[async_trait]
impl MailTransport for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message::write(&self.from, mail)?;
        // The settings' timeout is for each answer; a server that dribbles must end too.
        let whole = self.timeout.saturating_mul(4);
        match tokio::time::timeout(whole, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.meaning(error).await),
            Err(_) => Err(MailError::NotNow("timed out".to_owned())),
        }
    }
}

fn tls(settings: &Settings) -> Result<Tls, String> {
    if settings.tls == config::Tls::None {
        return Ok(Tls::None);
    }
    rustls::pki_types::ServerName::try_from(settings.host.as_str()).map_err(|_| {
        format!(
            "{} is no name that a certificate can be checked against",
            settings.host
        )
    })?;
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.extra_ca_file {
        let pem = std::fs::read(path)
            .map_err(|error| format!("the CA file {} cannot be read: {error}", path.display()))?;
        let certificate = Certificate::from_pem(&pem)
            .map_err(|_| format!("the CA file {} is not PEM", path.display()))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters
        .build()
        .map_err(|_| "TLS cannot be set up for the mail server".to_owned())?;
    Ok(match settings.tls {
        config::Tls::Implicit => Tls::Wrapper(parameters),
        // Required, not merely used where offered: whoever stands between could take the offer away.
        _ => Tls::Required(parameters),
    })
}

/// Why there was no answer, without what the libraries quote.
fn trouble(error: &lettre::transport::smtp::Error) -> &'static str {
    if error.is_timeout() {
        "timed out"
    } else if error.is_tls() {
        "no trusted TLS connection"
    } else if error.is_response() {
        "the server's answer cannot be understood"
    } else if error.is_client() {
        "the server does not offer what is needed"
    } else {
        "no connection, or it broke"
    }
}

#[cfg(test)]
mod tests;
