//! What any service needs and no telecom word appears in: time, ids, money, errors, the database seam, jobs, sagas,
//! mail, audit, configuration, languages, telemetry and the manners of HTTP.
//!
//! Everything that could differ between two runs (time, randomness) comes in as an argument, so that tests decide it.

pub mod audit;
pub mod config;
pub mod csv;
pub mod db;
pub mod error;
pub mod fold;
pub mod housekeeping;
pub mod http;
pub mod i18n;
pub mod ids;
pub mod jobs;
pub mod limits;
pub mod live;
pub mod money;
pub mod outbox;
pub mod outside;
pub mod period;
pub mod saga;
pub mod seal;
pub mod strict;
pub mod telemetry;
pub mod testing;
pub mod time;

pub use error::{Error, FieldError, Kind, Result};
pub use ids::Ids;
pub use money::Money;
pub use period::Period;
pub use time::{Clock, Instant};
