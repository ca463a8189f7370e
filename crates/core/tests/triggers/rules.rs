//! Rules of an organisation's own, thresholds that differ, and what reads them.

use segue_core::{
    ids::SquadId,
    organisation::Organisation,
    policy::{Expression, Policy, Scene, text},
    reading::{ActKind, FactKind, Reading, TopicKind},
    signal,
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

/// Whether an expression holds in one conversation.
fn holds(expression: &str) -> bool {
    let expression = Expression::new(expression);
    assert_eq!(expression.problem(), None, "{}", expression.text());
    let story = Story::of("enterprise", true)
        .attribute("plan", "trial")
        .attribute("seats", 12)
        .page("https://app.acme.example/pricing?x=1")
        .customer(
            "What does it cost for 12 seats?",
            read().topic(TopicKind::Sales).question().frustration(0.3),
        );
    let reading = story.conversation.last_customer_reading().expect("one turn").clone();
    let moment = story.moment(segue_core::context::Role::Customer, &reading);
    let found = signal::detect(&moment);
    expression.holds(&Scene { moment: &moment, found: &found })
}

#[test]
fn expressions_mean_what_cel_means() {
    let check = |expression, expected| assert_eq!(holds(expression), expected, "{expression}");
    check("customer.tier == \"enterprise\"", true);
    check("customer.tier != 'enterprise' || reading.asks", true);
    check("!(customer.verified)", false);
    check("customer.tier in ['pro', 'enterprise']", true);
    check("\"sales\" in reading.topics && !('bug' in reading.topics)", true);
    check("size(reading.topics) == 1", true);
    check("reading.topics.size() > 1", false);
    check("customer.attributes.plan == 'trial' && customer.attributes['seats'] >= 10", true);
    check("customer.attributes.seats * 2 == 24", true);
    check("customer.attributes.nothing == 'x'", false);
    check("customer.attributes.nothing == 'x' || true", true);
    check("false && customer.health > 0.5", false);
    check("has(customer.health)", false);
    check("!has(customer.health) && has(page.url)", true);
    check("page.url.contains('/pricing') && page.area == 'pricing'", true);
    check("reading.text.startsWith('What') && reading.text.endsWith('?')", true);
    check("reading.text.matches('[0-9]+ seats')", true);
    check("size(reading.text) > 10", true);
    check("reading.frustration > 0.2 && reading.frustration < 0.5", true);
    check("conversation.turns + 1 == 2", true);
    check("conversation.turns > 0.5", true);
    check("(reading.asks ? 1 : 2) == 1", true);
    check("-conversation.turns < 0", true);
    check("conversation.turns / 0 == 1", false);
    check("signal.sales > 0.2 && signal.repetition == 0.0", true);
}

#[test]
fn a_wrong_expression_says_where_and_what_to_write() {
    let check = |expression: &str, at: &str, message: &str, hint: &str| {
        let read = Expression::new(expression);
        let problem = read.problem().unwrap_or_else(|| panic!("{expression} is taken for good"));
        let part: String = expression.chars().skip(problem.start).take(problem.end - problem.start).collect();
        let hinted = problem.hint.as_deref().unwrap_or_default();
        let told = format!("{part} | {} | {hinted}", problem.message);
        assert!(part == at && problem.message.contains(message) && hinted.contains(hint), "{told}");
    };
    check("custmer.tier == 'a'", "custmer.tier", "no field `custmer.tier`", "did you mean `customer.tier`?");
    check("'refnd' in reading.topics", "'refnd'", "never holds `refnd`", "did you mean `refund`?");
    check("signal.frustation > 0.5", "signal.frustation", "no signal", "did you mean `frustration`?");
    check("customer.tier > 5", "customer.tier > 5", "cannot be compared", "");
    check("customer.tier", "customer.tier", "needs yes or no", "compare it");
    check("reading.topics == 'refund'", "reading.topics", "is a list", "in reading.topics");
    check(
        "issue.topics.exists(t, t == 'bug')",
        "issue.topics.exists(t, t == 'bug')",
        "without a bound",
        "`in`",
    );
    check("conversation.turns + 0.5 > 1.0", "conversation.turns + 0.5", "cannot be mixed", "2.0");
    check("customer.tier ==", "=", "no expression", "write it like");
    check("", "", "empty", "leave `if` out");
    check("-(-9223372036854775808) > 0", "-(-9223372036854775808", "too large", "");
    check("package.amount > 5.0", "package.amount > 5.0", "no expression", "write `context`");
    check("reading.text.matches('(')", "'('", "no regular expression", "");
    check("lower(customer.tier) == 'a'", "lower(customer.tier)", "no `lower`", "there are");
    let long = "reading.asks && ".repeat(60) + "true";
    check(&long, &long, "at most 500", "split");
    assert!(Expression::new("(".repeat(99) + "true" + &")".repeat(99)).problem().is_some());
    assert!(Expression::new("(".repeat(200)).problem().is_some());
}

#[test]
fn a_policy_says_where_it_is_wrong() {
    let check = |text: &str, place: (usize, usize), message: &str, hint: &str| {
        let organisation =
            Organisation::new(segue_core::ids::OrganisationId::parse("acme").expect("a fixed id"), "Acme");
        let problems = text::check(text, Some(&organisation)).problems;
        let found = problems.iter().any(|problem| {
            (problem.line, problem.column) == place
                && problem.message.contains(message)
                && problem.hint.as_deref().unwrap_or_default().contains(hint)
        });
        assert!(found, "{text}\n{problems:#?}");
    };
    check(
        "propose_at = 0.5\npropos_at = 0.5",
        (2, 1),
        "unknown field `propos_at`",
        "did you mean `propose_at`?",
    );
    check("propose_at = \"high\"", (1, 14), "invalid type", "");
    check("propose_at = 1.5", (1, 14), "`propose_at` is 1.5", "from 0 to 1");
    check("propose_at = 0.5\n[[rule]\nname = 1", (2, 8), "", "[[rule]]");
    check("[emphasis]\nrepetion = 0.5", (2, 12), "no signal `repetion`", "did you mean `repetition`?");
    let rule = |rest: &str| format!("[[rule]]\nname = \"a\"\nthen = \"propose\"\n{rest}");
    check(&rule("if = 'custmer.tier == \"x\"'"), (4, 7), "no field `custmer.tier`", "did you mean");
    check(&rule("if = '''\n  reading.asks &&\n  custmer.tier == \"x\"'''"), (6, 3), "no field", "");
    check(
        &rule("when = [\n  { field = \"reading.topics\", has = \"refnd\" },\n]"),
        (5, 37),
        "never holds",
        "refund",
    );
    check(&rule("when = [{ field = \"customer.teir\", is = \"x\" }]"), (4, 19), "no field", "customer.tier");
    check(
        &rule("when = [{ field = \"customer.tier\", above = 3 }]"),
        (4, 44),
        "cannot be asked with",
        "is, is_not",
    );
    check(
        &rule("when = [{ field = \"customer.attributes.plan\", has = \"x\" }]"),
        (4, 53),
        "asks a list",
        "use is, in, contains",
    );
    check(
        &rule("when = [{ field = \"package.amount\", above = 3 }]"),
        (4, 19),
        "no field `package.amount`",
        "write `context.amount`",
    );
    check(&rule("when = [{ field = \"customer.tier\", iss = 3 }]"), (4, 36), "unknown field `iss`", "`is`");
    check(&rule("when = [{ field = \"customer.tier\" }]"), (4, 9), "nothing is asked", "write");
    check(&rule("when = [{ any = [{ field = \"x\", is = 1 }] }]"), (4, 28), "no field `x`", "");
    check(&rule("squad = \"generl\""), (4, 9), "no squad `generl`", "did you mean `general`?");
    check(&rule("weight = 0.4"), (4, 10), "only rules that count", "leave it out");
    check(&rule("reason = \"safety\""), (4, 10), "belongs to the floor", "");
    check(&rule("say = { english = \"x\" }"), (4, 19), "is no language", "two letters");
    check(&rule("say = { en = \"{name} x\" }"), (4, 14), "only `{customer}`", "");
    check(&format!("{}\n{}", rule(""), rule("")), (6, 8), "another one called", "own name");
    check(
        "[[override]]\nname = \"a\"\nif = 'signal.sales > 0.5'\npropose_at = 0.4",
        (3, 6),
        "before the signals",
        "",
    );
    check(
        &format!("{}\n[[test]]\nname = \"t\"\nturns = [{{ }}]\nexpect = \"answer\"", rule("")),
        (7, 10),
        "one side",
        "write",
    );
    check(
        "[[test]]\nname = \"t\"\nturns = [{ customer = \"a\" }]\nexpect = \"answer\"\nrule = \"b\"",
        (5, 8),
        "no rule “b”",
        "",
    );
}

#[test]
fn a_changed_policy_keeps_the_comments_of_its_text() {
    let text = r#"# Ours since May.
propose_at = 0.5   # tried .6, too late

# Large sums.
[[rule]]
name = "large refunds"   # see the handbook
when = [
    { field = "context.amount", at_least = 500 },   # euros
]
then = "hand_off"

# For those who test.
[[rule]]
name = "beta"
when = [{ field = "customer.attributes.beta", is = true }]
then = "count"
weight = 0.3
"#;
    let mut changed = policy(text);
    assert_eq!(text::edit(text, &changed).unwrap(), text);
    changed.propose_at = 0.6;
    changed.rules[1].weight = Some(0.4);
    let expected =
        text.replace("propose_at = 0.5 ", "propose_at = 0.6 ").replace("weight = 0.3", "weight = 0.4");
    assert_eq!(text::edit(text, &changed).unwrap(), expected);
    changed.hand_off_at = 0.8;
    changed.rules[0].name = "large sums".into();
    let rule = changed.rules.remove(1);
    let edited = text::edit(text, &changed).unwrap();
    assert_eq!(policy(&edited), changed, "{edited}");
    assert!(edited.contains("# see the handbook") && !edited.contains("beta"), "{edited}");
    changed.rules.insert(0, rule);
    let edited = text::edit(text, &changed).unwrap();
    assert_eq!(policy(&edited), changed, "{edited}");
    assert!(edited.contains("# For those who test."), "{edited}");
    assert!(text::edit("propose_at = [", &changed).is_err());
}

#[test]
fn the_default_policy_is_without_fault() {
    let text = text::write(&Policy::default());
    let checked = text::check(&text, None);
    assert_eq!(checked.problems, []);
    assert_eq!(checked.policy, Some(Policy::default()));
    assert_eq!(text::check("", None).policy, Some(Policy::default()));
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
