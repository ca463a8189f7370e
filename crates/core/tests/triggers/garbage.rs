//! Whatever is typed: nothing ends the process, and everything that is told has its place in the text.

use proptest::{collection::vec, prelude::*, sample::select};
use segue_core::{
    ids::OrganisationId,
    organisation::Organisation,
    policy::{Expression, Policy, template::TEMPLATES, text},
};

/// Whether a line and a column, both from 1, lie in the text or right behind its end.
fn lies_in(text: &str, line: usize, column: usize) -> bool {
    let written = text.split('\n').nth(line.wrapping_sub(1));
    written.is_some_and(|written| (1..=written.chars().count() + 1).contains(&column))
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let organisation = Organisation::new(OrganisationId::parse("acme").expect("a fixed id"), "Acme");
    let checked = text::check(text, Some(&organisation));
    for problem in &checked.problems {
        prop_assert!(lies_in(text, problem.line, problem.column), "{:?}\n{}", problem, text);
        prop_assert!(lies_in(text, problem.end_line, problem.end_column), "{:?}\n{}", problem, text);
        let (start, end) = ((problem.line, problem.column), (problem.end_line, problem.end_column));
        prop_assert!(start <= end && !problem.message.is_empty(), "{:?}\n{}", problem, text);
        prop_assert!(!problem.message.contains('\n'), "{:?}\n{}", problem, text);
    }
    let edited = text::edit(text, &Policy::default());
    prop_assert_eq!(edited.is_ok(), checked.policy.is_some());
    if let (Some(policy), Ok(edited)) = (checked.policy, edited) {
        prop_assert_eq!(text::check(&edited, None).policy, Some(Policy::default()), "{}\n{}", text, edited);
        // What is no number is not even equal to itself.
        prop_assert!(policy != policy.clone() || text::edit(text, &policy).as_deref() == Ok(text));
    }
    Ok(())
}

/// Parts of a policy's file, and what gets into one by mistake.
const PARTS: &[&str] = &[
    "[[rule]]\n",
    "[rule]\n",
    "[[test]]\n",
    "[[area]]\n",
    "[[override]]\n",
    "[emphasis]\n",
    "[proactive]\n",
    "[wording.sales]\n",
    "[rule.say]\n",
    "name",
    "then",
    "when",
    "if",
    "field",
    "is",
    "in",
    "any",
    "all",
    "not",
    "has",
    "turns",
    "customer",
    "propose_at",
    "weight",
    "say",
    " = ",
    "=",
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ".",
    "\n",
    " ",
    "# ",
    "\"a\"",
    "\"hold\"",
    "0.5",
    "-1",
    "1e999",
    "nan",
    "inf",
    "true",
    "yes",
    "2026-01-01",
    "\"customer.tier\"",
    "\"reading.topics\"",
    "\"customer.attributes.\"",
    "\"reading.asks\"",
    "“",
    "”",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "ä",
    "\u{202e}",
    "😀",
    "\r\n",
    "\t",
    "\0",
    "\\u",
    "\\",
    "50%",
    "0,5",
    ">",
    "==",
];

/// Parts of an expression, and what gets into one by mistake.
const SIGNS: &[&str] = &[
    "customer.tier",
    "reading.text",
    "reading.topics",
    "time.hour",
    "customer.attributes",
    "customer",
    "signal.sales",
    "reading.asks",
    "gold",
    "package.amount",
    "'gold'",
    "\"",
    "'",
    "'''",
    "r\"",
    "b'a'",
    "\"\\b\"",
    "r'('",
    "'ä'",
    "😀",
    "0",
    "1u",
    "0x1f",
    "9223372036854775808",
    "-9223372036854775808",
    "0.5",
    "1e999",
    ".5",
    "true",
    "null",
    "==",
    "=",
    "!=",
    "<",
    ">=",
    "&&",
    "&",
    "||",
    "!",
    "-",
    "+",
    "/",
    "%",
    "?",
    ":",
    "in",
    "and",
    "not",
    "if",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    ".contains(",
    ".matches(",
    ".exists(",
    ".map(",
    "has(",
    "size(",
    "matches(",
    "dyn(",
    "//",
    "\n",
    " ",
    "\t",
    "`",
    "\\",
    "“",
    "\u{200b}",
    "\u{a0}",
    "@",
    "$",
    ";",
    "\0",
];

fn soup(parts: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    vec(select(parts), 0..most).prop_map(|parts| parts.concat())
}

/// A text with some of its characters gone, doubled or replaced.
fn spoilt(text: &str, how: &[(u8, prop::sample::Index, usize, &str)]) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    for (what, at, length, part) in how {
        let from = at.index(signs.len() + 1);
        let to = (from + length).min(signs.len());
        match what {
            0 => drop(signs.drain(from..to)),
            1 => {
                let copied: Vec<char> = signs[from..to].to_vec();
                signs.splice(from..from, copied);
            }
            2 => drop(signs.splice(from..to, part.chars())),
            _ => drop(signs.splice(from..from, part.chars())),
        }
    }
    signs.into_iter().collect()
}

/// One section of a template.
fn section() -> impl Strategy<Value = &'static str> {
    let sections = TEMPLATES.iter().flat_map(|template| template.text.split("\n\n"));
    select(sections.filter(|section| section.contains('=')).collect::<Vec<_>>())
}

fn slips() -> impl Strategy<Value = Vec<(u8, prop::sample::Index, usize, &'static str)>> {
    let part = select([PARTS, SIGNS].concat());
    vec((0_u8..4, any::<prop::sample::Index>(), 0_usize..12, part), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_told_what_is_wrong(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn any_parts_of_a_policy_are_told_what_is_wrong(text in soup(PARTS, 40)) {
        check(&text)?;
    }

    #[test]
    fn any_slip_in_a_section_is_told(section in section(), slips in slips()) {
        check(&spoilt(section, &slips))?;
    }

    #[test]
    fn any_expression_is_told_what_is_wrong(
        text in prop_oneof![soup(SIGNS, 12), any::<String>()],
        slips in slips(),
    ) {
        for text in [spoilt(&text, &slips), text] {
            let chars = text.chars().count();
            if let Some(problem) = Expression::new(text.clone()).problem() {
                prop_assert!(problem.start <= problem.end && problem.end <= chars, "{:?}\n{}", problem, text);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_slip_in_a_template_is_told(
        template in select(TEMPLATES.iter().map(|template| template.text).collect::<Vec<_>>()),
        slips in slips(),
    ) {
        check(&spoilt(template, &slips))?;
    }
}
