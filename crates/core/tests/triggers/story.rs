//! Conversations with readings by hand, so that nothing depends on how well texts are understood.

use segue_core::{
    context::{Baseline, Page, Role, Usual},
    conversation::Conversation,
    event::{AssistantKind, Body, DecisionContent, Event, FocusContent, TextContent, TurnContent},
    handoff::Needs,
    ids::{AgentId, ConversationId, CustomerId, HandoffId, OrganisationId, SquadId},
    organisation::Organisation,
    policy::Policy,
    reading::{
        Act, ActKind, Fact, FactKind, Mood, Outcome, Promise, Question, Reading, Repeat, Stage, Step, Topic,
        TopicKind,
    },
    trigger::{Action, Moment, Reason, Verdict, evaluate},
};

/// One turn takes a minute.
pub const TURN_MS: i64 = 60_000;
pub const START_MS: i64 = 1_700_000_000_000;

/// A conversation that follows its own decisions, as the engine does.
pub struct Story {
    pub conversation: Conversation,
    pub organisation: Organisation,
    pub verdicts: Vec<Verdict>,
}

impl Story {
    pub fn new() -> Self {
        Self::of("free", true)
    }

    pub fn of(tier: &str, verified: bool) -> Self {
        let organisation = Organisation::new(OrganisationId::parse("acme").expect("a fixed id"), "Acme");
        let id = ConversationId::parse("c1").expect("a fixed id");
        let mut story = Self {
            conversation: Conversation::new(organisation.id.clone(), id),
            organisation,
            verdicts: vec![],
        };
        story.push(Body::ConversationOpened {
            customer: CustomerId::parse("ada").expect("a fixed id"),
            channel: "chat".into(),
            assistant: AssistantKind::External,
            language: None,
            verified,
            tier: Some(tier.into()),
            content: Default::default(),
        });
        story
    }

    /// What a record says of the customer.
    pub fn attribute(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.conversation.package.customer.attributes.insert(name.into(), value.into());
        self
    }

    /// What is usual for this customer.
    pub fn usual(mut self, recent: u32, expected: f32) -> Self {
        let customer = Usual { recent, expected, hours: 24 };
        self.push(Body::BaselineMeasured { baseline: Baseline { customer, area: None } });
        self
    }

    /// The page reports errors.
    pub fn errors(mut self, errors: u32) -> Self {
        if let Some(page) = &mut self.conversation.package.page {
            page.errors = errors;
        }
        self
    }

    pub fn policy(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.organisation.policy);
        self
    }

    pub fn page(mut self, url: &str) -> Self {
        let area = self.organisation.area_of(url).map(str::to_owned);
        let at_ms = self.now_ms();
        let content =
            Page { url: url.into(), title: String::new(), area: area.clone(), at_ms, errors: 0 }.into();
        self.push(Body::PageSeen { area, content });
        self
    }

    pub fn customer(self, text: &str, reading: Reading) -> Self {
        self.turn(Role::Customer, text, reading)
    }

    pub fn assistant(self, text: &str, reading: Reading) -> Self {
        self.turn(Role::Assistant, text, reading)
    }

    pub fn refuses(mut self) -> Self {
        self.push(Body::ProposalAnswered { accepted: Some(false) });
        self
    }

    pub fn turn(mut self, role: Role, text: &str, reading: Reading) -> Self {
        let turn = self.conversation.next_turn();
        let content = TurnContent { text: text.into(), reading: reading.clone(), citations: vec![] };
        self.push(Body::TurnReceived {
            turn,
            role,
            agent: (role == Role::Agent).then(|| AgentId::parse("mia").expect("a fixed id")),
            client_id: None,
            confidence: None,
            content: content.into(),
        });
        let verdict = evaluate(&self.moment(role, &reading));
        self.follow(&verdict);
        self.verdicts.push(verdict);
        self
    }

    /// The last turn, with the state as it is now.
    pub fn moment<'a>(&'a self, role: Role, reading: &'a Reading) -> Moment<'a> {
        let turn = self.conversation.next_turn() - 1;
        Moment::new(&self.conversation, &self.organisation, turn, role, reading)
    }

    pub fn follow(&mut self, verdict: &Verdict) {
        let decision = &verdict.decision;
        self.push(Body::DecisionMade {
            turn: decision.turn,
            action: decision.action,
            reason: decision.reason,
            confidence: decision.confidence,
            hold: decision.hold.clone(),
            triggers: vec![],
            policy: None,
            shadow: None,
            content: DecisionContent { triggers: decision.triggers.clone(), ..DecisionContent::default() }
                .into(),
        });
        let reason = decision.reason.unwrap_or(Reason::Policy);
        if decision.action == Action::Propose {
            self.push(Body::HumanProposed {
                turn: decision.turn,
                reason,
                deadline_at_ms: self.now_ms() + TURN_MS,
                content: TextContent::default().into(),
            });
        }
        if decision.action == Action::HandOff {
            self.hand_off_and_return(decision.turn, reason);
        }
    }

    pub fn hand_off_and_return(&mut self, turn: u32, reason: Reason) {
        let needs = Needs {
            squad: SquadId::parse("general").expect("a fixed id"),
            skill: "general".into(),
            language: None,
            tier: None,
            priority: 0,
            first_reply_s: None,
            only: None,
        };
        let epoch = self.conversation.epoch + 1;
        self.push(Body::HandoffRequested {
            handoff: HandoffId::parse("h1").expect("a fixed id"),
            epoch,
            turn,
            reason,
            needs,
            content: FocusContent::default().into(),
        });
        let agent = AgentId::parse("mia").expect("a fixed id");
        self.push(Body::HandoffReturned { epoch: epoch + 1, agent, content: TextContent::default().into() });
    }

    pub fn push(&mut self, body: Body) {
        let event = Event { seq: self.conversation.seq + 1, at_ms: self.now_ms(), body };
        self.conversation.apply(&event);
    }

    pub fn now_ms(&self) -> i64 {
        START_MS + i64::from(self.conversation.next_turn()) * TURN_MS
    }

    pub fn last(&self) -> &Verdict {
        self.verdicts.last().expect("a turn was told")
    }

    /// Every decision that is more than an answer: `2 propose repetition; 4 hold frustration: why`.
    pub fn told(&self) -> String {
        let told = |verdict: &Verdict| {
            let decision = &verdict.decision;
            let reason = decision.reason?;
            let word = |value: serde_json::Value| value.as_str().expect("a word").to_owned();
            let action = word(serde_json::to_value(decision.action).expect("plain JSON"));
            let reason = word(serde_json::to_value(reason).expect("plain JSON"));
            let hold = decision.hold.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            Some(format!("{} {action} {reason}{hold}", decision.turn))
        };
        self.verdicts.iter().filter_map(told).collect::<Vec<_>>().join("; ")
    }
}

