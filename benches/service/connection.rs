//! A kept-alive HTTP/1.1 connection that costs little: what it reads of an answer
//! is the status and where the body ends.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Failure;

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    body: std::ops::Range<usize>,
}

impl Connection {
    /// Connects to `address`.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(4096), body: 0..0 })
    }

    /// Sends a whole `request`; gives the status of its answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<u16, Failure> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let head = loop {
            if let Some(at) = self.received.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            self.read().await?;
        };
        let text = std::str::from_utf8(&self.received[..head])?;
        let status = text.get(9..12).ok_or("an answer that is no HTTP")?.parse()?;
        let header = |name: &str| {
            text.lines().find_map(|line| {
                let (key, value) = line.split_once(": ")?;
                key.eq_ignore_ascii_case(name).then(|| value.to_owned())
            })
        };
        if header("transfer-encoding").is_some() {
            while !self.received.ends_with(b"0\r\n\r\n") {
                self.read().await?;
            }
            self.body = head..self.received.len();
        } else {
            let length: usize = header("content-length").map_or(Ok(0), |n| n.parse())?;
            while self.received.len() < head + length {
                self.read().await?;
            }
            self.body = head..head + length;
        }
        Ok(status)
    }

    /// Asks for `path` as a browser does, compressed; gives the status.
    pub(crate) async fn get(&mut self, path: &str) -> Result<u16, Failure> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: bench\r\naccept: text/html\r\naccept-language: vi\r\naccept-encoding: gzip, br\r\n\r\n"
        );
        self.send(request.as_bytes()).await
    }

    /// The body of the last answer; of a chunked one with its chunk marks.
    pub(crate) fn body(&self) -> &[u8] {
        &self.received[self.body.clone()]
    }

    async fn read(&mut self) -> Result<(), Failure> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            return Err("the server hung up".into());
        }
        Ok(())
    }
}
