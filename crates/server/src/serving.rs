//! The public listener: connections that say nothing, or no request to its end, are let go, so that whoever opens many of them
//! keeps nobody else out.

use axum::{
    Router,
    extract::Request,
    http::{Version, header},
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
};
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use platform::Error;
use std::{io, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long a connection may take from one answer to the end of the next request's head. Longer than the minute for which
/// proxies keep connections, so that it is they who close them.
pub const HEAD: Duration = Duration::from_secs(75);

/// What is under way when the program is to stop gets this long; open event streams do not end by themselves.
const LAST: Duration = Duration::from_secs(10);

/// Serves until `stop`, then what is under way. `head` as [`HEAD`].
///
/// # Errors
/// What the listener reports.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    head: Duration,
    stop: CancellationToken,
) -> io::Result<()> {
    let handle = Handle::new();
    // HTTP/1.1 alone, which is what proxies speak to what is behind them: whoever may choose is waited for without a limit
    // until the choice is made.
    let mut server = axum_server::from_tcp(listener.into_std()?)?
        .handle(handle.clone())
        .http1_only();
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(head);
    tokio::spawn(async move {
        stop.cancelled().await;
        handle.graceful_shutdown(Some(LAST));
    });
    let router = router.layer(from_fn(one_host));
    server
        .serve(router.into_make_service_with_connect_info::<SocketAddr>())
        .await
}

/// A request says once to which host it is, or two readers of it may take it to two (RFC 9112 §3.2).
async fn one_host(request: Request, next: Next) -> Response {
    let named = request.headers().get_all(header::HOST).iter().count();
    // HTTP/1.0 need not.
    let least = usize::from(request.version() == Version::HTTP_11);
    if (least..=1).contains(&named) {
        return next.run(request).await;
    }
    Error::malformed("The request does not say, or says twice, to which host it is.")
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
        time::timeout,
    };

    const LONG: Duration = Duration::from_secs(30);

    /// Serves `/` and tells where.
    async fn start(head: Duration) -> (SocketAddr, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let router = Router::new().route("/", get(async || "here"));
        tokio::spawn(serve(listener, router, head, stop.clone()));
        (address, stop)
    }

    /// What comes until the other end closes.
    async fn until_closed(mut stream: TcpStream) -> String {
        let mut said = Vec::new();
        timeout(LONG, stream.read_to_end(&mut said))
            .await
            .expect("the connection is closed")
            .unwrap();
        String::from_utf8_lossy(&said).into_owned()
    }

    #[tokio::test]
    async fn who_sends_no_request_to_its_end_is_let_go() {
        let (address, _stop) = start(Duration::from_millis(200)).await;
        for beginning in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: here\r\nX-Slow: "] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(beginning.as_bytes()).await.unwrap();
            let said = until_closed(stream).await;
            assert!(!said.contains("200 OK"), "{beginning:?}: {said}");
        }
        // An answer first, and then nothing more.
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
        stream.write_all(request).await.unwrap();
        assert!(until_closed(stream).await.ends_with("here"));
    }

    #[tokio::test]
    async fn a_request_names_one_host() {
        let (address, _stop) = start(LONG).await;
        for (head, status) in [
            ("GET / HTTP/1.1\r\nHost: here\r\n", "200"),
            ("GET / HTTP/1.0\r\n", "200"),
            ("GET / HTTP/1.1\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: here\r\nHost: there\r\n", "400"),
            ("GET / HTTP/1.0\r\nHost: here\r\nHost: there\r\n", "400"),
        ] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let request = format!("{head}Connection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let said = until_closed(stream).await;
            assert_eq!(said.split(' ').nth(1), Some(status), "{head:?}: {said}");
        }
    }

    #[tokio::test]
    async fn it_ends_when_it_is_told_to() {
        let (address, stop) = start(LONG).await;
        let request = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        stop.cancel();
        until_closed(stream).await;
    }
}
