//! Why stored turns were decided as they were: the log is folded up to the moment, and looked at again.

use segue_core::{
    conversation::Conversation,
    event::{Body, Event},
    ids::{AtMs, ConversationId},
    organisation::Organisation,
    trigger::{Decision, Explanation, Moment, explain},
};

use crate::{app::App, error::ApiError, pipeline::read, tenant::Tenant};

impl App {
    /// Every decision about a conversation with its time, the oldest first.
    pub(crate) async fn decisions(
        &self,
        tenant: &Tenant,
        id: &ConversationId,
    ) -> Result<Vec<(AtMs, Decision)>, ApiError> {
        let mut conversation = Conversation::new(tenant.id.clone(), id.clone());
        let mut decisions = vec![];
        for event in self.history(tenant, id).await? {
            conversation.apply(&event);
            if matches!(event.body, Body::DecisionMade { .. }) {
                decisions
                    .extend(conversation.decisions.last().map(|made| (event.at_ms, Decision::clone(made))));
            }
        }
        Ok(decisions)
    }

    /// Why a turn was decided as it was: what the version of the policy that decided makes of the conversation as it was
    /// then, under today's other settings. The decision itself is the one that was made.
    pub(crate) async fn explanation(
        &self,
        tenant: &Tenant,
        id: &ConversationId,
        turn: u32,
    ) -> Result<Explanation, ApiError> {
        let events = self.history(tenant, id).await?;
        let not_found = || ApiError::not_found("decision");
        let (then, made) =
            moment(Conversation::new(tenant.id.clone(), id.clone()), &events, turn).ok_or_else(not_found)?;
        let settings = tenant.settings();
        let organisation = match made.policy {
            Some(version) if version != settings.policy.version => {
                let policy = self.policy_version(&tenant.id, &tenant.policies(), version).await?;
                Organisation { policy, ..settings.as_ref().clone() }
            }
            _ => settings.as_ref().clone(),
        };
        let (_, role, reading) = then.readings.iter().rfind(|(of, ..)| *of == turn).ok_or_else(not_found)?;
        let explained = explain(&Moment::new(&then, &organisation, turn, *role, reading));
        Ok(Explanation { counterfactual: made.counterfactual.clone(), decision: made, ..explained })
    }

    async fn history(&self, tenant: &Tenant, id: &ConversationId) -> Result<Vec<Event>, ApiError> {
        let stored = self.store.events(&tenant.id, id, 0, u32::MAX).await?;
        if stored.is_empty() {
            return Err(ApiError::not_found("conversation"));
        }
        stored.iter().map(|event| read(event).map_err(|error| ApiError::internal(&error))).collect()
    }
}

/// The conversation as it was when a turn was decided, and the decision. A turn that was read again by a slower reader is
/// decided twice; the last time counts. What a button led to was no decision about the turn.
fn moment(mut conversation: Conversation, events: &[Event], turn: u32) -> Option<(Conversation, Decision)> {
    let mut heard = None;
    let mut decided = None;
    for event in events {
        conversation.apply(event);
        match &event.body {
            Body::TurnReceived { turn: of, .. } | Body::TurnReread { turn: of, .. } if *of == turn => {
                heard = Some(conversation.clone());
            }
            Body::DecisionMade { turn: of, .. } if *of == turn => {
                let made = conversation.decisions.last().map(|made| Decision::clone(made));
                decided = heard.take().zip(made).or(decided);
            }
            _ => {}
        }
    }
    decided
}
