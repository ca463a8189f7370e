//! What a replay comes to: as it was, as it is at the virtual desk, and as it would be.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use schemars::JsonSchema;
use segue_core::ids::{AtMs, SquadId};
use serde::Serialize;

use super::{DRAWS, Measure, Past, PastEnd, Replay, tier};
use crate::{
    measure::{agent_cost, quantile, wait_cost},
    random::{Purpose, Random},
    scenario::{Tier, day::Day},
    world::record::{Chronicle, End},
};

/// Days drawn anew for the interval of a difference.
const RESAMPLES: u64 = 1_000;
/// Fewer days with handoffs than this give no interval worth the name.
const DAYS_MIN: usize = 5;
/// A replay that is further off what was recorded than this, as a share of the handoffs, is told to be so.
const OFF_MAX: f64 = 0.05;

/// The weeks as they were, as the virtual desk lives through them, and as they would be.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "WhatIfReport")]
pub struct Report {
    /// Handoffs since then, Unix ms.
    pub from_ms: AtMs,
    /// And until then, Unix ms.
    pub until_ms: AtMs,
    /// Days on which there were any.
    pub days: usize,
    /// How often the days were replayed, each time with other draws of what is not known.
    pub draws: u64,
    /// Handoffs replayed.
    pub handoffs: usize,
    /// As it was.
    pub recorded: Outcome,
    /// At the virtual desk, with the people and rules of now: the nearer to what was recorded, the more can be believed.
    pub as_is: Outcome,
    /// At the virtual desk, with the change.
    pub changed: Outcome,
    /// Changed minus as is.
    pub difference: Difference,
    /// By squad, skill and language, the most handoffs first.
    pub lines: Vec<Line>,
    /// By hour of the day, in the organisation's zone.
    pub hours: Vec<Hour>,
    /// What to know before believing it, in words.
    pub notes: Vec<String>,
}

/// How all handoffs went.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "WhatIfOutcome")]
pub struct Outcome {
    /// On average over the draws.
    pub handoffs: f64,
    /// Share that somebody took within the target of its tier, 0..=1.
    pub in_time: f64,
    /// By tier, the most important first.
    pub tiers: Vec<OutcomeOfTier>,
    /// Share that nobody took: the customer left, or it became a ticket, 0..=1.
    pub abandoned: f64,
    /// Of those who were taken, seconds.
    pub mean_wait_s: f64,
    /// 95 % of those who were taken waited no longer, seconds.
    pub p95_wait_s: f64,
    /// Share of what the agents could do that they did; absent for what was recorded.
    pub utilisation: Option<f64>,
    /// By the organisation's weights; one conversation of the lowest tier late is 1. Absent for what was recorded.
    pub cost_per_100: Option<f64>,
}

/// How the handoffs of a tier went.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "WhatIfTier")]
pub struct OutcomeOfTier {
    /// Its name.
    pub tier: String,
    /// On average over the draws.
    pub handoffs: f64,
    /// Share taken within its target, 0..=1.
    pub in_time: f64,
}

/// What changes, with intervals over days.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "WhatIfDifference")]
pub struct Difference {
    /// See [`Outcome::in_time`].
    pub in_time: Span,
    /// See [`Outcome::abandoned`].
    pub abandoned: Span,
    /// See [`Outcome::mean_wait_s`].
    pub mean_wait_s: Span,
    /// See [`Outcome::utilisation`].
    pub utilisation: Span,
    /// See [`Outcome::cost_per_100`].
    pub cost_per_100: Span,
}

/// A difference with its 95 % interval: what it would be had other days of the same kind come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "WhatIfSpan")]
pub struct Span {
    /// What is expected.
    pub mean: f64,
    /// The low end.
    pub low: f64,
    /// The high end.
    pub high: f64,
}

/// What needs the same.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "WhatIfLine")]
pub struct Line {
    /// Whose conversations they are.
    pub squad: SquadId,
    /// The skill.
    pub skill: String,
    /// ISO 639-1 code; null where none is known.
    pub language: Option<String>,
    /// How many came.
    pub handoffs: usize,
    /// With the people and rules of now.
    pub as_is: LineOutcome,
    /// With the change.
    pub changed: LineOutcome,
}

/// What came in one hour of the day.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "WhatIfHour")]
pub struct Hour {
    /// 0..=23.
    pub hour: u8,
    /// How many came.
    pub handoffs: usize,
    /// With the people and rules of now.
    pub as_is: LineOutcome,
    /// With the change.
    pub changed: LineOutcome,
}

