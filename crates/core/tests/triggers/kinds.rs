//! Every kind of trigger, alone and with every other one, and every hold: one table each.

use segue_core::{
    policy::{Policy, text},
    reading::{ActKind, FactKind, Outcome, Reading, TopicKind},
    signal,
    trigger::{Action, Decision},
};

use crate::story::{Story, With, read};

/// What brings one kind about: settings and pages, turns before, and what is read in the customer's last turn.
struct Kind {
    name: &'static str,
    set: fn(Story) -> Story,
    before: fn(Story) -> Story,
    last: fn(Reading) -> Reading,
    /// What it does alone.
    alone: Action,
}

const fn kind(name: &'static str, alone: Action, last: fn(Reading) -> Reading) -> Kind {
    Kind { name, set: |story| story, before: |story| story, last, alone }
}

/// A rule of the organisation's own, listed subjects, and thresholds as they ship.
fn policy() -> Policy {
    let text = r#"
        propose_topics = ["delivery"]
        always_human_topics = ["legal", "security", "self_harm", "violence", "billing"]
        [[rule]]
        name = "vip"
        if = 'reading.text.contains("vip")'
        then = "propose"
    "#;
    text::check(text, None).usable().expect("a policy")
}

const KINDS: [Kind; 21] = [
    kind("explicit_request", Action::HandOff, |last| last.act(ActKind::AsksHuman)),
    kind("safety_floor", Action::HandOff, |last| last.topic(TopicKind::SelfHarm)),
    kind("security", Action::HandOff, |last| last.topic(TopicKind::Security)),
    kind("always_human_topic", Action::HandOff, |last| last.topic(TopicKind::Billing)),
    kind("authority", Action::HandOff, |last| {
        last.topic(TopicKind::Refund).fact(FactKind::Amount, "740.00 EUR").urgency(0.8)
    }),
    kind("churn_risk", Action::Propose, |last| last.act(ActKind::WantsToCancel).act(ActKind::Complains)),
    Kind {
        set: |story| story.attribute("health", 15),
        ..kind("customer_health", Action::Propose, |last| last.act(ActKind::Complains))
    },
    Kind {
        before: |story| story.customer("hm", read().frustration(0.6)).assistant("ok", read().sure(0.9)),
        ..kind("frustration", Action::Propose, |last| last.frustration(0.8))
    },
    Kind {
        before: |story| story.customer("and archived?", read().repeats(0)).assistant("ok", read().sure(0.9)),
        ..kind("repetition", Action::Propose, |last| last.repeats(0))
    },
    Kind {
        before: |story| {
            story.customer("no", read().act(ActKind::DeniesSolved)).assistant("ok", read().sure(0.9))
        },
        ..kind("failed_steps", Action::Propose, |last| last.act(ActKind::DeniesSolved))
    },
    Kind {
        before: |story| story.customer("and?", read()).assistant("hm", read().sure(0.3)),
        ..kind("low_confidence", Action::Propose, |last| last.act(ActKind::DeniesSolved))
    },
    Kind {
        before: |story| story.page("https://acme.example/account/cancel"),
        ..kind("page_context", Action::Propose, |last| last)
    },
    Kind {
        before: |story| story.page("https://acme.example/x").errors(3),
        ..kind("page_errors", Action::Answer, |last| last)
    },
    kind("propose_topic", Action::Propose, |last| last.topic(TopicKind::Delivery)),
    kind("sales", Action::Propose, |last| last.topic(TopicKind::Sales).complex(0.55)),
    kind("product_feedback", Action::Propose, |last| {
        last.topic(TopicKind::FeatureRequest).topic(TopicKind::Bug)
    }),
    kind("private_scope", Action::Propose, |last| last.topic(TopicKind::Privacy)),
    Kind { set: |story| story.usual(9, 0.1), ..kind("anomaly", Action::Answer, |last| last) },
    kind("complexity", Action::Answer, |last| last.complex(0.9)),
    kind("needs_human", Action::Propose, |last| last.needs_human(0.62)),
    kind("rule:vip", Action::Propose, |last| last),
];

/// A question, its answer, and then what the kinds bring about together.
fn told(kinds: &[&Kind]) -> Decision {
    let story = Story::of("free", true).policy(|own| *own = policy());
    let story = kinds.iter().fold(story, |story, kind| (kind.set)(story));
    let story = story.customer("The export is empty", read()).assistant("Press Export", read().sure(0.8));
    let story = kinds.iter().fold(story, |story, kind| (kind.before)(story));
    let last = kinds.iter().fold(read(), |last, kind| (kind.last)(last));
    // Nothing that came before counts as an offer that is still open.
    let story = story.policy(|own| own.cool_down_turns = 0);
    let open = story.conversation.state == segue_core::handoff::State::Proposed;
    let refused =
        |story: Story| story.refuses().customer("go on", read()).assistant("Well", read().sure(0.9));
    let story = if open { refused(story) } else { story };
    let words = if kinds.iter().any(|kind| kind.name == "rule:vip") { "a vip writes" } else { "words" };
    story.customer(words, last).last().decision.clone()
}

