//! How much work was in each conversation: parallel chats slow each other down, so the time it took is not enough to know.

use std::collections::BTreeMap;

/// Somebody who had a conversation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Held {
    /// Which conversation.
    pub conversation: usize,
    /// Which agent.
    pub agent: usize,
    /// From and to, seconds.
    pub from_s: f64,
    pub until_s: f64,
}

/// Seconds of one undisturbed chat that each of `conversations` took; absent where nobody had it. `rate` is how fast each of
/// so many parallel chats goes on.
pub(super) fn undisturbed_s(
    held: &[Held],
    conversations: usize,
    rate: impl Fn(usize) -> f64,
) -> Vec<Option<f64>> {
    let mut by_agent: BTreeMap<usize, Vec<&Held>> = BTreeMap::new();
    held.iter().for_each(|held| by_agent.entry(held.agent).or_default().push(held));
    let mut found = vec![None; conversations];
    for held in by_agent.values() {
        let progress = Progress::of(held, &rate);
        for each in held {
            let done_s = progress.until(each.until_s) - progress.until(each.from_s);
            *found[each.conversation].get_or_insert(0.0) += done_s;
        }
    }
    found
}

/// How far any one chat of an agent has gone on by a time: time, seconds done by then, and the rate from then on.
struct Progress(Vec<(f64, f64, f64)>);

impl Progress {
    fn of(held: &[&Held], rate: impl Fn(usize) -> f64) -> Self {
        let mut edges: Vec<(f64, i32)> =
            held.iter().flat_map(|held| [(held.from_s, 1), (held.until_s, -1)]).collect();
        edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let (mut chats, mut done_s, mut pace, mut last_s) = (0, 0.0, 0.0, 0.0);
        let steps = edges.into_iter().map(|(at_s, change)| {
            done_s += (at_s - last_s) * pace;
            chats += change;
            pace = if chats > 0 { rate(chats as usize) } else { 0.0 };
            last_s = at_s;
            (at_s, done_s, pace)
        });
        Self(steps.collect())
    }

    fn until(&self, at_s: f64) -> f64 {
        let next = self.0.partition_point(|(from_s, ..)| *from_s <= at_s);
        let Some((from_s, done_s, pace)) = next.checked_sub(1).and_then(|last| self.0.get(last)) else {
            return 0.0;
        };
        done_s + (at_s - from_s) * pace
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parallel_chats_share_the_progress() {
        let rate = |chats: usize| if chats < 2 { 1.0 } else { 0.8 };
        let held = |conversation, agent, from_s, until_s| Held { conversation, agent, from_s, until_s };
        let found = undisturbed_s(
            &[
                held(0, 0, 0.0, 112.5),
                held(1, 0, 50.0, 142.5),
                held(2, 1, 0.0, 30.0),
                held(2, 0, 200.0, 210.0),
            ],
            4,
            rate,
        );
        let near = |found: Option<f64>, expected: f64| {
            assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?} {expected}");
        };
        near(found[0], 100.0);
        near(found[1], 80.0);
        near(found[2], 40.0);
        assert_eq!(found[3], None);
    }
}
