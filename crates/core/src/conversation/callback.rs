//! What becomes of wishes for a callback, of slots that come, and of waits that hours end.

use super::{
    Conversation, decide,
    ticketing::{TicketFor, ticket},
};
use crate::{
    callback::{Bookings, Cancelled, Moved, NUMBER_MAX_CHARS, RETRIES_MAX, RETRY_AFTER_MS, Slot, Wish},
    command::{Env, Rejection},
    context::Role,
    event::{Body, CallbackContent, OfferEnd},
    handoff::State,
    ids::{AgentId, AtMs},
    organisation::{AtClose, Organisation, Squad},
    queue,
    wording::{self, Said},
};

/// The squad that calls back: the handoff's, or the default one where it is no more.
fn squad<'a>(conversation: &Conversation, organisation: &'a Organisation) -> Option<&'a Squad> {
    let needs = conversation.handoff.as_ref().map(|handoff| &handoff.needs.squad);
    needs.and_then(|id| organisation.squad(id)).or_else(|| organisation.default_squad())
}

/// Whose callback it is; absent where the organisation has no squads.
pub fn wish<'a>(
    conversation: &'a Conversation,
    organisation: &'a Organisation,
    bookings: &'a Bookings,
) -> Option<Wish<'a>> {
    let squad = squad(conversation, organisation)?;
    let (conversation, channel) = (conversation.id(), conversation.package.channel.as_str());
    Some(Wish { organisation, squad, conversation, channel, bookings })
}

fn wish_of<'a>(conversation: &'a Conversation, env: &Env<'a>) -> Option<Wish<'a>> {
    wish(conversation, env.organisation, env.bookings)
}

/// A time that the customer chose: a callback, or another time for it.
pub(super) fn book(
    conversation: &Conversation,
    from_ms: AtMs,
    number: Option<String>,
    env: &Env<'_>,
) -> Result<Vec<Body>, Rejection> {
    let state = conversation.state;
    if !matches!(state, State::Queued | State::Offered | State::Ticketed | State::Callback) {
        return Err(Rejection::WrongState(state));
    }
    let number = number.map(|number| number.trim().to_owned()).filter(|number| !number.is_empty());
    if number.as_ref().is_some_and(|number| number.chars().count() > NUMBER_MAX_CHARS) {
        return Err(Rejection::InvalidNumber);
    }
    let wish = wish_of(conversation, env).ok_or(Rejection::UnknownSquad)?;
    let agreed = conversation.handoff.as_ref().and_then(|handoff| handoff.callback.as_ref());
    if state == State::Callback && agreed.is_some_and(|agreed| agreed.slot.from_ms == from_ms) {
        return Ok(vec![]);
    }
    let mut slots = wish.slots(env.now_ms);
    let slot = slots.find(|slot| slot.from_ms == from_ms).ok_or(Rejection::SlotGone)?;
    if state == State::Callback {
        return Ok(vec![moved_to(conversation, slot, Moved::Customer, number, env)]);
    }
    let mut events = vec![];
    let mut epoch = conversation.epoch + 1;
    if let Some(agent) = conversation.agent().cloned() {
        let deadline_at_ms = env.now_ms;
        events.push(Body::OfferEnded { epoch, agent, why: OfferEnd::Withdrawn, deadline_at_ms });
        epoch += 1;
    }
    let text = said(conversation, env, slot, |when| Said::CallbackBooked { when });
    events.push(Body::CallbackBooked {
        epoch,
        squad: wish.squad.id.clone(),
        from_ms: slot.from_ms,
        until_ms: slot.until_ms,
        content: CallbackContent { text, number }.into(),
    });
    Ok(events)
}

/// The customer's own word that the callback is off.
pub(super) fn cancel(conversation: &Conversation) -> Result<Vec<Body>, Rejection> {
    match conversation.state {
        State::Callback => Ok(vec![cancelled(conversation, Cancelled::Customer)]),
        state => Err(Rejection::WrongState(state)),
    }
}

/// Stays in line although nobody is there.
pub(super) fn keep_waiting(conversation: &Conversation) -> Result<Vec<Body>, Rejection> {
    match conversation.state {
        State::Ticketed => Ok(vec![Body::WaitChosen { epoch: conversation.epoch + 1 }]),
        state if state.waits() => Ok(vec![]),
        state => Err(Rejection::WrongState(state)),
    }
}

/// Ends a wait in a queue that has closed, and moves a callback that lies outside the hours.
pub(super) fn check_hours(conversation: &Conversation, env: &Env<'_>) -> Vec<Body> {
    match conversation.state {
        State::Queued => closed(conversation, env).into_iter().collect(),
        State::Callback => {
            let agreed = conversation.handoff.as_ref().and_then(|handoff| handoff.callback.as_ref());
            let stands = agreed.zip(wish_of(conversation, env)).is_some_and(|(agreed, wish)| {
                // What is about to begin is looked at when it does.
                agreed.slot.from_ms <= env.now_ms || wish.is_open_in(&agreed.slot)
            });
            if stands { vec![] } else { vec![another_time(conversation, env)] }
        }
        _ => vec![],
    }
}

/// The slot has come. Where the squad is closed now, the next open one.
pub(super) fn slot_came(conversation: &Conversation, env: &Env<'_>) -> Vec<Body> {
    let channel = Some(conversation.package.channel.as_str());
    let open = squad(conversation, env.organisation)
        .is_some_and(|squad| env.organisation.calendar(squad, channel).open_at(env.now_ms));
    let due = Body::CallbackDue { epoch: conversation.epoch + 1 };
    vec![if open { due } else { another_time(conversation, env) }]
}

