//! What the log says of handoffs: who waited for what and for how long, and who had them.

use segue_core::{
    event::{Body, Event, OfferEnd},
    handoff::Needs,
    ids::{AgentId, AtMs},
};

/// The handoffs of an organisation, in any order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Each of them.
    pub handoffs: Vec<Handoff>,
    /// Seconds from an offer to its accept, each time.
    pub accepted_after_s: Vec<f64>,
    /// Offers that were missed or declined.
    pub refused: u64,
}

/// One wait for a human, and who came. A transfer begins another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Handoff {
    /// What it needs.
    pub needs: Needs,
    /// How the customer reached the organisation.
    pub channel: String,
    /// When the customer joined the line, Unix ms.
    pub since_ms: AtMs,
    /// How the wait ended.
    pub wait: Wait,
    /// Who had it.
    pub held: Vec<Held>,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// An agent took it, Unix ms.
    Taken(AtMs),
    /// The customer left, or asked to be called back, Unix ms.
    Left(AtMs),
    /// It had waited for too long and became a ticket, Unix ms.
    Ticketed(AtMs),
    /// It never was in a line, since nobody was there or the squad had closed.
    NoLine,
    /// It waits still.
    Goes,
}

/// An agent with a handoff, their reading before and their wrap-up after it included.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Who.
    pub agent: AgentId,
    /// Unix ms.
    pub from_ms: AtMs,
    /// Unix ms; absent while it goes on.
    pub until_ms: Option<AtMs>,
}

impl History {
    /// Takes in a conversation.
    pub fn add(&mut self, events: &[Event]) {
        let mut reader = Reader { history: self, channel: "", now: None, in_line: false, offered_at_ms: 0 };
        events.iter().for_each(|event| reader.read(event));
        reader.end();
    }

    /// Takes in what was read elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.handoffs.extend_from_slice(&other.handoffs);
        self.accepted_after_s.extend_from_slice(&other.accepted_after_s);
        self.refused += other.refused;
    }
}

struct Reader<'a, 'e> {
    history: &'a mut History,
    channel: &'e str,
    now: Option<Handoff>,
    in_line: bool,
    offered_at_ms: AtMs,
}

impl<'e> Reader<'_, 'e> {
    fn read(&mut self, event: &'e Event) {
        let at_ms = event.at_ms;
        match &event.body {
            Body::ConversationOpened { channel, .. } => self.channel = channel,
            Body::HandoffRequested { needs, .. } => self.begin(needs.clone(), at_ms),
            Body::HandoffQueued { squad, .. } => self.queue(squad.clone(), at_ms),
            Body::AgentOffered { .. } => self.offered_at_ms = at_ms,
            Body::OfferEnded { why, .. } => {
                self.history.refused += u64::from(*why != OfferEnd::Withdrawn);
            }
            Body::OfferAccepted { agent, .. } => self.take(agent, at_ms),
            Body::AgentLost { .. } => self.let_go(at_ms),
            Body::HandoffTransferred { needs, .. } => {
                self.end_with(Wait::Left(at_ms), at_ms);
                self.begin(needs.clone(), at_ms);
                self.in_line = true;
            }
            Body::HandoffResolved { wrap_up_until_ms, .. } => {
                self.end_with(Wait::Left(at_ms), *wrap_up_until_ms);
            }
            Body::WrapUpEnded { .. } => self.wrapped_up(at_ms),
            Body::HandoffReturned { .. } | Body::HandoffAbandoned { .. } | Body::CallbackBooked { .. } => {
                self.end_with(Wait::Left(at_ms), at_ms);
            }
            Body::HandoffTicketed { .. } => {
                self.end_with(if self.in_line { Wait::Ticketed(at_ms) } else { Wait::NoLine }, at_ms);
            }
            Body::QueueClosed { .. } => self.end_with(Wait::NoLine, at_ms),
            _ => {}
        }
    }

    fn begin(&mut self, needs: Needs, since_ms: AtMs) {
        self.end();
        let channel = self.channel.to_owned();
        self.now = Some(Handoff { needs, channel, since_ms, wait: Wait::Goes, held: vec![] });
    }

    /// It joins a line, or another one; after a callback it is a wait of its own.
    fn queue(&mut self, squad: segue_core::ids::SquadId, at_ms: AtMs) {
        if self.now.is_none()
            && let Some(before) = self.history.handoffs.last().cloned()
        {
            self.begin(before.needs, at_ms);
        }
        let Some(now) = &mut self.now else { return };
        now.needs.squad = squad;
        if !self.in_line {
            now.since_ms = at_ms;
            self.in_line = true;
        }
    }

    fn take(&mut self, agent: &AgentId, at_ms: AtMs) {
        if self.offered_at_ms > 0 {
            let after_s = (at_ms - self.offered_at_ms).max(0) as f64 / 1000.0;
            self.history.accepted_after_s.push(after_s);
            self.offered_at_ms = 0;
        }
        let Some(now) = &mut self.now else { return };
        if now.wait == Wait::Goes {
            now.wait = Wait::Taken(at_ms);
        }
        now.held.push(Held { agent: agent.clone(), from_ms: at_ms, until_ms: None });
    }

    fn let_go(&mut self, at_ms: AtMs) {
        if let Some(held) = self.now.as_mut().and_then(|now| now.held.last_mut()) {
            held.until_ms.get_or_insert(at_ms);
        }
    }

    fn wrapped_up(&mut self, at_ms: AtMs) {
        let last = self.history.handoffs.last_mut().and_then(|handoff| handoff.held.last_mut());
        if let Some(held) = last.filter(|_| self.now.is_none()) {
            held.until_ms = Some(at_ms);
        }
    }

    /// The handoff is over: whoever still waited is told of as `wait`, whoever had it had it until then.
    fn end_with(&mut self, wait: Wait, until_ms: AtMs) {
        self.let_go(until_ms);
        if let Some(now) = self.now.as_mut().filter(|now| now.wait == Wait::Goes) {
            now.wait = wait;
        }
        self.end();
    }

    fn end(&mut self) {
        self.in_line = false;
        self.history.handoffs.extend(self.now.take());
    }
}

