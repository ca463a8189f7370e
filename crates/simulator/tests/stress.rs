//! Agents vanish, clocks jump, squads close while offers are on their way: no rule is broken, and nobody is ever stranded.

use segue_core::strategy;
use segue_simulator::stress::{Trial, trial};

/// So many days in `cargo test`; `SEGUE_STRESS=10000` for the whole.
const DAYS: u64 = 400;

fn days() -> u64 {
    std::env::var("SEGUE_STRESS").ok().and_then(|days| days.parse().ok()).unwrap_or(DAYS)
}

/// Every day for which something holds, told with the seed, the policy and what came of it.
fn days_with(wrong: impl Fn(&Trial) -> bool) -> Vec<(u64, &'static str, Trial)> {
    let day = |seed: u64| {
        // Every other day ours, on the others each of the peers in turn.
        let peer = strategy::ALL[seed as usize / 2 % strategy::ALL.len()];
        let policy = if seed.is_multiple_of(2) { strategy::ALL[0] } else { peer };
        (seed, policy.name(), trial(seed, policy).expect("a day"))
    };
    (1..=days()).map(day).filter(|(.., trial)| wrong(trial)).collect()
}

fn check(wrong: impl Fn(&Trial) -> bool) {
    let failed = days_with(wrong);
    assert!(failed.is_empty(), "{} of {} days: {:#?}", failed.len(), days(), &failed[..failed.len().min(5)]);
}

#[test]
fn no_rule_is_broken_whatever_goes_wrong() {
    check(|trial| !trial.breaches.is_empty());
}

#[test]
fn nobody_is_stranded_whatever_goes_wrong() {
    check(|trial| !trial.stranded.is_empty());
}

#[test]
fn the_days_are_busy() {
    let busy = days_with(|trial| trial.conversations > 10).len() as u64;
    assert!(busy > days() / 2, "days with hardly anybody say nothing: {busy}");
}
