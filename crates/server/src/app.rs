//! What every handler and worker shares, and how organisations, people and keys come to be.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::{ArcSwap, ArcSwapOption};
use segue_bus::Bus;
use segue_connectors::{
    Secret,
    http::{Egress, EgressSettings},
    llm::openai::{OpenAi, OpenAiConfig},
};
use segue_core::{
    handoff::State,
    ids::{AgentId, CustomerId, OrganisationId},
    organisation::{AgentProfile, Organisation, Site, StaffRole, Work},
    policy::Policy,
};
use segue_store::{ListQuery, ListView, MasterKey, NewRecord, PAGE_MAX, RecordKind, Store, StoreConfig};
use segue_understanding::{Reader, Terms, encoder::EncoderPool, retrieval::Article};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    cache::Cache,
    config::{Config, LlmConfig},
    crypt,
    demo::Demo,
    error::{ApiError, ServerError},
    extract::Limits,
    meaning, outcomes,
    policies::{Act, changed_meanwhile},
    tenant::{Knowledge, Tenant},
};

/// Most records of one kind that an organisation may have and a start reads.
const RECORDS_MAX: u32 = 10_000;
/// Rehearsals that run at once; the others wait.
const REHEARSALS_MAX: usize = 2;

/// A running Segue; clones share it.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// See [`App`].
pub struct Inner {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) reader: Reader,
    pub(crate) bus: Bus,
    pub(crate) cache: Cache,
    pub(crate) llm: Option<OpenAi>,
    pub(crate) encoder: Option<EncoderPool>,
    pub(crate) limits: Limits,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) demo: ArcSwapOption<Demo>,
    /// Wakes the task that counts what came of decisions and holds trials against their guards.
    pub(crate) to_count: tokio::sync::Notify,
    /// Rehearsals that may run at once.
    pub(crate) rehearsals: tokio::sync::Semaphore,
    /// Held while somebody sets up, so that two cannot.
    pub(crate) setting_up: tokio::sync::Mutex<()>,
    tenants: ArcSwap<HashMap<OrganisationId, Arc<Tenant>>>,
    keys: Mutex<HashMap<String, OrganisationId>>,
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// An organisation to set up.
pub struct NewOrganisation {
    /// Its settings.
    pub settings: Organisation,
    /// Its people, each with a password.
    pub agents: Vec<(AgentProfile, String)>,
    /// Its knowledge base.
    pub articles: Vec<Article>,
}

/// What an owner needs after a set-up from the command line.
#[derive(Clone, Debug, Serialize)]
pub struct Credentials {
    /// The tenant.
    pub organisation: OrganisationId,
    /// For assistants; shown once.
    pub api_key: String,
    /// The owner's address.
    pub email: String,
    /// The owner's password; shown once.
    pub password: String,
}

/// A member of staff as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct AgentRecord {
    pub profile: AgentProfile,
    pub password_hash: String,
}

