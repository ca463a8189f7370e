//! A replay in words.

use std::fmt::{self, Display, Write};

use segue_core::{trigger::Action, wording};

use segue_server::rehearsal::{Judged, Replayed};

/// The most facts, promises and steps that are told each.
const TOLD_MAX: usize = 6;

/// A conversation in a few lines: what was decided when and why, and what an agent would be told.
pub fn summary(replayed: &Replayed) -> String {
    let mut text = String::new();
    write(&mut text, replayed).expect("writing into a string cannot fail");
    text
}

fn write(out: &mut String, replayed: &Replayed) -> fmt::Result {
    let first = |action| replayed.turns.iter().find(|turn| turn.decision.action == action);
    writeln!(out, "{}: {}", replayed.id, headline(replayed))?;
    for action in [Action::Hold, Action::Propose, Action::HandOff] {
        if let Some(turn) = first(action) {
            decision(out, turn.index, &turn.decision)?;
        }
    }
    let package = &replayed.package;
    if let Some(handoff) = &replayed.handoff {
        let route = &handoff.route;
        line(out, "focus", &handoff.focus)?;
        let language = route.language.as_deref().unwrap_or("any language");
        let tier = route.tier.as_deref().unwrap_or("no tier");
        let words =
            format!("{}, skill {}, {language}, {tier}, {}", route.squad_name, route.skill, route.state);
        line(out, "route", words)?;
    }
    if let Some(wants) = &package.wants {
        line(out, "wants", format_args!("\u{201c}{}\u{201d} (turn {})", wants.text, wants.turn))?;
    }
    let facts = package.facts.iter();
    list(
        out,
        "fact",
        facts.map(|f| format!("{} {} (turn {})", wording::fact_kind(f.kind), f.value, f.turn)),
    )?;
    let promises = package.promises.iter();
    list(out, "promise", promises.map(|p| format!("\u{201c}{}\u{201d} (turn {})", p.text, p.turn)))?;
    let outcome = |o| format!("{o:?}").to_lowercase();
    let steps = package.steps.iter();
    list(out, "step", steps.map(|s| format!("{}: {} (turn {})", s.what, outcome(s.outcome), s.turn)))
}

fn headline(replayed: &Replayed) -> String {
    let count = replayed.turns.len();
    let proposed = replayed.turns.iter().find(|turn| turn.decision.action == Action::Propose);
    match (&replayed.handoff, proposed) {
        (Some(handoff), _) => {
            let why = wording::reason(handoff.reason);
            format!("handed off at turn {} of {count}: {why}", handoff.turn)
        }
        (None, Some(turn)) => {
            let why = turn.decision.reason.map_or("", wording::reason);
            format!("a human was proposed at turn {} of {count}: {why}", turn.index)
        }
        (None, None) => format!("the assistant kept all {count} turns"),
    }
}

fn decision(out: &mut String, turn: u32, decision: &Judged) -> fmt::Result {
    let name = match decision.action {
        Action::Answer => "answer",
        Action::Propose => "propose",
        Action::HandOff => "hand off",
        Action::Hold => "hold",
    };
    let held = decision.hold.as_deref().map(|why| format!(", because {why}")).unwrap_or_default();
    line(out, name, format_args!("turn {turn}, confidence {:.2}{held}", decision.confidence))?;
    for trigger in &decision.triggers {
        line(out, "", format_args!("{} {:.2}: {}", trigger.name, trigger.strength, trigger.evidence))?;
    }
    Ok(())
}

fn list(out: &mut String, name: &str, items: impl ExactSizeIterator<Item = String>) -> fmt::Result {
    let more = items.len().saturating_sub(TOLD_MAX);
    for item in items.take(TOLD_MAX) {
        line(out, name, item)?;
    }
    if more > 0 {
        line(out, name, format_args!("and {more} more"))?;
    }
    Ok(())
}

fn line(out: &mut String, name: &str, words: impl Display) -> fmt::Result {
    writeln!(out, "  {name:<9} {words}")
}
