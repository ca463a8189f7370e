//! One organisation as a running server holds it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use arc_swap::ArcSwap;
use segue_core::{
    conversation::Conversation,
    ids::{AgentId, OrganisationId},
    organisation::{AgentProfile, Organisation},
    policy::{Policy, lifecycle::Trial},
};
use segue_understanding::{
    Terms, TermsError,
    encoder::Encoder,
    retrieval::{Article, KnowledgeIndex, Outcomes},
};

use crate::{
    baseline::Areas, calls::Calls, desk::Desk, error::ServerError, lookbacks::Lookbacks,
    own_models::TenantModels, policies::Policies, tallies::Tallies, what_if::WhatIfs,
};

/// See the module. Settings are swapped whole; whoever holds the old ones finishes with them.
pub struct Tenant {
    /// The tenant.
    pub id: OrganisationId,
    variants: ArcSwap<Variants>,
    /// What the variants are made of.
    parts: Mutex<Parts>,
    terms: ArcSwap<Terms>,
    agents: ArcSwap<HashMap<AgentId, Arc<AgentProfile>>>,
    knowledge: ArcSwap<Knowledge>,
    outcomes: ArcSwap<Outcomes>,
    has_unkept_outcomes: AtomicBool,
    /// Who is there and who waits.
    pub desk: Desk,
    /// Callbacks that are booked.
    pub calls: Calls,
    /// How many conversations begin where.
    pub(crate) areas: Areas,
    /// Backtests and proposals.
    pub(crate) lookbacks: Lookbacks,
    /// Changes of routing that were tried on what once arrived.
    pub(crate) what_ifs: WhatIfs,
    /// The organisation's own models.
    pub(crate) models: TenantModels,
    /// What came of its decisions.
    pub tallies: Tallies,
    /// Signs the identities of the organisation's own visitors.
    pub identity_secret: [u8; 32],
}

/// By what decisions are made: the settings with the policy that is live, and the same with the one on trial.
pub struct Variants {
    /// What everything but a conversation on trial goes by.
    pub live: Arc<Organisation>,
    /// The version on trial, with its policy.
    pub trial: Option<(Trial, Arc<Organisation>)>,
}

struct Parts {
    settings: Organisation,
    policies: Arc<Policies>,
}

impl Variants {
    /// By what a conversation is decided, and what is asked beside it and not followed: in the shadow and in a roll-out,
    /// the other policy.
    pub fn of(&self, conversation: &Conversation) -> (&Organisation, Option<&Organisation>) {
        match &self.trial {
            None => (&self.live, None),
            Some((trial, other)) if trial.takes(conversation.id(), conversation.opened_at_ms) => {
                (other, Some(&self.live))
            }
            Some((_, other)) => (&self.live, Some(other)),
        }
    }
}

impl Parts {
    fn variants(&self) -> Variants {
        let with =
            |policy: &Policy| Arc::new(Organisation { policy: policy.clone(), ..self.settings.clone() });
        let policies = &self.policies;
        let trial = policies.lifecycle.trial().cloned().zip(policies.trial.as_deref());
        Variants { live: with(&policies.live), trial: trial.map(|(trial, policy)| (trial, with(policy))) }
    }
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
        policies: Policies,
        agents: Vec<AgentProfile>,
        knowledge: Knowledge,
        identity_secret: [u8; 32],
    ) -> Result<Self, TermsError> {
        let terms = Terms::new(&settings.glossary)?;
        let desk = Desk::new(&settings);
        let parts = Parts { settings, policies: Arc::new(policies) };
        let tenant = Self {
            terms: ArcSwap::from_pointee(terms),
            id: parts.settings.id.clone(),
            variants: ArcSwap::from_pointee(parts.variants()),
            parts: Mutex::new(parts),
            agents: ArcSwap::default(),
            knowledge: ArcSwap::from_pointee(knowledge),
            outcomes: ArcSwap::default(),
            has_unkept_outcomes: AtomicBool::new(false),
            desk,
            calls: Calls::default(),
            areas: Areas::default(),
            lookbacks: Lookbacks::default(),
            what_ifs: WhatIfs::default(),
            models: TenantModels::default(),
            tallies: Tallies::default(),
            identity_secret,
        };
        agents.into_iter().for_each(|agent| tenant.put_agent(agent));
        Ok(tenant)
    }

    /// The settings now, with the policy that is live.
    pub fn settings(&self) -> Arc<Organisation> {
        self.variants.load().live.clone()
    }

    /// By what decisions are made now.
    pub fn variants(&self) -> Arc<Variants> {
        self.variants.load_full()
    }

    /// Replaces the settings, all but the policy; `terms` are those of their glossary.
    pub fn put_settings(&self, settings: Organisation, terms: Terms) {
        let mut parts = self.parts();
        self.desk.reorganise(&settings);
        parts.settings = settings;
        self.variants.store(Arc::new(parts.variants()));
        self.terms.store(Arc::new(terms));
    }

    /// The policies now.
    pub fn policies(&self) -> Arc<Policies> {
        self.parts().policies.clone()
    }

    /// Takes over what became of the policies, unless more has been taken over already.
    pub fn put_policies(&self, policies: Arc<Policies>) {
        let mut parts = self.parts();
        if policies.revision > parts.policies.revision {
            parts.policies = policies;
            self.variants.store(Arc::new(parts.variants()));
        }
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
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
