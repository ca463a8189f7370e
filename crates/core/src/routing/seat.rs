//! An agent as the router sees one.

use super::{
    Terms,
    capacity::{Capacity, Load},
};
use crate::{ids::AtMs, organisation::AgentProfile};

/// See the module.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Who, with skills, languages and squads.
    pub profile: AgentProfile,
    /// The most they hold.
    pub capacity: Capacity,
    /// Whether they are there: on shift, and not on a break.
    pub there: bool,
    /// Whether they take conversations.
    pub on: bool,
    /// What they hold, offers included.
    pub load: Load,
    /// Conversations they are with; offers not included.
    pub active: u32,
    /// Offers missed in a row.
    pub missed: u32,
    /// When the last offer was made, Unix ms; 0 before the first.
    pub last_offer_at_ms: AtMs,
    /// Since when they hold nothing, Unix ms.
    pub idle_since_ms: AtMs,
    /// Level 0..=5 by the router's number of the skill.
    pub(super) levels: Vec<u8>,
    /// Classes they qualify for from the start.
    pub(super) classes: Vec<u32>,
    /// Classes they may stand in for later, each with the step of the ladder.
    pub(super) stands_in: Vec<(u32, u32)>,
    /// Conversations an undisturbed chat ends per second.
    pub(super) pace: f64,
    /// What the classes know of this seat now.
    pub(super) part: Part,
}

/// What a seat adds to each of its classes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    pub(super) free: [u32; 4],
    pub(super) release: f64,
    pub(super) full: f64,
}

impl Seat {
    pub(super) fn new(profile: AgentProfile, terms: &Terms) -> Self {
        Self {
            capacity: terms.capacity_of(&profile),
            profile,
            there: false,
            on: false,
            load: Load::default(),
            active: 0,
            missed: 0,
            last_offer_at_ms: 0,
            idle_since_ms: 0,
            levels: vec![],
            classes: vec![],
            stands_in: vec![],
            pace: 0.0,
            part: Part::default(),
        }
    }

    /// 0..=1 by the router's number of the skill; 0 without it.
    pub(super) fn proficiency(&self, skill: usize) -> f64 {
        f64::from(self.levels.get(skill).copied().unwrap_or(0)) / 5.0
    }

    /// The classes they qualify for from the start.
    pub fn classes(&self) -> impl Iterator<Item = usize> {
        self.classes.iter().map(|class| *class as usize)
    }

    /// What they do best: the skill of the highest level, the first of several.
    pub fn best_skill(&self) -> Option<&str> {
        let best = self.profile.work.skills.values().max()?;
        self.profile.work.skills.iter().find(|(_, level)| *level == best).map(|(skill, _)| skill.as_str())
    }
}