fn rank(action: Action) -> u8 {
    match action {
        Action::Answer => 0,
        Action::Hold => 1,
        Action::Propose => 2,
        Action::HandOff => 3,
    }
}

#[track_caller]
fn check(kinds: &[&Kind]) {
    let decision = told(kinds);
    let names: Vec<&str> = decision.triggers.iter().map(|trigger| trigger.name.as_str()).collect();
    let asked: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    for name in &asked {
        assert!(names.contains(name), "{asked:?}: only {names:?} fired");
    }
    let alone = kinds.iter().map(|kind| kind.alone).max_by_key(|action| rank(*action)).expect("one at least");
    match kinds {
        [_] => assert_eq!(decision.action, alone, "{asked:?}: {decision:?}"),
        // Together they never do less than the stronger one alone. A page that was offered before only counts.
        _ => assert!(rank(decision.action) >= rank(alone), "{asked:?}: {decision:?}"),
    }
    let strongest = decision.triggers.iter().map(|trigger| trigger.strength).fold(0.0, f32::max);
    // A model's probability takes the place of what it has read itself.
    if !asked.contains(&"needs_human") {
        assert!(decision.confidence >= strongest - 1e-6, "{asked:?}: {decision:?}");
    }
    assert!(decision.triggers.iter().all(|trigger| !trigger.evidence.is_empty()), "{asked:?}");
    assert_eq!(decision.reason.is_some(), decision.action != Action::Answer, "{asked:?}");
}

#[test]
fn every_kind_alone() {
    for name in signal::names() {
        assert!(KINDS.iter().any(|kind| kind.name == name), "{name} is not in the table");
    }
    KINDS.iter().for_each(|kind| check(&[kind]));
}

#[test]
fn every_kind_with_every_other() {
    for (at, one) in KINDS.iter().enumerate() {
        for other in &KINDS[at + 1..] {
            // One page at a time.
            let pages = ["page_context", "page_errors"];
            if pages.contains(&one.name) && pages.contains(&other.name) {
                continue;
            }
            check(&[one, other]);
        }
    }
}

/// A conversation that would bring a human nearer now, but for one thing.
struct Held {
    why: &'static str,
    story: fn() -> Story,
}

const UNSURE: f32 = 0.2;

fn unsure() -> Story {
    Story::new().customer("Is Oslo in scope?", read().question()).assistant("Maybe", read().sure(UNSURE))
}

const HELD: [Held; 7] = [
    Held {
        why: "what it is about is not clear yet",
        story: || {
            let hello = Story::new().page("https://acme.example/account/cancel");
            hello.customer("Hello", read().act(ActKind::Greets))
        },
    },
    Held {
        why: "a human has been offered already and the customer has not answered",
        story: || {
            unsure()
                .customer("Is it?", read().question())
                .assistant("Hm", read().sure(UNSURE))
                .customer("So?", read())
        },
    },
    Held {
        why: "the customer is trying “restart”",
        story: || {
            unsure()
                .customer("And?", read().question())
                .assistant("Restart", read().sure(0.9).step("restart", Outcome::Proposed))
                .policy(|own| own.propose_at = 0.3)
                .customer("ok, doing that", read().act(ActKind::Agrees).complex(0.95))
        },
    },
    Held {
        why: "the customer waits for a date that nobody can bring forward: “on Friday”",
        story: || {
            Story::new()
                .customer("where is it?", read().frustration(0.7))
                .assistant("You will have it on Friday.", read().sure(0.9).promise("on Friday", 3.0))
                .customer("finally, ok", read().frustration(0.75).act(ActKind::Agrees))
        },
    },
    Held {
        why: "the customer does not want a human now",
        story: || {
            unsure().customer(
                "no person, just an answer",
                read().act(ActKind::DeclinesHuman).act(ActKind::DeniesSolved),
            )
        },
    },
    Held {
        why: "the customer declined a human a moment ago",
        story: || {
            unsure()
                .customer("Is it?", read().question())
                .assistant("Hm", read().sure(UNSURE))
                .refuses()
                .customer("just tell me", read().question())
        },
    },
    Held {
        why: "the rule “known” holds it back",
        story: || {
            let text = "[[rule]]\nname = \"known\"\nif = 'conversation.turns > 1'\nthen = \"hold\"\n";
            let known = text::check(text, None).usable().expect("a policy");
            unsure().policy(|own| own.rules = known.rules).customer("no", read().act(ActKind::DeniesSolved))
        },
    },
];

#[test]
fn every_hold_holds_and_gives_way_to_a_request() {
    for Held { why, story } in HELD {
        let held = story();
        let decision = &held.last().decision;
        assert_eq!((decision.action, decision.hold.as_deref()), (Action::Hold, Some(why)), "{}", held.told());
        let told = decision.counterfactual.join("; ");
        assert!(told.contains(why), "{why}: {told}");
        let asks = story().customer("a person, please", read().act(ActKind::AsksHuman));
        assert_eq!(asks.last().decision.action, Action::HandOff, "{why}: {}", asks.told());
    }
}
