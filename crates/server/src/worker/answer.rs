//! The built-in assistant: answers from the knowledge base, worded by a model where one is configured.
//!
//! An owed answer is an outbox item, written with the turn it answers. The node that took the turn answers at
//! once; after a crash another look finds the item. The answer commits under the turn's own key, so it is
//! given once.

use std::{sync::Arc, time::Duration};

use segue_bus::Wake;
use segue_connectors::llm::{Passage, WordRequest};
use segue_core::{
    command::Command,
    context::{ArticleRef, Role},
    conversation::Conversation,
    ids::ConversationId,
    wording::{self, Said as Words},
};
use segue_understanding::retrieval::Answer;

use crate::{
    app::App,
    error::ApiError,
    meaning,
    pipeline::{Said, Submit, answer_id},
    tenant::Tenant,
};

/// How often owed answers are looked for.
const EVERY: Duration = Duration::from_secs(2);
/// How long one look may work on an answer, ms.
const LEASE_MS: i64 = 30_000;
/// Answers taken on in one look.
const BATCH: u32 = 20;
/// Attempts before an answer is put aside.
const ATTEMPTS_MAX: u32 = 5;
/// Answers below this say that nothing was found.
const KNOWN_FROM: f32 = 0.3;
/// The cosine from which an article may help an agent though it shares few words with the matter.
const NEAR_FROM: f32 = 0.45;
/// Turns a model gets to see.
const TURNS_MAX: usize = 8;
/// The longest answer of a model, tokens.
const TOKENS_MAX: u32 = 300;
/// What a model may be trusted for beyond what retrieval says.
const SYSTEM: &str = "You are a support assistant. Answer in the customer's language, in at most four short \
    sentences, from the passages alone.";

impl App {
    /// Begins to answer a turn that was just committed.
    pub(crate) fn spawn_answer(&self, tenant: Arc<Tenant>, id: ConversationId, turn: u32) {
        let app = self.clone();
        self.tasks.spawn(async move {
            if let Err(error) = answer(&app, &tenant, &id, turn).await {
                tracing::warn!(conversation = %id, turn, error = %error.detail, "an answer is still owed");
            }
        });
    }

    /// Looks for articles that may help the agent with a handoff.
    pub(crate) fn spawn_suggestions(&self, tenant: Arc<Tenant>, conversation: Arc<Conversation>) {
        let app = self.clone();
        self.tasks.spawn(async move {
            let Some(wants) = conversation.package.wants.clone() else { return };
            let language = conversation.package.language.clone();
            let knowledge = tenant.knowledge();
            let hits = app.find(&knowledge, &wants.text, language.as_deref(), 3).await;
            let articles: Vec<ArticleRef> = hits
                .into_iter()
                .filter(|hit| {
                    hit.coverage >= KNOWN_FROM || hit.similarity.is_some_and(|near| near >= NEAR_FROM)
                })
                .map(|hit| ArticleRef { id: hit.article_id, title: hit.title, url: hit.url })
                .collect();
            if articles.is_empty() {
                return;
            }
            let command = |_: &_| Command::SuggestArticles { articles: articles.clone() };
            app.submit(&tenant, conversation.id(), Submit::default(), command).await.ok();
        });
    }
}

/// Finds answers that are owed since a crash.
pub(super) async fn run(app: App) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return,
            _ = every.tick() => {}
        }
        let now_ms = app.config.clock.now_ms();
        let due = match app.store.outbox_due(now_ms, BATCH, LEASE_MS).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(error = %error, "the outbox could not be read");
                continue;
            }
        };
        for item in due {
            let turn = String::from_utf8_lossy(&item.payload).parse().ok();
            let (Ok(tenant), Some(turn)) = (app.tenant(&item.organisation), turn) else {
                app.store.outbox_dead(&item.id, "it names no turn").await.ok();
                continue;
            };
            if let Err(error) = answer(&app, &tenant, &item.conversation, turn).await {
                let result = if item.attempts >= ATTEMPTS_MAX {
                    app.store.outbox_dead(&item.id, &error.detail).await
                } else {
                    app.store
                        .outbox_retry(&item.id, now_ms + 5_000 * i64::from(item.attempts), &error.detail)
                        .await
                };
                tracing::warn!(item = %item.id, error = %error.detail, kept = result.is_ok(), "an answer failed");
            }
        }
    }
}

