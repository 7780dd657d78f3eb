//! `switchboard`: the portal's server.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    // Only one provider can be installed; a second try is harmless.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    server::cli::run(std::env::args().skip(1).collect()).await
}
