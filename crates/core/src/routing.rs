//! Who is asked. [`eligible`] is the only gate: no other code picks an agent. Of those who pass, a
//! [`Strategy`](crate::strategy::Strategy) finds the best; the [`Router`] keeps everybody who waits and everybody who
//! answers, and decides at every event.

mod bits;
mod capacity;
mod class;
mod comparing;
mod deciding;
mod line;
mod outlook;
mod people;
mod router;
mod seat;
mod settings;
mod terms;

use serde::{Deserialize, Serialize};

use self::class::Key;
pub(crate) use self::terms::TierCost;
pub use self::{
    capacity::{Capacity, Channel, Load, Share},
    class::Class,
    comparing::{Compared, Standing},
    outlook::Foretold,
    router::{Router, TICK_MS},
    seat::Seat,
    settings::{Routing, Weights},
    terms::{Overflow, Patience, Rung, Terms, TierTerms, speed},
};
use crate::{handoff::Needs, ids::AtMs, organisation::AgentProfile};

/// Whether an agent takes conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Takes conversations.
    Available,
    /// There, takes no new ones.
    Busy,
    /// Back soon.
    Away,
    /// There, wants quiet.
    Focus,
    /// Not there.
    #[default]
    Offline,
}

impl Presence {
    /// Whether a customer may be told that somebody will come.
    pub fn is_there(self) -> bool {
        matches!(self, Presence::Available | Presence::Busy | Presence::Focus)
    }
}

/// An agent's number in a [`Router`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentIx(pub(crate) u32);

/// The number of a conversation in a [`Router`], from when it waits until the agent is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseIx(pub(crate) u32);

/// Somebody who is to wait.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What it takes.
    pub needs: Needs,
    /// How the customer reaches us.
    pub channel: Channel,
    /// Place of the customer's tier in [`Terms::tiers`].
    pub tier: u8,
    /// Since when the customer waits, Unix ms; kept through offers, transfers and callbacks.
    pub since_ms: AtMs,
    /// Who knows the customer.
    pub sticky: Option<AgentIx>,
    /// Who said no or missed, in order.
    pub refused_by: Vec<AgentIx>,
    /// When the last of them did, Unix ms; before the first, anything.
    pub refused_at_ms: AtMs,
}

/// Somebody who waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Place of the customer's tier in [`Terms::tiers`].
    pub tier: u8,
    /// How the customer reaches us.
    pub channel: Channel,
    /// First human reply within, seconds.
    pub target_s: f64,
    /// What a rule puts first weighs more, >= 1.
    pub factor: f64,
    /// Since when the customer waits, Unix ms.
    pub since_ms: AtMs,
    /// Who knows the customer.
    pub sticky: Option<AgentIx>,
    /// Who said no or missed, in order.
    pub refused_by: Vec<AgentIx>,
    /// When the last of them did, Unix ms; before the first, anything.
    pub refused_at_ms: AtMs,
}

/// How an offer came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody answered in time.
    Missed,
    /// The agent said no.
    Declined,
}

/// An agent is reserved.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// For whom.
    pub case: CaseIx,
    /// Who.
    pub agent: AgentIx,
    /// What had to give way.
    pub dropped: Dropped,
    /// What the strategy made of the pair.
    pub score: f64,
    /// What waiting on would have cost.
    pub urgency: f64,
    /// What the agent's slot was worth to others.
    pub price: f64,
}

/// What had to give way for an agent to be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Dropped {
    /// The agent lacks the skill, or the level asked for at first.
    pub skill: bool,
    /// The agent does not speak the language.
    pub language: bool,
    /// The agent is of another squad.
    pub squad: bool,
    /// The agent is the one who refused last.
    pub again: bool,
}

