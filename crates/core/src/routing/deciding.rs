//! The decision: the best pair first, until no pair is worth it.

use std::{cmp::Ordering, collections::BinaryHeap};

use super::{
    AgentIx, Assignment, CaseIx, Dropped, Router, is_free,
    line::{Head, LOOKED_AT, Place},
    may_be_asked,
    router::seconds,
};
use crate::{
    ids::AtMs,
    strategy::{Pair, Score},
};

/// What is left at least for one who can still be answered in time, ms.
const STILL_MS: AtMs = 8_000;
/// How long before the target the oldest counts as late, ms.
const LATE_MS: AtMs = 6_000;

/// A pair, and how good it is.
#[derive(Clone, Copy)]
struct Choice {
    score: Score,
    case: u32,
    seat: usize,
    rung: usize,
    urgency: f64,
    price: f64,
}

impl Choice {
    /// The better one; of equals the earlier conversation, and the agent seated first.
    fn cmp(&self, other: &Choice) -> Ordering {
        let score = self.score.0.total_cmp(&other.score.0).then(self.score.1.total_cmp(&other.score.1));
        score.then(other.case.cmp(&self.case)).then(other.seat.cmp(&self.seat))
    }

    fn better(best: Option<Choice>, other: Choice) -> Option<Choice> {
        match best {
            Some(best) if best.cmp(&other).is_ge() => Some(best),
            _ => Some(other),
        }
    }
}

/// The best that a line can get.
struct Ranked {
    choice: Choice,
    line: u32,
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Ranked {}
impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.choice.cmp(&other.choice)
    }
}

/// Whether those who qualify are looked at, or those who only stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Qualified,
    StandIns,
}

/// See [`Router::decide`].
pub(super) fn decide(router: &mut Router, now_ms: AtMs, out: &mut Vec<Assignment>) {
    router.reckon(now_ms);
    let seats = std::mem::take(&mut router.changed_seats);
    let lines = std::mem::take(&mut router.changed_lines);
    match (&seats[..], &lines[..]) {
        ([seat], []) => fill(router, now_ms, *seat as usize, out),
        _ => {
            let of_seats = |seat: &u32| lines_of(router, *seat as usize);
            let mut all: Vec<u32> = seats.iter().flat_map(of_seats).chain(lines.iter().copied()).collect();
            all.sort_unstable();
            all.dedup();
            look_at(router, now_ms, &all, out);
        }
    }
    // What is kept grows to what is needed once, and is used again.
    (router.changed_seats, router.changed_lines) = (seats, lines);
    router.changed_seats.clear();
    router.changed_lines.clear();
}

/// See [`Router::tick`].
pub(super) fn look_at_all(router: &mut Router, now_ms: AtMs, out: &mut Vec<Assignment>) {
    router.reckon(now_ms);
    router.changed_seats.clear();
    router.changed_lines.clear();
    let lines: Vec<u32> = router.busy_lines.iter().map(|line| line as u32).collect();
    look_at(router, now_ms, &lines, out);
}

/// The lines that an agent can be taken from.
fn lines_of(router: &Router, seat: usize) -> Vec<u32> {
    let per_class = 2 * router.tiers.len() as u32;
    let seat = &router.seats[seat];
    let classes = seat.classes.iter().chain(seat.stands_in.iter().map(|(class, _)| class));
    classes.flat_map(|class| (0..per_class).map(move |line| class * per_class + line)).collect()
}

/// Gives one agent the best there is, until there is no more room or nothing worth it.
fn fill(router: &mut Router, now_ms: AtMs, seat: usize, out: &mut Vec<Assignment>) {
    loop {
        let choice = best_for(router, now_ms, seat, Stage::Qualified)
            .or_else(|| best_for(router, now_ms, seat, Stage::StandIns));
        let Some(choice) = choice else { return };
        assign(router, now_ms, choice, out);
    }
}

