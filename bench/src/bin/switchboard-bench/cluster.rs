//! The PostgreSQL to measure on: one that is named, or one made for the run in a temporary folder, with its promises kept
//! (fsync on, synchronous commit on).

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tokio_postgres::NoTls;

/// Names a PostgreSQL to use instead, as a URL to a database in which databases may be made.
pub const VARIABLE: &str = "SWITCHBOARD_BENCH_POSTGRES";

pub struct Cluster {
    /// Up to the name of the database, `/` included.
    server: String,
    /// The database from which others are made.
    database: String,
    /// Stopped and removed when this is dropped.
    _own: Option<Own>,
}

struct Own {
    folder: PathBuf,
    programs: PathBuf,
    as_postgres: bool,
}

impl Cluster {
    /// The one that the environment names, or a new one.
    pub fn start() -> Result<Cluster, String> {
        if let Ok(url) = std::env::var(VARIABLE) {
            let (server, database) = url
                .rsplit_once('/')
                .ok_or_else(|| format!("{VARIABLE} names no database"))?;
            return Ok(Cluster {
                server: format!("{server}/"),
                database: database.to_owned(),
                _own: None,
            });
        }
        let own = Own::make()?;
        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|listener| listener.local_addr())
            .map_err(|error| error.to_string())?
            .port();
        own.run(
            "initdb",
            &[
                "--username",
                "bench",
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--locale",
                "C",
            ],
        )?;
        let options = format!(
            "-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=on \
             -c synchronous_commit=on -c shared_buffers=256MB -c log_min_messages=warning"
        );
        let log = own.folder.join("server.log").display().to_string();
        own.run(
            "pg_ctl",
            &[
                "start",
                "--silent",
                "--wait",
                "--log",
                &log,
                "--options",
                &options,
            ],
        )?;
        let server = format!("postgres://bench@127.0.0.1:{port}/");
        Ok(Cluster {
            server,
            database: "postgres".to_owned(),
            _own: Some(own),
        })
    }

    pub fn url(&self, database: &str) -> String {
        format!("{}{database}", self.server)
    }

    pub async fn has(&self, database: &str) -> Result<bool, String> {
        let client = connect(&self.url(&self.database)).await?;
        let row = client
            .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&database])
            .await
            .map_err(|error| error.to_string())?;
        Ok(row.is_some())
    }

    /// Makes a database, empty or as a copy; one of that name goes first.
    pub async fn make(&self, database: &str, template: Option<&str>) -> Result<(), String> {
        let client = connect(&self.url(&self.database)).await?;
        let template =
            template.map_or_else(String::new, |template| format!(" TEMPLATE {template}"));
        for sql in [
            format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"),
            format!("CREATE DATABASE {database}{template}"),
        ] {
            client
                .batch_execute(&sql)
                .await
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    pub async fn rename(&self, from: &str, to: &str) -> Result<(), String> {
        let client = connect(&self.url(&self.database)).await?;
        client
            .batch_execute(&format!("ALTER DATABASE {from} RENAME TO {to}"))
            .await
            .map_err(|error| error.to_string())
    }

    pub async fn drop_database(&self, database: &str) -> Result<(), String> {
        let client = connect(&self.url(&self.database)).await?;
        client
            .batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
            .await
            .map_err(|error| error.to_string())
    }

    /// What a running database does to itself sooner or later: statistics for the planner, and the visibility map.
    pub async fn settle(&self, database: &str) -> Result<(), String> {
        let client = connect(&self.url(database)).await?;
        client
            .batch_execute("VACUUM ANALYZE")
            .await
            .map_err(|error| error.to_string())
    }
}

/// A connection by hand.
pub async fn connect(url: &str) -> Result<tokio_postgres::Client, String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .map_err(|error| error.to_string())?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            eprintln!("a connection to PostgreSQL broke: {error}");
        }
    });
    Ok(client)
}

impl Own {
    fn make() -> Result<Own, String> {
        let programs = programs()
            .ok_or("PostgreSQL's initdb was not found (Debian: apt-get install postgresql)")?;
        let folder = std::env::temp_dir().join(format!("switchboard-bench-{}", std::process::id()));
        let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(fail)?;
        }
        std::fs::create_dir_all(&folder).map_err(fail)?;
        // initdb refuses to run as root; whose folder a new one is tells who we are.
        let is_root = {
            use std::os::unix::fs::MetadataExt;
            std::fs::metadata(&folder).map_err(fail)?.uid() == 0
        };
        if is_root {
            let mut chown = Command::new("chown");
            chown.arg("postgres").arg(&folder);
            finish(chown)?;
        }
        Ok(Own {
            folder,
            programs,
            as_postgres: is_root,
        })
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let program = self.programs.join(program);
        let mut command = if self.as_postgres {
            let mut runuser = Command::new("runuser");
            runuser.args(["-u", "postgres", "--"]).arg(&program);
            runuser
        } else {
            Command::new(&program)
        };
        command
            .current_dir("/")
            .args(arguments)
            .arg("--pgdata")
            .arg(self.folder.join("data"));
        finish(command)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // One that never started cannot be stopped; the folder goes either way.
        self.run("pg_ctl", &["stop", "--silent", "--mode", "immediate"])
            .ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

fn finish(mut command: Command) -> Result<(), String> {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {status}"))
    }
}

/// Where the server's programs are: Debian keeps them by version, off the path.
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder): &(u32, PathBuf)| folder.join("initdb").is_file())
        .collect();
    folders.sort();
    folders
        .pop()
        .map(|(_, folder)| folder)
        .or_else(|| on_path("initdb"))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder: &PathBuf| Path::new(folder).join(program).is_file())
}
