//! A running Segue for tests: the real server on a real store in a temporary folder, with a clock that a test
//! moves by hand.
//!
//! **Architecture invariant:** nothing ships with this crate, and nothing in it is a mock: a test that passes
//! here has gone through the sockets and the disk.

pub mod history;

use std::{path::Path, time::Duration};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use segue_core::{
    ids::{AgentId, OrganisationId},
    organisation::{AgentProfile, Organisation, Site, StaffRole, Work},
    routing::Presence,
};
use segue_server::{Clock, Config, NewOrganisation, Running, start};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Everybody's password.
pub const PASSWORD: &str = "a long enough password";

/// How long a test waits for something that should come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server with the organisation `acme`: agent `maya`, supervisor `ingrid`, viewer `vera`.
pub struct TestApp {
    running: Option<Running>,
    folder: TempDir,
    clock: Clock,
    /// Where it listens, such as `http://127.0.0.1:4711`.
    pub url: String,
    /// An API key of `acme`.
    pub key: String,
    client: Client,
}

/// What a request came to.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// The media type.
    pub content_type: String,
    /// The body; null where it is empty or no JSON.
    pub body: Value,
    /// The session cookie, if one was set.
    pub cookie: Option<String>,
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum As {
    /// Nobody.
    Nobody,
    /// An API key or a visitor's token.
    Bearer(String),
    /// A session cookie.
    Cookie(String),
}

impl TestApp {
    /// Starts a fresh server.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts a fresh server with other settings than the tests' own.
    pub async fn start_with(adjust: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Clock::by_hand(1_800_000_000_000);
        let running = run(folder.path(), &clock, adjust).await;
        let settings = settings("acme");
        let agents = [
            ("maya", "Maya Okonkwo", StaffRole::Agent, 2),
            ("ingrid", "Ingrid Solberg", StaffRole::Supervisor, 0),
            ("vera", "Vera Lind", StaffRole::Viewer, 0),
            ("otto", "Otto Owner", StaffRole::Owner, 0),
        ];
        let agents =
            agents.map(|(id, name, role, capacity)| (agent(id, name, role, capacity), PASSWORD.into()));
        let new = NewOrganisation { settings, agents: agents.into(), articles: vec![] };
        let tenant = running.app.install(new).await.expect("acme can be set up");
        let key = running.app.new_key(&tenant.id).await.expect("a key");
        let url = format!("http://{}", running.address);
        Self { running: Some(running), folder, clock, url, key, client: Client::new() }
    }

    /// The server's own handle.
    pub fn app(&self) -> &segue_server::App {
        &self.running.as_ref().expect("it runs").app
    }

    /// Moves the clock.
    pub fn advance(&self, ms: i64) {
        self.clock.advance(ms);
    }

    /// Stops the server and starts another one on the same data.
    pub async fn restart(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        let running = run(self.folder.path(), &self.clock, |_| {}).await;
        self.url = format!("http://{}", running.address);
        self.running = Some(running);
    }

    /// A second tenant; the answer is its API key.
    pub async fn second_tenant(&self) -> String {
        let owner = agent("olga", "Olga", StaffRole::Owner, 1);
        let new = NewOrganisation {
            settings: settings("globex"),
            agents: vec![(owner, PASSWORD.into())],
            articles: vec![],
        };
        let tenant = self.app().install(new).await.expect("globex can be set up");
        self.app().new_key(&tenant.id).await.expect("a key")
    }

    /// Says that an agent is there, as an open workspace would.
    pub fn arrives(&self, agent: &str) {
        let id = OrganisationId::parse("acme").expect("an id");
        let tenant = self.app().tenant(&id).expect("acme");
        let agent = AgentId::parse(agent).expect("an id");
        tenant.desk.connected(&agent);
        tenant.desk.choose(&agent, Presence::Available);
    }

    /// The API key of `acme`.
    pub fn bot(&self) -> As {
        As::Bearer(self.key.clone())
    }

    /// Signs a member of staff in.
    pub async fn sign_in(&self, name: &str) -> As {
        let email = format!("{name}@acme.example");
        let body = json!({ "email": email, "password": PASSWORD });
        let reply = self.post(&As::Nobody, "/v1/sessions", body).await;
        As::Cookie(reply.cookie.expect("signing in sets a cookie"))
    }

    /// `GET`
    pub async fn get(&self, who: &As, path: &str) -> Reply {
        read(self.request(Method::GET, who, path)).await
    }

    /// `POST` with JSON.
    pub async fn post(&self, who: &As, path: &str, body: Value) -> Reply {
        read(self.request(Method::POST, who, path).json(&body)).await
    }

    /// A request to be finished by the test.
    pub fn request(&self, method: Method, who: &As, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match who {
            As::Nobody => request,
            As::Bearer(token) => request.bearer_auth(token),
            As::Cookie(cookie) => request.header("cookie", cookie),
        }
    }

    /// Opens a conversation for an assistant.
    pub async fn open(&self, id: &str) {
        let reply = self.post(&self.bot(), "/v1/conversations", json!({ "id": id })).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    }

    /// Reports a turn; the answer is its receipt.
    pub async fn turn(&self, id: &str, client_id: &str, role: &str, text: &str) -> Reply {
        let body = json!({ "client_id": client_id, "role": role, "text": text });
        self.post(&self.bot(), &format!("/v1/conversations/{id}/turns"), body).await
    }

    /// The view of a conversation, once `reached` says so.
    ///
    /// # Panics
    /// Where it is not reached in time.
    pub async fn until(&self, who: &As, id: &str, reached: impl Fn(&Value) -> bool) -> Value {
        let started = std::time::Instant::now();
        loop {
            let view = self.get(who, &format!("/v1/conversations/{id}/view")).await.body;
            if reached(&view) {
                return view;
            }
            assert!(started.elapsed() < PATIENCE, "not reached: {}", view["row"]);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Sends a request and reads the whole answer.
pub async fn read(request: RequestBuilder) -> Reply {
    let response = request.send().await.expect("the server answers");
    let header = |name: &str| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let cookie =
        header("set-cookie").split(';').next().map(str::to_owned).filter(|cookie| !cookie.is_empty());
    let (status, content_type) = (response.status(), header("content-type"));
    let bytes = response.bytes().await.expect("a whole body");
    Reply { status, content_type, body: serde_json::from_slice(&bytes).unwrap_or_default(), cookie }
}

async fn run(folder: &Path, clock: &Clock, adjust: impl FnOnce(&mut Config)) -> Running {
    let mut config = Config {
        data: folder.to_owned(),
        listen: ([127, 0, 0, 1], 0).into(),
        clock: clock.clone(),
        sign_in_per_min: 1_000,
        conversations_per_min: 1_000,
        visitor_requests_per_s: 1_000,
        ..Config::default()
    };
    adjust(&mut config);
    start(config).await.expect("the server starts")
}

fn settings(id: &str) -> Organisation {
    let mut settings = Organisation::new(OrganisationId::parse(id).expect("an id"), id);
    settings.sites = vec![Site { key: id.to_owned(), origins: vec![] }];
    settings
}

fn agent(id: &str, name: &str, role: StaffRole, capacity: u32) -> AgentProfile {
    let general = segue_core::ids::SquadId::parse("general").expect("an id");
    AgentProfile {
        role,
        work: Work {
            squads: vec![general],
            skills: [("general".to_owned(), 3)].into(),
            capacity,
            ..Work::default()
        },
        ..AgentProfile::new(AgentId::parse(id).expect("an id"), name, &format!("{id}@acme.example"))
    }
}
