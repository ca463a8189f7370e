//! Commands in, events out. Refuses what the state forbids; changes nothing itself.

use super::{
    Conversation, callback,
    ticketing::{TicketFor, ticket},
};
use crate::{
    command::{Command, Env, Rejection, Spoken, TEXT_MAX_CHARS},
    context::{Cited, Customer, Evidence, Role},
    event::{Body, Content, DecisionContent, OfferEnd, SummaryContent, TextContent, TurnContent},
    handoff::{Disposition, Needs, State, Timing},
    ids::{AgentId, AtMs},
    proactive, queue,
    reading::Repeat,
    signal::{PROPOSE, Signal, page_context::PageContext},
    trigger::{self, Action},
    wording::{self, Said},
};

/// A human's silence after the customer spoke that brings the conversation back to the queue.
pub const REPLY_WITHIN_MS: AtMs = 10 * 60 * 1000;
/// A customer's silence after the agent spoke that ends the conversation.
pub const IDLE_MS: AtMs = 30 * 60 * 1000;
/// The same for an agent who calls back: a call leaves no trace in the conversation until it is over.
pub const CALL_MS: AtMs = 60 * 60 * 1000;
pub(crate) const MINUTE_MS: AtMs = 60 * 1000;
/// How long a proposal stands.
pub const PROPOSAL_MS: AtMs = 10 * 60 * 1000;

/// The events a command leads to. None where it changes nothing.
pub fn decide(conversation: &Conversation, command: Command, env: &Env<'_>) -> Result<Vec<Body>, Rejection> {
    let opened = conversation.seq > 0;
    match command {
        Command::Open { .. } if opened => Ok(vec![]),
        Command::Open { customer, channel, assistant, language, profile } => {
            Ok(vec![Body::ConversationOpened {
                customer,
                channel,
                assistant,
                language,
                verified: profile.verified,
                tier: profile.tier.clone(),
                content: profile.into(),
            }])
        }
        _ if !opened => Err(Rejection::NotOpened),
        Command::Identify { profile } => Ok(identify(conversation, profile)),
        Command::SeePage { page } => {
            let same = conversation.package.page.as_ref().is_some_and(|now| now.url == page.url);
            let area = page.area.clone();
            Ok(if same { vec![] } else { vec![Body::PageSeen { area, content: page.into() }] })
        }
        Command::Speak(spoken) => speak(conversation, spoken),
        Command::Record(spoken) => Ok(vec![turn(conversation, spoken)?]),
        Command::Reread { turn, repeats } => Ok(reread(conversation, turn, repeats)),
        Command::AcceptOffer => accept_offer(conversation, env),
        Command::Measure { baseline } => Ok(vec![Body::BaselineMeasured { baseline }]),
        Command::WordSummary { lines, until } => Ok(word_summary(conversation, lines, until)),
        Command::SuggestArticles { articles } => {
            let same = conversation.package.suggested_articles == articles;
            Ok(if same { vec![] } else { vec![Body::ArticlesSuggested { articles }] })
        }
        Command::AnswerProposal { accept } => match conversation.state {
            State::Proposed => Ok(vec![Body::ProposalAnswered { accepted: Some(accept) }]),
            state => Err(Rejection::WrongState(state)),
        },
        Command::RequestHuman => Ok(vec![]),
        Command::LeaveContact { address } => Ok(vec![Body::ContactLeft { content: text(address)? }]),
        Command::BookCallback { from_ms, number } => callback::book(conversation, from_ms, number, env),
        Command::CancelCallback => callback::cancel(conversation),
        Command::KeepWaiting => callback::keep_waiting(conversation),
        Command::CheckHours => Ok(callback::check_hours(conversation, env)),
        Command::Rate { score, comment } if (1..=5).contains(&score) => {
            Ok(vec![Body::ConversationRated { score, content: bounded(comment)? }])
        }
        Command::Rate { .. } => Err(Rejection::InvalidScore),
        Command::AddNote { agent, client_id, text: note } => {
            Ok(vec![Body::NoteAdded { agent, client_id, content: text(note)? }])
        }
        Command::DeadlinePassed { deadline } => {
            if conversation.deadline == Some(deadline) && env.now_ms >= deadline.at_ms {
                Ok(deadline_passed(conversation, env))
            } else {
                Ok(vec![])
            }
        }
        command => agent_acts(conversation, command, env),
    }
}

