//! What an organisation has and who runs it.

mod addresses;
mod audit;
mod call_groups;
mod connection;
mod help;
mod numbers;
mod packs;
mod roles;
pub mod usage;
mod usage_files;
