//! Hours against an oracle that asks the clock on the wall, minute by minute.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use proptest::{collection::vec, option, prelude::*, sample::select};
use segue_core::hours::{Breaks, Calendar, Holidays, Hours, Override};

const MINUTE_MS: i64 = 60_000;
const DAY_MIN: u16 = 1440;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Zones whose clocks change in different ways: by an hour, by half an hour, at midnight, never; and odd offsets.
const ZONES: [&str; 7] = [
    "Europe/Amsterdam",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "UTC",
];

/// A span that begins on a day: minutes since its midnight, and how long, minutes.
type Span = (u16, u16);

/// What somebody wrote, before it is lines.
#[derive(Clone, Debug)]
struct Written {
    week: Vec<(usize, Span)>,
    dated: Vec<(Date, Option<Span>)>,
}

#[derive(Clone, Debug)]
struct Case {
    zone: &'static str,
    /// Unix minutes.
    from: i64,
    hours: Written,
    holidays: Vec<(Date, Option<Span>)>,
    breaks: Written,
    /// From and until in minutes since `from`, and whether open.
    overrides: Vec<(i64, i64, bool)>,
}

/// How long each case is looked at, minutes.
const WINDOW_MIN: i64 = 9 * 1440;

fn span() -> impl Strategy<Value = Span> {
    (0..DAY_MIN, 1..DAY_MIN).prop_map(|(from, long)| (from / 15 * 15, (long / 15 * 15).max(15)))
}

fn case() -> impl Strategy<Value = Case> {
    // Around the changes of the clock of one year, and anywhere else.
    let near = select(vec![
        "2026-03-06",
        "2026-03-27",
        "2026-04-03",
        "2026-04-22",
        "2026-09-04",
        "2026-10-02",
        "2026-10-23",
        "2026-10-29",
        "2026-12-22",
    ]);
    let start = (near, 0..8_i64 * 1440).prop_map(|(date, plus)| {
        let date: Date = date.parse().unwrap();
        date.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second() / 60 + plus
    });
    (select(ZONES.to_vec()), start).prop_flat_map(|(zone, from)| {
        let day = (-1..10_i64).prop_map(move |plus| {
            Timestamp::from_second((from + plus * 1440) * 60).unwrap().to_zoned(TimeZone::UTC).date()
        });
        let dated = || vec((day.clone(), option::of(span())), 0..3);
        let written =
            || (vec((0..7_usize, span()), 0..6), dated()).prop_map(|(week, dated)| Written { week, dated });
        let overrides = vec((-500..WINDOW_MIN, 1..4000_i64, any::<bool>()), 0..3);
        (written(), dated(), written(), overrides).prop_map(move |(hours, holidays, breaks, overrides)| {
            let overrides =
                overrides.into_iter().map(|(from, long, open)| (from, from + long, open)).collect();
            Case { zone, from, hours, holidays, breaks, overrides }
        })
    })
}

