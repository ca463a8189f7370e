//! Settings of a server: defaults, then a TOML file, then the environment.

use std::{net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{clock::Clock, demo::DemoLoader, error::ServerError};

/// How a server runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of the embedded store and its keys.
    pub data: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where browsers reach the server, such as `https://support.example`; used for links and origin checks.
    /// Absent: whatever the request names.
    pub public_url: Option<String>,
    /// Whether cookies are marked `Secure`; set where the server is reached over TLS.
    pub secure_cookies: bool,
    /// Requests a visitor may make per second, with a burst of five times that.
    pub visitor_requests_per_s: u32,
    /// Sign-in attempts per address and minute.
    pub sign_in_per_min: u32,
    /// Requests an API key may make per second; 0: no limit.
    pub key_requests_per_s: u32,
    /// Addresses from which new conversations may be opened per minute, each.
    pub conversations_per_min: u32,
    /// The model that words the assistant's answers.
    pub llm: Option<LlmConfig>,
    /// A sentence encoder: the name of one that `segue models install` has put into the data folder, or the path of its
    /// folder. Without one everything works, by words alone.
    pub encoder: Option<String>,
    /// Loads the demo, where this program has one.
    #[serde(skip)]
    pub demo_loader: Option<DemoLoader>,
    /// The time.
    #[serde(skip)]
    pub clock: Clock,
}

/// An OpenAI-compatible model.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LlmConfig {
    /// Such as `http://127.0.0.1:8000/v1`.
    pub base_url: String,
    /// The model's name.
    pub model: String,
    /// Sent as a bearer token.
    #[serde(default, skip_serializing)]
    pub api_key: Option<String>,
    /// The whole answer must be there by then, ms.
    #[serde(default = "default_llm_timeout_ms")]
    pub timeout_ms: u64,
    /// Hosts that may be private and without TLS, such as `127.0.0.1:8000` for a model on the same machine.
    #[serde(default)]
    pub allow_hosts: Vec<String>,
}

impl std::fmt::Debug for LlmConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}, {} ms, key ***", self.model, self.base_url, self.timeout_ms)
    }
}

fn default_llm_timeout_ms() -> u64 {
    8_000
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("segue-data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 7878)),
            public_url: None,
            secure_cookies: false,
            visitor_requests_per_s: 10,
            sign_in_per_min: 20,
            key_requests_per_s: 0,
            conversations_per_min: 60,
            llm: None,
            encoder: None,
            demo_loader: None,
            clock: Clock::default(),
        }
    }
}

impl Config {
    /// Reads the defaults, then `file`, then `SEGUE_*` variables.
    pub fn load(file: Option<&std::path::Path>) -> Result<Self, ServerError> {
        let mut config: Self = match file {
            None => Self::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|error| ServerError::Config(format!("{}: {error}", path.display())))?;
                toml::from_str(&text)
                    .map_err(|error| ServerError::Config(format!("{}: {error}", path.display())))?
            }
        };
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        if let Some(data) = read("SEGUE_DATA") {
            config.data = data.into();
        }
        if let Some(listen) = read("SEGUE_LISTEN") {
            config.listen = listen
                .parse()
                .map_err(|_| ServerError::Config(format!("SEGUE_LISTEN: {listen} is no address")))?;
        }
        config.public_url = read("SEGUE_PUBLIC_URL").or(config.public_url);
        if let Some(ahead) = read("SEGUE_CLOCK_AHEAD_S") {
            let ahead_s: i64 = ahead
                .parse()
                .map_err(|_| ServerError::Config(format!("SEGUE_CLOCK_AHEAD_S: {ahead} is no number")))?;
            config.clock = Clock::ahead(ahead_s.saturating_mul(1000));
        }
        if let (Some(base_url), Some(model)) = (read("SEGUE_LLM_URL"), read("SEGUE_LLM_MODEL")) {
            config.llm = Some(LlmConfig {
                base_url,
                model,
                api_key: read("SEGUE_LLM_KEY"),
                timeout_ms: default_llm_timeout_ms(),
                allow_hosts: read("SEGUE_LLM_ALLOW_HOSTS")
                    .map(|hosts| hosts.split(',').map(str::to_owned).collect())
                    .unwrap_or_default(),
            });
        }
        Ok(config)
    }
}
