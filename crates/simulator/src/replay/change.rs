//! What would be different.

use schemars::JsonSchema;
use segue_core::{
    hours::Hours,
    ids::AgentId,
    organisation::{AgentProfile, Organisation, Tier, Work},
    routing::Routing,
};
use serde::{Deserialize, Serialize};

/// The most people that one change adds.
const MORE_MAX: u32 = 200;

/// A change to be tried on what once arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "RoutingChange")]
pub struct Change {
    /// People who would be there as well.
    #[serde(rename = "agents", skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<More>,
    /// People who would not be there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<AgentId>,
    /// So many times as many customers, 0.2..=5.
    pub demand: f64,
    /// Other settings of routing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
    /// Other tiers; what is measured goes by these targets, before and after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tiers: Option<Vec<Tier>>,
}

/// Several people alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "MoreAgents")]
pub struct More {
    /// How many, 1..=50.
    pub count: u32,
    /// What each can do, and when.
    #[serde(flatten)]
    pub work: Work,
}

impl Default for Change {
    fn default() -> Self {
        Self { more: vec![], without: vec![], demand: 1.0, routing: None, tiers: None }
    }
}

impl Change {
    /// What is wrong with it, in words; empty where nothing is.
    pub fn problems(&self, organisation: &Organisation, staff: &[AgentProfile]) -> Vec<String> {
        let mut problems = vec![];
        let mut must = |holds: bool, problem: &dyn Fn() -> String| {
            if !holds {
                problems.push(problem());
            }
        };
        must(*self != Self::default(), &|| "Nothing is changed: say what would be different.".into());
        for more in &self.more {
            must((1..=50).contains(&more.count), &|| format!("agents.count: {} is not 1 to 50.", more.count));
            for problem in more.work.problems(organisation) {
                must(false, &|| format!("agents.{problem}"));
            }
            must(more.work.shifts != Hours::always(), &|| {
                "agents.shifts: say when they would work, as in `Mon-Fri 09:00-17:00`.".into()
            });
        }
        let count: u32 = self.more.iter().map(|more| more.count.min(MORE_MAX)).sum();
        must(count <= MORE_MAX, &|| format!("agents: no more than {MORE_MAX} people at once."));
        for id in &self.without {
            let known = staff.iter().any(|agent| agent.id == *id);
            must(known, &|| format!("without: there is nobody with the id `{id}`."));
        }
        must((0.2..=5.0).contains(&self.demand), &|| {
            format!("demand: {} is not between 0.2 and 5.", self.demand)
        });
        for problem in self.routing.iter().flat_map(Routing::problems) {
            must(false, &|| problem.clone());
        }
        if let Some(tiers) = &self.tiers {
            must(!tiers.is_empty(), &|| "tiers: there must be one.".into());
            let sound = |tier: &Tier| tier.weight > 0.0 && tier.first_reply_s > 0;
            must(tiers.iter().all(sound), &|| "tiers: weight and first_reply_s are above 0.".into());
        }
        problems
    }

    /// The settings as they would be.
    pub fn organisation(&self, now: &Organisation) -> Organisation {
        let mut changed = now.clone();
        changed.routing = self.routing.clone().unwrap_or(changed.routing);
        changed.tiers = self.tiers.clone().unwrap_or(changed.tiers);
        changed
    }

    /// Those who would be there as well, one by one.
    pub fn newcomers(&self) -> impl Iterator<Item = AgentProfile> {
        let works = self.more.iter().flat_map(|more| (0..more.count).map(|_| more.work.clone()));
        works.enumerate().map(|(at, work)| {
            let id = AgentId::parse(&format!("newcomer_{}", at + 1)).expect("a number makes a valid id");
            AgentProfile { work, ..AgentProfile::new(id, "", "") }
        })
    }
}

#[cfg(test)]
mod tests {
    use segue_core::ids::OrganisationId;

    use super::*;

    #[test]
    fn what_is_wrong_is_said() {
        let organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
        let check = |json: &str, expected: &[&str]| {
            let change: Change = serde_json::from_str(json).expect(json);
            assert_eq!(change.problems(&organisation, &[]), expected, "{json}");
        };
        check(
            r#"{"agents": [{"count": 2, "skills": {"general": 4}, "languages": ["es"], "shifts": ["Mon-Fri 09:00-17:00"]}]}"#,
            &[],
        );
        check("{}", &["Nothing is changed: say what would be different."]);
        check(r#"{"demand": 9}"#, &["demand: 9 is not between 0.2 and 5."]);
        check(r#"{"without": ["ana"]}"#, &["without: there is nobody with the id `ana`."]);
        check(
            r#"{"agents": [{"count": 0, "squads": ["moon"]}]}"#,
            &[
                "agents.count: 0 is not 1 to 50.",
                "agents.squads: there is no squad `moon`.",
                "agents.shifts: say when they would work, as in `Mon-Fri 09:00-17:00`.",
            ],
        );
        check(r#"{"tiers": []}"#, &["tiers: there must be one."]);
        check(
            r#"{"routing": {"strategy": "edf", "guard_s": 1}}"#,
            &["routing.guard_s: 1 is not between 60 and 86400 seconds."],
        );
    }
}
