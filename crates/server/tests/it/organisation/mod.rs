//! What an organisation has and who runs it.

mod connection;
mod help;
mod numbers;
mod roles;
