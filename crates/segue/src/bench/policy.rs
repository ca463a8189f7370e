//! `bench policy`: what a decision costs under a policy of many rules.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use segue_core::{
    conversation::Conversation,
    ids::OrganisationId,
    organisation::Organisation,
    policy::{Policy, text},
    trigger::{Moment, evaluate},
};
use segue_server::rehearsal::{Recorded, Rehearser};
use segue_understanding::Reader;
use serde::Serialize;
use serde_json::json;

use super::{
    corpus::{self, EXCHANGES},
    measure::{cpu_time, rounded},
};

/// Turns of a conversation.
const TURNS: usize = 10;

/// Decisions in a row by one thread.
pub struct PolicyBench {
    /// Measured time.
    pub seconds: u64,
    /// Rules of the policy, half of them rows and half of them expressions.
    pub rules: u32,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyResult {
    /// Rules of the policy.
    pub rules: u32,
    /// Processor time per decision: signals, rules, timing and what would have changed it, µs.
    pub cpu_us_per_op: f64,
    /// The same without any rule, µs.
    pub without_rules_us: f64,
    /// The median, µs.
    pub p50_us: f64,
    /// The 99th percentile, µs.
    pub p99_us: f64,
    /// Decisions.
    pub ops: u64,
}

/// A policy of so many rules, none of which ever fires: each is asked to its end.
pub fn of_rules(rules: u32) -> Policy {
    let mut source = String::from("name = \"bench\"\n");
    for number in 0..rules {
        let asked = match number % 4 {
            0 => format!(
                "when = [{{ field = \"conversation.channel\", is = \"chat\" }}, {{ field = \"reading.topics\", has = \"refund\" }}, \
                 {{ field = \"context.amount\", above = {} }}]",
                900_000 + number
            ),
            1 => format!(
                "if = 'conversation.turns > 0 && reading.frustration > 1.5 && customer.attributes.segment == \"s{number}\"'"
            ),
            2 => format!(
                "when = [{{ any = [{{ field = \"customer.tier\", in = [\"t{number}\", \"u{number}\"] }}, \
                 {{ field = \"page.url\", contains = \"/area-{number}/\" }}] }}]"
            ),
            _ => format!(
                "if = 'signal.frustration > 0.99 || (\"bug\" in issue.topics && reading.text.contains(\"code {number} \"))'"
            ),
        };
        source += &format!("[[rule]]\nname = \"rule {number}\"\nthen = \"propose\"\n{asked}\n");
    }
    text::check(&source, None).usable().expect("a policy just made")
}

impl PolicyBench {
    /// Decides the turns of everyday conversations over and over.
    pub fn run(&self) -> PolicyResult {
        let mut organisation =
            Organisation::new(OrganisationId::parse("bench").expect("a plain id"), "Bench");
        let moments = moments(&organisation);
        let (without_rules_us, _) = self.measure(&organisation, &moments);
        organisation.policy = of_rules(self.rules);
        let (cpu_us_per_op, mut ns) = self.measure(&organisation, &moments);
        ns.sort_unstable();
        let at = |share: f64| ns[((ns.len() - 1) as f64 * share) as usize] as f64 / 1000.0;
        PolicyResult {
            rules: self.rules,
            cpu_us_per_op: rounded(cpu_us_per_op, 1),
            without_rules_us: rounded(without_rules_us, 1),
            p50_us: rounded(at(0.5), 1),
            p99_us: rounded(at(0.99), 1),
            ops: ns.len() as u64,
        }
    }

    fn measure(&self, organisation: &Organisation, moments: &[Conversation]) -> (f64, Vec<u64>) {
        let decide = |conversation: &Conversation| {
            let (turn, role, reading) = conversation.readings.last().expect("every moment has a turn");
            black_box(evaluate(&Moment::new(conversation, organisation, *turn, *role, reading)));
        };
        moments.iter().for_each(decide);
        let cpu = || cpu_time(std::process::id()).unwrap_or_default();
        let (before, started) = (cpu(), Instant::now());
        let mut ns = vec![];
        while started.elapsed() < Duration::from_secs(self.seconds) {
            for moment in moments {
                let at = Instant::now();
                decide(moment);
                ns.push(at.elapsed().as_nanos() as u64);
            }
        }
        ((cpu() - before).as_secs_f64() * 1e6 / ns.len() as f64, ns)
    }
}

/// Every turn of everyday conversations, as it stands right after it was said.
fn moments(organisation: &Organisation) -> Vec<Conversation> {
    let reader = Reader::new();
    let rehearser = Rehearser::new(&reader, organisation.clone()).expect("no glossary");
    let mut moments = vec![];
    for kind in 0..EXCHANGES.len() as u64 {
        let turn = |turn| {
            let role = if corpus::is_customer(turn) { "customer" } else { "assistant" };
            json!({ "role": role, "text": corpus::text(kind, turn) })
        };
        let turns: Vec<_> = (0..TURNS).map(turn).collect();
        let line = json!({ "id": kind, "turns": turns, "customer": { "tier": "pro" } }).to_string();
        let past = rehearser.history(&Recorded::parse(&line, 1).expect("a conversation just made"));
        let mut conversation = Conversation::new(organisation.id.clone(), past.conversation);
        for event in &past.events {
            conversation.apply(event);
            if matches!(event.body, segue_core::event::Body::TurnReceived { .. }) {
                moments.push(conversation.clone());
            }
        }
    }
    moments
}
