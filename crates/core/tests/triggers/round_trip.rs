//! Policies that are written and read again, and changes that are written into texts of people.

use proptest::{collection::vec, option, prelude::*, sample::select};
use segue_core::{
    ids::SquadId,
    policy::{
        AreaRule, Condition, Expression, Override, Policy, PolicyCase, Proactive, Rule, Then,
        case::{CaseCustomer, CaseTurn, Expected},
        condition::{Row, Scalar},
        template::TEMPLATES,
        text,
    },
    reading::TopicKind,
    trigger::{Action, Reason},
};
use serde_json::json;

/// Words, and what may come of copying them from elsewhere.
fn words() -> BoxedStrategy<String> {
    let odd = select(vec![
        "",
        "it's \"so\"",
        "'''",
        "\"\"\"",
        "a\nb",
        "\\d+",
        "# no comment",
        "ü €",
        "\u{7f}\u{1}\t",
        "]]",
    ]);
    prop_oneof![3 => "[a-z]{1,8}( [a-z]{1,8})?", 1 => odd.prop_map(str::to_owned), 1 => any::<String>()]
        .boxed()
}

fn share() -> BoxedStrategy<f32> {
    prop_oneof![
        (0_u8..=100).prop_map(|share| f32::from(share) / 100.0),
        0.0_f32..=1.0,
        any::<f32>().prop_filter("a number", |n| n.is_finite())
    ]
    .boxed()
}

fn scalar() -> BoxedStrategy<Scalar> {
    let finite = any::<f64>().prop_filter("a number", |number| number.is_finite());
    let single = (0.0_f32..1.0).prop_map(f64::from);
    prop_oneof![
        any::<bool>().prop_map(Scalar::Boolean),
        any::<i64>().prop_map(Scalar::Whole),
        prop_oneof![finite, single].prop_map(Scalar::Number),
        words().prop_map(Scalar::Text),
    ]
    .boxed()
}

fn row() -> BoxedStrategy<Row> {
    let field =
        select(vec!["customer.tier", "reading.topics", "time.hour", "customer.attributes.a b", "none"]);
    let leaf = (field, 0..6, scalar(), vec(scalar(), 0..3), words(), any::<bool>()).prop_map(
        |(field, which, scalar, scalars, words, known)| {
            let row = Row { field: Some(field.into()), ..Row::default() };
            match which {
                0 => Row { is: Some(scalar), ..row },
                1 => Row { one_of: Some(scalars), ..row },
                2 => Row { has: Some(words), ..row },
                3 => Row { at_least: Some(scalar), ..row },
                4 => Row { contains: Some(words), ..row },
                _ => Row { known: Some(known), ..row },
            }
        },
    );
    let group = |row: BoxedStrategy<Row>| {
        (0..3, vec(row, 0..3)).prop_map(|(which, rows)| {
            let mut rows: Vec<Condition> = rows.into_iter().map(Condition::new).collect();
            match (which, rows.pop()) {
                (0, Some(row)) => Row { not: Some(Box::new(row)), ..Row::default() },
                (1, Some(row)) => Row { all: Some([rows, vec![row]].concat()), ..Row::default() },
                (_, row) => Row { any: Some(rows.into_iter().chain(row).collect()), ..Row::default() },
            }
        })
    };
    leaf.prop_recursive(3, 8, 3, move |row| group(row.boxed())).boxed()
}

fn when() -> BoxedStrategy<Vec<Condition>> {
    vec(row().prop_map(Condition::new), 0..3).boxed()
}

fn expression() -> BoxedStrategy<Option<Expression>> {
    let texts = [
        "reading.asks",
        "customer.tier == \"gold\"",
        "reading.text.matches(r'(?i)\\bfoo\\b')",
        "a\n&& b",
        "'",
    ];
    option::of(select(texts.to_vec()).prop_map(Expression::new)).boxed()
}

