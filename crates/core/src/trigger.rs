//! Why a human is needed, and what is decided.
//!
//! After every turn of the customer and of the assistant [`evaluate`] makes one decision, in three steps:
//!
//! 1. **Signals** ([`crate::signal`]) look at the conversation. Each says what it saw, how sure it is and how
//!    strongly that argues for a human. There is one file per signal.
//! 2. **The policy** ([`crate::policy`]) combines them. A decisive signal hands off at once. The others add up
//!    to a probability, and two thresholds turn that into *answer*, *propose* (the customer chooses) or
//!    *hand off*.
//! 3. **Timing** ([`crate::timing`]) may hold back what is not decisive: while the issue is unclear, while the
//!    customer tries the last step, while a promised date runs that nobody can shorten, while a human has
//!    been offered already or was declined a moment ago. What is held is recorded with the reason to wait.
//!
//! Two things stand above every policy: a customer who asks for a human gets one, and so does anybody who
//! speaks of harm, violence or legal action. How signals combine and where the numbers come from:
//! `docs/adr/0007-how-signals-combine.md`.
//!
//! Everything here is a pure function of the conversation and the settings: the same log gives the same
//! decisions for ever.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::{Evidence, Role},
    conversation::Conversation,
    ids::{AtMs, SquadId},
    organisation::Organisation,
    policy::{Policy, Thresholds},
    reading::{ActKind, Outcome, Reading, TopicKind},
    signal::{self, Found, explicit_request},
    timing::{self, When},
};

mod counterfactual;
mod explain;
mod wishes;

pub use explain::{Explanation, explain};

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The assistant answers or goes on.
    Answer,
    /// The assistant offers a human; the customer chooses.
    Propose,
    /// A human takes over.
    HandOff,
    /// There is reason for a human, but not now; recorded with the reason to wait.
    Hold,
}

/// The fixed vocabulary of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Reason {
    ExplicitRequest,
    AlwaysHumanTopic,
    Legal,
    Security,
    Safety,
    Authority,
    PrivateScope,
    LowConfidence,
    Frustration,
    Repetition,
    FailedSteps,
    Complexity,
    ChurnRisk,
    PageContext,
    Sales,
    ProductFeedback,
    Anomaly,
    CustomerHealth,
    Policy,
}

/// The decision of one turn, with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// The turn it was made at.
    pub turn: u32,
    /// What happens next.
    pub action: Action,
    /// The main reason, where the action is not `answer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Every trigger that fired, strongest first.
    pub triggers: Vec<Evidence>,
    /// Probability that a human is needed, 0..=1.
    pub confidence: f32,
    /// Why it is held back, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// What would have led to something else, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counterfactual: Vec<String>,
    /// The version of the policy that it was made by; absent where the organisation keeps none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<u32>,
    /// What the policy in its shadow would have decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
}

/// What another policy would have decided at the same turn, which nobody follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shadow {
    /// The version of that policy.
    pub policy: u32,
    /// What it would do.
    pub action: Action,
    /// Its main reason, where the action is not `answer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Its probability that a human is needed, 0..=1.
    pub confidence: f32,
}

/// A conversation right after a turn.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// The conversation, with the turn folded in.
    pub conversation: &'a Conversation,
    /// The tenant's settings.
    pub organisation: &'a Organisation,
    /// Index of the turn.
    pub turn: u32,
    /// Who said it.
    pub role: Role,
    /// What was understood of it.
    pub reading: &'a Reading,
    thresholds: Thresholds<'a>,
}

/// A decision, and what goes with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The decision.
    pub decision: Decision,
    /// What the policy wants for the handoff.
    pub wishes: Wishes,
}

/// What a policy wants for a handoff, beside that it happens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wishes {
    /// The squad that a rule or a product area names; absent where the subject decides.
    pub squad: Option<SquadId>,
    /// How much sooner than others it is answered, 0..=100.
    pub priority: u8,
    /// Target for the first human reply, seconds; absent: the tier's.
    pub first_reply_s: Option<u32>,
    /// The clause that opens the announcement or the offer, in the customer's language.
    pub say: Option<String>,
}

