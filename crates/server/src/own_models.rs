//! An organisation's own models in a running server: kept sealed in the store, read with every turn.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use lru::LruCache;
use segue_core::{
    context::ContextPackage,
    ids::{ConversationId, OrganisationId},
    reading::Reading,
};
use segue_store::RecordKind;
use segue_understanding::{ConversationHead, HeadLabel, Heard, IntentModel, OwnModels, Reader, TurnText};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    error::{ApiError, ServerError},
    tenant::Tenant,
};

/// The largest model, bytes.
pub const MODEL_MAX_BYTES: usize = 32 << 20;
/// A record holds at most so much of a model, bytes before encoding.
const PART_BYTES: usize = 2 << 20;
/// Conversations under way of which is remembered what was heard; others are read again from their transcript.
const HEARD_MAX: NonZeroUsize = NonZeroUsize::new(4096).expect("more than none");

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// What a text asks for.
    Intent,
    /// When a human should take over.
    Transfer,
}

impl ModelKind {
    const ALL: [Self; 2] = [Self::Intent, Self::Transfer];

    fn name(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Transfer => "transfer",
        }
    }

    fn part(self, part: usize) -> String {
        format!("own:{}:{part:04}", self.name())
    }
}

/// A part of a model as it is kept.
#[derive(Serialize, Deserialize)]
struct Part {
    /// Of how many.
    parts: usize,
    base64: String,
}

/// The models of one tenant, with what they have heard.
pub(crate) struct TenantModels {
    models: ArcSwap<OwnModels>,
    heard: Mutex<LruCache<ConversationId, Heard>>,
}

impl Default for TenantModels {
    fn default() -> Self {
        Self { models: ArcSwap::default(), heard: Mutex::new(LruCache::new(HEARD_MAX)) }
    }
}

impl TenantModels {
    /// The models now.
    pub fn now(&self) -> Arc<OwnModels> {
        self.models.load_full()
    }

    fn put(&self, models: OwnModels) {
        self.models.store(Arc::new(models));
        // What another model has heard means nothing to this one.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Adds what the models say of a turn.
    pub fn read(&self, reader: &Reader, turn: TurnText<'_>, package: &ContextPackage, reading: &mut Reading) {
        let models = self.models.load();
        if models.is_empty() {
            return;
        }
        let id = &package.conversation;
        let known = self.heard.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        if let Some(heard) = models.read(reader, turn, package, known, reading) {
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).put(id.clone(), heard);
        }
    }
}

fn parsed(models: &OwnModels, kind: ModelKind, bytes: &[u8]) -> Result<OwnModels, String> {
    let mut models = models.clone();
    match kind {
        ModelKind::Intent => {
            let model = IntentModel::from_bytes(bytes).map_err(|error| error.to_string())?;
            models.intents = Some(Arc::new(model));
        }
        ModelKind::Transfer => {
            let head = ConversationHead::from_bytes(HeadLabel::NeedsHuman, bytes);
            models.transfer = Some(Arc::new(head.map_err(|error| error.to_string())?));
        }
    }
    Ok(models)
}

impl App {
    /// Takes a model into use, and keeps it.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub async fn use_model(&self, tenant: &Tenant, kind: ModelKind, bytes: &[u8]) -> Result<(), ApiError> {
        if bytes.len() > MODEL_MAX_BYTES {
            let most = MODEL_MAX_BYTES >> 20;
            return Err(ApiError::invalid(format!("A model has at most {most} MiB.")));
        }
        let models = parsed(&tenant.models.now(), kind, bytes)
            .map_err(|error| ApiError::invalid(format!("This is no model for that: {error}.")))?;
        self.forget_parts(&tenant.id, kind).await?;
        let parts = bytes.len().div_ceil(PART_BYTES);
        for (at, part) in bytes.chunks(PART_BYTES).enumerate() {
            let part = Part { parts, base64: BASE64.encode(part) };
            self.put(RecordKind::Model, &tenant.id, &kind.part(at), None, &part).await?;
        }
        tenant.models.put(models);
        Ok(())
    }

    /// Goes on without a model.
    ///
    /// # Errors
    /// What the store gives.
    pub async fn drop_model(&self, tenant: &Tenant, kind: ModelKind) -> Result<(), ApiError> {
        self.forget_parts(&tenant.id, kind).await?;
        let mut models = OwnModels::clone(&tenant.models.now());
        match kind {
            ModelKind::Intent => models.intents = None,
            ModelKind::Transfer => models.transfer = None,
        }
        tenant.models.put(models);
        Ok(())
    }

    async fn forget_parts(&self, organisation: &OrganisationId, kind: ModelKind) -> Result<(), ApiError> {
        for part in 0..MODEL_MAX_BYTES.div_ceil(PART_BYTES) {
            if !self.store.delete_record(RecordKind::Model, organisation, &kind.part(part)).await? {
                break;
            }
        }
        Ok(())
    }

    /// Reads the kept models of a tenant. One that cannot be read is left out, with a warning: without it, everything
    /// works as before there was any.
    pub(crate) async fn take_over_models(&self, tenant: &Tenant) -> Result<(), ServerError> {
        for kind in ModelKind::ALL {
            let mut bytes = vec![];
            let mut parts = 1;
            let mut at = 0;
            while at < parts {
                let now_ms = self.config.clock.now_ms();
                let kept = self.store.record(RecordKind::Model, &tenant.id, &kind.part(at), now_ms).await?;
                let Some(part) = kept.and_then(|kept| serde_json::from_slice::<Part>(&kept.body).ok()) else {
                    break;
                };
                bytes.extend(BASE64.decode(part.base64).unwrap_or_default());
                (parts, at) = (part.parts, at + 1);
            }
            if bytes.is_empty() {
                continue;
            }
            match parsed(&tenant.models.now(), kind, &bytes) {
                Ok(models) => tenant.models.put(models),
                Err(error) => tracing::warn!(
                    organisation = %tenant.id,
                    model = kind.name(),
                    error,
                    "the model cannot be used; Segue does without"
                ),
            }
        }
        Ok(())
    }
}
