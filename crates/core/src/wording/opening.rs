//! Three first lines for the agent, each tied to something the customer said.

use super::{fact_kind, telling_fact, trim_sentence};
use crate::{
    context::{ContextPackage, OpeningLine, TriedStep},
    reading::Outcome,
};

/// Lines offered at once.
const LINES_MAX: usize = 3;

/// Writes the opening lines of a package anew, from its facts, steps, mood and promises.
pub fn opening_lines(package: &mut ContextPackage) {
    let lines = [fact_and_step(package), mood(package), promise(package), wants(package), plain(package)];
    package.opening_lines = lines.into_iter().flatten().take(LINES_MAX).collect();
}

fn hello(package: &ContextPackage) -> String {
    let name = package.customer.name.as_deref().and_then(|name| name.split_whitespace().next());
    name.map_or_else(|| "Hi".into(), |name| format!("Hi {name}"))
}

fn fact_and_step(package: &ContextPackage) -> Option<OpeningLine> {
    let failed = |step: &&TriedStep| step.outcome == Outcome::Failed;
    let fact = telling_fact(package);
    let step = package.steps.iter().rfind(failed);
    let hello = hello(package);
    let (text, because, turns) = match (fact, step) {
        (Some(fact), Some(step)) => (
            format!(
                "{hello}, I have {} {} in front of me and I see that this did not help: {}. Let me look at it now.",
                fact_kind(fact.kind),
                fact.value,
                trim_sentence(&step.what),
            ),
            format!("names the {} and the step", fact_kind(fact.kind)),
            vec![fact.turn, step.outcome_turn.unwrap_or(step.turn)],
        ),
        (Some(fact), None) => (
            format!(
                "{hello}, I have {} {} in front of me and have read everything above. Let me look at it now.",
                fact_kind(fact.kind),
                fact.value,
            ),
            format!("names the {}", fact_kind(fact.kind)),
            vec![fact.turn],
        ),
        (None, Some(step)) => (
            format!(
                "{hello}, I see that this did not help: {}. Let us try another way.",
                trim_sentence(&step.what)
            ),
            "names the step".into(),
            vec![step.outcome_turn.unwrap_or(step.turn)],
        ),
        (None, None) => return None,
    };
    Some(OpeningLine { text, because, turns })
}

fn mood(package: &ContextPackage) -> Option<OpeningLine> {
    let last = package.mood.last().filter(|point| point.frustration >= 0.4)?;
    let title = trim_sentence(&package.issue.title);
    let about = if title.is_empty() { String::new() } else { format!(" I have read it all: “{title}”.") };
    Some(OpeningLine {
        text: format!(
            "{}, I am sorry this has gone on for so long.{about} I am taking it over from here.",
            hello(package)
        ),
        because: "meets the mood".into(),
        turns: vec![last.turn],
    })
}

fn promise(package: &ContextPackage) -> Option<OpeningLine> {
    let promise = package.promises.iter().rfind(|promise| promise.is_spoken())?;
    let due = promise.due.as_deref().map(|due| format!(" ({due})")).unwrap_or_default();
    Some(OpeningLine {
        text: format!(
            "{}, I have read what was promised to you{due}, and I will make sure that it is kept.",
            hello(package)
        ),
        because: "keeps the promise".into(),
        turns: vec![promise.turn],
    })
}

fn wants(package: &ContextPackage) -> Option<OpeningLine> {
    let wants = package.wants.as_ref()?;
    let title = trim_sentence(&package.issue.title);
    Some(OpeningLine {
        text: format!("{}, I have read your conversation about “{title}”. I am on it.", hello(package)),
        because: "names the question".into(),
        turns: vec![wants.turn],
    })
}

fn plain(package: &ContextPackage) -> Option<OpeningLine> {
    let last = package.last_customer_turn()?;
    Some(OpeningLine {
        text: format!("{}, I am here and have read everything so far. How can I help best?", hello(package)),
        because: "shows that you have read it".into(),
        turns: vec![last.turn],
    })
}
