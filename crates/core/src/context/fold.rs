//! The package as a fold over events.

use std::sync::Arc;

use super::{
    Cited, ContextPackage, Customer, GivenPromise, JOURNEY_MAX, LIST_MAX, MoodPoint, Note, Page, Role,
    SCHEMA, TRANSCRIPT_MAX, TriedStep, Turn, TurningPoint, given, promised, summary,
};
use crate::{
    event::{Body, Event, TurnContent},
    ids::{AtMs, ConversationId, OrganisationId},
    reading::{ActKind, Outcome, Reading},
};

/// A change of valence against the mean of the turns before that counts as a turning point.
const TURNING_POINT: f32 = 0.5;
const DAY_MS: f64 = 24.0 * 3600.0 * 1000.0;

impl ContextPackage {
    /// A package that knows nothing yet.
    pub fn new(organisation: OrganisationId, conversation: ConversationId) -> Self {
        Self {
            schema: SCHEMA.into(),
            organisation,
            conversation,
            seq: 0,
            updated_at_ms: 0,
            channel: "chat".into(),
            language: None,
            customer: Customer::default(),
            issue: super::Issue::default(),
            wants: None,
            summary: vec![],
            summary_until: None,
            transcript: vec![],
            transcript_omitted: 0,
            mood: vec![],
            turning_points: vec![],
            facts: vec![],
            questions: vec![],
            promises: vec![],
            callback: None,
            steps: vec![],
            handoff: None,
            page: None,
            journey: vec![],
            opening_lines: vec![],
            baseline: None,
            suggested_articles: vec![],
            notes: vec![],
            missing_sources: vec![],
        }
    }

    /// The turn with this index, unless it is gone from the front.
    pub fn turn(&self, turn: u32) -> Option<&Turn> {
        self.transcript.get(turn.checked_sub(self.transcript_omitted)? as usize).map(Arc::as_ref)
    }

    /// Takes in a turn with what was understood of it.
    pub fn hear(&mut self, said: Turn, content: &TurnContent) {
        hear(self, said, content);
    }

    /// The last turn of the customer.
    pub fn last_customer_turn(&self) -> Option<&Turn> {
        self.transcript.iter().rfind(|turn| turn.role == Role::Customer).map(Arc::as_ref)
    }
}

/// Folds one event into the package.
pub(crate) fn apply(package: &mut ContextPackage, event: &Event) {
    package.seq = event.seq;
    package.updated_at_ms = event.at_ms;
    match &event.body {
        Body::ConversationOpened { customer, channel, language, verified, tier, content, .. } => {
            package.channel.clone_from(channel);
            package.language.clone_from(language);
            let mut known = content.known().cloned().unwrap_or_default();
            (known.verified, known.tier) = (*verified, tier.clone());
            known.id = Some(customer.clone());
            set_customer(package, known);
        }
        Body::CustomerIdentified { verified, tier, content } => {
            let mut known = content.known().cloned().unwrap_or_default();
            (known.verified, known.tier) = (*verified, tier.clone());
            known.id.clone_from(&package.customer.id);
            set_customer(package, known);
        }
        Body::PageSeen { content, .. } => {
            if let Some(page) = content.known() {
                see_page(package, page.clone());
            }
        }
        Body::TurnReceived { turn, role, agent, confidence, content, .. } => {
            let known = content.known().cloned().unwrap_or_default();
            let said = Turn {
                turn: *turn,
                role: *role,
                agent: agent.clone(),
                at_ms: event.at_ms,
                text: known.text.clone(),
                confidence: *confidence,
                citations: known.citations.clone(),
            };
            package.hear(said, &known);
        }
        Body::ContactLeft { content } => {
            package.customer.contact = content.known().map(|contact| contact.text.clone());
        }
        Body::NoteAdded { agent, content, .. } => {
            if let Some(note) = content.known() {
                let note = Note { agent: agent.clone(), at_ms: event.at_ms, text: note.text.clone() };
                push(&mut package.notes, note);
            }
        }
        Body::BaselineMeasured { baseline } => package.baseline = Some(baseline.clone()),
        Body::SummaryWorded { until, content } => {
            if let Some(known) = content.known() {
                package.summary.clone_from(&known.lines);
                package.summary_until = Some(*until);
            }
        }
        Body::ArticlesSuggested { articles } => package.suggested_articles.clone_from(articles),
        _ => {}
    }
    promised::apply(package, event);
}

fn set_customer(package: &mut ContextPackage, customer: Customer) {
    let contact = package.customer.contact.take();
    package.customer = customer;
    if package.customer.contact.is_none() {
        package.customer.contact = contact;
    }
}

