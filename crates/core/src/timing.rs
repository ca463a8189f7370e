//! When: what is not decisive may have to wait.
//!
//! A hold never touches a decisive finding: who asks for a human gets one, at any moment. Each hold is recorded
//! with the decision, so that a lead sees what would have happened and why it did not.

use crate::{
    context::{GivenPromise, Role},
    handoff::State,
    policy::{Judgement, Scene},
    reading::{ActKind, Outcome, Reading},
    signal::{Found, explicit_request, quoted},
    trigger::{Action, Moment, is_settled, sees, unit},
};

/// Whether a judgement takes effect.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// As judged.
    Now,
    /// The customer declined a human a moment ago and is asked again rather than handed off.
    AskFirst,
    /// Not now, for the reason given.
    Hold(String),
    /// The customer says that nothing is left to do.
    Settled,
}

/// Frustration from which nobody is asked to try one more thing, 0..=1.
const PATIENCE_ENDS: f32 = 0.8;
/// A proposal that was refused may be repeated early where the doubt that a human is needed has shrunk to this
/// share. Source: half the doubt is what one more independent signal at the default `propose_at` leaves.
const MUCH_STRONGER: f32 = 0.5;
/// Characters beside a greeting that do not make it a matter ("there", "everyone").
const GREETING_REST_CHARS: usize = 16;

/// Whether the judgement takes effect at this moment.
pub fn of(moment: &Moment<'_>, judgement: &Judgement, found: &[Found]) -> When {
    if judgement.decisive || judgement.action == Action::Answer {
        return When::Now;
    }
    if moment.role == Role::Customer && is_settled(moment.reading) {
        return When::Settled;
    }
    if let Some(rule) = moment.policy().holds_back(&Scene { moment, found }) {
        return When::Hold(format!("the rule “{}” holds it back", rule.name));
    }
    let held = offered_already(moment, judgement).or_else(|| unclear(moment)).or_else(|| trying(moment));
    if let Some(why) = held.or_else(|| waits_for_a_date(moment)) {
        return When::Hold(why);
    }
    cooling_down(moment, judgement)
}

/// One proposal at a time. A handoff by growing evidence is not a second proposal.
fn offered_already(moment: &Moment<'_>, judgement: &Judgement) -> Option<String> {
    let open = moment.conversation.state == State::Proposed && !refuses_proposal(moment);
    (open && judgement.action == Action::Propose)
        .then(|| "a human has been offered already and the customer has not answered".into())
}

/// There is nothing yet that a human could take over.
fn unclear(moment: &Moment<'_>) -> Option<String> {
    let mut heard = moment.heard().peekable();
    let greets = |(turn, reading): (u32, &Reading)| is_greeting(reading, moment.text_of(turn));
    heard.peek()?;
    heard.all(greets).then(|| "what it is about is not clear yet".into())
}

fn is_greeting(reading: &Reading, text: &str) -> bool {
    let Some(act) = reading.acts.iter().find(|act| act.kind == ActKind::Greets) else { return false };
    let substance = !(reading.topics.is_empty()
        && reading.facts.is_empty()
        && reading.questions.is_empty()
        && reading.steps.is_empty());
    let rest = text.trim().chars().count().saturating_sub(act.end.saturating_sub(act.start) as usize);
    sees(reading, ActKind::Greets)
        && !sees(reading, ActKind::Complains)
        && !substance
        && rest <= GREETING_REST_CHARS
}