fn squad() -> BoxedStrategy<Option<SquadId>> {
    option::of(select(vec!["billing", "sales"]).prop_map(|id| SquadId::parse(id).expect("an id"))).boxed()
}

fn reason() -> BoxedStrategy<Reason> {
    select(vec![Reason::Policy, Reason::Sales, Reason::Authority, Reason::PageContext]).boxed()
}

fn texts() -> BoxedStrategy<std::collections::BTreeMap<String, String>> {
    prop::collection::btree_map(select(vec!["en".to_owned(), "de".into(), "x y".into()]), words(), 0..3)
        .boxed()
}

fn name() -> BoxedStrategy<String> {
    prop_oneof![4 => select(vec!["a".to_owned(), "b".into(), "c".into()]), 1 => words()].boxed()
}

fn rule() -> BoxedStrategy<Rule> {
    let then = select(vec![Then::HandOff, Then::Propose, Then::Count, Then::Hold]);
    let head = (name(), words(), any::<bool>(), when(), expression(), then);
    let tail =
        (option::of(share()), reason(), squad(), option::of(any::<u8>()), option::of(any::<u32>()), texts());
    (head, tail)
        .prop_map(|((name, note, enabled, when, expression, then), tail)| {
            let (weight, reason, squad, priority, first_reply_s, say) = tail;
            Rule {
                name,
                note,
                enabled,
                when,
                expression,
                then,
                weight,
                reason,
                squad,
                priority,
                first_reply_s,
                say,
            }
        })
        .boxed()
}

fn differs() -> BoxedStrategy<Override> {
    (name(), when(), expression(), option::of(share()), option::of(any::<u32>()), emphasis())
        .prop_map(|(name, when, expression, hand_off_at, cool_down_turns, emphasis)| Override {
            name,
            when,
            expression,
            propose_at: None,
            hand_off_at,
            answer_confidence_min: hand_off_at,
            cool_down_turns,
            emphasis,
        })
        .boxed()
}

fn emphasis() -> BoxedStrategy<std::collections::BTreeMap<String, f32>> {
    prop::collection::btree_map(
        select(vec!["sales".to_owned(), "frustration".into(), "x.y".into()]),
        share(),
        0..3,
    )
    .boxed()
}

fn case() -> BoxedStrategy<PolicyCase> {
    let turn =
        (any::<bool>(), words(), option::of(share())).prop_map(|(customer, said, confidence)| CaseTurn {
            customer: customer.then(|| said.clone()),
            assistant: (!customer).then_some(said),
            confidence,
        });
    let values =
        vec![json!("gold"), json!(3), json!(0.1), json!(0.1_f32), json!([1, "a"]), json!({"a": {"b": true}})];
    let attributes = prop::collection::btree_map(words(), select(values), 0..3);
    let expect = select(vec![Expected::Answer, Expected::HandOff, Expected::ProposeOrHandOff]);
    let head = (name(), option::of(words()), any::<bool>(), attributes, vec(turn, 0..3), expect);
    (head, option::of(words()), option::of(reason()), squad(), option::of(any::<u32>()))
        .prop_map(|((name, tier, verified, attributes, turns, expect), words, reason, squad, turn)| {
            PolicyCase {
                name,
                customer: CaseCustomer { tier, verified, attributes: attributes.into_iter().collect() },
                channel: words.clone(),
                page: words.clone(),
                at: None,
                turns,
                expect,
                reason,
                rule: words,
                squad,
                turn,
            }
        })
        .boxed()
}

fn area() -> BoxedStrategy<AreaRule> {
    let action = select(vec![Action::Propose, Action::HandOff, Action::Answer]);
    (name(), action, reason(), squad(), option::of(any::<u32>()))
        .prop_map(|(area, action, reason, squad, proactive_after_s)| AreaRule {
            area,
            action,
            reason,
            squad,
            proactive_after_s,
        })
        .boxed()
}

