//! The mail server: RFC 5321 with SIZE, 8BITMIME, SMTPUTF8, PIPELINING and AUTH (PLAIN and LOGIN, anything is accepted);
//! with a certificate also STARTTLS (RFC 3207) and TLS from the first byte (RFC 8314).
//!
//! Faults (see [`crate::common::faults`]) with the method `SMTP` strike at these paths: `/connect`, `/auth`,
//! `/mail/{sender}`, `/rcpt/{recipient}`, `/data/{first recipient}` (the message has come in). `status` answers that reply
//! code; `refuse` closes the connection; `lost` at `/data` keeps the mail and closes the connection without an answer;
//! `delay` waits. At `/data`, `hold` waits with the mail, which is lost when the caller goes meanwhile, and `keep` keeps it and
//! waits with the answer, each until the fault is removed.
//!
//! There is no library to lean on: those on the registry are abandoned, bring a runtime of their own, or cannot be made to
//! fail at a chosen moment, which is what this server is for.

use super::Mailbox;
use crate::common::faults::Effect;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// RFC 5321 §4.5.3.1.4 asks for 512; AUTH and SMTPUTF8 make lines longer.
const LONGEST_LINE: usize = 12_288;
/// RFC 5321 §4.5.3.2.
const PATIENCE: Duration = Duration::from_secs(300);
/// RFC 5321 §4.5.3.1.8 asks for 100 at least.
const MOST_RECIPIENTS: usize = 1000;

impl Mailbox {
    /// Serves SMTP on the listener until the future is dropped; connections that are open then end by themselves. With a
    /// certificate STARTTLS is offered.
    pub async fn serve_smtp(self, listener: TcpListener) {
        self.serve(listener, false).await;
    }

    /// Serves SMTP within TLS on the listener, which needs a certificate in the options; otherwise as
    /// [`Mailbox::serve_smtp`].
    pub async fn serve_smtps(self, listener: TcpListener) {
        self.serve(listener, true).await;
    }

