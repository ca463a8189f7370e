//! The agent's summary in a model's words, where there is a model: each line cites its turns and is checked against them;
//! what says more than they do is dropped. The transcript's own sentences stand until then, and where nothing holds.

use std::{sync::Arc, time::Duration};

use segue_connectors::llm::{Passage, WordRequest};
use segue_core::{
    command::Command,
    context::{Cited, ContextPackage, Role, Turn},
    conversation::Conversation,
};
use segue_understanding::is_supported;

use crate::{app::App, pipeline::Submit, tenant::Tenant};

/// Turns that are summarised: the last ones.
const TURNS_MAX: usize = 40;
/// Lines of a summary.
const LINES: std::ops::RangeInclusive<usize> = 2..=5;
/// The longest line, characters.
const LINE_MAX_CHARS: usize = 240;
/// The longest summary of a model, tokens.
const TOKENS_MAX: u32 = 300;
const SYSTEM: &str = "You brief a support agent who takes over a conversation. Each passage is one turn, its number in the \
    title. Write two to five short lines in the conversation's own language: what the customer wants, what was tried and what \
    came of it, what was promised. Each line is one sentence and ends with the numbers of its turns in brackets, such as [3] \
    or [3, 5]. Say nothing that the turns do not say.";

impl App {
    /// Begins to word the summary of a conversation that was just handed off.
    pub(crate) fn spawn_summary(&self, tenant: Arc<Tenant>, conversation: Arc<Conversation>) {
        if self.llm.is_none() {
            return;
        }
        let app = self.clone();
        self.tasks.spawn(async move {
            let Some(said) = summarise(&app, &conversation.package).await else { return };
            let lines = checked(&said, &conversation.package);
            if lines.len() < *LINES.start() {
                tracing::info!(conversation = %conversation.id(), "the model's summary did not hold against the turns");
                return;
            }
            let until = conversation.next_turn().saturating_sub(1);
            let command = |_: &Conversation| Command::WordSummary { lines: lines.clone(), until };
            app.submit(&tenant, conversation.id(), Submit::default(), command).await.ok();
        });
    }
}

async fn summarise(app: &App, package: &ContextPackage) -> Option<String> {
    let llm = app.llm.as_ref()?;
    let recent = &package.transcript[package.transcript.len().saturating_sub(TURNS_MAX)..];
    let passage = |turn: &Arc<Turn>| Passage { title: title(turn), text: turn.text.clone() };
    let request = WordRequest {
        system: SYSTEM.to_owned(),
        question: "Brief the agent.".to_owned(),
        passages: recent.iter().map(passage).collect(),
        transcript: Vec::new(),
        // Only words of the same language can be checked against the turns.
        language: package.language.clone(),
        max_tokens: TOKENS_MAX,
    };
    let deadline = Duration::from_millis(app.config.llm.as_ref().map_or(8_000, |llm| llm.timeout_ms));
    match llm.word(&request, |_: &str| {}, deadline, app.stop.child_token()).await {
        Ok(worded) => Some(worded.text).filter(|_| !worded.truncated),
        Err(error) => {
            tracing::warn!(error = %error, "the language model did not word the summary");
            None
        }
    }
}

fn title(turn: &Turn) -> String {
    let who = match turn.role {
        Role::Customer => "customer",
        Role::Assistant => "assistant",
        Role::Agent => "agent",
        Role::System => "system",
    };
    format!("Turn {}, {who}", turn.turn)
}

/// The lines whose turns are there and support them.
fn checked(said: &str, package: &ContextPackage) -> Vec<Cited> {
    let line = |line: &str| {
        let (text, turns) = cited(line)?;
        let sources: Option<Vec<&str>> =
            turns.iter().map(|&turn| package.turn(turn).map(|turn| turn.text.as_str())).collect();
        let holds = text.chars().count() <= LINE_MAX_CHARS && is_supported(text, &sources?);
        holds.then(|| Cited { text: text.to_owned(), turn: turns[0] })
    };
    said.lines().filter_map(line).take(*LINES.end()).collect()
}

/// A line without its mark, and the turns it cites: "- Wants a refund. [3, 5]".
fn cited(line: &str) -> Option<(&str, Vec<u32>)> {
    let line = line.trim().trim_end_matches('.');
    let (text, turns) = line.strip_suffix(']')?.rsplit_once('[')?;
    let turns: Vec<u32> = turns.split(',').map(|turn| turn.trim().parse().ok()).collect::<Option<_>>()?;
    let text = text.trim().trim_start_matches(['-', '*', '•', ' ']).trim();
    (!turns.is_empty() && !text.is_empty()).then_some((text, turns))
}

#[cfg(test)]
mod tests {
    use segue_core::{
        event::TurnContent,
        ids::{ConversationId, OrganisationId},
    };

    use super::*;

    fn package() -> ContextPackage {
        let (organisation, id) = (OrganisationId::parse("acme"), ConversationId::parse("c1"));
        let mut package = ContextPackage::new(organisation.expect("an id"), id.expect("an id"));
        for (turn, (role, text)) in [
            (Role::Customer, "Order 58213377 arrived broken, I want my money back."),
            (Role::Assistant, "I will refund 45 euro within 3 days."),
            (Role::Customer, "It has been a week and nothing came."),
        ]
        .into_iter()
        .enumerate()
        {
            let said = Turn {
                turn: turn as u32,
                role,
                agent: None,
                at_ms: 0,
                text: text.into(),
                confidence: None,
                citations: vec![],
            };
            package.hear(said, &TurnContent { text: text.into(), ..TurnContent::default() });
        }
        package
    }

    #[test]
    fn only_lines_that_their_turns_support_are_taken() {
        let said = "- Order 58213377 arrived broken; the customer wants the money back. [0]\n\
            * The assistant promised to refund 45 euro within 3 days [1].\n\
            The assistant promised 54 euro. [1]\n\
            Order 58213377 was sent again. [7]\n\
            It came within a week. [2]\n\
            No numbers here.";
        let lines: Vec<(u32, String)> =
            checked(said, &package()).into_iter().map(|line| (line.turn, line.text)).collect();
        assert_eq!(
            lines,
            [
                (0, "Order 58213377 arrived broken; the customer wants the money back.".to_owned()),
                (1, "The assistant promised to refund 45 euro within 3 days".to_owned()),
            ]
        );
    }
}