/// How a part of the handoffs went.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "WhatIfPart")]
pub struct LineOutcome {
    /// Share taken within the target of its tier, 0..=1.
    pub in_time: f64,
    /// Share that nobody took, 0..=1.
    pub abandoned: f64,
    /// Of those who were taken, seconds.
    pub mean_wait_s: f64,
}

/// Sums over some handoffs.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    handoffs: f64,
    in_time: f64,
    lost: f64,
    waited_s: f64,
    cost: f64,
    worked_s: f64,
    could_s: f64,
}

impl Sum {
    fn add(&mut self, other: &Self) {
        self.handoffs += other.handoffs;
        self.in_time += other.in_time;
        self.lost += other.lost;
        self.waited_s += other.waited_s;
        self.cost += other.cost;
        self.worked_s += other.worked_s;
        self.could_s += other.could_s;
    }

    fn in_time(&self) -> f64 {
        self.in_time / self.handoffs.max(1.0)
    }

    fn abandoned(&self) -> f64 {
        self.lost / self.handoffs.max(1.0)
    }

    fn mean_wait_s(&self) -> f64 {
        self.waited_s / (self.handoffs - self.lost).max(1.0)
    }

    fn utilisation(&self) -> f64 {
        if self.could_s > 0.0 { self.worked_s / self.could_s } else { 0.0 }
    }

    fn cost_per_100(&self) -> f64 {
        100.0 * self.cost / self.handoffs.max(1.0)
    }

    fn part(&self) -> LineOutcome {
        LineOutcome { in_time: self.in_time(), abandoned: self.abandoned(), mean_wait_s: self.mean_wait_s() }
    }
}

/// What is counted of one run, or of several.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    days: BTreeMap<Date, Sum>,
    lines: BTreeMap<(usize, usize), Sum>,
    hours: BTreeMap<u8, Sum>,
    tiers: BTreeMap<usize, Sum>,
    waits_s: Vec<f64>,
    /// Runs that were merged.
    runs: u32,
}

impl Tally {
    /// Counts a run. `origin` says which of the past each conversation is, `output_max` what an agent of so many chats gets
    /// done at most.
    pub(super) fn of(
        replay: &Replay,
        measure: &Measure,
        (day, origin): (&Day, &[usize]),
        told: &Chronicle,
        output_max: impl Fn(u32) -> f64,
    ) -> Self {
        let mut tally = Self::default();
        let clock = Clock::of(replay);
        for ((each, record), at) in day.conversations.iter().zip(&told.records).zip(origin) {
            let past = &replay.past[*at];
            let served = record.end == End::Served;
            let level = record.proficiency;
            let target = measure.tier(past);
            let cost = wait_cost(&measure.cost, &target, record.waited_s, served)
                + if served { agent_cost(&measure.cost, level, false) } else { 0.0 };
            let worked_s = if served { each.need.work_s / day.pace.of(level) } else { 0.0 };
            let sum = Sum { cost, worked_s, ..measured(&target, record.waited_s, served) };
            tally.count(&clock, past, measure, each.arrival_s, &sum);
            if served {
                tally.waits_s.push(record.waited_s);
            }
        }
        for agent in &day.agents {
            for [from_s, to_s] in &agent.shifts {
                clock.by_day(*from_s, *to_s, |date, seconds| {
                    // A day without handoffs says nothing about how busy people are with them.
                    if let Some(sum) = tally.days.get_mut(&date) {
                        sum.could_s += seconds * output_max(agent.chats);
                    }
                });
            }
        }
        tally
    }

    /// What the log says.
    fn recorded(replay: &Replay, measure: &Measure) -> Self {
        let mut tally = Self::default();
        let clock = Clock::of(replay);
        for past in &replay.past {
            let served = matches!(past.end, PastEnd::Taken(_));
            let sum = measured(&measure.tier(past), past.waited_s, served);
            tally.count(&clock, past, measure, past.arrival_s, &sum);
            if served {
                tally.waits_s.push(past.waited_s);
            }
        }
        tally
    }

    fn count(&mut self, clock: &Clock, past: &Past, measure: &Measure, arrival_s: f64, sum: &Sum) {
        let (date, hour) = clock.at(arrival_s);
        self.days.entry(date).or_default().add(sum);
        self.lines.entry((past.line, past.language)).or_default().add(sum);
        self.hours.entry(hour).or_default().add(sum);
        self.tiers.entry(tier(&measure.organisation, past)).or_default().add(sum);
    }

