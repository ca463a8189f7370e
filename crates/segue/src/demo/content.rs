//! What the demo's files say.

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow};
use rust_embed::RustEmbed;
use segue_core::organisation::{AgentProfile, Organisation};
use segue_understanding::retrieval::Article;
use serde::{Deserialize, de::DeserializeOwned};

#[derive(RustEmbed)]
#[folder = "demo"]
struct Files;

/// One fictional organisation.
pub struct World {
    /// Its settings.
    pub organisation: Organisation,
    /// Its people.
    pub agents: Vec<Agent>,
    /// Its knowledge base.
    pub articles: Vec<Article>,
    /// Who chats.
    pub customers: Vec<Customer>,
    /// How fast.
    pub pace: Pace,
    /// What simulated colleagues say.
    pub replies: Replies,
}

/// A person of the organisation.
#[derive(Deserialize)]
pub struct Agent {
    /// As in any organisation.
    #[serde(flatten)]
    pub profile: AgentProfile,
    /// Whether the demo plays them.
    pub simulated: bool,
    /// One line for the sign-in card.
    pub about: String,
}

/// A simulated customer.
#[derive(Clone, Deserialize)]
pub struct Customer {
    /// Their id.
    pub id: String,
    /// As on the account.
    #[serde(default)]
    pub name: Option<String>,
    /// As on the account.
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    /// Where they work.
    pub company: Option<String>,
    /// As on the account.
    #[serde(default)]
    pub tier: Option<String>,
    /// Whether they are signed in.
    #[serde(default)]
    pub verified: bool,
    /// ISO 639-1 code of their browser.
    pub language: String,
    /// IANA name.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// As on the account.
    #[serde(default)]
    pub attributes: toml::Table,
    /// Where they are.
    #[serde(default)]
    pub page: Option<Page>,
    /// What they say before a human comes.
    pub lines: Vec<String>,
    /// What they answer to a human.
    #[serde(default)]
    pub with_agent: Vec<String>,
    /// 1..=5.
    #[serde(default)]
    pub rating: Option<u8>,
}

/// A page of a demo site.
#[derive(Clone, Deserialize)]
pub struct Page {
    /// Address without origin.
    pub url: String,
    /// Title.
    pub title: String,
}

/// Mean times, seconds.
#[derive(Clone, Deserialize)]
pub struct Pace {
    /// New chats.
    pub arrivals_per_minute: f64,
    /// Chats at one time.
    pub live_max: usize,
    /// From opening to the first line.
    pub first_line_s: f64,
    /// From the assistant's answer to the next line.
    pub line_gap_s: f64,
    /// From a human's reply to the next line.
    pub with_agent_gap_s: f64,
    /// A colleague's time to accept.
    pub agent_accept_s: f64,
    /// A colleague's time to reply.
    pub agent_reply_s: f64,
    /// Before the same customer comes back.
    pub rest_s: f64,
}

#[derive(Deserialize)]
struct CustomersFile {
    pace: Pace,
    #[serde(rename = "customer")]
    customers: Vec<Customer>,
}

#[derive(Deserialize)]
struct AgentsOf {
    #[serde(rename = "agent")]
    agents: Vec<Agent>,
}

/// What simulated colleagues say.
#[derive(Deserialize)]
pub struct Replies {
    /// For a simulated customer.
    #[serde(default)]
    pub story: HashMap<String, Story>,
    /// For everybody else.
    #[serde(rename = "set")]
    pub sets: Vec<Set>,
}

/// A colleague's part in a customer's story.
#[derive(Deserialize)]
pub struct Story {
    /// Line n comes before the customer's n-th answer.
    #[serde(default)]
    pub lines: Vec<String>,
    /// The last words.
    #[serde(default)]
    pub closing: String,
}

/// Lines by squad and language.
#[derive(Deserialize)]
pub struct Set {
    /// The squad.
    pub squad: String,
    /// ISO 639-1 code.
    pub language: String,
    /// First words.
    pub opening: Vec<String>,
    /// Then these, in order.
    pub lines: Vec<String>,
    /// Last words.
    pub closing: Vec<String>,
}

impl World {
    /// Reads an organisation of the demo.
    pub fn read(name: &str) -> Result<Self> {
        let organisation: Organisation = file(name, "organisation.toml")?;
        let AgentsOf { agents } = file(name, "organisation.toml")?;
        let CustomersFile { pace, customers } = file(name, "customers.toml")?;
        let replies: Replies = file(name, "replies.toml")?;
        let prefix = format!("{name}/kb/");
        let mut articles = vec![];
        for path in Files::iter().filter(|path| path.starts_with(&prefix) && path.ends_with(".md")) {
            let id = path.trim_start_matches(&prefix).trim_end_matches(".md");
            articles.push(Article::from_markdown(id, &text(&path)?));
        }
        Ok(Self { organisation, agents, articles, customers, pace, replies })
    }
}

fn file<T: DeserializeOwned>(name: &str, file: &str) -> Result<T> {
    let path = format!("{name}/{file}");
    toml::from_str(&text(&path)?).with_context(|| path)
}

fn text(path: &str) -> Result<String> {
    let found = Files::get(path).ok_or_else(|| anyhow!("{path} is not in the program"))?;
    Ok(String::from_utf8(found.data.into_owned())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_organisations_can_be_read() {
        for name in ["tidewater", "fernlight"] {
            let world = World::read(name).unwrap();
            assert!(world.agents.iter().any(|agent| !agent.simulated), "{name}: somebody to sign in as");
            assert!(world.articles.len() >= 10, "{name}: {} articles", world.articles.len());
            assert!(world.customers.len() >= 10, "{name}: {} customers", world.customers.len());
            for agent in &world.agents {
                for squad in &agent.profile.work.squads {
                    assert!(world.organisation.squad(squad).is_some(), "{name}: squad {squad}");
                }
            }
        }
    }
}
