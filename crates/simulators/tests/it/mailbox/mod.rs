//! The mailbox as a mail client and a reader see it.

mod faults;
mod reading;
mod smtp;

use simulators::{
    common::faults::Faults,
    mailbox::{Mailbox, Options},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mailbox on free ports of the loopback.
struct Post {
    mailbox: Mailbox,
    faults: Faults,
    smtp: std::net::SocketAddr,
}

impl Post {
    async fn start() -> Post {
        Post::with(Options::default()).await
    }

    async fn with(options: Options) -> Post {
        let faults = options.faults.clone();
        let mailbox = Mailbox::open(options).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let smtp = listener.local_addr().unwrap();
        tokio::spawn(mailbox.clone().serve_smtp(listener));
        Post {
            mailbox,
            faults,
            smtp,
        }
    }

    /// A connection that has been greeted.
    async fn connect(&self) -> Client {
        let mut client = Client(BufReader::new(TcpStream::connect(self.smtp).await.unwrap()));
        assert!(client.reply().await.starts_with("220 "));
        assert!(client.say("EHLO client.example").await.contains("250 "));
        client
    }

    /// A connection on which a sender and these recipients were taken.
    async fn ready(&self, to: &[&str]) -> Client {
        let mut client = self.connect().await;
        assert!(
            client
                .say("MAIL FROM:<portal@switchboard.example>")
                .await
                .starts_with("250")
        );
        for to in to {
            assert!(
                client
                    .say(&format!("RCPT TO:<{to}>"))
                    .await
                    .starts_with("250")
            );
        }
        client
    }
}

/// The other end of an SMTP connection.
struct Client(BufReader<TcpStream>);

impl Client {
    /// Sends a line and reads the reply, all its lines.
    async fn say(&mut self, line: &str) -> String {
        self.send(&format!("{line}\r\n")).await;
        self.reply().await
    }

    async fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    async fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).await.unwrap() == 0 {
                return reply;
            }
            reply.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                return reply;
            }
        }
    }

    /// Whether the server has closed the connection.
    async fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        matches!(self.0.read_to_end(&mut rest).await, Ok(0)) && rest.is_empty()
    }
}
