//! What was sent, what was acknowledged, and whether the log agrees. Pure: no clock, no network.

use std::{collections::HashMap, ops::AddAssign};

use serde_json::{Map, Value};

use super::api::Event;

/// The most examples a verdict keeps.
const NOTES_MAX: usize = 10;

/// One turn that we sent, once or several times under one client id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The conversation.
    pub conversation: String,
    /// Our name for the turn.
    pub client_id: String,
    /// The words.
    pub text: String,
    /// The first acknowledgement; absent while none came.
    pub ack: Option<Ack>,
}

/// What the server said about a turn that it kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    /// Its place in the conversation's sequence.
    pub seq: u64,
    /// Index of the turn.
    pub turn: u64,
}

/// How often each part of the promise was broken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Turns that were acknowledged; not a fault.
    pub acknowledged: u64,
    /// Turns in the log whose answer never came: a kill or a dropped line between commit and response; not a fault.
    pub kept_unanswered: u64,
    /// Acknowledged, and not in the log.
    pub lost: u64,
    /// In the log more than once.
    pub doubled: u64,
    /// In the log with other words, or as another turn than acknowledged.
    pub altered: u64,
    /// Places where a conversation's sequence skips, repeats or goes back.
    pub gaps: u64,
    /// In the log, and never sent.
    pub foreign: u64,
    /// A retry that was answered differently from the first time.
    pub disagreed: u64,
    /// Answers that the contract does not allow, and turns that stayed unanswered after healing.
    pub refused: u64,
    /// Examples, in words.
    pub notes: Vec<String>,
}

impl Verdict {
    /// Whether the promise held.
    pub fn is_clean(&self) -> bool {
        self.broken().iter().all(|(_, count)| *count == 0)
    }

    /// The counts, for a line of JSON.
    pub fn fields(&self) -> Map<String, Value> {
        let harmless = [("acknowledged", self.acknowledged), ("kept_unanswered", self.kept_unanswered)];
        harmless
            .into_iter()
            .chain(self.broken())
            .map(|(name, count)| (name.to_owned(), count.into()))
            .collect()
    }

    /// Keeps an example, while there are few.
    pub fn note(&mut self, text: impl Into<String>) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(text.into());
        }
    }

    /// Counts an answer that the contract does not allow.
    pub fn refuse(&mut self, text: impl Into<String>) {
        self.refused += 1;
        self.note(text);
    }

    /// Counts a retry that was answered differently from the first time.
    pub fn disagree(&mut self, text: impl Into<String>) {
        self.disagreed += 1;
        self.note(text);
    }

    fn broken(&self) -> [(&'static str, u64); 7] {
        [
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("altered", self.altered),
            ("gaps", self.gaps),
            ("foreign", self.foreign),
            ("disagreed", self.disagreed),
            ("refused", self.refused),
        ]
    }
}

impl AddAssign for Verdict {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.kept_unanswered += other.kept_unanswered;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.altered += other.altered;
        self.gaps += other.gaps;
        self.foreign += other.foreign;
        self.disagreed += other.disagreed;
        self.refused += other.refused;
        other.notes.into_iter().for_each(|note| self.note(note));
    }
}

/// Compares one conversation's log, read from its start, with everything we sent to that conversation.
///
/// A turn without an acknowledgement may be there once or not at all: nobody was promised anything.
pub fn judge<'a>(sent: impl IntoIterator<Item = &'a Sent>, log: &[Event]) -> Verdict {
    let mut verdict = Verdict { gaps: gaps(log), ..Verdict::default() };
    if verdict.gaps > 0 {
        verdict.note(format!(
            "the sequence has gaps: {:?}",
            log.iter().map(|event| event.seq).collect::<Vec<_>>()
        ));
    }
    let mut kept: HashMap<&str, Vec<&Event>> = HashMap::new();
    for event in log {
        if let Some(client_id) = event.client_id() {
            kept.entry(client_id).or_default().push(event);
        }
    }
    for turn in sent {
        let found = kept.remove(turn.client_id.as_str()).unwrap_or_default();
        verdict.acknowledged += u64::from(turn.ack.is_some());
        verdict.kept_unanswered += u64::from(turn.ack.is_none() && !found.is_empty());
        compare(turn, &found, &mut verdict);
    }
    for client_id in kept.keys() {
        verdict.foreign += 1;
        verdict.note(format!("nobody sent {client_id}"));
    }
    verdict
}

