//! The agents: as listed, or drawn.

use super::{Agent, Language, Problem, Scenario, ScenarioError, Skill, Workforce, day::Staff};
use crate::random::Random;

/// From when on nobody asks any more, seconds: for shifts without an end.
const ALWAYS: [f64; 2] = [0.0, 1e9];
/// Agents below which a team is so small that everybody does everything.
const SMALL: usize = 10;
/// Attempts to find specialists who have no other scarce skill yet, and attempts at all.
const PATIENT_TRIES: usize = 200;
const TRIES: usize = 10_000;

/// The agents of a day. `squads` are their names, and the squad of each skill.
pub(super) fn workforce(
    scenario: &Scenario,
    skills: &[Skill],
    languages: &[Language],
    squads: (&[String], &[usize]),
    random: &mut Random,
) -> Result<Vec<Staff>, ScenarioError> {
    let mut agents = match &scenario.workforce {
        Some(drawn) => draw(drawn, skills, languages, random),
        None => list(scenario, skills, languages)?,
    };
    for (agent, named) in agents.iter_mut().zip(named_squads(scenario).chain(std::iter::repeat(&[][..]))) {
        let (names, squad_of) = squads;
        let has_skill = |squad: usize| {
            agent.levels.iter().zip(squad_of).any(|(level, owner)| *level > 0 && *owner == squad)
        };
        let member = |(at, name): (usize, &String)| {
            if named.is_empty() { names.len() == 1 || has_skill(at) } else { named.contains(name) }
        };
        agent.squads = names.iter().enumerate().map(member).collect();
        agent.specialist = agent.levels.iter().zip(skills).any(|(level, skill)| *level > 0 && skill.scarce);
    }
    Ok(agents)
}

fn named_squads(scenario: &Scenario) -> impl Iterator<Item = &[String]> {
    scenario.agents.iter().flat_map(|agent| std::iter::repeat_n(agent.squads.as_slice(), agent.count))
}

fn list(scenario: &Scenario, skills: &[Skill], languages: &[Language]) -> Result<Vec<Staff>, ScenarioError> {
    let wrong = |at: usize, kind: &str, name: &str| {
        let problem =
            Problem { at: format!("agent[{}]", at + 1), message: format!("no such {kind}: {name}") };
        ScenarioError::Invalid(vec![problem])
    };
    let mut agents = vec![];
    for (at, agent) in scenario.agents.iter().enumerate() {
        let Agent { skills: own, languages: spoken, .. } = agent;
        if let Some(name) = own.keys().find(|name| skills.iter().all(|skill| skill.name != **name)) {
            return Err(wrong(at, "skill", name));
        }
        if let Some(name) = spoken.iter().find(|name| languages.iter().all(|other| other.name != **name)) {
            return Err(wrong(at, "language", name));
        }
        let speaks = |(at, language): (usize, &Language)| {
            if spoken.is_empty() { at == 0 } else { spoken.contains(&language.name) }
        };
        let staff = Staff {
            levels: skills.iter().map(|skill| own.get(&skill.name).copied().unwrap_or(0)).collect(),
            speaks: languages.iter().enumerate().map(speaks).collect(),
            squads: vec![],
            chats: agent.chats,
            shifts: if agent.shifts.is_empty() { vec![ALWAYS] } else { agent.shifts.clone() },
            specialist: false,
        };
        agents.extend(std::iter::repeat_n(staff, agent.count));
    }
    Ok(agents)
}

fn draw(drawn: &Workforce, skills: &[Skill], languages: &[Language], random: &mut Random) -> Vec<Staff> {
    let common: Vec<usize> = (0..skills.len()).filter(|at| !skills[*at].scarce).collect();
    let mut agents: Vec<Staff> =
        (0..drawn.agents).map(|at| one(drawn, at, &common, skills.len(), languages, random)).collect();
    let tenth = drawn.agents.div_ceil(10).max(2);
    let specialists = drawn.specialists.unwrap_or(tenth).min(drawn.agents);
    for skill in (0..skills.len()).filter(|at| skills[*at].scarce) {
        let (mut found, mut tries) = (0, 0);
        while found < specialists && tries < TRIES {
            tries += 1;
            let agent = &mut agents[random.below(drawn.agents)];
            let scarce =
                agent.levels.iter().zip(skills).filter(|(level, skill)| **level > 0 && skill.scarce).count();
            let room = drawn.agents < SMALL || scarce < 1 + usize::from(tries > PATIENT_TRIES);
            if agent.levels[skill] == 0 && room {
                agent.levels[skill] = level(random.between(0.6, 1.0));
                found += 1;
            }
        }
    }
    agents
}

fn one(
    drawn: &Workforce,
    at: usize,
    common: &[usize],
    skills: usize,
    languages: &[Language],
    random: &mut Random,
) -> Staff {
    let mut levels = vec![0; skills];
    levels[common[at % common.len()]] = level(random.between(0.8, 1.0));
    let mut missing = drawn.skills_per_agent.min(common.len()) - 1;
    while missing > 0 {
        let skill = common[random.below(common.len())];
        if levels[skill] == 0 {
            levels[skill] = level(random.between(0.4, 0.8));
            missing -= 1;
        }
    }
    let weights: Vec<f64> = languages.iter().map(|language| language.weight).collect();
    let mut speaks = vec![false; languages.len()];
    // Everybody speaks the first language, and each language has somebody.
    speaks[0] = true;
    speaks[if at < languages.len() { at } else { random.pick(&weights) }] = true;
    if random.chance(drawn.second_language) {
        speaks[random.pick(&weights)] = true;
    }
    let shares: Vec<f64> = drawn.capacity.iter().map(|each| each.share).collect();
    let rotas = &drawn.rotas;
    Staff {
        levels,
        speaks,
        squads: vec![],
        chats: drawn.capacity[random.pick(&shares)].chats,
        shifts: if rotas.is_empty() { vec![ALWAYS] } else { rotas[at % rotas.len()].clone() },
        specialist: false,
    }
}

/// The level nearest to a proficiency of 0..=1.
fn level(proficiency: f64) -> u8 {
    (proficiency * 5.0).round().clamp(1.0, 5.0) as u8
}

/// How many must be able to answer a class for it to come at all.
pub(super) fn qualified_min(scenario: &Scenario, agents: usize) -> usize {
    let asked = scenario.workforce.as_ref().and_then(|drawn| drawn.qualified_min);
    asked.unwrap_or(if agents < SMALL || scenario.workforce.is_none() { 1 } else { 2 })
}
