//! Starting other programs, and stopping them again: a child lives in a process group of its own, so that Ctrl-C
//! reaches this program alone, which then ends its children in the right order.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Read, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};

pub use std::time::Instant;

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From here on Ctrl-C and a terminate signal are noted rather than obeyed at once.
pub fn watch_signals() {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGHUP,
    ] {
        // Failing to watch leaves the signal's default, which ends this program: no harm worth a message.
        let _ = signal_hook::flag::register(signal, Arc::clone(flag));
    }
}

/// Somebody asked this program to stop.
pub fn interrupted() -> bool {
    INTERRUPTED
        .get()
        .is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// For measuring how long something took, which is all this program wants the time for.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask measures its own steps; it has no business time"
)]
pub fn now() -> Instant {
    Instant::now()
}

/// A short wait between two looks at something.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask has no async runtime to block"
)]
pub fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}

/// The folder of the whole project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(root())
        .stdin(Stdio::null())
        .process_group(0);
    // `cargo run` tells this program what it is. Build scripts (ring's) that look at the same variables would run again,
    // and all that hangs on them with them, each time one changes between make and cargo by hand.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

pub fn cargo<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(arguments: I) -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments);
    cargo
}

pub fn npm<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(arguments: I) -> Command {
    let mut npm = command("npm");
    npm.current_dir(root().join("web")).args(arguments);
    npm
}

/// Runs to the end with this program's own output; an error names the command.
pub fn must(mut command: Command) -> Result<(), String> {
    let shown = shown(&command);
    let mut child = command
        .spawn()
        .map_err(|error| format!("{shown}: {error}"))?;
    let status = wait(&mut child)?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{shown}: {status}"))
    }
}

/// What the command prints on its standard output; an error carries all that it printed.
pub fn output(mut command: Command) -> Result<String, String> {
    let shown = shown(&command);
    let output = command
        .output()
        .map_err(|error| format!("{shown}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{shown}: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

/// Runs to the end, showing each line as it comes and keeping it in `log` too. Answers the status and every line.
pub fn follow(mut command: Command, log: &Path) -> Result<(ExitStatus, String), String> {
    let shown = shown(&command);
    let mut file = append(log)?;
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{shown}: {error}"))?;
    let (sender, lines) = mpsc::channel();
    let readers = [
        child
            .stdout
            .take()
            .map(|pipe| read_lines(pipe, sender.clone())),
        child.stderr.take().map(|pipe| read_lines(pipe, sender)),
    ];
    let mut text = String::new();
    let mut told = false;
    loop {
        match lines.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => {
                println!("{line}");
                // A full disk loses the copy, not the run.
                let _ = writeln!(file, "{line}");
                text.push_str(&line);
                text.push('\n');
            }
            Err(mpsc::RecvTimeoutError::Timeout) if interrupted() && !told => {
                terminate(&child);
                told = true;
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    for reader in readers.into_iter().flatten() {
        let _ = reader.join();
    }
    Ok((wait(&mut child)?, text))
}

fn read_lines(
    pipe: impl Read + Send + 'static,
    lines: mpsc::Sender<String>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            if lines
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                return;
            }
        }
    })
}

/// Waits for a child, and ends its group when this program is asked to stop.
pub fn wait(child: &mut Child) -> Result<ExitStatus, String> {
    let mut told = false;
    loop {
        match child.try_wait() {
            Ok(Some(_)) if interrupted() => return Err("interrupted".into()),
            Ok(Some(status)) => return Ok(status),
            Ok(None) if interrupted() && !told => {
                terminate(child);
                told = true;
            }
            Ok(None) => pause(),
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Asks a child and all that it started to end.
pub fn terminate(child: &Child) {
    signal(child, "TERM");
}

fn signal(child: &Child, name: &str) {
    let _ = Command::new("kill")
        .args([&format!("-{name}"), "--", &format!("-{}", child.id())])
        .stderr(Stdio::null())
        .status();
}

/// A program that runs beside this one until it is dropped.
pub struct Beside {
    pub name: &'static str,
    pub log: PathBuf,
    child: Child,
}

impl Beside {
    /// Starts it with its output in `log` (what stood there before is replaced).
    pub fn start(name: &'static str, mut command: Command, log: &Path) -> Result<Self, String> {
        let _ = std::fs::remove_file(log);
        let out = append(log)?;
        let errors = out
            .try_clone()
            .map_err(|error| format!("{}: {error}", log.display()))?;
        let child = command
            // A log is read by grep too.
            .env("NO_COLOR", "1")
            .stdout(out)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("{}: {error}", shown(&command)))?;
        Ok(Self {
            name,
            log: log.to_owned(),
            child,
        })
    }

    /// Whether it still runs; if not, the error says how it ended and shows the end of its log.
    pub fn check(&mut self) -> Result<(), String> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(format!(
                "{} has ended ({status}). The end of {}:\n{}",
                self.name,
                self.log.display(),
                tail(&self.log, 25)
            )),
            Err(error) => Err(format!("{}: {error}", self.name)),
        }
    }
}

impl Drop for Beside {
    /// Ten seconds to end in order, then by force.
    fn drop(&mut self) {
        terminate(&self.child);
        let start = now();
        while start.elapsed() < Duration::from_secs(10) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            pause();
        }
        signal(&self.child, "KILL");
        let _ = self.child.wait();
    }
}

fn append(log: &Path) -> Result<std::fs::File, String> {
    if let Some(folder) = log.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .map_err(|error| format!("{}: {error}", log.display()))
}

/// The last lines of a file.
pub fn tail(path: &Path, lines: usize) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// A command as one would type it.
fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The program's full path, if it can be found as a shell would.
pub fn which(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// A duration for people: `0.4 s`, `73 s`, `4 min 10 s`.
pub fn took(duration: Duration) -> String {
    match duration.as_secs() {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(took(Duration::from_millis(420)), "0.4 s");
        assert_eq!(took(Duration::from_secs(73)), "73 s");
        assert_eq!(took(Duration::from_secs(250)), "4 min 10 s");
    }

    #[test]
    fn a_command_that_fails_is_named() {
        let mut command = command("sh");
        command.args(["-c", "echo because >&2; exit 3"]);
        let error = output(command).expect_err("exit 3 is a failure");
        assert!(error.starts_with("sh -c"), "{error}");
        assert!(error.contains("because"), "{error}");
    }
}