fn compare(turn: &Sent, found: &[&Event], verdict: &mut Verdict) {
    let name = format!("{} in {}", turn.client_id, turn.conversation);
    if found.is_empty() && turn.ack.is_some() {
        verdict.lost += 1;
        verdict.note(format!("{name} was acknowledged as {:?} and is not in the log", turn.ack));
    }
    if found.len() > 1 {
        verdict.doubled += 1;
        verdict.note(format!("{name} is in the log {} times", found.len()));
    }
    for event in found {
        let words = event.text() == Some(turn.text.as_str());
        let place = turn.ack.is_none_or(|ack| event.turn() == Some(ack.turn) && event.seq <= ack.seq);
        if !words || !place {
            verdict.altered += 1;
            let event = format!("seq {}, turn {:?}, {:?}", event.seq, event.turn(), event.text());
            verdict.note(format!(
                "{name} was acknowledged as {:?} with {:?}; the log has {event}",
                turn.ack, turn.text
            ));
        }
    }
}

/// How many events do not follow the one before by exactly one; the first is 1.
fn gaps(log: &[Event]) -> u64 {
    let expected = 1..;
    let wrong_from_start = |(event, seq): &(&Event, u64)| event.seq != *seq;
    match log.iter().zip(expected).find(wrong_from_start) {
        None => 0,
        Some(_) => {
            let first = u64::from(log[0].seq != 1);
            first + log.windows(2).filter(|pair| pair[1].seq != pair[0].seq + 1).count() as u64
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(seq: u64, turn: u64, client_id: &str, text: &str) -> Event {
        let data = json!({"turn": turn, "role": "customer", "client_id": client_id, "text": text});
        Event { seq, kind: "turn.received".into(), data }
    }

    fn other(seq: u64) -> Event {
        Event { seq, kind: "conversation.opened".into(), data: json!({}) }
    }

    fn sent(client_id: &str, text: &str, ack: Option<(u64, u64)>) -> Sent {
        let ack = ack.map(|(seq, turn)| Ack { seq, turn });
        Sent { conversation: "c".into(), client_id: client_id.into(), text: text.into(), ack }
    }

    #[test]
    fn a_faithful_log_is_clean() {
        let sent = [sent("a", "one", Some((2, 0))), sent("b", "two", None), sent("c", "three", None)];
        let verdict = judge(&sent, &[other(1), event(2, 0, "a", "one"), event(3, 1, "b", "two")]);
        assert!(verdict.is_clean(), "{verdict:?}");
        assert_eq!((verdict.acknowledged, verdict.kept_unanswered), (1, 1));
    }

    #[test]
    fn every_way_to_break_the_promise_is_seen() {
        let acknowledged = [sent("a", "one", Some((2, 0)))];
        let count = |log: &[Event]| judge(&acknowledged, log);
        assert_eq!(count(&[other(1)]).lost, 1);
        assert_eq!(count(&[event(1, 0, "a", "one"), event(2, 1, "a", "one")]).doubled, 1);
        assert_eq!(count(&[event(1, 0, "a", "other")]).altered, 1, "other words");
        assert_eq!(count(&[event(1, 4, "a", "one")]).altered, 1, "another turn");
        assert_eq!(
            count(&[other(1), other(2), event(3, 0, "a", "one")]).altered,
            1,
            "later than acknowledged"
        );
        assert_eq!(count(&[other(1), event(2, 0, "a", "one"), event(3, 1, "x", "?")]).foreign, 1);
    }

    #[test]
    fn a_sequence_that_skips_repeats_or_starts_late_has_gaps() {
        let gaps_of = |seqs: &[u64]| gaps(&seqs.iter().map(|seq| other(*seq)).collect::<Vec<_>>());
        assert_eq!(gaps_of(&[]), 0);
        assert_eq!(gaps_of(&[1, 2, 3]), 0);
        assert_eq!(gaps_of(&[1, 3, 4]), 1);
        assert_eq!(gaps_of(&[1, 1, 2]), 1);
        assert_eq!(gaps_of(&[2, 3]), 1);
        assert_eq!(gaps_of(&[2, 1]), 2);
    }

    #[test]
    fn a_verdict_with_any_fault_is_not_clean() {
        let mut verdict = Verdict::default();
        assert!(verdict.is_clean());
        verdict += Verdict { acknowledged: 5, ..Verdict::default() };
        assert!(verdict.is_clean());
        verdict += Verdict { disagreed: 1, ..Verdict::default() };
        assert!(!verdict.is_clean());
        assert_eq!(verdict.fields()["acknowledged"], 5);
    }
}
