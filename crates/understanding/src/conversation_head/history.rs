//! How the first stage's scores went so far: the second stage judges a turn by its score and by this.

use super::{
    Role,
    turn::{NUMBERS, Seen},
};

/// Numbers about the scores.
const SCORES: usize = 18;
/// What the second stage sees of a turn.
pub(super) const WIDTH: usize = SCORES + NUMBERS;

/// What stands for a score where there is none yet: well below the usual.
const NONE: f32 = -3.0;
/// A score from which a turn counts as suspicious.
const SUSPICIOUS: f32 = -0.5;

/// The scores of a conversation so far.
#[derive(Clone, Debug)]
pub(super) struct History {
    turns: usize,
    last: [f32; 3],
    sum: f32,
    /// Fading sums of probabilities: half is gone after 2 and after 7 turns.
    fading: [f32; 2],
    suspicious: usize,
    since: usize,
    customer: Sided,
    others: Sided,
}

#[derive(Clone, Copy, Debug)]
struct Sided {
    last: f32,
    max: f32,
}

impl Default for History {
    fn default() -> Self {
        let none = Sided { last: NONE, max: NONE };
        Self {
            turns: 0,
            last: [NONE; 3],
            sum: 0.0,
            fading: [0.0; 2],
            suspicious: 0,
            since: 20,
            customer: none,
            others: none,
        }
    }
}

impl History {
    /// The second stage's row of the next turn, given its scores from the linear machine and the networks.
    pub fn row(&mut self, role: Role, seen: &Seen, linear: f32, net: f32) -> [f32; WIDTH] {
        let score = (linear + net) / 2.0;
        let (own, other) = match role {
            Role::Customer => (self.customer, self.others),
            _ => (self.others, self.customer),
        };
        let max = own.max.max(other.max);
        let mean = if self.turns > 0 { self.sum / self.turns as f32 } else { NONE };
        let scores: [f32; SCORES] = [
            score,
            linear,
            net,
            self.last[0],
            self.last[1],
            self.last[2],
            own.last,
            other.last,
            own.max,
            other.max,
            max,
            mean,
            self.fading[0],
            self.fading[1],
            self.suspicious.min(10) as f32,
            self.since as f32,
            score - own.max,
            score + 0.5 * other.last,
        ];
        let mut row = [0.0; WIDTH];
        row[..SCORES].copy_from_slice(&scores);
        row[SCORES..].copy_from_slice(&seen.numbers);
        self.remember(role, score);
        row
    }

    fn remember(&mut self, role: Role, score: f32) {
        let p = crate::learn::net::logistic(score);
        self.turns += 1;
        self.sum += score;
        self.last = [score, self.last[0], self.last[1]];
        self.fading = [self.fading[0] * 0.7 + p, self.fading[1] * 0.9 + p];
        let is_suspicious = score > SUSPICIOUS;
        self.suspicious += usize::from(is_suspicious);
        self.since = if is_suspicious { 1 } else { (self.since + 1).min(20) };
        let side = if role == Role::Customer { &mut self.customer } else { &mut self.others };
        *side = Sided { last: score, max: side.max.max(score) };
    }
}
