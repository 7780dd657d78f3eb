//! What the running server tells about itself: the log and the metrics. Neither ever holds a person's data: ids, templates of
//! routes, counts.

use crate::config::LogFormat;
use axum::{Router, http::header, routing::get};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    io::{IsTerminal, Write},
    time::Duration,
};
use tracing_subscriber::EnvFilter;

/// Starts the log, to standard output. `filter` is in the manner of `tracing` (`info`, `warn,platform=debug`).
///
/// # Errors
/// When the filter cannot be understood, or a log was started before.
pub fn start_log(format: LogFormat, filter: &str) -> crate::Result<()> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| crate::Error::internal(format!("log.filter: {error}")))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // A file is read by programs, which have no use for colours.
        .with_ansi(std::io::stdout().is_terminal())
        .with_writer(|| Unfailing(std::io::stdout()));
    let started = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .try_init(),
    };
    started.map_err(|error| crate::Error::internal(error.to_string()))
}

/// A log that cannot be written is lost, and nothing else is: `tracing` would tell standard error of it, which often leads to the
/// same full disk, and a print that fails there panics.
struct Unfailing<W>(W);

impl<W: Write> Write for Unfailing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write_all(bytes).ok();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush().ok();
        Ok(())
    }
}

/// Seconds, from a read out of the cache to the time limit.
const BUCKETS: [f64; 12] = [
    0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

/// Starts collecting metrics for the whole process.
///
/// # Errors
/// When they are collected already.
pub fn start_metrics() -> crate::Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .inspect(|_| describe())
        .map_err(|error| crate::Error::internal(format!("metrics: {error}")))
}

fn describe() {
    metrics::describe_counter!(
        "http_requests_total",
        "Requests by method, template of the route, and status"
    );
    metrics::describe_histogram!(
        "http_request_seconds",
        metrics::Unit::Seconds,
        "Time until the answer began"
    );
    metrics::describe_counter!(
        "mail_sent_total",
        "Mails by outcome: sent, postponed, refused"
    );
}

/// `GET /metrics`, for a listener of its own.
pub fn metrics_router(handle: PrometheusHandle) -> Router {
    let answer = move || {
        handle.run_upkeep();
        let text = handle.render();
        async move {
            (
                [(
                    header::CONTENT_TYPE,
                    "text/plain; version=0.0.4; charset=utf-8",
                )],
                text,
            )
        }
    };
    Router::new().route("/metrics", get(answer))
}

/// Counts one answered request. `route` is the template.
pub fn observe_request(method: &str, route: &str, status: u16, elapsed: Duration) {
    // A method that nobody defined would be a label of the asker's choosing.
    let method = match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method.to_owned(),
        _ => "other".to_owned(),
    };
    let route = route.to_owned();
    metrics::counter!(
        "http_requests_total",
        "method" => method.clone(), "route" => route.clone(), "status" => status.to_string()
    )
    .increment(1);
    metrics::histogram!("http_request_seconds", "method" => method, "route" => route)
        .record(elapsed.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_template_and_status() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            observe_request(
                "GET",
                "/api/v1/people/{person}",
                200,
                Duration::from_millis(3),
            );
            observe_request("BREW", "/api/v1/me", 405, Duration::from_millis(1));
        });
        let text = handle.render();
        assert!(text.contains(
            "http_requests_total{method=\"GET\",route=\"/api/v1/people/{person}\",status=\"200\"} 1"
        ), "{text}");
        assert!(
            text.contains("method=\"other\"") && !text.contains("BREW"),
            "{text}"
        );
    }

    #[test]
    fn a_log_on_a_full_disk_stops_nobody() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
        }
        let mut log = Unfailing(Full);
        assert!(log.write_all(b"request").is_ok() && log.flush().is_ok());
    }
}
