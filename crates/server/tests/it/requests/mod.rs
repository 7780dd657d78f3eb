//! Requests that nobody should send: each operation of the contract gets them, without a list of its own.

mod audited;
mod bodies;
mod browser;
mod foreign;
mod idempotency;
mod limits;
mod logs;
mod queries;
mod restore;
mod swapped;
mod tokens;
mod trouble;
mod worlds;
