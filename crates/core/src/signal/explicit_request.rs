//! The customer asks for a human.

use super::{Finding, Signal, Weight};
use crate::{
    context::Role,
    handoff::State,
    reading::{ActKind, Reading},
    trigger::{Action, Moment, Reason, is_settled, unit},
};

/// The customer asks for a human or a manager, in any phrasing, or accepts the one that was offered.
///
/// Always decisive; no policy, no cool-down and no hold stands in its way. "No, I don't need an agent" is not
/// a request.
pub struct ExplicitRequest;

/// The signal's name, for requests that come from a button.
pub const NAME: &str = "explicit_request";

impl Signal for ExplicitRequest {
    const NAME: &'static str = NAME;
    const ABOUT: &'static str = "The customer asks for a human, in any phrasing.";
    const FLOOR: bool = true;

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let declines = unit(moment.reading.act(ActKind::DeclinesHuman));
        let asks = |kind| moment.sees(kind) && unit(moment.reading.act(kind)) >= declines;
        let evidence = if asks(ActKind::AsksManager) {
            format!("asked for a manager: {}", moment.quote_act(ActKind::AsksManager))
        } else if asks(ActKind::AsksHuman) {
            format!("asked for a person: {}", moment.quote_act(ActKind::AsksHuman))
        } else if accepts_proposal(moment) {
            format!("accepted the offer of a person: {}", moment.quote_act(ActKind::Agrees))
        } else {
            return None;
        };
        let reason = Reason::ExplicitRequest;
        Some(Finding { strength: 1.0, evidence, turn: moment.turn, reason, weight: Weight::Decisive })
    }
}

/// Whether the turn says yes to an open proposal. Only the customer's next words can: a later "ok" is about
/// what the assistant said since.
pub(crate) fn accepts_proposal(moment: &Moment<'_>) -> bool {
    let refuses = moment.sees(ActKind::Refuses) || moment.sees(ActKind::DeclinesHuman);
    moment.role == Role::Customer
        && moment.conversation.state == State::Proposed
        && moment.sees(ActKind::Agrees)
        && !refuses
        && !moment.sees(ActKind::ConfirmsSolved)
        && !is_settled(moment.reading)
        && answers_first(moment)
}

/// Whether nothing but the proposal stands between the customer's words and those before.
fn answers_first(moment: &Moment<'_>) -> bool {
    let decisions = &moment.conversation.decisions;
    let Some(proposal) = decisions.iter().rfind(|decision| decision.action == Action::Propose) else {
        return true;
    };
    // A yes to a question that the assistant has asked since is an answer to that question.
    let asked = |&(turn, role, ref reading): &(u32, Role, std::sync::Arc<Reading>)| {
        turn > proposal.turn && role == Role::Assistant && !reading.questions.is_empty()
    };
    if moment.conversation.readings.iter().any(asked) {
        return false;
    }
    let mut after =
        moment.conversation.package.transcript.iter().filter(|said| said.turn > proposal.turn).peekable();
    while after.next_if(|said| said.role != Role::Customer).is_some() {}
    after.all(|said| said.role != Role::Assistant)
}
