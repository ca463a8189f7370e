//! One conversation, turn by turn.

use segue_core::{
    backtest::Past,
    callback::Bookings,
    command::{Command, Env, Rejection, Spoken, TEXT_MAX_CHARS},
    context::{Page, Role},
    conversation::Conversation,
    engine::{self, Step},
    event::{AssistantKind, Body, Event, TurnContent},
    handoff::State,
    ids::{AgentId, AtMs, ConversationId, CustomerId, HandoffId, TicketId},
    organisation::Organisation,
    queue::Coverage,
    reading::Reading,
    trigger::{Action, Explanation, Moment, explain},
};
use segue_understanding::{Heard, OwnModels, Reader, Terms, TermsError, TurnText};

use super::{
    recorded::{PageSeen, Recorded, RecordedTurn},
    replayed::{HandedOff, Judged, Replayed, Route, TurnResult},
};

/// When a recording without a time begins: 2026-01-01T00:00Z, Unix ms.
pub const START_MS: AtMs = 1_767_225_600_000;
/// From one turn to the next, ms.
pub const TURN_MS: AtMs = 20_000;
/// Stands for a turn without words, which the log does not take, so that indices stay those of the recording.
const NO_WORDS: &str = "(no text)";

/// Why a recording cannot be rehearsed to its end.
#[derive(Debug, thiserror::Error)]
#[error("turn {turn} failed: {source}")]
pub struct RehearsalError {
    /// Place in the recording, from 0.
    pub turn: usize,
    /// Why.
    pub source: Rejection,
}

/// Rehearses conversations of one organisation. Immutable; build it once and share it.
pub struct Rehearser<'r> {
    reader: &'r Reader,
    terms: Terms,
    models: OwnModels,
    organisation: Organisation,
    coverage: Coverage,
}

impl<'r> Rehearser<'r> {
    /// Every squad counts as covered: somebody can always come, within the squad's hours.
    ///
    /// # Errors
    /// What in the organisation's glossary cannot be used.
    pub fn new(reader: &'r Reader, organisation: Organisation) -> Result<Self, TermsError> {
        let coverage = Coverage::of(organisation.squads.iter().map(|squad| squad.id.clone()));
        let terms = Terms::new(&organisation.glossary)?;
        Ok(Self { reader, terms, models: OwnModels::default(), organisation, coverage })
    }

    /// The same with the organisation's own models.
    pub fn with_models(self, models: OwnModels) -> Self {
        Self { models, ..self }
    }

    /// The settings that it decides by.
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// Runs one conversation through the pipeline.
    ///
    /// # Errors
    /// What a turn was refused for.
    pub fn replay(&self, recorded: &Recorded) -> Result<Replayed, RehearsalError> {
        let mut rehearsal = self.begin(recorded)?;
        let mut turns = Vec::with_capacity(recorded.turns.len());
        for index in 0..recorded.turns.len() {
            turns.push(rehearsal.turn(index)?);
        }
        let handoff = rehearsal.handed_off();
        Ok(Replayed { id: recorded.id(), turns, handoff, package: rehearsal.conversation.package })
    }

    /// What was said and seen in a recording, as events, with what is understood of it; nothing is decided. Turns that were
    /// recorded with a reading are not read again.
    pub fn history(&self, recorded: &Recorded) -> Past {
        let organisation = &self.organisation;
        let id = ConversationId::parse(&recorded.id())
            .or_else(|_| ConversationId::parse("recorded"))
            .expect("a plain id");
        let mut told = History {
            conversation: Conversation::new(organisation.id.clone(), id.clone()),
            events: Vec::with_capacity(recorded.turns.len() + 2),
            at_ms: recorded.begins_at_ms(),
        };
        let profile = recorded.profile();
        told.push(Body::ConversationOpened {
            customer: CustomerId::parse("customer").expect("a plain id"),
            channel: recorded.channel.clone().unwrap_or_else(|| "chat".into()),
            assistant: AssistantKind::External,
            language: None,
            verified: profile.verified,
            tier: profile.tier.clone(),
            content: profile.into(),
        });
        let mut heard = None;
        for (index, turn) in recorded.turns.iter().enumerate() {
            told.at_ms = recorded.begins_at_ms() + index as AtMs * TURN_MS;
            for seen in recorded.pages_before(index) {
                let page = page(organisation, seen, told.at_ms);
                told.push(Body::PageSeen { area: page.area.clone(), content: page.into() });
            }
            let role = turn.role.role();
            let (text, reading) = match &turn.reading {
                Some(reading) => (turn.text.clone(), reading.clone()),
                None => self.read(role, &turn.text, &told.conversation, &mut heard),
            };
            told.push(Body::TurnReceived {
                turn: index as u32,
                role,
                agent: None,
                client_id: None,
                confidence: turn.confidence,
                content: TurnContent { text, reading, citations: vec![] }.into(),
            });
        }
        Past {
            organisation: organisation.id.clone(),
            conversation: id,
            events: told.events,
            label: recorded.label(),
        }
    }

