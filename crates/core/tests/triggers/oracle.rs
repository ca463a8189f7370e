//! Expressions held against an interpreter of CEL: ours are compiled and evaluated natively, and mean the same.

use std::collections::HashMap;

use cel::{Context, Program, Value};
use proptest::prelude::*;
use segue_core::{
    context::Role,
    policy::{Expression, Scene},
    reading::TopicKind,
};
use serde_json::json;

use crate::story::{Story, With, read};

/// What is known at a moment.
#[derive(Clone, Debug)]
struct Known {
    tier: Option<String>,
    verified: bool,
    text: String,
    asks: bool,
    frustration: f32,
    topics: Vec<(TopicKind, &'static str)>,
    page: Option<u32>,
    attributes: Vec<(&'static str, serde_json::Value)>,
}

impl Known {
    fn holds(&self, expression: &Expression) -> bool {
        let mut reading = read().frustration(self.frustration);
        reading = self.topics.iter().fold(reading, |reading, (topic, _)| reading.topic(*topic));
        if self.asks {
            reading = reading.question();
        }
        let mut story = Story::of("free", self.verified).customer(&self.text, reading.clone());
        if let Some(errors) = self.page {
            story = story.page("https://acme.example/x").errors(errors);
        }
        let customer = &mut story.conversation.package.customer;
        customer.tier.clone_from(&self.tier);
        customer
            .attributes
            .extend(self.attributes.iter().map(|(name, value)| ((*name).into(), value.clone())));
        let moment = story.moment(Role::Customer, &reading);
        expression.holds(&Scene { moment: &moment, found: &[] })
    }

    /// What the interpreter says; `None` where it fails.
    fn interpreted(&self, text: &str) -> Option<bool> {
        let value = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => Value::from(text.clone()),
            serde_json::Value::Bool(truth) => Value::Bool(*truth),
            number if number.is_i64() => Value::Int(number.as_i64().expect("as just seen")),
            number => Value::Float(number.as_f64().expect("nothing else is made")),
        };
        let attributes: HashMap<String, Value> =
            self.attributes.iter().map(|(name, one)| ((*name).to_owned(), value(one))).collect();
        let mut customer = HashMap::from([
            ("verified".to_owned(), Value::Bool(self.verified)),
            ("attributes".to_owned(), attributes.into()),
        ]);
        customer.extend(self.tier.clone().map(|tier| ("tier".to_owned(), Value::from(tier))));
        let topics: Vec<Value> =
            self.topics.iter().map(|(_, name)| Value::from((*name).to_owned())).collect();
        let reading = HashMap::from([
            ("text".to_owned(), Value::from(self.text.clone())),
            ("asks".to_owned(), Value::Bool(self.asks)),
            ("frustration".to_owned(), Value::Float(f64::from(self.frustration))),
            ("topics".to_owned(), Value::from(topics)),
        ]);
        let page: HashMap<String, Value> =
            self.page.iter().map(|errors| ("errors".to_owned(), Value::Int(i64::from(*errors)))).collect();
        let conversation = HashMap::from([("turns".to_owned(), Value::Int(1))]);
        let mut context = Context::default();
        for (name, fields) in
            [("customer", customer), ("reading", reading), ("page", page), ("conversation", conversation)]
        {
            context.add_variable_from_value(name, Value::from(fields));
        }
        match Program::compile(text).expect("ours has read it").execute(&context) {
            Ok(Value::Bool(truth)) => Some(truth),
            // An attribute that is neither yes nor no, or a failure.
            Ok(_) | Err(_) => None,
        }
    }
}

const WORDS: [&str; 6] = ["", "gold", "Wo ist mein Päckchen?", "gold members", "a\tb", "12"];

fn any_known() -> impl Strategy<Value = Known> {
    let word = || prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned);
    let topics = vec![(TopicKind::Refund, "refund"), (TopicKind::Bug, "bug"), (TopicKind::Sales, "sales")];
    let values = vec![json!("gold"), json!(3), json!(-1), json!(3.0), json!(0.5), json!(true), json!("")];
    let attributes = prop::collection::vec(prop::sample::select(values), 0..=ATTRIBUTES.len());
    (
        prop::option::of(word()),
        any::<bool>(),
        word(),
        any::<bool>(),
        prop::sample::select(vec![0.0_f32, 0.25, 0.5, 1.0]),
        prop::sample::subsequence(topics, 0..=3),
        prop::option::of(0_u32..3),
        attributes,
    )
        .prop_map(|(tier, verified, text, asks, frustration, topics, page, attributes)| Known {
            tier,
            verified,
            text,
            asks,
            frustration,
            topics,
            page,
            attributes: ATTRIBUTES.into_iter().zip(attributes).collect(),
        })
}

/// Some of them are missing at most moments.
const ATTRIBUTES: [&str; 3] = ["plan", "seats", "beta"];

fn one_of(texts: &[&str]) -> BoxedStrategy<String> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    prop::sample::select(texts).boxed()
}

const ANY: [&str; 3] =
    ["customer.attributes.plan", "customer.attributes['seats']", "customer.attributes.beta"];
const LITERAL_TEXTS: [&str; 5] = ["\"gold\"", "''", "'Päckchen'", "\"12\"", "r'a\\d'"];
const LITERAL_WHOLES: [&str; 6] = ["0", "1", "3", "(-1)", "9223372036854775807", "(-9223372036854775808)"];
const LITERAL_NUMBERS: [&str; 6] = ["0.0", "0.5", "3.0", "(-1.0)", "1e300", "9223372036854775807.0"];

