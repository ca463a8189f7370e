//! `cargo xtask faults`: breaks a running Segue on purpose, and judges it from outside.
//!
//! The promise under test: what was acknowledged is neither lost nor doubled, and each conversation's sequence
//! has no gap. The judge is [`oracle`]: it believes only what it wrote down itself before and after each
//! request, and what the server reads back afterwards. Every choice comes from one seed; timing does not, so a
//! seed repeats the plan of a run, not its every interleaving.
//!
//! Load goes to loopback only, to a server that this process started on a folder of its own.

mod api;
mod case_01_kill;
mod case_02_dropped_response;
mod case_15_same_client_id;
mod case_16_same_start;
mod oracle;
mod random;
mod server;
mod words;

use std::{
    path::Path,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use self::{oracle::Verdict, random::Random, server::Site};
use crate::shell;

/// Options of `faults`.
#[derive(clap::Args)]
pub struct Args {
    /// The case to run: 1, 2, 15 or 16; all of them where absent.
    #[arg(long)]
    case: Option<u8>,
    /// How many times the fault happens.
    #[arg(long)]
    count: Option<u32>,
    /// Repeats the plan of an earlier run.
    #[arg(long)]
    seed: Option<u64>,
    /// The long run instead of the everyday sample.
    #[arg(long, conflicts_with = "count")]
    full: bool,
    /// Breaks a release build.
    #[arg(long)]
    release: bool,
}

/// One fault, and how to provoke it.
struct Case {
    number: u8,
    name: &'static str,
    /// How often in the everyday run.
    sample: u32,
    /// How often in the long run.
    full: u32,
    provoke: fn(&mut Run) -> Result<()>,
}

const CASES: [Case; 4] = [
    Case { number: 1, name: "kill -9 during sends", sample: 10, full: 500, provoke: case_01_kill::provoke },
    Case {
        number: 2,
        name: "response dropped",
        sample: 40,
        full: 200,
        provoke: case_02_dropped_response::provoke,
    },
    Case {
        number: 15,
        name: "same client id twice",
        sample: 200,
        full: 10_000,
        provoke: case_15_same_client_id::provoke,
    },
    Case {
        number: 16,
        name: "same start at once",
        sample: 50,
        full: 1_000,
        provoke: case_16_same_start::provoke,
    },
];

/// What a case works with.
struct Run {
    case: u8,
    /// How often the fault is to happen.
    count: u32,
    random: Random,
    site: Site,
    /// Everything found so far.
    verdict: Verdict,
}

impl Run {
    /// Prints one line of JSON about a round and keeps what was found.
    fn round(&mut self, round: u32, mut told: Value, verdict: Verdict) {
        let fields = told.as_object_mut().expect("a round tells an object");
        fields.insert("case".into(), self.case.into());
        fields.insert("round".into(), round.into());
        fields.extend(verdict.fields());
        println!("{told}");
        for note in &verdict.notes {
            println!("  {note}");
        }
        self.verdict += verdict;
    }
}

/// Runs the cases asked for, and fails where one found a violation.
pub fn run(args: &Args) -> Result<()> {
    let cases: Vec<&Case> =
        CASES.iter().filter(|case| args.case.is_none_or(|number| number == case.number)).collect();
    if cases.is_empty() {
        let known = CASES.map(|case| format!("{} ({})", case.number, case.name)).join(", ");
        bail!("no such case; there are {known}");
    }
    let seed = args.seed.unwrap_or_else(seed_of_now);
    let binary = shell::built_segue(args.release)?;
    let mut broken = Vec::new();
    for case in cases {
        let count = args.count.unwrap_or(if args.full { case.full } else { case.sample }).max(1);
        if !run_case(case, count, seed, &binary)
            .with_context(|| format!("case {}, seed {seed}", case.number))?
        {
            broken.push(case.number.to_string());
        }
    }
    if !broken.is_empty() {
        bail!("the promise does not hold in case {}; seed {seed}", broken.join(", "));
    }
    Ok(())
}

/// Runs one case and prints its summary; says whether the promise held.
fn run_case(case: &Case, count: u32, seed: u64, binary: &Path) -> Result<bool> {
    let start = Instant::now();
    let mut run = Run {
        case: case.number,
        count,
        random: Random::new(seed ^ u64::from(case.number)),
        site: Site::create(binary)?,
        verdict: Verdict::default(),
    };
    let done = (case.provoke)(&mut run);
    let clean = run.verdict.is_clean();
    if done.is_err() || !clean {
        println!("what the server left is kept in {}", run.site.keep().display());
    }
    done?;
    let mut summary = json!({
        "case": case.number, "summary": case.name, "count": count, "seed": seed, "passed": clean,
        "seconds": start.elapsed().as_secs(),
    });
    summary.as_object_mut().expect("a summary is an object").extend(run.verdict.fields());
    println!("{summary}");
    Ok(clean)
}

fn seed_of_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_millis() as u64)
}
