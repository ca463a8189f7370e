//! What a scenario may not say, each with its place and what to write instead.

use std::fmt;

use super::{Agent, Kind, Scenario};

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// It is not TOML, or has a field that there is not.
    #[error("{0}")]
    Syntax(String),
    /// It says what cannot be.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<Problem>),
    /// A line of a trace cannot be read.
    #[error("line {line}: {message}")]
    Trace {
        /// From 1.
        line: usize,
        /// What to write instead.
        message: String,
    },
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub at: String,
    /// What to write instead.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.at, self.message)
    }
}

/// The most agents of a scenario.
const AGENTS_MAX: usize = 10_000;
const CHANNELS: [&str; 4] = ["chat", "email", "voice", "sms"];

struct Check(Vec<Problem>);

impl Check {
    fn that(&mut self, holds: bool, at: impl Into<String>, message: impl Into<String>) {
        if !holds {
            self.0.push(Problem { at: at.into(), message: message.into() });
        }
    }

    fn above_0(&mut self, at: impl Into<String>, value: f64) {
        self.that(value > 0.0 && value.is_finite(), at, "must be above 0");
    }

    fn at_least_0(&mut self, at: impl Into<String>, value: f64) {
        self.that(value >= 0.0 && value.is_finite(), at, "must be 0 or more");
    }

    fn within(&mut self, at: impl Into<String>, value: f64, low: f64, high: f64) {
        self.that((low..=high).contains(&value), at, format!("must be from {low} to {high}"));
    }

    fn range(&mut self, at: &str, [low, high]: [f64; 2], least: f64) {
        let fits = low >= least && low <= high && high.is_finite();
        self.that(
            fits,
            at,
            format!("write [from, to], where to is not below from and from is at least {least}"),
        );
    }

    fn names<'a>(&mut self, what: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen: Vec<&str> = vec![];
        for (at, name) in names.enumerate() {
            let place = format!("{what}[{}] ({name})", at + 1);
            self.that(!seen.contains(&name), place.as_str(), "stands twice; give it another name");
            let fits = (1..=64).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte));
            self.that(fits, place, "a name has 1 to 64 characters out of A-Z a-z 0-9 _ - . :");
            seen.push(name);
        }
    }

    fn one_of(&mut self, at: String, kind: &str, name: &str, known: &[&str]) {
        let known_ones = if known.is_empty() {
            "there are none".to_owned()
        } else {
            format!("there are {}", known.join(", "))
        };
        self.that(known.contains(&name), at, format!("no such {kind}; {known_ones}"));
    }

    fn some_share(&mut self, at: &str, shares: impl Iterator<Item = f64>) {
        let shares: Vec<f64> = shares.collect();
        let fits = shares.iter().all(|share| *share >= 0.0) && shares.iter().sum::<f64>() > 0.0;
        self.that(fits, at, "the shares must make more than 0, and none may be below 0");
    }
}

/// Everything that is wrong with a scenario.
pub(super) fn problems(scenario: &Scenario) -> Vec<Problem> {
    let mut check = Check(vec![]);
    demand(&mut check, scenario);
    customers(&mut check, scenario);
    skills(&mut check, scenario);
    people(&mut check, scenario);
    physics(&mut check, scenario);
    check.0
}

fn demand(check: &mut Check, scenario: &Scenario) {
    check.above_0("horizon_s", scenario.horizon_s);
    check.at_least_0("warm_up_s", scenario.warm_up_s);
    match (scenario.utilisation, scenario.arrivals_per_hour) {
        (None, None) => {
            check.that(false, "utilisation", "give it, or arrivals_per_hour; 0.85 is a busy desk")
        }
        (Some(_), Some(_)) => {
            check.that(false, "arrivals_per_hour", "give only one of utilisation and arrivals_per_hour");
        }
        (Some(share), None) => check.above_0("utilisation", share),
        (None, Some(per_hour)) => check.above_0("arrivals_per_hour", per_hour),
    }
    check.within("busy_sd", scenario.busy_sd, 0.0, 1.0);
    let profile = &scenario.profile;
    check.above_0("profile.step_s", profile.step_s);
    check.some_share("profile.factors", profile.factors.iter().copied());
    for (at, burst) in scenario.bursts.iter().enumerate() {
        let place = format!("burst[{}]", at + 1);
        check.that(burst.from_s < burst.to_s, place.as_str(), "from_s must be below to_s");
        check.at_least_0(format!("{place}.factor"), burst.factor);
        check.within(format!("{place}.share"), burst.share, 0.0, 1.0);
        if scenario.skills.is_none() {
            let known = skill_names(scenario);
            for name in &burst.skills {
                check.one_of(format!("{place}.skills"), "skill", name, &known);
            }
        }
    }
    check.within("transfers.share", scenario.transfers.share, 0.0, 1.0);
    check.within("callbacks.share", scenario.callbacks.share, 0.0, 1.0);
    check.range("callbacks.after_s", scenario.callbacks.after_s, 0.0);
}