#[cfg(test)]
mod tests {
    use segue_core::ids::SquadId;
    use serde_json::{Value, json};

    use super::*;

    fn read(events: &[(AtMs, &str, Value)]) -> History {
        let read = |(seq, (at_ms, kind, data)): (usize, &(AtMs, &str, Value))| {
            let mut open = data.clone();
            open["type"] = json!(kind);
            let open = serde_json::to_vec(&open).expect("plain JSON");
            Event::read(seq as u64 + 1, *at_ms, kind, 1, &open, None).expect(kind)
        };
        let events: Vec<Event> = events.iter().enumerate().map(read).collect();
        let mut history = History::default();
        history.add(&events);
        history
    }

    fn needs(squad: &str) -> Value {
        json!({ "squad": squad, "skill": squad })
    }

    fn requested(at_ms: AtMs) -> (AtMs, &'static str, Value) {
        let data = json!({ "handoff": "h_1", "epoch": 1, "turn": 1, "reason": "explicit_request", "needs": needs("billing") });
        (at_ms, "handoff.requested", data)
    }

    fn queued(at_ms: AtMs, squad: &str) -> (AtMs, &'static str, Value) {
        let data = json!({
            "epoch": 1, "squad": squad, "waiting_since_ms": at_ms, "sla_due_at_ms": 0, "deadline_at_ms": 0,
        });
        (at_ms, "handoff.queued", data)
    }

    fn with(at_ms: AtMs, kind: &'static str, agent: &str) -> (AtMs, &'static str, Value) {
        let data = json!({
            "epoch": 1, "agent": agent, "deadline_at_ms": 0, "prepare_until_ms": 0, "why": "missed",
        });
        (at_ms, kind, data)
    }

    #[test]
    fn a_handoff_is_taken_and_transferred() {
        let history = read(&[
            requested(1_000),
            queued(1_000, "billing"),
            with(2_000, "agent.offered", "ana"),
            with(9_000, "offer.ended", "ana"),
            with(9_000, "agent.offered", "ben"),
            with(14_000, "offer.accepted", "ben"),
            (
                60_000,
                "handoff.transferred",
                json!({ "epoch": 2, "agent": "ben", "needs": needs("legal"), "deadline_at_ms": 0 }),
            ),
            with(61_000, "agent.offered", "cleo"),
            with(63_000, "offer.accepted", "cleo"),
            (
                90_000,
                "handoff.resolved",
                json!({ "agent": "cleo", "disposition": "solved", "timing": "right", "wrap_up_until_ms": 150_000 }),
            ),
            with(99_000, "wrap_up.ended", "cleo"),
        ]);
        let [first, second] = history.handoffs.as_slice() else { panic!("{history:?}") };
        let held = |handoff: &Handoff| {
            let of = |held: &Held| (held.agent.to_string(), held.from_ms, held.until_ms);
            handoff.held.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!((first.since_ms, first.wait), (1_000, Wait::Taken(14_000)));
        assert_eq!(held(first), [("ben".to_owned(), 14_000, Some(60_000))]);
        assert_eq!((second.since_ms, second.wait), (60_000, Wait::Taken(63_000)));
        assert_eq!(second.needs.squad, SquadId::parse("legal").expect("an id"));
        assert_eq!(held(second), [("cleo".to_owned(), 63_000, Some(99_000))]);
        assert_eq!((history.refused, history.accepted_after_s.as_slice()), (1, &[5.0, 2.0][..]));
    }

    #[test]
    fn whoever_was_not_taken_left_or_became_a_ticket() {
        let ticket =
            |at_ms| (at_ms, "handoff.ticketed", json!({ "epoch": 2, "ticket": "t_1", "due_at_ms": 0 }));
        let check = |events: &[(AtMs, &str, Value)], expected: &[(AtMs, Wait)]| {
            let history = read(events);
            let waits: Vec<_> = history.handoffs.iter().map(|each| (each.since_ms, each.wait)).collect();
            assert_eq!(waits, expected, "{events:?}");
        };
        let gone = |at_ms| (at_ms, "handoff.abandoned", json!({ "epoch": 2 }));
        check(&[requested(5), queued(7, "billing")], &[(7, Wait::Goes)]);
        check(&[requested(5), queued(7, "billing"), gone(9)], &[(7, Wait::Left(9))]);
        check(&[requested(5), queued(7, "billing"), ticket(9)], &[(7, Wait::Ticketed(9))]);
        check(&[requested(5), ticket(5)], &[(5, Wait::NoLine)]);
        let closed = (8, "queue.closed", json!({ "squad": "billing" }));
        check(&[requested(5), queued(7, "billing"), closed, ticket(8)], &[(7, Wait::NoLine)]);
        let booked =
            (8, "callback.booked", json!({ "epoch": 2, "squad": "billing", "from_ms": 90, "until_ms": 99 }));
        let due = (90, "callback.due", json!({ "epoch": 3 }));
        check(
            &[
                requested(5),
                queued(7, "billing"),
                booked,
                due,
                queued(90, "billing"),
                with(95, "offer.accepted", "ana"),
            ],
            &[(7, Wait::Left(8)), (90, Wait::Taken(95))],
        );
    }
}
