//! What Segue itself promises for the house: an answer by a time, a callback in a time. One at a time; it is kept when
//! a human answers, and replaced when something else is agreed on.

use super::{AgreedCallback, ContextPackage, GivenPromise, Role, fold};
use crate::{
    event::{Body, Event},
    handoff::Disposition,
    ids::AtMs,
};

pub(super) fn apply(package: &mut ContextPackage, event: &Event) {
    match &event.body {
        Body::HandoffTicketed { ticket, due_at_ms, .. } => {
            package.callback = None;
            promise(package, format!("An answer to {ticket}"), *due_at_ms);
        }
        Body::CallbackBooked { from_ms, until_ms, content, .. } => {
            let number = content.known().and_then(|known| known.number.clone());
            let (from_ms, until_ms) = (*from_ms, *until_ms);
            let before = package.callback.take();
            package.callback = Some(AgreedCallback {
                from_ms,
                until_ms,
                asked_at_ms: before.as_ref().map_or(event.at_ms, |before| before.asked_at_ms),
                missed: before.as_ref().map_or(0, |before| before.missed),
                number: number.or_else(|| before.and_then(|before| before.number)),
            });
            promise(package, "A callback".into(), until_ms);
        }
        Body::CallbackMoved { from_ms, until_ms, content, .. } => {
            if let Some(callback) = &mut package.callback {
                (callback.from_ms, callback.until_ms) = (*from_ms, *until_ms);
                let number = content.known().and_then(|known| known.number.clone());
                callback.number = number.or(callback.number.take());
            }
            promise(package, "A callback".into(), *until_ms);
        }
        Body::CallbackMissed { missed, .. } => {
            if let Some(callback) = &mut package.callback {
                callback.missed = *missed;
            }
            // Somebody called: that was the promise.
            keep(package, event.at_ms);
        }
        Body::CallbackCancelled { .. } => {
            package.callback = None;
            withdraw(package);
        }
        Body::PromiseOverdue { .. } => {
            let owed = package.promises.iter_mut().rfind(|promise| promise.is_owed());
            owed.into_iter().for_each(|promise| promise.overdue_at_ms = Some(event.at_ms));
        }
        Body::TurnReceived { role: Role::Agent, .. } | Body::HandoffReturned { .. } => {
            keep(package, event.at_ms);
        }
        Body::HandoffResolved { disposition, .. } if *disposition != Disposition::NoAnswer => {
            keep(package, event.at_ms);
        }
        Body::HandoffRequested { .. } => package.callback = None,
        _ => {}
    }
}

fn keep(package: &mut ContextPackage, at_ms: AtMs) {
    let owed = package.promises.iter_mut().filter(|promise| promise.is_owed());
    owed.for_each(|promise| promise.kept_at_ms = Some(at_ms));
}

/// What is overdue stays: it was not kept.
fn withdraw(package: &mut ContextPackage) {
    package.promises.retain(|promise| !promise.is_owed() || promise.overdue_at_ms.is_some());
}

/// Promises something in the place of what was promised before and is not kept.
fn promise(package: &mut ContextPackage, text: String, due_at_ms: AtMs) {
    withdraw(package);
    let turn = package.transcript.last().map_or(0, |turn| turn.turn);
    let given = GivenPromise {
        text,
        by: Role::System,
        turn,
        start: 0,
        end: 0,
        due: None,
        due_at_ms: Some(due_at_ms),
        kept_at_ms: None,
        overdue_at_ms: None,
        amount: None,
    };
    fold::push(&mut package.promises, given);
}
