//! Why this agent, why not the others: every agent held against one conversation that waits.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    AgentIx, CaseIx, NOT_RESPONDING, Router, deciding,
    line::Head,
    may_be_asked,
    router::{Stand, seconds},
};
use crate::ids::AtMs;

/// Whether an agent would be asked now, and what stands in the way where not: from the nearest to being asked to the farthest.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[schemars(rename = "CandidateStanding")]
pub enum Standing {
    /// Is being asked.
    Asked,
    /// May be asked now; the best of these is.
    May,
    /// Waiting costs less than what the agent's slot is worth to those who will come.
    KeptFree,
    /// May stand in, but somebody who qualifies is free.
    OthersQualify,
    /// May be asked once the customer has waited so long.
    Later {
        /// Seconds of waiting.
        after_s: f64,
    },
    /// Was asked, and said no or missed it.
    Refused,
    /// Holds as much as they take.
    NoRoom,
    /// Has missed offers in a row and does not respond.
    NotResponding,
    /// Is there and takes nothing new.
    Busy,
    /// Is not there: offline, off shift, or on a break.
    NotThere,
    /// Does not qualify at any step.
    NeverQualifies,
}

/// One agent, held against one conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Who.
    pub agent: AgentIx,
    /// Whether they would be asked.
    pub standing: Standing,
    /// The step of relaxation from which they qualify, from 0: at once.
    pub step: Option<usize>,
    /// What waiting for one more chance costs.
    pub urgency: f64,
    /// What the agent's slot is worth to those who will come.
    pub price: f64,
    /// What ranks those who may be asked: urgency less price, poor fit and load. Absent for the others.
    pub score: Option<f64>,
}

impl Router {
    /// Every agent, held against a conversation that waits or is offered: the best who may be asked first, then who is
    /// nearest to it. Empty for what somebody has.
    pub fn compare(&self, now_ms: AtMs, case: CaseIx) -> Vec<Compared> {
        if matches!(self.cases[case.0 as usize].stand, Stand::With(_)) {
            return vec![];
        }
        let urgency = deciding::urgency(self, now_ms, case.0);
        let since_ms = self.cases[case.0 as usize].waiting.since_ms;
        let head = Head { case: case.0, since_ms, urgency };
        let mut all: Vec<Compared> =
            (0..self.seats.len()).map(|seat| self.hold_against(now_ms, &head, seat)).collect();
        let score = |each: &Compared| each.score.unwrap_or(f64::NEG_INFINITY);
        let nearer =
            |a: &Compared, b: &Compared| a.standing.partial_cmp(&b.standing).unwrap_or(Ordering::Equal);
        all.sort_by(|a, b| nearer(a, b).then(score(b).total_cmp(&score(a))));
        all
    }

    fn hold_against(&self, now_ms: AtMs, head: &Head, seat_ix: usize) -> Compared {
        let case = &self.cases[head.case as usize];
        let (class, seat) = (&self.classes[case.class as usize], &self.seats[seat_ix]);
        let (agent, waiting) = (AgentIx(seat_ix as u32), &case.waiting);
        let steps = &self.terms.ladder;
        let step = self.rung_of(&seat.profile, &class.key);
        let price = self.strategy.price(&self.view(), seat);
        let mut score = None;
        let standing = match step {
            None => Standing::NeverQualifies,
            _ if !seat.there => Standing::NotThere,
            _ if !seat.on => Standing::Busy,
            _ if seat.missed >= NOT_RESPONDING => Standing::NotResponding,
            _ if case.stand == Stand::Offered(agent) => Standing::Asked,
            _ if seat.load.room(&seat.capacity, waiting.channel) == 0 => Standing::NoRoom,
            Some(step) if !may_be_asked(now_ms, agent, waiting, class.on_shift[step] == 1) => {
                Standing::Refused
            }
            Some(step) if step > 0 && class.free > 0 => Standing::OthersQualify,
            Some(step)
                if Some(step) > class.first_rung()
                    && steps[step].after_s > seconds(now_ms - head.since_ms) =>
            {
                Standing::Later { after_s: steps[step].after_s }
            }
            Some(step) => {
                score = deciding::score_of(self, now_ms, head, seat_ix, step, price);
                if score.is_some() { Standing::May } else { Standing::KeptFree }
            }
        };
        Compared { agent, standing, step, urgency: head.urgency, price, score }
    }
}
