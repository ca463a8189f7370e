//! When somebody works: a weekly table, dated days and what a lead decided for today, in a time zone.
//!
//! What is written are lines, one meaning each:
//! ```text
//! Mon-Fri 08:00-20:00        every week          Mon,Wed 09:00-12:00,13:00-17:00   several at once
//! Fri 22:00-02:00            over midnight       always                            day and night
//! 2026-12-25                 closed all day      12-25                             the same every year
//! 2026-12-24 09:00-13:00     that day only so
//! ```
//! A dated line replaces whatever the week says about that day, also what the evening before would carry into it.
//! The lines speak of the clock on the wall: an hour that the clock skips in spring is no opening time, one that it
//! shows twice in autumn is open twice.
//!
//! The crate `opening-hours` was weighed for this. It reads the grammar of OpenStreetMap and brings a second calendar
//! library; the lines that leads write, overrides and breaks would still be ours, and they are most of it.

mod calendar;
mod lines;

use jiff::{Timestamp, civil::Weekday, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use calendar::{Calendar, HORIZON_MS};
use lines::{Lines, Otherwise};

use crate::ids::{AgentId, AtMs};

/// Lines as above. No weekly line: open day and night, but for the dates named.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub struct Hours(Option<Lines>);

/// Lines as above, during which somebody is off. No line: never.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub struct Breaks(Option<Lines>);

/// Dated lines as above, for all squads that say nothing else of the same day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub struct Holidays(Option<Lines>);

/// A line that does not say when.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "hours read like `Mon-Fri 08:00-20:00`, `2026-12-25`, `2026-12-24 09:00-13:00` or `always`, not `{0}`"
)]
pub struct InvalidHours(pub(super) String);

/// "Closed until 15:00 today", "open tonight until 22:00": what a lead decided for a while, whatever the lines say.
/// Where several speak of the same moment, the last one counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Override {
    /// From, Unix ms.
    pub from_ms: AtMs,
    /// Until, Unix ms, exclusive; later than `from_ms`, else it says nothing.
    pub until_ms: AtMs,
    /// Open or closed meanwhile.
    pub open: bool,
    /// Who decided so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentId>,
    /// Why, for colleagues.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// For this channel only, such as `chat`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// The days of a week, as hours and rules write them.
pub(crate) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Hours {
    /// Day and night.
    pub fn always() -> Self {
        Self::default()
    }

    /// Whether these lines alone are open at a moment, in the given zone (UTC where the name is unknown).
    pub fn open_at(&self, at_ms: AtMs, time_zone: &str) -> bool {
        Calendar::new(self, time_zone).open_at(at_ms)
    }

    /// The next moment at or after `at_ms` at which these lines open; `at_ms` itself while open. Absent where they
    /// do not within [`HORIZON_MS`].
    pub fn next_open(&self, at_ms: AtMs, time_zone: &str) -> Option<AtMs> {
        Calendar::new(self, time_zone).next_open(at_ms)
    }
}

/// `mon` to `sun`.
pub(crate) fn day_name(day: Weekday) -> &'static str {
    DAYS[day.to_monday_zero_offset() as usize]
}

/// The wall clock of a zone at a moment; UTC where the name is unknown.
pub(crate) fn zoned(at_ms: AtMs, time_zone: &str) -> jiff::Zoned {
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone(time_zone))
}

/// The zone of a name; UTC where it is unknown.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

macro_rules! written_as_lines {
    ($($name:ident: $otherwise:expr;)*) => {$(
        impl TryFrom<Vec<String>> for $name {
            type Error = InvalidHours;

            fn try_from(lines: Vec<String>) -> Result<Self, InvalidHours> {
                Ok(Self(Lines::parse(lines, $otherwise)?))
            }
        }

        impl From<$name> for Vec<String> {
            fn from(written: $name) -> Self {
                written.0.map(|lines| lines.text).unwrap_or_default()
            }
        }
    )*};
}

