//! What no offer may do, held against each one, by rules of its own: not the router's.

use super::{State, World};
use crate::dispatch::Choice;

/// Channels of which several go on beside everything live.
const PUT_ASIDE: &str = "email";

/// What one conversation of a channel takes of an agent, in chats, where the scenario does not say.
fn usual_weight(channel: &str) -> f64 {
    match channel {
        "email" => 0.5,
        "voice" => 4.0,
        _ => 1.0,
    }
}

/// Why this offer may not be made, in words.
pub(super) fn breach<D>(world: &World<'_, D>, choice: &Choice) -> Option<String> {
    let Choice { conversation, agent, gave_way, .. } = *choice;
    let (case, each) = (&world.cases[conversation], &world.day.conversations[conversation]);
    let (worker, staff) = (&world.workers[agent], &world.day.agents[agent]);
    let wrong = if case.state != State::Waiting {
        "does not wait"
    } else if !worker.on {
        "to somebody who is not there"
    } else if staff.levels[case.need.skill] == 0 && !gave_way.skill {
        "to somebody without the skill"
    } else if !staff.speaks[each.language] && !gave_way.language {
        "to somebody who does not speak the language"
    } else if !staff.squads[world.day.squad_of[case.need.skill]] && !gave_way.squad {
        "to somebody of another squad"
    } else if case.refused_by.last() == Some(&agent) && !gave_way.again {
        "to the same agent twice in a row"
    } else if !has_room(world, agent, each.channel) {
        "to somebody without room"
    } else {
        return None;
    };
    Some(format!("{:.3} s: conversation {conversation} is offered to agent {agent}: {wrong}", world.now_s))
}

fn has_room<D>(world: &World<'_, D>, agent: usize, channel: usize) -> bool {
    let channels = &world.day.channels;
    let staff = &world.day.agents[agent];
    let room = f64::from(staff.chats);
    // Nothing takes more than the whole of an agent.
    let weight =
        |at: usize| channels[at].weight.unwrap_or_else(|| usual_weight(&channels[at].name)).min(room);
    let held: Vec<usize> =
        world.workers[agent].held().map(|held| world.day.conversations[held].channel).collect();
    let counts = |at: &usize| channels[channel].name == PUT_ASIDE || channels[*at].name != PUT_ASIDE;
    let total: f64 = held.iter().filter(|at| counts(at)).map(|at| weight(*at)).sum();
    let of_channel = held.iter().filter(|at| **at == channel).count();
    let most = channels[channel].max.map_or(usize::MAX, |most| most as usize);
    total + weight(channel) <= room + 1e-9 && of_channel < most
}
