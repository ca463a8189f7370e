//! The versions of an organisation's policy: durable, one step of their life at a time, and never two leads' at once.
//!
//! A step is one record, written only where no other step has taken its number. The settings' own copy of the policy
//! is what the first version is born from, and nothing after that.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::StatusCode;
use segue_core::{
    ids::{AtMs, OrganisationId},
    organisation::Organisation,
    policy::{
        Policy,
        lifecycle::{Change, Lifecycle, Refusal, What, Wish},
        text,
    },
};
use segue_store::{NewRecord, RecordKind, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    app::App,
    error::{ApiError, ServerError},
    tenant::Tenant,
};

/// Who acts where nobody does: a version's birth, a guard.
pub(crate) const SEGUE: &str = "segue";
/// The longest note on a version or reason for a change, in characters.
pub(crate) const NOTE_MAX_CHARS: usize = 2_000;
/// Steps read at once on a start.
const PAGE: u32 = 500;
/// Times a step is decided anew after it met another one.
const ATTEMPTS_MAX: usize = 8;

/// An organisation's policies as a running server holds them; replaced whole.
#[derive(Clone, Debug)]
pub struct Policies {
    /// Where every version stands.
    pub lifecycle: Lifecycle,
    /// Every version.
    pub versions: BTreeMap<u32, Kept>,
    /// The policy that is live.
    pub live: Arc<Policy>,
    /// The policy on trial.
    pub trial: Option<Arc<Policy>>,
    /// Steps so far; grows with each.
    pub revision: u64,
}

/// What is known of a version without its text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// What people call the policy.
    pub name: String,
    /// Why it was written.
    pub note: String,
    /// How many rules it has.
    pub rules: usize,
    /// How many tests.
    pub tests: usize,
    /// Who wrote it.
    #[serde(skip)]
    pub made_by: String,
    /// When, Unix ms.
    #[serde(skip)]
    pub made_at_ms: AtMs,
    /// The step that holds its text.
    #[serde(skip)]
    step: u64,
}

/// One step as stored: what happened at once, with the text that was saved.
#[derive(Serialize, Deserialize)]
struct Step {
    changes: Vec<Change>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    saved: Option<Saved>,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    version: u32,
    text: String,
    #[serde(flatten)]
    kept: Kept,
}

/// Who changes something, and what they say about it.
pub(crate) struct Act<'a> {
    /// An agent's id, or [`SEGUE`].
    pub actor: &'a str,
    pub why: Option<String>,
    /// The revision that they have seen; absent where any will do.
    pub seen: Option<u64>,
}

impl Step {
    fn save(version: u32, text: String, note: String) -> Saved {
        let policy = text::check(&text, None).policy.unwrap_or_default();
        let (rules, tests) = (policy.rules.len(), policy.tests.len());
        let (made_by, made_at_ms, step) = (String::new(), 0, 0);
        let kept = Kept { name: policy.name, note, rules, tests, made_by, made_at_ms, step };
        Saved { version, text, kept }
    }
}

impl Policies {
    fn begin() -> Self {
        let (lifecycle, versions) = (Lifecycle::default(), BTreeMap::new());
        Self { lifecycle, versions, live: Arc::default(), trial: None, revision: 0 }
    }

    /// Folds a step in; the policies themselves are read later.
    fn apply(&mut self, step: Step) {
        self.revision += 1;
        if let Some(Saved { version, mut kept, .. }) = step.saved {
            if let Some(change) = step.changes.iter().find(|change| change.version == version) {
                kept.made_by.clone_from(&change.actor);
                kept.made_at_ms = change.at_ms;
            }
            kept.step = self.revision;
            self.versions.insert(version, kept);
        }
        step.changes.into_iter().for_each(|change| self.lifecycle.apply(change));
    }
}