written_as_lines! {
    Hours: Otherwise::Open;
    Breaks: Otherwise::Closed;
    Holidays: Otherwise::DatedOnly;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(lines: &[&str]) -> Hours {
        lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>().try_into().unwrap()
    }

    fn at(text: &str) -> AtMs {
        text.parse::<jiff::Zoned>().expect("a time").timestamp().as_millisecond()
    }

    #[test]
    fn hours_open_and_close_in_their_own_zone() {
        let hours = hours(&[
            "Mon-Thu 08:00-20:00",
            "Fri 08:00-12:00,13:00-20:00",
            "Sat 10:00-16:00",
            "Sat 22:00-02:00",
            "2026-12-24 09:00-13:00",
            "12-25",
            "2027-01-02",
        ]);
        let check = |moment: &str, open: bool, next: &str| {
            let at_ms = at(&format!("{moment}[Europe/Amsterdam]"));
            assert_eq!(hours.open_at(at_ms, "Europe/Amsterdam"), open, "{moment}");
            let next = at(&format!("{next}[Europe/Amsterdam]"));
            assert_eq!(hours.next_open(at_ms, "Europe/Amsterdam"), Some(next), "{moment}");
        };
        check("2026-11-20T08:00", true, "2026-11-20T08:00");
        check("2026-11-20T12:00", false, "2026-11-20T13:00");
        check("2026-11-20T20:00", false, "2026-11-21T10:00");
        check("2026-11-21T16:30", false, "2026-11-21T22:00");
        check("2026-11-22T01:59", true, "2026-11-22T01:59");
        check("2026-11-22T02:00", false, "2026-11-23T08:00");
        // The day with its own times, the day that is always closed, and the night that a closed day cuts off.
        check("2026-12-24T08:30", false, "2026-12-24T09:00");
        check("2026-12-24T13:00", false, "2026-12-26T10:00");
        check("2026-12-25T11:00", false, "2026-12-26T10:00");
        check("2027-01-02T11:00", false, "2027-01-04T08:00");
        check("2027-01-03T01:00", false, "2027-01-04T08:00");
    }

    #[test]
    fn an_hour_that_is_skipped_is_not_open_and_one_that_comes_twice_is() {
        let night = hours(&["Sun 02:00-03:00"]);
        let calendar = Calendar::new(&night, "Europe/Berlin");
        let check = |from: &str, expected: &[(&str, &str)]| {
            let from = at(from);
            let expected: Vec<_> = expected.iter().map(|(from, until)| (at(from), at(until))).collect();
            assert_eq!(calendar.open_spans(from, from + 24 * 3_600_000), expected);
        };
        check("2026-03-29T00:00[UTC]", &[]);
        check("2026-10-24T22:00[UTC]", &[("2026-10-25T00:00[UTC]", "2026-10-25T02:00[UTC]")]);
        check("2026-10-31T22:00[UTC]", &[("2026-11-01T01:00[UTC]", "2026-11-01T02:00[UTC]")]);
    }

    #[test]
    fn hours_that_make_no_sense_are_refused() {
        let refused = [
            "",
            "Mon",
            "Mon 08:00-08:00",
            "Foo 08:00-09:00",
            "Mon 8-9",
            "Mon 25:00-26:00",
            "Mon 24:00-25:00",
            "2026-02-30",
            "13-01",
            "2026-12-24 closed",
        ];
        for line in refused {
            assert!(Hours::try_from(vec![line.to_owned()]).is_err(), "{line}");
            assert!(Breaks::try_from(vec![line.to_owned()]).is_err(), "{line}");
        }
        assert!(Holidays::try_from(vec!["Mon 08:00-09:00".to_owned()]).is_err());
        assert!(Hours::always().open_at(0, "nowhere"));
    }

    #[test]
    fn dates_alone_leave_the_week_open_and_a_break_closed() {
        let christmas = at("2026-12-25T12:00[UTC]");
        let only = hours(&["2026-12-25"]);
        assert!(!only.open_at(christmas, "UTC") && only.open_at(christmas - 86_400_000, "UTC"));
        let lunch: Breaks = vec!["Mon-Fri 12:00-13:00".to_owned()].try_into().unwrap();
        let always = Hours::always();
        let shift = Calendar::new(&always, "UTC").with_breaks(&lunch);
        assert!(!shift.open_at(christmas) && shift.open_at(christmas + 3_600_000));
        assert_eq!(shift.next_change(christmas), Some(christmas + 3_600_000));
    }

    #[test]
    fn lines_are_kept_as_they_were_written() {
        let lines = vec!["mon-fri 08:00-20:00".to_owned(), "2026-12-25".to_owned()];
        let hours = Hours::try_from(lines.clone()).unwrap();
        assert_eq!(Vec::<String>::from(hours), lines);
    }
}
