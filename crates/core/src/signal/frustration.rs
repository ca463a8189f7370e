//! The customer's mood over the conversation.

use super::{Finding, Signal, Weight, quoted};
use crate::trigger::{HEATED, Moment, Reason, unit};

/// Frustration by its trajectory: where it stands, how high it went, and whether it rises.
///
/// One outburst is no trajectory: it takes two heated turns, or a rise over three turns that ends in one. A
/// customer who has calmed down does not fire it, however loud they were before.
pub struct Frustration;

/// Weight at full strength. Source: the default thresholds: two turns at 0.7 propose; only a rise to the very
/// top hands off by mood alone.
const WEIGHT: f32 = 0.9;
/// Shares of the last turn, of the peak, and of the rise against the mean before. Sum above 1: a rise counts on
/// top of where it ends.
const LAST: f32 = 0.6;
const PEAK: f32 = 0.2;
const RISE: f32 = 0.3;
/// The rise over three turns that counts although only the last is heated.
const STEADY_RISE: f32 = 0.4;
/// Turns looked back on.
const WINDOW: usize = 5;

impl Signal for Frustration {
    const NAME: &'static str = "frustration";
    const ABOUT: &'static str =
        "The course of the mood: where it stands, how high it went, whether it rises.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let mut points: Vec<f32> =
            moment.heard().map(|(_, reading)| unit(reading.mood.frustration)).rev().take(WINDOW).collect();
        points.reverse();
        let (&last, before) = points.split_last()?;
        let heated = points.iter().filter(|point| **point >= HEATED).count();
        if last < HEATED || before.is_empty() || (heated < 2 && !rises_steadily(&points)) {
            return None;
        }
        let peak = points.iter().copied().fold(0.0, f32::max);
        let mean = before.iter().sum::<f32>() / before.len() as f32;
        let rise = (last - mean).max(0.0);
        let course: Vec<String> = points.iter().map(|point| format!("{point:.1}")).collect();
        let evidence = format!(
            "frustration {} over {} turns: {}",
            course.join(", "),
            points.len(),
            quoted(moment.text())
        );
        Some(Finding {
            strength: LAST * last + PEAK * peak + RISE * rise,
            evidence,
            turn: moment.turn,
            reason: Reason::Frustration,
            weight: Weight::Counts(WEIGHT),
        })
    }
}

fn rises_steadily(points: &[f32]) -> bool {
    let [.., a, b, c] = points else { return false };
    a < b && b < c && c - a >= STEADY_RISE
}