fn see_page(package: &mut ContextPackage, page: Page) {
    if let Some(before) = package.page.replace(page) {
        if package.journey.len() == JOURNEY_MAX {
            package.journey.remove(0);
        }
        package.journey.push(before);
    }
}

fn hear(package: &mut ContextPackage, said: Turn, content: &TurnContent) {
    let (turn, role, at_ms) = (said.turn, said.role, said.at_ms);
    let reading = &content.reading;
    push_turn(package, said);
    if role == Role::Customer {
        hear_customer(package, turn, content);
    }
    given::hear(package, turn, role, reading);
    if role != Role::System {
        for promise in &reading.promises {
            let due_at_ms = promise.due_in_days.map(|days| at_ms + (f64::from(days) * DAY_MS) as AtMs);
            push(
                &mut package.promises,
                GivenPromise {
                    text: promise.text.clone(),
                    by: role,
                    turn,
                    start: promise.start,
                    end: promise.end,
                    due: promise.due.clone(),
                    due_at_ms,
                    kept_at_ms: None,
                    overdue_at_ms: None,
                    amount: promise.amount.clone(),
                },
            );
        }
    }
    hear_steps(package, turn, role, reading);
    summary::refresh(package);
}

fn hear_customer(package: &mut ContextPackage, turn: u32, content: &TurnContent) {
    let reading = &content.reading;
    if let Some(language) = reading.language.as_ref().filter(|language| language.probability >= 0.5) {
        package.language = Some(language.code.clone());
    }
    for topic in &reading.topics {
        if !package.issue.topics.contains(&topic.kind) {
            package.issue.topics.push(topic.kind);
        }
    }
    package.issue.complexity = package.issue.complexity.max(reading.complexity);
    hear_mood(package, turn, content);
    summary::wants(package, turn, reading);
}

fn hear_mood(package: &mut ContextPackage, turn: u32, content: &TurnContent) {
    let mood = content.reading.mood;
    if !package.mood.is_empty() {
        let before = package.mood.iter().map(|point| point.valence).sum::<f32>() / package.mood.len() as f32;
        let change = mood.valence - before;
        if change.abs() >= TURNING_POINT {
            let other_side = |said: &&Arc<Turn>| matches!(said.role, Role::Assistant | Role::Agent);
            let cause = package.transcript.iter().rfind(other_side).map(|said| said.turn);
            push(
                &mut package.turning_points,
                TurningPoint { turn, change, quote: summary::quote(&content.text), cause },
            );
        }
    }
    let point =
        MoodPoint { turn, valence: mood.valence, frustration: mood.frustration, urgency: mood.urgency };
    push(&mut package.mood, point);
}

fn hear_steps(package: &mut ContextPackage, turn: u32, role: Role, reading: &Reading) {
    for step in &reading.steps {
        let open = |known: &&mut TriedStep| {
            known.turn < turn && matches!(known.outcome, Outcome::Proposed | Outcome::Started | Outcome::Done)
        };
        if step.reports_earlier
            && let Some(known) = package.steps.iter_mut().rev().find(open)
        {
            known.outcome = step.outcome;
            known.outcome_turn = Some(turn);
            continue;
        }
        push(
            &mut package.steps,
            TriedStep {
                what: step.what.clone(),
                outcome: step.outcome,
                by: role,
                turn,
                start: step.start,
                end: step.end,
                outcome_turn: (role == Role::Customer).then_some(turn),
            },
        );
    }
    if role == Role::Customer && reading.steps.is_empty() {
        settle_last(package, turn, reading);
    }
}

/// "Works now" and "that did not help" settle the last proposed step even where they name none.
fn settle_last(package: &mut ContextPackage, turn: u32, reading: &Reading) {
    let outcome = if reading.act(ActKind::ConfirmsSolved) >= 0.5 {
        Outcome::Worked
    } else if reading.act(ActKind::DeniesSolved) >= 0.5 {
        Outcome::Failed
    } else {
        return;
    };
    let open = |step: &&mut TriedStep| !matches!(step.outcome, Outcome::Failed | Outcome::Worked);
    if let Some(step) = package.steps.iter_mut().rev().find(open) {
        step.outcome = outcome;
        step.outcome_turn = Some(turn);
    }
}

fn push_turn(package: &mut ContextPackage, turn: Turn) {
    if package.transcript.len() == TRANSCRIPT_MAX {
        package.transcript.remove(0);
        package.transcript_omitted += 1;
    }
    package.transcript.push(Arc::new(turn));
}

pub(super) fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == LIST_MAX {
        list.remove(0);
    }
    list.push(item);
}

/// A statement of a turn.
pub(super) fn cited(text: &str, turn: u32) -> Cited {
    Cited { text: summary::quote(text), turn }
}
