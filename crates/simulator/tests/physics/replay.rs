//! A desk whose truth is known: what a replay of its log says of a change is held against what the change does.

use segue_core::{
    ids::{AgentId, AtMs, OrganisationId, SquadId},
    organisation::{AgentProfile, Organisation, Squad, Work},
    strategy,
};
use segue_simulator::{
    product::Product,
    replay::{Change, Handoff, Held, History, Replay, Report, Trial, Wait},
    scenario::{Scenario, day::Day},
    world::{
        Watch, World,
        record::{Chronicle, End},
    },
};

/// Friday, 2027-01-15, 00:00 UTC.
const FROM_MS: AtMs = 1_799_971_200_000;
const DAYS: usize = 10;
const DAY_S: f64 = 86_400.0;
/// Everybody works from 8 to 16 o'clock.
const SHIFT_S: [f64; 2] = [8.0 * 3600.0, 16.0 * 3600.0];

/// Who there is: so many, their skills, their languages.
type Team = Vec<(usize, &'static [(&'static str, u8)], &'static [&'static str])>;

fn team() -> Team {
    vec![
        (3, &[("billing", 5), ("general", 3)], &["en"]),
        (1, &[("billing", 4)], &["en", "es"]),
        (3, &[("technical", 4), ("general", 2)], &["en"]),
        (1, &[("technical", 3), ("general", 4)], &["en", "es"]),
    ]
}

fn with_two_more() -> Team {
    let mut team = team();
    team.push((2, &[("billing", 4)], &["en", "es"]));
    team
}

fn scenario(team: &Team) -> Scenario {
    let shifts: Vec<String> = (0..DAYS)
        .map(|day| format!("[{}, {}]", day as f64 * DAY_S + SHIFT_S[0], day as f64 * DAY_S + SHIFT_S[1]))
        .collect();
    let hours = (0..24 * DAYS).map(|hour| if (8..16).contains(&(hour % 24)) { "3.0" } else { "0.0" });
    let mut text = format!(
        "arrivals_per_hour = 44\nhorizon_s = {}\nbusy_sd = 0.0\nsticky = 0.0\n[profile]\nstep_s = 3600\nfactors = [{}]\n",
        DAYS as f64 * DAY_S,
        hours.collect::<Vec<_>>().join(", "),
    );
    for skill in ["billing", "technical", "general"] {
        text += &format!(
            "[[skill]]\nname = \"{skill}\"\nweight = 1.0\n[[squad]]\nname = \"{skill}\"\nskills = [\"{skill}\"]\n"
        );
    }
    text += "[[language]]\nname = \"en\"\nweight = 3\n[[language]]\nname = \"es\"\n";
    for (count, skills, languages) in team {
        let skills: Vec<String> = skills.iter().map(|(name, level)| format!("{name} = {level}")).collect();
        text += &format!(
            "[[agent]]\ncount = {count}\nchats = 3\nskills = {{ {} }}\nlanguages = {languages:?}\nshifts = [{}]\n",
            skills.join(", "),
            shifts.join(", "),
        );
    }
    Scenario::parse(&text).expect("a scenario")
}

/// What becomes of the days with this team.
fn live(team: &Team, days: &Day) -> Chronicle {
    let scenario = scenario(team);
    let with_team = Day::draw(&scenario, None, days.seed).expect("a day");
    let day = Day { agents: with_team.agents, ..days.clone() };
    let index = strategy::by_name("index").expect("our own");
    World::new(&scenario, &day, Product::new(&scenario, &day, index, false), Watch::NONE).run()
}

fn id(agent: usize) -> AgentId {
    AgentId::parse(&format!("a{agent}")).expect("an id")
}

fn work(skills: &[(&str, u8)], languages: &[&str]) -> Work {
    let squad = |(name, _): &(&str, u8)| SquadId::parse(name).expect("an id");
    Work {
        squads: skills.iter().map(squad).collect(),
        skills: skills.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect(),
        languages: languages.iter().map(|code| (*code).to_owned()).collect(),
        capacity: 3,
        shifts: vec!["Mon-Sun 08:00-16:00".to_owned()].try_into().expect("hours"),
        ..Work::default()
    }
}

fn organisation() -> Organisation {
    let mut organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
    let squad = |name: &str| Squad::new(SquadId::parse(name).expect("an id"), name, name);
    organisation.squads = ["billing", "technical", "general"].map(squad).into();
    organisation.queue_limit_s = 86_400;
    organisation
}

