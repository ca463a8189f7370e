//! The way of a command: load, think, decide, commit, tell.
//!
//! Order within a conversation comes from the expected seq of the commit, never from a lock: a command that
//! meets another one is decided anew on what the other one left.

use std::{sync::Arc, time::Instant};

use segue_bus::Wake;
use segue_core::{
    command::{Command, Env, Spoken},
    context::{ArticleRef, Role},
    conversation::Conversation,
    engine::{self, Claim, Effect, Step},
    event::{Body, Event, VERSION},
    handoff::State,
    ids::{AgentId, ConversationId, CustomerId, HandoffId, TicketId},
    row,
    trigger::Decision,
};
use segue_store::{Commit, CommitOutcome, ConversationRow, Dedupe, NewEvent, OutboxItem, TicketRow};
use segue_understanding::TurnText;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    app::App,
    crypt,
    error::{ApiError, ServerError},
    observe,
    tenant::Tenant,
};

/// Times a command is decided anew after it met another one.
const ATTEMPTS_MAX: usize = 32;
/// Events between two snapshots.
const SNAPSHOT_EVERY: u64 = 64;
/// Far enough ahead that no conversation gets there while a command is decided.
const FUTURE: u64 = 100_000;
/// How long the node that caused an effect has before another one picks it up, ms.
const OUTBOX_HEAD_START_MS: i64 = 10_000;

/// What goes with a command.
#[derive(Default)]
pub struct Submit {
    /// The sender's id for the command, and the hash of its body: the same one twice gives the same answer.
    pub once: Option<(String, [u8; 32])>,
    /// Outbox items that the command completes.
    pub completes: Vec<String>,
    /// Whether the command may choose a time for a callback: such commands are decided one after another.
    pub books: bool,
}

impl Submit {
    /// For a sender's id and the body it came with.
    pub fn once(kind: &str, client_id: &str, body: &impl Serialize) -> Self {
        let json = serde_json::to_vec(body).unwrap_or_default();
        Self { once: Some((format!("{kind}:{client_id}"), crypt::body_hash(&json))), ..Self::default() }
    }
}

/// A command that is durable.
#[derive(Clone, Debug)]
pub struct Done {
    /// The conversation with it.
    pub conversation: Arc<Conversation>,
    /// What is answered; from the log where the command came twice.
    pub receipt: Receipt,
    /// Whether the command came twice.
    pub replayed: bool,
}

/// The durable answer to a command.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Receipt {
    /// The last event.
    pub seq: u64,
    /// Index of the turn that the command brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
    /// The decision that the command led to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Where the conversation stands then.
    pub state: State,
}

/// What somebody says, before it is read.
#[derive(Clone, Debug)]
pub struct Said {
    /// Who.
    pub role: Role,
    /// Which agent.
    pub agent: Option<AgentId>,
    /// The sender's id.
    pub client_id: Option<String>,
    /// The words as they came.
    pub text: String,
    /// The assistant's own confidence, 0..=1.
    pub confidence: Option<f32>,
    /// Articles the assistant used.
    pub citations: Vec<ArticleRef>,
}

impl App {
    /// A conversation as it stands, or not found.
    pub async fn conversation(
        &self,
        tenant: &Tenant,
        id: &ConversationId,
    ) -> Result<Arc<Conversation>, ApiError> {
        self.load(tenant, id).await?.ok_or_else(|| ApiError::not_found("conversation"))
    }

    pub(crate) async fn load(
        &self,
        tenant: &Tenant,
        id: &ConversationId,
    ) -> Result<Option<Arc<Conversation>>, ApiError> {
        if let Some(kept) = self.cache.get(&tenant.id, id) {
            return Ok(Some(kept));
        }
        let Some(loaded) = self.store.load(&tenant.id, id).await? else { return Ok(None) };
        let mut conversation =
            match loaded.snapshot.as_ref().and_then(|(_, json)| serde_json::from_slice(json).ok()) {
                Some(snapshot) => snapshot,
                None => Conversation::new(tenant.id.clone(), id.clone()),
            };
        let unreadable = |error: &dyn std::fmt::Display| ApiError::internal(&format!("{id}: {error}"));
        let tail = match conversation.seq {
            0 if loaded.snapshot.is_some() => self.store.events(&tenant.id, id, 0, u32::MAX).await?,
            _ => loaded.tail,
        };
        for stored in &tail {
            let event = read(stored).map_err(|error| unreadable(&error))?;
            if event.seq > conversation.seq + 1 {
                return Err(unreadable(&"the log has a gap"));
            }
            conversation.apply(&event);
        }
        let conversation = Arc::new(conversation);
        self.cache.put(conversation.clone());
        Ok(Some(conversation))
    }

