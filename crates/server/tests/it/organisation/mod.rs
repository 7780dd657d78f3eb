//! What an organisation has and who runs it.

mod connection;
mod numbers;
mod roles;