/// What to do after a turn, to be called while the assistant owns the conversation.
///
/// Turns of agents and of the system are answered with [`Action::Answer`] and no triggers.
pub fn evaluate(moment: &Moment<'_>) -> Verdict {
    let found = signal::detect(moment);
    let judgement = moment.thresholds().judge(&found);
    let when = timing::of(moment, &judgement, &found);
    let counterfactual = counterfactual::of(moment.thresholds(), &found, &judgement, &when);
    let (action, hold) = match when {
        When::Now => (judgement.action, None),
        When::AskFirst => (Action::Propose, None),
        When::Settled => (Action::Answer, None),
        When::Hold(why) => (Action::Hold, Some(why)),
    };
    let wishes = Wishes::of_moment(moment, action, judgement.reason, &found);
    let decision = Decision {
        turn: moment.turn,
        action,
        reason: judgement.reason.filter(|_| action != Action::Answer),
        triggers: found.into_iter().map(Found::into_evidence).collect(),
        confidence: judgement.confidence,
        hold,
        counterfactual,
        policy: Some(moment.policy().version).filter(|version| *version > 0),
        shadow: None,
    };
    Verdict { decision, wishes }
}

/// The decision behind the button "Talk to a person", pressed after `turn`.
pub fn requested_by_button(turn: u32) -> Decision {
    Decision {
        turn,
        action: Action::HandOff,
        reason: Some(Reason::ExplicitRequest),
        triggers: vec![Evidence {
            name: explicit_request::NAME.into(),
            strength: 1.0,
            evidence: "pressed \"Talk to a person\"".into(),
            turn,
        }],
        confidence: 1.0,
        hold: None,
        counterfactual: vec![],
        policy: None,
        shadow: None,
    }
}

/// How the customer's turn answers an open proposal: `Some(true)` accepted, `Some(false)` refused, `None` where
/// no proposal is open or the turn is about something else.
pub fn answers_proposal(moment: &Moment<'_>) -> Option<bool> {
    if explicit_request::accepts_proposal(moment) {
        return Some(true);
    }
    timing::refuses_proposal(moment).then_some(false)
}

/// From this probability an act counts as seen. Source: probabilities are calibrated, so this is "more likely
/// than not".
pub(crate) const SEEN: f32 = 0.5;
/// From this frustration a turn counts as heated, 0..=1. Source: one strong word or two mild ones read as 0.4.
pub(crate) const HEATED: f32 = 0.4;

/// A number that came from elsewhere, brought into 0..=1; what is no number counts as 0.
pub(crate) fn unit(value: f32) -> f32 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}

impl<'a> Moment<'a> {
    /// The moment after a turn that was folded in.
    pub fn new(
        conversation: &'a Conversation,
        organisation: &'a Organisation,
        turn: u32,
        role: Role,
        reading: &'a Reading,
    ) -> Self {
        let thresholds = Thresholds::base(&organisation.policy);
        let plain = Self { conversation, organisation, turn, role, reading, thresholds };
        let thresholds = Thresholds::of(&organisation.policy, &plain);
        Self { thresholds, ..plain }
    }