fn identify(conversation: &Conversation, profile: Customer) -> Vec<Body> {
    let known = &conversation.package.customer;
    let same = Customer { id: known.id.clone(), contact: known.contact.clone(), ..profile.clone() } == *known;
    if same {
        return vec![];
    }
    let (verified, tier) = (profile.verified, profile.tier.clone());
    vec![Body::CustomerIdentified { verified, tier, content: profile.into() }]
}

/// What the page offered, as if it had been proposed in the conversation, and the customer's yes.
fn accept_offer(conversation: &Conversation, env: &Env<'_>) -> Result<Vec<Body>, Rejection> {
    let page = conversation.package.page.as_ref().ok_or(Rejection::OfferGone)?;
    let (rule, _) = proactive::rule(env.organisation, page).ok_or(Rejection::OfferGone)?;
    if conversation.state != State::Ai {
        return Err(Rejection::WrongState(conversation.state));
    }
    let turn = conversation.next_turn().saturating_sub(1);
    let title = if page.title.is_empty() { &page.url } else { &page.title };
    let trigger = Evidence {
        name: PageContext::NAME.into(),
        strength: PROPOSE,
        evidence: format!("was offered a person on “{title}”, area {}", rule.area),
        turn,
    };
    let language = conversation.package.language.as_deref().unwrap_or(&env.organisation.language);
    let said = Said::Proposed { reason: rule.reason, because: None };
    let version = env.organisation.policy.version;
    Ok(vec![
        Body::DecisionMade {
            turn,
            action: Action::Propose,
            reason: Some(rule.reason),
            confidence: PROPOSE,
            hold: None,
            triggers: vec![(trigger.name.clone(), trigger.strength)],
            policy: Some(version).filter(|version| *version > 0),
            shadow: None,
            content: DecisionContent { triggers: vec![trigger], ..DecisionContent::default() }.into(),
        },
        Body::HumanProposed {
            turn,
            reason: rule.reason,
            deadline_at_ms: env.now_ms + PROPOSAL_MS,
            content: TextContent { text: wording::say(said, language) }.into(),
        },
        Body::ProposalAnswered { accepted: Some(true) },
    ])
}

/// A summary without lines, or of turns that are not there, changes nothing.
fn word_summary(conversation: &Conversation, lines: Vec<Cited>, until: u32) -> Vec<Body> {
    let known = |line: &Cited| line.turn <= until && conversation.package.turn(line.turn).is_some();
    let sound = !lines.is_empty() && until < conversation.next_turn() && lines.iter().all(known);
    if sound { vec![Body::SummaryWorded { until, content: SummaryContent { lines }.into() }] } else { vec![] }
}

/// What was heard at once stands, unless the slower reader is surer.
fn reread(conversation: &Conversation, turn: u32, repeats: Repeat) -> Vec<Body> {
    let heard = conversation.customer_readings().find(|(of, _)| *of == turn);
    let surer = heard.is_some_and(|(_, reading)| {
        reading.repeats.as_ref().is_none_or(|known| known.similarity < repeats.similarity)
    });
    if surer && repeats.turn < turn { vec![Body::TurnReread { turn, repeats }] } else { vec![] }
}

fn speak(conversation: &Conversation, spoken: Spoken) -> Result<Vec<Body>, Rejection> {
    match spoken.role {
        Role::Customer => {
            let said = turn(conversation, spoken)?;
            Ok(vec![said])
        }
        Role::Assistant if conversation.state.assistant_speaks() => Ok(vec![turn(conversation, spoken)?]),
        Role::Assistant => Err(Rejection::AssistantSilenced(conversation.state)),
        Role::System => Err(Rejection::NotAllowed),
        Role::Agent => {
            let agent = spoken.agent.clone().ok_or(Rejection::NotAllowed)?;
            own(conversation, &agent, None)?;
            let joins = match conversation.state {
                State::Human | State::WrapUp => None,
                State::Preparing => Some(joined(conversation, agent, spoken.at_ms)),
                state => return Err(Rejection::WrongState(state)),
            };
            Ok(joins.into_iter().chain([turn(conversation, spoken)?]).collect())
        }
    }
}