fn with_any(texts: &[&str]) -> BoxedStrategy<String> {
    one_of(&[texts, ANY.as_slice()].concat())
}

fn text(depth: u32) -> BoxedStrategy<String> {
    let leaf = with_any(&[LITERAL_TEXTS.as_slice(), &["customer.tier", "reading.text"]].concat());
    if depth == 0 {
        return leaf;
    }
    prop_oneof![4 => leaf, 1 => chosen(depth, text)].boxed()
}

fn whole(depth: u32) -> BoxedStrategy<String> {
    let leaf = with_any(&[LITERAL_WHOLES.as_slice(), &["conversation.turns", "page.errors"]].concat());
    if depth == 0 {
        return leaf;
    }
    let sum = (whole(depth - 1), one_of(&["+", "-", "*", "/", "%"]), whole(depth - 1));
    prop_oneof![
        3 => leaf,
        3 => sum.prop_map(|(a, sign, b)| format!("({a} {sign} {b})")),
        1 => whole(depth - 1).prop_map(|a| format!("-({a})")),
        1 => text(depth - 1).prop_map(|a| format!("size({a})")),
        1 => one_of(&["size(reading.topics)", "reading.topics.size()"]),
        1 => chosen(depth, whole),
    ]
    .boxed()
}

fn number(depth: u32) -> BoxedStrategy<String> {
    let leaf = with_any(&[LITERAL_NUMBERS.as_slice(), &["reading.frustration"]].concat());
    if depth == 0 {
        return leaf;
    }
    let sum = (number(depth - 1), one_of(&["+", "-", "*", "/"]), number(depth - 1));
    prop_oneof![
        3 => leaf,
        3 => sum.prop_map(|(a, sign, b)| format!("({a} {sign} {b})")),
        1 => number(depth - 1).prop_map(|a| format!("-({a})")),
        1 => chosen(depth, number),
    ]
    .boxed()
}

fn chosen(depth: u32, of: fn(u32) -> BoxedStrategy<String>) -> BoxedStrategy<String> {
    let parts = (truth(depth - 1), of(depth - 1), of(depth - 1));
    parts.prop_map(|(test, yes, no)| format!("({test} ? {yes} : {no})")).boxed()
}

fn truth(depth: u32) -> BoxedStrategy<String> {
    let leaf = one_of(&[
        "true",
        "false",
        "customer.verified",
        "reading.asks",
        "'refund' in reading.topics",
        "has(customer.tier)",
        "has(page.errors)",
        "has(customer.attributes.plan)",
        "customer.attributes.beta",
        "customer.attributes.beta == true",
        "customer.attributes.plan in ['gold', 3, 0.5, true]",
    ]);
    if depth == 0 {
        return leaf;
    }
    let sign = || one_of(&["==", "!=", "<", "<=", ">", ">="]);
    let compared = |(a, sign, b)| format!("{a} {sign} {b}");
    let asked = one_of(&["contains", "startsWith", "endsWith"]);
    let patterns = one_of(&["'^gold$'", "r'\\d+'", "'(?i)GOLD'", "''", "'P.ckchen'"]);
    prop_oneof![
        2 => leaf,
        2 => (text(depth - 1), sign(), text(depth - 1)).prop_map(compared),
        2 => (whole(depth - 1), sign(), whole(depth - 1)).prop_map(compared),
        2 => (number(depth - 1), sign(), number(depth - 1)).prop_map(compared),
        1 => (whole(depth - 1), sign(), number(depth - 1)).prop_map(compared),
        1 => (truth(depth - 1), sign(), truth(depth - 1)).prop_map(|(a, sign, b)| format!("({a}) {sign} ({b})")),
        2 => (truth(depth - 1), truth(depth - 1)).prop_map(|(a, b)| format!("({a}) && ({b})")),
        2 => (truth(depth - 1), truth(depth - 1)).prop_map(|(a, b)| format!("({a}) || ({b})")),
        2 => truth(depth - 1).prop_map(|a| format!("!({a})")),
        1 => (text(depth - 1), prop::collection::vec(one_of(&LITERAL_TEXTS), 0..3))
            .prop_map(|(a, values)| format!("{a} in [{}]", values.join(", "))),
        1 => (whole(depth - 1), prop::collection::vec(one_of(&["1", "3", "3.0", "-1"]), 0..3))
            .prop_map(|(a, values)| format!("{a} in [{}]", values.join(", "))),
        2 => (text(depth - 1), asked, text(depth - 1)).prop_map(|(a, asked, b)| format!("{a}.{asked}({b})")),
        1 => (text(depth - 1), patterns).prop_map(|(a, pattern)| format!("{a}.matches({pattern})")),
        1 => chosen(depth, truth),
    ]
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn expressions_hold_where_an_interpreter_says_so(text in truth(3), known in any_known()) {
        let expression = Expression::new(text.clone());
        let problem = expression.problem();
        // Ours says so when it is read, the interpreter when it is asked.
        let too_large = problem.is_some_and(|problem| problem.message.contains("too large"));
        // CEL joins texts with `+`; ours calculates with numbers only.
        let texts = known.attributes.iter().any(|(_, value)| value.is_string());
        if too_large || (texts && text.contains(" + ")) {
            return Ok(());
        }
        prop_assert_eq!(problem, None, "{}", text);
        prop_assert_eq!(known.holds(&expression), known.interpreted(&text) == Some(true), "{}", text);
    }
}
