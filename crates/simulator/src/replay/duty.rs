//! When the people of an organisation were there, as far as its settings and its log tell.

use segue_core::{hours::Hours, ids::AtMs, organisation::AgentProfile};

/// Somebody without written shifts was there for so long before the first and after the last thing they did, ms.
const AROUND_MS: AtMs = 15 * 60_000;
/// And in between, unless they did nothing for longer than this, ms.
const GAP_MS: AtMs = 90 * 60_000;

/// A time from and to, Unix ms.
pub(super) type Span = (AtMs, AtMs);

/// When an agent was there within a window: on shift and not on a break. Where no shifts are written, when they were at work
/// by what they `held`, as presence is not kept in the log.
pub(super) fn of(agent: &AgentProfile, held: &[Span], window: Span, time_zone: &str) -> Vec<Span> {
    let open = on_shift(agent, window, time_zone);
    if agent.work.shifts != Hours::always() {
        return open;
    }
    let mut at_work: Vec<Span> = held.iter().map(|(from, to)| (from - AROUND_MS, to + AROUND_MS)).collect();
    at_work.sort_unstable();
    let mut joined: Vec<Span> = vec![];
    for (from_ms, to_ms) in at_work {
        match joined.last_mut() {
            Some(last) if from_ms <= last.1 + GAP_MS - 2 * AROUND_MS => last.1 = last.1.max(to_ms),
            _ => joined.push((from_ms, to_ms)),
        }
    }
    let both = |(from_ms, to_ms): Span| {
        let shared = open.iter().map(move |open| (open.0.max(from_ms), open.1.min(to_ms)));
        shared.filter(|(from_ms, to_ms)| from_ms < to_ms)
    };
    joined.into_iter().flat_map(both).collect()
}

fn on_shift(agent: &AgentProfile, (from_ms, until_ms): Span, time_zone: &str) -> Vec<Span> {
    let calendar = agent.shift(time_zone);
    let (mut spans, mut at_ms) = (vec![], from_ms);
    while at_ms < until_ms {
        let next_ms =
            calendar.next_change(at_ms).map_or(until_ms, |next_ms| next_ms.clamp(at_ms + 1, until_ms));
        if calendar.open_at(at_ms) {
            spans.push((at_ms, next_ms));
        }
        at_ms = next_ms;
    }
    spans
}

#[cfg(test)]
mod tests {
    use segue_core::ids::AgentId;

    use super::*;

    const MINUTE: AtMs = 60_000;
    const HOUR: AtMs = 60 * MINUTE;
    /// Friday, 2027-01-15, 00:00 UTC.
    const FRIDAY: AtMs = 1_800_000_000_000 - 8 * HOUR;

    fn agent(shifts: &[&str], breaks: &[&str]) -> AgentProfile {
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let mut agent = AgentProfile::new(AgentId::parse("ana").expect("an id"), "Ana", "ana@acme.example");
        agent.work.shifts = Hours::try_from(lines(shifts)).expect("hours");
        agent.work.breaks = lines(breaks).try_into().expect("breaks");
        agent
    }

    #[test]
    fn written_shifts_count_and_otherwise_what_was_done() {
        let check = |agent: &AgentProfile, held: &[Span], expected: &[Span]| {
            let found = of(agent, held, (FRIDAY, FRIDAY + 24 * HOUR), "UTC");
            let minutes = |spans: &[Span]| {
                let minute = |at_ms: AtMs| (at_ms - FRIDAY) / MINUTE;
                spans.iter().map(|(from, to)| (minute(*from), minute(*to))).collect::<Vec<_>>()
            };
            assert_eq!(minutes(&found), minutes(expected));
        };
        let at = |hour: AtMs, minute: AtMs| FRIDAY + hour * HOUR + minute * MINUTE;
        check(
            &agent(&["Mon-Fri 09:00-17:00"], &["Mon-Fri 12:00-13:00"]),
            &[],
            &[(at(9, 0), at(12, 0)), (at(13, 0), at(17, 0))],
        );
        let held = [(at(9, 0), at(9, 20)), (at(10, 45), at(11, 0)), (at(15, 0), at(16, 0))];
        check(&agent(&[], &[]), &held, &[(at(8, 45), at(11, 15)), (at(14, 45), at(16, 15))]);
        check(
            &agent(&[], &["Mon-Fri 15:30-15:45"]),
            &held[2..],
            &[(at(14, 45), at(15, 30)), (at(15, 45), at(16, 15))],
        );
        check(&agent(&[], &[]), &[], &[]);
    }
}