async fn answer(app: &App, tenant: &Arc<Tenant>, id: &ConversationId, turn: u32) -> Result<(), ApiError> {
    let owed = answer_id(id, turn);
    let conversation = app.conversation(tenant, id).await?;
    let transcript = &conversation.package.transcript;
    let later = transcript
        .iter()
        .any(|said| said.turn > turn && matches!(said.role, Role::Customer | Role::Assistant));
    let asked = conversation.package.turn(turn);
    let (Some(asked), false, true) = (asked, later, conversation.state.assistant_speaks()) else {
        app.store.outbox_done(&owed).await?;
        return Ok(());
    };
    let wake = Wake::Typing { conversation: id.clone(), role: Role::Assistant };
    app.bus.publish(&tenant.id, wake);
    let question = asked.text.clone();
    let found = retrieve(app, tenant, &conversation, question.clone()).await?;
    let worded = word(app, tenant, &conversation, &question, &found, turn).await;
    let said = Said {
        role: Role::Assistant,
        agent: None,
        client_id: None,
        text: worded.unwrap_or(found.text),
        confidence: Some(found.confidence),
        citations: found.citations,
    };
    let submit =
        Submit { once: Some((owed.clone(), [0; 32])), completes: vec![owed.clone()], ..Submit::default() };
    match app.speak(tenant, id, said, submit).await {
        Ok(_) => Ok(()),
        Err(error) if error.code == "assistant_silenced" => {
            app.store.outbox_done(&owed).await?;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

async fn retrieve(
    app: &App,
    tenant: &Tenant,
    conversation: &Arc<Conversation>,
    question: String,
) -> Result<Answer, ApiError> {
    let knowledge = tenant.knowledge();
    let language =
        conversation.package.language.clone().unwrap_or_else(|| tenant.settings().language.clone());
    let conversation = conversation.clone();
    let vector = app.vector(&question, meaning::QUESTION).await;
    let outcomes = tenant.outcomes();
    let search =
        move || knowledge.index.answer(&question, vector.as_deref(), &outcomes, &conversation.package);
    let mut found = tokio::task::spawn_blocking(search).await.map_err(|error| ApiError::internal(&error))?;
    if found.confidence < KNOWN_FROM {
        found.text = wording::say(Words::Unknown, &language);
        found.citations.clear();
    }
    Ok(found)
}

/// The model's words, where there is a model, an answer to word, and time.
async fn word(
    app: &App,
    tenant: &Tenant,
    conversation: &Conversation,
    question: &str,
    found: &Answer,
    turn: u32,
) -> Option<String> {
    let llm = app.llm.as_ref().filter(|_| !found.citations.is_empty())?;
    let knowledge = tenant.knowledge();
    let cited = |article: &&segue_understanding::retrieval::Article| {
        found.citations.iter().any(|citation| citation.id == article.id)
    };
    let passages = knowledge
        .articles
        .iter()
        .filter(cited)
        .map(|article| Passage { title: article.title.clone(), text: article.body_markdown.clone() });
    let transcript = &conversation.package.transcript;
    let recent = &transcript[transcript.len().saturating_sub(TURNS_MAX)..];
    let request = WordRequest {
        system: SYSTEM.to_owned(),
        question: question.to_owned(),
        passages: passages.collect(),
        transcript: recent.iter().map(|turn| (turn.role, turn.text.clone())).collect(),
        language: conversation.package.language.clone(),
        max_tokens: TOKENS_MAX,
    };
    let id = conversation.id();
    let deadline = Duration::from_millis(app.config.llm.as_ref().map_or(8_000, |llm| llm.timeout_ms));
    let on_delta = |text: &str| {
        let wake = Wake::Delta { conversation: id.clone(), turn, text: text.to_owned() };
        app.bus.publish(&tenant.id, wake);
    };
    match llm.word(&request, on_delta, deadline, app.stop.child_token()).await {
        Ok(worded) if worded.has_answer() => Some(worded.text),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(error = %error, "the language model did not word the answer");
            None
        }
    }
}