    /// Says something in a conversation.
    pub async fn speak(
        &self,
        tenant: &Arc<Tenant>,
        id: &ConversationId,
        said: Said,
        submit: Submit,
    ) -> Result<Done, ApiError> {
        let started = Instant::now();
        let (now_ms, terms, outcomes) = (self.config.clock.now_ms(), tenant.terms(), tenant.outcomes());
        let done = self
            .submit(tenant, id, submit, |conversation| {
                let text = terms.redact(&said.text, said.role, &conversation.package);
                let turn = TurnText { role: said.role, text: &text };
                let mut reading = self.reader.read_with(turn, &conversation.package, &terms);
                tenant.models.read(&self.reader, turn, &conversation.package, &mut reading);
                let cited = said.citations.first().map(|article| article.id.as_str());
                reading.answer_confidence =
                    reading.answer_confidence.map(|confidence| outcomes.adjust(cited, confidence));
                Command::Speak(Spoken {
                    role: said.role,
                    agent: said.agent.clone(),
                    client_id: said.client_id.clone(),
                    text: text.into_owned(),
                    reading,
                    confidence: said.confidence,
                    citations: said.citations.clone(),
                    at_ms: now_ms,
                })
            })
            .await?;
        observe::turn(done.receipt.decision.as_ref().map(|decision| decision.action), started);
        Ok(done)
    }

    /// Decides, commits and tells. Returns only when the events are durable.
    pub async fn submit(
        &self,
        tenant: &Arc<Tenant>,
        id: &ConversationId,
        submit: Submit,
        command: impl Fn(&Conversation) -> Command,
    ) -> Result<Done, ApiError> {
        let variants = tenant.variants();
        let _booking = if submit.books { Some(tenant.calls.booking().await) } else { None };
        for _ in 0..ATTEMPTS_MAX {
            let before = match self.load(tenant, id).await? {
                Some(before) => before,
                None => Arc::new(Conversation::new(tenant.id.clone(), id.clone())),
            };
            let (coverage, book) = (tenant.desk.coverage(), tenant.calls.book());
            let (organisation, shadow) = variants.of(&before);
            let env = Env {
                now_ms: self.config.clock.now_ms(),
                organisation,
                shadow,
                coverage: &coverage,
                bookings: &book.bookings,
                handoff: HandoffId::parse(&format!("h_{}", Uuid::now_v7().simple())).expect("a plain id"),
                ticket: TicketId::parse(&format!("T-{}", crypt::short_number())).expect("a plain id"),
            };
            let step = match engine::step(&before, command(&before), &env) {
                Ok(step) => step,
                // The same message again may be refused for the state it has led to; its first answer stands.
                Err(rejection) => match self.answered_before(tenant, &before, &submit).await? {
                    Some(done) => return Ok(done),
                    None => return Err(rejection.into()),
                },
            };
            let receipt = receipt(&step);
            if step.events.is_empty() && submit.once.is_none() && submit.completes.is_empty() {
                return Ok(Done { conversation: before, receipt, replayed: false });
            }
            let commit = commit(&before, &step, &submit, &receipt, env.now_ms)?;
            match self.store.commit(commit).await? {
                CommitOutcome::Committed { .. } => return Ok(self.told(tenant, step, receipt)),
                CommitOutcome::Replayed { answer, .. } => return self.replayed(tenant, id, &answer).await,
                CommitOutcome::Conflict { .. } => {
                    observe::conflict();
                    self.cache.forget(&tenant.id, id);
                }
                CommitOutcome::NoCapacity => {
                    return Err(ApiError::new(
                        axum::http::StatusCode::CONFLICT,
                        "no_capacity",
                        "The agent holds as many conversations as they take.",
                    ));
                }
                CommitOutcome::Taken { .. } => {
                    return Err(segue_core::command::Rejection::OfferGone.into());
                }
            }
        }
        Err(ApiError::unavailable("The conversation is too busy. Try again."))
    }