fn best_for(router: &mut Router, now_ms: AtMs, seat: usize, stage: Stage) -> Option<Choice> {
    let entry = &router.seats[seat];
    if !entry.on || router.free.iter().all(|free| !free.contains(seat)) {
        return None;
    }
    let price = router.strategy.price(&router.view(), entry);
    let classes = match stage {
        Stage::Qualified => entry.classes.len(),
        Stage::StandIns => entry.stands_in.len(),
    };
    let per_class = 2 * router.tiers.len();
    let mut best: Option<Choice> = None;
    for at in 0..classes {
        let (class, rung) = match stage {
            Stage::Qualified => (router.seats[seat].classes[at], 0),
            Stage::StandIns => router.seats[seat].stands_in[at],
        };
        let (class, rung) = (class as usize, rung as usize);
        if router.classes[class].queued == 0
            || !router.free[router.classes[class].channel as usize].contains(seat)
        {
            continue;
        }
        for line in class * per_class..(class + 1) * per_class {
            if !router.busy_lines.contains(line) {
                continue;
            }
            for head in heads(router, now_ms, line).into_iter().flatten() {
                let hopeless = best.is_some_and(|best| {
                    router.strategy.at_most(&router.view(), head.urgency, price) < best.score.0
                });
                let open = || open_rung(router, now_ms, &head).is_some_and(|open| rung <= open);
                if !hopeless && (stage == Stage::Qualified || open()) {
                    best = pair(router, now_ms, &head, seat, rung, price)
                        .map_or(best, |choice| Choice::better(best, choice));
                }
            }
        }
    }
    best
}

/// Gives the best pair of all these lines, then the next, while one is worth it. The best of a line only gets worse by
/// what others are given, so a line is looked at again when its turn comes.
fn look_at(router: &mut Router, now_ms: AtMs, lines: &[u32], out: &mut Vec<Assignment>) {
    let mut prices = std::mem::take(&mut router.prices);
    prices.forget(router.seats.len());
    for stage in [Stage::Qualified, Stage::StandIns] {
        let mut heap: BinaryHeap<Ranked> =
            lines.iter().filter_map(|line| best_of(router, now_ms, *line, stage, &mut prices)).collect();
        while let Some(top) = heap.pop() {
            let Some(now) = best_of(router, now_ms, top.line, stage, &mut prices) else { continue };
            if heap.peek().is_some_and(|next| now.cmp(next).is_lt()) {
                heap.push(now);
                continue;
            }
            assign(router, now_ms, now.choice, out);
            prices.forget(router.seats.len());
            heap.extend(best_of(router, now_ms, now.line, stage, &mut prices));
        }
    }
    router.prices = prices;
}

/// Prices of the slots, worked out once a round.
#[derive(Default)]
pub(super) struct Prices {
    round: u64,
    known: Vec<(u64, f64)>,
}

impl Prices {
    fn forget(&mut self, seats: usize) {
        self.round += 1;
        self.known.resize(seats, (0, 0.0));
    }

    fn of(&mut self, router: &Router, seat: usize) -> f64 {
        let known = &mut self.known[seat];
        if known.0 != self.round {
            *known = (self.round, router.strategy.price(&router.view(), &router.seats[seat]));
        }
        known.1
    }
}

/// The best pair of a line.
fn best_of(
    router: &mut Router,
    now_ms: AtMs,
    line: u32,
    stage: Stage,
    prices: &mut Prices,
) -> Option<Ranked> {
    let mut best = None;
    let class = line as usize / (2 * router.tiers.len());
    if stage == Stage::Qualified && router.classes[class].free == 0 {
        return None;
    }
    let heads = heads(router, now_ms, line as usize);
    let (router, class) = (&*router, &router.classes[class]);
    for head in heads.into_iter().flatten() {
        let rung = match stage {
            Stage::Qualified => 0,
            Stage::StandIns => match open_rung(router, now_ms, &head) {
                Some(rung) => rung,
                None => continue,
            },
        };
        for seat in class.pools[rung].shared(&router.free[class.channel as usize]) {
            let price = prices.of(router, seat);
            best = pair(router, now_ms, &head, seat, rung, price)
                .map_or(best, |choice| Choice::better(best, choice));
        }
    }
    best.map(|choice| Ranked { choice, line })
}

/// The step of the ladder from which stand-ins may be asked: the first that is open and has somebody free. Absent while
/// somebody who qualifies is free.
fn open_rung(router: &Router, now_ms: AtMs, head: &Head) -> Option<usize> {
    let class = &router.classes[router.cases[head.case as usize].class as usize];
    let age_s = seconds(now_ms - head.since_ms);
    if class.free > 0 {
        return None;
    }
    let first = class.first_rung()?;
    let free = &router.free[class.channel as usize];
    let open = |rung: &usize| *rung <= first || router.terms.ladder[*rung].after_s <= age_s;
    (1..router.terms.ladder.len())
        .take_while(open)
        .find(|rung| class.pools[*rung].shared(free).next().is_some())
}

