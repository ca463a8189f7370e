//! Unusual today: this customer, or this page.

use super::{Finding, Signal, Weight};
use crate::{
    context::Usual,
    trigger::{Moment, Reason},
};

/// Far more conversations than usual, by the customer's own habit or from the product area they are in.
///
/// Counts that come about by chance follow Poisson's law: what is expected less often than once in a thousand times
/// is unusual, once in a million is at full strength. It only adds to other signals: many contacts have a cause that
/// a human sees sooner, but none of them is a reason by itself.
pub struct Anomaly;

/// Weight at full strength. Source: below the default `propose_at`, and enough to tip what stands at 0.1 over it.
const WEIGHT: f32 = 0.45;
/// Powers of ten of improbability at which it begins and at which it is at full strength.
const LEAST: f64 = 3.0;
const FULL: f64 = 6.0;

impl Signal for Anomaly {
    const NAME: &'static str = "anomaly";
    const BEYOND_TEXT: bool = true;
    const ABOUT: &'static str =
        "Far more conversations than usual, of this customer or from this product area.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let known = moment.conversation.package.baseline.as_ref()?;
        let customer = ("this customer", &known.customer);
        let area = known.area.as_ref().map(|(name, usual)| (name.as_str(), usual));
        let most = [Some(customer), area]
            .into_iter()
            .flatten()
            .max_by(|a, b| improbability(a.1).total_cmp(&improbability(b.1)));
        let (who, usual) = most?;
        let power = improbability(usual);
        (power >= LEAST).then(|| Finding {
            strength: (power / FULL).min(1.0) as f32,
            evidence: format!(
                "{} conversations of {who} within {} h, where {:.1} are usual",
                usual.recent, usual.hours, usual.expected
            ),
            turn: moment.turn,
            reason: Reason::Anomaly,
            weight: Weight::Counts(WEIGHT),
        })
    }
}

/// How improbable so many are, as a power of ten: 3 for once in a thousand times. 0 where nothing is known.
fn improbability(usual: &Usual) -> f64 {
    let (recent, mean) = (f64::from(usual.recent), f64::from(usual.expected));
    if mean <= 0.0 || !mean.is_finite() || recent <= mean {
        return 0.0;
    }
    // The chance of `recent` or more: the first term of the tail times what the others add, a falling geometric series.
    let logarithm = (1..=usual.recent).fold(-mean, |sum, k| sum + (mean / f64::from(k)).ln());
    let others = 1.0 / (1.0 - mean / (recent + 1.0));
    (-(logarithm + others.ln()) / std::f64::consts::LN_10).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn improbability_is_that_of_poisson() {
        let check = |recent, expected, power: f64| {
            let found = improbability(&Usual { recent, expected, hours: 24 });
            assert!((found - power).abs() < 0.05, "{recent} of {expected}: {found}");
        };
        // P(X >= 3 | 0.1) = 1.5e-4, P(X >= 10 | 2) = 4.6e-5, P(X >= 30 | 10) = 2.5e-7.
        check(3, 0.1, 3.81);
        check(10, 2.0, 4.33);
        check(30, 10.0, 6.60);
        check(1, 1.0, 0.0);
        check(5, 0.0, 0.0);
    }
}
