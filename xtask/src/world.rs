//! The demo world: the simulators first (they are the outside, and keep it on disk), then the portal's own data made to
//! fit them, then the portal.

use crate::shell::{self, Beside};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

pub const PORTAL: u16 = 8080;
pub const METRICS: u16 = 9090;
pub const MICROSOFT: u16 = 8081;
pub const MICROSOFT_TLS: u16 = 8443;
pub const OUTSIDE: u16 = 8082;
pub const MAIL: u16 = 1025;

const PORTS: [(u16, &str); 6] = [
    (PORTAL, "the portal"),
    (METRICS, "the portal's metrics"),
    (MICROSOFT, "the Microsoft simulator"),
    (MICROSOFT_TLS, "the Microsoft simulator over TLS"),
    (OUTSIDE, "the network and the mailbox"),
    (MAIL, "the mailbox's SMTP"),
];

pub const CONFIG: &str = "docs/demo.toml";

/// The demo, running. Dropping it ends the portal first, then the simulators.
pub struct World {
    server: Beside,
    simulators: Beside,
}

impl World {
    /// Starts it on the data in `folder`, which is made on the first start. Answers when the portal is ready.
    pub fn start(folder: &Path) -> Result<Self, String> {
        ports_are_free()?;
        let logs = folder.join("logs");
        let mut simulators = Beside::start(
            "the simulators",
            simulators(folder),
            &logs.join("simulators.log"),
        )?;
        wait_for(MICROSOFT, "/_simulator/personas", &mut [&mut simulators])?;
        make_key(folder)?;
        make_data(folder)?;
        let mut server = Beside::start("the portal", server(folder), &logs.join("portal.log"))?;
        wait_for(PORTAL, "/readyz", &mut [&mut server, &mut simulators])?;
        Ok(World { server, simulators })
    }

    /// An error when one of the two has ended by itself.
    pub fn check(&mut self) -> Result<(), String> {
        self.server.check()?;
        self.simulators.check()
    }
}

/// The programs of the demo, as cargo builds them.
pub fn build() -> Result<(), String> {
    build_programs(&["switchboard", "switchboard-simulators", "switchboard-world"])
}

/// Release builds; of the same packages always, so that nothing is built twice with other features.
pub fn build_programs(programs: &[&str]) -> Result<(), String> {
    let mut cargo = shell::cargo(["build", "--release", "--locked"]);
    cargo.args(["-p", "server", "-p", "simulators", "-p", "bench"]);
    for program in programs {
        cargo.args(["--bin", program]);
    }
    shell::must(cargo)
}

pub fn program(name: &str) -> Command {
    shell::command(shell::target().join("release").join(name))
}

fn simulators(folder: &Path) -> Command {
    let mut simulators = program("switchboard-simulators");
    simulators.arg("--data").arg(folder.join("simulators"));
    simulators
}

fn server(folder: &Path) -> Command {
    let mut server = program("switchboard");
    server.args(["serve", "--config", CONFIG]);
    place(&mut server, folder);
    server
}

/// The demo's configuration names ./data; another folder is said by the environment.
fn place(command: &mut Command, folder: &Path) {
    command.env(
        "SWITCHBOARD_DATABASE__URL",
        format!("sqlite:{}", database(folder).display()),
    );
    command.env(
        "SWITCHBOARD_SECRETS__SEAL_KEY_FILE",
        folder.join("seal.key"),
    );
}

/// The key that seals codes at rest: made once, kept with the data.
fn make_key(folder: &Path) -> Result<(), String> {
    let path = folder.join("seal.key");
    if path.is_file() {
        return Ok(());
    }
    let mut make = program("switchboard");
    make.arg("seal-key");
    let line = shell::output(make)?;
    std::fs::write(&path, line).map_err(|error| format!("{}: {error}", path.display()))
}

fn database(folder: &Path) -> PathBuf {
    folder.join("switchboard.db")
}

/// Fills an empty database with the demo world. A build that was broken off is begun anew.
fn make_data(folder: &Path) -> Result<(), String> {
    let stamp = folder.join("demo.made");
    if stamp.is_file() {
        return Ok(());
    }
    println!("making the demo world");
    for ending in ["", "-wal", "-shm"] {
        let mut name = database(folder).into_os_string();
        name.push(ending);
        let _ = std::fs::remove_file(name);
    }
    let mut world = program("switchboard-world");
    world.args([
        "demo",
        "--config",
        CONFIG,
        "--personas",
        &format!("http://localhost:{MICROSOFT}/_simulator/personas"),
    ]);
    place(&mut world, folder);
    shell::must(world)?;
    std::fs::write(&stamp, "").map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Every port of the demo can be listened on; else one line says which are busy.
pub fn ports_are_free() -> Result<(), String> {
    let busy: Vec<String> = PORTS
        .iter()
        .filter(|(port, _)| TcpListener::bind(("127.0.0.1", *port)).is_err())
        .map(|(port, whose)| format!("{port} ({whose})"))
        .collect();
    if busy.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "Busy: port {}. Is the demo running already? Stop what listens there, and try again.",
            busy.join(", port ")
        ))
    }
}

/// Waits until the path answers 200, as long as the programs run.
fn wait_for(port: u16, path: &str, programs: &mut [&mut Beside]) -> Result<(), String> {
    let start = shell::now();
    loop {
        if shell::interrupted() {
            return Err("interrupted".into());
        }
        for program in programs.iter_mut() {
            program.check()?;
        }
        if get(port, path).is_ok_and(|(status, _)| status == 200) {
            return Ok(());
        }
        if start.elapsed() > Duration::from_secs(120) {
            let program = &programs[0];
            return Err(format!(
                "{} does not answer {path} on port {port}. The end of {}:\n{}",
                program.name,
                program.log.display(),
                shell::tail(&program.log, 25)
            ));
        }
        shell::pause();
    }
}

/// A plain GET on this machine: the status and the body.
pub fn get(port: u16, path: &str) -> Result<(u16, String), String> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))
        .map_err(|error| error.to_string())?;
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .map_err(|error| error.to_string())?;
    // HTTP/1.0, so that the body is neither chunked nor kept open.
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .map_err(|error| error.to_string())?;
    parse(&String::from_utf8_lossy(&answer)).ok_or_else(|| "not an HTTP answer".into())
}

fn parse(answer: &str) -> Option<(u16, String)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some((status, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        assert_eq!(
            parse("HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nready"),
            Some((200, "ready".into()))
        );
        assert_eq!(parse("nonsense"), None);
    }
}
