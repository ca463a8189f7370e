//! What a lead sets up: squads, hours, product areas, tiers, policy. One TOML file or one record per tenant.

mod opening;
mod work;

use std::collections::BTreeMap;

pub use opening::{AtClose, Callbacks};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use work::Work;

use crate::{
    hours::{Holidays, Hours, Override},
    ids::{AgentId, OrganisationId, SquadId},
    policy::Policy,
    reading::TopicKind,
    routing::Routing,
    trigger::Reason,
};

/// A tenant's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Organisation {
    /// The tenant.
    pub id: OrganisationId,
    /// As customers know it.
    pub name: String,
    /// What the assistant is called.
    #[serde(default = "default_assistant_name")]
    pub assistant_name: String,
    /// First line of the widget.
    #[serde(default = "default_greeting")]
    pub greeting: String,
    /// ISO 639-1 code used where a customer's language is unknown.
    #[serde(default = "default_language")]
    pub language: String,
    /// IANA name, for hours and times in words.
    #[serde(default = "default_time_zone")]
    pub time_zone: String,
    /// Days on which squads that say nothing else are closed, or have other times: `2026-12-25`.
    #[serde(default)]
    pub holidays: Holidays,
    /// CSS colour of the widget.
    #[serde(default = "default_accent")]
    pub accent: String,
    /// Questions offered before the first message.
    #[serde(default)]
    pub suggestions: Vec<String>,
    /// Tiers, most important first.
    #[serde(default = "default_tiers")]
    pub tiers: Vec<Tier>,
    /// Seconds an agent may read before the customer sees them join, 0..=120.
    #[serde(default = "default_prepare_s")]
    pub prepare_s: u32,
    /// Seconds an agent has to accept an offer, 5..=120.
    #[serde(default = "default_accept_s")]
    pub accept_s: u32,
    /// Seconds of wrap-up after a conversation, 0..=900.
    #[serde(default = "default_wrap_up_s")]
    pub wrap_up_s: u32,
    /// Seconds a handoff may wait before it becomes a ticket, 60..=86400.
    #[serde(default = "default_queue_limit_s")]
    pub queue_limit_s: u32,
    /// Seconds from a ticket to its promised answer while somebody is on shift.
    #[serde(default = "default_ticket_due_s")]
    pub ticket_due_s: u32,
    /// Sites that may show the widget.
    #[serde(default, rename = "site")]
    pub sites: Vec<Site>,
    /// The site map: first match wins. Where none is given, [`Area::defaults`].
    #[serde(default = "Area::defaults", rename = "area")]
    pub areas: Vec<Area>,
    /// Squads; the first with `default = true`, else the first, takes what fits no other.
    #[serde(default, rename = "squad")]
    pub squads: Vec<Squad>,
    /// When a human is needed.
    #[serde(default)]
    pub policy: Policy,
    /// Who is asked.
    #[serde(default)]
    pub routing: Routing,
    /// Its own words.
    #[serde(default)]
    pub glossary: Glossary,
}

/// Words and numbers that mean something in one organisation only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Glossary {
    /// Products, by the names that customers use. They become facts of kind `product_code`.
    pub products: Vec<String>,
    /// Plans and memberships. They become facts of kind `membership_level`.
    pub plans: Vec<String>,
    /// What is taken out of every text before anything is stored.
    #[serde(rename = "identifier")]
    pub identifiers: Vec<Identifier>,
}

/// A number or code that must not be stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Identifier {
    /// What stands in its place, such as `member number`: "[member number ending 0041]".
    pub name: String,
    /// Regular expression, in the syntax of the Rust crate `regex`; case does not matter.
    pub pattern: String,
}

/// How important a customer is and how fast a human must answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tier {
    /// The organisation's word, such as `enterprise`.
    pub name: String,
    /// Target for the first human reply, seconds.
    pub first_reply_s: u32,
    /// Cost of one minute late against the lowest tier, > 0.
    pub weight: f32,
}