fn clock(minute: u16) -> String {
    let minute = if minute > DAY_MIN { minute - DAY_MIN } else { minute };
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn dated_lines(dated: &[(Date, Option<Span>)]) -> Vec<String> {
    let line = |(date, span): &(Date, Option<Span>)| match span {
        Some((from, long)) => format!("{date} {}-{}", clock(*from), clock(from + long)),
        None => date.to_string(),
    };
    dated.iter().map(line).collect()
}

impl Written {
    fn lines(&self) -> Vec<String> {
        let week = self
            .week
            .iter()
            .map(|(day, (from, long))| format!("{} {}-{}", DAYS[*day], clock(*from), clock(from + long)));
        week.chain(dated_lines(&self.dated)).collect()
    }
}

/// The spans that begin on a day, and whether that day has a line of its own.
fn begins(week: &[(usize, Span)], dated: &[&[(Date, Option<Span>)]], date: Date) -> (Vec<Span>, bool) {
    for lines in dated {
        let of: Vec<&Option<Span>> =
            lines.iter().filter(|(of, _)| *of == date).map(|(_, span)| span).collect();
        if !of.is_empty() {
            return (of.into_iter().flatten().copied().collect(), true);
        }
    }
    let weekday = date.weekday().to_monday_zero_offset() as usize;
    (week.iter().filter(|(day, _)| *day == weekday).map(|(_, span)| *span).collect(), false)
}

fn falls(week: &[(usize, Span)], dated: &[&[(Date, Option<Span>)]], date: Date, minute: u16) -> bool {
    let (own, is_dated) = begins(week, dated, date);
    let carried = if is_dated { vec![] } else { begins(week, dated, date.yesterday().unwrap()).0 };
    own.iter().any(|(from, long)| (*from..from + long).contains(&minute))
        || carried.iter().any(|(from, long)| (*from..from + long).contains(&(minute + DAY_MIN)))
}

/// What the clock on the wall says, and what is written for it.
fn oracle(case: &Case, zone: &TimeZone, minute: i64) -> bool {
    let since = minute - case.from;
    if let Some((.., open)) = case.overrides.iter().rfind(|(from, until, _)| (*from..*until).contains(&since))
    {
        return *open;
    }
    let wall = Timestamp::from_second(minute * 60).unwrap().to_zoned(zone.clone());
    let of_day = wall.hour() as u16 * 60 + wall.minute() as u16;
    let all_week: Vec<(usize, Span)> = (0..7).map(|day| (day, (0, DAY_MIN))).collect();
    let week = if case.hours.week.is_empty() { &all_week } else { &case.hours.week };
    let dated: [&[_]; 2] = [&case.hours.dated, &case.holidays];
    falls(week, &dated, wall.date(), of_day)
        && !falls(&case.breaks.week, &[&case.breaks.dated], wall.date(), of_day)
}

/// Minutes of the window as spans in ms.
fn spans(open: &[bool], from: i64) -> Vec<(i64, i64)> {
    let mut spans: Vec<(i64, i64)> = vec![];
    for (n, _) in open.iter().enumerate().filter(|(_, open)| **open) {
        let at = (from + n as i64) * MINUTE_MS;
        match spans.last_mut().filter(|last| last.1 == at) {
            Some(last) => last.1 += MINUTE_MS,
            None => spans.push((at, at + MINUTE_MS)),
        }
    }
    spans
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_calendar_says_what_the_clock_on_the_wall_says(case in case(), at in 0..WINDOW_MIN, long in 0..3000_i64) {
        let hours = Hours::try_from(case.hours.lines()).unwrap();
        let holidays = Holidays::try_from(dated_lines(&case.holidays)).unwrap();
        let breaks = Breaks::try_from(case.breaks.lines()).unwrap();
        let overrides: Vec<Override> = case.overrides.iter().map(|(from, until, open)| Override {
            from_ms: (case.from + from) * MINUTE_MS,
            until_ms: (case.from + until) * MINUTE_MS,
            open: *open, by: None, why: String::new(), channel: None,
        }).collect();
        let calendar = Calendar::new(&hours, case.zone)
            .with_holidays(&holidays).with_breaks(&breaks).with_overrides(&overrides);
        let zone = TimeZone::get(case.zone).unwrap();
        let open: Vec<bool> = (0..WINDOW_MIN).map(|n| oracle(&case, &zone, case.from + n)).collect();
        let expected = spans(&open, case.from);
        let (first, last) = (case.from * MINUTE_MS, (case.from + WINDOW_MIN) * MINUTE_MS);
        prop_assert_eq!(&calendar.open_spans(first, last), &expected);
        for n in (0..WINDOW_MIN).step_by(7) {
            let at_ms = (case.from + n) * MINUTE_MS + 59_999;
            prop_assert_eq!(calendar.open_at(at_ms), open[n as usize], "minute {}", n);
        }
        // From any moment on, as far as the window tells.
        let at_ms = (case.from + at) * MINUTE_MS;
        let next = expected.iter().find(|(_, until)| *until > at_ms).map(|(from, _)| (*from).max(at_ms));
        if let Some(next) = next {
            prop_assert_eq!(calendar.next_open(at_ms), Some(next));
        }
        let current = expected.iter().find(|(from, until)| (*from..*until).contains(&at_ms));
        match current {
            Some((_, until)) if *until < last => prop_assert_eq!(calendar.closes_at(at_ms), Some(*until)),
            None => prop_assert_eq!(calendar.closes_at(at_ms), None),
            _ => {}
        }
        let change = if current.is_some() { current.map(|(_, until)| *until) } else { next };
        if let Some(change) = change.filter(|change| *change < last) {
            prop_assert_eq!(calendar.next_change(at_ms), Some(change));
        }
        let counted = (at..WINDOW_MIN).filter(|n| open[*n as usize]).nth(long as usize);
        if let Some(n) = counted {
            // The minute that follows so many open ones has begun, or one before it has just ended.
            let reached = calendar.after_open(at_ms, long * MINUTE_MS).unwrap();
            let until = (case.from + n) * MINUTE_MS;
            let open_ms: i64 = calendar.open_spans(at_ms, reached).iter().map(|(from, until)| until - from).sum();
            prop_assert!(reached <= until && open_ms == long * MINUTE_MS);
        }
    }
}