fn turn(conversation: &Conversation, spoken: Spoken) -> Result<Body, Rejection> {
    check_text(&spoken.text)?;
    Ok(Body::TurnReceived {
        turn: conversation.next_turn(),
        role: spoken.role,
        agent: spoken.agent,
        client_id: spoken.client_id,
        confidence: spoken.confidence,
        content: TurnContent { text: spoken.text, reading: spoken.reading, citations: spoken.citations }
            .into(),
    })
}

/// What agents and the floor do with a handoff.
fn agent_acts(conversation: &Conversation, command: Command, env: &Env<'_>) -> Result<Vec<Body>, Rejection> {
    let epoch = conversation.epoch;
    match command {
        Command::Offer { agent, epoch: seen, why, .. } => {
            fence(conversation, seen)?;
            expect_state(conversation, &[State::Queued])?;
            let deadline_at_ms = env.now_ms + AtMs::from(env.organisation.accept_s) * 1000;
            Ok(vec![Body::AgentOffered { epoch: epoch + 1, agent, deadline_at_ms, why }])
        }
        Command::Accept { agent, epoch: seen } => {
            if conversation.state != State::Offered {
                return Err(Rejection::OfferGone);
            }
            own(conversation, &agent, Some(seen))?;
            Ok(accept(conversation, agent, epoch, env))
        }
        Command::Decline { agent, epoch: seen } => {
            if conversation.state != State::Offered {
                return Err(Rejection::OfferGone);
            }
            own(conversation, &agent, Some(seen))?;
            let until = waits_on_until(conversation, env);
            Ok(vec![offer_ended(conversation, agent, OfferEnd::Declined, until)])
        }
        Command::NobodyTakes { epoch: seen } => {
            let is_news =
                conversation.handoff.as_ref().is_some_and(|handoff| handoff.refused_at_ms.is_none());
            let stands = conversation.state == State::Queued && epoch == seen && is_news;
            Ok(if stands { vec![Body::HandoffRefused { epoch }] } else { vec![] })
        }
        Command::Take { agent, .. } => {
            expect_state(conversation, &[State::Queued, State::Ticketed, State::Callback])?;
            Ok(accept(conversation, agent, epoch + 1, env))
        }
        Command::Assign { agent } if conversation.state == State::Offered => {
            Ok(match conversation.agent().filter(|asked| **asked != agent).cloned() {
                None => accept(conversation, agent, epoch, env),
                Some(asked) => {
                    let withdrawn = offer_ended(conversation, asked, OfferEnd::Withdrawn, env.now_ms);
                    std::iter::once(withdrawn).chain(accept(conversation, agent, epoch + 2, env)).collect()
                }
            })
        }
        Command::Assign { agent } => agent_acts(conversation, Command::Take { agent, limit: u32::MAX }, env),
        Command::Join { agent, epoch: seen } => {
            expect_state(conversation, &[State::Preparing])?;
            own(conversation, &agent, Some(seen))?;
            Ok(vec![joined(conversation, agent, env.now_ms)])
        }
        Command::Resolve { agent, epoch: seen, disposition, timing, note } => {
            expect_state(conversation, &[State::Human, State::Preparing])?;
            own(conversation, &agent, Some(seen))?;
            let said = bounded(note)?;
            let missed = callback::not_reached(conversation, &agent, env);
            match missed.filter(|_| disposition == Disposition::NoAnswer) {
                Some(events) => Ok(noted(agent, said).into_iter().chain(events).collect()),
                None => Ok(resolve(conversation, agent, disposition, timing, said, env)),
            }
        }
        Command::Finish { agent, epoch: seen } => {
            expect_state(conversation, &[State::WrapUp])?;
            own(conversation, &agent, Some(seen))?;
            Ok(vec![wrap_up_ended(conversation, agent)])
        }
        Command::Return { agent, epoch: seen, summary } => {
            expect_state(conversation, &[State::Human, State::Preparing])?;
            own(conversation, &agent, Some(seen))?;
            Ok(vec![Body::HandoffReturned { epoch: epoch + 1, agent, content: bounded(summary)? }])
        }
        Command::Transfer { agent, epoch: seen, squad, to, reason } => {
            expect_state(conversation, &[State::Human, State::Preparing])?;
            own(conversation, &agent, Some(seen))?;
            let needs = transferred_needs(conversation, squad, to, env)?;
            let channel = &conversation.package.channel;
            let until = queue::waits_until(env.organisation, &needs.squad, channel, false, env.now_ms);
            Ok(vec![Body::HandoffTransferred {
                epoch: epoch + 1,
                agent,
                needs,
                deadline_at_ms: until,
                content: bounded(reason)?,
            }])
        }
        Command::AgentGone { agent } => Ok(agent_gone(conversation, agent, env)),
        _ => Err(Rejection::NotAllowed),
    }
}

