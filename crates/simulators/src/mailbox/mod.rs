//! The mailbox: a mail server that takes every mail and shows it, so that what the portal sends can be read.
//!
//! It owns the mails. It promises that a mail it answered 250 for is kept, on disk when there is a data directory, and
//! that it never sends one on. It deliberately has no user, no password check and no folder.
//!
//! - [`smtp`]: the server, RFC 5321 · [`message`]: reading a mail
//! - [`http`]: `GET /_simulator/mails?to=…` for scripts · [`page`]: `GET /_simulator/mailbox/` for people

pub mod http;
pub mod message;
pub mod page;
pub mod smtp;

pub use message::Mail;

use crate::{
    common::{faults::Faults, ledger::Ledger},
    microsoft::world::SimulatorClock,
};
use std::{io, path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::watch;

/// What a mailbox starts with.
#[derive(Clone)]
pub struct Options {
    /// Where mails are kept. `None`: in memory.
    pub data: Option<PathBuf>,
    /// The largest mail that is taken, in bytes; announced with `SIZE`.
    pub largest: usize,
    /// With which certificate TLS is offered. `None`: not at all.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// When a mail arrived.
    pub clock: SimulatorClock,
    /// The faults that strike SMTP (see [`smtp`]).
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            data: None,
            largest: 25 << 20,
            tls: None,
            clock: SimulatorClock::new(),
            faults: Faults::new(),
        }
    }
}

/// The mailbox. Clones are the same mailbox.
#[derive(Clone)]
pub struct Mailbox(Arc<Inner>);

struct Inner {
    options: Options,
    mails: Ledger<Mail>,
    arrived: watch::Sender<u64>,
}

impl Mailbox {
    /// Opens the mailbox with what its data directory holds.
    ///
    /// # Errors
    /// The data directory cannot be read or written.
    pub fn open(options: Options) -> io::Result<Mailbox> {
        let mails = Ledger::open(options.data.as_deref(), "mails.jsonl")?;
        Ok(Mailbox(Arc::new(Inner {
            options,
            mails,
            arrived: watch::Sender::new(0),
        })))
    }

    /// The mails to this address (as the envelope has it, whatever its case), or all; oldest first.
    pub fn mails(&self, to: Option<&str>) -> Vec<Mail> {
        self.0.mails.find(|mail| mail.is_for(to))
    }

    /// One mail.
    pub fn mail(&self, id: &str) -> Option<Mail> {
        self.0.mails.find(|mail| mail.id == id).pop()
    }

    /// The mails to this address once there are `count` of them, or what is there when `patience` is over.
    pub async fn wait_for(&self, to: Option<&str>, count: usize, patience: Duration) -> Vec<Mail> {
        let mut arrived = self.0.arrived.subscribe();
        let enough = async {
            loop {
                arrived.borrow_and_update();
                let mails = self.mails(to);
                if mails.len() >= count || arrived.changed().await.is_err() {
                    return mails;
                }
            }
        };
        let in_time = tokio::time::timeout(patience, enough).await;
        in_time.unwrap_or_else(|_| self.mails(to))
    }

    /// Removes the mails to this address, or all.
    ///
    /// # Errors
    /// The disk refused.
    pub fn clear(&self, to: Option<&str>) -> io::Result<()> {
        self.0.mails.retain(|mail| !mail.is_for(to))
    }

    /// Removes one mail; whether it was there.
    ///
    /// # Errors
    /// The disk refused.
    pub fn remove(&self, id: &str) -> io::Result<bool> {
        let there = self.0.mails.any(|mail| mail.id == id);
        if there {
            self.0.mails.retain(|mail| mail.id != id)?;
        }
        Ok(there)
    }

    fn options(&self) -> &Options {
        &self.0.options
    }

    /// Keeps a mail; on disk when it returns `Ok`.
    fn keep(&self, from: String, to: Vec<String>, raw: &[u8]) -> io::Result<()> {
        self.0
            .mails
            .append(Mail::received(self.0.options.clock.now(), from, to, raw))?;
        self.0.arrived.send_modify(|count| *count += 1);
        Ok(())
    }
}
