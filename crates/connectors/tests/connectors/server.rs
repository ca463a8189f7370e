use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// One thing the server does once it has read a request.
#[derive(Clone)]
pub enum Act {
    /// Writes these bytes, as they are.
    Write(Vec<u8>),
    /// Waits.
    Pause(Duration),
}

/// A server that answers the n-th request with the n-th script, and any further one with the last, then closes.
pub struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    pub closed_early: Arc<AtomicUsize>,
}

impl Server {
    pub async fn start(scripts: Vec<Vec<Act>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let closed_early = Arc::new(AtomicUsize::new(0));
        let (seen, closed) = (requests.clone(), closed_early.clone());
        tokio::spawn(async move {
            for n in 0.. {
                let Ok((mut stream, _)) = listener.accept().await else { return };
                let script = scripts[n.min(scripts.len() - 1)].clone();
                let (seen, closed) = (seen.clone(), closed.clone());
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    seen.lock().expect("no panic while held").push(request);
                    if play(&mut stream, script).await.is_err() {
                        closed.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Self { port, requests, closed_early }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic while held").clone()
    }

    /// The JSON body of the n-th request.
    pub fn body(&self, n: usize) -> serde_json::Value {
        let request = &self.requests()[n];
        let (_, body) = request.split_once("\r\n\r\n").expect("a head and a body");
        serde_json::from_str(body).expect("JSON")
    }
}

async fn play(stream: &mut TcpStream, script: Vec<Act>) -> std::io::Result<()> {
    for act in script {
        match act {
            Act::Write(bytes) => {
                stream.write_all(&bytes).await?;
                stream.flush().await?;
            }
            Act::Pause(time) => {
                let mut byte = [0];
                tokio::select! {
                    () = tokio::time::sleep(time) => {}
                    // The client has nothing more to say: whatever is read here is the end.
                    _ = stream.read(&mut byte) => return Err(std::io::ErrorKind::ConnectionReset.into()),
                }
            }
        }
    }
    stream.shutdown().await
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let n = stream.read(&mut piece).await.unwrap_or(0);
        bytes.extend_from_slice(&piece[..n]);
        let text = String::from_utf8_lossy(&bytes);
        if n == 0 || is_whole(&text) {
            return text.into_owned();
        }
    }
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.to_ascii_lowercase().lines().find_map(|line| {
        line.strip_prefix("content-length:").and_then(|value| value.trim().parse::<usize>().ok())
    });
    body.len() >= length.unwrap_or(0)
}

/// Head and body of an answer that ends with the connection.
pub fn answer(status: &str, headers: &str, body: &str) -> Vec<Act> {
    vec![head(status, headers), Act::Write(body.as_bytes().to_vec())]
}

/// The head alone; `headers` end in `\r\n` each.
pub fn head(status: &str, headers: &str) -> Act {
    Act::Write(format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n").into_bytes())
}
