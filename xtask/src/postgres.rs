//! A PostgreSQL of the test run's own: made anew in a temporary folder, on a free port, gone when the run ends. It keeps
//! its promises (fsync on, synchronous commit): the server refuses to start otherwise.

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

impl Cluster {
    /// Answers when the cluster accepts connections.
    pub fn start() -> Result<Self, String> {
        needs::to_test(&["postgresql"])?;
        let program = |name: &str| {
            needs::postgres_program(name)
                .ok_or_else(|| format!("PostgreSQL's {name} was not found"))
        };
        let (initdb, pg_ctl) = (program("initdb")?, program("pg_ctl")?);
        let folder =
            std::env::temp_dir().join(format!("switchboard-postgres-{}", std::process::id()));
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

fn options(port: u16) -> String {
    format!(
        "-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 \
         -c fsync=on -c synchronous_commit=on -c log_min_messages=warning"
    )
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
