//! Where a conversation stands.

use segue_core::ids::AtMs;

use super::record::{End, Record};
use crate::scenario::day::{Conversation, Need};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Coming,
    Waiting,
    Offered,
    With,
    Over,
}

/// Where a conversation stands.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) state: State,
    /// The stretch of waiting, from 0.
    pub(super) stretch: u32,
    /// What it needs now.
    pub(super) need: Need,
    /// Since when this stretch goes on, seconds.
    pub(super) since_s: f64,
    /// What was waited before this stretch, seconds.
    pub(super) waited_s: f64,
    /// When the customer came, Unix ms.
    pub(super) arrived_ms: AtMs,
    pub(super) transferred: bool,
    pub(super) offers: u32,
    pub(super) offered_s: f64,
    pub(super) agent: usize,
    pub(super) refused_by: Vec<usize>,
    pub(super) predicted: Option<usize>,
    pub(super) predicted_s: f64,
    pub(super) record: Record,
}

impl Case {
    /// A conversation, with its number, that has not come yet.
    pub(super) fn coming((conversation, each): (usize, &Conversation)) -> Self {
        Self {
            state: State::Coming,
            stretch: 0,
            need: each.need,
            since_s: 0.0,
            waited_s: 0.0,
            arrived_ms: 0,
            transferred: false,
            offers: 0,
            offered_s: 0.0,
            agent: 0,
            refused_by: vec![],
            predicted: None,
            predicted_s: 0.0,
            record: Record {
                conversation,
                end: End::Waiting,
                waited_s: 0.0,
                began_s: None,
                ended_s: None,
                agent: None,
                proficiency: 0.0,
                sticky: false,
                offers: 0,
                asked: vec![],
            },
        }
    }
}
