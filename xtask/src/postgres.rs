//! A PostgreSQL of the test run's own: made anew in a temporary folder, on a free port, gone when the run ends. It keeps
//! its promises (fsync on, synchronous commit): the server refuses to start otherwise.
//!
//! Each test has a database of its own, of some four hundred files. On a disk the tests wait for it more than they work, so the
//! folder lies in memory where there is room: what is tried is that programs die, not that power goes.

use crate::{needs, shell};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

pub struct Cluster {
    folder: PathBuf,
    pg_ctl: PathBuf,
    pub url: String,
}

const USER: &str = "switchboard";
const PASSWORD: &str = "throw-away";

/// Of all databases of a run and their log, with as much again to spare; in bytes.
const ROOM: u64 = 12 << 30;

impl Cluster {
    /// Answers when the cluster accepts connections.
    pub fn start() -> Result<Self, String> {
        needs::to_test(&["postgresql"])?;
        let program = |name: &str| {
            needs::postgres_program(name)
                .ok_or_else(|| format!("PostgreSQL's {name} was not found"))
        };
        let (initdb, pg_ctl) = (program("initdb")?, program("pg_ctl")?);
        let folder = place().join(format!("switchboard-postgres-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let password = folder.join("password");
        std::fs::write(&password, PASSWORD)
            .map_err(|error| format!("{}: {error}", password.display()))?;
        if needs::is_root() {
            // initdb refuses to run as root: a server that anybody can talk into running programs should not be root.
            let mut chown = shell::command("chown");
            chown.args(["-R", "postgres"]).arg(&folder);
            shell::output(chown)?;
        }
        let data = folder.join("data");
        let mut make = as_owner(&initdb);
        make.arg("--pgdata")
            .arg(&data)
            .arg("--pwfile")
            .arg(&password)
            .args(["--username", USER, "--auth", "scram-sha-256"])
            .args(["--encoding", "UTF8", "--locale", "C"]);
        shell::output(make)?;
        let port = free_port()?;
        let cluster = Cluster {
            url: format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"),
            folder,
            pg_ctl,
        };
        let mut start = as_owner(&cluster.pg_ctl);
        start
            .args(["start", "--silent", "--wait", "--timeout", "60", "--pgdata"])
            .arg(&data)
            .arg("--log")
            .arg(cluster.folder.join("server.log"))
            .args(["--options", &options(port)]);
        shell::output(start).map_err(|error| {
            format!(
                "{error}\n{}",
                shell::tail(&cluster.folder.join("server.log"), 25)
            )
        })?;
        Ok(cluster)
    }
}

/// A cluster for a developer, until this program is asked to stop.
pub fn serve() -> Result<(), String> {
    let cluster = Cluster::start()?;
    println!(
        "export SWITCHBOARD_TEST_DB=postgres SWITCHBOARD_TEST_POSTGRES={}",
        cluster.url
    );
    while !shell::interrupted() {
        shell::pause();
    }
    Ok(())
}

/// Nobody looks after hundreds of databases that live for seconds, and what is gone soon need not be carried to its place before.
fn options(port: u16) -> String {
    format!(
        "-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 \
         -c fsync=on -c synchronous_commit=on -c autovacuum_naptime=1h -c checkpoint_timeout=1h -c max_wal_size=3GB \
         -c log_min_messages=warning"
    )
}

/// Where the cluster's folder goes.
fn place() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let kept = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let mut df = shell::command("df");
    df.args(["--output=avail", "--block-size=1024"])
        .arg(&memory);
    let free = shell::output(df).unwrap_or_default();
    let room = available(&kept).min(last_number(&free));
    if room >= ROOM {
        memory
    } else {
        std::env::temp_dir()
    }
}

/// Memory that programs can still have, in bytes, out of `/proc/meminfo`; 0 where it is not said.
fn available(meminfo: &str) -> u64 {
    let line = meminfo
        .lines()
        .find(|line| line.starts_with("MemAvailable:"));
    last_number(line.unwrap_or_default())
}

/// Kibibytes, as bytes.
fn last_number(text: &str) -> u64 {
    let number = text
        .split_whitespace()
        .rev()
        .find_map(|word| word.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = as_owner(&self.pg_ctl);
        stop.args(["stop", "--silent", "--mode", "immediate", "--pgdata"])
            .arg(self.folder.join("data"));
        // A cluster that never started cannot be stopped; the folder goes either way.
        let _ = shell::output(stop);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The program, run as `postgres` when this program is root.
fn as_owner(program: &Path) -> Command {
    let mut command = if needs::is_root() {
        let mut runuser = shell::command("runuser");
        runuser.args(["-u", "postgres", "--"]).arg(program);
        runuser
    } else {
        shell::command(program)
    };
    // A folder that every user may stand in.
    command.current_dir("/");
    command
}

/// A port that nobody listens on at this moment.
fn free_port() -> Result<u16, String> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_read_where_it_is_said() {
        let meminfo = "MemTotal:       24576000 kB\nMemAvailable:   20480000 kB\nBuffers: 1 kB\n";
        assert_eq!(available(meminfo), 20_480_000 * 1024);
        assert_eq!(available(""), 0);
        assert_eq!(last_number("    Avail\n 25165824\n"), 24 << 30);
        assert_eq!(last_number("df: no such file"), 0);
    }
}
