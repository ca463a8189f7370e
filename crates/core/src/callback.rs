//! Callbacks: a human comes back to the customer at a time that both agreed on.
//!
//! Slots lie in the squad's open hours, on the grid of its own clock, at least [`AHEAD_MS`] and at most [`WITHIN_MS`]
//! ahead, and each takes so many customers as the squad allows. While a callback is booked the calendar owns the
//! handoff: its deadline is the slot, so that a crash only makes it late. When the slot comes the handoff goes back to
//! the queue with the age it always had.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    hours::Calendar,
    ids::{AtMs, ConversationId, SquadId},
    organisation::{Organisation, Squad},
};

const MINUTE_MS: AtMs = 60 * 1000;
/// The soonest a callback may be, ms from now.
pub const AHEAD_MS: AtMs = 15 * MINUTE_MS;
/// The latest a callback may be, ms from now.
pub const WITHIN_MS: AtMs = 7 * 24 * 60 * MINUTE_MS;
/// How long after a customer was not reached the next try may be, ms.
pub const RETRY_AFTER_MS: AtMs = 60 * MINUTE_MS;
/// How often a customer who is not reached is tried again before a ticket is written.
pub const RETRIES_MAX: u32 = 1;
/// The longest number or place to call back at, in characters.
pub const NUMBER_MAX_CHARS: usize = 64;

/// A time in which somebody calls back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Slot {
    /// From, Unix ms.
    pub from_ms: AtMs,
    /// Until, Unix ms.
    pub until_ms: AtMs,
}

impl Slot {
    fn overlaps(&self, other: &Self) -> bool {
        self.from_ms < other.until_ms && other.from_ms < self.until_ms
    }
}

/// The callback of a handoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Callback {
    /// When.
    pub slot: Slot,
    /// When the customer asked for it, Unix ms.
    pub asked_at_ms: AtMs,
    /// When it came due, Unix ms; absent before.
    pub due_at_ms: Option<AtMs>,
    /// How often the customer was not reached.
    pub missed: u32,
}

/// Why a callback is another time now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moved {
    /// The customer chose so.
    Customer,
    /// The squad is not open then any more.
    Hours,
    /// The customer was not reached.
    Missed,
}

/// Why a callback is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cancelled {
    /// The customer does not want it any more.
    Customer,
    /// The customer asked for a human now, and one can come.
    Sooner,
    /// There is no open time left in which it could be.
    NoTime,
}

/// Callbacks that an organisation has booked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bookings(BTreeMap<ConversationId, (SquadId, Slot)>);

impl Bookings {
    /// Adds a booking, or moves it.
    pub fn put(&mut self, conversation: ConversationId, squad: SquadId, slot: Slot) {
        self.0.insert(conversation, (squad, slot));
    }

    /// Takes a booking away; whether there was one.
    pub fn remove(&mut self, conversation: &ConversationId) -> bool {
        self.0.remove(conversation).is_some()
    }

    /// Conversations that have one.
    pub fn conversations(&self) -> impl Iterator<Item = &ConversationId> {
        self.0.keys()
    }

    /// How many customers of a squad have a time in this slot, one conversation left aside.
    fn taken(&self, squad: &SquadId, slot: &Slot, but: &ConversationId) -> usize {
        let of = |(id, (of, at)): &(&ConversationId, &(SquadId, Slot))| {
            *id != but && of == squad && at.overlaps(slot)
        };
        self.0.iter().filter(of).count()
    }
}

/// Whose callback it is.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The tenant.
    pub organisation: &'a Organisation,
    /// Who calls back.
    pub squad: &'a Squad,
    /// The conversation; its own booking does not stand in its way.
    pub conversation: &'a ConversationId,
    /// Its channel.
    pub channel: &'a str,
    /// What the others have booked.
    pub bookings: &'a Bookings,
}