    async fn serve(self, listener: TcpListener, secured: bool) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let mailbox = self.clone();
                    tokio::spawn(async move {
                        if let Err(error) = Session::receive(mailbox, stream, secured).await {
                            tracing::debug!(%error, "an SMTP connection ended early");
                        }
                    });
                }
                // Too many open files, for one; it passes.
                Err(error) => {
                    tracing::warn!(%error, "an SMTP connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

struct Session {
    mailbox: Mailbox,
    stream: BufReader<Box<dyn Stream>>,
    secured: bool,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

enum Line {
    Text(String),
    TooLong,
    End,
}

/// Whether the connection goes on.
#[derive(Debug, PartialEq)]
enum Next {
    Command,
    Secure,
    Close,
}

impl Session {
    async fn receive(mailbox: Mailbox, stream: TcpStream, secured: bool) -> io::Result<()> {
        // Replies are small and each is awaited.
        let _ = stream.set_nodelay(true);
        let stream: Box<dyn Stream> = if secured {
            Box::new(accept(&mailbox, stream).await?)
        } else {
            Box::new(stream)
        };
        let mut session = Session {
            mailbox,
            stream: BufReader::new(stream),
            secured,
            greeted: false,
            from: None,
            to: Vec::new(),
        };
        if session.struck("/connect").await? == Some(Next::Close) {
            return Ok(());
        }
        session.reply("220 mailbox.simulator ESMTP").await?;
        loop {
            match session.line().await? {
                Line::End => return Ok(()),
                Line::TooLong => session.reply("500 5.5.2 Line too long").await?,
                Line::Text(line) => match session.command(&line).await? {
                    Next::Command => {}
                    Next::Secure => session = session.secure().await?,
                    Next::Close => return Ok(()),
                },
            }
        }
    }

    /// Goes on within TLS, forgetting everything, what was sent ahead of it too (RFC 3207 §4.2).
    async fn secure(self) -> io::Result<Self> {
        let stream = accept(&self.mailbox, self.stream.into_inner()).await?;
        Ok(Session {
            mailbox: self.mailbox,
            stream: BufReader::new(Box::new(stream)),
            secured: true,
            greeted: false,
            from: None,
            to: Vec::new(),
        })
    }

    async fn command(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" if !rest.trim().is_empty() => {
                self.forget();
                self.greeted = true;
                let largest = self.mailbox.options().largest;
                let starttls = if self.offers_tls() {
                    "250-STARTTLS\r\n"
                } else {
                    ""
                };
                self.reply(&format!(
                    "250-mailbox.simulator\r\n250-PIPELINING\r\n250-SIZE {largest}\r\n250-8BITMIME\r\n\
                     250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n{starttls}250 AUTH PLAIN LOGIN"
                ))
                .await?;
            }
            "STARTTLS" if self.offers_tls() => {
                self.reply("220 2.0.0 Go ahead").await?;
                return Ok(Next::Secure);
            }
            "HELO" if !rest.trim().is_empty() => {
                self.forget();
                self.greeted = true;
                self.reply("250 mailbox.simulator").await?;
            }
            "EHLO" | "HELO" => self.reply("501 5.5.4 Say who you are").await?,
            "NOOP" => self.reply("250 2.0.0 Nothing done").await?,
            "RSET" => {
                self.forget();
                self.reply("250 2.0.0 Forgotten").await?;
            }
            "QUIT" => {
                self.reply("221 2.0.0 Goodbye").await?;
                return Ok(Next::Close);
            }
            "VRFY" => self.reply("252 2.5.2 Send it and see").await?,
            "AUTH" | "MAIL" | "RCPT" | "DATA" if !self.greeted => {
                self.reply("503 5.5.1 EHLO first").await?;
            }
            "AUTH" => return self.auth(rest).await,
            "MAIL" => return self.mail(rest).await,
            "RCPT" => return self.rcpt(rest).await,
            "DATA" => return self.data().await,
            _ => self.reply("500 5.5.1 Command not known").await?,
        }
        Ok(Next::Command)
    }

    async fn auth(&mut self, rest: &str) -> io::Result<Next> {
        let mut words = rest.split_whitespace();
        let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
        let initial = words.next().is_some();
        // What is asked for is base64 of "Username:" and "Password:".
        let questions: &[&str] = match (mechanism.as_str(), initial) {
            ("PLAIN", true) => &[],
            ("PLAIN", false) => &["334 "],
            ("LOGIN", true) => &["334 UGFzc3dvcmQ6"],
            ("LOGIN", false) => &["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
            _ => {
                self.reply("504 5.5.4 Mechanism not known").await?;
                return Ok(Next::Command);
            }
        };
        for question in questions {
            self.reply(question).await?;
            match self.line().await? {
                Line::Text(answer) if answer == "*" => {
                    self.reply("501 5.7.0 Given up").await?;
                    return Ok(Next::Command);
                }
                Line::Text(_) => {}
                Line::TooLong => {
                    self.reply("500 5.5.6 Line too long").await?;
                    return Ok(Next::Command);
                }
                Line::End => return Ok(Next::Close),
            }
        }
        if let Some(next) = self.struck("/auth").await? {
            return Ok(next);
        }
        self.reply("235 2.7.0 Whoever you are").await?;
        Ok(Next::Command)
    }

    async fn mail(&mut self, rest: &str) -> io::Result<Next> {
        if self.from.is_some() {
            self.reply("503 5.5.1 One sender at a time").await?;
            return Ok(Next::Command);
        }
        let Some((from, parameters)) = path(rest, "FROM:") else {
            self.reply("501 5.5.4 MAIL FROM:<address>").await?;
            return Ok(Next::Command);
        };
        for parameter in parameters.split_whitespace() {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name.to_ascii_uppercase().as_str() {
                "SIZE" => match value.parse::<usize>() {
                    Ok(size) if size > self.mailbox.options().largest => {
                        self.reply("552 5.3.4 Too large").await?;
                        return Ok(Next::Command);
                    }
                    Ok(_) => {}
                    Err(_) => {
                        self.reply("501 5.5.4 SIZE is a number").await?;
                        return Ok(Next::Command);
                    }
                },
                "BODY" | "SMTPUTF8" | "AUTH" => {}
                _ => {
                    self.reply("555 5.5.4 Parameter not known").await?;
                    return Ok(Next::Command);
                }
            }
        }
        if let Some(next) = self.struck(&format!("/mail/{from}")).await? {
            return Ok(next);
        }
        self.from = Some(from);
        self.reply("250 2.1.0 Sender taken").await?;
        Ok(Next::Command)
    }

    async fn rcpt(&mut self, rest: &str) -> io::Result<Next> {
        if self.from.is_none() {
            self.reply("503 5.5.1 MAIL first").await?;
            return Ok(Next::Command);
        }
        let Some((to, parameters)) = path(rest, "TO:").filter(|(to, _)| !to.is_empty()) else {
            self.reply("501 5.5.4 RCPT TO:<address>").await?;
            return Ok(Next::Command);
        };
        if !parameters.is_empty() {
            self.reply("555 5.5.4 Parameter not known").await?;
            return Ok(Next::Command);
        }
        if self.to.len() >= MOST_RECIPIENTS {
            self.reply("452 4.5.3 Too many recipients").await?;
            return Ok(Next::Command);
        }
        if let Some(next) = self.struck(&format!("/rcpt/{to}")).await? {
            return Ok(next);
        }
        self.to.push(to);
        self.reply("250 2.1.5 Recipient taken").await?;
        Ok(Next::Command)
    }

    async fn data(&mut self) -> io::Result<Next> {
        let Some(first) = self.to.first().cloned() else {
            self.reply("503 5.5.1 RCPT first").await?;
            return Ok(Next::Command);
        };
        self.reply("354 End with a dot on a line of its own")
            .await?;
        let message = match self.message().await? {
            Some(message) => message,
            None => {
                self.forget();
                self.reply("552 5.3.4 Too large").await?;
                return Ok(Next::Command);
            }
        };
        let faults = self.mailbox.options().faults.clone();
        let strike = faults.strike("SMTP", &format!("/data/{first}"));
        tokio::time::sleep(strike.delay).await;
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        match strike.effect {
            Some(Effect::Status { status, .. }) => {
                self.reply(&format!("{status} {}", enhanced(status)))
                    .await?;
                return Ok(if status == 421 {
                    Next::Close
                } else {
                    Next::Command
                });
            }
            Some(Effect::Lost) => {
                self.mailbox.keep(from, to, &message)?;
                return Ok(Next::Close);
            }
            Some(Effect::Refuse) => return Ok(Next::Close),
            Some(Effect::Hold) => tokio::select! {
                () = faults.until_removed(strike.fault.unwrap_or_default()) => {}
                // Nothing more is sent before the reply: the caller is gone.
                _ = self.stream.fill_buf() => return Ok(Next::Close),
            },
            Some(Effect::Keep) => {
                self.mailbox.keep(from, to, &message)?;
                faults.until_removed(strike.fault.unwrap_or_default()).await;
                self.reply("250 2.0.0 Kept").await?;
                return Ok(Next::Command);
            }
            _ => {}
        }
        match self.mailbox.keep(from, to, &message) {
            Ok(()) => self.reply("250 2.0.0 Kept").await?,
            Err(error) => {
                tracing::warn!(%error, "a mail could not be kept");
                self.reply("451 4.3.0 Could not be kept").await?;
            }
        }
        Ok(Next::Command)
    }

    /// The message up to the final dot, without the stuffed dots; `None` when it is larger than is taken, after all of it
    /// was read.
    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let largest = self.mailbox.options().largest;
        let mut message = Vec::new();
        let mut fits = true;
        // Only CR LF ends a line: a bare LF that did would let a message smuggle a second one in.
        let mut at_line_start = true;
        let mut last = 0;
        loop {
            let mut part = Vec::new();
            let mut limited = (&mut self.stream).take(LONGEST_LINE as u64);
            let read = timely(limited.read_until(b'\n', &mut part)).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if at_line_start {
                if part == b".\r\n" {
                    break;
                }
                if part.first() == Some(&b'.') {
                    part.remove(0);
                }
            }
            at_line_start = part.ends_with(b"\r\n") || (part == b"\n" && last == b'\r');
            last = part.last().copied().unwrap_or(last);
            if message.len() + part.len() > largest {
                fits = false;
                message.clear();
            }
            if fits {
                message.extend_from_slice(&part);
            }
        }
        Ok(fits.then_some(message))
    }

    async fn line(&mut self) -> io::Result<Line> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            let mut limited = (&mut self.stream).take(LONGEST_LINE as u64);
            let read = timely(limited.read_until(b'\n', &mut line)).await?;
            if read == 0 {
                return Ok(Line::End);
            }
            if line.ends_with(b"\n") {
                break;
            }
            too_long = true;
            line.clear();
        }
        if too_long {
            return Ok(Line::TooLong);
        }
        let text = String::from_utf8_lossy(&line);
        Ok(Line::Text(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn reply(&mut self, reply: &str) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
        stream.flush().await
    }

    fn offers_tls(&self) -> bool {
        !self.secured && self.mailbox.options().tls.is_some()
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    /// Lets a fault strike here; `None` when none does.
    async fn struck(&mut self, at: &str) -> io::Result<Option<Next>> {
        let strike = self.mailbox.options().faults.strike("SMTP", at);
        tokio::time::sleep(strike.delay).await;
        match strike.effect {
            Some(Effect::Status { status, .. }) => {
                self.reply(&format!("{status} {}", enhanced(status)))
                    .await?;
                Ok(Some(if status == 421 || at == "/connect" {
                    Next::Close
                } else {
                    Next::Command
                }))
            }
            Some(Effect::Refuse | Effect::Lost) => Ok(Some(Next::Close)),
            _ => Ok(None),
        }
    }
}

async fn accept<S: Stream>(
    mailbox: &Mailbox,
    stream: S,
) -> io::Result<tokio_rustls::server::TlsStream<S>> {
    let tls = mailbox.options().tls.clone();
    let tls = tls.ok_or_else(|| io::Error::other("there is no certificate"))?;
    timely(TlsAcceptor::from(tls).accept(stream)).await
}

async fn timely<T>(reading: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(PATIENCE, reading)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// The address and the parameters of `FROM:<address> parameters`.
fn path(rest: &str, label: &str) -> Option<(String, String)> {
    let start = rest
        .get(..label.len())
        .filter(|start| start.eq_ignore_ascii_case(label))?;
    let rest = rest[start.len()..].trim_start().strip_prefix('<')?;
    // A quoted local part may hold the closing sign.
    let mut quoted = false;
    let mut escaped = false;
    let end = rest.char_indices().find_map(|(at, character)| {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at),
            _ => {}
        }
        None
    })?;
    let address = &rest[..end];
    // A source route is ignored, RFC 5321 appendix C.
    let address = match address
        .strip_prefix('@')
        .and_then(|routed| routed.split_once(':'))
    {
        Some((_, address)) => address,
        None => address,
    };
    Some((address.to_owned(), rest[end + 1..].trim().to_owned()))
}

/// The words of a struck reply, with an enhanced code of the same class.
fn enhanced(status: u16) -> String {
    format!("{}.3.0 A fault was asked for", status / 100)
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn an_address_is_read_with_quotes_routes_and_parameters() {
        let read = |rest: &str| path(rest, "FROM:");
        let pair = |address: &str, rest: &str| Some((address.to_owned(), rest.to_owned()));
        assert_eq!(
            read("FROM:<a@b.example> SIZE=3"),
            pair("a@b.example", "SIZE=3")
        );
        assert_eq!(read("from: <a@b.example>"), pair("a@b.example", ""));
        assert_eq!(read("FROM:<>"), pair("", ""));
        assert_eq!(
            read("FROM:<\"a>b\"@c.example>"),
            pair("\"a>b\"@c.example", "")
        );
        assert_eq!(
            read("FROM:<@relay.example:a@b.example>"),
            pair("a@b.example", "")
        );
        assert_eq!(read("FROM:a@b.example"), None);
        assert_eq!(read("FRÅM:<a@b.example>"), None);
    }
}
