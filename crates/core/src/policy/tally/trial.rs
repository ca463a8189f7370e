//! The counts of one trial.

use std::collections::BTreeMap;

use super::{Brief, Made};
use crate::{
    handoff::Timing,
    ids::{AtMs, ConversationId},
    policy::lifecycle::{Guard, Judged, Metric, Rate, Run, TrialStage},
    trigger::Action,
};

/// The most decisions on which the two versions differ that are kept, the newest.
pub const EXAMPLES_MAX: usize = 200;
/// The customer's rating up to which a conversation without a human missed one, of 1 to 5.
pub(super) const POOR_SCORE: u8 = 2;

/// What a trial has come to so far.
///
/// In the shadow both versions decide about the same conversations; in a roll-out each has its own, and what counts is
/// what came of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunTally {
    /// Conversations that took part.
    pub conversations: u64,
    /// Turns about which both versions decided.
    pub decisions: u64,
    /// Of these, the same way.
    pub agreed: u64,
    /// Under the version that is live.
    pub live: Side,
    /// Under the version on trial.
    pub trial: Side,
    /// How often the live version decided one thing and the other another, where they differ.
    changes: [[u64; 4]; 4],
    examples: BTreeMap<(AtMs, ConversationId, u32), Example>,
}

/// One side of a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Conversations.
    pub conversations: u64,
    /// That were handed off.
    pub handed_off: u64,
    /// Whose handoff an agent judged.
    pub judged: u64,
    /// As too early.
    pub too_early: u64,
    /// In which a human was needed and came too late, or never.
    pub missed: u64,
}

/// A turn about which the two versions differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The conversation.
    pub conversation: ConversationId,
    /// The turn.
    pub turn: u32,
    /// What the version that is live decides.
    pub live: Brief,
    /// What the one on trial does.
    pub trial: Brief,
}

/// What a conversation has added to a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Part {
    /// Counted among the conversations.
    counted: bool,
    /// Decided by the version on trial.
    on_trial: bool,
    handed_off: bool,
    /// Handed off by the version in the shadow.
    shadow_handed_off: bool,
    judged: bool,
    missed: bool,
}

const ACTIONS: [Action; 4] = [Action::Answer, Action::Hold, Action::Propose, Action::HandOff];

fn place(action: Action) -> usize {
    ACTIONS.iter().position(|known| *known == action).unwrap_or_default()
}

impl Part {
    /// The part that a conversation takes in a trial by a decision about it; `None` where it takes none.
    pub(super) fn begin(run: &Run, opened_at_ms: AtMs, made: &Made<'_>) -> Option<Self> {
        let policy = made.policy?;
        let other = made.shadow.map(|shadow| shadow.policy);
        let takes = match run.stage {
            TrialStage::Shadow => policy == run.against && other == Some(run.version),
            TrialStage::Rollout => {
                opened_at_ms >= run.since_ms && (policy == run.against || policy == run.version)
            }
        };
        takes.then(|| Self { on_trial: policy == run.version, ..Self::default() })
    }
}

impl RunTally {
    /// How often the live version decided the first and the one on trial the second, most often first.
    pub fn changes(&self) -> Vec<(Action, Action, u64)> {
        let pairs = ACTIONS.into_iter().flat_map(|live| ACTIONS.map(|trial| (live, trial)));
        let counted = pairs.map(|(live, trial)| (live, trial, self.changes[place(live)][place(trial)]));
        let mut changes: Vec<_> = counted.filter(|(.., count)| *count > 0).collect();
        changes.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
        changes
    }

    /// The last turns about which they differ, the newest first.
    pub fn examples(&self) -> impl Iterator<Item = &Example> {
        self.examples.values().rev()
    }

    /// The shares of conversations handed off, live and on trial.
    pub fn handoffs(&self) -> (Rate, Rate) {
        let rate = |side: &Side| Rate::of(side.handed_off, side.conversations);
        (rate(&self.live), rate(&self.trial))
    }

    /// Holds the trial against a guard.
    pub fn judge(&self, guard: &Guard) -> Judged {
        let counts = |side: &Side| match guard.metric {
            Metric::HandoffRate => (side.handed_off, side.conversations),
            Metric::TooEarlyRate => (side.too_early, side.judged),
            Metric::MissedRate => (side.missed, side.conversations),
        };
        guard.judge(counts(&self.live), counts(&self.trial))
    }

    pub(super) fn decided(&mut self, run: &Run, part: &mut Part, made: &Made<'_>) {
        if !part.counted {
            part.counted = true;
            self.conversations += 1;
            match run.stage {
                TrialStage::Shadow => {
                    self.live.conversations += 1;
                    self.trial.conversations += 1;
                }
                TrialStage::Rollout => self.side(part).conversations += 1,
            }
        }
        let Some(shadow) = made.shadow else { return };
        let other = Brief::from(shadow);
        let (live, trial) = match (made.policy, shadow.policy) {
            (Some(policy), by) if policy == run.against && by == run.version => (made.brief, other),
            (Some(policy), by) if policy == run.version && by == run.against => (other, made.brief),
            _ => return,
        };
        if run.stage == TrialStage::Shadow {
            if trial.action == Action::HandOff && !std::mem::replace(&mut part.shadow_handed_off, true) {
                self.trial.handed_off += 1;
            }
            if live.action == Action::HandOff && !std::mem::replace(&mut part.handed_off, true) {
                self.live.handed_off += 1;
            }
        }
        self.compare(live, trial, made);
    }

    fn compare(&mut self, live: Brief, trial: Brief, made: &Made<'_>) {
        self.decisions += 1;
        if live.action == trial.action {
            self.agreed += 1;
            return;
        }
        self.changes[place(live.action)][place(trial.action)] += 1;
        let (conversation, turn) = (made.conversation.clone(), made.turn);
        let key = (made.at_ms, conversation.clone(), turn);
        self.examples.insert(key, Example { conversation, turn, live, trial });
        if self.examples.len() > EXAMPLES_MAX {
            self.examples.pop_first();
        }
    }

    /// A human was asked to take over. In the shadow the decisions count, not what followed.
    pub(super) fn handed_off(&mut self, part: &mut Part) {
        if !std::mem::replace(&mut part.handed_off, true) {
            self.side(part).handed_off += 1;
        }
    }

    pub(super) fn judged(&mut self, part: &mut Part, timing: Timing) {
        if !std::mem::replace(&mut part.judged, true) {
            let side = self.side(part);
            side.judged += 1;
            side.too_early += u64::from(timing == Timing::TooEarly);
        }
        if timing == Timing::TooLate {
            self.missed(part);
        }
    }

    pub(super) fn missed(&mut self, part: &mut Part) {
        if !std::mem::replace(&mut part.missed, true) {
            self.side(part).missed += 1;
        }
    }

    fn side(&mut self, part: &Part) -> &mut Side {
        if part.on_trial { &mut self.trial } else { &mut self.live }
    }
}