#[derive(Serialize, Deserialize)]
struct OrganisationRecord {
    settings: Organisation,
    identity_secret: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct ArticleRecord {
    title: String,
    body_markdown: String,
    language: String,
    url: Option<String>,
    tags: Vec<String>,
}

impl App {
    /// Opens the store and takes over what it holds.
    pub async fn open(config: Config) -> Result<Self, ServerError> {
        std::fs::create_dir_all(&config.data)
            .map_err(|error| ServerError::Config(format!("{}: {error}", config.data.display())))?;
        let master_key = MasterKey::load_or_create(&config.data)?;
        let store = Store::open(StoreConfig::embedded(&config.data, master_key))?;
        let llm = config.llm.as_ref().map(connect_llm).transpose()?;
        let app = Self(Arc::new(Inner {
            limits: Limits::of(&config),
            store,
            reader: Reader::new(),
            bus: Bus::default(),
            cache: Cache::default(),
            llm,
            encoder: meaning::pool(&config),
            demo: ArcSwapOption::empty(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            to_count: tokio::sync::Notify::new(),
            rehearsals: tokio::sync::Semaphore::new(REHEARSALS_MAX),
            setting_up: tokio::sync::Mutex::default(),
            tenants: ArcSwap::default(),
            keys: Mutex::default(),
            config,
        }));
        for organisation in app.store.organisations().await? {
            app.take_over(&organisation).await?;
        }
        Ok(app)
    }

    /// The time, Unix ms.
    pub fn now_ms(&self) -> segue_core::ids::AtMs {
        self.config.clock.now_ms()
    }

    /// Cancelled when the server stops.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs a task that the server waits for when it stops.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// The store, for chores of the command line.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// All tenants.
    pub fn tenants(&self) -> Vec<Arc<Tenant>> {
        self.tenants.load().values().cloned().collect()
    }

    /// A tenant by id.
    pub fn tenant(&self, id: &OrganisationId) -> Result<Arc<Tenant>, ApiError> {
        self.tenants.load().get(id).cloned().ok_or_else(|| ApiError::not_found("organisation"))
    }

    /// The tenant whose API key this is.
    pub(crate) fn tenant_of_key(&self, key: &str) -> Option<Arc<Tenant>> {
        let hash = crypt::token_hash(key);
        let id = self.keys.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned()?;
        self.tenant(&id).ok()
    }

    /// The site with this public key.
    pub fn site(&self, key: &str) -> Option<(Arc<Tenant>, Site)> {
        self.tenants().into_iter().find_map(|tenant| {
            let site = tenant.settings().sites.iter().find(|site| site.key == key).cloned()?;
            Some((tenant, site))
        })
    }

    /// Stores an organisation with its people and knowledge, and takes it over.
    pub async fn install(&self, new: NewOrganisation) -> Result<Arc<Tenant>, ApiError> {
        let id = new.settings.id.clone();
        Terms::new(&new.settings.glossary).map_err(|error| ApiError::invalid(error.to_string()))?;
        let record = OrganisationRecord { settings: new.settings, identity_secret: crypt::random_bytes() };
        self.put(RecordKind::Organisation, &id, id.as_str(), Some(id.as_str()), &record).await?;
        for (profile, password) in new.agents {
            self.put_agent_record(&id, profile, password).await?;
        }
        for article in &new.articles {
            self.put_article(&id, article).await?;
        }
        self.take_over(&id).await.map_err(|error| ApiError::internal(&error))
    }

    /// Sets an organisation up from the command line: an owner and a key.
    pub async fn bootstrap(&self, id: &str) -> Result<Credentials, ApiError> {
        let organisation = OrganisationId::parse(id).map_err(|error| ApiError::invalid(error.to_string()))?;
        if self.tenant(&organisation).is_ok() {
            return Err(ApiError::invalid(format!("There is an organisation {id} already.")));
        }
        let email = format!("owner@{id}.example");
        let password = crypt::token("pw");
        let mut settings = Organisation::new(organisation.clone(), id);
        settings.sites = vec![Site { key: id.to_owned(), origins: vec![] }];
        let owner = owner_profile(&settings, "Owner", &email);
        self.install(NewOrganisation { settings, agents: vec![(owner, password.clone())], articles: vec![] })
            .await?;
        let api_key = self.new_key(&organisation).await?;
        Ok(Credentials { organisation, api_key, email, password })
    }

    /// Replaces an organisation's settings. A policy that is another one than the live becomes a version of its own.
    pub(crate) async fn save_settings(
        &self,
        tenant: &Arc<Tenant>,
        settings: Organisation,
        actor: &str,
    ) -> Result<(), ApiError> {
        let terms = Terms::new(&settings.glossary).map_err(|error| ApiError::invalid(error.to_string()))?;
        let live = tenant.policies().live.clone();
        if settings.policy.version != 0 && settings.policy.version != live.version {
            return Err(changed_meanwhile());
        }
        if (Policy { version: live.version, ..settings.policy.clone() }) != *live {
            let act = Act { actor, why: None, seen: None };
            self.put_policy_live(tenant, act, &settings.policy, &settings).await?;
        }
        let record = OrganisationRecord { settings, identity_secret: tenant.identity_secret };
        self.put(RecordKind::Organisation, &tenant.id, tenant.id.as_str(), Some(tenant.id.as_str()), &record)
            .await?;
        tenant.put_settings(record.settings, terms);
        self.spawn_check_of_hours(tenant.clone());
        Ok(())
    }

    /// Destroys a customer's key; nothing they wrote can be read again, here or in a backup.
    pub async fn erase(&self, tenant: &Tenant, customer: &CustomerId) -> Result<(), ApiError> {
        self.store.erase(&tenant.id, customer, self.config.clock.now_ms()).await?;
        self.cache.clear();
        Ok(())
    }

    /// A fresh API key; only its hash is kept.
    pub async fn new_key(&self, organisation: &OrganisationId) -> Result<String, ApiError> {
        let key = crypt::token("sk");
        let hash = crypt::token_hash(&key);
        self.put(RecordKind::ApiKey, organisation, &hash, Some(&hash), &()).await?;
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, organisation.clone());
        Ok(key)
    }

