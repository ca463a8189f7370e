//! Offers: made, answered, missed.

use segue_core::routing::NOT_RESPONDING;

use super::{
    State, World,
    agent::Worker,
    event::Event,
    law,
    record::{Asked, End},
};
use crate::{
    dispatch::{Choice, Dispatch},
    random::{Purpose, Random},
    scenario::day::Staff,
};

/// After how long an agent whom nobody asks any more, for missed offers, acts again, seconds.
const ATTEND_S: f64 = 60.0;

impl<D: Dispatch> World<'_, D> {
    pub(super) fn offer_all(&mut self, mut chosen: Vec<Choice>) {
        chosen.drain(..).for_each(|choice| self.offer(choice));
        self.chosen = chosen;
    }

    fn offer(&mut self, choice: Choice) {
        let (conversation, agent) = (choice.conversation, choice.agent);
        self.told.breaches.extend(law::breach(self, &choice));
        self.count_misuse(conversation, agent);
        let active = self.workers[agent].active();
        self.workers[agent].offered.push(conversation);
        let case = &mut self.cases[conversation];
        case.state = State::Offered;
        case.agent = agent;
        case.offers += 1;
        case.offered_s = self.now_s;
        if self.watch.log {
            case.record.asked.push(Asked { at_s: self.now_s, agent, terms: choice.terms });
        }
        let index = (conversation as u64) << 20 | u64::from(case.offers);
        let mut random = Random::of(self.day.seed, Purpose::Offer, index);
        let [low_s, high_s] = self.scenario.accept_s;
        let slower = 1.0 + self.scenario.accept_slower_per_chat * active as f64;
        let after_s = random.between(low_s, high_s) * slower;
        let answered = !random.chance(self.scenario.missed_offer) && after_s <= self.scenario.offer_s;
        let (after_s, event) = if answered {
            (after_s, Event::Accept(conversation, case.offers))
        } else {
            (self.scenario.offer_s, Event::Deadline(conversation, case.offers))
        };
        self.agenda.add(self.now_s + after_s, event);
    }

    fn count_misuse(&mut self, conversation: usize, agent: usize) {
        let (skill, language) =
            (self.cases[conversation].need.skill, self.day.conversations[conversation].language);
        if self.day.skills[skill].scarce {
            return;
        }
        self.told.misused.1 += 1;
        let free = |(worker, staff): (&Worker, &Staff)| {
            !staff.specialist
                && worker.on
                && worker.held().count() < staff.chats as usize
                && staff.qualifies(skill, language)
        };
        if self.day.agents[agent].specialist && self.workers.iter().zip(&self.day.agents).any(free) {
            self.told.misused.0 += 1;
        }
    }

    pub(super) fn accept(&mut self, conversation: usize, offer: u32) {
        let each = &self.day.conversations[conversation];
        let case = &mut self.cases[conversation];
        if case.state != State::Offered || case.offers != offer {
            return;
        }
        let agent = case.agent;
        if self.workers[agent].vanished {
            let at_s = self.now_s.max(case.offered_s + self.scenario.offer_s);
            return self.agenda.add(at_s, Event::Deadline(conversation, offer));
        }
        let proficiency = self.day.agents[agent].proficiency(case.need.skill);
        let sticky = each.sticky == Some(agent);
        let pace = self.day.pace.of(proficiency) * if sticky { self.day.pace.known } else { 1.0 };
        let waited_s = self.now_s - case.since_s;
        case.state = State::With;
        case.record.end = End::Served;
        case.record.began_s = Some(self.now_s);
        case.record.agent = Some(agent);
        case.record.proficiency = proficiency;
        case.record.sticky = sticky;
        case.waited_s += waited_s;
        case.record.waited_s = case.waited_s;
        if let Some(predicted) = case.predicted.take() {
            self.told.predicted[predicted].actual_s = Some(self.now_s - case.predicted_s);
        }
        let work_s = case.need.work_s;
        let rate = |chats| self.scenario.progress_of(chats);
        self.workers[agent].missed = 0;
        self.workers[agent].begin(self.now_s, (conversation, work_s, pace), rate);
        self.foresee(agent);
        let line = self.line(conversation);
        self.lines.leave(line, conversation);
        self.lines.served(line, waited_s);
        self.ask(|dispatch, now_ms| dispatch.accepted(now_ms, conversation));
    }

    pub(super) fn miss(&mut self, conversation: usize, offer: u32) {
        let case = &mut self.cases[conversation];
        if case.state != State::Offered || case.offers != offer {
            return;
        }
        self.workers[case.agent].offered.retain(|offered| *offered != conversation);
        case.state = State::Waiting;
        case.refused_by.push(case.agent);
        let worker = &mut self.workers[case.agent];
        worker.missed += 1;
        if worker.missed >= NOT_RESPONDING {
            self.agenda.add(self.now_s + ATTEND_S, Event::Attend(case.agent));
        }
        self.ask(|dispatch, now_ms| dispatch.missed(now_ms, conversation));
    }

    /// Whoever has missed so many offers that nobody asks them any more is back at their screen.
    pub(super) fn attend(&mut self, agent: usize) {
        self.workers[agent].missed = 0;
        self.ask(|dispatch, now_ms| dispatch.responds(now_ms, agent));
    }
}
