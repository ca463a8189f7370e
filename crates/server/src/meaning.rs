//! What a sentence encoder adds, where there is one: articles found in other words than the question's, and a customer
//! who asks the same again in other words.
//!
//! **Architecture invariant:** nothing waits for the encoder but what is slow anyway. A turn is committed and decided
//! without it; what it finds later comes as a command of its own.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use segue_core::{
    command::Command,
    context::{Role, Turn},
    conversation::Conversation,
    reading::Repeat,
};
use segue_understanding::{
    encoder::{Encoder, EncoderPool, PoolLimits, Vector},
    retrieval::{Hit, Query},
    says_the_same,
};

use crate::{
    app::App,
    config::Config,
    pipeline::Submit,
    tenant::{Knowledge, Tenant},
};

/// How long a search waits for the question's vector.
pub(crate) const QUESTION: Duration = Duration::from_millis(200);
/// How long a second look may take until nobody is helped by it any more.
const SECOND_LOOK: Duration = Duration::from_secs(2);
/// How long the model may take to load.
const LOADING: Duration = Duration::from_secs(60);
/// How long articles must stand before they are encoded: an import changes many, one after another.
const SETTLED: Duration = Duration::from_secs(1);
/// Earlier turns of the customer that a second look compares.
const EARLIER: usize = 12;

/// The encoder that the configuration names.
pub(crate) fn pool(config: &Config) -> Option<EncoderPool> {
    let named = config.encoder.as_ref()?;
    let path = PathBuf::from(named);
    let folder = if path.is_dir() { path } else { config.data.join("models").join(named) };
    Some(EncoderPool::new(folder, PoolLimits::default()))
}

impl App {
    /// The articles that fit a question best: by words, and by meaning where its vector is there in time.
    pub(crate) async fn find(
        &self,
        knowledge: &Arc<Knowledge>,
        text: &str,
        language: Option<&str>,
        limit: usize,
    ) -> Vec<Hit> {
        let vector = self.vector(text, QUESTION).await;
        let (knowledge, text) = (knowledge.clone(), text.to_owned());
        let language = language.map(str::to_owned);
        let search = move || {
            let query = Query { text: &text, language: language.as_deref(), vector: vector.as_deref() };
            knowledge.index.search(query, limit)
        };
        tokio::task::spawn_blocking(search).await.unwrap_or_default()
    }

    /// The vector of a text, where it can be had within a time.
    pub(crate) async fn vector(&self, text: &str, within: Duration) -> Option<Vector> {
        let pending = self.encoder.as_ref()?.try_encode(text, Instant::now() + within)?;
        tokio::time::timeout(within, pending).await.ok().flatten()
    }

    /// The model, loaded.
    async fn model(&self) -> Option<Arc<Encoder>> {
        let pool = self.encoder.as_ref()?;
        self.vector("", LOADING).await;
        if let Some(problem) = pool.problem() {
            tracing::warn!(error = %problem, "the sentence encoder cannot be used; Segue does without");
        }
        pool.encoder()
    }

    /// Begins to give an organisation's articles their vectors. Until they are there they are found by words.
    pub(crate) fn spawn_vectors(&self, tenant: Arc<Tenant>) {
        if self.encoder.is_none() {
            return;
        }
        let app = self.clone();
        self.tasks.spawn(async move {
            let plain = tenant.knowledge();
            let Some(model) = app.model().await else { return };
            tokio::time::sleep(SETTLED).await;
            if !Arc::ptr_eq(&plain, &tenant.knowledge()) {
                // Whoever changed the articles has begun this anew.
                return;
            }
            let articles = plain.articles.clone();
            let build = move || Knowledge::of(articles).map(|knowledge| knowledge.with_vectors(&model));
            match tokio::task::spawn_blocking(build).await {
                Ok(Ok(knowledge)) => tenant.refine_knowledge(&plain, knowledge),
                Ok(Err(error)) => tracing::warn!(error = %error, "the articles have no vectors"),
                Err(error) => tracing::warn!(error = %error, "the articles have no vectors"),
            }
        });
    }

    /// Begins to look whether the customer's last turn says the same as an earlier one in other words.
    pub(crate) fn spawn_second_look(&self, tenant: &Arc<Tenant>, conversation: &Arc<Conversation>) {
        if self.encoder.is_none() || !conversation.state.assistant_speaks() {
            return;
        }
        let said = |turn: &&Arc<Turn>| turn.role == Role::Customer;
        let mut turns = conversation.package.transcript.iter().rev().filter(said);
        let Some(last) = turns.next().cloned() else { return };
        let earlier: Vec<Arc<Turn>> = turns.take(EARLIER).cloned().collect();
        if earlier.is_empty() {
            return;
        }
        let (app, tenant, id) = (self.clone(), tenant.clone(), conversation.id().clone());
        self.tasks.spawn(async move {
            let Some(repeats) = app.repeats(&last, &earlier).await else { return };
            let command = |_: &Conversation| Command::Reread { turn: last.turn, repeats: repeats.clone() };
            if let Err(error) = app.submit(&tenant, &id, Submit::default(), command).await {
                tracing::warn!(conversation = %id, error = %error.detail, "a second look was in vain");
            }
        });
    }

    /// The earlier turn that says the same as the last, if there is one.
    async fn repeats(&self, last: &Turn, earlier: &[Arc<Turn>]) -> Option<Repeat> {
        let vector = self.vector(&last.text, SECOND_LOOK).await?;
        let mut best: Option<Repeat> = None;
        for turn in earlier {
            let Some(before) = self.vector(&turn.text, SECOND_LOOK).await else { continue };
            let similarity = says_the_same(&last.text, &turn.text, &vector, &before);
            if let Some(similarity) = similarity
                && best.as_ref().is_none_or(|known| known.similarity < similarity)
            {
                best = Some(Repeat { turn: turn.turn, similarity });
            }
        }
        best
    }
}