/// A website that shows the widget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Site {
    /// Public key in the script tag.
    pub key: String,
    /// Origins that may frame the widget, such as `https://shop.example`; empty: the server's own only.
    #[serde(default)]
    pub origins: Vec<String>,
}

/// A product area, by pattern of the page's address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Area {
    /// Its name, such as `billing`.
    pub name: String,
    /// Matches the whole address without query and fragment; `*` stands for any characters.
    pub pattern: String,
}

impl Area {
    /// Areas that most sites name alike, so that rules by area work before anybody has drawn a site map. Help
    /// pages and orders come first: an article about cancelling, or a cancelled order, is no cancelled contract.
    pub fn defaults() -> Vec<Self> {
        [
            ("help", "*/help*"),
            ("help", "*/docs/*"),
            ("returns", "*/returns*"),
            ("orders", "*/orders*"),
            ("cancel", "*/cancel*"),
            ("cancel", "*/close-account*"),
            ("cancel", "*/unsubscribe*"),
            ("pricing", "*/pricing*"),
            ("pricing", "*/plans*"),
            ("checkout", "*/checkout*"),
            ("billing", "*/billing*"),
            ("billing", "*/invoices*"),
            ("billing", "*/payment*"),
            ("security", "*/security*"),
            ("account", "*/account*"),
        ]
        .map(|(name, pattern)| Self { name: name.into(), pattern: pattern.into() })
        .into()
    }
}

/// A group of agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Squad {
    /// Its id.
    pub id: SquadId,
    /// As people call it.
    pub name: String,
    /// The skill its conversations need.
    pub skill: String,
    /// Subjects it takes.
    #[serde(default)]
    pub topics: Vec<TopicKind>,
    /// Product areas it takes.
    #[serde(default)]
    pub areas: Vec<String>,
    /// Handoff reasons it takes, whatever the subject.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// When it works.
    #[serde(default)]
    pub hours: Hours,
    /// When it works on a channel, where that is not the same: `voice = ["Mon-Fri 09:00-17:00"]`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channel_hours: BTreeMap<String, Hours>,
    /// IANA name of the zone its hours speak of; the organisation's where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// What was decided for a while, the last one counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// Where its conversations go when it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<SquadId>,
    /// What becomes of those who still wait when it closes.
    #[serde(default)]
    pub at_close: AtClose,
    /// Seconds after closing in which those who wait may still be taken, 0..=3600.
    #[serde(default)]
    pub close_grace_s: u32,
    /// Which callbacks it offers.
    #[serde(default)]
    pub callbacks: Callbacks,
    /// Whether it takes what fits no other.
    #[serde(default)]
    pub default: bool,
}

/// A person who works with Segue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentProfile {
    /// Their id.
    pub id: AgentId,
    /// Full name; customers see the first part.
    pub name: String,
    /// To sign in.
    pub email: String,
    /// What they may do.
    #[serde(default)]
    pub role: StaffRole,
    /// What they can do and when.
    #[serde(flatten)]
    pub work: Work,
}

/// What a member of staff may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// Everything.
    Owner,
    /// Everything but ownership.
    Admin,
    /// Sees all conversations, reassigns, tunes.
    Supervisor,
    /// Answers customers.
    #[default]
    Agent,
    /// Reads.
    Viewer,
}

impl Squad {
    /// A squad that takes nothing yet and is always open.
    pub fn new(id: SquadId, name: &str, skill: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            skill: skill.to_owned(),
            topics: vec![],
            areas: vec![],
            reasons: vec![],
            hours: Hours::always(),
            channel_hours: BTreeMap::new(),
            time_zone: None,
            overrides: vec![],
            fallback: None,
            at_close: AtClose::default(),
            close_grace_s: 0,
            callbacks: Callbacks::default(),
            default: false,
        }
    }
}

