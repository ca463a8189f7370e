//! What arrives: classes and their rates, when each conversation comes, and what it is like.

use super::{
    Channel, Problem, Scenario, ScenarioError, Skill, Work,
    day::{Class, Conversation, Day, Need, Rule},
    workforce::qualified_min,
};
use crate::random::{Purpose, Random};

/// What a typical agent does, against a perfect one; for the demand that a utilisation stands for.
const TYPICAL_PACE: f64 = 0.90;
/// The shortest and the longest work of a lognormal conversation, seconds.
const WORK_S: (f64, f64) = (20.0, 5_400.0);
/// A day is at most this much quieter and busier than planned.
const BUSY: (f64, f64) = (0.75, 1.25);
/// How often a customer is asked which agent they know, until one is found who could answer.
const STICKY_TRIES: usize = 6;

/// The ways in, with shares that make 1.
pub(super) fn channels(scenario: &Scenario) -> Vec<Channel> {
    let all: f64 = scenario.channels.iter().map(|channel| channel.share).sum();
    if all <= 0.0 {
        return vec![Channel {
            name: "chat".into(),
            share: 1.0,
            weight: None,
            max: None,
            longer: 1.0,
            patience: 1.0,
        }];
    }
    scenario.channels.iter().map(|each| Channel { share: each.share / all, ..each.clone() }).collect()
}

/// Draws classes and conversations of a day that has everything else.
pub(super) fn draw(scenario: &Scenario, day: &mut Day) -> Result<(), ScenarioError> {
    let mix = mix(scenario, day);
    let all: f64 = mix.iter().map(|class| class.per_s).sum();
    if all <= 0.0 {
        let message = "nobody could answer anything; see that agents have the skills and languages that come";
        return Err(ScenarioError::Invalid(vec![Problem { at: "agent".into(), message: message.into() }]));
    }
    let mean_work_s = mix.iter().map(|class| class.per_s / all * day.skills[class.skill].mean_s).sum::<f64>()
        * day.channels.iter().map(|channel| channel.share * channel.longer).sum::<f64>();
    let per_s = match (scenario.arrivals_per_hour, scenario.utilisation) {
        (Some(per_hour), _) => per_hour / 3_600.0,
        (None, share) => share.unwrap_or_default() * output_per_s(scenario, day) / mean_work_s,
    };
    day.classes = mix.iter().map(|class| Class { per_s: class.per_s / all * per_s, ..*class }).collect();
    let mut random = Random::of(day.seed, Purpose::Day, 0);
    let busy = (1.0 + scenario.busy_sd * random.normal()).clamp(BUSY.0, BUSY.1);
    day.conversations = arrivals(scenario, day, per_s * busy);
    Ok(())
}

/// Work that all agents together get done per second, averaged over the horizon.
fn output_per_s(scenario: &Scenario, day: &Day) -> f64 {
    let of =
        |agent: &super::day::Staff| agent.on_shift_s(day.horizon_s) * scenario.throughput_max(agent.chats);
    day.agents.iter().map(of).sum::<f64>() * TYPICAL_PACE / day.horizon_s
}

/// The classes with their weights: skill by language, limited by who could answer.
fn mix(scenario: &Scenario, day: &Day) -> Vec<Class> {
    let able = |skill, language| day.agents.iter().filter(|agent| agent.qualifies(skill, language)).count();
    let least = qualified_min(scenario, day.agents.len());
    let mut classes = vec![];
    for (skill, has) in day.skills.iter().enumerate() {
        let first = able(skill, 0).max(1) as f64;
        for (language, spoken) in day.languages.iter().enumerate() {
            let able = able(skill, language);
            if able >= least {
                let limit = if language == 0 { 1.0 } else { (able as f64 / first * 2.0).min(1.0) };
                let per_s = has.weight.unwrap_or(1.0) * spoken.weight * limit;
                classes.push(Class { skill, language, per_s });
            }
        }
    }
    classes
}