    /// Adds an article, or replaces it; the index follows with [`App::reindex`].
    pub async fn put_article(
        &self,
        organisation: &OrganisationId,
        article: &Article,
    ) -> Result<(), ApiError> {
        let record = ArticleRecord {
            title: article.title.clone(),
            body_markdown: article.body_markdown.clone(),
            language: article.language.clone(),
            url: article.url.clone(),
            tags: article.tags.clone(),
        };
        self.put(RecordKind::Article, organisation, &article.id, None, &record).await
    }

    /// Builds the index of an organisation's articles anew.
    pub async fn reindex(&self, tenant: &Arc<Tenant>) -> Result<usize, ApiError> {
        let articles = self.articles(&tenant.id).await.map_err(|error| ApiError::internal(&error))?;
        let count = articles.len();
        let knowledge = tokio::task::spawn_blocking(move || Knowledge::of(articles))
            .await
            .map_err(|error| ApiError::internal(&error))?
            .map_err(|error| ApiError::internal(&error))?;
        tenant.put_knowledge(knowledge);
        self.spawn_vectors(tenant.clone());
        Ok(count)
    }

    pub(crate) async fn put_agent_record(
        &self,
        organisation: &OrganisationId,
        profile: AgentProfile,
        password: String,
    ) -> Result<(), ApiError> {
        let lookup = profile.email.to_lowercase();
        let id = profile.id.clone();
        let record = AgentRecord { profile, password_hash: crypt::hash_password(password).await? };
        self.put(RecordKind::Agent, organisation, id.as_str(), Some(&lookup), &record).await
    }

    /// Writes a record.
    pub(crate) async fn put(
        &self,
        kind: RecordKind,
        organisation: &OrganisationId,
        id: &str,
        lookup: Option<&str>,
        body: &impl Serialize,
    ) -> Result<(), ApiError> {
        let body = serde_json::to_vec(body).map_err(|error| ApiError::internal(&error))?;
        let record = NewRecord {
            organisation: organisation.clone(),
            id: id.to_owned(),
            lookup: lookup.map(str::to_owned),
            body,
            at_ms: self.config.clock.now_ms(),
            expires_at_ms: None,
            expected_version: None,
        };
        self.store.put_record(kind, record).await?;
        Ok(())
    }

    async fn all<T: DeserializeOwned>(
        &self,
        kind: RecordKind,
        organisation: &OrganisationId,
    ) -> Result<Vec<(String, T)>, ServerError> {
        let now_ms = self.config.clock.now_ms();
        let records = self.store.records(kind, organisation, None, RECORDS_MAX, now_ms).await?;
        let read = |record: segue_store::Record| {
            let body = serde_json::from_slice(&record.body)
                .map_err(|error| ServerError::Unreadable(format!("record {}: {error}", record.id)))?;
            Ok((record.id, body))
        };
        records.into_iter().map(read).collect()
    }

    async fn articles(&self, organisation: &OrganisationId) -> Result<Vec<Article>, ServerError> {
        let records: Vec<(String, ArticleRecord)> = self.all(RecordKind::Article, organisation).await?;
        let article = |(id, record): (String, ArticleRecord)| Article {
            id,
            title: record.title,
            body_markdown: record.body_markdown,
            language: record.language,
            url: record.url,
            tags: record.tags,
        };
        Ok(records.into_iter().map(article).collect())
    }

    /// Reads an organisation from the store into memory: settings, people, keys, knowledge, who waits.
    async fn take_over(&self, id: &OrganisationId) -> Result<Arc<Tenant>, ServerError> {
        let mut organisations: Vec<(String, OrganisationRecord)> =
            self.all(RecordKind::Organisation, id).await?;
        let Some((_, record)) = organisations.pop() else {
            return Err(ServerError::Unreadable(format!("organisation {id} has no settings")));
        };
        let agents: Vec<(String, AgentRecord)> = self.all(RecordKind::Agent, id).await?;
        let profiles = agents.into_iter().map(|(_, agent)| agent.profile).collect();
        let knowledge = Knowledge::of(self.articles(id).await?)?;
        let policies = self.take_over_policies(&record.settings).await?;
        let tenant = Tenant::new(record.settings, policies, profiles, knowledge, record.identity_secret);
        let tenant =
            Arc::new(tenant.map_err(|error| ServerError::Unreadable(format!("organisation {id}: {error}")))?);
        let now_ms = self.config.clock.now_ms();
        let outcomes = self.store.record(RecordKind::Model, id, outcomes::RECORD, now_ms).await?;
        if let Some(outcomes) = outcomes.and_then(|record| serde_json::from_slice(&record.body).ok()) {
            tenant.put_outcomes(outcomes);
        }
        self.take_over_models(&tenant).await?;
        let keys: Vec<(String, ())> = self.all(RecordKind::ApiKey, id).await?;
        {
            let mut known = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            known.extend(keys.into_iter().map(|(hash, ())| (hash, id.clone())));
        }
        self.take_over_floor(&tenant).await?;
        self.tenants.rcu(|tenants| {
            let mut tenants = HashMap::clone(tenants);
            tenants.insert(id.clone(), tenant.clone());
            tenants
        });
        self.spawn_floor(tenant.clone());
        self.spawn_vectors(tenant.clone());
        self.to_count.notify_one();
        Ok(tenant)
    }

