//! Logs in words, and what they count to.

use super::*;
use crate::{
    event::{Content, OfferEnd},
    handoff::{Disposition, Needs},
    ids::{AgentId, CustomerId, HandoffId, SquadId},
    policy::lifecycle::{Change, Guard, Metric, Verdict, What},
    trigger::Reason,
};

/// A conversation whose events are told by one word each.
struct Told {
    id: ConversationId,
    digest: Digest,
    at_ms: AtMs,
    turn: u32,
}

fn policy_of(word: &str) -> Option<u32> {
    word.split_once('@').and_then(|(_, version)| version.parse().ok())
}

fn action(word: &str) -> Action {
    let word = word.split('@').next().unwrap_or_default();
    ACTIONS.iter().find(|(known, _)| *known == word).map_or(Action::Answer, |(_, action)| *action)
}

const ACTIONS: [(&str, Action); 4] = [
    ("answer", Action::Answer),
    ("propose", Action::Propose),
    ("hold", Action::Hold),
    ("handoff", Action::HandOff),
];

impl Told {
    fn new(id: &str, at_ms: AtMs) -> Self {
        let id = ConversationId::parse(id).unwrap();
        Self { id, digest: Digest::default(), at_ms, turn: 0 }
    }

    /// `propose@1` is a decision by version 1, `propose@1/answer@2` one with what version 2 would do; `handed`,
    /// `declined`, `lapsed`, `early`, `right`, `late` and `rated:2` are what followed.
    fn body(&mut self, word: &str) -> Body {
        let agent = || AgentId::parse("maya").unwrap();
        match word {
            "opened" => Body::ConversationOpened {
                customer: CustomerId::parse("x").unwrap(),
                channel: "chat".into(),
                assistant: crate::event::AssistantKind::External,
                language: None,
                verified: false,
                tier: None,
                content: Content::Erased,
            },
            "accepted" | "declined" | "lapsed" => Body::ProposalAnswered {
                accepted: match word {
                    "accepted" => Some(true),
                    "declined" => Some(false),
                    _ => None,
                },
            },
            "handed" => Body::HandoffRequested {
                handoff: HandoffId::parse("h").unwrap(),
                epoch: 1,
                turn: self.turn,
                reason: Reason::Policy,
                needs: Needs {
                    squad: SquadId::parse("general").unwrap(),
                    skill: String::new(),
                    language: None,
                    tier: None,
                    priority: 0,
                    first_reply_s: None,
                    only: None,
                },
                content: Content::Erased,
            },
            "early" | "right" | "late" => Body::HandoffResolved {
                agent: agent(),
                disposition: Disposition::Solved,
                timing: match word {
                    "early" => Timing::TooEarly,
                    "right" => Timing::Right,
                    _ => Timing::TooLate,
                },
                wrap_up_until_ms: 0,
                content: Content::Erased,
            },
            "other" => {
                Body::OfferEnded { epoch: 1, agent: agent(), why: OfferEnd::Missed, deadline_at_ms: 0 }
            }
            word if word.starts_with("rated:") => {
                Body::ConversationRated { score: word[6..].parse().unwrap(), content: Content::Erased }
            }
            decision => self.decision(decision),
        }
    }

    fn decision(&mut self, word: &str) -> Body {
        let (made, shadow) = word.split_once('/').map_or((word, None), |(made, other)| (made, Some(other)));
        let shadow = shadow.map(|other| Shadow {
            policy: policy_of(other).unwrap(),
            action: action(other),
            reason: None,
            confidence: 0.5,
        });
        self.turn += 1;
        let names: &[&str] = if policy_of(made).is_none() { &["asks", "mood"] } else { &["mood"] };
        Body::DecisionMade {
            turn: self.turn,
            action: action(made),
            reason: None,
            confidence: 0.5,
            hold: None,
            triggers: names.iter().map(|name| ((*name).to_owned(), 0.5)).collect(),
            policy: policy_of(made),
            shadow,
            content: Content::Erased,
        }
    }

    fn tell(&mut self, tally: &mut Tally, lifecycle: &Lifecycle, words: &str) {
        for word in words.split(' ') {
            let event = Event { seq: self.digest.seq + 1, at_ms: self.at_ms, body: self.body(word) };
            tally.count(&mut self.digest, &self.id, &event, lifecycle);
            let once = tally.clone();
            tally.count(&mut self.digest, &self.id, &event, lifecycle);
            assert_eq!(*tally, once, "what comes twice counts once");
        }
    }
}

fn lifecycle(trial: What) -> Lifecycle {
    let change = |at_ms, version, what| Change { at_ms, actor: "ingrid".into(), version, what, why: None };
    Lifecycle::of([
        change(0, 1, What::Saved),
        change(0, 1, What::WentLive),
        change(1, 2, What::Saved),
        change(100, 2, trial),
    ])
}

const GUARD: Guard = Guard { metric: Metric::HandoffRate, limit: 0.1, least: 2 };

fn told(lifecycle: &Lifecycle, conversations: &[(AtMs, &str)]) -> Tally {
    let mut tally = Tally::default();
    for (index, (at_ms, words)) in conversations.iter().enumerate() {
        let mut conversation = Told::new(&format!("c{index}"), *at_ms);
        conversation.tell(&mut tally, lifecycle, &format!("opened {words}"));
    }
    tally
}

