//! Rules of an organisation's own, thresholds that differ, and what reads them.

use segue_core::{
    ids::SquadId,
    policy::{Policy, text},
    reading::{ActKind, FactKind, Reading, TopicKind},
    trigger::Action,
};

use crate::story::{Story, With, check, read};

fn policy(text: &str) -> Policy {
    text::check(text, None).usable().unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn ruled(text: &str) -> Story {
    let policy = policy(text);
    Story::of("enterprise", true).policy(|own| *own = policy)
}

const REFUNDS: &str = r#"
[[rule]]
name = "large refunds"
when = [
    { field = "reading.topics", has = "refund" },
    { field = "context.amount", at_least = 500 },
]
then = "hand_off"
reason = "authority"
squad = "billing"
priority = 80
first_reply_s = 60
say = { en = "{customer}, this needs a decision by our billing team.", de = "Das entscheidet unsere Buchhaltung." }
"#;

fn wants_back(amount: &str) -> Reading {
    read().topic(TopicKind::Refund).fact(FactKind::Amount, amount)
}

#[test]
fn a_rule_hands_off_where_all_it_asks_holds() {
    let asked = |amount| ruled(REFUNDS).customer("my money back", wants_back(amount));
    check(asked("740.00 EUR"), "0 hand_off authority");
    check(asked("74.00 EUR"), "");
    check(ruled(REFUNDS).customer("my money back", read().topic(TopicKind::Refund)), "");
    let story = asked("740.00 EUR");
    let trigger = &story.last().decision.triggers[0];
    assert_eq!(trigger.name, "rule:large refunds");
    assert_eq!(trigger.evidence, "reading.topics has refund; context.amount at least 500 (740)");
    let wishes = &story.last().wishes;
    assert_eq!(wishes.squad, Some(SquadId::parse("billing").unwrap()));
    assert_eq!((wishes.priority, wishes.first_reply_s), (80, Some(60)));
    assert_eq!(wishes.say.as_deref(), Some(", this needs a decision by our billing team."));
}

#[test]
fn a_rule_proposes_once_and_counts_then() {
    let text = r#"
        [[rule]]
        name = "trials"
        if = 'customer.attributes.plan == "trial" && "sales" in reading.topics'
        then = "propose"
        reason = "sales"
    "#;
    let asks = || read().topic(TopicKind::Sales);
    let story = ruled(text).attribute("plan", "trial").customer("what does it cost?", asks());
    check(story, "0 propose sales");
    let story = ruled(text)
        .attribute("plan", "trial")
        .policy(|policy| policy.cool_down_turns = 0)
        .customer("what does it cost?", read().topic(TopicKind::Sales))
        .refuses()
        .customer("just tell me", read())
        .customer("and yearly?", read().topic(TopicKind::Bug));
    check(story, "0 propose sales");
    check(ruled(text).attribute("plan", 3).customer("what does it cost?", asks()), "");
    check(ruled(text).customer("what does it cost?", asks()), "");
}

#[test]
fn a_rule_counts_beside_signals() {
    let text = r#"
        [[rule]]
        name = "beta testers"
        when = [{ field = "customer.attributes.beta", is = true }]
        then = "count"
        weight = 0.3
    "#;
    let unsure = || read().sure(0.1);
    check(Story::new().customer("and?", read()).assistant("hm", unsure()), "");
    let story = ruled(text).attribute("beta", true).customer("and?", read()).assistant("hm", unsure());
    check(story, "");
    let failed = read().act(ActKind::DeniesSolved);
    let story = ruled(text)
        .attribute("beta", true)
        .policy(|policy| (policy.propose_at, policy.hand_off_at) = (0.7, 0.9))
        .customer("and?", read())
        .assistant("hm", unsure())
        .customer("that is no answer", failed);
    check(story, "2 propose low_confidence");
}

#[test]
fn a_rule_holds_back_what_is_not_decisive() {
    let text = r#"
        [[rule]]
        name = "status page is up"
        if = '"bug" in issue.topics'
        then = "hold"
    "#;
    let story = |last: Reading| {
        ruled(text)
            .customer("the export is broken", read().topic(TopicKind::Bug))
            .assistant("We know", read().sure(0.1))
            .customer("still broken", last)
    };
    let held = "2 hold low_confidence: the rule “status page is up” holds it back";
    check(story(read().act(ActKind::DeniesSolved)), held);
    check(story(read().act(ActKind::AsksHuman)), "2 hand_off explicit_request");
    check(story(read().topic(TopicKind::SelfHarm)), "2 hand_off safety");
}

#[test]
fn rules_hear_the_assistant_only_where_they_ask_about_it() {
    let text = r#"
        [[rule]]
        name = "no idea"
        when = [{ field = "reading.confidence", below = 0.05 }]
        then = "propose"
        reason = "low_confidence"

        [[rule]]
        name = "always"
        when = [{ field = "conversation.turns", above = 5 }]
        then = "propose"
    "#;
    check(
        ruled(text).customer("and?", read()).assistant("hm", read().sure(0.01)),
        "1 propose low_confidence",
    );
    let mut story = ruled(text);
    for _ in 0..6 {
        story = story.customer("words", read()).assistant("fine", read().sure(0.9));
    }
    check(story, "10 propose policy");
}

#[test]
fn disabled_rules_do_nothing() {
    let text = REFUNDS.replace("then =", "enabled = false\nthen =");
    check(ruled(&text).customer("my money back", wants_back("740.00 EUR")), "");
}

#[test]
fn overrides_move_thresholds_for_some() {
    let text = r#"
        [[override]]
        name = "large customers"
        when = [{ field = "customer.tier", in = ["enterprise"] }]
        propose_at = 0.3
        [override.emphasis]
        low_confidence = 1.2

        [[override]]
        name = "nights"
        if = "time.hour < 6"
        cool_down_turns = 9
    "#;
    let unsure = |story: Story| story.customer("and?", read()).assistant("hm", read().sure(0.1));
    check(unsure(ruled(text)), "1 propose low_confidence");
    let policy = policy(text);
    let mut free = unsure(Story::of("free", true).policy(|own| *own = policy));
    assert_eq!(free.told(), "");
    let reading = read();
    let moment = free.moment(segue_core::context::Role::Customer, &reading);
    assert_eq!(moment.thresholds().overrides, Vec::<&str>::new());
    free.organisation.time_zone = "Pacific/Kiritimati".into();
}

#[test]
fn a_model_takes_the_place_of_what_it_has_read() {
    let confidence = |story: Story| (story.last().decision.confidence * 100.0).round();
    let judged = |probability: f32| {
        Story::new()
            .customer("it does not work", read())
            .assistant("Restart it", read().sure(0.9))
            .customer("no", read().needs_human(probability).act(ActKind::DeniesSolved).frustration(0.9))
    };
    assert_eq!(confidence(judged(0.42)), 42.0);
    check(judged(0.42), "");
    check(judged(0.62), "2 propose low_confidence");
    check(judged(0.9), "2 hand_off low_confidence");
    let counterfactual = judged(0.62).last().decision.counterfactual.join("; ");
    assert_eq!(counterfactual, "would have answered if needs_human were below 0.50");
    // What it cannot have read is added: 1 - (1 - .4)(1 - .3).
    let text =
        "[[rule]]\nname = \"vip\"\nif = 'customer.tier == \"enterprise\"'\nthen = \"count\"\nweight = 0.3";
    let story = ruled(text).customer("no", read().needs_human(0.4));
    assert_eq!(confidence(story), 58.0);
    // Nothing it says silences a request.
    check(
        judged(0.0).customer("a person", read().needs_human(0.0).act(ActKind::AsksHuman)),
        "3 hand_off explicit_request",
    );
}

#[test]
fn decisions_say_what_would_have_changed_them() {
    let told = |story: Story| story.last().decision.counterfactual.join("; ");
    let angry = |level: f32| {
        Story::new().customer("hm", read().frustration(0.6)).customer("hm!", read().frustration(level))
    };
    assert_eq!(told(angry(0.8)), "would have answered if frustration were below 0.56");
    assert_eq!(told(angry(0.1)), "");
    let asks = Story::new().customer("a person", read().act(ActKind::AsksHuman));
    assert_eq!(told(asks), "would have answered without explicit_request");
    let once = Story::new().customer("and?", read()).assistant("hm", read().sure(0.1));
    assert_eq!(told(once), "would have proposed if low_confidence were 0.56 or more");
    let tries = Story::new()
        .customer("broken", read())
        .assistant("Restart", read().sure(0.1).step("restart", segue_core::reading::Outcome::Proposed))
        .customer("hm", read())
        .assistant("Restart", read().sure(0.1).step("restart", segue_core::reading::Outcome::Proposed))
        .refuses()
        .customer("ok doing that", read().act(ActKind::Agrees).topic(TopicKind::Sales));
    assert!(told(tries.customer("no", read())).len() < 200);
}

#[test]
fn more_kinds_of_signals() {
    // The customer's own habit and the page's errors only add to others.
    let unsure = |story: Story| story.customer("and?", read()).assistant("hm", read().sure(0.1));
    check(unsure(Story::new().usual(9, 0.1)), "");
    let story = unsure(Story::new().usual(9, 0.1)).customer("what now?", read());
    assert_eq!(story.told(), "2 propose anomaly");
    let story = unsure(Story::new().page("https://acme.example/x").errors(3)).customer("what now?", read());
    assert_eq!(story.told(), "2 propose low_confidence");
    check(unsure(Story::new().usual(1, 0.1)).customer("what now?", read()), "");
    // Poor health takes ground in the conversation.
    let poor = || Story::new().attribute("health", "red");
    check(poor().customer("how do I export?", read()), "");
    check(poor().customer("this is bad", read().act(ActKind::Complains)), "0 propose customer_health");
    check(Story::new().attribute("health", 90).customer("this is bad", read().act(ActKind::Complains)), "");
    assert_eq!(poor().customer("x", read()).last().decision.action, Action::Answer);
}
