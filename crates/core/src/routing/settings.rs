//! How an organisation routes, as it is written in its settings. Everything may be left out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    capacity::{Channel, Share},
    terms::{Rung, Terms},
};
use crate::strategy;

/// See the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Routing {
    /// How those who may be asked are ranked: `index` is Segue's own; the others are what the field does.
    pub strategy: String,
    /// What weighs how much.
    pub weights: Weights,
    /// Seconds of waiting from which on a conversation overtakes every other, slowly at first, 60..=86400.
    pub guard_s: u32,
    /// For how many hours after they joined the agent who was with a customer last is preferred, 0..=8760; 0: never.
    pub known_for_h: u32,
    /// From when on who may be asked beside those who have the skill, speak the language and are of the squad. Where it is
    /// empty: colleagues of the squad after 15 s, everybody after 30 s.
    #[serde(rename = "step")]
    pub steps: Vec<Rung>,
    /// Skill to family. Where it is empty, all skills are of one family.
    pub families: BTreeMap<String, String>,
    /// What conversations take of an agent, by channel; where one is absent, what is usual for it.
    pub channels: BTreeMap<Channel, Share>,
}

/// What weighs how much. The unit is one conversation of the lowest tier that is late once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Each further minute late, in lots of the tier's weight, 0..=100.
    pub late_per_min: f64,
    /// A customer who gives up, in lots of the tier's weight, 0..=100.
    pub abandoned: f64,
    /// An agent without any proficiency against a perfect one, 0..=100.
    pub quality: f64,
    /// An agent without the skill, on top, 0..=100.
    pub unskilled: f64,
    /// Worth of the agent who knows the customer, 0..=100.
    pub sticky: f64,
    /// Adding a chat to a busy agent against adding it to an idle one, 0..=100.
    pub load: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { late_per_min: 0.5, abandoned: 3.0, quality: 0.5, unskilled: 1.0, sticky: 0.6, load: 0.15 }
    }
}

impl Default for Routing {
    fn default() -> Self {
        Self {
            strategy: strategy::ALL[0].name().into(),
            weights: Weights::default(),
            guard_s: Terms::default().guard_s as u32,
            known_for_h: 72,
            steps: vec![],
            families: BTreeMap::new(),
            channels: BTreeMap::new(),
        }
    }
}

impl Routing {
    /// What is wrong with it, in words; empty where nothing is.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = vec![];
        let mut must = |holds: bool, problem: &dyn Fn() -> String| {
            if !holds {
                problems.push(problem());
            }
        };
        must(strategy::by_name(&self.strategy).is_some(), &|| {
            let names: Vec<&str> = strategy::ALL.iter().map(|strategy| strategy.name()).collect();
            format!(
                "routing.strategy: there is no strategy `{}`; there are {}.",
                self.strategy,
                names.join(", ")
            )
        });
        for (name, weight) in self.weights.all() {
            must((0.0..=100.0).contains(&weight), &|| {
                format!("routing.weights.{name}: {weight} is not between 0 and 100.")
            });
        }
        must((60..=86_400).contains(&self.guard_s), &|| {
            format!("routing.guard_s: {} is not between 60 and 86400 seconds.", self.guard_s)
        });
        must(self.known_for_h <= 8_760, &|| {
            format!("routing.known_for_h: {} is more than 8760 hours.", self.known_for_h)
        });
        for (at, step) in self.steps.iter().enumerate() {
            must((0.0..=86_400.0).contains(&step.after_s), &|| {
                format!("routing.step {}: after_s is not between 0 and 86400.", at + 1)
            });
            must(step.level <= 5, &|| format!("routing.step {}: level is not between 0 and 5.", at + 1));
        }
        let in_order = self.steps.windows(2).all(|pair| pair[0].after_s <= pair[1].after_s);
        must(in_order, &|| "routing.step: each step begins no earlier than the one before.".into());
        for (channel, share) in &self.channels {
            let fits = (1..=10_000).contains(&share.weight)
                && share.max <= 20
                && share.silent_weight <= share.weight;
            must(fits, &|| {
                let name = serde_json::to_value(channel).unwrap_or_default();
                format!(
                    "routing.channels.{}: weight is 1 to 10000, silent_weight no more than weight, max 0 to 20.",
                    name.as_str().unwrap_or_default()
                )
            });
        }
        problems
    }

    /// The strategy by its name; Segue's own where there is none of that name.
    pub fn strategy(&self) -> &'static dyn strategy::Strategy {
        strategy::by_name(&self.strategy).unwrap_or(strategy::ALL[0])
    }
}

impl Weights {
    fn all(&self) -> [(&'static str, f64); 6] {
        [
            ("late_per_min", self.late_per_min),
            ("abandoned", self.abandoned),
            ("quality", self.quality),
            ("unskilled", self.unskilled),
            ("sticky", self.sticky),
            ("load", self.load),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let routing: Routing = toml::from_str(text).expect("well formed");
        assert_eq!(routing.problems(), expected, "{text}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        check("", &[]);
        check(
            "strategy = \"gcmu\"\n[[step]]\nafter_s = 20\nlevel = 2\n[[step]]\nafter_s = 40\nsquads = \"all\"",
            &[],
        );
        check("[[step]]\nafter_s = 20\nsquads = { some = [\"legal\"] }", &[]);
        check("[channels.chat]\nweight = 100\nmax = 4", &[]);
        check("[weights]\nquality = -1", &["routing.weights.quality: -1 is not between 0 and 100."]);
        check("guard_s = 5", &["routing.guard_s: 5 is not between 60 and 86400 seconds."]);
        check(
            "[[step]]\nafter_s = 20\nlevel = 9\n[[step]]\nafter_s = 10",
            &[
                "routing.step 1: level is not between 0 and 5.",
                "routing.step: each step begins no earlier than the one before.",
            ],
        );
        let routing = Routing { strategy: "luck".into(), ..Routing::default() };
        assert!(
            routing.problems()[0]
                .starts_with("routing.strategy: there is no strategy `luck`; there are index")
        );
        assert_eq!(routing.strategy().name(), "index");
        assert!(toml::from_str::<Routing>("speed = 1").is_err(), "unknown fields are told, not passed over");
    }
}
