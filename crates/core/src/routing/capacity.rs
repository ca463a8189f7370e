//! How much an agent takes at once: over all channels, and on each of them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a customer reaches the organisation.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The widget, and whatever else is answered line by line.
    #[default]
    Chat,
    /// Messages that wait for hours.
    Email,
    /// Calls.
    Voice,
    /// Texts.
    Sms,
}

impl Channel {
    /// All of them.
    pub const ALL: [Channel; 4] = [Channel::Chat, Channel::Email, Channel::Voice, Channel::Sms];

    /// By the name of a conversation's channel; what is not known is answered like a chat.
    pub fn named(name: &str) -> Self {
        match name {
            "email" => Channel::Email,
            "voice" => Channel::Voice,
            "sms" => Channel::Sms,
            _ => Channel::Chat,
        }
    }
}

/// What one conversation of a channel takes of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Share {
    /// Of the agent's capacity, percent of one chat, 1..=10000. A call that takes the whole of an agent who takes four chats: 400.
    pub weight: u32,
    /// At most so many at once, 0..=20; 0: none at all.
    pub max: u32,
    /// Percent of one chat once the customer has been silent for a while, 0..=weight.
    pub silent_weight: u32,
    /// Put aside when something live comes: it keeps nobody from being asked for a chat or a call.
    pub interruptible: bool,
}

impl Default for Share {
    fn default() -> Self {
        Self { weight: 100, max: 20, silent_weight: 100, interruptible: false }
    }
}

impl Share {
    /// What is usual for a channel.
    pub fn usual(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self { weight: 50, silent_weight: 0, interruptible: true, ..Self::default() },
            Channel::Voice => Self { weight: 400, max: 1, silent_weight: 400, ..Self::default() },
            Channel::Chat | Channel::Sms => Self::default(),
        }
    }
}

/// The most that an agent may hold: every limit that applies must have room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Over all channels, percent of one chat.
    pub total: u32,
    /// In the order of [`Channel::ALL`].
    shares: [Share; 4],
}

impl Capacity {
    /// So many chats at once, and what conversations take by channel; where one is absent, the default for it.
    pub fn chats(chats: u32, channels: &BTreeMap<Channel, Share>) -> Self {
        let share = |channel| channels.get(&channel).copied().unwrap_or_else(|| Share::usual(channel));
        Self { total: chats * 100, shares: Channel::ALL.map(share) }
    }

    /// What one conversation of a channel takes: at most the whole of the agent.
    pub fn share(&self, channel: Channel) -> Share {
        let share = self.shares[channel as usize];
        Share {
            weight: share.weight.min(self.total),
            silent_weight: share.silent_weight.min(self.total),
            ..share
        }
    }
}

/// What an agent holds, offers included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Conversations by channel, in the order of [`Channel::ALL`].
    counts: [u32; 4],
    /// Of them, those whose customer is silent.
    silent: [u32; 4],
}

impl Load {
    /// Conversations held.
    pub fn count(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// One more.
    pub fn add(&mut self, channel: Channel) {
        self.counts[channel as usize] += 1;
    }

    /// One less.
    pub fn remove(&mut self, channel: Channel, silent: bool) {
        let at = channel as usize;
        self.counts[at] = self.counts[at].saturating_sub(1);
        if silent {
            self.silent[at] = self.silent[at].saturating_sub(1);
        }
    }

    /// A customer falls silent or speaks again.
    pub fn set_silent(&mut self, channel: Channel, silent: bool) {
        let count = &mut self.silent[channel as usize];
        *count = if silent { *count + 1 } else { count.saturating_sub(1) };
    }

    /// What is held, percent of one chat. What can be put aside counts only against its like.
    fn weight(&self, capacity: &Capacity, against: &Share) -> u32 {
        let mut sum = 0;
        for channel in Channel::ALL {
            let at = channel as usize;
            if self.counts[at] == 0 {
                continue;
            }
            let share = capacity.share(channel);
            if against.interruptible || !share.interruptible {
                sum += (self.counts[at] - self.silent[at]) * share.weight
                    + self.silent[at] * share.silent_weight;
            }
        }
        sum
    }

    /// How many more conversations of a channel there is room for.
    ///
    /// Silent ones weigh less, so that an agent whose customers have all fallen silent is asked again; how many more are
    /// taken is bounded by `max` of the channel, whoever is silent.
    pub fn room(&self, capacity: &Capacity, channel: Channel) -> u32 {
        let share = capacity.share(channel);
        let free = capacity.total.saturating_sub(self.weight(capacity, &share));
        let left = share.max.saturating_sub(self.counts[channel as usize]);
        left.min(free / share.weight.max(1))
    }

    /// Whether a silent customer of a channel may speak again without pushing the agent past the limit. Where not, the
    /// conversation waits for its agent, with its age, or goes to another.
    pub fn may_wake(&self, capacity: &Capacity, channel: Channel) -> bool {
        let share = capacity.share(channel);
        self.weight(capacity, &share) - share.silent_weight.min(share.weight) + share.weight <= capacity.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(held: &[(Channel, bool)]) -> Load {
        let mut load = Load::default();
        for (channel, silent) in held {
            load.add(*channel);
            if *silent {
                load.set_silent(*channel, true);
            }
        }
        load
    }

    #[test]
    fn every_limit_that_applies_must_have_room() {
        use Channel::{Chat, Email, Voice};
        let capacity = Capacity::chats(4, &BTreeMap::new());
        let check = |capacity: &Capacity, held: &[(Channel, bool)], channel, room| {
            assert_eq!(load(held).room(capacity, channel), room, "{held:?} {channel:?}");
        };
        check(&capacity, &[], Chat, 4);
        check(&capacity, &[(Chat, false); 3], Chat, 1);
        check(&capacity, &[(Chat, false); 4], Chat, 0);
        check(&capacity, &[], Voice, 1);
        check(&capacity, &[(Chat, false)], Voice, 0);
        check(&Capacity::chats(1, &BTreeMap::new()), &[], Voice, 1);
        check(&capacity, &[(Voice, false)], Chat, 0);
        // What can be put aside keeps nobody from a chat, but a chat keeps it away.
        check(&capacity, &[(Email, false); 6], Chat, 4);
        check(&capacity, &[(Chat, false); 4], Email, 0);
        check(&capacity, &[(Chat, false); 3], Email, 2);
        let chat = Share { silent_weight: 50, max: 6, ..Share::default() };
        let capacity = Capacity::chats(4, &[(Chat, chat)].into());
        check(&capacity, &[(Chat, true); 4], Chat, 2);
        check(&capacity, &[(Chat, true); 6], Chat, 0);
    }

    #[test]
    fn waking_up_never_pushes_an_agent_past_the_limit() {
        let chat = Share { silent_weight: 50, max: 4, ..Share::default() };
        let capacity = Capacity::chats(2, &[(Channel::Chat, chat)].into());
        let mut held = load(&[(Channel::Chat, true), (Channel::Chat, true), (Channel::Chat, false)]);
        assert_eq!(held.room(&capacity, Channel::Chat), 0);
        assert!(!held.may_wake(&capacity, Channel::Chat), "100 + 50 + 100 is more than 200");
        held.remove(Channel::Chat, false);
        assert!(held.may_wake(&capacity, Channel::Chat));
    }
}
