//! One conversation, turn by turn.

use anyhow::{Context, Result};
use segue_core::{
    command::{Command, Env, Spoken, TEXT_MAX_CHARS},
    context::{Page, Role},
    conversation::Conversation,
    engine::{self, Step},
    event::AssistantKind,
    handoff::State,
    ids::{AgentId, AtMs, ConversationId, CustomerId, HandoffId, TicketId},
    organisation::Organisation,
    queue::Coverage,
    reading::Reading,
    trigger::Action,
};
use segue_understanding::{Reader, Terms, TermsError, TurnText};

use super::{
    recorded::{Recorded, RecordedTurn},
    replayed::{HandedOff, Judged, Replayed, Route, TurnResult},
};

/// When every replay begins: 2026-01-01T00:00Z, Unix ms.
pub const START_MS: AtMs = 1_767_225_600_000;
/// From one turn to the next, ms.
pub const TURN_MS: AtMs = 20_000;
/// Stands for a turn without words, which the log does not take, so that indices stay those of the recording.
const NO_WORDS: &str = "(no text)";

/// Replays conversations of one organisation. Immutable; build it once and share it.
pub struct Replayer {
    reader: Reader,
    terms: Terms,
    organisation: Organisation,
    coverage: Coverage,
}

impl Replayer {
    /// Every squad counts as covered: somebody can always come, within the squad's hours.
    ///
    /// # Errors
    /// What in the organisation's glossary cannot be used.
    pub fn new(organisation: Organisation) -> Result<Self, TermsError> {
        let coverage = Coverage::of(organisation.squads.iter().map(|squad| squad.id.clone()));
        let terms = Terms::new(&organisation.glossary)?;
        Ok(Self { reader: Reader::new(), terms, organisation, coverage })
    }

    /// Runs one conversation through the pipeline.
    pub fn replay(&self, recorded: &Recorded) -> Result<Replayed> {
        let mut run = Run::open(self, recorded)?;
        let mut turns = Vec::with_capacity(recorded.turns.len());
        for (index, turn) in recorded.turns.iter().enumerate() {
            let result = run.turn(index, turn).with_context(|| format!("turn {index} failed"))?;
            turns.push(result);
        }
        let handoff = run.handed_off();
        Ok(Replayed { id: recorded.id(), turns, handoff, package: run.conversation.package })
    }
}

struct Run<'a> {
    replayer: &'a Replayer,
    recorded: &'a Recorded,
    conversation: Conversation,
    now_ms: AtMs,
    /// The turn of the handoff and what was decided there.
    standing: Option<(u32, Judged)>,
}

impl<'a> Run<'a> {
    fn open(replayer: &'a Replayer, recorded: &'a Recorded) -> Result<Self> {
        // Recordings name conversations as they like; inside, a name must be an id.
        let id = ConversationId::parse(&recorded.id())
            .or_else(|_| ConversationId::parse("recorded"))
            .context("no id for the conversation")?;
        let conversation = Conversation::new(replayer.organisation.id.clone(), id);
        let mut run = Self { replayer, recorded, conversation, now_ms: START_MS, standing: None };
        run.step(Command::Open {
            customer: CustomerId::parse("customer").context("no id for the customer")?,
            channel: recorded.channel.clone().unwrap_or_else(|| "chat".into()),
            assistant: AssistantKind::External,
            language: None,
            profile: recorded.profile(),
        })?;
        Ok(run)
    }

    fn turn(&mut self, index: usize, turn: &RecordedTurn) -> Result<TurnResult> {
        self.now_ms = START_MS + index as AtMs * TURN_MS;
        self.let_proposal_lapse()?;
        self.see_pages(index)?;
        let role = turn.role.role();
        let (text, reading) = self.read(role, &turn.text);
        let agent = (role == Role::Agent).then(|| AgentId::parse("agent")).transpose()?;
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
        Ok(TurnResult { index: index as u32, role: turn.role, decision: self.judged(&step), reading })
    }

    /// The words as the log keeps them, with what was understood.
    fn read(&self, role: Role, text: &str) -> (String, Reading) {
        if text.trim().is_empty() {
            return (NO_WORDS.into(), Reading::default());
        }
        let redacted = self.replayer.terms.redact(text, role, &self.conversation.package);
        let text: String = redacted.chars().take(TEXT_MAX_CHARS).collect();
        let (turn, package) = (TurnText { role, text: &text }, &self.conversation.package);
        let reading = self.replayer.reader.read_with(turn, package, &self.replayer.terms);
        (text, reading)
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
    fn let_proposal_lapse(&mut self) -> Result<()> {
        let due = self.conversation.deadline.filter(|deadline| deadline.at_ms <= self.now_ms);
        if let Some(deadline) = due.filter(|deadline| deadline.state == State::Proposed) {
            self.step(Command::DeadlinePassed { deadline })?;
        }
        Ok(())
    }

    fn see_pages(&mut self, index: usize) -> Result<()> {
        for seen in self.recorded.pages_before(index) {
            let url = seen.url.split('#').next().unwrap_or_default().to_owned();
            let area = self.replayer.organisation.area_of(&url).map(str::to_owned);
            let page = Page { url, title: seen.title.clone(), area, at_ms: self.now_ms };
            self.step(Command::SeePage { page })?;
        }
        Ok(())
    }

    fn step(&mut self, command: Command) -> Result<Step> {
        let count = self.conversation.seq + 1;
        let env = Env {
            now_ms: self.now_ms,
            organisation: &self.replayer.organisation,
            coverage: &self.replayer.coverage,
            handoff: HandoffId::parse(&format!("handoff-{count}"))?,
            ticket: TicketId::parse(&format!("ticket-{count}"))?,
        };
        let step = engine::step(&self.conversation, command, &env)?;
        self.conversation = step.conversation.clone();
        Ok(step)
    }

    fn handed_off(&self) -> Option<HandedOff> {
        let (turn, _) = self.standing.as_ref()?;
        let handoff = self.conversation.handoff.as_ref()?;
        let organisation = &self.replayer.organisation;
        let squad_name = organisation.squad(&handoff.needs.squad).map_or("", |squad| &squad.name);
        let first_reply_s = organisation.first_reply_s(handoff.needs.tier.as_deref());
        let focus = self.conversation.package.handoff.as_ref().map(|known| known.focus.clone());
        Some(HandedOff {
            turn: *turn,
            reason: handoff.reason,
            focus: focus.unwrap_or_default(),
            route: Route::of(&handoff.needs, squad_name, self.conversation.state.name(), first_reply_s),
        })
    }
}
