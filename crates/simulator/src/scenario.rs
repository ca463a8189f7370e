//! A scenario: the support desk that is simulated. One TOML file; what it leaves out has the defaults written here.

mod check;
pub mod day;
mod demand;
mod part;
mod people;
mod skills;
pub mod trace;
mod weights;
mod workforce;

use serde::Deserialize;

pub use self::{
    check::{Problem, ScenarioError},
    part::{Burst, Channel, Kind, Language, Languages, Profile, Skill, Skills, Squad, Tier, Work},
    people::{Agent, CapacityShare, Workforce},
    weights::{Callbacks, Cost, Forecast, Pace, Transfers},
};

/// See the module. The defaults are those of the desk of 40 agents on which the router was designed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// What the reports call it.
    pub name: String,
    /// What it is there to show.
    pub about: String,
    /// Conversations arrive until then, seconds; the run goes on for at most two more hours.
    pub horizon_s: f64,
    /// What arrives before is not measured, seconds: for what asks for a steady state.
    pub warm_up_s: f64,
    /// Share of what the workforce could do that is asked of it, > 0. One of this and `arrivals_per_hour`.
    pub utilisation: Option<f64>,
    /// Conversations per hour, averaged over the horizon and without bursts.
    pub arrivals_per_hour: Option<f64>,
    /// How much busier or quieter than planned a day is: the standard deviation of the factor.
    pub busy_sd: f64,
    /// How arrivals vary over the day.
    pub profile: Profile,
    /// Times at which more arrives.
    #[serde(rename = "burst")]
    pub bursts: Vec<Burst>,
    /// The skills, one by one.
    #[serde(rename = "skill")]
    pub listed_skills: Vec<Skill>,
    /// Or drawn for each seed.
    pub skills: Option<Skills>,
    /// The languages, one by one.
    #[serde(rename = "language")]
    pub listed_languages: Vec<Language>,
    /// Or so many, each rarer than the one before.
    pub languages: Option<Languages>,
    /// Most important first.
    #[serde(rename = "tier")]
    pub tiers: Vec<Tier>,
    /// How long customers wait, before the factor of their tier.
    pub patience: Vec<Kind>,
    /// The ways in; chat alone where none is listed.
    #[serde(rename = "channel")]
    pub channels: Vec<Channel>,
    /// The squads; one of everybody where none is listed.
    #[serde(rename = "squad")]
    pub squads: Vec<Squad>,
    /// Agents of other squads who have the skill help out after, seconds. Absent: they do not.
    pub help_after_s: Option<f64>,
    /// The agents, one by one.
    #[serde(rename = "agent")]
    pub agents: Vec<Agent>,
    /// Or drawn for each seed.
    pub workforce: Option<Workforce>,
    /// Share of the offers that nobody answers, 0..1.
    pub missed_offer: f64,
    /// Seconds after which an offer that nobody answers goes on.
    pub offer_s: f64,
    /// An agent without chats accepts within, seconds: evenly between the two.
    pub accept_s: [f64; 2],
    /// How much longer each chat under way makes that, as a share.
    pub accept_slower_per_chat: f64,
    /// Share of the customers whom an agent already knows, 0..=1.
    pub sticky: f64,
    /// How fast each of one, two, three ... parallel chats goes on; more than are listed go on as the last.
    pub progress: Vec<f64>,
    /// How fast agents work.
    pub pace: Pace,
    /// How far off the rates and times are that the router is told beforehand.
    pub forecast: Forecast,
    /// Conversations that go on with somebody else.
    pub transfers: Transfers,
    /// Customers who would rather be called back.
    pub callbacks: Callbacks,
    /// What is bad, and how bad.
    pub cost: Cost,
}

