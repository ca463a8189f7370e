//! Hours, holidays, breaks and overrides as one line of time that is open here and closed there.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};

use super::{
    Breaks, Holidays, Hours, Override,
    lines::{DAY_MIN, Lines, Span},
    zone,
};
use crate::ids::AtMs;

const MINUTE_MS: AtMs = 60_000;
const DAY_MS: AtMs = DAY_MIN as AtMs * MINUTE_MS;
/// How much is looked at in one go: most answers lie within a week.
const LOOK_MS: AtMs = 8 * DAY_MS;
/// How far ahead an opening or a change is looked for, ms: more than a year, for hours that open on a date only.
pub const HORIZON_MS: AtMs = 400 * DAY_MS;

/// When a squad or an agent works. Pure: it reads no clock.
#[derive(Clone, Debug)]
pub struct Calendar<'a> {
    hours: &'a Hours,
    holidays: Option<&'a Holidays>,
    breaks: Option<&'a Breaks>,
    overrides: Vec<&'a Override>,
    zone: TimeZone,
}

impl<'a> Calendar<'a> {
    /// These hours in a zone, by its IANA name; UTC where the name is unknown.
    pub fn new(hours: &'a Hours, time_zone: &str) -> Self {
        Self { hours, holidays: None, breaks: None, overrides: vec![], zone: zone(time_zone) }
    }

    /// Closed on these days too, unless the hours themselves have a line for the day.
    pub fn with_holidays(mut self, holidays: &'a Holidays) -> Self {
        self.holidays = Some(holidays);
        self
    }

    /// Closed meanwhile.
    pub fn with_breaks(mut self, breaks: &'a Breaks) -> Self {
        self.breaks = Some(breaks);
        self
    }

    /// What was decided for a while; the last one counts.
    pub fn with_overrides(mut self, overrides: impl IntoIterator<Item = &'a Override>) -> Self {
        self.overrides.extend(overrides);
        self
    }

    /// The zone whose clock the lines speak of.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// What the clock on the wall shows at a moment, as if it were UTC.
    pub(crate) fn local_ms(&self, at_ms: AtMs) -> AtMs {
        at_ms + offset_ms(&self.zone, at_ms)
    }

    /// Whether it is open at a moment, Unix ms.
    pub fn open_at(&self, at_ms: AtMs) -> bool {
        let holds = |o: &&&Override| (o.from_ms..o.until_ms).contains(&at_ms);
        if let Some(decided) = self.overrides.iter().rfind(holds) {
            return decided.open;
        }
        if self.is_always() {
            return true;
        }
        let local_ms = self.local_ms(at_ms);
        let minute = (local_ms.rem_euclid(DAY_MS) / MINUTE_MS) as u16;
        self.of(day(local_ms)).iter().any(|(from, to)| (*from..*to).contains(&minute))
    }

    /// The open parts of `[from_ms, to_ms)`, Unix ms, in order; neither overlapping nor touching.
    pub fn open_spans(&self, from_ms: AtMs, to_ms: AtMs) -> Vec<(AtMs, AtMs)> {
        let mut open = vec![];
        if from_ms >= to_ms {
            return open;
        }
        if self.is_always() {
            open.push((from_ms, to_ms));
        } else {
            for (from, to, offset) in self.between_changes_of_the_clock(from_ms, to_ms) {
                let days = (from + offset).div_euclid(DAY_MS)..=(to - 1 + offset).div_euclid(DAY_MS);
                for midnight in days.map(|day| day * DAY_MS) {
                    for (start, end) in self.of(day(midnight)) {
                        let at = |minute: u16| midnight + AtMs::from(minute) * MINUTE_MS - offset;
                        add(&mut open, at(start).max(from), at(end).min(to));
                    }
                }
            }
        }
        for decided in &self.overrides {
            let (from, until) = (decided.from_ms.max(from_ms), decided.until_ms.min(to_ms));
            if from < until {
                open = cut(&open, from, until);
                if decided.open {
                    open.push((from, until));
                    open.sort_unstable();
                    open = joined(&open);
                }
            }
        }
        open
    }

    /// The next moment at or after `at_ms` at which it opens; `at_ms` itself while open. Absent where it does not
    /// within [`HORIZON_MS`].
    pub fn next_open(&self, at_ms: AtMs) -> Option<AtMs> {
        if self.open_at(at_ms) {
            return Some(at_ms);
        }
        self.looks(at_ms).find_map(|(from, to)| self.open_spans(from, to).first().map(|(opens, _)| *opens))
    }

    /// When it closes again. Absent while closed, and where it does not close within [`HORIZON_MS`].
    pub fn closes_at(&self, at_ms: AtMs) -> Option<AtMs> {
        if !self.open_at(at_ms) {
            return None;
        }
        self.looks(at_ms).find_map(|(from, to)| match self.open_spans(from, to).first() {
            Some((opens, closes)) if *opens == from => (*closes < to).then_some(*closes),
            _ => Some(from),
        })
    }

    /// The next moment after `at_ms` at which it opens or closes; absent where nothing changes within
    /// [`HORIZON_MS`].
    pub fn next_change(&self, at_ms: AtMs) -> Option<AtMs> {
        if self.open_at(at_ms) { self.closes_at(at_ms) } else { self.next_open(at_ms) }
    }

