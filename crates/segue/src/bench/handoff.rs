//! `segue bench handoff`: from a customer's request for a human to the offer on an agent's screen.

use std::{
    path::PathBuf,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    task::LocalSet,
    time::{sleep, timeout_at},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{
    http::{Connection, Post},
    ingest::{Tally, Writer},
    measure::{Latencies, rounded},
    server::Server,
};

/// The longest wait for an offer.
const OFFER_WITHIN: Duration = Duration::from_secs(5);
/// Between two handoffs, so that each meets a floor at rest.
const PAUSE: Duration = Duration::from_millis(10);
/// Connections of the other conversations.
const BACKGROUND: u32 = 8;
/// Handoffs before anything is measured.
const WARM_UP: u32 = 10;
/// What the customer says.
const REQUEST: &str = "I want to talk to a human";

/// What to measure.
pub struct HandoffBench {
    /// Handoffs, one after the other.
    pub count: u32,
    /// Turns per second of other conversations.
    pub background: u32,
    /// The disk to measure; absent: where the system keeps temporary folders.
    pub data: Option<PathBuf>,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct HandoffResult {
    /// Median time from request to offer.
    pub p50_ms: f64,
    /// The time that one of a hundred exceeds.
    pub p99_ms: f64,
    /// The longest time.
    pub max_ms: f64,
    /// Handoffs that were measured.
    pub count: u64,
    /// Requests that brought no offer in time.
    pub errors: u64,
    /// Other turns meanwhile, per second.
    pub background_turns_per_s: f64,
}

#[derive(Deserialize)]
struct Offer {
    conversation: String,
    epoch: u64,
    package: Value,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl HandoffBench {
    /// Measures a server of its own.
    pub fn run(&self) -> Result<HandoffResult> {
        let server = Server::start(self.data.as_deref())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, self.measure(&server))
    }

    async fn measure(&self, server: &Server) -> Result<HandoffResult> {
        let tally = Rc::new(Tally::default());
        let mut agent = Agent::sign_in(server).await?;
        let mut customer = Customer::new(server).await?;
        let others = self.background(server, &tally).await?;
        let (mut latencies, mut errors) = (Latencies::default(), 0);
        let mut begin = Instant::now();
        for number in 0..WARM_UP + self.count {
            if number == WARM_UP {
                begin = Instant::now();
                tally.measures.set(true);
                (latencies, errors) = (Latencies::default(), 0);
            }
            match handoff(&mut customer, &mut agent, number).await? {
                Some(latency) => latencies.add(latency),
                None => errors += 1,
            }
            sleep(PAUSE).await;
        }
        tally.measures.set(false);
        tally.stops.set(true);
        let elapsed = begin.elapsed();
        for other in others {
            other.await.context("a connection of the background failed")?;
        }
        if let Some(problem) = tally.problem.take() {
            eprintln!("{} errors in the background, the first: {problem}", tally.errors.get());
        }
        let turns = tally.latencies.borrow().count() as f64;
        Ok(HandoffResult {
            p50_ms: rounded(latencies.at_ms(0.5), 2),
            p99_ms: rounded(latencies.at_ms(0.99), 2),
            max_ms: rounded(latencies.at_ms(1.0), 2),
            count: latencies.count(),
            errors,
            background_turns_per_s: rounded(turns / elapsed.as_secs_f64(), 0),
        })
    }

    async fn background(
        &self,
        server: &Server,
        tally: &Rc<Tally>,
    ) -> Result<Vec<tokio::task::JoinHandle<()>>> {
        let mut tasks = vec![];
        if self.background == 0 {
            return Ok(tasks);
        }
        let lanes = BACKGROUND.min(self.background);
        let pause = Duration::from_secs(1) * lanes / self.background;
        for lane in 0..u64::from(lanes) {
            let writer = Writer::open(server, lane, pause, tally.clone()).await?;
            tasks.push(tokio::task::spawn_local(writer.run()));
        }
        Ok(tasks)
    }
}

/// One handoff from the customer's words to the offer, and its end; `None` where no offer came in time.
async fn handoff(customer: &mut Customer, agent: &mut Agent, number: u32) -> Result<Option<Duration>> {
    let conversation = format!("handoff-{number}");
    let request = customer.prepare(&conversation).await?;
    let begin = Instant::now();
    // The offer may overtake the answer to the request.
    let (answered, offered) =
        tokio::join!(customer.connection.send(&request), agent.offer(&conversation, begin));
    let status = answered?;
    if status != 200 {
        bail!("the request for a human was answered with {status}")
    }
    let Some((offer, latency)) = offered? else { return Ok(None) };
    let transcript = offer.package["transcript"].as_array().map_or(0, Vec::len);
    if transcript != 3 {
        bail!("the offer of {conversation} came with {transcript} of 3 turns")
    }
    agent.settle(&offer).await?;
    Ok(Some(latency))
}

/// Somebody with one conversation after the other.
struct Customer {
    connection: Connection,
    credential: String,
}

impl Customer {
    async fn new(server: &Server) -> Result<Self> {
        let credential = format!("Authorization: Bearer {}", server.credentials.api_key);
        Ok(Self { connection: Connection::open(server.address).await?, credential })
    }

    /// Opens a conversation and lets it begin; gives the request that is measured.
    async fn prepare(&mut self, conversation: &str) -> Result<Vec<u8>> {
        let open = json!({ "id": conversation, "channel": "chat" });
        self.post("/v1/conversations", &open).await?;
        let path = format!("/v1/conversations/{conversation}/turns");
        let turn = |id, role, text| json!({ "client_id": id, "role": role, "text": text });
        self.post(&path, &turn("t0", "customer", "Where can I change my delivery address?")).await?;
        self.post(&path, &turn("t1", "assistant", "Under Profile, Addresses.")).await?;
        Ok(self.request(&path, &turn("t2", "customer", REQUEST)))
    }

    fn request(&self, path: &str, body: &Value) -> Vec<u8> {
        Post { method: "POST", path, credential: &self.credential, body: &body.to_string() }.bytes()
    }

    async fn post(&mut self, path: &str, body: &Value) -> Result<()> {
        let request = self.request(path, body);
        self.connection.expect_ok(&request).await?;
        Ok(())
    }
}

/// The owner of the organisation, at the workspace.
struct Agent {
    connection: Connection,
    cookie: String,
    socket: Socket,
}

impl Agent {
    async fn sign_in(server: &Server) -> Result<Self> {
        let mut connection = Connection::open(server.address).await?;
        let credentials = &server.credentials;
        let body = json!({ "email": credentials.email, "password": credentials.password }).to_string();
        let sign_in = Post { method: "POST", path: "/v1/sessions", credential: "", body: &body };
        connection.expect_ok(&sign_in.bytes()).await?;
        let cookie = connection.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = format!("Cookie: {}", cookie.context("signing in set no cookie")?);
        let url = format!("ws://{}/v1/workspace/socket", server.address);
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("Cookie", cookie["Cookie: ".len()..].parse()?);
        let (socket, _) =
            tokio_tungstenite::connect_async(request).await.context("no socket for the agent")?;
        let mut agent = Self { connection, cookie, socket };
        agent.wait_for_welcome().await?;
        agent.send("PUT", "/v1/me/presence", &json!({ "presence": "available" })).await?;
        Ok(agent)
    }

    async fn wait_for_welcome(&mut self) -> Result<()> {
        let until = tokio::time::Instant::now() + OFFER_WITHIN;
        while let Some(text) = self.frame(until).await? {
            if text.starts_with("{\"type\":\"welcome\"") {
                return Ok(());
            }
        }
        bail!("the workspace did not welcome the agent")
    }

    /// The offer of this conversation and when it was there; `None` where it does not come in time.
    async fn offer(&mut self, conversation: &str, begin: Instant) -> Result<Option<(Offer, Duration)>> {
        #[derive(Deserialize)]
        struct Frame {
            offer: Offer,
        }
        let until = tokio::time::Instant::from_std(begin + OFFER_WITHIN);
        while let Some(text) = self.frame(until).await? {
            let latency = begin.elapsed();
            if text.starts_with("{\"type\":\"offer\"") {
                let Frame { offer } = serde_json::from_str(&text).context("an offer that cannot be read")?;
                if offer.conversation == conversation {
                    return Ok(Some((offer, latency)));
                }
            }
        }
        Ok(None)
    }

    async fn frame(&mut self, until: tokio::time::Instant) -> Result<Option<String>> {
        loop {
            let Ok(message) = timeout_at(until, self.socket.next()).await else { return Ok(None) };
            match message.context("the agent's socket was closed")?? {
                Message::Text(text) => return Ok(Some(text.to_string())),
                Message::Close(_) => bail!("the agent's socket was closed"),
                _ => {}
            }
        }
    }

    /// Accepts, settles and leaves at once, so that the next offer finds a free agent.
    async fn settle(&mut self, offer: &Offer) -> Result<()> {
        let path = |act: &str| format!("/v1/conversations/{}/{act}", offer.conversation);
        let fenced = json!({ "epoch": offer.epoch });
        let resolve = json!({ "epoch": offer.epoch, "disposition": "solved", "timing": "right" });
        self.send("POST", &path("accept"), &fenced).await?;
        self.send("POST", &path("resolve"), &resolve).await?;
        self.send("POST", &path("finish"), &fenced).await
    }

    async fn send(&mut self, method: &str, path: &str, body: &Value) -> Result<()> {
        let request = Post { method, path, credential: &self.cookie, body: &body.to_string() }.bytes();
        self.connection.expect_ok(&request).await?;
        Ok(())
    }
}
