//! What an organisation has and who runs it.

mod addresses;
mod connection;
mod help;
mod numbers;
mod roles;
mod usage;
mod usage_files;