impl AgentProfile {
    /// An agent without squads and skills, always on shift.
    pub fn new(id: AgentId, name: &str, email: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            email: email.to_owned(),
            role: StaffRole::default(),
            work: Work::default(),
        }
    }
}

impl Organisation {
    /// A tenant with one squad and the defaults.
    pub fn new(id: OrganisationId, name: &str) -> Self {
        let general = SquadId::parse("general").expect("a fixed id");
        let squad = Squad { default: true, ..Squad::new(general, "General", "general") };
        let mut organisation: Self =
            serde_json::from_value(serde_json::json!({ "id": id.as_str(), "name": name }))
                .expect("every other field has a default");
        organisation.squads = vec![squad];
        organisation
    }

    /// The squad with this id.
    pub fn squad(&self, id: &SquadId) -> Option<&Squad> {
        self.squads.iter().find(|squad| squad.id == *id)
    }

    /// The squad that takes what fits no other; absent only where there are no squads at all.
    pub fn default_squad(&self) -> Option<&Squad> {
        self.squads.iter().find(|squad| squad.default).or(self.squads.first())
    }

    /// The product area of an address, by the site map.
    pub fn area_of(&self, url: &str) -> Option<&str> {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        self.areas.iter().find(|area| matches(&area.pattern, path)).map(|area| area.name.as_str())
    }

    /// The tier by name.
    pub fn tier(&self, name: Option<&str>) -> Option<&Tier> {
        let name = name?;
        self.tiers.iter().find(|tier| tier.name.eq_ignore_ascii_case(name))
    }

    /// Seconds to the first human reply: the tier's target, or the last tier's.
    pub fn first_reply_s(&self, tier: Option<&str>) -> u32 {
        self.tier(tier).or(self.tiers.last()).map_or(600, |tier| tier.first_reply_s)
    }
}

/// Whether `text` matches `pattern`, where `*` stands for any characters. Linear in the text for each star.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

fn default_assistant_name() -> String {
    "Assistant".into()
}
fn default_greeting() -> String {
    "Hello! How can I help?".into()
}
fn default_language() -> String {
    "en".into()
}
fn default_time_zone() -> String {
    "UTC".into()
}
fn default_accent() -> String {
    "#4f46c8".into()
}
fn default_prepare_s() -> u32 {
    15
}
fn default_accept_s() -> u32 {
    20
}
fn default_wrap_up_s() -> u32 {
    60
}
fn default_queue_limit_s() -> u32 {
    900
}
fn default_ticket_due_s() -> u32 {
    4 * 3600
}
fn default_tiers() -> Vec<Tier> {
    [("enterprise", 30, 10.0), ("pro", 120, 3.0), ("free", 600, 1.0)]
        .map(|(name, first_reply_s, weight)| Tier { name: name.into(), first_reply_s, weight })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_areas_tell_a_contract_from_an_order() {
        let organisation = Organisation::new(OrganisationId::parse("acme").expect("a fixed id"), "Acme");
        let check = |url, area: &str| assert_eq!(organisation.area_of(url), Some(area), "{url}");
        check("https://app.acme.example/account/cancel", "cancel");
        check("https://acme.example/orders/81/cancel", "orders");
        check("https://acme.example/help/cancel-my-plan", "help");
        check("https://acme.example/pricing?seats=120", "pricing");
        check("https://app.acme.example/settings/billing", "billing");
        assert_eq!(organisation.area_of("https://acme.example/"), None);
    }

    #[test]
    fn patterns_match_whole_addresses() {
        let check =
            |pattern, text, expected| assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        check("*/settings/billing*", "https://app.example/settings/billing", true);
        check("*/settings/billing*", "https://app.example/settings", false);
        check("/a", "/a", true);
        check("/a", "/ab", false);
        check("*", "", true);
        check("a*b*c", "a-b-b-c", true);
        check("a*b*c", "a-c-b", false);
    }
}
