//! A policy's file: what is told of what is wrong in it, and how changes are written into it.

use segue_core::{
    ids::OrganisationId,
    organisation::Organisation,
    policy::{
        Policy,
        check::Severity,
        template::TEMPLATES,
        text::{self, Problem},
    },
};

fn policy(text: &str) -> Policy {
    text::check(text, None).usable().unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn problems(text: &str) -> Vec<Problem> {
    let organisation = Organisation::new(OrganisationId::parse("acme").expect("a fixed id"), "Acme");
    text::check(text, Some(&organisation)).problems
}

/// What is told of a text: the place, what is wrong and what to write instead.
fn check(text: &str, place: (usize, usize), message: &str, hint: &str) {
    let problems = problems(text);
    let found = problems.iter().any(|problem| {
        (problem.line, problem.column) == place
            && problem.message.contains(message)
            && problem.hint.as_deref().unwrap_or_default().contains(hint)
    });
    assert!(found, "{text}\n{problems:#?}");
}

/// As [`check`], of something that is probably not meant and keeps nothing from being used.
fn warns(text: &str, place: (usize, usize), message: &str, hint: &str) {
    check(text, place, message, hint);
    let errors: Vec<_> =
        problems(text).into_iter().filter(|problem| problem.severity == Severity::Error).collect();
    assert_eq!(errors, [], "{text}");
}

fn rule(rest: &str) -> String {
    format!("[[rule]]\nname = \"a\"\nthen = \"propose\"\n{rest}")
}

/// A rule with one row.
fn row(rest: &str) -> String {
    rule(&format!("when = [{{ {rest} }}]"))
}

#[test]
fn a_policy_says_where_it_is_wrong() {
    check(
        "propose_at = 0.5\npropos_at = 0.5",
        (2, 1),
        "unknown field `propos_at`",
        "did you mean `propose_at`?",
    );
    check("propose_at = \"high\"", (1, 14), "needs a number", "from 0 to 1");
    check("propose_at = 1.5", (1, 14), "`propose_at` is 1.5", "from 0 to 1");
    check("propose_at = 0.5\n[[rule]\nname = 1", (2, 8), "", "");
    check("[emphasis]\nrepetion = 0.5", (2, 12), "no signal `repetion`", "did you mean `repetition`?");
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
    check(&rule("say = { english = \"x\" }"), (4, 9), "is no language", "two letters");
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
fn numbers_are_told_how_to_be_written() {
    check("propose_at = \"0.5\"", (1, 14), "a number, and this is a text", "marks: `0.5`");
    check("propose_at = 0,5", (1, 15), "no number", "write `0.5`");
    check("propose_at = 50%", (1, 14), "no number", "write `0.5`");
    check("propose_at = .5", (1, 14), "no number", "write `0.5`");
    check(&row("field = \"reading.urgency\", above = 0,5"), (4, 50), "no number", "write `0.5`");
    check("cool_down_turns = -1", (1, 19), "a whole number", "from 0 to 100");
    check("cool_down_turns = 2.5", (1, 19), "a whole number", "from 0 to 100");
    check("cool_down_turns = 200", (1, 19), "is 200", "from 0 to 100");
    check(&rule("priority = 300"), (4, 12), "a whole number", "from 0 to 100");
    check(&rule("priority = 101"), (4, 12), "is 101", "from 0 to 100");
    check(&rule("first_reply_s = \"2 minutes\""), (4, 17), "number of seconds", "write seconds: `120`");
    check(&rule("first_reply_s = \"soon\""), (4, 17), "a whole number", "write seconds, 5 to 604800");
    check(&rule("first_reply_s = 1"), (4, 17), "is 1", "write seconds");
    check("[emphasis]\nsales = \"much\"", (2, 9), "needs a number", "from 0 to 2");
    check("[proactive]\nper_day = 11", (2, 11), "is 11", "from 0 to 10");
}

#[test]
fn lists_and_sections_are_told_apart() {
    check("[rule]\nname = \"a\"", (1, 1), "several of `rule`", "begins with `[[rule]]`");
    check("[rule.a]\nname = \"a\"", (1, 2), "several of `rule`", "begins with `[[rule]]`");
    check("[[rule]\nname = \"a\"", (1, 8), "unclosed", "`[[rule]]`");
    let one = "{ field = \"customer.tier\", is = \"x\" }";
    check(&rule(&format!("when = {one}")), (4, 8), "is a list", &format!("[ ]`: `when = [{one}]`"));
    check(&rule("when = \"reading.asks\""), (4, 8), "holds rows", "under `if`");
    check(&rule("when = [\"reading.asks\"]"), (4, 9), "no row", "under `if`");
    check(&row(&format!("any = {one}")), (4, 17), "is a list", &format!("[ ]`: `any = [{one}]`"));
    check(&row("field = \"customer.tier\", in = \"gold\""), (4, 41), "is a list", "`in = [\"gold\"]`");
    check("always_human_topics = \"legal\"", (1, 23), "is a list", "= [\"legal\"]`");
    check(&row(&format!("not = [{one}]")), (4, 18), "takes one row", "leave out the `[ ]`");
    let two = "field = \"reading.topics\", has = [\"refund\", \"bug\"]";
    let group = "write `{ any = [{ field = \"reading.topics\", has = \"refund\" }, { field = ";
    check(&row(two), (4, 43), "takes one word", group);
    check(&row("field = \"customer.tier\", is = [\"a\"]"), (4, 41), "takes one value", "`in = [\"a\"]`");
    check(&rule("say = \"Hallo.\""), (4, 7), "for each language", "`say = { en = \"Hallo.\" }`");
    check("[wording]\nsales = \"x\"", (2, 9), "for each language", "`sales = { en = \"x\" }`");
    check("proactive = 3", (1, 13), "is a section", "`[proactive]`");
    let test = |rest: &str| format!("[[test]]\nname = \"t\"\nexpect = \"answer\"\n{rest}");
    check(&test("turns = [\"x\"]"), (4, 10), "who speaks", "`{ customer = \"x\" }`");
    check(&test("customer = \"gold\""), (4, 12), "has a tier", "`{ tier = \"gold\" }`");
    check("[[rule]]\nname = \"a\"\nthen = [\"propose\"]", (3, 8), "one word", "`then = \"propose\"`");
    check("[[rule]]\nname = \"a\"", (1, 1), "`then` is missing", "`then = \"propose\"`");
    check(&rule("when = [\n{ any = [] }\n{ any = [] }\n]"), (6, 1), "comma is missing", "put `,`");
}

#[test]
fn keys_and_words_are_told_by_what_was_meant() {
    let moved = "[proactive]\nper_day = 1\npropose_at = 0.5";
    check(moved, (3, 1), "unknown field `propose_at`", "above the first `[section]`");
    check(&row("field = \"customer.value\", \">\" = 5"), (4, 37), "`>`", "use `above`");
    check(&row("field = \"customer.value\", > 5"), (4, 39), "`>`", "use `above`");
    check(&row("field = \"customer.tier\", equals = \"x\""), (4, 36), "`equals`", "use `is`");
    check(&row("field = \"customer.verified\", is = yes"), (4, 45), "`yes`", "write `true`");
    check(&rule("enabled = True"), (4, 11), "`True`", "write `true`");
    check(&rule("enabled = \"true\""), (4, 11), "yes or no", "without quotation marks");
    check(&rule("note = soon"), (4, 8), "without quotation marks", "`\"soon\"`");
    check(&rule("note = 1"), (4, 8), "is a text", "`\"1\"`");
    check(&rule("then = \"hold\""), (4, 1), "`then` stands in this rule already", "leave one");
    check("propose_at = 0.5\npropose_at = 0.6", (2, 1), "in this file already", "leave one");
    check("propose_at: 0.5", (1, 13), "`:`", "write `=`");
    check("name = \"a", (1, 10), "no closing quotation mark", "same line");
    check(&rule("if = \"customer.tier == \"gold\"\""), (4, 25), "ended before this", "'''");
    let area = |rest: &str| format!("[[area]]\narea = \"pricing\"\n{rest}");
    let allowed = "only `propose`, `hand_off` or (with `proactive_after_s`) `answer`";
    check(&area("action = \"offer\""), (3, 10), "no action `offer`", allowed);
    check(&area("action = \"hold\""), (3, 10), "proposes or hands off", "`answer` with `proactive_after_s`");
    assert_eq!(problems(&area("action = \"answer\"\nproactive_after_s = 5")), []);
    check(&rule("squad = \"Billing Team\""), (4, 9), "an id has", "the squad's id, such as `billing`");
    let fields = "`segue policy fields` lists them";
    check(&row("field = \"order.total\", above = 3"), (4, 19), "no field `order.total`", fields);
    check(&row("field = \"customer.attributes.\", is = 1"), (4, 48), "no name", "customer.attributes.plan");
}

#[test]
fn signs_that_look_like_others_are_named() {
    check(&rule("note = “x”"), (4, 8), "“ is not a quotation mark here", "write \"");
    check(&rule("note = \"x”"), (4, 10), "” is not a quotation mark here", "write \"");
    check(&rule("note =\u{a0}\"x\""), (4, 7), "U+00A0 is a no-break space", "plain space");
    check(&rule("no\u{200b}te = \"x\""), (4, 3), "U+200B is a sign that nobody sees", "delete it");
    check(&rule("n\u{43e}te = \"x\""), (4, 2), "is a Cyrillic sign", "type it anew");
}

#[test]
fn what_is_probably_not_meant_is_warned_of() {
    warns(&row("field = \"customer.tier\", in = []"), (4, 41), "empty list", "values");
    warns(&row("any = []"), (4, 17), "never holds", "rows");
    warns(&row("field = \"customer.tier\", contains = \"\""), (4, 47), "empty part", "");
    warns(&row("field = \"time.weekday\", is = \"monday\""), (4, 40), "never `monday`", "`mon`");
    warns(&row("field = \"time.hour\", above = 25"), (4, 40), "never 25", "from 0 to 23");
    warns(&row("field = \"reading.frustration\", at_least = 50"), (4, 53), "never 50", "from 0 to 1");
    warns(
        &row("field = \"conversation.language\", is = \"German\""),
        (4, 49),
        "never `German`",
        "two letters",
    );
    warns(&row("field = \"reading.role\", is = \"customr\""), (4, 40), "never `customr`", "`customer`");
    warns(&row("field = \"customer.tier\", in = [\"entreprise\"]"), (4, 41), "never", "mean `enterprise`?");
    warns(&row("not = { field = \"page.errors\", below = -1 }"), (4, 50), "never -1", "0 or more");
    warns(&rule("if = 'customer.tier == \"gold\"'"), (4, 24), "never `gold`", "enterprise, free, pro");
    warns(&rule("if = 'reading.asks && 25 < time.hour'"), (4, 23), "never 25", "from 0 to 23");
    warns(&rule("if = 'signal.sales > 2.0'"), (4, 22), "`signal.sales` is never 2", "from 0 to 1");
    warns(&rule("if = 'time.weekday in [\"sunday\"]'"), (4, 24), "never `sunday`", "`sun`");
    warns(&rule("if = 'true'"), (4, 6), "asks nothing", "ask a field");
    warns("[[override]]\nname = \"a\"\npropose_at = 0.4", (1, 1), "asks nothing", "add `when`");
    let low = "[[override]]\nname = \"a\"\nif = \"reading.asks\"\nhand_off_at = 0.4";
    warns(low, (4, 15), "before a human is ever proposed", "above");
    warns("propose_at = 1", (1, 14), "before a human is ever proposed", "above");
    let area = "[[area]]\narea = \"pricing\"\naction = \"propose\"\n";
    warns(&area.repeat(2), (5, 8), "stands here already", "leave one");
    let turns = |turn: &str| format!("[[test]]\nname = \"t\"\nexpect = \"answer\"\nturns = [{turn}]");
    warns(&turns("{ customer = \"\" }"), (4, 23), "nothing is said", "");
    warns(&turns("{ customer = \"a\", confidence = 0.4 }"), (4, 41), "only the assistant's", "leave it out");
    warns(&rule("say = { xx = \"Hm\" }"), (4, 9), "no language is called `xx`", "two letters");
    warns(&rule("say = { en = \"a \u{202e} b\" }"), (4, 14), "U+202E turns", "delete it");
    check("[wording.sales]\nde-DE = \"x\"", (2, 1), "`de-DE` is no language", "did you mean `de`?");
    check(&format!("name = \"{}\"", "a".repeat(101)), (1, 8), "too long", "at most 100");
    // Without the organisation nobody knows its tiers.
    assert_eq!(text::check(&row("field = \"customer.tier\", is = \"gold\""), None).problems, []);
}

#[test]
fn templates_are_without_fault() {
    for template in TEMPLATES {
        assert_eq!(text::check(template.text, None).problems, [], "{}", template.name);
    }
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