    pub(super) fn merged<'a>(tallies: impl Iterator<Item = &'a Self>) -> Self {
        let mut all = Self::default();
        for tally in tallies {
            tally.days.iter().for_each(|(at, sum)| all.days.entry(*at).or_default().add(sum));
            tally.lines.iter().for_each(|(at, sum)| all.lines.entry(*at).or_default().add(sum));
            tally.hours.iter().for_each(|(at, sum)| all.hours.entry(*at).or_default().add(sum));
            tally.tiers.iter().for_each(|(at, sum)| all.tiers.entry(*at).or_default().add(sum));
            all.waits_s.extend_from_slice(&tally.waits_s);
            all.runs += 1;
        }
        all.waits_s.sort_by(f64::total_cmp);
        all
    }

    fn outcome(&self, measure: &Measure, simulated: bool) -> Outcome {
        let runs = f64::from(self.runs);
        let mut all = Sum::default();
        self.days.values().for_each(|sum| all.add(sum));
        let of_tier = |(at, each): (usize, &segue_core::organisation::Tier)| {
            let sum = self.tiers.get(&at).copied().unwrap_or_default();
            OutcomeOfTier { tier: each.name.clone(), handoffs: sum.handoffs / runs, in_time: sum.in_time() }
        };
        Outcome {
            handoffs: all.handoffs / runs,
            in_time: all.in_time(),
            tiers: measure.organisation.tiers.iter().enumerate().map(of_tier).collect(),
            abandoned: all.abandoned(),
            mean_wait_s: all.mean_wait_s(),
            p95_wait_s: quantile(&self.waits_s, 0.95).unwrap_or_default(),
            utilisation: simulated.then(|| all.utilisation()),
            cost_per_100: simulated.then(|| all.cost_per_100()),
        }
    }
}

fn measured(target: &Tier, waited_s: f64, served: bool) -> Sum {
    let yes = |holds: bool| f64::from(u8::from(holds));
    Sum {
        handoffs: 1.0,
        in_time: yes(served && waited_s <= target.target_s),
        lost: yes(!served),
        waited_s: if served { waited_s } else { 0.0 },
        ..Sum::default()
    }
}

impl Measure {
    /// The tier of a handoff, as the yardstick of costs wants it.
    fn tier(&self, past: &Past) -> Tier {
        let found = self.organisation.tiers.get(tier(&self.organisation, past));
        let (weight, first_reply_s) = found.map_or((1.0, 600), |tier| (tier.weight, tier.first_reply_s));
        let target_s =
            f64::from(past.rule.first_reply_s.map_or(first_reply_s, |asked| asked.min(first_reply_s)));
        Tier { name: String::new(), weight: f64::from(weight), target_s, share: 1.0, patience: 1.0 }
    }
}

/// Dates and hours of the organisation's zone.
struct Clock {
    from_ms: AtMs,
    zone: TimeZone,
}

impl Clock {
    fn of(replay: &Replay) -> Self {
        let zone = TimeZone::get(&replay.organisation.time_zone).unwrap_or(TimeZone::UTC);
        Self { from_ms: replay.window.0, zone }
    }

    fn zoned(&self, at_s: f64) -> jiff::Zoned {
        let at_ms = self.from_ms + (at_s * 1000.0) as AtMs;
        Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone())
    }

    fn at(&self, at_s: f64) -> (Date, u8) {
        let zoned = self.zoned(at_s);
        (zoned.date(), zoned.hour().unsigned_abs())
    }

    /// The seconds of each date between two times.
    fn by_day(&self, from_s: f64, to_s: f64, mut each: impl FnMut(Date, f64)) {
        let mut at_s = from_s;
        while at_s < to_s {
            let now = self.zoned(at_s);
            let midnight = now.tomorrow().and_then(|next| next.start_of_day());
            let left_s = midnight.map_or(f64::INFINITY, |next| {
                (next.timestamp().as_millisecond() - now.timestamp().as_millisecond()) as f64 / 1000.0
            });
            let next_s = (at_s + left_s.max(1.0)).min(to_s);
            each(now.date(), next_s - at_s);
            at_s = next_s;
        }
    }
}

