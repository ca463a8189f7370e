//! The page shows errors.

use super::{Finding, Signal, Weight, counted, quoted};
use crate::trigger::{Moment, Reason};

/// The page that the customer is on reported errors, or the customer goes back and forth between the same pages.
///
/// Either says that something does not work where the customer stands, and that the assistant, which reads words,
/// may not know it. It counts and never decides.
pub struct PageErrors;

/// Weight at full strength. Source: below the default `propose_at`; with one unsure answer it proposes.
const WEIGHT: f32 = 0.4;
/// Strength for 1, 2, 3 and more errors.
const BY_COUNT: [f32; 3] = [0.6, 0.8, 1.0];
/// Visits to the same page that make a circle, and their strength.
const CIRCLE: usize = 3;
const CIRCLE_STRENGTH: f32 = 0.7;

impl Signal for PageErrors {
    const NAME: &'static str = "page_errors";
    const BEYOND_TEXT: bool = true;
    const ABOUT: &'static str = "The page reported errors, or the customer goes round in circles.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let package = &moment.conversation.package;
        let page = package.page.as_ref()?;
        let name = if page.title.is_empty() { &page.url } else { &page.title };
        let visits = 1 + package.journey.iter().filter(|seen| seen.url == page.url).count();
        let (strength, what) = match page.errors as usize {
            0 if visits >= CIRCLE => (CIRCLE_STRENGTH, format!("came back {} times", visits - 1)),
            0 => return None,
            errors => (BY_COUNT[(errors - 1).min(BY_COUNT.len() - 1)], counted(errors, "error")),
        };
        Some(Finding {
            strength,
            evidence: format!("{what} on {}", quoted(name)),
            turn: moment.turn,
            reason: Reason::PageContext,
            weight: Weight::Counts(WEIGHT),
        })
    }
}