impl App {
    /// Reads the policies of an organisation, or begins them with the settings' own.
    pub(crate) async fn take_over_policies(&self, settings: &Organisation) -> Result<Policies, ServerError> {
        let unreadable = |error: ApiError| ServerError::Unreadable(error.detail);
        let mut policies = self.stored_policies(&settings.id).await?;
        if policies.revision == 0 {
            let text = text::write(&Policy { version: 0, ..settings.policy.clone() });
            let at_ms = self.config.clock.now_ms();
            let change = |what| Change { at_ms, actor: SEGUE.into(), version: 1, what, why: None };
            let step = Step {
                changes: vec![change(What::Saved), change(What::WentLive)],
                saved: Some(Step::save(1, text, "From the settings.".into())),
            };
            match self.put_step(&settings.id, 1, &step).await {
                Ok(()) => policies.apply(step),
                Err(StoreError::VersionConflict { .. }) => {
                    policies = self.stored_policies(&settings.id).await?
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.read_policies(&settings.id, &mut policies, None).await.map_err(unreadable)?;
        Ok(policies)
    }

    async fn stored_policies(&self, organisation: &OrganisationId) -> Result<Policies, ServerError> {
        let mut policies = Policies::begin();
        let mut after: Option<String> = None;
        loop {
            let now_ms = self.config.clock.now_ms();
            let kind = RecordKind::Policy;
            let page = self.store.records(kind, organisation, after.as_deref(), PAGE, now_ms).await?;
            let Some(last) = page.last() else { return Ok(policies) };
            after = Some(last.id.clone());
            for record in page {
                let step = serde_json::from_slice(&record.body)
                    .map_err(|error| ServerError::Unreadable(format!("policy {}: {error}", record.id)))?;
                policies.apply(step);
            }
        }
    }

    async fn put_step(
        &self,
        organisation: &OrganisationId,
        revision: u64,
        step: &Step,
    ) -> Result<(), StoreError> {
        let record = NewRecord {
            organisation: organisation.clone(),
            id: step_id(revision),
            lookup: None,
            body: serde_json::to_vec(step).expect("a step is plain JSON"),
            at_ms: self.config.clock.now_ms(),
            expires_at_ms: None,
            expected_version: Some(0),
        };
        self.store.put_record(RecordKind::Policy, record).await.map(|_| ())
    }

    /// The text of a version.
    pub(crate) async fn policy_text(
        &self,
        organisation: &OrganisationId,
        policies: &Policies,
        version: u32,
    ) -> Result<String, ApiError> {
        let kept = policies.versions.get(&version).ok_or_else(|| ApiError::not_found("version"))?;
        let (id, now_ms) = (step_id(kept.step), self.config.clock.now_ms());
        let record = self.store.record(RecordKind::Policy, organisation, &id, now_ms).await?;
        let record = record.ok_or_else(|| ApiError::internal(&format!("policy step {id} is gone")))?;
        let step: Step = serde_json::from_slice(&record.body).map_err(|error| ApiError::internal(&error))?;
        step.saved
            .map(|saved| saved.text)
            .ok_or_else(|| ApiError::internal(&format!("policy step {id} has no text")))
    }

    /// A version as decisions are made by it, with its number.
    pub(crate) async fn policy_version(
        &self,
        organisation: &OrganisationId,
        policies: &Policies,
        version: u32,
    ) -> Result<Policy, ApiError> {
        let text = self.policy_text(organisation, policies, version).await?;
        let checked = text::check(&text, None);
        let policy = checked.policy.ok_or_else(|| {
            let problem = checked.problems.first().map_or("", |problem| problem.message.as_str());
            ApiError::internal(&format!("version {version} of the policy of {organisation}: {problem}"))
        })?;
        Ok(Policy { version, ..policy })
    }

    /// Reads the policies that are live and on trial, where they are not those of `before`.
    async fn read_policies(
        &self,
        organisation: &OrganisationId,
        policies: &mut Policies,
        before: Option<&Policies>,
    ) -> Result<(), ApiError> {
        let known: Vec<Arc<Policy>> = before
            .into_iter()
            .flat_map(|before| before.trial.iter().chain([&before.live]))
            .cloned()
            .collect();
        let kept = |version: u32| known.iter().find(|policy| policy.version == version).cloned();
        let live = policies.lifecycle.live();
        policies.live = match kept(live) {
            Some(policy) => policy,
            None => Arc::new(self.policy_version(organisation, policies, live).await?),
        };
        let trial = policies.lifecycle.trial().map(|trial| trial.version);
        policies.trial = match trial.map(|version| (version, kept(version))) {
            None => None,
            Some((_, Some(policy))) => Some(policy),
            Some((version, None)) => {
                Some(Arc::new(self.policy_version(organisation, policies, version).await?))
            }
        };
        Ok(())
    }

    /// Saves a version as a draft; the answer is its number.
    pub(crate) async fn save_policy(
        &self,
        tenant: &Arc<Tenant>,
        act: Act<'_>,
        text: &str,
        note: &str,
    ) -> Result<u32, ApiError> {
        self.check_policy(text, &tenant.settings())?;
        let (_, version) = self
            .step(tenant, &act, |policies| {
                let version = policies.lifecycle.next_version();
                let saved = Step::save(version, numbered(text, version), note.to_owned());
                Ok((vec![(version, What::Saved)], Some(saved), version))
            })
            .await?;
        Ok(version)
    }

    /// Saves a version and makes it live at once, as the settings' form does; a trial under way ends.
    pub(crate) async fn put_policy_live(
        &self,
        tenant: &Arc<Tenant>,
        act: Act<'_>,
        policy: &Policy,
        settings: &Organisation,
    ) -> Result<(), ApiError> {
        let policies = tenant.policies();
        let live = policies.lifecycle.live();
        let before = self.policy_text(&tenant.id, &policies, live).await?;
        let policy = Policy {
            version: text::check(&before, None).policy.unwrap_or_default().version,
            ..policy.clone()
        };
        // What cannot be written into the text is written anew.
        let text = text::edit(&before, &policy).unwrap_or_else(|_| text::write(&policy));
        self.check_policy(&text, settings)?;
        let act = Act { seen: Some(act.seen.unwrap_or(policies.revision)), ..act };
        self.step(tenant, &act, |policies| {
            let lifecycle = &policies.lifecycle;
            let version = lifecycle.next_version();
            let ended = lifecycle.trial().map(|trial| (trial.version, What::RolledBack));
            let changes =
                [(version, What::Saved)].into_iter().chain(ended).chain([(version, What::WentLive)]);
            let saved = Step::save(version, numbered(&text, version), "Changed in the settings.".into());
            Ok((changes.collect(), Some(saved), ()))
        })
        .await?;
        Ok(())
    }

    /// Moves a version on.
    pub(crate) async fn stage_policy(
        &self,
        tenant: &Arc<Tenant>,
        act: Act<'_>,
        version: u32,
        wish: Wish,
    ) -> Result<(), ApiError> {
        let policies = tenant.policies();
        if wish != Wish::Retire && policies.lifecycle.stage(version).is_some() {
            let text = self.policy_text(&tenant.id, &policies, version).await?;
            self.check_policy(&text, &tenant.settings())?;
        }
        let act = Act { seen: Some(act.seen.unwrap_or(policies.revision)), ..act };
        self.step(tenant, &act, |policies| {
            let what = policies.lifecycle.decide(version, wish)?;
            Ok((vec![(version, what)], None, ()))
        })
        .await?;
        Ok(())
    }

    /// Ends the trial; where there is none, the version that was live before comes back.
    pub(crate) async fn roll_back_policy(&self, tenant: &Arc<Tenant>, act: Act<'_>) -> Result<(), ApiError> {
        let act = Act { seen: Some(act.seen.unwrap_or(tenant.policies().revision)), ..act };
        self.step(tenant, &act, |policies| {
            Ok((vec![(policies.lifecycle.roll_back()?, What::RolledBack)], None, ()))
        })
        .await?;
        Ok(())
    }

    /// Refuses a text that is no usable policy.
    pub(crate) fn check_policy(&self, text: &str, settings: &Organisation) -> Result<Policy, ApiError> {
        let checked = text::check(text, Some(settings));
        let problems = json!(checked.problems);
        checked.usable().map_err(|errors| {
            let first = errors
                .first()
                .map_or_else(String::new, |problem| format!("Line {}: {}.", problem.line, problem.message));
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "policy_invalid", first)
                .with("problems", problems)
        })
    }

    /// Decides a step, keeps it, takes it over and writes it down in the audit chain. One that meets another is decided
    /// anew on what the other left, or refused where its maker has not seen that.
    async fn step<T>(
        &self,
        tenant: &Arc<Tenant>,
        act: &Act<'_>,
        decide: impl Fn(&Policies) -> Result<(Vec<(u32, What)>, Option<Saved>, T), ApiError>,
    ) -> Result<(Arc<Policies>, T), ApiError> {
        for _ in 0..ATTEMPTS_MAX {
            let before = tenant.policies();
            if act.seen.is_some_and(|seen| seen != before.revision) {
                return Err(changed_meanwhile());
            }
            let (whats, saved, answer) = decide(&before)?;
            let at_ms = self.config.clock.now_ms();
            let change = |(version, what)| Change {
                at_ms,
                actor: act.actor.to_owned(),
                version,
                what,
                why: act.why.clone(),
            };
            let step = Step { changes: whats.into_iter().map(change).collect(), saved };
            let mut after = Policies::clone(&before);
            match self.put_step(&tenant.id, before.revision + 1, &step).await {
                Ok(()) => {
                    let changes = step.changes.clone();
                    after.apply(step);
                    self.read_policies(&tenant.id, &mut after, Some(&before)).await?;
                    let after = Arc::new(after);
                    tenant.put_policies(after.clone());
                    self.audit_changes(tenant, &changes).await?;
                    return Ok((after, answer));
                }
                Err(StoreError::VersionConflict { .. }) => {
                    let stored = self.stored_policies(&tenant.id).await;
                    after = stored.map_err(|error| ApiError::internal(&error))?;
                    self.read_policies(&tenant.id, &mut after, Some(&before)).await?;
                    tenant.put_policies(Arc::new(after));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ApiError::unavailable("Too many people change the policy at once. Try again."))
    }

    /// What people say about a change stays out of the chain, which nothing is ever erased from.
    async fn audit_changes(&self, tenant: &Tenant, changes: &[Change]) -> Result<(), ApiError> {
        for change in changes {
            let why = change.why.clone().filter(|_| change.actor == SEGUE);
            let detail = serde_json::to_value(Change { why, ..change.clone() });
            let detail = detail.map_err(|error| ApiError::internal(&error))?;
            let what = detail["what"].as_str().unwrap_or_default();
            let action = format!("policy.{what}");
            self.audit_as(&tenant.id, &change.actor, &action, detail).await?;
        }
        Ok(())
    }
}

fn step_id(revision: u64) -> String {
    format!("step:{revision:010}")
}

/// The text with the number of its version, where it states one.
fn numbered(text: &str, version: u32) -> String {
    match text::check(text, None).policy {
        Some(policy) if policy.version != 0 && policy.version != version => {
            text::edit(text, &Policy { version, ..policy }).unwrap_or_else(|_| text.to_owned())
        }
        _ => text.to_owned(),
    }
}

/// Another lead was faster.
pub(crate) fn changed_meanwhile() -> ApiError {
    let detail = "Somebody else has changed the policy in between. Look at what it is now, and decide again.";
    ApiError::new(StatusCode::CONFLICT, "policy_changed", detail)
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let detail = crate::error::capitalised(&refusal.to_string());
        match refusal {
            Refusal::Unknown(_) => Self::not_found("version"),
            Refusal::TrialRunning(_) => Self::new(StatusCode::CONFLICT, "trial_running", detail),
            Refusal::IsLive(_) => Self::new(StatusCode::CONFLICT, "policy_live", detail),
            Refusal::NothingBefore => Self::new(StatusCode::CONFLICT, "nothing_before", detail),
            Refusal::Percent | Refusal::Guard => Self::invalid(detail),
        }
    }
}
