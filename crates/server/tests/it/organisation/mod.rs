//! What an organisation has and who runs it.

mod numbers;
mod roles;