impl Report {
    /// Of the merged runs of both sides.
    pub(super) fn of(replay: &Replay, measure: &Measure, as_is: &Tally, changed: &Tally) -> Self {
        let runs = f64::from(as_is.runs);
        let recorded = Tally::recorded(replay, measure);
        let recorded = Tally::merged(std::iter::once(&recorded)).outcome(measure, false);
        let is = as_is.outcome(measure, true);
        let sums = |tally: &Tally, at: &(usize, usize)| tally.lines.get(at).copied().unwrap_or_default();
        let line = |(at, sum): (&(usize, usize), &Sum)| {
            let (squad, skill) = replay.lines[at.0].clone();
            let language = Some(replay.languages[at.1].clone()).filter(|name| !name.is_empty());
            let handoffs = (sum.handoffs / runs).round() as usize;
            Line { squad, skill, language, handoffs, as_is: sum.part(), changed: sums(changed, at).part() }
        };
        let mut lines: Vec<Line> = as_is.lines.iter().map(line).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.handoffs));
        let hour = |(hour, sum): (&u8, &Sum)| Hour {
            hour: *hour,
            handoffs: (sum.handoffs / runs).round() as usize,
            as_is: sum.part(),
            changed: changed.hours.get(hour).copied().unwrap_or_default().part(),
        };
        Self {
            from_ms: replay.window.0,
            until_ms: replay.window.1,
            days: as_is.days.len(),
            draws: DRAWS,
            handoffs: replay.past.len(),
            notes: notes(replay, &recorded, &is, as_is.days.len()),
            recorded,
            as_is: is,
            changed: changed.outcome(measure, true),
            difference: Difference::of(as_is, changed),
            hours: as_is.hours.iter().map(hour).collect(),
            lines,
        }
    }
}

impl Difference {
    /// With intervals from days that are drawn anew, the same ones for both sides.
    fn of(as_is: &Tally, changed: &Tally) -> Self {
        let days: Vec<(Sum, Sum)> = as_is
            .days
            .iter()
            .map(|(date, sum)| (*sum, changed.days.get(date).copied().unwrap_or_default()))
            .collect();
        let drawn: Vec<(Sum, Sum)> = (0..RESAMPLES)
            .map(|resample| {
                let mut random = Random::of(resample, Purpose::Day, 0);
                let (mut is, mut would_be) = (Sum::default(), Sum::default());
                for _ in &days {
                    let (one, other) = &days[random.below(days.len())];
                    is.add(one);
                    would_be.add(other);
                }
                (is, would_be)
            })
            .collect();
        let (mut is, mut would_be) = (Sum::default(), Sum::default());
        days.iter().for_each(|(one, other)| {
            is.add(one);
            would_be.add(other);
        });
        let span = |of: fn(&Sum) -> f64| {
            let mut ascending: Vec<f64> = drawn.iter().map(|(is, would_be)| of(would_be) - of(is)).collect();
            ascending.sort_by(f64::total_cmp);
            let at = |share| quantile(&ascending, share).unwrap_or_default();
            Span { mean: of(&would_be) - of(&is), low: at(0.025), high: at(0.975) }
        };
        Self {
            in_time: span(Sum::in_time),
            abandoned: span(Sum::abandoned),
            mean_wait_s: span(Sum::mean_wait_s),
            utilisation: span(Sum::utilisation),
            cost_per_100: span(Sum::cost_per_100),
        }
    }
}

fn notes(replay: &Replay, recorded: &Outcome, is: &Outcome, days: usize) -> Vec<String> {
    let mut notes = vec![];
    if replay.past.is_empty() {
        notes.push("No handoff waited in a line in this time, so there is nothing to replay.".into());
        return notes;
    }
    if days < DAYS_MIN {
        let had = if days == 1 { "day" } else { "days" };
        notes
            .push(format!("Only {days} {had} had handoffs: the intervals are narrower than they should be."));
    }
    let off = is.in_time - recorded.in_time;
    if off.abs() > OFF_MAX {
        let way = if off > 0.0 { "better" } else { "worse" };
        notes.push(format!(
            "The replay with the people and rules of now goes {way} than what was recorded ({:.0} % in time against {:.0} %). Shifts that differ from those written, settings that have changed since, or agents who do other things as well may be why. Trust the difference more than the level.",
            is.in_time * 100.0,
            recorded.in_time * 100.0,
        ));
    }
    let unwritten =
        replay.staff.iter().filter(|agent| agent.work.shifts == segue_core::hours::Hours::always()).count();
    if unwritten > 0 {
        notes.push(format!(
            "{unwritten} people have no shifts written down; they are taken to be there when the log shows them at work."
        ));
    }
    let left_out = [
        (replay.no_line, "never waited in a line, since nobody was there or the squad had closed"),
        (replay.of_no_squad, "are of squads that are no more"),
    ];
    for (count, why) in left_out.into_iter().filter(|(count, _)| *count > 0) {
        notes.push(format!("{count} handoffs {why}; they are left out."));
    }
    notes.push(format!("Customers are taken to be {:.1} times as patient as is usual.", replay.patience));
    notes
}