    /// The moment by which it has been open for so long since `from_ms`; absent where it is not within
    /// [`HORIZON_MS`].
    pub fn after_open(&self, from_ms: AtMs, open_ms: AtMs) -> Option<AtMs> {
        let mut left = open_ms;
        self.looks(from_ms).find_map(|(from, to)| {
            self.open_spans(from, to).into_iter().find_map(|(opens, closes)| {
                let reached = (left <= closes - opens).then_some(opens + left);
                left -= closes - opens;
                reached
            })
        })
    }

    fn is_always(&self) -> bool {
        let none = |lines: Option<&Lines>| lines.is_none();
        none(self.hours.0.as_ref())
            && none(self.holidays.and_then(|holidays| holidays.0.as_ref()))
            && none(self.breaks.and_then(|breaks| breaks.0.as_ref()))
    }

    /// Windows from a moment to the horizon.
    fn looks(&self, from_ms: AtMs) -> impl Iterator<Item = (AtMs, AtMs)> {
        let starts = (0..HORIZON_MS / LOOK_MS).map(move |n| from_ms + n * LOOK_MS);
        starts.map(|start| (start, start + LOOK_MS))
    }

    /// Parts of a time in which the clock on the wall goes evenly, each with its distance from UTC, ms.
    fn between_changes_of_the_clock(&self, from_ms: AtMs, to_ms: AtMs) -> Vec<(AtMs, AtMs, AtMs)> {
        let mut parts = vec![];
        let mut from = from_ms;
        for change in self.zone.following(timestamp(from_ms)) {
            let at = change.timestamp().as_millisecond();
            if at >= to_ms {
                break;
            }
            if at > from {
                parts.push((from, at, offset_ms(&self.zone, from)));
                from = at;
            }
        }
        parts.push((from, to_ms, offset_ms(&self.zone, from)));
        parts
    }

    /// What is open of a day, minutes of that day, in order and without overlaps.
    fn of(&self, date: Date) -> Vec<Span> {
        let hours = |date| self.starting(date);
        let open = within(date, hours);
        let Some(breaks) = self.breaks.and_then(|breaks| breaks.0.as_ref()) else { return open };
        let off = within(date, |date| match breaks.dated(date) {
            Some(dated) => (dated, true),
            None => (breaks.weekly(date), false),
        });
        off.into_iter().fold(open, |open, (from, to)| cut(&open, from, to))
    }

    /// The spans that begin on a day, and whether a dated line says so.
    fn starting(&self, date: Date) -> (&[Span], bool) {
        let own = self.hours.0.as_ref();
        let holidays = || self.holidays?.0.as_ref()?.dated(date);
        match own.and_then(|lines| lines.dated(date)).or_else(holidays) {
            Some(dated) => (dated, true),
            None => (own.map_or(&[(0, DAY_MIN)], |lines| lines.weekly(date)), false),
        }
    }
}

/// What begins on a day, and what the day before carries into it, unless the day has a line of its own.
fn within<'a>(date: Date, starting: impl Fn(Date) -> (&'a [Span], bool)) -> Vec<Span> {
    let (own, dated) = starting(date);
    let yesterday = date.yesterday().ok().filter(|_| !dated).map_or(&[][..], |day| starting(day).0);
    let carried = yesterday.iter().filter(|(_, to)| *to > DAY_MIN).map(|(_, to)| (0, to - DAY_MIN));
    let mut spans: Vec<Span> =
        carried.chain(own.iter().map(|(from, to)| (*from, (*to).min(DAY_MIN)))).collect();
    spans.sort_unstable();
    joined(&spans)
}

/// Spans in order, where those that touch or overlap become one.
fn joined<T: Copy + Ord>(spans: &[(T, T)]) -> Vec<(T, T)> {
    let mut joined: Vec<(T, T)> = vec![];
    spans.iter().for_each(|(from, to)| add(&mut joined, *from, *to));
    joined
}

/// Adds a span that begins no earlier than the last one.
fn add<T: Copy + Ord>(spans: &mut Vec<(T, T)>, from: T, to: T) {
    if from >= to {
        return;
    }
    match spans.last_mut().filter(|last| last.1 >= from) {
        Some(last) => last.1 = last.1.max(to),
        None => spans.push((from, to)),
    }
}

/// The spans without what lies in `[from, to)`.
fn cut<T: Copy + Ord>(spans: &[(T, T)], from: T, to: T) -> Vec<(T, T)> {
    let sides = spans.iter().flat_map(|(start, end)| [(*start, (*end).min(from)), ((*start).max(to), *end)]);
    sides.filter(|(start, end)| start < end).collect()
}

fn timestamp(at_ms: AtMs) -> Timestamp {
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn offset_ms(zone: &TimeZone, at_ms: AtMs) -> AtMs {
    AtMs::from(zone.to_offset(timestamp(at_ms)).seconds()) * 1000
}

/// The date of a local time, ms since the local 1970-01-01.
fn day(local_ms: AtMs) -> Date {
    let days = local_ms.div_euclid(DAY_MS);
    date(1970, 1, 1).checked_add(days.days()).unwrap_or(Date::MAX)
}
