//! A program under measurement: started, watched through `/proc`, stopped.

use std::{
    collections::HashMap,
    fs::File,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    /// Starts `command`, its output in `log`, and waits until it accepts connections at `address`.
    pub async fn start(
        mut command: Command,
        address: SocketAddr,
        log: &Path,
    ) -> Result<Process, String> {
        let output = File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let errors = output.try_clone().map_err(|error| error.to_string())?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let mut process = Process { child, address };
        for _ in 0..1_200 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return Ok(process);
            }
            if let Ok(Some(status)) = process.child.try_wait() {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                return Err(format!("{command:?} ended with {status}\n{said}"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("{command:?} did not listen within a minute"))
    }

    pub fn cpu(&self) -> Cpu {
        Cpu::of(self.child.id())
    }

    /// Resident memory now and at its highest, in kilobytes.
    pub fn memory(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let field = |name: &str| {
            status
                .lines()
                .find_map(|line| {
                    line.strip_prefix(name)?
                        .split_whitespace()
                        .next()?
                        .parse()
                        .ok()
                })
                .unwrap_or(0)
        };
        (field("VmRSS:"), field("VmHWM:"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Nanoseconds that each thread of a process has run, as the scheduler counts them (proc(5), schedstat): finer than the clock
/// ticks of `/proc/<pid>/stat`.
pub struct Cpu(HashMap<String, u64>);

impl Cpu {
    pub fn of(process: u32) -> Cpu {
        let threads = std::fs::read_dir(format!("/proc/{process}/task"))
            .into_iter()
            .flatten()
            .flatten();
        Cpu(threads
            .filter_map(|thread| {
                let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
                let ran = text.split_whitespace().next()?.parse().ok()?;
                Some((thread.file_name().to_string_lossy().into_owned(), ran))
            })
            .collect())
    }

    pub fn own() -> Cpu {
        Cpu::of(std::process::id())
    }

    /// Microseconds since an earlier look. A thread that ended in between is lost, which between two looks at a busy process
    /// is one that did nothing for ten seconds.
    pub fn since(&self, earlier: &Cpu) -> f64 {
        let nanos: u64 = self
            .0
            .iter()
            .map(|(thread, ran)| ran.saturating_sub(earlier.0.get(thread).copied().unwrap_or(0)))
            .sum();
        nanos as f64 / 1_000.0
    }
}

/// An address on loopback where nobody listens at this moment.
pub fn free_address() -> Result<SocketAddr, String> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| error.to_string())
}