/// Who is looked at of a line: the oldest, and, where that one is late, the oldest who is not. Seen anew where the
/// strategy's urgencies do not last, or somebody has come or gone.
fn heads(router: &mut Router, now_ms: AtMs, line: usize) -> [Option<Head>; LOOKED_AT] {
    if router.lines[line].is_empty() {
        return [None; LOOKED_AT];
    }
    if !router.lines[line].is_seen(now_ms, router.strategy.urgency_lasts_ms()) {
        let places = &router.lines[line];
        let is_late = |place: &&Place| now_ms - place.since_ms > AtMs::from(place.target_ms) - LATE_MS;
        let oldest = places.oldest();
        let late = oldest.filter(is_late).filter(|_| router.strategy.looks_past_the_late());
        let in_time = late.and_then(|_| places.oldest_in_time(now_ms, STILL_MS));
        let seen = [oldest, in_time].map(|place| {
            place.map(|place| Head {
                case: place.case,
                since_ms: place.since_ms,
                urgency: urgency(router, now_ms, place.case),
            })
        });
        router.lines[line].see(now_ms, seen);
    }
    router.lines[line].heads()
}

pub(super) fn urgency(router: &Router, now_ms: AtMs, case: u32) -> f64 {
    let case = &router.cases[case as usize];
    let age_s = seconds(now_ms - case.waiting.since_ms);
    let class = &router.classes[case.class as usize];
    router.strategy.urgency(&router.view(), &case.waiting, class, age_s)
}

/// What the strategy makes of a pair, where the gate lets it through.
fn pair(
    router: &Router,
    now_ms: AtMs,
    head: &Head,
    seat_ix: usize,
    rung: usize,
    price: f64,
) -> Option<Choice> {
    let case = &router.cases[head.case as usize];
    let (class, seat) = (&router.classes[case.class as usize], &router.seats[seat_ix]);
    let (waiting, agent) = (&case.waiting, AgentIx(seat_ix as u32));
    let age_s = seconds(now_ms - waiting.since_ms);
    if !(is_free(seat, waiting) && may_be_asked(now_ms, agent, waiting, class.on_shift[rung] == 1)) {
        return None;
    }
    let pair = Pair {
        waiting,
        class,
        seat,
        place: seat_ix,
        proficiency: seat.proficiency(class.skill),
        sticky: waiting.sticky == Some(agent),
        age_s,
        urgency: head.urgency,
        price,
        work_s: router.work_s[class.skill],
    };
    let score = router.strategy.score(&router.view(), &pair)?;
    Some(Choice { score, case: head.case, seat: seat_ix, rung, urgency: head.urgency, price })
}

/// What ranks a pair; absent where the slot is better kept, or the gate is closed.
pub(super) fn score_of(
    router: &Router,
    now_ms: AtMs,
    head: &Head,
    seat: usize,
    rung: usize,
    price: f64,
) -> Option<f64> {
    pair(router, now_ms, head, seat, rung, price).map(|choice| choice.score.0)
}

fn assign(router: &mut Router, now_ms: AtMs, choice: Choice, out: &mut Vec<Assignment>) {
    let Choice { case, seat, rung, urgency, price, score } = choice;
    let class = &router.classes[router.cases[case as usize].class as usize];
    let (profile, key) = (&router.seats[seat].profile, &class.key);
    let again = router.cases[case as usize].waiting.refused_by.last() == Some(&AgentIx(seat as u32));
    let qualifies = rung == 0 && router.terms.ladder[0].gives_nothing_up();
    let dropped = if qualifies || key.only.is_some() {
        Dropped { again, ..Dropped::default() }
    } else {
        Dropped {
            skill: rung > 0 && router.seats[seat].levels[class.skill] < router.terms.ladder[0].level,
            language: !super::speaks(profile, key.language.as_deref()),
            squad: !profile.work.squads.contains(&key.squad),
            again,
        }
    };
    router.reserve(now_ms, case, seat);
    out.push(Assignment {
        case: CaseIx(case),
        agent: AgentIx(seat as u32),
        dropped,
        score: score.0,
        urgency,
        price,
    });
}