fn customers(check: &mut Check, scenario: &Scenario) {
    check.that(
        (1..=8).contains(&scenario.tiers.len()),
        "tier",
        "list 1 to 8 tiers, the most important first",
    );
    check.names("tier", scenario.tiers.iter().map(|tier| tier.name.as_str()));
    check.some_share("tier", scenario.tiers.iter().map(|tier| tier.share));
    for (at, tier) in scenario.tiers.iter().enumerate() {
        let place = format!("tier[{}] ({})", at + 1, tier.name);
        check.above_0(format!("{place}.weight"), tier.weight);
        check.above_0(format!("{place}.target_s"), tier.target_s);
        check.above_0(format!("{place}.patience"), tier.patience);
    }
    check.some_share("patience", scenario.patience.iter().map(|kind| kind.share));
    for Kind { mean_s, .. } in &scenario.patience {
        check.above_0("patience.mean_s", *mean_s);
    }
    check.some_share("channel", scenario.channels.iter().map(|channel| channel.share).chain([1e-9]));
    check.names("channel", scenario.channels.iter().map(|channel| channel.name.as_str()));
    for (at, channel) in scenario.channels.iter().enumerate() {
        let place = format!("channel[{}] ({})", at + 1, channel.name);
        let known = CHANNELS.contains(&channel.name.as_str());
        check.that(known, place.as_str(), "must be chat, email, voice or sms");
        check.within(format!("{place}.weight"), channel.weight.unwrap_or(1.0), 0.01, 100.0);
        let most = channel.max.unwrap_or(1);
        check.that((1..=20).contains(&most), format!("{place}.max"), "must be 1 to 20");
        check.above_0(format!("{place}.longer"), channel.longer);
        check.above_0(format!("{place}.patience"), channel.patience);
    }
}

fn skill_names(scenario: &Scenario) -> Vec<&str> {
    scenario.listed_skills.iter().map(|skill| skill.name.as_str()).collect()
}

fn skills(check: &mut Check, scenario: &Scenario) {
    let listed = !scenario.listed_skills.is_empty();
    check.that(
        listed != scenario.skills.is_some(),
        "skill",
        "list [[skill]], or draw them with [skills]: one of both",
    );
    check.names("skill", scenario.listed_skills.iter().map(|skill| skill.name.as_str()));
    for (at, skill) in scenario.listed_skills.iter().enumerate() {
        let place = format!("skill[{}] ({})", at + 1, skill.name);
        check.above_0(format!("{place}.mean_s"), skill.mean_s);
        check.within(format!("{place}.sd_ln"), skill.sd_ln, 0.0, 3.0);
        check.at_least_0(format!("{place}.weight"), skill.weight.unwrap_or(1.0));
    }
    if let Some(drawn) = &scenario.skills {
        check.that((1..=500).contains(&drawn.count), "skills.count", "must be 1 to 500");
        check.that(drawn.scarce < drawn.count, "skills.scarce", "must be below skills.count");
        check.that(drawn.families > 0, "skills.families", "must be 1 or more");
        check.range("skills.mean_s", drawn.mean_s, 1.0);
        check.range("skills.sd_ln", drawn.sd_ln, 0.0);
        check.range("skills.weight", drawn.weight, 0.0);
        check.above_0("skills.scarce_longer", drawn.scarce_longer);
    }
    let listed = !scenario.listed_languages.is_empty();
    let both = listed && scenario.languages.is_some();
    check.that(!both, "language", "list [[language]], or draw them with [languages]: one of both");
    check.names("language", scenario.listed_languages.iter().map(|language| language.name.as_str()));
    check.some_share("language", scenario.listed_languages.iter().map(|each| each.weight).chain([1e-9]));
    if let Some(drawn) = &scenario.languages {
        check.that((1..=50).contains(&drawn.count), "languages.count", "must be 1 to 50");
    }
}

