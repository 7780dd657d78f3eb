//! The simulators as their callers see them. One binary; the folders mirror the simulators.

mod entra;
mod graph;
mod mailbox;
mod network;