/// A reading by hand.
pub fn read() -> Reading {
    Reading::default()
}

pub trait With: Sized {
    fn act(self, kind: ActKind) -> Self;
    fn act_of(self, kind: ActKind, probability: f32) -> Self;
    fn topic(self, kind: TopicKind) -> Self;
    fn frustration(self, frustration: f32) -> Self;
    fn urgency(self, urgency: f32) -> Self;
    fn repeats(self, turn: u32) -> Self;
    fn step(self, what: &str, outcome: Outcome) -> Self;
    fn reports(self, outcome: Outcome) -> Self;
    fn fact(self, kind: FactKind, value: &str) -> Self;
    fn promise(self, due: &str, days: f32) -> Self;
    fn question(self) -> Self;
    fn complex(self, complexity: f32) -> Self;
    fn sure(self, confidence: f32) -> Self;
    fn needs_human(self, probability: f32) -> Self;
}

impl With for Reading {
    fn act(self, kind: ActKind) -> Self {
        self.act_of(kind, 0.9)
    }
    fn act_of(mut self, kind: ActKind, probability: f32) -> Self {
        self.acts.push(Act { kind, probability, stage: Stage::Rule, start: 0, end: 5 });
        self
    }
    fn topic(mut self, kind: TopicKind) -> Self {
        self.topics.push(Topic { kind, start: 0, end: 5 });
        self
    }
    fn frustration(mut self, frustration: f32) -> Self {
        self.mood = Mood { valence: -frustration, frustration, ..self.mood };
        self
    }
    fn urgency(mut self, urgency: f32) -> Self {
        self.mood.urgency = urgency;
        self
    }
    fn repeats(mut self, turn: u32) -> Self {
        self.repeats = Some(Repeat { turn, similarity: 0.8 });
        self
    }
    fn step(mut self, what: &str, outcome: Outcome) -> Self {
        self.steps.push(Step { what: what.into(), outcome, start: 0, end: 5, reports_earlier: false });
        self
    }
    fn reports(mut self, outcome: Outcome) -> Self {
        self.steps.push(Step { what: "it".into(), outcome, start: 0, end: 5, reports_earlier: true });
        self
    }
    fn fact(mut self, kind: FactKind, value: &str) -> Self {
        self.facts.push(Fact {
            kind,
            value: value.into(),
            normalised: None,
            start: 0,
            end: 5,
            probability: 1.0,
            stage: Stage::Rule,
        });
        self
    }
    fn promise(mut self, due: &str, days: f32) -> Self {
        self.promises.push(Promise {
            text: format!("You will have it {due}."),
            due: Some(due.into()),
            due_in_days: Some(days),
            amount: None,
            start: 0,
            end: 5,
        });
        self
    }
    fn question(mut self) -> Self {
        self.questions.push(Question { text: "?".into(), asks_for: None, start: 0, end: 9 });
        self
    }
    fn complex(mut self, complexity: f32) -> Self {
        self.complexity = complexity;
        self
    }
    fn needs_human(mut self, probability: f32) -> Self {
        self.needs_human = Some(probability);
        self
    }
    fn sure(mut self, confidence: f32) -> Self {
        self.answer_confidence = Some(confidence);
        self
    }
}

#[track_caller]
pub fn check(story: Story, expected: &str) {
    let evidence = |verdict: &Verdict| {
        let decision = &verdict.decision;
        let triggers =
            decision.triggers.iter().map(|t| format!("  {} {:.2} {}", t.name, t.strength, t.evidence));
        format!("{} {:.2}\n{}", decision.turn, decision.confidence, triggers.collect::<Vec<_>>().join("\n"))
    };
    let all: Vec<String> = story.verdicts.iter().map(evidence).collect();
    assert_eq!(story.told(), expected, "\n{}", all.join("\n"));
}
