//! The load: a fixed number of requests over a few kept connections, each sent when the one before it has been answered. The
//! client speaks just enough HTTP/1.1, so that it takes little of the machine from what it measures.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::Instant,
};

pub const CONCURRENCY: usize = 8;

/// A request as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Request(Vec<u8>);

impl Request {
    pub fn get(path: &str, token: &str, accept_encoding: Option<&str>) -> Request {
        let encoding = accept_encoding
            .map_or_else(String::new, |value| format!("Accept-Encoding: {value}\r\n"));
        Request(
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{encoding}\r\n").into_bytes(),
        )
    }

    pub fn post(path: &str, token: &str, key: &str, body: &str) -> Request {
        Request(
            format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        )
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// What a round of requests came to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub latencies: Vec<Duration>,
    pub elapsed: Duration,
    /// Of one answer, on average.
    pub bytes: u64,
}

impl Outcome {
    pub fn add(&mut self, other: Outcome) {
        self.latencies.extend(other.latencies);
        self.elapsed += other.elapsed;
        self.bytes = other.bytes;
    }

    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// The time within which `share` of the answers came.
    pub fn percentile(&self, share: f64) -> Duration {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let place = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1);
        sorted.get(place).copied().unwrap_or_default()
    }
}

/// Sends every request once; an answer with another status than `expected` ends it.
pub async fn run(
    address: SocketAddr,
    requests: Arc<Vec<Request>>,
    expected: u16,
) -> Result<Outcome, String> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = Vec::with_capacity(CONCURRENCY);
    for _ in 0..CONCURRENCY {
        connections.push(Connection::open(address).await?);
    }
    let started = Instant::now();
    let lanes: Vec<_> = connections
        .into_iter()
        .map(|mut connection| {
            let (requests, next) = (requests.clone(), next.clone());
            tokio::spawn(async move {
                let mut latencies = Vec::with_capacity(requests.len() / CONCURRENCY + 1);
                let mut bytes = 0;
                while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let sent = Instant::now();
                    let answer = connection.ask(request).await?;
                    latencies.push(sent.elapsed());
                    bytes += answer.body.len() as u64;
                    if answer.status != expected {
                        let said = String::from_utf8_lossy(&answer.body).into_owned();
                        return Err(format!("{} instead of {expected}: {said}", answer.status));
                    }
                }
                Ok((latencies, bytes))
            })
        })
        .collect();
    let mut outcome = Outcome::default();
    for lane in lanes {
        let (latencies, bytes) = lane.await.map_err(|error| error.to_string())??;
        outcome.latencies.extend(latencies);
        outcome.bytes += bytes;
    }
    outcome.elapsed = started.elapsed();
    outcome.bytes /= (outcome.latencies.len() as u64).max(1);
    Ok(outcome)
}

pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Connection, String> {
        let stream = TcpStream::connect(address)
            .await
            .map_err(|error| error.to_string())?;
        stream
            .set_nodelay(true)
            .map_err(|error| error.to_string())?;
        Ok(Connection(BufReader::with_capacity(64 * 1024, stream)))
    }

    pub async fn ask(&mut self, request: &Request) -> Result<Answer, String> {
        self.exchange(request)
            .await
            .map_err(|error| format!("a connection broke: {error}"))
    }

    async fn exchange(&mut self, request: &Request) -> std::io::Result<Answer> {
        self.0.get_mut().write_all(&request.0).await?;
        let mut line = String::new();
        self.0.read_line(&mut line).await?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(odd)?;
        let (mut length, mut chunked) = (None, false);
        loop {
            line.clear();
            if self.0.read_line(&mut line).await? == 0 {
                return Err(odd());
            }
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse::<usize>().ok();
            }
            chunked |= header == "transfer-encoding: chunked";
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                line.clear();
                self.0.read_line(&mut line).await?;
                let size = usize::from_str_radix(line.trim_end(), 16).map_err(|_| odd())?;
                let start = body.len();
                body.resize(start + size, 0);
                self.0.read_exact(&mut body[start..]).await?;
                line.clear();
                self.0.read_line(&mut line).await?;
                if size == 0 {
                    break;
                }
            }
        } else {
            body.resize(length.ok_or_else(odd)?, 0);
            self.0.read_exact(&mut body).await?;
        }
        Ok(Answer { status, body })
    }
}

fn odd() -> std::io::Error {
    std::io::Error::other("not an answer of HTTP/1.1")
}
