//! How long customers wait before they give up, as far as their own history tells.

use segue_core::routing::Patience;

use crate::random::Random;

/// Factors on the usual patience that are tried: from an eighth to eight times, evenly by their logarithm.
const STEPS: i32 = 24;
const RANGE_LN: f64 = 2.08;
/// How sure one is of the usual before anything is seen: the standard deviation of the logarithm of the factor.
const PRIOR_SD_LN: f64 = 1.0;

/// One wait: how long, and whether the customer gave up then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seen<'a> {
    /// What is usual for the customer's tier.
    pub usual: &'a Patience,
    /// Seconds.
    pub waited_s: f64,
    /// Whether that was all their patience; else they were answered and had more.
    pub gave_up: bool,
}

/// So many times as patient as usual are these customers: the likeliest factor, by what was seen and a prior.
pub(super) fn factor(seen: &[Seen<'_>]) -> f64 {
    let likelihood = |factor: f64| -> f64 {
        let prior = -0.5 * (factor.ln() / PRIOR_SD_LN).powi(2);
        prior + seen.iter().map(|seen| likelihood_ln(seen, factor)).sum::<f64>()
    };
    let factors = (-STEPS..=STEPS).map(|step| (RANGE_LN * f64::from(step) / f64::from(STEPS)).exp());
    let scored = factors.map(|factor| (factor, likelihood(factor)));
    scored.max_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(1.0, |(factor, _)| factor)
}

fn likelihood_ln(seen: &Seen<'_>, factor: f64) -> f64 {
    let of = |&(share, mean_s): &(f64, f64)| {
        let mean_s = mean_s * factor;
        let stays = share * (-seen.waited_s / mean_s).exp();
        if seen.gave_up { stays / mean_s } else { stays }
    };
    seen.usual.kinds.iter().map(of).sum::<f64>().max(f64::MIN_POSITIVE).ln()
}

/// How long a customer would have waited in all who has waited for so long already.
pub(super) fn draw(usual: &Patience, factor: f64, waited_s: f64, random: &mut Random) -> f64 {
    let weights: Vec<f64> = usual
        .kinds
        .iter()
        .map(|(share, mean_s)| share * (-waited_s / (mean_s * factor)).exp().max(f64::MIN_POSITIVE))
        .collect();
    let (_, mean_s) = usual.kinds[random.pick(&weights)];
    waited_s + random.exponential(mean_s * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    #[test]
    fn the_factor_behind_censored_waits_is_found() {
        let usual = Patience::usual(1.0);
        let check = |truth: f64| {
            let mut random = Random::of(5, Purpose::Conversation, 0);
            let seen: Vec<Seen<'_>> = (0..4_000)
                .map(|_| {
                    let patience_s = draw(&usual, truth, 0.0, &mut random);
                    let answered_s = random.exponential(90.0);
                    let gave_up = patience_s < answered_s;
                    Seen { usual: &usual, waited_s: patience_s.min(answered_s), gave_up }
                })
                .collect();
            let found = factor(&seen);
            assert!((found / truth).ln().abs() < 0.2, "{truth}: {found}");
        };
        [0.3, 1.0, 3.0].into_iter().for_each(check);
        assert_eq!(factor(&[]), 1.0);
    }

    #[test]
    fn whoever_has_waited_for_long_is_of_the_patient_kind() {
        let usual = Patience::usual(1.0);
        let mut random = Random::of(6, Purpose::Conversation, 0);
        let more = (0..20_000).map(|_| draw(&usual, 1.0, 600.0, &mut random) - 600.0).sum::<f64>() / 20_000.0;
        let patient_s = usual.kinds.iter().map(|(_, mean_s)| *mean_s).fold(0.0, f64::max);
        assert!((more / patient_s - 1.0).abs() < 0.05, "{more} {patient_s}");
    }
}
