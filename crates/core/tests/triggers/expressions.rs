//! What expressions mean, and what is told of those that mean nothing.

use segue_core::{
    context::Role,
    policy::{Expression, Scene},
    reading::TopicKind,
    signal,
};

use crate::story::{Story, With, read};

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
    let moment = story.moment(Role::Customer, &reading);
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

/// What is told of an expression: the part it is about, what is wrong and what to write instead.
fn check(expression: &str, at: &str, message: &str, hint: &str) {
    let read = Expression::new(expression);
    let problem = read.problem().unwrap_or_else(|| panic!("{expression} is taken for good"));
    let part: String = expression.chars().skip(problem.start).take(problem.end - problem.start).collect();
    let hinted = problem.hint.as_deref().unwrap_or_default();
    let told = format!("{part} | {} | {hinted}", problem.message);
    assert!(part == at && problem.message.contains(message) && hinted.contains(hint), "{told}");
}

#[test]
fn a_wrong_expression_says_where_and_what_to_write() {
    check("custmer.tier == 'a'", "custmer.tier", "no field `custmer.tier`", "did you mean `customer.tier`?");
    check("'refnd' in reading.topics", "'refnd'", "never holds `refnd`", "did you mean `refund`?");
    check("signal.frustation > 0.5", "signal.frustation", "no signal", "did you mean `frustration`?");
    check("customer.tier > 5", "customer.tier > 5", "cannot be compared", "");
    check("customer.tier", "customer.tier", "needs yes or no", "compare it");
    check("reading.topics == 'refund'", "reading.topics", "is a list", "in reading.topics");
    let macros = "issue.topics.exists(t, t == 'bug')";
    check(macros, macros, "without a bound", "`in`");
    check("conversation.turns + 0.5 > 1.0", "conversation.turns + 0.5", "cannot be mixed", "2.0");
    check("", "", "empty", "leave `if` out");
    check("lower(customer.tier) == 'a'", "lower(customer.tier)", "no `lower`", "there are");
    let long = "reading.asks && ".repeat(150) + "true";
    check(&long, &long, "at most 2000", "split");
    check("-(-9223372036854775808) > 0", "-(-9223372036854775808", "too large", "");
    check("customer.attributes[''] == 'x'", "customer.attributes['']", "no name", "customer.attributes.plan");
    check("reading.asks == null", "null", "only texts, numbers", "has(customer.health)");
}

#[test]
fn fields_that_are_none_are_told_from_those_that_are() {
    check("package.amount > 5.0", "package", "`package` is a reserved word", "write `context`");
    check("customer.tier == gold", "gold", "no field `gold`", "quotation marks: `\"gold\"`");
    check("tier == 'gold'", "tier", "no field `tier`", "did you mean `customer.tier`?");
    check("time.weekday in [sat, sun]", "sat", "plain values", "`[\"sat\", \"sun\"]`");
    check("order.total > 5", "order.total", "no field `order.total`", "`segue policy fields` lists them");
    check("context.sum > 5.0", "context.sum", "no field", "known are context.facts, context.amount");
    check("customer.orders > 5", "customer.orders", "no field", "customer.attributes.orders");
}

#[test]
fn what_other_languages_write_is_told_in_cel() {
    let tier = "customer.tier = \"gold\"";
    check(tier, "=", "`=` is not known", "compare with `==`");
    check("reading.asks === true", "===", "not known", "`==`");
    check("customer.tier is 'gold'", "is", "not known", "compare with `==`");
    check("reading.asks and reading.asks", "and", "not known", "write `&&`");
    check("reading.asks AND reading.asks", "AND", "not known", "write `&&`");
    check("reading.asks or reading.asks", "or", "not known", "write `||`");
    check("reading.asks & reading.asks", "&", "not known", "write `&&`");
    check("reading.asks | reading.asks", "|", "not known", "write `||`");
    check("not reading.asks", "not", "not known", "write `!`");
    check("not(reading.asks)", "not(reading.asks)", "no `not`", "write `!`");
    check("reading.text contains 'x'", "contains", "not known", "reading.text.contains");
    check("customer.tier == “gold”", "“", "not a quotation mark", "write \"");
    check("8 < time.hour < 18", "8 < time.hour < 18", "", "`8 < time.hour && time.hour < 18`");
    let called = "matches(reading.text, \"x\")";
    check(called, called, "no `matches`", "write `reading.text.matches(\"x\")`");
}

#[test]
fn what_is_not_finished_is_told() {
    check("customer.tier ==", "==", "missing at the end", "a field, a value");
    check("reading.asks &&", "&&", "missing at the end", "a field, a value");
    check("(reading.asks", "(", "missing at the end", "close it with `)`");
    check("reading.asks)", ")", "one `)` too many", "leave it out");
    check("customer.tier in ['a'", "[", "missing at the end", "close it with `]`");
    check("customer.tier == 'gold", "'gold", "no closing quotation mark", "close it");
    check("reading.asks ? true", "?", "two answers", "yes : no");
    check("reading.asks true", "true", "cannot stand here", "write it like");
    let deep = "(".repeat(99) + "true" + &")".repeat(99);
    check(&deep, &deep, "too deep", "split");
    assert!(Expression::new("(".repeat(200)).problem().is_some());
}

#[test]
fn patterns_that_are_none_are_told_in_one_line() {
    let check = |pattern: &str, message: &str, hint: &str| {
        check(&format!("reading.text.matches({pattern})"), pattern, message, hint);
    };
    check("'('", "no regular expression: unclosed group", "close the `(`");
    check("'(?=b)'", "look-ahead", "ask twice");
    check("'*a'", "repetition operator", "`\\*`");
    check("'(.{0,400}){0,900}'", "too large", "`[^.!?]*` instead of `.{0,40}`");
    check("\"\\bfoo\\b\"", "control sign", "write r\"\\bfoo\\b\"");
    check("\"\\d+\"", "backslash", "write r\"\\d+\"");
    for pattern in ["'('", "'[z-a]'", "'a{2,1}'", "'(?<n>a)(?<n>b)'"] {
        let read = Expression::new(format!("reading.text.matches({pattern})"));
        let problem = read.problem().unwrap();
        assert!(!problem.message.contains('\n') && problem.hint.is_some(), "{problem:?}");
    }
}