    /// The words as the log keeps them, with what was understood.
    fn read(
        &self,
        role: Role,
        text: &str,
        conversation: &Conversation,
        heard: &mut Option<Heard>,
    ) -> (String, Reading) {
        if text.trim().is_empty() {
            return (NO_WORDS.into(), Reading::default());
        }
        let package = &conversation.package;
        let redacted = self.terms.redact(text, role, package);
        let text: String = redacted.chars().take(TEXT_MAX_CHARS).collect();
        let turn = TurnText { role, text: &text };
        let mut reading = self.reader.read_with(turn, package, &self.terms);
        *heard = self.models.read(self.reader, turn, package, heard.take(), &mut reading);
        (text, reading)
    }

    /// A conversation before its first turn.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn begin<'a>(&'a self, recorded: &'a Recorded) -> Result<Rehearsal<'a>, RehearsalError> {
        // Recordings name conversations as they like; inside, a name must be an id.
        let id = ConversationId::parse(&recorded.id())
            .or_else(|_| ConversationId::parse("recorded"))
            .expect("a plain id");
        let conversation = Conversation::new(self.organisation.id.clone(), id);
        let mut run = Rehearsal {
            rehearser: self,
            recorded,
            conversation,
            now_ms: recorded.begins_at_ms(),
            heard: None,
            standing: None,
            at_turn: None,
        };
        let opened = run.step(Command::Open {
            customer: CustomerId::parse("customer").expect("a plain id"),
            channel: recorded.channel.clone().unwrap_or_else(|| "chat".into()),
            assistant: AssistantKind::External,
            language: None,
            profile: recorded.profile(),
        });
        opened.map_err(|source| RehearsalError { turn: 0, source })?;
        Ok(run)
    }
}

fn page(organisation: &Organisation, seen: &PageSeen, at_ms: AtMs) -> Page {
    let url = seen.url.split('#').next().unwrap_or_default().to_owned();
    let area = organisation.area_of(&url).map(str::to_owned);
    Page { url, title: seen.title.clone(), area, at_ms, errors: seen.errors }
}

/// A recording as it becomes events.
struct History {
    conversation: Conversation,
    events: Vec<Event>,
    at_ms: AtMs,
}

impl History {
    fn push(&mut self, body: Body) {
        let event = Event { seq: self.conversation.seq + 1, at_ms: self.at_ms, body };
        self.conversation.apply(&event);
        self.events.push(event);
    }
}

/// A conversation under way.
pub struct Rehearsal<'a> {
    rehearser: &'a Rehearser<'a>,
    recorded: &'a Recorded,
    conversation: Conversation,
    now_ms: AtMs,
    heard: Option<Heard>,
    /// The turn of the handoff and what was decided there.
    standing: Option<(u32, Judged)>,
    /// The conversation right after its last turn, before anything was decided about it.
    at_turn: Option<Conversation>,
}