/// When a handoff that is back from an offer becomes a ticket: its own limit, counted from when the wait began,
/// so that offers which lead nowhere do not put it off; at least a minute, so that somebody else can be asked. Where the
/// squad has closed meanwhile there is nobody else.
fn waits_on_until(conversation: &Conversation, env: &Env<'_>) -> AtMs {
    if callback::closed(conversation, env).is_some() {
        return env.now_ms;
    }
    let limit_ms = AtMs::from(env.organisation.queue_limit_s) * 1000;
    let anew = queue_until(conversation, env);
    let until = match &conversation.handoff {
        Some(handoff) if !handoff.stays => {
            let own = callback::due_until(conversation, env).unwrap_or(handoff.waiting_since_ms + limit_ms);
            own.min(anew)
        }
        _ => anew,
    };
    until.max(env.now_ms + MINUTE_MS)
}

/// How long a handoff may wait from now on.
pub(super) fn queue_until(conversation: &Conversation, env: &Env<'_>) -> AtMs {
    let channel = &conversation.package.channel;
    match &conversation.handoff {
        Some(handoff) => {
            let squad = &handoff.needs.squad;
            queue::waits_until(env.organisation, squad, channel, handoff.stays, env.now_ms)
        }
        None => env.now_ms,
    }
}

fn accept(conversation: &Conversation, agent: AgentId, epoch: u64, env: &Env<'_>) -> Vec<Body> {
    let prepare_until_ms = env.now_ms + AtMs::from(env.organisation.prepare_s) * 1000;
    let mut events = vec![Body::OfferAccepted { epoch, agent: agent.clone(), prepare_until_ms }];
    if env.organisation.prepare_s == 0 {
        events.push(joined(conversation, agent, env.now_ms));
    }
    events
}

/// The agent is with the customer, and owes a reply.
pub(crate) fn joined(conversation: &Conversation, agent: AgentId, now_ms: AtMs) -> Body {
    let calls = conversation.handoff.as_ref().is_some_and(|handoff| handoff.callback.is_some());
    let within_ms = if calls { CALL_MS } else { REPLY_WITHIN_MS };
    Body::AgentJoined { agent, deadline_at_ms: now_ms + within_ms }
}

fn offer_ended(conversation: &Conversation, agent: AgentId, why: OfferEnd, deadline_at_ms: AtMs) -> Body {
    Body::OfferEnded { epoch: conversation.epoch + 1, agent, why, deadline_at_ms }
}

fn resolve(
    conversation: &Conversation,
    agent: AgentId,
    disposition: Disposition,
    timing: Timing,
    content: Content<TextContent>,
    env: &Env<'_>,
) -> Vec<Body> {
    let wrap_up_until_ms = env.now_ms + AtMs::from(env.organisation.wrap_up_s) * 1000;
    let mut events =
        vec![Body::HandoffResolved { agent: agent.clone(), disposition, timing, wrap_up_until_ms, content }];
    if env.organisation.wrap_up_s == 0 {
        events.push(wrap_up_ended(conversation, agent));
    }
    events
}

/// What the agent wrote where nothing is resolved, as a note.
fn noted(agent: AgentId, content: Content<TextContent>) -> Option<Body> {
    let written = content.known().is_some_and(|said| !said.text.trim().is_empty());
    written.then_some(Body::NoteAdded { agent, client_id: None, content })
}

/// The agent lets go: the assistant owns the conversation again.
fn wrap_up_ended(conversation: &Conversation, agent: AgentId) -> Body {
    Body::WrapUpEnded { epoch: conversation.epoch + 1, agent }
}

fn transferred_needs(
    conversation: &Conversation,
    squad: Option<crate::ids::SquadId>,
    to: Option<AgentId>,
    env: &Env<'_>,
) -> Result<Needs, Rejection> {
    let handoff = conversation.handoff.as_ref().ok_or(Rejection::WrongState(conversation.state))?;
    let mut needs = handoff.needs.clone();
    if let Some(squad) = squad {
        let squad = env.organisation.squad(&squad).ok_or(Rejection::UnknownSquad)?;
        needs.squad = squad.id.clone();
        needs.skill.clone_from(&squad.skill);
    }
    needs.only = to;
    Ok(needs)
}

