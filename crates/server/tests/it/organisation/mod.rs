//! What an organisation has and who runs it.

mod roles;