impl Rehearsal<'_> {
    /// The conversation as it stands.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// Why the last turn was decided as it was; `None` where nothing was to be decided.
    pub fn explanation(&self) -> Option<Explanation> {
        let at_turn = self.at_turn.as_ref()?;
        let (turn, role, reading) = at_turn.readings.last()?;
        let decides = matches!(role, Role::Customer | Role::Assistant) && at_turn.state.assistant_speaks();
        decides.then(|| explain(&Moment::new(at_turn, &self.rehearser.organisation, *turn, *role, reading)))
    }

    /// Says the next turn of the recording.
    ///
    /// # Errors
    /// What it was refused for.
    pub fn turn(&mut self, index: usize) -> Result<TurnResult, RehearsalError> {
        self.say(index, &self.recorded.turns[index]).map_err(|source| RehearsalError { turn: index, source })
    }

    fn say(&mut self, index: usize, turn: &RecordedTurn) -> Result<TurnResult, Rejection> {
        self.now_ms = self.recorded.begins_at_ms() + index as AtMs * TURN_MS;
        self.let_proposal_lapse()?;
        self.see_pages(index)?;
        let role = turn.role.role();
        let (text, reading) = self.rehearser.read(role, &turn.text, &self.conversation, &mut self.heard);
        let agent = (role == Role::Agent).then(|| AgentId::parse("agent").expect("a plain id"));
        let mut at_turn = self.conversation.clone();
        // Recorded, not spoken: what was said was said, whoever should have been silent.
        let step = self.step(Command::Record(Spoken {
            role,
            agent,
            client_id: None,
            text,
            reading: reading.clone(),
            confidence: turn.confidence,
            citations: vec![],
            at_ms: self.now_ms,
        }))?;
        let said = step.events.iter().position(|event| matches!(event.body, Body::TurnReceived { .. }));
        step.events.iter().take(said.map_or(0, |at| at + 1)).for_each(|event| at_turn.apply(event));
        self.at_turn = Some(at_turn);
        Ok(TurnResult { index: index as u32, role: turn.role, decision: self.judged(&step), reading })
    }

    fn judged(&mut self, step: &Step) -> Judged {
        if let Some((since, first)) = &self.standing {
            return Judged::standing(*since, first);
        }
        let Some(decision) = &step.decision else { return Judged::none() };
        let judged = Judged::of(decision);
        if decision.action == Action::HandOff {
            self.standing = Some((decision.turn, judged.clone()));
        }
        judged
    }

    /// A proposal that nobody answers lapses, as it does under the server's sweeper.
    fn let_proposal_lapse(&mut self) -> Result<(), Rejection> {
        let due = self.conversation.deadline.filter(|deadline| deadline.at_ms <= self.now_ms);
        if let Some(deadline) = due.filter(|deadline| deadline.state == State::Proposed) {
            self.step(Command::DeadlinePassed { deadline })?;
        }
        Ok(())
    }

    fn see_pages(&mut self, index: usize) -> Result<(), Rejection> {
        for seen in self.recorded.pages_before(index) {
            let page = page(&self.rehearser.organisation, seen, self.now_ms);
            self.step(Command::SeePage { page })?;
        }
        Ok(())
    }

    fn step(&mut self, command: Command) -> Result<Step, Rejection> {
        let count = self.conversation.seq + 1;
        let env = Env {
            now_ms: self.now_ms,
            organisation: &self.rehearser.organisation,
            shadow: None,
            coverage: &self.rehearser.coverage,
            bookings: &Bookings::default(),
            handoff: HandoffId::parse(&format!("handoff-{count}")).expect("a plain id"),
            ticket: TicketId::parse(&format!("ticket-{count}")).expect("a plain id"),
        };
        let step = engine::step(&self.conversation, command, &env)?;
        self.conversation = step.conversation.clone();
        Ok(step)
    }

    fn handed_off(&self) -> Option<HandedOff> {
        let (turn, _) = self.standing.as_ref()?;
        let handoff = self.conversation.handoff.as_ref()?;
        let organisation = &self.rehearser.organisation;
        let squad_name = organisation.squad(&handoff.needs.squad).map_or("", |squad| &squad.name);
        let of_tier = organisation.first_reply_s(handoff.needs.tier.as_deref());
        let first_reply_s = handoff.needs.first_reply_s.map_or(of_tier, |of_rule| of_rule.min(of_tier));
        let focus = self.conversation.package.handoff.as_ref().map(|known| known.focus.clone());
        Some(HandedOff {
            turn: *turn,
            reason: handoff.reason,
            focus: focus.unwrap_or_default(),
            route: Route::of(&handoff.needs, squad_name, self.conversation.state.name(), first_reply_s),
        })
    }
}
