//! What may go wrong at a desk, for the properties that must hold whatever happens.

use segue_core::ids::AtMs;

use super::{State, World};
use crate::{dispatch::Dispatch, scenario::day::Need};

/// Something that goes wrong, or is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An agent is gone without a word: what they had waits again, what they were offered is missed.
    Vanish(usize),
    /// The agent is back.
    Return(usize),
    /// The clock jumps, forwards or backwards, ms.
    Jump(AtMs),
    /// A squad closes: its agents take nothing new, whatever is on its way to them.
    Close(usize),
    /// The squad opens.
    Open(usize),
}

impl<D: Dispatch> World<'_, D> {
    pub(super) fn fail(&mut self, at: usize) {
        match self.faults[at].1 {
            Fault::Vanish(agent) => self.vanish(agent),
            Fault::Return(agent) => {
                self.workers[agent].vanished = false;
                self.set_on(agent, true);
            }
            Fault::Jump(by_ms) => self.off_ms += by_ms,
            Fault::Close(squad) => self.set_squad(squad, false),
            Fault::Open(squad) => self.set_squad(squad, true),
        }
    }

    fn set_squad(&mut self, squad: usize, on: bool) {
        for agent in 0..self.workers.len() {
            let member = self.day.agents[agent].squads[squad];
            if member && !self.workers[agent].vanished {
                self.set_on(agent, on);
            }
        }
    }

    fn vanish(&mut self, agent: usize) {
        self.workers[agent].vanished = true;
        self.set_on(agent, false);
        let rate = |chats| self.scenario.progress_of(chats);
        for (conversation, work_s) in self.workers[agent].break_off(self.now_s, rate) {
            debug_assert_eq!(self.cases[conversation].state, State::With);
            self.ask(|dispatch, now_ms| dispatch.finished(now_ms, conversation));
            let need = Need { work_s, ..self.cases[conversation].need };
            self.wait_again(conversation, need);
        }
    }
}
