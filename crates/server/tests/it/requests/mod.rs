//! Requests that nobody should send: each operation of the contract gets them, without a list of its own.

mod bodies;
mod browser;
mod foreign;
mod idempotency;
mod limits;
mod logs;
mod queries;
mod tokens;
mod trouble;
mod worlds;