impl Wish<'_> {
    /// The free slots from a moment on, in order: within `[now + AHEAD_MS, now + WITHIN_MS]`.
    pub fn slots(&self, now_ms: AtMs) -> impl Iterator<Item = Slot> + '_ {
        let settings = self.squad.callbacks;
        let width_ms = AtMs::from(settings.slot_min.clamp(10, 240)) * MINUTE_MS;
        let calendar = self.organisation.calendar(self.squad, Some(self.channel));
        let (first, last) = (now_ms + AHEAD_MS, now_ms + WITHIN_MS);
        let spans =
            if settings.per_slot == 0 { vec![] } else { calendar.open_spans(now_ms, last + width_ms) };
        let slots = spans.into_iter().flat_map(move |(opens, closes)| {
            let start = on_grid(&calendar, opens.max(first), width_ms);
            let starts = (0..).map(move |n| start + n * width_ms);
            starts
                .map(move |from_ms| Slot { from_ms, until_ms: from_ms + width_ms })
                .take_while(move |slot| slot.until_ms <= closes && slot.from_ms <= last)
        });
        slots.filter(move |slot| {
            self.bookings.taken(&self.squad.id, slot, self.conversation) < usize::from(settings.per_slot)
        })
    }

    /// Whether the squad is open in the whole slot.
    pub fn is_open_in(&self, slot: &Slot) -> bool {
        let calendar = self.organisation.calendar(self.squad, Some(self.channel));
        calendar.open_spans(slot.from_ms, slot.until_ms) == [(slot.from_ms, slot.until_ms)]
    }
}

/// The first moment at or after `at_ms` that is a multiple of the width on the clock of the calendar.
fn on_grid(calendar: &Calendar<'_>, at_ms: AtMs, width_ms: AtMs) -> AtMs {
    let over = calendar.local_ms(at_ms).rem_euclid(width_ms);
    if over == 0 { at_ms } else { at_ms + width_ms - over }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OrganisationId;

    fn at(text: &str) -> AtMs {
        text.parse::<jiff::Zoned>().expect("a time").timestamp().as_millisecond()
    }

    fn id(name: &str) -> ConversationId {
        ConversationId::parse(name).expect("an id")
    }

    /// The slots on offer, `Fri 09:30` in Kathmandu; `taken` are the starts that others have, in the same form.
    fn check(hours: &[&str], now: &str, per_slot: u16, taken: &[&str], expected: &[&str]) {
        let mut organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
        organisation.time_zone = "Asia/Kathmandu".into();
        let squad = &mut organisation.squads[0];
        squad.hours = hours.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>().try_into().expect("hours");
        squad.callbacks.per_slot = per_slot;
        let mut bookings = Bookings::default();
        for (n, from) in taken.iter().enumerate() {
            let from_ms = at(&format!("{from}[Asia/Kathmandu]"));
            let slot = Slot { from_ms, until_ms: from_ms + 30 * MINUTE_MS };
            bookings.put(id(&format!("c{n}")), organisation.squads[0].id.clone(), slot);
        }
        let wish = Wish {
            organisation: &organisation,
            squad: &organisation.squads[0],
            conversation: &id("mine"),
            channel: "chat",
            bookings: &bookings,
        };
        let zone = organisation.calendar(wish.squad, None).zone().clone();
        let shown = |slot: Slot| {
            let from =
                jiff::Timestamp::from_millisecond(slot.from_ms).expect("a time").to_zoned(zone.clone());
            assert!(wish.is_open_in(&slot));
            from.strftime("%a %H:%M").to_string()
        };
        let slots: Vec<String> = wish.slots(at(&format!("{now}[Asia/Kathmandu]"))).map(shown).collect();
        assert_eq!(slots, expected);
    }

    #[test]
    fn slots_lie_in_open_hours_on_the_squads_own_clock_and_not_too_soon() {
        let hours = ["Fri 09:10-11:40", "Sat 10:00-10:20"];
        check(&hours, "2026-11-20T08:00", 2, &[], &["Fri 09:30", "Fri 10:00", "Fri 10:30", "Fri 11:00"]);
        // From this morning on, and up to the same time of the day in a week.
        check(&hours, "2026-11-20T10:20", 2, &[], &["Fri 11:00", "Fri 09:30", "Fri 10:00"]);
        check(&hours, "2026-11-20T10:15", 2, &[], &["Fri 10:30", "Fri 11:00", "Fri 09:30", "Fri 10:00"]);
        check(&hours, "2026-11-20T12:00", 2, &[], &["Fri 09:30", "Fri 10:00", "Fri 10:30", "Fri 11:00"]);
        check(&hours, "2026-11-20T08:00", 0, &[], &[]);
    }

    #[test]
    fn a_slot_takes_so_many_and_no_more() {
        let hours = ["Fri 09:00-10:30"];
        let taken = ["2026-11-20T09:00", "2026-11-20T09:00", "2026-11-20T09:40"];
        check(&hours, "2026-11-20T08:00", 2, &taken, &["Fri 09:30", "Fri 10:00"]);
        check(&hours, "2026-11-20T08:00", 1, &taken, &[]);
        check(&hours, "2026-11-20T08:00", 3, &taken, &["Fri 09:00", "Fri 09:30", "Fri 10:00"]);
    }
}
