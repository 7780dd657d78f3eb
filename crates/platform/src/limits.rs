//! How often somebody may do something: a keyed limit each, for a principal, an organisation or an address.
//!
//! Two kinds, one rule. [`take`] keeps its count in the database, in the transaction of what it limits: it survives a restart,
//! holds across processes, and what was rolled back was not taken. It is for what is rare and costly: sign-ins, orders, codes
//! shown, invitations. [`Throttle`] keeps its count in this process's memory and is for what every request passes; so is
//! [`AtOnce`], for how much somebody has under way.
//!
//! ```ignore
//! let mut tx = app.db.begin().await?;
//! limits::take(&mut tx, app.settings.limits.code_reveals(), principal.0, now).await?;   // first in the transaction
//! ```
//!
//! To add one: a key in the section `limits` of [`crate::config`], its [`Limit`] below, and `take` where the thing is done. What
//! must count although it fails is taken in a transaction of its own.
//!
//! The rule is a bucket that leaks evenly (the generic cell rate algorithm of ITU-T I.371): `most` at once, and afterwards one
//! more each `per / most`. One number says how full it is, so that looking and taking is one statement.

use crate::{
    Error, Instant, Kind, Result, config,
    db::{Tx, params},
};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// `most` times `per` this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// For the table and the metrics.
    pub name: &'static str,
    /// 0 sets no limit.
    pub most: u32,
    pub per: Duration,
}

/// The limits by what they limit; how much is the configuration's.
impl config::Limits {
    /// Whatever a principal asks for. In memory.
    pub fn requests(&self) -> Limit {
        limit("requests", self.requests_per_minute, MINUTE)
    }

    /// Requests of a principal under way.
    pub fn under_way(&self) -> AtOnce {
        AtOnce::new("atOnce", self.requests_at_once)
    }

    /// Streams of live events that a principal holds open.
    pub fn streams(&self) -> AtOnce {
        AtOnce::new("streams", self.streams_at_once)
    }

    /// Proofs of identity from one address that were missing or no good. In memory.
    pub fn refused(&self) -> Limit {
        limit("refused", self.refused_per_minute, MINUTE)
    }

    /// Sign-ins begun from one address, fresh ones too.
    pub fn sign_ins(&self) -> Limit {
        limit("signIns", self.sign_ins_per_minute, MINUTE)
    }

    /// Sign-ins from one address by people of tenants that are no customers.
    pub fn strangers(&self) -> Limit {
        limit("strangers", self.strangers_per_hour, HOUR)
    }

    /// Orders placed by one principal.
    pub fn orders(&self) -> Limit {
        limit("orders", self.orders_per_hour, HOUR)
    }

    /// Synchronisations asked for by hand, in one organisation.
    pub fn directory_syncs(&self) -> Limit {
        limit("directorySyncs", self.directory_syncs_per_hour, HOUR)
    }

    /// PIN, PUK and activation codes shown to one principal.
    pub fn code_reveals(&self) -> Limit {
        limit("codeReveals", self.code_reveals_per_day, DAY)
    }

    /// Invitations sent in one organisation's name, those sent again too.
    pub fn invitations(&self) -> Limit {
        limit("invitations", self.invitations_per_day, DAY)
    }

    /// Notification addresses that one organisation adds: each is sent a mail that nobody there has asked for yet.
    pub fn notification_addresses(&self) -> Limit {
        limit(
            "notificationAddresses",
            self.notification_addresses_per_day,
            DAY,
        )
    }

    /// What one organisation writes to the operator: somebody reads each.
    pub fn support_messages(&self) -> Limit {
        limit("supportMessages", self.support_messages_per_day, DAY)
    }

    /// Files that one principal asks for.
    pub fn downloads(&self) -> Limit {
        limit("downloads", self.downloads_per_hour, HOUR)
    }
}

const fn limit(name: &'static str, most: u32, per: Duration) -> Limit {
    Limit { name, most, per }
}

/// Whom a limit holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject(Uuid);

impl From<Uuid> for Subject {
    fn from(id: Uuid) -> Self {
        Subject(id)
    }
}

/// IPv6 by its /64, which is what one line has; IPv4 as it is.
impl From<IpAddr> for Subject {
    fn from(address: IpAddr) -> Self {
        Subject(Uuid::from_u128(match address.to_canonical() {
            IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
            IpAddr::V6(address) => address.to_bits() & !u128::from(u64::MAX),
        }))
    }
}

/// The bucket at one moment, in microseconds.
struct Level {
    /// What one time adds.
    step: i64,
    /// Fuller than this there is no room for one more.
    room_until: i64,
    now: i64,
}

impl Level {
    /// `None` where nothing is limited.
    fn of(limit: Limit, now: Instant) -> Option<Level> {
        let most = i64::from(limit.most);
        let step = i64::try_from(limit.per.as_micros())
            .unwrap_or(i64::MAX)
            .checked_div(most)?
            .max(1);
        Some(Level {
            step,
            room_until: now.0.saturating_add(step.saturating_mul(most - 1)),
            now: now.0,
        })
    }

    /// 429, with the seconds until there is room.
    fn refuse(&self, limit: Limit, free_at: i64) -> Error {
        let wait = free_at.saturating_sub(self.room_until).max(1);
        let seconds = u32::try_from(wait.saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX);
        too_often(limit.name, seconds)
    }
}