fn staff() -> Vec<AgentProfile> {
    let works =
        team().into_iter().flat_map(|(count, skills, languages)| vec![work(skills, languages); count]);
    works.enumerate().map(|(at, work)| AgentProfile { work, ..AgentProfile::new(id(at), "", "") }).collect()
}

/// The log that these days would have left.
fn log(day: &Day, told: &Chronicle) -> History {
    let at = |second: f64| FROM_MS + (second * 1000.0) as AtMs;
    let handoff = |(each, record): (
        &segue_simulator::scenario::day::Conversation,
        &segue_simulator::world::record::Record,
    )| {
        let name = day.skills[each.need.skill].name.clone();
        let language = &day.languages[each.language].name;
        let wait = match (record.end, record.began_s) {
            (End::Served, Some(began_s)) => Wait::Taken(at(began_s)),
            (End::Abandoned, _) => Wait::Left(at(each.arrival_s + record.waited_s)),
            _ => Wait::Goes,
        };
        let held = record.agent.zip(record.began_s).map(|(agent, began_s)| Held {
            agent: id(agent),
            from_ms: at(began_s),
            until_ms: record.ended_s.map(at),
        });
        let needs = serde_json::json!({
            "squad": name, "skill": name, "language": language, "tier": day.tiers[each.tier].name,
        });
        Handoff {
            needs: serde_json::from_value(needs).expect("needs"),
            channel: "widget".into(),
            since_ms: at(each.arrival_s),
            wait,
            held: held.into_iter().collect(),
        }
    };
    History {
        handoffs: day.conversations.iter().zip(&told.records).map(handoff).collect(),
        ..History::default()
    }
}

fn report(history: &History, change: &Change) -> Report {
    let until_ms = FROM_MS + DAYS as AtMs * 86_400_000;
    let replay = Replay::new(organisation(), staff(), history, (FROM_MS, until_ms));
    let trial = replay.trial(change);
    trial.report((0..Trial::RUNS).map(|run| trial.live(run)).collect())
}

/// Share taken within the target of the tier, and share lost.
fn truth(day: &Day, told: &Chronicle) -> (f64, f64) {
    let n = day.conversations.len() as f64;
    let both = || day.conversations.iter().zip(&told.records);
    let in_time = both().filter(|(each, record)| {
        record.end == End::Served && record.waited_s <= day.tiers[each.tier].target_s
    });
    let lost = both().filter(|(_, record)| record.end != End::Served);
    (in_time.count() as f64 / n, lost.count() as f64 / n)
}

#[test]
fn a_replay_foretells_what_two_more_agents_would_change() {
    let day = Day::draw(&scenario(&team()), None, 3).expect("a day");
    let told = live(&team(), &day);
    let history = log(&day, &told);
    let change = Change {
        more: vec![segue_simulator::replay::More { count: 2, work: work(&[("billing", 4)], &["en", "es"]) }],
        ..Change::default()
    };
    assert_eq!(change.problems(&organisation(), &staff()), [""; 0]);
    let report = report(&history, &change);

    let (in_time, lost) = truth(&day, &told);
    assert!(
        (report.recorded.in_time - in_time).abs() < 1e-9 && (report.recorded.abandoned - lost).abs() < 1e-9
    );
    let near = |what: &str, foretold: f64, truth: f64| {
        assert!((foretold - truth).abs() < 0.03, "{what}: {foretold:.3} foretold, {truth:.3} in truth");
    };
    near("in time as is", report.as_is.in_time, in_time);
    near("lost as is", report.as_is.abandoned, lost);
    let (would_be_in_time, would_be_lost) = truth(&day, &live(&with_two_more(), &day));
    assert!(would_be_in_time > in_time + 0.05, "the change matters: {in_time:.3} to {would_be_in_time:.3}");
    near("in time with two more", report.changed.in_time, would_be_in_time);
    near("lost with two more", report.changed.abandoned, would_be_lost);
    let gain = report.difference.in_time;
    assert!(gain.low < gain.mean && gain.mean < gain.high && gain.low > 0.0, "{gain:?}");
    let spanish =
        report.lines.iter().find(|line| line.skill == "billing" && line.language.as_deref() == Some("es"));
    let spanish = spanish.expect("they came");
    assert!(spanish.changed.in_time > spanish.as_is.in_time + 0.05, "{spanish:?}");
}