/// The customer is doing what was suggested: that may settle it. Patience ends with frustration.
fn trying(moment: &Moment<'_>) -> Option<String> {
    let (turn, reading) = moment.heard().next_back()?;
    let unhappy = sees(reading, ActKind::DeniesSolved)
        || sees(reading, ActKind::Complains)
        || unit(reading.mood.frustration) >= PATIENCE_ENDS;
    if unhappy {
        return None;
    }
    let package = &moment.conversation.package;
    let answer = package.transcript.iter().rfind(|said| said.role == Role::Assistant && said.turn < turn);
    let agreed = sees(reading, ActKind::Agrees);
    let step = package.steps.iter().rfind(|step| match step.outcome {
        Outcome::Started => step.outcome_turn.unwrap_or(step.turn) == turn,
        Outcome::Proposed if step.by == Role::Customer => step.turn == turn,
        Outcome::Proposed => agreed && answer.is_some_and(|said| said.turn == step.turn),
        // "ok doing that" and "ok, done": what comes of it is not known yet.
        Outcome::Done => agreed && step.outcome_turn == Some(turn),
        Outcome::Failed | Outcome::Worked => false,
    })?;
    Some(format!("the customer is trying {}", quoted(&step.what)))
}

/// The anger is at a delay with a date that nobody can shorten, and the customer has accepted it.
fn waits_for_a_date(moment: &Moment<'_>) -> Option<String> {
    let promise = open_promise(moment)?;
    let (turn, reading) = moment.heard().next_back()?;
    let accepts = sees(reading, ActKind::Agrees) || sees(reading, ActKind::Thanks);
    let objects = sees(reading, ActKind::DeniesSolved)
        || sees(reading, ActKind::Refuses)
        || sees(reading, ActKind::WantsToCancel);
    (promise.turn < turn && accepts && !objects).then(|| {
        let due = promise.due.as_deref().unwrap_or(&promise.text);
        format!("the customer waits for a date that nobody can bring forward: {}", quoted(due))
    })
}

/// The last promise with a date that has not passed, made to the customer by the assistant or an agent.
pub(crate) fn open_promise<'a>(moment: &Moment<'a>) -> Option<&'a GivenPromise> {
    let now_ms = moment.now_ms();
    moment.conversation.package.promises.iter().rfind(|promise| {
        let dated = promise.due.is_some() || promise.due_at_ms.is_some();
        dated
            && promise.is_spoken()
            && promise.by != Role::Customer
            && promise.due_at_ms.is_none_or(|due| due >= now_ms)
    })
}

/// Whether the turn says no to an open proposal.
pub(crate) fn refuses_proposal(moment: &Moment<'_>) -> bool {
    moment.role == Role::Customer
        && moment.conversation.state == State::Proposed
        && !explicit_request::accepts_proposal(moment)
        && (moment.sees(ActKind::Refuses) || moment.sees(ActKind::DeclinesHuman))
}

/// A refused proposal is remembered: no second one for a while, unless much more speaks for it; and what would
/// have been a handoff asks first.
fn cooling_down(moment: &Moment<'_>, judgement: &Judgement) -> When {
    if moment.sees(ActKind::DeclinesHuman) || refuses_proposal(moment) {
        return When::Hold("the customer does not want a human now".into());
    }
    let Some(refused) = last_refusal(moment) else { return When::Now };
    let turns = moment.heard().filter(|(turn, _)| *turn > refused).count();
    if turns > moment.thresholds().cool_down_turns as usize {
        return When::Now;
    }
    let decisions = moment.conversation.decisions.iter();
    // What was declined unasked is taken as a proposal that had just come due.
    let declined = decisions
        .filter(|decision| decision.action == Action::Propose && decision.turn <= refused)
        .map(|decision| unit(decision.confidence))
        .fold(moment.thresholds().propose_at, f32::max);
    let doubt_then = 1.0 - declined;
    if 1.0 - judgement.confidence <= doubt_then * MUCH_STRONGER {
        return When::AskFirst;
    }
    When::Hold("the customer declined a human a moment ago".into())
}

/// The turn at which the customer last declined a human, asked or unasked.
fn last_refusal(moment: &Moment<'_>) -> Option<u32> {
    let answered = moment.conversation.refused_proposals.last().copied();
    let said = moment.heard().rfind(|(_, reading)| sees(reading, ActKind::DeclinesHuman));
    answered.max(said.map(|(turn, _)| turn)).filter(|&turn| turn >= moment.since())
}