fn too_often(limit: &'static str, seconds: u32) -> Error {
    metrics::counter!("switchboard_limited_total", "limit" => limit).increment(1);
    Error::new(
        Kind::TooOften,
        "tooOften",
        "That was too many times in a row. Wait a little and try again.",
    )
    .with_retry_after(seconds)
    .with_context(limit)
}

/// Takes one time of `limit` for `whom`. It counts when `tx` is committed. Call it first: whoever does the same at the same
/// time waits here.
///
/// # Errors
/// 429 `tooOften` with `Retry-After`; nothing was taken.
pub async fn take(tx: &mut Tx, limit: Limit, whom: impl Into<Subject>, now: Instant) -> Result<()> {
    let Some(level) = Level::of(limit, now) else {
        return Ok(());
    };
    let Subject(subject) = whom.into();
    let taken = tx
        .execute(
            "INSERT INTO rate_limits (name, subject, free_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (name, subject) DO UPDATE SET free_at =
               CASE WHEN rate_limits.free_at > ?4 THEN rate_limits.free_at + ?5 ELSE excluded.free_at END
             WHERE rate_limits.free_at <= ?6",
            params![
                limit.name,
                subject,
                level.now.saturating_add(level.step),
                level.now,
                level.step,
                level.room_until
            ],
        )
        .await?;
    if taken > 0 {
        return Ok(());
    }
    let row = tx
        .one(
            "SELECT free_at FROM rate_limits WHERE name = ?1 AND subject = ?2",
            params![limit.name, subject],
        )
        .await?;
    Err(level.refuse(limit, row.get(0)?))
}

/// Forgets what counts no longer. Says how many there were.
pub async fn purge(tx: &mut Tx, now: Instant) -> Result<u64> {
    tx.execute("DELETE FROM rate_limits WHERE free_at < ?1", params![now])
        .await
}

/// A limit kept in memory, for what every request passes. Each process counts for itself.
#[derive(Debug)]
pub struct Throttle {
    limit: Limit,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    free_at: HashMap<Subject, i64>,
    swept_at: i64,
}

/// More than this many are not kept. Whoever does not fit is not held: memory is worth more than a limit on the last of them.
const AT_MOST: usize = 100_000;
const SWEEP_EVERY: i64 = 1_000_000;

impl Throttle {
    pub fn new(limit: Limit) -> Self {
        Throttle {
            limit,
            kept: Mutex::new(Kept {
                free_at: HashMap::new(),
                swept_at: i64::MIN,
            }),
        }
    }

    /// Takes one time.
    ///
    /// # Errors
    /// 429 `tooOften` with `Retry-After`; nothing was taken.
    pub fn take(&self, whom: impl Into<Subject>, now: Instant) -> Result<()> {
        let Some(level) = Level::of(self.limit, now) else {
            return Ok(());
        };
        let whom = whom.into();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(free_at) = kept.free_at.get_mut(&whom) {
            if *free_at > level.room_until {
                return Err(level.refuse(self.limit, *free_at));
            }
            *free_at = (*free_at).max(level.now).saturating_add(level.step);
            return Ok(());
        }
        if kept.free_at.len() >= AT_MOST && level.now.saturating_sub(kept.swept_at) >= SWEEP_EVERY {
            kept.free_at.retain(|_, free_at| *free_at > level.now);
            kept.swept_at = level.now;
        }
        if kept.free_at.len() < AT_MOST {
            kept.free_at
                .insert(whom, level.now.saturating_add(level.step));
        }
        Ok(())
    }

    /// Whether there is room for one more, without taking it.
    ///
    /// # Errors
    /// 429 `tooOften` with `Retry-After`.
    pub fn check(&self, whom: impl Into<Subject>, now: Instant) -> Result<()> {
        let Some(level) = Level::of(self.limit, now) else {
            return Ok(());
        };
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.free_at.get(&whom.into()) {
            Some(free_at) if *free_at > level.room_until => Err(level.refuse(self.limit, *free_at)),
            _ => Ok(()),
        }
    }
}

/// How much somebody may have under way at the same time, in this process.
#[derive(Debug)]
pub struct AtOnce {
    name: &'static str,
    /// 0 sets no limit.
    most: u32,
    under_way: Arc<Mutex<HashMap<Subject, u32>>>,
}

/// One of the things that somebody has under way. Dropped, it is over.
#[derive(Debug)]
pub struct Place {
    under_way: Arc<Mutex<HashMap<Subject, u32>>>,
    whom: Subject,
}

impl AtOnce {
    /// `name` is for the metrics.
    pub fn new(name: &'static str, most: u32) -> Self {
        AtOnce {
            name,
            most,
            under_way: Arc::default(),
        }
    }

    /// # Errors
    /// 429 `tooOften` with `Retry-After` of a second: when something will be over is not known.
    pub fn enter(&self, whom: impl Into<Subject>) -> Result<Place> {
        let whom = whom.into();
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mine = under_way.entry(whom).or_default();
        if self.most > 0 && *mine >= self.most {
            return Err(too_often(self.name, 1));
        }
        *mine += 1;
        drop(under_way);
        Ok(Place {
            under_way: self.under_way.clone(),
            whom,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = under_way.get_mut(&self.whom) {
            *mine -= 1;
            if *mine == 0 {
                under_way.remove(&self.whom);
            }
        }
    }
}

#[cfg(test)]
mod tests;
