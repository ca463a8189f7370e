//! `segue policy`: check, test, diff and explain policies, and print those that ship with Segue.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args as ClapArgs, Subcommand};
use segue_core::{
    ids::OrganisationId,
    organisation::Organisation,
    policy::{
        Policy,
        check::Severity,
        diff::diff,
        scene::{FIELDS, Field, PREFIXES},
        template,
        text::{self, Problem},
    },
    trigger::Explanation,
};
use segue_server::{
    backtest::search,
    rehearsal::{CaseResult, Recorded, Rehearser, run_cases},
};
use segue_understanding::Reader;
use serde_json::json;

use crate::{
    interruption,
    past::{Past, PastArgs, Source},
};

/// Options of `policy`.
#[derive(ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Says what is wrong with policies, with line, column and what to write instead.
    Check(Files),
    /// Runs the tests that stand in policies.
    Test(Files),
    /// Tells what differs between two policies.
    Diff {
        /// The one before.
        from: PathBuf,
        /// The one after.
        to: PathBuf,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Tells why a turn of a recorded conversation is decided as it is: every signal, rule and threshold.
    Explain(Explain),
    /// Looks for changes of the policy's numbers that labelled history speaks for; nothing changes by itself.
    Propose(Propose),
    /// Lists every field that rules can ask about, with its type and what it is.
    Fields {
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Lists the templates, or prints one: a policy for a trade, with its tests.
    Template {
        /// Which one.
        name: Option<String>,
    },
}

#[derive(ClapArgs)]
struct Files {
    /// Policies in TOML.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// An organisation in TOML, against which squads and areas are held.
    #[arg(long)]
    organisation: Option<PathBuf>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

#[derive(ClapArgs)]
struct Explain {
    /// A policy in TOML; `default` is the one that ships with Segue.
    policy: String,
    /// Conversations, one JSON document per line.
    file: PathBuf,
    /// Id of the conversation; the first one where none is given.
    #[arg(long)]
    id: Option<String>,
    /// The turn, from 0; the first one that is not simply answered where none is given.
    #[arg(long)]
    turn: Option<usize>,
    /// An organisation in TOML instead of one squad with the defaults.
    #[arg(long)]
    organisation: Option<PathBuf>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

#[derive(ClapArgs)]
struct Propose {
    #[command(flatten)]
    past: PastArgs,
    /// The policy that decides today, in TOML, or `default`; by default the data's own.
    #[arg(long)]
    policy: Option<String>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
pub fn run(args: &Args) -> Result<ExitCode> {
    match &args.command {
        Command::Check(files) => check(files),
        Command::Test(files) => test(files),
        Command::Diff { from, to, json } => differences(from, to, *json),
        Command::Explain(args) => explain(args),
        Command::Propose(args) => propose(args),
        Command::Fields { json } => print_fields(*json),
        Command::Template { name } => print_template(name.as_deref()),
    }
}

/// A policy that can be used; every error with its place where it cannot.
pub(crate) fn read(path: &Path, organisation: Option<&Organisation>) -> Result<Policy> {
    text::check(&source(path)?, organisation).usable().map_err(|errors| {
        let told: Vec<String> = errors.iter().map(|problem| line(path, problem)).collect();
        anyhow::anyhow!("{}", told.join("\n"))
    })
}

/// An organisation of a file, or one squad with the defaults.
pub(crate) fn organisation(path: Option<&Path>, name: &str) -> Result<Organisation> {
    let Some(path) = path else { return Ok(Organisation::new(OrganisationId::parse(name)?, name)) };
    let text = source(path)?;
    let organisation: Organisation =
        toml::from_str(&text).with_context(|| format!("{} is not a valid organisation", path.display()))?;
    ensure!(
        !organisation.squads.is_empty(),
        "the organisation has no squad, so nobody could be handed anything; add a [[squad]]"
    );
    Ok(organisation)
}

fn source(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read; check the path", path.display()))
}

fn line(path: &Path, problem: &Problem) -> String {
    let severity = if problem.severity == Severity::Error { "error" } else { "warning" };
    let hint = problem.hint.as_ref().map(|hint| format!("\n    {hint}")).unwrap_or_default();
    format!("{}:{}:{}: {severity}: {}{hint}", path.display(), problem.line, problem.column, problem.message)
}

fn check(args: &Files) -> Result<ExitCode> {
    let organisation =
        args.organisation.as_deref().map(|path| organisation(Some(path), "check")).transpose()?;
    let mut documents = vec![];
    let mut failed = false;
    for path in &args.files {
        let checked = text::check(&source(path)?, organisation.as_ref());
        failed |= checked.problems.iter().any(|problem| problem.severity == Severity::Error);
        if !args.json {
            checked.problems.iter().for_each(|problem| println!("{}", line(path, problem)));
            if checked.problems.is_empty() {
                println!("{}: nothing is wrong with it", path.display());
            }
        }
        documents.push(json!({ "file": path, "problems": checked.problems }));
    }
    if args.json {
        println!("{}", json!({ "files": documents }));
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn test(args: &Files) -> Result<ExitCode> {
    let reader = Reader::new();
    let mut documents = vec![];
    let mut failed = 0;
    for path in &args.files {
        let mut organisation = organisation(args.organisation.as_deref(), "test")?;
        organisation.policy = read(path, args.organisation.as_ref().map(|_| &organisation))?;
        let results = run_cases(&Rehearser::new(&reader, organisation)?);
        failed += results.iter().filter(|result| !result.passed).count();
        if !args.json {
            tell_cases(path, &results);
        }
        documents.push(json!({ "file": path, "results": results }));
    }
    if args.json {
        println!("{}", json!({ "failed": failed, "files": documents }));
    }
    Ok(if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn tell_cases(path: &Path, results: &[CaseResult]) {
    for result in results {
        match &result.why {
            Some(why) => println!("{}: “{}” failed: {why}", path.display(), result.name),
            None => println!("{}: “{}” passed", path.display(), result.name),
        }
    }
    if results.is_empty() {
        println!(
            "{}: there are no tests; add a [[test]] with turns and what is to be decided",
            path.display()
        );
    }
}

fn differences(from: &Path, to: &Path, as_json: bool) -> Result<ExitCode> {
    let changes = diff(&read(from, None)?, &read(to, None)?);
    if as_json {
        println!("{}", json!({ "changes": changes }));
    } else if changes.is_empty() {
        println!("they decide the same");
    } else {
        changes.iter().for_each(|change| println!("{}", change.words));
    }
    Ok(ExitCode::SUCCESS)
}

fn propose(args: &Propose) -> Result<ExitCode> {
    let past = Past::open(&args.past)?;
    let policy = past.policy(args.policy.as_deref().unwrap_or("live"))?;
    let organisation = Organisation { policy, ..past.organisation().clone() };
    let found = past.counted(|source, progress| match source {
        Source::Recordings(recordings) => search(&organisation, recordings, progress),
        Source::Log(log) => Ok(search(&organisation, log, progress)?),
    })?;
    let Some(found) = found else {
        eprintln!("interrupted: nothing is proposed");
        return Ok(ExitCode::from(interruption::EXIT_STATUS));
    };
    let (judged, proposals) = (found.judged(), found.proposals());
    if args.json {
        println!("{}", json!({ "judged": judged, "proposals": proposals }));
    } else if proposals.is_empty() {
        println!("{judged} labelled conversations speak for no change");
    } else {
        proposals.iter().for_each(|proposal| println!("{}", proposal.words));
    }
    Ok(ExitCode::SUCCESS)
}

fn print_fields(as_json: bool) -> Result<ExitCode> {
    let kind = |field: &Field| format!("{:?}", field.kind()).to_lowercase();
    if as_json {
        let told = |field: &Field| json!({ "name": field.name, "type": kind(field), "doc": field.doc });
        println!("{}", json!({ "fields": FIELDS.iter().map(told).collect::<Vec<_>>() }));
    } else {
        FIELDS.iter().for_each(|field| println!("{:<28} {:<8} {}", field.name, kind(field), field.doc));
        PREFIXES
            .iter()
            .for_each(|(prefix, doc)| println!("{:<28} {:<8} {doc}", format!("{prefix}..."), "any"));
    }
    Ok(ExitCode::SUCCESS)
}

fn print_template(name: Option<&str>) -> Result<ExitCode> {
    let Some(name) = name else {
        template::TEMPLATES.iter().for_each(|one| println!("{:<12} {}", one.name, one.about));
        return Ok(ExitCode::SUCCESS);
    };
    let Some(found) = template::named(name) else {
        let names: Vec<&str> = template::TEMPLATES.iter().map(|one| one.name).collect();
        bail!("there is no template `{name}`; there are {}", names.join(", "));
    };
    print!("{}", found.text);
    Ok(ExitCode::SUCCESS)
}

fn explain(args: &Explain) -> Result<ExitCode> {
    let mut organisation = organisation(args.organisation.as_deref(), "explain")?;
    if args.policy != "default" {
        organisation.policy =
            read(Path::new(&args.policy), args.organisation.as_ref().map(|_| &organisation))?;
    }
    let recorded = recorded(args)?;
    let reader = Reader::new();
    let rehearser = Rehearser::new(&reader, organisation)?;
    let mut rehearsal = rehearser.begin(&recorded)?;
    let mut wanted = None;
    for index in 0..recorded.turns.len() {
        let said = rehearsal.turn(index)?;
        let acts = said.decision.action != segue_core::trigger::Action::Answer;
        let found = rehearsal.explanation();
        let is_wanted = args.turn.map_or(acts || index + 1 == recorded.turns.len(), |turn| turn == index);
        if is_wanted {
            wanted = found;
            break;
        }
    }
    let Some(explanation) = wanted else {
        bail!("nothing is decided at that turn: a human has the conversation, or it has no such turn");
    };
    if args.json {
        println!("{}", serde_json::to_string(&explanation)?);
    } else {
        tell(&explanation);
    }
    Ok(ExitCode::SUCCESS)
}

fn recorded(args: &Explain) -> Result<Recorded> {
    let file = fs::File::open(&args.file)
        .with_context(|| format!("{} cannot be opened; check the path", args.file.display()))?;
    for (line, number) in BufReader::new(file).lines().zip(1..) {
        let recorded = Recorded::parse(&line?, number)?;
        if args.id.as_ref().is_none_or(|id| *id == recorded.id()) {
            return Ok(recorded);
        }
    }
    match &args.id {
        Some(id) => bail!("{} has no conversation `{id}`", args.file.display()),
        None => bail!("{} has no conversation", args.file.display()),
    }
}

fn tell(explanation: &Explanation) {
    let word = |value: serde_json::Result<serde_json::Value>| {
        value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let decision = &explanation.decision;
    let reason = decision.reason.map(|reason| format!(" because {}", word(serde_json::to_value(reason))));
    println!(
        "turn {}: {}{}, probability {:.2}",
        decision.turn,
        word(serde_json::to_value(decision.action)),
        reason.unwrap_or_default(),
        decision.confidence
    );
    if let Some(why) = &explanation.timing.why {
        println!("held: {why}");
    }
    let thresholds = &explanation.thresholds;
    println!("proposes from {:.2}, hands off from {:.2}", thresholds.propose_at, thresholds.hand_off_at);
    thresholds.overrides.iter().for_each(|name| println!("  by the override “{name}”"));
    println!("signals");
    for signal in explanation.signals.iter().filter(|signal| signal.fired) {
        let evidence = signal.evidence.as_deref().unwrap_or_default();
        println!("  {:<20} {:.2} ({})  {evidence}", signal.name, signal.force, signal.weight);
    }
    let silent = explanation.signals.iter().filter(|signal| !signal.fired).map(|signal| signal.name.as_str());
    println!("  not seen: {}", silent.collect::<Vec<_>>().join(", "));
    for rule in &explanation.rules {
        println!("rule “{}” {}", rule.name, if rule.fired { "fired" } else { "did not fire" });
        for condition in &rule.conditions {
            let value =
                if condition.value.is_empty() { String::new() } else { format!(" ({})", condition.value) };
            println!("  {} {}{value}", if condition.holds { "✓" } else { "✗" }, condition.text);
        }
    }
    explanation.counterfactual.iter().for_each(|told| println!("{told}"));
}