prop_compose! {
    fn any_policy()(
        name in words(),
        version in any::<u32>(),
        topics in prop::sample::subsequence(vec![TopicKind::Legal, TopicKind::Refund, TopicKind::Bug], 0..=3),
        shares in (share(), share(), share()),
        cool_down_turns in any::<u32>(),
        emphasis in emphasis(),
        proactive in (any::<u32>(), any::<u32>()),
        wording in prop::collection::btree_map(reason(), texts(), 0..3),
        areas in vec(area(), 0..3),
        rules in vec(rule(), 0..4),
        overrides in vec(differs(), 0..3),
        tests in vec(case(), 0..3),
    ) -> Policy {
        Policy {
            name,
            version,
            always_human_topics: topics.clone(),
            propose_topics: topics,
            propose_at: shares.0,
            hand_off_at: shares.1,
            answer_confidence_min: shares.2,
            cool_down_turns,
            emphasis,
            proactive: Proactive { per_day: proactive.0, after_dismissal_days: proactive.1 },
            wording,
            areas,
            rules,
            overrides,
            tests,
        }
    }
}

/// What somebody does in a form: a part is taken from another policy, put elsewhere, or left out.
fn changed(mut policy: Policy, from: &Policy, how: &[(u8, usize)]) -> Policy {
    for (which, index) in how {
        match which {
            0 => policy.propose_at = from.propose_at,
            1 => policy.name.clone_from(&from.name),
            2 => policy.emphasis.clone_from(&from.emphasis),
            3 => policy.proactive = from.proactive,
            4 => policy.wording.clone_from(&from.wording),
            5 => policy.always_human_topics.clone_from(&from.always_human_topics),
            6 => change(&mut policy.areas, &from.areas, *index),
            7 | 8 => change(&mut policy.rules, &from.rules, *index),
            9 => change(&mut policy.overrides, &from.overrides, *index),
            10 => change(&mut policy.tests, &from.tests, *index),
            _ => {
                let (Some(other), count) = (from.rules.first(), policy.rules.len()) else { continue };
                let Some(rule) = policy.rules.get_mut(index % count.max(1)) else { continue };
                match index % 5 {
                    0 => rule.when.clone_from(&other.when),
                    1 => rule.expression.clone_from(&other.expression),
                    2 => rule.say.clone_from(&other.say),
                    3 => rule.name.clone_from(&other.name),
                    _ => (rule.weight, rule.squad) = (other.weight, other.squad.clone()),
                }
            }
        }
    }
    policy
}

fn change<T: Clone>(list: &mut Vec<T>, from: &[T], index: usize) {
    let at = (index / 4) % (list.len() + 1);
    match (index % 4, from.first()) {
        (0, Some(new)) => list.insert(at, new.clone()),
        (1, Some(new)) if at < list.len() => list[at] = new.clone(),
        (2, _) if at < list.len() => drop(list.remove(at)),
        (3, _) if at < list.len() => list.swap(0, at),
        _ => {}
    }
}

/// The same in other words of TOML.
const BY_HAND: &[&str] = &[
    "",
    "# Nothing but a comment.",
    "propose_at = 0.5 # why\r\nemphasis.sales = 0.5\r\nproactive.per_day = 2\r\n",
    "rule = [{ name = \"a\", then = \"propose\" }, { name = \"b\", then = \"hold\" }] # inline\n",
    "emphasis = { sales = 0.5 } # one line\nproactive = { per_day = 3 }\narea = []\n",
    "wording = { sales = { en = \"x\" }, policy = { de = 'y' } } # inline\n",
    "[wording]\nsales.en = \"x\"\n[wording.policy]\nde = 'y'\n",
    r#"
# The file.
name = 'ours'   # a literal

[emphasis] # weights
sales = 0.50 # half

# First.
[[rule]] # a
name = """a"""
then = "propose"
when = [ # rows
    { field = "time.hour", at_least = 1_0 }, # ten
    { any = [{ field = "customer.tier", is = 'gold' }, { field = "reading.asks", is = true }] },
    # the end
]
[rule.say]
en = "x" # in English

# A test.
[[test]]
name = "t"
turns = [{ customer = "a" }]
expect = "answer"
[test.customer]
tier = "gold"
[test.customer.attributes]
orders = 3

# Second.
[[rule]]
"name" = "b"
if = '''
reading.asks # no comment
'''
then = "count"
weight = 3e-1
say = { en = "y", "de" = "z" }

[[override]]
name = "a"
if = "reading.asks"
emphasis.sales = 0.1
[[override]]
name = "b"
if = "reading.asks"
[override.emphasis]
sales = 0.2
# The end."#,
];