    async fn answered_before(
        &self,
        tenant: &Arc<Tenant>,
        before: &Arc<Conversation>,
        submit: &Submit,
    ) -> Result<Option<Done>, ApiError> {
        let (Some((key, body_hash)), Some(customer)) = (&submit.once, &before.customer) else {
            return Ok(None);
        };
        // A commit that expects a seq of the future writes nothing: it is a repetition, or it conflicts.
        let (organisation, id) = (tenant.id.clone(), before.id().clone());
        let mut probe = Commit::new(organisation, id, customer.clone(), before.seq + FUTURE, vec![]);
        probe.dedupe = Some(Dedupe { key: key.clone(), body_hash: *body_hash, answer: vec![] });
        match self.store.commit(probe).await? {
            CommitOutcome::Replayed { answer, .. } => {
                self.replayed(tenant, before.id(), &answer).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    async fn replayed(
        &self,
        tenant: &Arc<Tenant>,
        id: &ConversationId,
        answer: &[u8],
    ) -> Result<Done, ApiError> {
        let receipt = serde_json::from_slice(answer).map_err(|error| ApiError::internal(&error))?;
        let conversation = self.conversation(tenant, id).await?;
        Ok(Done { conversation, receipt, replayed: true })
    }

    /// After the commit: everybody who should know hears of it, and effects begin.
    fn told(&self, tenant: &Arc<Tenant>, step: Step, receipt: Receipt) -> Done {
        let conversation = Arc::new(step.conversation);
        self.cache.put(conversation.clone());
        tenant.calls.observe(&conversation);
        self.count(tenant, &conversation, &step.events);
        if step.effects.contains(&Effect::WakeFloor) {
            tenant.desk.observe(self.config.clock.now_ms(), &conversation);
            tenant.desk.wake.notify_one();
        }
        let wake = Wake::Grown { conversation: conversation.id().clone(), seq: conversation.seq };
        self.bus.publish(&tenant.id, wake);
        for effect in &step.effects {
            if let Effect::Answer { turn } = effect {
                self.spawn_answer(tenant.clone(), conversation.id().clone(), *turn);
            }
        }
        let is_customers =
            |event: &Event| matches!(event.body, Body::TurnReceived { role: Role::Customer, .. });
        if step.events.iter().any(is_customers) {
            self.spawn_second_look(tenant, &conversation);
            self.learn_outcome(tenant, &conversation);
            self.spawn_baseline(tenant, &conversation);
        }
        if step.events.iter().any(|event| matches!(event.body, Body::HandoffRequested { .. })) {
            self.spawn_suggestions(tenant.clone(), conversation.clone());
            self.spawn_summary(tenant.clone(), conversation.clone());
        }
        Done { conversation, receipt, replayed: false }
    }

    /// Counts what was decided and what came of it. The worker looks where the log must be read for that, and where a
    /// roll-out may have to end.
    fn count(&self, tenant: &Tenant, conversation: &Conversation, events: &[Event]) {
        let policies = tenant.policies();
        let counted = tenant.tallies.observe(conversation.id(), events, &policies.lifecycle);
        let tells = |event: &Event| {
            use Body::{ConversationRated, HandoffRequested, HandoffResolved};
            matches!(event.body, HandoffRequested { .. } | HandoffResolved { .. } | ConversationRated { .. })
        };
        if !counted || (policies.trial.is_some() && events.iter().any(tells)) {
            self.to_count.notify_one();
        }
    }
}

/// A stored event in today's vocabulary.
pub(crate) fn read(stored: &segue_store::StoredEvent) -> Result<Event, ServerError> {
    Event::read(
        stored.seq,
        stored.at_ms,
        &stored.kind,
        stored.version,
        &stored.open,
        stored.content.as_deref(),
    )
    .map_err(|error| ServerError::Unreadable(error.to_string()))
}

/// The id of the outbox item that owes an answer to a turn.
pub(crate) fn answer_id(id: &ConversationId, turn: u32) -> String {
    format!("answer:{id}:{turn}")
}

fn receipt(step: &Step) -> Receipt {
    let turn = step.events.iter().find_map(|event| match &event.body {
        Body::TurnReceived { turn, .. } => Some(*turn),
        _ => None,
    });
    let conversation = &step.conversation;
    Receipt { seq: conversation.seq, turn, decision: step.decision.clone(), state: conversation.state }
}

fn commit(
    before: &Conversation,
    step: &Step,
    submit: &Submit,
    receipt: &Receipt,
    now_ms: i64,
) -> Result<Commit, ApiError> {
    let after = &step.conversation;
    let customer =
        after.customer.clone().ok_or_else(|| ApiError::internal(&"a conversation without a customer"))?;
    let events = step.events.iter().map(|event| NewEvent {
        at_ms: event.at_ms,
        kind: event.body.kind(),
        version: VERSION,
        open: event.open_json(),
        content: event.body.content_json(),
    });
    let mut commit = Commit::new(
        after.organisation().clone(),
        after.id().clone(),
        customer.clone(),
        before.seq,
        events.collect(),
    );
    if let Some((key, body_hash)) = &submit.once {
        let answer = serde_json::to_vec(receipt).expect("a receipt is plain JSON");
        commit.dedupe = Some(Dedupe { key: key.clone(), body_hash: *body_hash, answer });
    }
    commit.outbox_done.clone_from(&submit.completes);
    if !step.events.is_empty() {
        commit.row = Some(projection(after, &customer));
    }
    commit.outbox = step.effects.iter().filter_map(|effect| outbox(after, effect, now_ms)).collect();
    commit.claims = step.claims.iter().cloned().map(claim).collect();
    commit.ticket = ticket(step, &customer);
    if after.seq / SNAPSHOT_EVERY > before.seq / SNAPSHOT_EVERY {
        commit.snapshot = Some(serde_json::to_vec(after).expect("a conversation is plain JSON"));
    }
    Ok(commit)
}

fn outbox(after: &Conversation, effect: &Effect, now_ms: i64) -> Option<OutboxItem> {
    match effect {
        Effect::Answer { turn } => Some(OutboxItem {
            id: answer_id(after.id(), *turn),
            kind: "answer".into(),
            due_at_ms: now_ms + OUTBOX_HEAD_START_MS,
            payload: turn.to_string().into_bytes(),
        }),
        Effect::WakeFloor => None,
    }
}

fn claim(claim: Claim) -> segue_store::Claim {
    match claim {
        Claim::Take { agent, handoff, limit } => segue_store::Claim::Take { agent, handoff, limit },
        Claim::Release { agent, handoff } => segue_store::Claim::Release { agent, handoff },
    }
}

/// The list's row. Numbers and words of the domain are open; what tells who it is gets sealed.
fn projection(conversation: &Conversation, customer: &CustomerId) -> ConversationRow {
    let row = row::row(conversation);
    let closed = matches!(conversation.state, State::Resolved | State::Abandoned | State::Transferred);
    ConversationRow {
        organisation: conversation.organisation().clone(),
        conversation: conversation.id().clone(),
        customer: customer.clone(),
        state: conversation.state.name().to_owned(),
        closed,
        squad: row.squad.clone(),
        agent: row.agent.clone(),
        channel: row.channel.clone(),
        language: row.language.clone().unwrap_or_default(),
        tier: row.tier.clone().unwrap_or_default(),
        reason: row.reason.map(word),
        opened_at_ms: row.opened_at_ms,
        updated_at_ms: row.updated_at_ms,
        waiting_since_ms: row.waiting_since_ms,
        sla_due_at_ms: row.sla_due_at_ms,
        deadline_at_ms: conversation.deadline.map(|deadline| deadline.at_ms),
        deadline_kind: conversation.deadline.map(|deadline| deadline.state.name().to_owned()),
        epoch: conversation.epoch,
        frustration: vec![],
        sealed: serde_json::to_vec(&row).expect("a row is plain JSON"),
    }
}

/// A word of the fixed vocabulary as in JSON.
pub(crate) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The local inbox's ticket, in the transaction that promises the answer; one for each handoff, with its last promise.
fn ticket(step: &Step, customer: &CustomerId) -> Option<TicketRow> {
    let after = &step.conversation;
    let ticketed = step.events.iter().find(|event| matches!(event.body, Body::HandoffTicketed { .. }))?;
    let handoff = after.handoff.as_ref()?;
    let owned = handoff.ticket.as_ref()?;
    Some(TicketRow {
        ticket: owned.id.clone(),
        organisation: after.organisation().clone(),
        conversation: after.id().clone(),
        handoff: handoff.id.clone(),
        customer: customer.clone(),
        created_at_ms: ticketed.at_ms,
        due_at_ms: Some(owned.due_at_ms),
        tag: owned.tag.map_or_else(String::new, |tag| tag.name().to_owned()),
        status: "open".into(),
        body: vec![],
    })
}
