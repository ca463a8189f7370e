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
        let zone = self.work.time_zone.as_deref().unwrap_or(time_zone);
        Calendar::new(&self.work.shifts, zone).with_breaks(&self.work.breaks)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        hours::Hours,
        ids::{AgentId, OrganisationId},
    };

    fn at(text: &str) -> AtMs {
        text.parse::<jiff::Zoned>().expect("a time").timestamp().as_millisecond()
    }

    fn lines<T: TryFrom<Vec<String>>>(lines: &[&str]) -> T {
        T::try_from(lines.iter().map(|line| (*line).to_owned()).collect()).ok().expect("lines")
    }

    #[test]
    fn a_squad_has_its_zone_its_channels_and_what_was_decided_for_today() {
        let mut organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
        organisation.time_zone = "Europe/Amsterdam".into();
        organisation.holidays = lines(&["2026-12-25", "2026-12-26"]);
        let squad = &mut organisation.squads[0];
        squad.time_zone = Some("America/New_York".into());
        squad.hours = lines(&["Mon-Sun 09:00-17:00", "2026-12-26 10:00-12:00"]);
        squad.channel_hours = [("voice".to_owned(), lines::<Hours>(&["Mon-Fri 12:00-14:00"]))].into();
        squad.close_grace_s = 300;
        squad.overrides = vec![
            decided("2026-11-20T10:00[America/New_York]", "2026-11-20T15:00[America/New_York]", false, None),
            decided(
                "2026-11-20T11:00[America/New_York]",
                "2026-11-20T12:00[America/New_York]",
                true,
                Some("chat"),
            ),
        ];
        let check = |moment: &str, channel: &str, open: bool, closed: bool| {
            let (squad, now_ms) = (&organisation.squads[0], at(&format!("{moment}[America/New_York]")));
            let calendar = organisation.calendar(squad, Some(channel));
            assert_eq!(calendar.open_at(now_ms), open, "{moment} {channel}");
            assert_eq!(organisation.has_closed(squad, Some(channel), now_ms), closed, "{moment} {channel}");
        };
        check("2026-11-20T09:30", "chat", true, false);
        check("2026-11-20T10:04", "chat", false, false);
        check("2026-11-20T10:05", "chat", false, true);
        check("2026-11-20T11:30", "chat", true, false);
        check("2026-11-20T11:30", "voice", false, true);
        check("2026-11-21T13:00", "voice", false, true);
        check("2026-12-25T10:30", "chat", false, true);
        // A line of its own speaks for the day, not the holiday of all.
        check("2026-12-26T10:30", "chat", true, false);
    }

    fn decided(from: &str, until: &str, open: bool, channel: Option<&str>) -> Override {
        let (by, why) = (None, String::new());
        Override {
            from_ms: at(from),
            until_ms: at(until),
            open,
            by,
            why,
            channel: channel.map(str::to_owned),
        }
    }

    #[test]
    fn a_shift_ends_for_a_break_and_is_told_in_the_agents_zone() {
        let mut agent =
            AgentProfile::new(AgentId::parse("maya").expect("an id"), "Maya", "maya@acme.example");
        assert!(
            agent.on_shift_at(0, "UTC") && agent.next_change(0, "UTC").is_none(),
            "always, without lines"
        );
        agent.work.shifts = lines(&["Mon-Fri 09:00-17:00"]);
        agent.work.breaks = lines(&["Mon-Fri 12:30-13:00", "2026-11-20 15:00-17:00"]);
        let check = |moment: &str, zone: Option<&str>, on_shift: bool, next: &str| {
            let mut agent = agent.clone();
            agent.work.time_zone = zone.map(str::to_owned);
            let now_ms = at(&format!("{moment}[UTC]"));
            assert_eq!(agent.on_shift_at(now_ms, "Europe/Madrid"), on_shift, "{moment}");
            let next = at(&format!("{next}[UTC]"));
            assert_eq!(agent.next_change(now_ms, "Europe/Madrid"), Some(next), "{moment}");
        };
        check("2026-11-19T08:00", None, true, "2026-11-19T11:30");
        check("2026-11-19T11:45", None, false, "2026-11-19T12:00");
        // On that day the break of every Friday is replaced by a longer one.
        check("2026-11-20T11:45", None, true, "2026-11-20T14:00");
        check("2026-11-20T14:30", None, false, "2026-11-23T08:00");
        check("2026-11-19T08:00", Some("Asia/Tokyo"), false, "2026-11-20T00:00");
    }
}