fn sources() -> impl Iterator<Item = &'static str> {
    BY_HAND.iter().copied().chain(TEMPLATES.iter().map(|template| template.text))
}

fn parsed(text: &str) -> Policy {
    let checked = text::check(text, None);
    checked.policy.unwrap_or_else(|| panic!("{text}\n{:#?}", checked.problems))
}

#[test]
fn a_policy_that_has_not_changed_leaves_its_text_alone() {
    for source in sources() {
        assert_eq!(text::edit(source, &parsed(source)).as_deref(), Ok(source));
    }
}

#[test]
fn what_no_file_can_hold_is_left_out() {
    let attributes = json!({ "a": null, "b": [null, 1], "c": { "d": null }, "e": u64::MAX });
    let case = PolicyCase {
        name: "t".into(),
        customer: CaseCustomer {
            attributes: attributes.as_object().cloned().unwrap(),
            ..CaseCustomer::default()
        },
        channel: None,
        page: None,
        at: None,
        turns: vec![],
        expect: Expected::Answer,
        reason: None,
        rule: None,
        squad: None,
        turn: None,
    };
    let policy = Policy { tests: vec![case], ..Policy::default() };
    let read = parsed(&text::write(&policy));
    let kept = serde_json::Value::from(read.tests[0].customer.attributes.clone());
    assert_eq!(kept, json!({ "b": [1], "c": {}, "e": u64::MAX as f64 }));
}

#[test]
fn a_section_of_a_rule_moves_with_it() {
    let rule = |name: &str, say: &str| {
        format!("# {name}.\n[[rule]]\nname = \"{name}\"\nthen = \"hold\"\n[rule.say]\nen = \"{say}\"\n")
    };
    let text = rule("a", "x") + &rule("b", "y");
    let mut policy = parsed(&text);
    policy.rules.swap(0, 1);
    assert_eq!(text::edit(&text, &policy), Ok(rule("b", "y") + &rule("a", "x")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(policy in any_policy()) {
        let text = text::write(&policy);
        prop_assert_eq!(parsed(&text), policy.clone(), "{}", text);
        prop_assert_eq!(text::edit(&text, &policy), Ok(text));
    }

    #[test]
    fn a_text_becomes_any_other_policy(before in any_policy(), after in any_policy()) {
        let text = text::write(&before);
        let edited = text::edit(&text, &after).unwrap();
        prop_assert_eq!(parsed(&edited), after, "{}\nbecame\n{}", text, edited);
    }

    #[test]
    fn a_change_arrives_in_a_text_of_people(
        source in select(sources().collect::<Vec<_>>()),
        from in any_policy(),
        how in vec((0_u8..14, 0_usize..40), 1..5),
    ) {
        let after = changed(parsed(source), &from, &how);
        let edited = text::edit(source, &after).unwrap();
        prop_assert_eq!(parsed(&edited), after, "{}\nbecame\n{}", source, edited);
    }

    #[test]
    fn a_change_arrives_in_a_written_text(
        before in any_policy(),
        from in any_policy(),
        how in vec((0_u8..14, 0_usize..40), 1..5),
    ) {
        let text = text::write(&before);
        let after = changed(before, &from, &how);
        let edited = text::edit(&text, &after).unwrap();
        prop_assert_eq!(parsed(&edited), after, "{}\nbecame\n{}", text, edited);
    }
}