impl Default for Scenario {
    fn default() -> Self {
        let tier = |name: &str, weight, target_s, share, patience| Tier {
            name: name.into(),
            weight,
            target_s,
            share,
            patience,
        };
        Self {
            name: "unnamed".into(),
            about: String::new(),
            horizon_s: 14_400.0,
            warm_up_s: 0.0,
            utilisation: None,
            arrivals_per_hour: None,
            busy_sd: 0.10,
            profile: Profile::default(),
            bursts: vec![],
            listed_skills: vec![],
            skills: None,
            listed_languages: vec![],
            languages: None,
            tiers: vec![
                tier("enterprise", 10.0, 30.0, 0.1, 1.3),
                tier("pro", 3.0, 120.0, 0.3, 1.0),
                tier("free", 1.0, 600.0, 0.6, 0.8),
            ],
            patience: vec![Kind { share: 0.2, mean_s: 45.0 }, Kind { share: 0.8, mean_s: 820.0 }],
            channels: vec![],
            squads: vec![],
            help_after_s: None,
            agents: vec![],
            workforce: None,
            missed_offer: 0.03,
            offer_s: 20.0,
            accept_s: [2.0, 8.0],
            accept_slower_per_chat: 0.18,
            sticky: 0.15,
            progress: vec![1.0, 0.92, 0.80, 0.66, 0.53],
            pace: Pace::default(),
            forecast: Forecast::default(),
            transfers: Transfers::default(),
            callbacks: Callbacks::default(),
            cost: Cost::default(),
        }
    }
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// With the place and what to write instead, where the text is no TOML, has a field that there is not, or says
    /// something that cannot be.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self =
            toml::from_str(text).map_err(|error| ScenarioError::Syntax(error.to_string()))?;
        let problems = check::problems(&scenario);
        if problems.is_empty() { Ok(scenario) } else { Err(ScenarioError::Invalid(problems)) }
    }

    /// How fast each of `chats` parallel chats goes on, 0..=1.
    pub fn progress_of(&self, chats: usize) -> f64 {
        let at = chats.saturating_sub(1).min(self.progress.len().saturating_sub(1));
        self.progress.get(at).copied().unwrap_or(1.0)
    }

    /// The most that an agent of this capacity gets done at once, in chats of an idle agent.
    pub fn throughput_max(&self, chats: u32) -> f64 {
        (1..=chats as usize).map(|n| n as f64 * self.progress_of(n)).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_of_a_few_lines_is_whole() {
        let scenario = Scenario::parse("utilisation = 0.8\n[skills]\n[languages]\n[workforce]\nagents = 8\n");
        let scenario = scenario.expect("it is whole");
        assert_eq!(scenario.tiers.len(), 3);
        assert!((scenario.throughput_max(4) - 2.64).abs() < 1e-9);
        assert_eq!(scenario.progress_of(9), 0.53);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let check = |text: &str, expected: &str| {
            let told = Scenario::parse(text).expect_err(text).to_string();
            assert!(told.contains(expected), "{text}: {told}");
        };
        check("utilization = 0.8", "unknown field `utilization`");
        check("horizon_s = \"long\"", "horizon_s");
        check("", "utilisation: give it, or arrivals_per_hour");
        check(
            "utilisation = 1.0\narrivals_per_hour = 3",
            "give only one of utilisation and arrivals_per_hour",
        );
        check("utilisation = -1.0", "utilisation: must be above 0");
        check("[workforce]\nagents = 0", "workforce.agents: must be 1 to 10000");
        check("[[skill]]\nname = \"a\"\nmean_s = 0", "skill[1] (a).mean_s: must be above 0");
        check("[[skill]]\nname = \"a\"\n[[skill]]\nname = \"a\"", "skill[2] (a): stands twice");
        check("[[agent]]\nskills = { bill = 6 }", "agent[1].skills.bill: no such skill; there are none");
        check("[[channel]]\nname = \"fax\"", "channel[1] (fax): must be chat, email, voice or sms");
        check("[[tier]]\nname = \"x\"\nshare = 0.0", "tier: the shares must make more than 0");
        check("missed_offer = 1.0", "missed_offer: must be from 0 to 0.9");
    }
}