    /// The tenant's policy.
    pub(crate) fn policy(&self) -> &'a Policy {
        &self.organisation.policy
    }

    /// The numbers that hold at this moment.
    pub fn thresholds(&self) -> &Thresholds<'a> {
        &self.thresholds
    }

    /// Probability that the assistant's last answer is right, 0..=1: its own, or ours where it told none.
    pub(crate) fn answer_confidence(&self) -> Option<f32> {
        let answer =
            self.conversation.package.transcript.iter().rfind(|said| said.role == Role::Assistant)?;
        let ours = || {
            let reading = self.conversation.readings.iter().rfind(|(of, _, _)| *of == answer.turn);
            reading.and_then(|(_, _, reading)| reading.answer_confidence)
        };
        answer.confidence.or_else(ours).map(unit)
    }

    /// The words of the turn; empty after erasure.
    pub(crate) fn text(&self) -> &'a str {
        self.text_of(self.turn)
    }

    /// The words of any turn; empty where it is gone.
    pub(crate) fn text_of(&self, turn: u32) -> &'a str {
        self.conversation.package.turn(turn).map_or("", |said| said.text.as_str())
    }

    /// When the turn was said, which is the only "now" there is.
    pub(crate) fn now_ms(&self) -> AtMs {
        self.conversation.package.turn(self.turn).map_or(0, |said| said.at_ms)
    }

    /// Whether an act was seen in this turn.
    pub(crate) fn sees(&self, kind: ActKind) -> bool {
        sees(self.reading, kind)
    }

    /// The words of this turn that show a topic, in quotation marks.
    pub(crate) fn quote_topic(&self, kind: TopicKind) -> String {
        let at = self.reading.topics.iter().find(|topic| topic.kind == kind);
        signal::quote_around(self.text(), at.map_or((0, 0), |topic| (topic.start, topic.end)))
    }

    /// The words of this turn that show an act, in quotation marks.
    pub(crate) fn quote_act(&self, kind: ActKind) -> String {
        let at = self.reading.acts.iter().find(|act| act.kind == kind);
        signal::quote_around(self.text(), at.map_or((0, 0), |act| (act.start, act.end)))
    }

    /// First turn whose evidence still counts: what came before a human took over is that human's.
    pub(crate) fn since(&self) -> u32 {
        let conversation = self.conversation;
        let handed = conversation.decisions.iter().rfind(|d| d.action == Action::HandOff).map(|d| d.turn);
        let agent = conversation.package.transcript.iter().rfind(|said| said.role == Role::Agent);
        let human = handed.max(agent.map(|said| said.turn));
        human.filter(|&turn| turn < self.turn).map_or(0, |turn| turn + 1)
    }

    /// Readings of the customer's turns that still count, oldest first, this one included.
    pub(crate) fn heard(&self) -> impl DoubleEndedIterator<Item = (u32, &'a Reading)> {
        let since = self.since();
        self.conversation.customer_readings().filter(move |(turn, _)| *turn >= since)
    }

    /// The turn of the assistant's first answer that still counts, if it has answered before this turn.
    pub(crate) fn first_answer(&self) -> Option<u32> {
        let since = self.since();
        let mut transcript = self.conversation.package.transcript.iter();
        transcript
            .find(|said| said.role == Role::Assistant && said.turn >= since && said.turn < self.turn)
            .map(|said| said.turn)
    }

    /// Turns in which the customer told that something failed, each with what it was, in order: after the
    /// assistant's first answer and since the matter was last settled. A turn counts once, however many steps
    /// it names: it answers one attempt of the assistant's.
    pub(crate) fn failures(&self) -> Vec<(u32, &'a str)> {
        let Some(answer) = self.first_answer() else { return vec![] };
        let confirms =
            |reading| sees(reading, ActKind::ConfirmsSolved) && !sees(reading, ActKind::DeniesSolved);
        let settled = self.heard().rfind(|(_, reading)| confirms(reading)).map(|(turn, _)| turn);
        let after = answer.max(settled.unwrap_or(0));
        let steps = self.conversation.package.steps.iter();
        let failed = steps
            .filter(|step| step.outcome == Outcome::Failed)
            .map(|step| (step.outcome_turn.unwrap_or(step.turn), step.what.as_str()));
        let denied = self.heard().filter(|(_, reading)| sees(reading, ActKind::DeniesSolved));
        let denied = denied.map(|(turn, _)| (turn, self.text_of(turn)));
        // Steps first: the sort is stable, and a step says better what failed.
        let mut failures: Vec<_> = failed.chain(denied).filter(|(turn, _)| *turn > after).collect();
        failures.sort_by_key(|(turn, _)| *turn);
        failures.dedup_by_key(|(turn, _)| *turn);
        failures
    }
}

/// Whether an act was seen in a reading.
pub(crate) fn sees(reading: &Reading, kind: ActKind) -> bool {
    unit(reading.act(kind)) >= SEEN
}

/// Whether a customer's turn says that nothing is left to do.
pub(crate) fn is_settled(reading: &Reading) -> bool {
    let unhappy = sees(reading, ActKind::DeniesSolved)
        || sees(reading, ActKind::Complains)
        || unit(reading.mood.frustration) >= HEATED;
    let polite_end = sees(reading, ActKind::Thanks) || sees(reading, ActKind::Leaves);
    let open = !reading.questions.is_empty() || !reading.topics.is_empty();
    !unhappy && (sees(reading, ActKind::ConfirmsSolved) || (polite_end && !open))
}