fn people(check: &mut Check, scenario: &Scenario) {
    let listed = !scenario.agents.is_empty();
    let one = listed != scenario.workforce.is_some();
    check.that(one, "agent", "list [[agent]], or draw them with [workforce]: one of both");
    if let Some(drawn) = &scenario.workforce {
        check.that(
            (1..=AGENTS_MAX).contains(&drawn.agents),
            "workforce.agents",
            format!("must be 1 to {AGENTS_MAX}"),
        );
        check.that(drawn.skills_per_agent > 0, "workforce.skills_per_agent", "must be 1 or more");
        check.within("workforce.second_language", drawn.second_language, 0.0, 1.0);
        check.some_share("workforce.capacity", drawn.capacity.iter().map(|each| each.share));
        let fits = drawn.capacity.iter().all(|each| (1..=20).contains(&each.chats));
        check.that(fits, "workforce.capacity", "chats must be 1 to 20");
        for (at, rota) in drawn.rotas.iter().enumerate() {
            shifts(check, &format!("workforce.rotas[{}]", at + 1), rota);
        }
    }
    check.at_least_0("help_after_s", scenario.help_after_s.unwrap_or_default());
    check.names("squad", scenario.squads.iter().map(|squad| squad.name.as_str()));
    if scenario.skills.is_none() {
        let known = skill_names(scenario);
        for (at, squad) in scenario.squads.iter().enumerate() {
            for name in &squad.skills {
                check.one_of(format!("squad[{}].skills", at + 1), "skill", name, &known);
            }
        }
    }
    for (at, each) in scenario.agents.iter().enumerate() {
        agent(check, &format!("agent[{}]", at + 1), each, scenario);
    }
}

fn agent(check: &mut Check, place: &str, agent: &Agent, scenario: &Scenario) {
    check.that((1..=AGENTS_MAX).contains(&agent.count), format!("{place}.count"), "must be 1 or more");
    let known = skill_names(scenario);
    for (name, level) in &agent.skills {
        if scenario.skills.is_none() {
            check.one_of(format!("{place}.skills.{name}"), "skill", name, &known);
        }
        check.that((1..=5).contains(level), format!("{place}.skills.{name}"), "a level is 1 to 5");
    }
    let known: Vec<&str> = scenario.squads.iter().map(|squad| squad.name.as_str()).collect();
    for name in &agent.squads {
        check.one_of(format!("{place}.squads"), "squad", name, &known);
    }
    check.that((1..=20).contains(&agent.chats), format!("{place}.chats"), "must be 1 to 20");
    shifts(check, &format!("{place}.shifts"), &agent.shifts);
}

fn shifts(check: &mut Check, place: &str, shifts: &[[f64; 2]]) {
    let fits = shifts.iter().all(|[from_s, to_s]| *from_s >= 0.0 && from_s < to_s)
        && shifts.windows(2).all(|pair| pair[0][1] <= pair[1][0]);
    check.that(fits, place, "write [from_s, to_s] one after the other, each ending before the next begins");
}

fn physics(check: &mut Check, scenario: &Scenario) {
    check.within("missed_offer", scenario.missed_offer, 0.0, 0.9);
    check.above_0("offer_s", scenario.offer_s);
    check.range("accept_s", scenario.accept_s, 0.0);
    check.at_least_0("accept_slower_per_chat", scenario.accept_slower_per_chat);
    check.within("sticky", scenario.sticky, 0.0, 1.0);
    let fits =
        !scenario.progress.is_empty() && scenario.progress.iter().all(|pace| *pace > 0.0 && *pace <= 1.0);
    check.that(
        fits,
        "progress",
        "write how fast each of 1, 2, 3 ... chats goes on, each above 0 and at most 1",
    );
    let pace = scenario.pace;
    for (at, value) in [
        ("base", pace.base),
        ("unskilled", pace.unskilled),
        ("known", pace.known),
        ("bias", scenario.forecast.bias),
    ] {
        let table = if at == "bias" { "forecast" } else { "pace" };
        check.above_0(format!("{table}.{at}"), value);
    }
    check.at_least_0("pace.proficiency", pace.proficiency);
    check.within("forecast.noise", scenario.forecast.noise, 0.0, 3.0);
    let cost = scenario.cost;
    for (at, value) in [
        ("late", cost.late),
        ("late_per_min", cost.late_per_min),
        ("abandoned", cost.abandoned),
        ("quality", cost.quality),
        ("unskilled", cost.unskilled),
        ("sticky", cost.sticky),
    ] {
        check.at_least_0(format!("cost.{at}"), value);
    }
    check.within("cost.unskilled_proficiency", cost.unskilled_proficiency, 0.0, 1.0);
}
