//! Skills, languages and squads: as listed, or drawn.

use super::{Language, Problem, Scenario, ScenarioError, Skill, Work, day::Staff};
use crate::random::Random;

/// The n-th language is spoken by n to the power of this many, against the others.
const LANGUAGE_POWER: f64 = -1.1;
/// How busy a scarce skill alone would keep its specialists: their share of the agents times this is its share of the
/// demand for common skills. A judgement: 70 to 80 % where everything is 95 % busy.
const SCARCE_DEMAND: f64 = 0.62;
/// Codes for drawn languages.
const CODES: [&str; 10] = ["en", "es", "fr", "de", "pt", "it", "nl", "pl", "ja", "sv"];

/// The skills; scarce ones without a weight have none yet.
pub(super) fn skills(scenario: &Scenario, random: &mut Random) -> Vec<Skill> {
    let Some(drawn) = &scenario.skills else {
        let weighed = |skill: &Skill| Skill {
            weight: skill.weight.or((!skill.scarce).then_some(1.0)),
            ..skill.clone()
        };
        return scenario.listed_skills.iter().map(weighed).collect();
    };
    let mut skill = |at: usize| {
        let scarce = at >= drawn.count - drawn.scarce;
        let weight = random.between(drawn.weight[0], drawn.weight[1]);
        let mean_s = random.between(drawn.mean_s[0], drawn.mean_s[1]);
        Skill {
            name: format!("skill_{}", at + 1),
            family: (!scarce).then(|| format!("family_{}", at % drawn.families + 1)),
            mean_s: if scarce { mean_s * drawn.scarce_longer } else { mean_s },
            sd_ln: random.between(drawn.sd_ln[0], drawn.sd_ln[1]),
            work: Work::Lognormal,
            scarce,
            weight: (!scarce).then_some(weight),
        }
    };
    (0..drawn.count).map(&mut skill).collect()
}

/// Gives scarce skills without a weight what keeps their specialists busy.
pub(super) fn weigh_scarce(skills: &mut [Skill], agents: &[Staff]) {
    let common: f64 = skills.iter().filter(|skill| !skill.scarce).filter_map(|skill| skill.weight).sum();
    for (at, skill) in skills.iter_mut().enumerate().filter(|(_, skill)| skill.weight.is_none()) {
        let specialists = agents.iter().filter(|agent| agent.levels[at] > 0).count();
        skill.weight = Some(common * SCARCE_DEMAND * specialists as f64 / agents.len() as f64);
    }
}

/// The languages; never empty.
pub(super) fn languages(scenario: &Scenario) -> Vec<Language> {
    if !scenario.listed_languages.is_empty() {
        return scenario.listed_languages.clone();
    }
    let count = scenario.languages.as_ref().map_or(1, |drawn| drawn.count);
    let language = |at: usize| Language {
        name: CODES.get(at).map_or_else(|| format!("x{at}"), |code| (*code).to_owned()),
        weight: ((at + 1) as f64).powf(LANGUAGE_POWER),
    };
    (0..count).map(language).collect()
}

/// The squads, and that of each skill: one called `general` where there are none.
pub(super) fn squads(
    scenario: &Scenario,
    skills: &[Skill],
) -> Result<(Vec<String>, Vec<usize>), ScenarioError> {
    if scenario.squads.is_empty() {
        return Ok((vec!["general".into()], vec![0; skills.len()]));
    }
    let owner = |skill: &Skill| {
        let mut owners =
            scenario.squads.iter().enumerate().filter(|(_, squad)| squad.skills.contains(&skill.name));
        match (owners.next(), owners.next()) {
            (Some((at, _)), None) => Ok(at),
            (found, _) => {
                let message =
                    if found.is_none() { "belongs to no squad" } else { "belongs to several squads" };
                let message = format!("{message}; put it into the skills of one [[squad]]");
                Err(ScenarioError::Invalid(vec![Problem { at: format!("skill {}", skill.name), message }]))
            }
        }
    };
    let squad_of = skills.iter().map(owner).collect::<Result<_, _>>()?;
    Ok((scenario.squads.iter().map(|squad| squad.name.clone()).collect(), squad_of))
}
