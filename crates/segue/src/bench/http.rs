//! As little HTTP/1.1 as a load generator needs: whole requests out, a status and a length in.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// The longest wait for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// The longest head of an answer, bytes.
const HEAD_MAX_BYTES: usize = 16 << 10;

/// One kept-alive connection with one request at a time.
pub struct Connection {
    stream: TcpStream,
    /// What has come of the current answer.
    buffer: Vec<u8>,
    /// Where its body begins.
    body_at: usize,
}

/// A method other than `GET` with a JSON body.
pub struct Post<'a> {
    /// `POST`, `PUT` ...
    pub method: &'a str,
    /// From the first slash.
    pub path: &'a str,
    /// `Authorization: Bearer ...` or `Cookie: ...`.
    pub credential: &'a str,
    /// JSON.
    pub body: &'a str,
}

impl Post<'_> {
    /// The bytes to send.
    pub fn bytes(&self) -> Vec<u8> {
        let Self { method, path, credential, body } = self;
        let credential = if credential.is_empty() { String::new() } else { format!("{credential}\r\n") };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\n{credential}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect(address).await.with_context(|| format!("{address} does not answer"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096), body_at: 0 })
    }

    /// Sends a request and waits for the whole answer; gives its status.
    pub async fn send(&mut self, request: &[u8]) -> Result<u16> {
        timeout(ANSWER_WITHIN, self.exchange(request)).await.context("the server did not answer in time")?
    }

    /// Sends a request that must succeed; gives the body.
    pub async fn expect_ok(&mut self, request: &[u8]) -> Result<&[u8]> {
        let status = self.send(request).await?;
        if !(200..300).contains(&status) {
            let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            bail!("{line} was answered with {status}: {}", String::from_utf8_lossy(self.body()))
        }
        Ok(self.body())
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.buffer[self.body_at..]
    }

    /// A field of the last answer's head.
    pub fn header(&self, name: &str) -> Option<&str> {
        field(&self.buffer[..self.body_at], name)
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        self.body_at = 0;
        let mut seen = 0;
        let head = loop {
            self.read().await?;
            // The end of the head may lie across two reads.
            if let Some(at) = find(&self.buffer[seen..], b"\r\n\r\n") {
                break seen + at + 4;
            }
            seen = self.buffer.len().saturating_sub(3);
            if seen > HEAD_MAX_BYTES {
                bail!("the head of the answer is too long")
            }
        };
        let status = status(&self.buffer[..head]).context("this is no HTTP answer")?;
        let length = match field(&self.buffer[..head], "content-length") {
            Some(length) => length.parse::<usize>().context("an answer with an odd length")?,
            None if status == 204 || status == 304 => 0,
            None => bail!("an answer without a length"),
        };
        while self.buffer.len() < head + length {
            self.read().await?;
        }
        self.body_at = head;
        Ok(status)
    }

    async fn read(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection")
        }
        Ok(())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn status(head: &[u8]) -> Option<u16> {
    let digits = head.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    str::from_utf8(digits).ok()?.parse().ok()
}

fn field<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let (key, value) = str::from_utf8(line).ok()?.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn a_head_gives_status_and_fields() {
        let head = b"HTTP/1.1 201 Created\r\nContent-Length: 12\r\nset-cookie: a=b; Path=/\r\n\r\n";
        assert_eq!(status(head), Some(201));
        assert_eq!(field(head, "content-length"), Some("12"));
        assert_eq!(field(head, "Set-Cookie"), Some("a=b; Path=/"));
        assert_eq!(field(head, "etag"), None);
    }

    #[tokio::test]
    async fn answers_in_pieces_are_put_together() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 512];
            for answer in [
                &b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"[..],
                b"HTTP/1.1 204 No Content\r\n\r\n",
            ] {
                assert!(stream.read(&mut request).await.unwrap() > 0);
                for piece in answer.chunks(7) {
                    stream.write_all(piece).await.unwrap();
                    stream.flush().await.unwrap();
                    tokio::task::yield_now().await;
                }
            }
        });
        let mut connection = Connection::open(address).await.unwrap();
        let post = Post { method: "POST", path: "/", credential: "Cookie: a=b", body: "{}" };
        assert_eq!(connection.expect_ok(&post.bytes()).await.unwrap(), b"hello");
        assert_eq!(connection.send(&post.bytes()).await.unwrap(), 204);
        assert!(connection.body().is_empty());
        server.await.unwrap();
    }
}
