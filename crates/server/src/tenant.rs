//! One organisation as a running server holds it.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use arc_swap::ArcSwap;
use segue_core::{
    ids::{AgentId, OrganisationId},
    organisation::{AgentProfile, Organisation},
};
use segue_understanding::{
    Terms, TermsError,
    encoder::Encoder,
    retrieval::{Article, KnowledgeIndex, Outcomes},
};

use crate::{desk::Desk, error::ServerError, own_models::TenantModels};

/// See the module. Settings are swapped whole; whoever holds the old ones finishes with them.
pub struct Tenant {
    /// The tenant.
    pub id: OrganisationId,
    settings: ArcSwap<Organisation>,
    terms: ArcSwap<Terms>,
    agents: ArcSwap<HashMap<AgentId, Arc<AgentProfile>>>,
    knowledge: ArcSwap<Knowledge>,
    outcomes: ArcSwap<Outcomes>,
    has_unkept_outcomes: AtomicBool,
    /// Who is there and who waits.
    pub desk: Desk,
    /// The organisation's own models.
    pub(crate) models: TenantModels,
    /// Signs the identities of the organisation's own visitors.
    pub identity_secret: [u8; 32],
}

/// The articles and their index.
pub struct Knowledge {
    /// By id order.
    pub articles: Vec<Article>,
    /// Over all of them.
    pub index: KnowledgeIndex,
}

impl Knowledge {
    /// Indexes articles.
    pub fn of(articles: Vec<Article>) -> Result<Self, ServerError> {
        let index = KnowledgeIndex::build(&articles)
            .map_err(|error| ServerError::Unreadable(format!("the knowledge base: {error}")))?;
        Ok(Self { articles, index })
    }

    /// With the meaning of every passage.
    pub fn with_vectors(self, encoder: &Encoder) -> Self {
        Self { index: self.index.with_vectors(encoder), ..self }
    }
}

impl Tenant {
    /// A tenant with its people and its knowledge.
    ///
    /// # Errors
    /// What in its glossary cannot be used.
    pub fn new(
        settings: Organisation,
        agents: Vec<AgentProfile>,
        knowledge: Knowledge,
        identity_secret: [u8; 32],
    ) -> Result<Self, TermsError> {
        let tenant = Self {
            terms: ArcSwap::from_pointee(Terms::new(&settings.glossary)?),
            id: settings.id.clone(),
            settings: ArcSwap::from_pointee(settings),
            agents: ArcSwap::default(),
            knowledge: ArcSwap::from_pointee(knowledge),
            outcomes: ArcSwap::default(),
            has_unkept_outcomes: AtomicBool::new(false),
            desk: Desk::default(),
            models: TenantModels::default(),
            identity_secret,
        };
        agents.into_iter().for_each(|agent| tenant.put_agent(agent));
        Ok(tenant)
    }

    /// The settings now.
    pub fn settings(&self) -> Arc<Organisation> {
        self.settings.load_full()
    }

    /// Replaces the settings; `terms` are those of their glossary.
    pub fn put_settings(&self, settings: Organisation, terms: Terms) {
        self.settings.store(Arc::new(settings));
        self.terms.store(Arc::new(terms));
    }

    /// The organisation's own words now.
    pub fn terms(&self) -> Arc<Terms> {
        self.terms.load_full()
    }

    /// An agent by id.
    pub fn agent(&self, id: &AgentId) -> Option<Arc<AgentProfile>> {
        self.agents.load().get(id).cloned()
    }

    /// All agents.
    pub fn agents(&self) -> Arc<HashMap<AgentId, Arc<AgentProfile>>> {
        self.agents.load_full()
    }

    /// Adds an agent or takes over a changed profile.
    pub fn put_agent(&self, profile: AgentProfile) {
        self.agents.rcu(|agents| {
            let mut agents = HashMap::clone(agents);
            agents.insert(profile.id.clone(), Arc::new(profile.clone()));
            agents
        });
        self.desk.seat(profile);
    }

    /// The knowledge now.
    pub fn knowledge(&self) -> Arc<Knowledge> {
        self.knowledge.load_full()
    }

    /// Replaces the knowledge.
    pub fn put_knowledge(&self, knowledge: Knowledge) {
        self.knowledge.store(Arc::new(knowledge));
    }

    /// What came of the assistant's answers so far.
    pub fn outcomes(&self) -> Arc<Outcomes> {
        self.outcomes.load_full()
    }

    /// Takes over what came of earlier answers.
    pub fn put_outcomes(&self, outcomes: Outcomes) {
        self.outcomes.store(Arc::new(outcomes));
    }

    /// Takes in what came of an answer.
    pub fn learn_outcome(&self, article: Option<&str>, probability: f32, helped: bool) {
        self.outcomes.rcu(|outcomes| {
            let mut outcomes = Outcomes::clone(outcomes);
            outcomes.learn(article, probability, helped);
            outcomes
        });
        self.outcomes_unkept();
    }

    /// What came of answers, where something was learnt since this was last asked.
    pub fn unkept_outcomes(&self) -> Option<Arc<Outcomes>> {
        self.has_unkept_outcomes.swap(false, Ordering::AcqRel).then(|| self.outcomes())
    }

    /// Says that what was learnt could not be kept after all.
    pub fn outcomes_unkept(&self) {
        self.has_unkept_outcomes.store(true, Ordering::Release);
    }

    /// Replaces the knowledge by a better one of the same articles, unless they have changed since.
    pub fn refine_knowledge(&self, from: &Arc<Knowledge>, knowledge: Knowledge) {
        self.knowledge.compare_and_swap(from, Arc::new(knowledge));
    }
}
