//! One line of JSON for each conversation, and one row of CSV for each seed.

use std::fmt::Write;

use serde_json::json;

use crate::{
    measure,
    run::{Plan, SeedRun},
    scenario::day::Day,
    world::record::{Asked, End, Record},
};

/// Adds the conversations of one run.
pub(crate) fn lines(out: &mut String, day: &Day, policy: &str, records: &[Record]) {
    for (each, record) in day.conversations.iter().zip(records) {
        let offer =
            |asked: &Asked| json!({ "at_s": ms(asked.at_s), "agent": asked.agent, "terms": asked.terms });
        let end = match record.end {
            End::Served => "served",
            End::Abandoned => "abandoned",
            End::Waiting => "waiting",
        };
        let line = json!({
            "policy": policy,
            "seed": day.seed,
            "conversation": record.conversation,
            "arrive_s": ms(each.arrival_s),
            "skill": day.skills[each.need.skill].name,
            "language": day.languages[each.language].name,
            "tier": day.tiers[each.tier].name,
            "channel": day.channels[each.channel].name,
            "callback": each.callback_s.is_some(),
            "transferred_to": each.then.map(|need| day.skills[need.skill].name.as_str()),
            "offers": record.asked.iter().map(offer).collect::<Vec<_>>(),
            "start_s": record.began_s.map(ms),
            "end_s": record.ended_s.map(ms),
            "agent": record.agent,
            "proficiency": record.proficiency,
            "sticky": record.sticky,
            "waited_s": ms(record.waited_s),
            "end": end,
            "j": measure::cost(day, each, record),
        });
        writeln!(out, "{line}").expect("writing into a string cannot fail");
    }
}

/// To the millisecond.
fn ms(seconds: f64) -> f64 {
    (seconds * 1e3).round() / 1e3
}

/// A table with one row for each seed and policy.
pub fn csv(plan: &Plan, runs: &[SeedRun]) -> String {
    let tiers: Vec<&str> = plan.scenario.tiers.iter().map(|tier| tier.name.as_str()).collect();
    let mut out = String::from("seed,policy,conversations,j_per_100");
    tiers.iter().for_each(|tier| out.push_str(&format!(",sla_{tier}")));
    out.push_str(
        ",abandon,mean_wait_s,p95_wait_s,max_wait_s,proficiency,unskilled,sticky,gini,misuse,utilisation,floor,pooled,hash\n",
    );
    for run in runs {
        for (policy, of) in plan.policies.iter().zip(&run.policies) {
            write!(out, "{},{},{},{:.4}", run.seed, policy.name(), of.conversations, of.j_per_100)
                .expect("writing into a string cannot fail");
            for share in &of.sla {
                out.push_str(&share.map_or_else(|| ",".into(), |share| format!(",{share:.5}")));
            }
            for (number, digits) in [
                (of.abandon, 5),
                (of.mean_wait_s, 2),
                (of.p95_wait_s, 2),
                (of.max_wait_s, 1),
                (of.proficiency, 5),
                (of.unskilled, 5),
                (of.sticky, 5),
                (of.gini, 5),
                (of.misuse, 5),
                (of.utilisation, 5),
                (run.floor, 4),
                (run.pooled, 4),
            ] {
                write!(out, ",{number:.digits$}").expect("writing into a string cannot fail");
            }
            writeln!(out, ",{:016x}", of.hash).expect("writing into a string cannot fail");
        }
    }
    out
}
