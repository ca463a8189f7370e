//! One page that stands alone: charts as inline SVG, light and dark, and behind each chart its table.

mod chart;

use std::fmt::Write;

use self::chart::{Bar, Dots, bars, dots, scatter};
use crate::{
    run::{OURS, Plan, SeedRun},
    summary::{OfPolicy, Summary},
};

const STYLE: &str = "
:root { color-scheme: light dark; --bg: light-dark(#ffffff, #101114); --ink: light-dark(#1b1c22, #ececf1);
  --soft: light-dark(#565863, #a9abb7); --line: light-dark(#e5e5ec, #2a2b32); --bar: light-dark(#9aa3b8, #6a7286);
  --ours: light-dark(#4f46c8, #9d96ff); --s0: light-dark(#4f46c8, #9d96ff); --s1: light-dark(#00798c, #4fc3d7);
  --s2: light-dark(#b8560b, #f0a25b); --s3: light-dark(#7a7d89, #90929e); }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--bg); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.125rem; margin: 2.5rem 0 .25rem; }
p { margin: .25rem 0 .75rem; color: var(--soft); } svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; } svg .soft { fill: var(--soft); }
svg line { stroke: var(--line); } svg .mark { stroke: var(--ink); } svg .bound { stroke: var(--soft); stroke-dasharray: 4 3; }
.bar { fill: var(--bar); } .ours { fill: var(--ours); } .s0 { fill: var(--s0); } .s1 { fill: var(--s1); }
.s2 { fill: var(--s2); } .s3 { fill: var(--s3); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0; }
th, td { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } summary { cursor: pointer; color: var(--soft); }
strong { color: var(--ink); }
";

/// The page, in HTML.
pub fn page(plan: &Plan, runs: &[SeedRun], summary: &Summary) -> String {
    let name = escape(&summary.scenario);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Simulation {name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Simulation {name}</h1>\n"
    );
    out.push_str(&head(plan, runs, summary));
    out.push_str(&costs(summary));
    out.push_str(&targets(summary));
    out.push_str(&waits(summary));
    out.push_str(&seeds(plan, runs, summary));
    out.push_str(&rest(summary));
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn head(plan: &Plan, runs: &[SeedRun], summary: &Summary) -> String {
    let of_day = runs.iter().filter_map(|run| run.policies.first()).map(|of| of.conversations).sum::<usize>();
    let mut out = format!(
        "<p>{}</p>\n<p>{} days of about {} conversations each. State <code>{}</code>: whoever runs the same seeds again gets \
         the same.</p>\n",
        escape(&plan.scenario.about),
        runs.len(),
        of_day / runs.len().max(1),
        summary.state_hash
    );
    if let (Some(peer), Some(ratio), Some([low, high])) =
        (&summary.best_peer, summary.ratio_to_best_peer, summary.ratio_ci95)
    {
        writeln!(
            out,
            "<p><strong>{OURS} costs {ratio:.2} of {}</strong>, the best of the others (95 % between {low:.2} and \
             {high:.2}).</p>",
            escape(peer)
        )
        .expect("writing into a string cannot fail");
    }
    out
}

fn costs(summary: &Summary) -> String {
    let bar = |(name, of): &(String, OfPolicy)| Bar {
        name: escape(name),
        value: of.j_per_100,
        range: Some(of.j_ci95),
        ours: name == OURS,
    };
    let list: Vec<Bar> = summary.policies.0.iter().map(bar).collect();
    let bounds = [("floor", summary.floor), ("pooled", summary.pooled)];
    let chart = bars("Cost of 100 conversations by policy", &list, &bounds, 1);
    let rows = summary.policies.0.iter().map(|(name, of)| {
        vec![
            name.clone(),
            format!("{:.2}", of.j_per_100),
            format!("{:.2} to {:.2}", of.j_ci95[0], of.j_ci95[1]),
        ]
    });
    let bounds = bounds.map(|(name, value)| vec![name.to_owned(), format!("{value:.2}"), String::new()]);
    section(
        "Cost",
        "Lateness by tier, customers who gave up, and agents who did not fit, of 100 conversations; lower is better. Whiskers: \
         95 % over the days. Dashed: a strict bound that nobody can reach, and a pool of perfect agents.",
        &chart,
        &table(&["policy", "J per 100", "95 %"], rows.chain(bounds)),
    )
}

fn targets(summary: &Summary) -> String {
    let tiers: Vec<String> = tiers(summary).iter().map(|tier| escape(tier)).collect();
    let row = |(name, of): &(String, OfPolicy)| Dots {
        name: escape(name),
        values: of.sla.0.iter().map(|(_, share)| share * 100.0).collect(),
    };
    let list: Vec<Dots> = summary.policies.0.iter().map(row).collect();
    let chart = dots("Share answered within the target by policy and tier", &list, &tiers);
    let rows = summary.policies.0.iter().map(|(name, of)| {
        let shares = of.sla.0.iter().map(|(_, share)| percent(*share));
        std::iter::once(name.clone()).chain(shares).chain([percent(of.abandon)]).collect()
    });
    let head: Vec<&str> = std::iter::once("policy").chain(self::tiers(summary)).chain(["gave up"]).collect();
    section(
        "Targets kept",
        "Share of each tier's conversations that a human answered within its target.",
        &chart,
        &table(&head, rows),
    )
}

fn tiers(summary: &Summary) -> Vec<&str> {
    let first = summary.policies.0.first();
    first.map(|(_, of)| of.sla.0.iter().map(|(name, _)| name.as_str()).collect()).unwrap_or_default()
}

fn waits(summary: &Summary) -> String {
    let bar = |(name, of): &(String, OfPolicy)| Bar {
        name: escape(name),
        value: of.p95_wait_s,
        range: None,
        ours: name == OURS,
    };
    let list: Vec<Bar> = summary.policies.0.iter().map(bar).collect();
    let chart = bars("Seconds within which 95 % of those served were answered", &list, &[], 0);
    let rows = summary.policies.0.iter().map(|(name, of)| {
        let seconds = [of.mean_wait_s, of.p95_wait_s, of.max_wait_s].map(|seconds| format!("{seconds:.0} s"));
        std::iter::once(name.clone()).chain(seconds).collect()
    });
    let table = table(&["policy", "mean", "95 %", "longest"], rows);
    section("Waits", "95 % of those who were served were answered within so many seconds.", &chart, &table)
}

fn seeds(plan: &Plan, runs: &[SeedRun], summary: &Summary) -> String {
    let place = |name: &str| plan.policies.iter().position(|policy| policy.name() == name);
    let Some(peer) = &summary.best_peer else { return String::new() };
    let (Some(ours), Some(best)) = (place(OURS), place(peer)) else { return String::new() };
    let ratio = |run: &SeedRun| run.policies[ours].j_per_100 / run.policies[best].j_per_100;
    let points: Vec<(String, f64)> = runs.iter().map(|run| (run.seed.to_string(), ratio(run))).collect();
    let rows = runs.iter().map(|run| {
        let of = |policy: usize| format!("{:.2}", run.policies[policy].j_per_100);
        vec![run.seed.to_string(), of(ours), of(best), format!("{:.3}", ratio(run))]
    });
    section(
        "Day by day",
        &format!("Cost of {OURS} by that of {} on the same day; below 1 is better.", escape(peer)),
        &scatter("Ratio of costs by seed", &points, 1.0),
        &table(&["seed", OURS, peer, "ratio"], rows),
    )
}

fn rest(summary: &Summary) -> String {
    let rows = summary.policies.0.iter().map(|(name, of)| {
        vec![
            name.clone(),
            format!("{:.3}", of.proficiency),
            percent(of.unskilled),
            percent(of.sticky),
            format!("{:.3}", of.gini),
            percent(of.misuse),
            percent(of.utilisation),
            format!("{:.1} / {:.1} \u{b5}s", of.decision_us_p50, of.decision_us_p99),
        ]
    });
    let head =
        ["policy", "proficiency", "unskilled", "known agent", "Gini", "misuse", "busy", "decision p50 / p99"];
    let mut out = format!(
        "<section>\n<h2>And besides</h2>\n<p>Who served, how evenly work was spread (Gini: 0 is even), specialists taken for \
         what others could have done, and the time from an event to its offers on this machine.</p>\n{}",
        table(&head, rows)
    );
    if let Some(waits) = &summary.waits {
        writeln!(
            out,
            "<p>Waits that {OURS} foretold were off by {:.0} s on average; the last wait of the same line would have been off by \
             {:.0} s, the age of its first by {:.0} s. {} came within the high end, of {}.</p>",
            waits.mae_s,
            waits.mae_les_s,
            waits.mae_hol_s,
            percent(waits.p90_coverage),
            waits.n
        )
        .expect("writing into a string cannot fail");
    }
    out + "</section>\n"
}

fn section(title: &str, about: &str, chart: &str, table: &str) -> String {
    format!(
        "<section>\n<h2>{title}</h2>\n<p>{about}</p>\n{chart}<details><summary>Table</summary>\n{table}</details>\n</section>\n"
    )
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let cells = |kind: &str, cells: &mut dyn Iterator<Item = String>| {
        cells.map(|cell| format!("<{kind}>{cell}</{kind}>")).collect::<String>()
    };
    let top = cells("th scope=\"col\"", &mut head.iter().map(|cell| escape(cell)))
        .replace("</th scope=\"col\">", "</th>");
    let rows: String = rows
        .map(|row| format!("<tr>{}</tr>\n", cells("td", &mut row.iter().map(|cell| escape(cell)))))
        .collect();
    format!(
        "<div class=\"wide\"><table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Text as it may stand in HTML.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter => out.push(letter),
        }
        out
    })
}
