//! `segue bench ingest`: turns per second through the whole pipeline.

use std::{
    cell::{Cell, RefCell},
    path::PathBuf,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde::Serialize;
use tokio::task::LocalSet;

use super::{
    corpus::{self, TURNS},
    http::{Connection, Post},
    measure::{Latencies, cpu_time, rounded, rss_bytes},
    server::Server,
    store_only,
};

/// Load before anything is measured: caches fill, keys are made, the log grows.
const WARM_UP: Duration = Duration::from_secs(2);

/// What to measure.
pub struct IngestBench {
    /// Measured time.
    pub seconds: u64,
    /// Connections, each with one turn under way.
    pub connections: u16,
    /// The disk to measure; absent: where the system keeps temporary folders.
    pub data: Option<PathBuf>,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct IngestResult {
    /// Turns that were durable and decided, per second.
    pub turns_per_s: f64,
    /// Median time from request to answer.
    pub p50_ms: f64,
    /// The time that one of a hundred exceeds.
    pub p99_ms: f64,
    /// Processor time of the server for a turn, opening conversations included; null where the system does not tell.
    pub cpu_us_per_turn: Option<f64>,
    /// Memory of the server at the end; null where the system does not tell.
    pub rss_bytes: Option<u64>,
    /// Durable events per second of the store alone, in this process.
    pub store_only_events_per_s: f64,
    /// As asked for.
    pub connections: u16,
    /// As it was.
    pub seconds: f64,
    /// Conversations opened meanwhile; they are no turns.
    pub conversations: u64,
    /// Answers other than success, and broken connections.
    pub errors: u64,
}

/// What the connections share; all of them run on one thread.
#[derive(Default)]
pub(super) struct Tally {
    /// Whether what ends now counts.
    pub(super) measures: Cell<bool>,
    /// Whether to begin anything new.
    pub(super) stops: Cell<bool>,
    pub(super) latencies: RefCell<Latencies>,
    pub(super) conversations: Cell<u64>,
    pub(super) errors: Cell<u64>,
    /// The first thing that went wrong, for the person at the terminal.
    pub(super) problem: RefCell<Option<String>>,
}

impl IngestBench {
    /// Measures a server of its own, then the store alone.
    pub fn run(&self) -> Result<IngestResult> {
        let mut result = {
            let server = Server::start(self.data.as_deref())?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            LocalSet::new().block_on(&runtime, self.measure(&server))?
        };
        let events_per_s = store_only::events_per_s(self.data.as_deref())?;
        result.store_only_events_per_s = rounded(events_per_s, 0);
        Ok(result)
    }

    async fn measure(&self, server: &Server) -> Result<IngestResult> {
        let tally = Rc::new(Tally::default());
        let mut tasks = vec![];
        for lane in 0..u64::from(self.connections) {
            let writer = Writer::open(server, lane, Duration::ZERO, tally.clone()).await?;
            tasks.push(tokio::task::spawn_local(writer.run()));
        }
        tokio::time::sleep(WARM_UP).await;
        let (begin, cpu_before) = (Instant::now(), cpu_time(server.pid()));
        tally.measures.set(true);
        tokio::time::sleep(Duration::from_secs(self.seconds)).await;
        tally.measures.set(false);
        let (elapsed, cpu_after) = (begin.elapsed(), cpu_time(server.pid()));
        let rss_bytes = rss_bytes(server.pid());
        tally.stops.set(true);
        for task in tasks {
            task.await.context("a connection of the measurement failed")?;
        }
        if let Some(problem) = tally.problem.take() {
            eprintln!("{} errors, the first: {problem}", tally.errors.get());
        }
        let mut latencies = tally.latencies.take();
        let turns = latencies.count() as f64;
        let cpu = cpu_before.zip(cpu_after).map(|(before, after)| after.saturating_sub(before));
        Ok(IngestResult {
            turns_per_s: rounded(turns / elapsed.as_secs_f64(), 0),
            p50_ms: rounded(latencies.at_ms(0.5), 2),
            p99_ms: rounded(latencies.at_ms(0.99), 2),
            cpu_us_per_turn: cpu.map(|cpu| rounded(cpu.as_micros() as f64 / turns.max(1.0), 1)),
            rss_bytes,
            store_only_events_per_s: 0.0,
            connections: self.connections,
            seconds: rounded(elapsed.as_secs_f64(), 2),
            conversations: tally.conversations.get(),
            errors: tally.errors.get(),
        })
    }
}

/// One connection that works through conversations of its own.
pub(super) struct Writer {
    connection: Connection,
    address: std::net::SocketAddr,
    credential: String,
    lane: u64,
    /// Between two turns.
    pause: Duration,
    tally: Rc<Tally>,
}

impl Writer {
    /// Connects. `lane` tells its conversations from those of the others.
    pub(super) async fn open(server: &Server, lane: u64, pause: Duration, tally: Rc<Tally>) -> Result<Self> {
        let credential = format!("Authorization: Bearer {}", server.credentials.api_key);
        let (address, connection) = (server.address, Connection::open(server.address).await?);
        Ok(Self { connection, address, credential, lane, pause, tally })
    }

    /// Works until the tally says to stop.
    pub(super) async fn run(mut self) {
        for number in 0.. {
            // Made before the clock runs: the client shares the processor with the server.
            let requests = self.requests(number);
            let mut requests = requests.iter();
            let opened = match requests.next() {
                Some(open) => self.exchange(open).await.is_some(),
                None => return,
            };
            if opened && self.tally.measures.get() {
                self.tally.conversations.update(|count| count + 1);
            }
            if !opened || !self.say_all(requests).await {
                return;
            }
        }
    }

    /// Sends the turns of a conversation; `false` at the end of the measurement.
    async fn say_all(&mut self, turns: impl Iterator<Item = &Vec<u8>>) -> bool {
        for turn in turns {
            if self.tally.stops.get() {
                return false;
            }
            match self.exchange(turn).await {
                Some(latency) if self.tally.measures.get() => self.tally.latencies.borrow_mut().add(latency),
                Some(_) => {}
                // The next conversation may go better; a lost connection was opened anew.
                None => return !self.tally.stops.get(),
            }
            if !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
        }
        !self.tally.stops.get()
    }

    /// One request; its latency where it succeeded.
    async fn exchange(&mut self, request: &[u8]) -> Option<Duration> {
        let begin = Instant::now();
        let problem = match self.connection.send(request).await {
            Ok(200..300) => return Some(begin.elapsed()),
            Ok(status) => format!("{status} {}", String::from_utf8_lossy(self.connection.body())),
            Err(problem) => {
                match Connection::open(self.address).await {
                    Ok(connection) => self.connection = connection,
                    Err(_) => self.tally.stops.set(true),
                }
                format!("{problem:#}")
            }
        };
        self.tally.errors.update(|count| count + 1);
        self.tally.problem.borrow_mut().get_or_insert(problem);
        None
    }

    /// The request that opens a conversation, and one for each of its turns.
    fn requests(&self, number: u64) -> Vec<Vec<u8>> {
        let conversation = format!("bench-{}-{number}", self.lane);
        let credential = &self.credential;
        let post = |path: &str, body: &str| Post { method: "POST", path, credential, body }.bytes();
        let open = serde_json::json!({ "id": conversation, "channel": "chat" }).to_string();
        let turns_path = format!("/v1/conversations/{conversation}/turns");
        let turns = (0..TURNS).map(|turn| {
            let role = if corpus::is_customer(turn) { "customer" } else { "assistant" };
            let text = corpus::text(self.lane * 31 + number, turn);
            let body = serde_json::json!({ "client_id": format!("t{turn}"), "role": role, "text": text });
            post(&turns_path, &body.to_string())
        });
        [post("/v1/conversations", &open)].into_iter().chain(turns).collect()
    }
}