#[test]
fn triggers_are_counted_with_what_came_of_them() {
    let counts = |fired, proposed, handed_off, held, refused, judgements: [u64; 4]| {
        let [judged, too_early, right, too_late] = judgements;
        TriggerCounts { fired, proposed, handed_off, held, refused, judged, too_early, right, too_late }
    };
    let lifecycle = Lifecycle::default();
    for (words, expected) in [
        ("answer@1 hold@1", counts(2, 0, 0, 1, 0, [0; 4])),
        ("propose@1 declined", counts(1, 1, 0, 0, 1, [0; 4])),
        ("propose@1 lapsed answer@1 declined", counts(2, 1, 0, 0, 0, [0; 4])),
        ("propose@1 accepted handoff handed right", counts(1, 1, 1, 0, 0, [1, 0, 1, 0])),
        ("handoff@1 handed other early", counts(1, 0, 1, 0, 0, [1, 1, 0, 0])),
        ("handoff@1 handed late handoff@1 handed right", counts(2, 0, 2, 0, 0, [2, 0, 1, 1])),
    ] {
        let tally = told(&lifecycle, &[(0, words)]);
        let triggers = tally.triggers(0, 28);
        let mood = triggers.iter().find(|(name, _)| name.as_ref() == "mood").map(|(_, counts)| *counts);
        assert_eq!(mood, Some(expected), "{words}");
    }
}

#[test]
fn old_days_are_left_out_and_at_last_forgotten() {
    let log: Vec<(AtMs, &str)> = (0..200).map(|day| (day * DAY_MS, "answer@1")).collect();
    let tally = told(&Lifecycle::default(), &log);
    let fired = |days| tally.triggers(199 * DAY_MS + 5, days).first().map(|(_, counts)| counts.fired);
    assert_eq!((fired(1), fired(28), fired(1_000)), (Some(1), Some(28), Some(DAYS_MAX as u64)));
}

#[test]
fn in_the_shadow_both_decide_about_the_same() {
    let lifecycle = lifecycle(What::Shadowed { guard: GUARD });
    let log = [
        (50, "answer@1 handoff@1 handed"),
        (150, "answer@1/answer@2 answer@1/propose@2 answer@1/handoff@2 answer@1/handoff@2"),
        (150, "handoff@1/handoff@2 handed right"),
        (150, "handoff@1/answer@2 handed"),
        (150, "handoff handed"),
        (150, "answer@1/handoff@3"),
    ];
    let tally = told(&lifecycle, &log);
    let run = tally.run(&lifecycle.runs()[0]).unwrap();
    assert_eq!((run.conversations, run.decisions, run.agreed), (3, 6, 2));
    let (live, trial) = run.handoffs();
    assert_eq!((live.n, trial.n, run.live.handed_off, run.trial.handed_off), (3, 3, 2, 2));
    let changes = run.changes();
    assert_eq!(changes[0], (Action::Answer, Action::HandOff, 2), "{changes:?}");
    let examples: Vec<(&str, u32)> =
        run.examples().map(|example| (example.conversation.as_str(), example.turn)).collect();
    assert_eq!(examples, [("c3", 1), ("c1", 4), ("c1", 3), ("c1", 2)]);
}

#[test]
fn in_a_roll_out_each_has_its_own() {
    let lifecycle = lifecycle(What::RolledOut { percent: 50.0, guard: GUARD });
    let log = [
        (50, "answer@1 handoff@1 handed"),
        (150, "answer@1/handoff@2 answer@1 rated:2"),
        (150, "propose@1 accepted handoff handed late"),
        (150, "answer@2/answer@1 handoff@2/answer@1 handed early handoff@2 handed late"),
        (150, "handoff@2 handed right rated:1"),
        (150, "answer@2 rated:5"),
    ];
    let tally = told(&lifecycle, &log);
    let run = tally.run(&lifecycle.runs()[0]).unwrap();
    let side = |conversations, handed_off, judged, too_early, missed| Side {
        conversations,
        handed_off,
        judged,
        too_early,
        missed,
    };
    assert_eq!((run.live, run.trial), (side(2, 1, 1, 0, 2), side(3, 2, 2, 1, 1)));
    assert_eq!((run.conversations, run.decisions, run.agreed), (5, 3, 1));
    let judged = |metric| run.judge(&Guard { metric, ..GUARD });
    assert_eq!(judged(Metric::HandoffRate).verdict, Verdict::Holds);
    assert_eq!(judged(Metric::TooEarlyRate).verdict, Verdict::Waiting);
    assert_eq!(judged(Metric::MissedRate).trial.n, 3);
}

#[test]
fn what_a_trial_did_not_decide_is_not_counted_for_it() {
    let mut lifecycle = lifecycle(What::RolledOut { percent: 50.0, guard: GUARD });
    let mut tally = Tally::default();
    let mut conversation = Told::new("c", 150);
    conversation.tell(&mut tally, &lifecycle, "opened answer@2");
    let change = Change { at_ms: 200, actor: "ingrid".into(), version: 2, what: What::RolledBack, why: None };
    lifecycle.apply(change);
    conversation.at_ms = 250;
    conversation.tell(&mut tally, &lifecycle, "handoff@1 handed");
    assert_eq!(tally.run(&lifecycle.runs()[0]).unwrap().trial.handed_off, 0);
}