fn agent_gone(conversation: &Conversation, agent: AgentId, env: &Env<'_>) -> Vec<Body> {
    if conversation.agent() != Some(&agent) {
        return vec![];
    }
    let (epoch, deadline_at_ms) = (conversation.epoch + 1, queue_until(conversation, env));
    match conversation.state {
        State::Offered => vec![offer_ended(conversation, agent, OfferEnd::Withdrawn, deadline_at_ms)],
        State::WrapUp => vec![wrap_up_ended(conversation, agent)],
        _ => vec![Body::AgentLost { epoch, agent, deadline_at_ms }],
    }
}

/// What a deadline does when it passes.
fn deadline_passed(conversation: &Conversation, env: &Env<'_>) -> Vec<Body> {
    let agent = conversation.agent().cloned();
    match (conversation.state, agent) {
        (State::Proposed, _) => vec![Body::ProposalAnswered { accepted: None }],
        (State::Requested, _) => vec![ticket(conversation, env, TicketFor::Nobody)],
        (State::Queued, _) => callback::wait_ended(conversation, env),
        (State::Callback, _) => callback::slot_came(conversation, env),
        (State::Ticketed, _) => {
            vec![Body::PromiseOverdue {
                due_at_ms: conversation.deadline.map_or(env.now_ms, |d| d.at_ms),
                deadline_at_ms: None,
            }]
        }
        (State::Offered, Some(agent)) => {
            vec![offer_ended(conversation, agent, OfferEnd::Missed, waits_on_until(conversation, env))]
        }
        (State::Preparing, Some(agent)) => vec![joined(conversation, agent, env.now_ms)],
        (State::Human, Some(agent)) => {
            let spoke_last = conversation.package.transcript.last().map(|turn| turn.role);
            let content = conversation.last_customer_reading().is_some_and(trigger::is_settled);
            let missed = callback::not_reached(conversation, &agent, env);
            if let Some(events) = missed.filter(|_| spoke_last == Some(Role::Agent)) {
                events
            } else if spoke_last == Some(Role::Agent) || content {
                let disposition = if content { Disposition::Solved } else { Disposition::NoAnswer };
                let timing = Timing::Right;
                let said = TextContent::default().into();
                let mut events = resolve(conversation, agent.clone(), disposition, timing, said, env);
                events.truncate(1);
                events.push(wrap_up_ended(conversation, agent));
                events
            } else {
                let epoch = conversation.epoch + 1;
                vec![Body::AgentLost { epoch, agent, deadline_at_ms: queue_until(conversation, env) }]
            }
        }
        (State::WrapUp, Some(agent)) => vec![wrap_up_ended(conversation, agent)],
        _ => vec![],
    }
}

fn fence(conversation: &Conversation, epoch: u64) -> Result<(), Rejection> {
    if epoch == conversation.epoch {
        Ok(())
    } else {
        Err(Rejection::StaleEpoch { current: conversation.epoch })
    }
}

fn own(conversation: &Conversation, agent: &AgentId, epoch: Option<u64>) -> Result<(), Rejection> {
    if let Some(epoch) = epoch {
        fence(conversation, epoch)?;
    }
    if conversation.agent() == Some(agent) { Ok(()) } else { Err(Rejection::NotYours) }
}

fn expect_state(conversation: &Conversation, allowed: &[State]) -> Result<(), Rejection> {
    if allowed.contains(&conversation.state) {
        Ok(())
    } else {
        Err(Rejection::WrongState(conversation.state))
    }
}

fn check_text(text: &str) -> Result<(), Rejection> {
    if text.trim().is_empty() {
        return Err(Rejection::EmptyText);
    }
    if text.chars().count() > TEXT_MAX_CHARS {
        return Err(Rejection::TextTooLong);
    }
    Ok(())
}

fn text(text: String) -> Result<Content<TextContent>, Rejection> {
    check_text(&text)?;
    Ok(TextContent { text }.into())
}

fn bounded(text: String) -> Result<Content<TextContent>, Rejection> {
    if text.chars().count() > TEXT_MAX_CHARS {
        Err(Rejection::TextTooLong)
    } else {
        Ok(TextContent { text }.into())
    }
}
