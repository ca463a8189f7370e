//! The part of Segue's HTTP interface that the faults use.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::{Agent, http::Response};

use super::oracle::{Ack, Sent};

/// The longest wait for one answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long a client goes on asking a server that answers "not now" or not at all.
const PERSISTS_FOR: Duration = Duration::from_secs(20);
/// Events per page; the log is read in several pages on purpose.
const PAGE: usize = 500;

/// A client of one running server. Clones share its connections.
#[derive(Clone)]
pub struct Api {
    agent: Agent,
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// The API key.
    pub key: String,
}

/// One event of a conversation's log.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its place.
    pub seq: u64,
    /// Its type.
    pub kind: String,
    /// What it says.
    pub data: Value,
}

impl Event {
    /// Our name for the turn, where the event is a turn that an API client sent.
    pub fn client_id(&self) -> Option<&str> {
        if self.kind == "turn.received" { self.data["client_id"].as_str() } else { None }
    }

    /// The words of the turn.
    pub fn text(&self) -> Option<&str> {
        self.data["text"].as_str()
    }

    /// The index of the turn.
    pub fn turn(&self) -> Option<u64> {
        self.data["turn"].as_u64()
    }
}

/// What came of sending a turn or opening a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// Kept, durably.
    Kept(T),
    /// No answer, or one that says to try again: nothing is promised, and the same request may be sent again.
    Unknown(String),
    /// Refused: the status and the problem's code.
    Refused(u16, String),
}

impl Api {
    /// A client of the server at `address`.
    pub fn new(address: &str, key: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWER_WITHIN))
            .http_status_as_error(false)
            .max_redirects(0)
            // Loopback only: a proxy of the environment has no business here.
            .proxy(None)
            .max_idle_connections_per_host(32)
            .build();
        Self { agent: config.into(), address: address.to_owned(), key: key.to_owned() }
    }

    /// Whether the server says that it is ready.
    pub fn is_healthy(&self) -> bool {
        self.agent.get(self.url("/healthz")).call().is_ok_and(|answer| answer.status() == 200)
    }

    /// Opens a conversation under a name of ours.
    pub fn open(&self, conversation: &str) -> Answer<Opened> {
        self.post("/v1/conversations", &json!({"id": conversation, "channel": "api"}), |status, body| {
            let opened = body["conversation"].as_str()?.to_owned();
            Some(Opened { new: status == 201, conversation: opened, seq: body["seq"].as_u64()? })
        })
    }

    /// Sends a turn.
    pub fn send(&self, turn: &Sent) -> Answer<Ack> {
        self.post(&turn_path(turn), &turn_body(turn), |_, body| {
            Some(Ack { seq: body["seq"].as_u64()?, turn: body["turn"].as_u64()? })
        })
    }

    /// Like [`Api::send`], as a client that does not give up: sends again, under the same client id, until the
    /// answer is known or [`PERSISTS_FOR`] is over.
    pub fn send_until_known(&self, turn: &Sent) -> Answer<Ack> {
        persist(|| self.send(turn))
    }

    /// Like [`Api::open`], as a client that does not give up.
    pub fn open_until_known(&self, conversation: &str) -> Answer<Opened> {
        persist(|| self.open(conversation))
    }

    /// The whole log of a conversation, from its start; absent where there is no such conversation.
    pub fn log(&self, conversation: &str) -> Result<Option<Vec<Event>>> {
        let mut events = Vec::new();
        let mut after = 0;
        loop {
            let path = format!("/v1/conversations/{conversation}/events?after={after}&limit={PAGE}");
            let response = self.agent.get(self.url(&path)).header("Authorization", self.bearer()).call()?;
            let (status, body) = read(response)?;
            match status {
                200 => {}
                404 if after == 0 => return Ok(None),
                _ => bail!("reading {conversation} answered {status}: {body}"),
            }
            for event in body["events"].as_array().context("an answer without events")? {
                events.push(event_of(event)?);
            }
            match body["next_after"].as_u64() {
                None => return Ok(Some(events)),
                Some(next) if next > after => after = next,
                Some(next) => bail!("next_after {next} does not advance after {after}"),
            }
        }
    }

    fn post<T>(&self, path: &str, body: &Value, kept: impl Fn(u16, &Value) -> Option<T>) -> Answer<T> {
        let sent = self.agent.post(self.url(path)).header("Authorization", self.bearer()).send_json(body);
        let (status, body) = match sent.map_err(anyhow::Error::from).and_then(read) {
            Ok(answer) => answer,
            Err(problem) => return Answer::Unknown(format!("{problem:#}")),
        };
        match status {
            200 | 201 => kept(status, &body)
                .map_or_else(|| Answer::Refused(status, format!("incomplete: {body}")), Answer::Kept),
            429 | 503 => Answer::Unknown(format!("{status}")),
            _ => Answer::Refused(status, body["code"].as_str().unwrap_or("no code").to_owned()),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.key)
    }
}

/// A conversation that is there now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Whether the answer says that this request made it (201). A server may answer 200 to all.
    pub new: bool,
    /// Its name.
    pub conversation: String,
    /// The last event.
    pub seq: u64,
}

fn persist<T>(ask: impl Fn() -> Answer<T>) -> Answer<T> {
    let start = Instant::now();
    loop {
        match ask() {
            Answer::Unknown(_) if start.elapsed() < PERSISTS_FOR => thread::sleep(Duration::from_millis(10)),
            answer => return answer,
        }
    }
}

/// Where a turn is sent.
pub fn turn_path(turn: &Sent) -> String {
    format!("/v1/conversations/{}/turns", turn.conversation)
}

/// The body of a turn.
pub fn turn_body(turn: &Sent) -> Value {
    json!({"client_id": turn.client_id, "role": "customer", "text": turn.text})
}

/// Status and body; a body that is not JSON becomes a string.
fn read(mut response: Response<ureq::Body>) -> Result<(u16, Value)> {
    let text = response.body_mut().read_to_string()?;
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok((response.status().as_u16(), body))
}

fn event_of(value: &Value) -> Result<Event> {
    let seq = value["seq"].as_u64().context("an event without seq")?;
    let kind = value["type"].as_str().context("an event without type")?.to_owned();
    Ok(Event { seq, kind, data: value["data"].clone() })
}
