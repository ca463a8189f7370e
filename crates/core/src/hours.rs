//! Opening hours of a squad: a weekly table in a time zone.

use jiff::{Timestamp, ToSpan, civil::Weekday, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::AtMs;

/// Lines such as `Mon-Fri 08:00-20:00`, `Sat 10:00-16:00`, or the one line `always`. No line: always open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub struct Hours {
    lines: Vec<String>,
    /// `None`: always open. Otherwise open spans per weekday, Monday first, minutes of the day, end exclusive.
    week: Option<[Vec<(u16, u16)>; 7]>,
}

/// A line that does not say when.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("hours read like `Mon-Fri 08:00-20:00` or `always`, not `{0}`")]
pub struct InvalidHours(String);

/// The days of a week, as hours and rules write them.
pub(crate) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Hours {
    /// Day and night.
    pub fn always() -> Self {
        Self::default()
    }

    /// Whether `at_ms` falls into the hours, in the given zone (UTC where the name is unknown).
    pub fn open_at(&self, at_ms: AtMs, time_zone: &str) -> bool {
        let Some(week) = &self.week else { return true };
        let now = zoned(at_ms, time_zone);
        let minute = (now.hour() as u16) * 60 + now.minute() as u16;
        week[day_index(now.weekday())].iter().any(|&(from, to)| (from..to).contains(&minute))
    }

    /// The next moment at or after `at_ms` at which the hours open; `at_ms` itself while open. Absent where
    /// they never do.
    pub fn next_open(&self, at_ms: AtMs, time_zone: &str) -> Option<AtMs> {
        if self.open_at(at_ms, time_zone) {
            return Some(at_ms);
        }
        let week = self.week.as_ref()?;
        let now = zoned(at_ms, time_zone);
        (0..8).find_map(|days| {
            let date = now.date().checked_add(days.days()).ok()?;
            week[day_index(date.weekday())].iter().find_map(|&(from, _)| {
                let opens = date.at((from / 60) as i8, (from % 60) as i8, 0, 0);
                let opens = opens.to_zoned(now.time_zone().clone()).ok()?.timestamp().as_millisecond();
                (opens >= at_ms).then_some(opens)
            })
        })
    }
}

/// `mon` to `sun`.
pub(crate) fn day_name(day: Weekday) -> &'static str {
    DAYS[day_index(day)]
}

/// The wall clock of a zone at a moment; UTC where the name is unknown.
pub(crate) fn zoned(at_ms: AtMs, time_zone: &str) -> jiff::Zoned {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone)
}

fn day_index(day: Weekday) -> usize {
    day.to_monday_zero_offset() as usize
}

fn parse_line(line: &str, week: &mut [Vec<(u16, u16)>; 7]) -> Option<()> {
    let (days, times) = line.trim().split_once(' ')?;
    let day = |name: &str| DAYS.iter().position(|day| name.to_ascii_lowercase().starts_with(day));
    let minute = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        (hour * 60 + minute <= 24 * 60 && minute < 60).then_some(hour * 60 + minute)
    };
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let (first, last) = (day(first)?, day(last)?);
    let (from, to) = times.split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    if from >= to {
        return None;
    }
    let mut index = first;
    loop {
        week[index].push((from, to));
        if index == last {
            return Some(());
        }
        index = (index + 1) % 7;
    }
}

impl TryFrom<Vec<String>> for Hours {
    type Error = InvalidHours;

    fn try_from(lines: Vec<String>) -> Result<Self, InvalidHours> {
        if lines.is_empty() || lines.iter().any(|line| line.trim().eq_ignore_ascii_case("always")) {
            return Ok(Self { lines, week: None });
        }
        let mut week: [Vec<(u16, u16)>; 7] = Default::default();
        for line in &lines {
            parse_line(line, &mut week).ok_or_else(|| InvalidHours(line.clone()))?;
        }
        week.iter_mut().for_each(|day| day.sort_unstable());
        Ok(Self { lines, week: Some(week) })
    }
}

impl From<Hours> for Vec<String> {
    fn from(hours: Hours) -> Self {
        hours.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> AtMs {
        text.parse::<jiff::Zoned>().expect("a time").timestamp().as_millisecond()
    }

    #[test]
    fn hours_open_and_close_in_their_own_zone() {
        let hours: Hours = vec!["Mon-Fri 08:00-20:00".into(), "Sat 10:00-16:00".into()].try_into().unwrap();
        let check = |moment: &str, open: bool, next: &str| {
            assert_eq!(hours.open_at(at(moment), "Europe/Amsterdam"), open, "{moment}");
            assert_eq!(hours.next_open(at(moment), "Europe/Amsterdam"), Some(at(next)), "{moment}");
        };
        check("2026-11-20T08:00[Europe/Amsterdam]", true, "2026-11-20T08:00[Europe/Amsterdam]");
        check("2026-11-20T20:00[Europe/Amsterdam]", false, "2026-11-21T10:00[Europe/Amsterdam]");
        check("2026-11-21T16:30[Europe/Amsterdam]", false, "2026-11-23T08:00[Europe/Amsterdam]");
        check("2026-11-20T06:30[UTC]", false, "2026-11-20T08:00[Europe/Amsterdam]");
    }

    #[test]
    fn hours_that_make_no_sense_are_refused() {
        for line in ["", "Mon", "Mon 20:00-08:00", "Foo 08:00-09:00", "Mon 8-9", "Mon 25:00-26:00"] {
            assert!(Hours::try_from(vec![line.to_owned()]).is_err(), "{line}");
        }
        assert!(Hours::always().open_at(0, "nowhere"));
    }
}
