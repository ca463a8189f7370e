//! What the lines say of a day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{DAYS, InvalidHours};

/// Minutes of a day.
pub(super) const DAY_MIN: u16 = 24 * 60;

/// Part of a day in minutes since its midnight, end exclusive; beyond [`DAY_MIN`] it goes on in the next day.
pub(super) type Span = (u16, u16);

/// What holds on days that no line speaks of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Otherwise {
    /// Open day and night, unless there is a weekly line.
    Open,
    /// Nothing.
    Closed,
    /// Nothing, and weekly lines make no sense here.
    DatedOnly,
}

/// Lines and what they mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lines {
    /// As they were written.
    pub text: Vec<String>,
    /// Monday first.
    week: [Vec<Span>; 7],
    /// One date. Empty: closed.
    dates: BTreeMap<Date, Vec<Span>>,
    /// One day of every year, month and day.
    yearly: BTreeMap<(i8, i8), Vec<Span>>,
}

impl Lines {
    /// Absent where the lines say nothing beyond what holds otherwise.
    pub fn parse(text: Vec<String>, otherwise: Otherwise) -> Result<Option<Self>, InvalidHours> {
        let mut lines =
            Self { text, week: Default::default(), dates: BTreeMap::new(), yearly: BTreeMap::new() };
        let (mut always, mut weekly) = (false, false);
        for line in lines.text.clone() {
            let refused = || InvalidHours(line.clone());
            let read = line.trim().to_ascii_lowercase();
            let (day, times) = read.split_once(' ').unwrap_or((&read, ""));
            if read == "always" && otherwise != Otherwise::DatedOnly {
                always = true;
            } else if day.starts_with(|first: char| first.is_ascii_digit()) {
                let spans = if times.is_empty() { Some(vec![]) } else { parse_times(times) };
                lines.add_date(day, spans.ok_or_else(refused)?).ok_or_else(refused)?;
            } else {
                let days = parse_days(day).filter(|_| otherwise != Otherwise::DatedOnly);
                let spans = parse_times(times).ok_or_else(refused)?;
                for day in days.ok_or_else(refused)? {
                    lines.week[day].extend(&spans);
                }
                weekly = true;
            }
        }
        if always || (!weekly && otherwise == Otherwise::Open) {
            lines.week = std::array::from_fn(|_| vec![(0, DAY_MIN)]);
        }
        Ok((!lines.text.is_empty()).then_some(lines))
    }

    /// Closed where the list is empty; several lines of one date add up.
    fn add_date(&mut self, day: &str, spans: Vec<Span>) -> Option<()> {
        if day.len() == 10 {
            self.dates.entry(day.parse().ok()?).or_default().extend(spans);
        } else {
            let (month, day) = day.split_once('-')?;
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            // A leap year, so that 02-29 is a day.
            Date::new(2024, month, day).ok()?;
            self.yearly.entry((month, day)).or_default().extend(spans);
        }
        Some(())
    }

    /// What a dated line says of a day: its spans, if there is one.
    pub fn dated(&self, date: Date) -> Option<&[Span]> {
        let yearly = || self.yearly.get(&(date.month(), date.day()));
        self.dates.get(&date).or_else(yearly).map(Vec::as_slice)
    }

    /// What the week says of a day.
    pub fn weekly(&self, date: Date) -> &[Span] {
        &self.week[date.weekday().to_monday_zero_offset() as usize]
    }
}

/// `mon`, `mon-fri`, `sat-mon`, `mon,wed,fri`; longer names too.
fn parse_days(text: &str) -> Option<Vec<usize>> {
    let day = |name: &str| DAYS.iter().position(|day| name.starts_with(day));
    let mut days = vec![];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        let many = (last + 7 - first) % 7;
        days.extend((0..=many).map(|n| (first + n) % 7));
    }
    Some(days)
}

/// `08:00-12:00,13:00-17:00`; an end at or before its beginning is one of the next day.
fn parse_times(text: &str) -> Option<Vec<Span>> {
    let minute = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        (hour <= 24 && minute < 60 && hour * 60 + minute <= DAY_MIN).then_some(hour * 60 + minute)
    };
    text.split(',')
        .map(|span| {
            let (from, to) = span.split_once('-')?;
            let (from, to) = (minute(from)?, minute(to)?);
            let to = if to < from { to + DAY_MIN } else { to };
            (from < DAY_MIN && from != to).then_some((from, to))
        })
        .collect()
}
