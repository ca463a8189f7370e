//! Work on several cores with its results in the order of its input, in constant memory.

use std::{sync::mpsc, thread};

/// Items that may wait in a lane, on each side of its worker.
const LANE: usize = 16;

/// Calls `work` for every item on `lanes` threads and `take` with every result in the order of the items, until
/// there are no more or `take` says `false`.
///
/// Item `n` goes through lane `n % lanes`, so that order needs no sorting and every queue has a bound.
pub fn in_order<I, O>(
    items: impl Iterator<Item = I> + Send,
    lanes: usize,
    work: impl Fn(I) -> O + Sync,
    mut take: impl FnMut(O) -> bool,
) where
    I: Send,
    O: Send,
{
    let lanes = lanes.max(1);
    thread::scope(|scope| {
        let work = &work;
        let (mut entries, mut exits) = (vec![], vec![]);
        for _ in 0..lanes {
            let (enter, entered) = mpsc::sync_channel::<I>(LANE);
            let (leave, left) = mpsc::sync_channel::<O>(LANE);
            scope.spawn(move || {
                // Whoever stops listening ends the lane, and with it the feeder.
                entered.into_iter().map(work).try_for_each(|result| leave.send(result)).ok();
            });
            entries.push(enter);
            exits.push(left);
        }
        scope.spawn(move || {
            items.enumerate().try_for_each(|(n, item)| entries[n % lanes].send(item)).ok();
        });
        for n in 0.. {
            let Ok(result) = exits[n % lanes].recv() else { break };
            if !take(result) {
                break;
            }
        }
        drop(exits);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for lanes in [1, 2, 3] {
            let mut seen = vec![];
            let work = |n: u64| {
                thread::sleep(std::time::Duration::from_micros(n * 7 % 50));
                n * 2
            };
            in_order(0..500_u64, lanes, work, |n| {
                seen.push(n);
                true
            });
            assert_eq!(seen, (0..500).map(|n| n * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_endless_input_ends_with_the_taker() {
        let mut seen = 0;
        in_order(
            0..,
            2,
            |n: u64| n,
            |_| {
                seen += 1;
                seen < 100
            },
        );
        assert_eq!(seen, 100);
    }
}
