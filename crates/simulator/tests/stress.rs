//! Agents vanish, clocks jump, squads close while offers are on their way: nobody is ever stranded.

use segue_core::strategy;
use segue_simulator::stress::trial;

/// So many days in `cargo test`; `SEGUE_STRESS=10000` for the whole.
const DAYS: u64 = 400;

#[test]
fn nobody_is_stranded_whatever_goes_wrong() {
    let days = std::env::var("SEGUE_STRESS").ok().and_then(|days| days.parse().ok()).unwrap_or(DAYS);
    let first = std::env::var("SEGUE_STRESS_FROM").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let (mut failed, mut conversations) = (vec![], 0);
    for seed in first..first + days {
        // Every other day ours, on the others each of the peers in turn.
        let peer = strategy::ALL[seed as usize / 2 % strategy::ALL.len()];
        let policy = if seed % 2 == 0 { strategy::ALL[0] } else { peer };
        let trial = trial(seed, policy).expect("a day");
        conversations += trial.conversations;
        if !trial.stranded.is_empty() || !trial.breaches.is_empty() {
            failed.push((seed, policy.name(), trial.stranded, trial.breaches.into_iter().next()));
        }
    }
    assert!(failed.is_empty(), "{} of {days} days: {:#?}", failed.len(), &failed[..failed.len().min(5)]);
    assert!(conversations as u64 > 5 * days, "days with hardly anybody say nothing: {conversations}");
}