/// Misses in a row after which an agent is not asked until they act again.
pub const NOT_RESPONDING: u32 = 3;
/// Refusals after which an agent is asked for the same handoff only once nobody else could be for [`REST_MS`].
pub const ASKED_MAX: usize = 3;
/// How long after the last refusal whoever could be asked has been, ms: from then on all of them may be asked again, so that
/// nobody is left without anybody.
pub const REST_MS: AtMs = 60_000;
/// How long a customer has waited, ms, when whoever is there alone is asked once more.
const ALONE_MS: AtMs = 30_000;

/// Whether an agent may be asked now: what they can do, by a step of the ladder, and whether they are there and have room.
///
/// `alone`: nobody else on shift qualifies, so that whoever has just refused may be asked again.
pub fn eligible(
    now_ms: AtMs,
    (agent, seat): (AgentIx, &Seat),
    needs: &Needs,
    waiting: &Waiting,
    rung: &Rung,
    terms: &Terms,
    alone: bool,
) -> bool {
    qualifies(&seat.profile, &Key::of(needs, waiting.channel), rung, terms)
        && is_free(seat, waiting)
        && may_be_asked(now_ms, agent, waiting, alone)
}

/// Whether an agent can do it at all, by a step of the ladder.
fn qualifies(profile: &AgentProfile, key: &Key, rung: &Rung, terms: &Terms) -> bool {
    if let Some(only) = &key.only {
        return *only == profile.id;
    }
    let squad = match &rung.squads {
        Overflow::None => profile.work.squads.contains(&key.squad),
        Overflow::Some(others) => {
            profile.work.squads.iter().any(|squad| *squad == key.squad || others.contains(squad))
        }
        Overflow::All => true,
    };
    let level = profile.work.skills.get(&key.skill).copied().unwrap_or(0);
    let skill =
        if level > 0 { level >= rung.level } else { rung.level == 0 && stands_in(profile, key, rung, terms) };
    squad && skill && (rung.any_language || speaks(profile, key.language.as_deref()))
}

/// Whether somebody without the skill may stand in.
fn stands_in(profile: &AgentProfile, key: &Key, rung: &Rung, terms: &Terms) -> bool {
    if !rung.family || terms.families.is_empty() {
        return true;
    }
    let family = terms.families.get(&key.skill);
    family.is_some() && profile.work.skills.keys().any(|skill| terms.families.get(skill) == family)
}

/// Whether an agent is there, responds, and has room.
fn is_free(seat: &Seat, waiting: &Waiting) -> bool {
    seat.on && seat.missed < NOT_RESPONDING && seat.load.room(&seat.capacity, waiting.channel) > 0
}

/// Nobody is asked twice in a row, unless nobody else is there, and nobody more than [`ASKED_MAX`] times; but where nobody
/// else could be asked for a while, all of it begins anew.
fn may_be_asked(now_ms: AtMs, agent: AgentIx, waiting: &Waiting, alone: bool) -> bool {
    let Some(last) = waiting.refused_by.last() else { return true };
    let asked = waiting.refused_by.iter().filter(|refused| **refused == agent).count();
    let alone = alone && now_ms - waiting.since_ms >= ALONE_MS;
    let rested = now_ms - waiting.refused_at_ms >= REST_MS;
    rested || asked < ASKED_MAX && (alone || *last != agent)
}

/// Whether an agent speaks a language; whoever names none speaks all.
pub fn speaks(profile: &AgentProfile, language: Option<&str>) -> bool {
    language.is_none_or(|language| {
        profile.work.languages.is_empty() || profile.work.languages.iter().any(|spoken| spoken == language)
    })
}

impl Dropped {
    /// What gives way where an agent is asked.
    pub fn between(profile: &AgentProfile, needs: &Needs, level: u8) -> Self {
        if needs.only.is_some() {
            return Self::default();
        }
        Self {
            skill: profile.work.skills.get(&needs.skill).is_none_or(|have| *have < level),
            language: !speaks(profile, needs.language.as_deref()),
            squad: !profile.work.squads.contains(&needs.squad),
            again: false,
        }
    }
}