/// A wait that was long enough: first for a callback to be seen as overdue, then for the squad's closing, then for a
/// ticket.
pub(super) fn wait_ended(conversation: &Conversation, env: &Env<'_>) -> Vec<Body> {
    let closed = closed(conversation, env);
    let overdue = overdue_callback(conversation, env);
    match (closed, overdue) {
        (Some(closed), overdue) => overdue.into_iter().chain([closed]).collect(),
        (None, Some(overdue)) => vec![overdue],
        (None, None) => vec![ticket(conversation, env, TicketFor::Nobody)],
    }
}

/// Called back, and the customer was not there: one more try, then a ticket. Absent where the customer was there, or
/// where it was no callback.
pub(super) fn not_reached(conversation: &Conversation, agent: &AgentId, env: &Env<'_>) -> Option<Vec<Body>> {
    let callback = conversation.handoff.as_ref()?.callback.as_ref()?;
    let due_at_ms = callback.due_at_ms?;
    let mut turns = conversation.package.transcript.iter();
    if turns.any(|turn| turn.role == Role::Customer && turn.at_ms >= due_at_ms) {
        return None;
    }
    let missed = callback.missed + 1;
    let event = Body::CallbackMissed { agent: agent.clone(), missed };
    let again = wish_of(conversation, env)
        .filter(|_| missed <= RETRIES_MAX)
        .and_then(|wish| wish.slots(env.now_ms).find(|slot| slot.from_ms >= env.now_ms + RETRY_AFTER_MS));
    let next = match again {
        Some(slot) => moved_to(conversation, slot, Moved::Missed, None, env),
        None => ticket(conversation, env, TicketFor::NotReached),
    };
    Some(vec![event, next])
}

/// Whether the callback that stands in the queue has come due.
pub(crate) fn is_due(conversation: &Conversation) -> Option<Slot> {
    let callback = conversation.handoff.as_ref()?.callback.as_ref()?;
    callback.due_at_ms.map(|_| callback.slot)
}

/// Whether Segue's promise is still to be kept, and nobody has been told that it is late.
pub(super) fn is_awaited(conversation: &Conversation) -> bool {
    let promises = &conversation.package.promises;
    promises.iter().any(|promise| promise.is_owed() && promise.overdue_at_ms.is_none())
}

fn overdue_callback(conversation: &Conversation, env: &Env<'_>) -> Option<Body> {
    let slot = is_due(conversation).filter(|slot| slot.until_ms <= env.now_ms && is_awaited(conversation))?;
    let until = decide::queue_until(conversation, env);
    Some(Body::PromiseOverdue { due_at_ms: slot.until_ms, deadline_at_ms: Some(until) })
}

/// The end of a wait in a squad that has closed and does not keep those who wait.
pub(super) fn closed(conversation: &Conversation, env: &Env<'_>) -> Option<Body> {
    let handoff = conversation.handoff.as_ref().filter(|handoff| !handoff.stays)?;
    let squad = env.organisation.squad(&handoff.needs.squad)?;
    let channel = Some(conversation.package.channel.as_str());
    let ends = squad.at_close == AtClose::Ticket && env.organisation.has_closed(squad, channel, env.now_ms);
    ends.then(|| Body::QueueClosed { squad: squad.id.clone() })
}

/// The next free time at or after the one agreed on; the callback is off where there is none.
fn another_time(conversation: &Conversation, env: &Env<'_>) -> Body {
    let agreed = conversation.handoff.as_ref().and_then(|handoff| handoff.callback.as_ref());
    let from_ms = agreed.map_or(env.now_ms, |agreed| agreed.slot.from_ms);
    let next = wish_of(conversation, env).and_then(|wish| {
        let later = wish.slots(env.now_ms).find(|slot| slot.from_ms >= from_ms);
        later.or_else(|| wish.slots(env.now_ms).next())
    });
    match next {
        Some(slot) => moved_to(conversation, slot, Moved::Hours, None, env),
        None => cancelled(conversation, Cancelled::NoTime),
    }
}

fn moved_to(
    conversation: &Conversation,
    slot: Slot,
    why: Moved,
    number: Option<String>,
    env: &Env<'_>,
) -> Body {
    let text = said(conversation, env, slot, |when| Said::CallbackMoved { when, why });
    Body::CallbackMoved {
        epoch: conversation.epoch + 1,
        from_ms: slot.from_ms,
        until_ms: slot.until_ms,
        why,
        content: CallbackContent { text, number }.into(),
    }
}

/// The callback is off.
pub(crate) fn cancelled(conversation: &Conversation, why: Cancelled) -> Body {
    Body::CallbackCancelled { epoch: conversation.epoch + 1, why }
}

/// What the customer is told of a time, in their language and zone.
fn said(
    conversation: &Conversation,
    env: &Env<'_>,
    slot: Slot,
    said: impl for<'a> Fn(&'a str) -> Said<'a>,
) -> String {
    let language = conversation.package.language.as_deref().unwrap_or(&env.organisation.language);
    let when = wording::slot(conversation, env.organisation, slot, env.now_ms);
    wording::say(said(&when), language)
}

/// When a callback that is due and waits for an agent must have found one.
pub(super) fn due_until(conversation: &Conversation, env: &Env<'_>) -> Option<AtMs> {
    let slot = is_due(conversation)?;
    let limit_ms = AtMs::from(env.organisation.queue_limit_s) * 1000;
    Some(if is_awaited(conversation) { slot.until_ms } else { slot.until_ms + limit_ms })
}

/// Places a handoff that the queue's closing or a callback's end has left without an owner.
pub(crate) fn placement(conversation: &Conversation, env: &Env<'_>) -> Option<queue::Placement> {
    let handoff = conversation.handoff.as_ref()?;
    let (package, wanted) = (&conversation.package, Some(&handoff.needs.squad));
    queue::place(env.organisation, package, handoff.reason, wanted, env.coverage, env.now_ms)
}