    async fn take_over_floor(&self, tenant: &Arc<Tenant>) -> Result<(), ServerError> {
        let unreadable = |error: ApiError| ServerError::Unreadable(error.detail);
        let waiting = self.store.waiting(&tenant.id).await?.into_iter().map(|row| row.conversation);
        let held = self.store.claims(&tenant.id).await?;
        let now_ms = self.config.clock.now_ms();
        for claim in &held {
            tenant.desk.expect(&claim.agent, now_ms);
        }
        let leased = waiting.chain(held.into_iter().map(|claim| claim.conversation));
        self.take_over_calls(tenant).await?;
        for id in leased.collect::<Vec<_>>() {
            let conversation = self.conversation(tenant, &id).await.map_err(unreadable)?;
            tenant.desk.observe(now_ms, &conversation);
        }
        let present: Vec<(String, ())> = self.all(RecordKind::Setting, &tenant.id).await.unwrap_or_default();
        for (key, ()) in present {
            if let Some(agent) = key.strip_prefix("present:").and_then(|id| AgentId::parse(id).ok()) {
                tenant.desk.expect(&agent, now_ms);
            }
        }
        Ok(())
    }

    /// Who is to be called back when.
    async fn take_over_calls(&self, tenant: &Arc<Tenant>) -> Result<(), ServerError> {
        let unreadable = |error: ApiError| ServerError::Unreadable(error.detail);
        let mut cursor = None;
        loop {
            let view = ListView::InState(State::Callback.name().to_owned());
            let page = self.store.list(&tenant.id, ListQuery { view, cursor, limit: PAGE_MAX }).await?;
            for row in page.rows {
                let conversation = self.conversation(tenant, &row.conversation).await.map_err(unreadable)?;
                tenant.calls.observe(&conversation);
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }

    /// Remembers that an agent is there, so that a restart does not tell customers that nobody is.
    pub(crate) async fn remember_presence(&self, tenant: &Tenant, agent: &AgentId, there: bool) {
        let key = format!("present:{agent}");
        let result = if there {
            self.put(RecordKind::Setting, &tenant.id, &key, None, &()).await
        } else {
            self.store
                .delete_record(RecordKind::Setting, &tenant.id, &key)
                .await
                .map(|_| ())
                .map_err(ApiError::from)
        };
        if let Err(error) = result {
            tracing::warn!(agent = %agent, error = %error.detail, "the presence was not remembered");
        }
    }
}

/// The first member of staff of an organisation, with every squad and skill.
pub(crate) fn owner_profile(settings: &Organisation, name: &str, email: &str) -> AgentProfile {
    AgentProfile {
        role: StaffRole::Owner,
        work: Work {
            squads: settings.squads.iter().map(|squad| squad.id.clone()).collect(),
            skills: settings.squads.iter().map(|squad| (squad.skill.clone(), 3)).collect(),
            ..Work::default()
        },
        ..AgentProfile::new(AgentId::parse("owner").expect("a plain id"), name, email)
    }
}

fn connect_llm(config: &LlmConfig) -> Result<OpenAi, ServerError> {
    let unusable =
        |error: &dyn std::fmt::Display| ServerError::Config(format!("the language model: {error}"));
    let settings = EgressSettings { allow_hosts: config.allow_hosts.clone(), ..EgressSettings::default() };
    let egress = Egress::new(&settings).map_err(|error| unusable(&error))?;
    let openai = OpenAiConfig {
        base_url: config.base_url.clone(),
        api_key: config.api_key.as_deref().map(Secret::new),
        model: config.model.clone(),
        timeout: std::time::Duration::from_millis(config.timeout_ms),
    };
    OpenAi::new(openai, egress).map_err(|error| unusable(&error))
}
