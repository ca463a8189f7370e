//! Simulated colleagues: they accept, read, reply and resolve. Driven by what they hold, so that a restart
//! finds them at work again.

use std::{collections::HashMap, sync::Arc, time::Duration};

use rand::RngExt;
use segue_core::{
    command::Command,
    context::Role,
    conversation::Conversation,
    handoff::{Disposition, State, Timing},
    ids::{AgentId, AtMs, ConversationId},
};
use segue_server::{App, Said, Submit, Tenant};

use super::content::{Set, World};

/// How often colleagues look at their screens.
const EVERY: Duration = Duration::from_millis(700);
/// Replies to a visitor before the conversation is closed.
const REPLIES_MAX: usize = 5;

/// Plays the colleagues of an organisation until the server stops.
pub async fn run(app: App, tenant: Arc<Tenant>, world: Arc<World>) {
    let stop = app.stopping();
    let simulated: Vec<AgentId> =
        world.agents.iter().filter(|agent| agent.simulated).map(|agent| agent.profile.id.clone()).collect();
    for agent in &simulated {
        tenant.desk.connected(agent);
    }
    let mut due: HashMap<(ConversationId, u64), AtMs> = HashMap::new();
    let mut every = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {}
        }
        due.retain(|_, at_ms| *at_ms > app.now_ms() - 600_000);
        for agent in &simulated {
            for id in tenant.desk.held_by(agent) {
                let Ok(conversation) = app.conversation(&tenant, &id).await else { continue };
                let pause_s = pause_s(&conversation, &world);
                let at_ms = *due
                    .entry((id, conversation.seq))
                    .or_insert_with(|| app.now_ms() + (around(pause_s) * 1000.0) as AtMs);
                if app.now_ms() >= at_ms {
                    act(&app, &tenant, &world, agent, &conversation).await;
                }
            }
        }
    }
}

/// A time around a mean, seconds.
pub fn around(mean_s: f64) -> f64 {
    mean_s * rand::rng().random_range(0.6..1.5)
}

fn pause_s(conversation: &Conversation, world: &World) -> f64 {
    match conversation.state {
        State::Offered => world.pace.agent_accept_s,
        State::Preparing => 6.0,
        State::WrapUp => 8.0,
        _ => world.pace.agent_reply_s,
    }
}

async fn act(app: &App, tenant: &Arc<Tenant>, world: &World, agent: &AgentId, now: &Conversation) {
    let (id, epoch) = (now.id(), now.epoch);
    let agent = agent.clone();
    let command = match now.state {
        State::Offered => Command::Accept { agent, epoch },
        State::Preparing => Command::Join { agent, epoch },
        State::WrapUp => Command::Finish { agent, epoch },
        State::Human => match next_reply(now, world) {
            Next::Wait => return,
            Next::Say(text) => {
                say(app, tenant, id, agent, text).await;
                return;
            }
            Next::Resolve => Command::Resolve {
                agent,
                epoch,
                disposition: Disposition::Solved,
                timing: Timing::Right,
                note: String::new(),
            },
        },
        _ => return,
    };
    if let Err(error) = app.submit(tenant, id, Submit::default(), |_| command.clone()).await {
        tracing::debug!(conversation = %id, code = error.code, "a simulated colleague was too slow");
    }
}

async fn say(app: &App, tenant: &Arc<Tenant>, id: &ConversationId, agent: AgentId, text: String) {
    let said = Said {
        role: Role::Agent,
        agent: Some(agent),
        client_id: None,
        text,
        confidence: None,
        citations: vec![],
    };
    if let Err(error) = app.speak(tenant, id, said, Submit::default()).await {
        tracing::debug!(conversation = %id, code = error.code, "a simulated colleague was not heard");
    }
}

enum Next {
    Wait,
    Say(String),
    Resolve,
}

fn next_reply(now: &Conversation, world: &World) -> Next {
    let transcript = &now.package.transcript;
    let joined = now.package.handoff.as_ref().map_or(0, |handoff| handoff.turn);
    let replies = transcript.iter().filter(|turn| turn.role == Role::Agent && turn.turn > joined).count();
    let agent_spoke_last = transcript.last().is_some_and(|turn| turn.role == Role::Agent);
    let story = customer_of(now, world).and_then(|customer| world.replies.story.get(&customer));
    let lines: Vec<String> = match story {
        Some(story) => {
            story.lines.iter().chain([&story.closing]).filter(|line| !line.is_empty()).cloned().collect()
        }
        None => set(now, world).map(script).unwrap_or_default(),
    };
    let mut usable = lines.iter().filter_map(|line| filled(line, now));
    match usable.nth(replies) {
        _ if agent_spoke_last && replies >= lines.len().min(REPLIES_MAX + 1) => Next::Resolve,
        _ if agent_spoke_last => Next::Wait,
        Some(text) => Next::Say(text),
        None => Next::Resolve,
    }
}

fn script(set: &Set) -> Vec<String> {
    let opening = set.opening.iter().take(1);
    let lines = set.lines.iter().take(REPLIES_MAX - 1);
    opening.chain(lines).chain(set.closing.iter().take(1)).cloned().collect()
}

/// The story that a conversation plays, by the customer's address.
fn customer_of(now: &Conversation, world: &World) -> Option<String> {
    let email = now.package.customer.email.as_ref()?;
    world
        .customers
        .iter()
        .find(|customer| customer.email.as_ref() == Some(email))
        .map(|customer| customer.id.clone())
}

fn set<'a>(now: &Conversation, world: &'a World) -> Option<&'a Set> {
    let squad = now.handoff.as_ref().map_or("general", |handoff| handoff.needs.squad.as_str());
    let language = now.package.language.as_deref().unwrap_or("en");
    let find = |squad: &str, language: &str| {
        world.replies.sets.iter().find(|set| set.squad == squad && set.language == language)
    };
    find(squad, language)
        .or_else(|| find("general", language))
        .or_else(|| find(squad, "en"))
        .or_else(|| find("general", "en"))
}

/// A line with its placeholders filled; absent where one cannot be.
fn filled(line: &str, now: &Conversation) -> Option<String> {
    let mut line = line.to_owned();
    if line.contains("{name}") {
        let name = now.package.customer.name.as_deref()?.split_whitespace().next()?;
        line = line.replace("{name}", name);
    }
    if line.contains("{fact}") {
        line = line.replace("{fact}", &now.package.facts.first()?.value);
    }
    Some(line)
}
