//! Who is asked. [`eligible`] is the only gate: no other code picks an agent. [`rank`] orders those who pass.

use std::collections::BTreeMap;

use crate::{
    handoff::Needs,
    ids::{AgentId, AtMs, ConversationId},
    organisation::AgentProfile,
};

/// Whether an agent takes conversations.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
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

/// An agent as the floor sees one.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    /// Who.
    pub profile: AgentProfile,
    /// Whether they take conversations.
    pub presence: Presence,
    /// Conversations held, offers included.
    pub load: u32,
    /// Offers missed in a row.
    pub missed: u32,
    /// When the last offer was made, Unix ms; 0 before the first.
    pub last_offer_at_ms: AtMs,
}

/// A handoff that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Its epoch, sent back with the offer.
    pub epoch: u64,
    /// What it needs.
    pub needs: Needs,
    /// Since when, Unix ms.
    pub since_ms: AtMs,
    /// First human reply is due, Unix ms.
    pub sla_due_at_ms: AtMs,
    /// Cost of lateness, from the tier.
    pub weight: f32,
    /// Who said no or missed, in order.
    pub refused_by: Vec<AgentId>,
}

/// Seconds of waiting after which skill and squad give way to anybody in the squad, and then to anybody.
pub const RELAX_SKILL_MS: AtMs = 15_000;
/// Misses in a row after which an agent is not asked until they act again.
pub const NOT_RESPONDING: u32 = 3;

/// Refusals after which an agent is not asked for the same handoff any more.
pub const ASKED_MAX: usize = 3;

/// What had to give way for an agent to be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// The agent lacks the skill.
    pub skill: bool,
    /// The agent does not speak the language.
    pub language: bool,
    /// The agent is of another squad.
    pub squad: bool,
    /// The agent is the one who refused last.
    pub again: bool,
}

/// Whether an agent may be asked now, and what gives way. `strict` asks for squad, skill and language.
pub fn eligible(seat: &Seat, waiting: &Waiting, dropped: Dropped) -> bool {
    let profile = &seat.profile;
    let needs = &waiting.needs;
    if needs.only.as_ref().is_some_and(|only| *only != profile.id) {
        return false;
    }
    let fits = needs.only.is_some()
        || ((dropped.squad || profile.squads.contains(&needs.squad))
            && (dropped.skill || profile.skills.contains_key(&needs.skill))
            && (dropped.language || speaks(profile, needs.language.as_deref())));
    fits && seat.presence == Presence::Available
        && seat.load < profile.capacity
        && seat.missed < NOT_RESPONDING
        && may_ask_again(waiting, &profile.id, dropped.again)
}

/// Nobody is asked twice in a row, unless nobody else is there; and nobody more than [`ASKED_MAX`] times.
fn may_ask_again(waiting: &Waiting, agent: &AgentId, again: bool) -> bool {
    let asked = waiting.refused_by.iter().filter(|refused| *refused == agent).count();
    let just_now = waiting.refused_by.last() == Some(agent);
    asked < ASKED_MAX && (again || !just_now)
}

fn speaks(profile: &AgentProfile, language: Option<&str>) -> bool {
    language.is_none_or(|language| {
        profile.languages.is_empty() || profile.languages.iter().any(|l| l == language)
    })
}

/// How well an agent suits, higher first: not having refused, level, free share, longest without an offer.
pub fn rank(seat: &Seat, waiting: &Waiting, now_ms: AtMs) -> f32 {
    let level = f32::from(seat.profile.skills.get(&waiting.needs.skill).copied().unwrap_or(0));
    let free = 1.0 - seat.load as f32 / seat.profile.capacity.max(1) as f32;
    let idle_s = ((now_ms - seat.last_offer_at_ms) as f32 / 1000.0).clamp(0.0, 600.0);
    let refused = if waiting.refused_by.contains(&seat.profile.id) { 10.0 } else { 0.0 };
    let squad = if seat.profile.squads.contains(&waiting.needs.squad) { 1.0 } else { 0.0 };
    level + 2.0 * free + idle_s / 600.0 + squad - refused
}

/// The order in which waiting handoffs are looked at: most urgent first. Lateness weighs with the tier.
pub fn urgency(waiting: &Waiting, now_ms: AtMs) -> f32 {
    let target_ms = (waiting.sla_due_at_ms - waiting.since_ms).max(1_000) as f32;
    waiting.weight * (1.0 + (now_ms - waiting.since_ms).max(0) as f32 / target_ms)
}

/// Relaxation in order: exact; without the language where nobody there speaks it; without the skill after
/// [`RELAX_SKILL_MS`] or where nobody there has it; any squad, and last the one who has just refused, after
/// twice that.
pub fn relaxations(waiting: &Waiting, seats: &BTreeMap<AgentId, Seat>, now_ms: AtMs) -> Vec<Dropped> {
    let there = || seats.values().filter(|seat| seat.presence.is_there());
    let in_squad = || there().filter(|seat| seat.profile.squads.contains(&waiting.needs.squad));
    let language = waiting.needs.language.as_deref();
    let nobody_speaks = !in_squad().any(|seat| speaks(&seat.profile, language));
    let nobody_skilled = !in_squad().any(|seat| seat.profile.skills.contains_key(&waiting.needs.skill));
    let waited_ms = now_ms - waiting.since_ms;
    let base = Dropped { skill: nobody_skilled, language: nobody_speaks, squad: false, again: false };
    let mut steps = vec![base];
    if waited_ms >= RELAX_SKILL_MS {
        steps.push(Dropped { skill: true, language: base.language, squad: false, again: false });
        steps.push(Dropped { skill: true, language: true, squad: false, again: false });
    }
    if waited_ms >= 2 * RELAX_SKILL_MS {
        steps.push(Dropped { skill: true, language: true, squad: true, again: false });
        steps.push(Dropped { again: true, ..base });
    }
    steps
}

/// Why this agent, without personal data: "billing 5, English, 1 of 4 chats".
pub fn why(seat: &Seat, waiting: &Waiting, dropped: Dropped) -> String {
    let needs = &waiting.needs;
    let level = seat.profile.skills.get(&needs.skill);
    let skill =
        level.map_or_else(|| format!("no {} skill", needs.skill), |level| format!("{} {level}", needs.skill));
    let mut parts = vec![skill];
    if let Some(language) = &needs.language {
        let speaks = seat.profile.languages.iter().any(|spoken| spoken == language);
        parts.push(if speaks { language.clone() } else { format!("does not speak {language}") });
    }
    parts.push(format!("{} of {} chats", seat.load, seat.profile.capacity));
    if dropped.squad {
        parts.push("from another squad".into());
    }
    if needs.only.is_some() {
        parts.push("asked for by name".into());
    }
    parts.join(", ")
}
