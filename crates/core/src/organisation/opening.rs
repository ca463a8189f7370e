//! When an organisation's squads and people work, and what happens when they do not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AgentProfile, Organisation, Squad};
use crate::{
    hours::{Calendar, Override},
    ids::AtMs,
};

/// What becomes of those who still wait when a squad closes, and no fallback is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AtClose {
    /// Each becomes a ticket with everything known, and is told when somebody will answer.
    #[default]
    Ticket,
    /// They stay in line until the squad is back, and for the queue's limit after that.
    Keep,
}

/// Which callbacks a squad offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Callbacks {
    /// How wide a slot is, minutes, 10..=240; others count as the nearest of these.
    pub slot_min: u16,
    /// How many customers may have the same slot; 0: no callbacks are offered.
    pub per_slot: u16,
}

impl Default for Callbacks {
    fn default() -> Self {
        Self { slot_min: 30, per_slot: 2 }
    }
}

impl Squad {
    /// What was decided for this channel, or for all.
    fn overrides_of<'a>(&'a self, channel: Option<&'a str>) -> impl Iterator<Item = &'a Override> {
        self.overrides.iter().filter(move |decided| {
            decided.channel.as_deref().is_none_or(|of| channel.is_some_and(|channel| channel == of))
        })
    }
}

impl Organisation {
    /// When a squad works; `channel` as in conversations, such as `chat`: a squad may have hours of its own for it.
    pub fn calendar<'a>(&'a self, squad: &'a Squad, channel: Option<&'a str>) -> Calendar<'a> {
        let own = channel.and_then(|channel| squad.channel_hours.get(channel));
        Calendar::new(own.unwrap_or(&squad.hours), self.zone_of(squad))
            .with_holidays(&self.holidays)
            .with_overrides(squad.overrides_of(channel))
    }

    /// The zone in which a squad works, by its IANA name.
    pub fn zone_of<'a>(&'a self, squad: &'a Squad) -> &'a str {
        squad.time_zone.as_deref().unwrap_or(&self.time_zone)
    }

    /// Whether a squad is closed, its last minutes of grace included.
    pub fn has_closed(&self, squad: &Squad, channel: Option<&str>, now_ms: AtMs) -> bool {
        let calendar = self.calendar(squad, channel);
        !calendar.open_at(now_ms) && !calendar.open_at(now_ms - AtMs::from(squad.close_grace_s) * 1000)
    }
}

impl AgentProfile {
    /// When this agent works; `time_zone` is the organisation's, used where the agent has none of their own.
    pub fn shift(&self, time_zone: &str) -> Calendar<'_> {
        let zone = self.time_zone.as_deref().unwrap_or(time_zone);
        Calendar::new(&self.shifts, zone).with_breaks(&self.breaks)
    }

    /// Whether the agent is on shift and not on a break.
    pub fn on_shift_at(&self, now_ms: AtMs, time_zone: &str) -> bool {
        self.shift(time_zone).open_at(now_ms)
    }

    /// When that changes next, Unix ms; absent where it never does.
    pub fn next_change(&self, now_ms: AtMs, time_zone: &str) -> Option<AtMs> {
        self.shift(time_zone).next_change(now_ms)
    }
}
