//! What came of the assistant's answers, told by the customer's next turn, so that its confidence comes to fit the
//! organisation.

use std::time::Duration;

use segue_core::{
    context::Role,
    conversation::Conversation,
    event::AssistantKind,
    reading::{ActKind, Reading},
};
use segue_store::RecordKind;

use crate::{app::App, tenant::Tenant};

/// The record that keeps them.
pub(crate) const RECORD: &str = "answer_outcomes";

/// How often what was learnt is written down; what a crash loses is learnt again from the next answers.
const EVERY: Duration = Duration::from_secs(10);

impl App {
    /// Learns from the customer's last turn whether the answer before it helped.
    pub(crate) fn learn_outcome(&self, tenant: &Tenant, conversation: &Conversation) {
        if let Some((article, confidence, helped)) = outcome(conversation) {
            tenant.learn_outcome(article.as_deref(), confidence, helped);
        }
    }
}

/// Writes down what was learnt, now and then and at the end.
pub(crate) async fn run(app: App) {
    let mut every = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return keep(&app).await,
            _ = every.tick() => keep(&app).await,
        }
    }
}

async fn keep(app: &App) {
    for tenant in app.tenants() {
        let Some(outcomes) = tenant.unkept_outcomes() else { continue };
        let kept = app.put(RecordKind::Model, &tenant.id, RECORD, None, outcomes.as_ref()).await;
        if let Err(error) = kept {
            tenant.outcomes_unkept();
            tracing::warn!(error = %error.detail, "what came of answers was not kept yet");
        }
    }
}

/// The article that the last answer cites, how sure it was, and whether the customer's turn after it says that it helped.
fn outcome(conversation: &Conversation) -> Option<(Option<String>, f32, bool)> {
    let mut turns = conversation.package.transcript.iter().rev();
    let said = turns.next().filter(|turn| turn.role == Role::Customer)?;
    let answer = turns.next().filter(|turn| turn.role == Role::Assistant)?;
    let reading =
        |turn| conversation.readings.iter().rfind(|(of, ..)| *of == turn).map(|(.., reading)| reading);
    // What an assistant of somebody else's says of itself is on a scale of its own.
    let confidence = match conversation.assistant {
        AssistantKind::External if answer.confidence.is_some() => return None,
        _ => answer.confidence.or_else(|| reading(answer.turn)?.answer_confidence)?,
    };
    let article = answer.citations.first().map(|cited| cited.id.clone());
    Some((article, confidence, helped(reading(said.turn)?)?))
}

/// Whether a turn says that the answer before it helped; absent where it says neither.
fn helped(reading: &Reading) -> Option<bool> {
    let sees = |acts: &[ActKind]| acts.iter().any(|&act| reading.act(act) >= 0.5);
    let failed = [ActKind::DeniesSolved, ActKind::Repeats, ActKind::AsksHuman, ActKind::AsksManager];
    if sees(&failed) || reading.repeats.is_some() {
        return Some(false);
    }
    sees(&[ActKind::ConfirmsSolved, ActKind::Thanks]).then_some(true)
}