/// A Poisson process that varies over time, by thinning. Source: Lewis and Shedler 1979.
fn arrivals(scenario: &Scenario, day: &Day, per_s: f64) -> Vec<Conversation> {
    let factors = &scenario.profile.factors;
    let step_s = scenario.profile.step_s;
    let steps = (day.horizon_s / step_s).ceil().max(1.0) as usize;
    let step = |at: usize| factors[at.min(factors.len() - 1)];
    let mean = (0..steps).map(step).sum::<f64>() / steps as f64;
    let burst = |at_s: f64| scenario.bursts.iter().find(|burst| (burst.from_s..burst.to_s).contains(&at_s));
    let peak = factors.iter().copied().fold(0.0, f64::max) / mean
        * scenario.bursts.iter().map(|burst| burst.factor).fold(1.0, f64::max);
    let mut random = Random::of(day.seed, Purpose::Arrivals, 0);
    let mut found: Vec<Conversation> = vec![];
    let mut now_s = 0.0;
    loop {
        now_s += random.exponential(1.0 / (per_s * peak));
        if now_s > day.horizon_s {
            return found;
        }
        let burst = burst(now_s);
        let factor = step((now_s / step_s) as usize) / mean * burst.map_or(1.0, |burst| burst.factor);
        if random.unit() <= factor / peak {
            let mut random = Random::of(day.seed, Purpose::Conversation, found.len() as u64);
            let wanted =
                burst.filter(|burst| random.chance(burst.share)).map_or(&[][..], |burst| &burst.skills);
            let class = class(day, wanted, &mut random);
            found.push(conversation(scenario, day, now_s, class, &mut random));
        }
    }
}

/// A class by its rate; one of the skills that a burst is about, where it is about any.
fn class(day: &Day, wanted: &[String], random: &mut Random) -> (usize, usize) {
    let rates: Vec<f64> = day.classes.iter().map(|class| class.per_s).collect();
    let class = day.classes[random.pick(&rates)];
    let skill = wanted.get(random.below(wanted.len()));
    let skill = skill.and_then(|name| day.skills.iter().position(|skill| skill.name == *name));
    let exists =
        |skill| day.classes.iter().any(|each| each.skill == skill && each.language == class.language);
    (skill.filter(|skill| exists(*skill)).unwrap_or(class.skill), class.language)
}

fn conversation(
    scenario: &Scenario,
    day: &Day,
    arrival_s: f64,
    (skill, language): (usize, usize),
    random: &mut Random,
) -> Conversation {
    let tier = random.pick(&day.tiers.iter().map(|tier| tier.share).collect::<Vec<_>>());
    let channel = random.pick(&day.channels.iter().map(|channel| channel.share).collect::<Vec<_>>());
    let need = need(scenario, day, (skill, tier, channel), random);
    let sticky = sticky(scenario, day, skill, language, random);
    let callbacks = scenario.callbacks;
    let callback_s =
        random.chance(callbacks.share).then(|| random.between(callbacks.after_s[0], callbacks.after_s[1]));
    let then = random.chance(scenario.transfers.share).then(|| {
        let others: Vec<&Class> =
            day.classes.iter().filter(|class| class.language == language && class.skill != skill).collect();
        let rates: Vec<f64> = others.iter().map(|class| class.per_s).collect();
        let skill = others.get(random.pick(&rates)).map_or(skill, |class| class.skill);
        self::need(scenario, day, (skill, tier, channel), random)
    });
    Conversation { arrival_s, tier, language, channel, need, then, sticky, callback_s, rule: Rule::default() }
}

/// Work and patience of one stretch of a conversation.
fn need(
    scenario: &Scenario,
    day: &Day,
    (skill, tier, channel): (usize, usize, usize),
    random: &mut Random,
) -> Need {
    let channel = &day.channels[channel];
    let work_s = work_s(&day.skills[skill], random) * channel.longer;
    let shares: Vec<f64> = scenario.patience.iter().map(|kind| kind.share).collect();
    let kind = scenario.patience[random.pick(&shares)];
    let patience_s = random.exponential(kind.mean_s) * day.tiers[tier].patience * channel.patience;
    Need { skill, work_s, patience_s }
}

fn work_s(skill: &Skill, random: &mut Random) -> f64 {
    match skill.work {
        Work::Exponential => random.exponential(skill.mean_s),
        Work::Lognormal => {
            let (mean, sd) = (skill.mean_s.ln() - skill.sd_ln.powi(2) / 2.0, skill.sd_ln);
            (mean + sd * random.normal()).exp().clamp(WORK_S.0, WORK_S.1)
        }
    }
}

/// The agent who knows the customer, where one does who could answer.
pub(super) fn sticky(
    scenario: &Scenario,
    day: &Day,
    skill: usize,
    language: usize,
    random: &mut Random,
) -> Option<usize> {
    if !random.chance(scenario.sticky) {
        return None;
    }
    let mut tries = (0..STICKY_TRIES).map(|_| random.below(day.agents.len()));
    tries.find(|agent| day.agents[*agent].qualifies(skill, language))
}
