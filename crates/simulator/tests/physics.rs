//! The virtual desk, held against what is known: a formula, the laws that no run may break, and itself.

#[path = "physics/replay.rs"]
mod replay;
#[path = "support/mod.rs"]
mod support;

use segue_core::strategy;
use segue_simulator::{
    erlang::ErlangA,
    product::Product,
    random::{Purpose, Random},
    scenario::{Scenario, day::Day},
    summary::Summary,
    waits::Waits,
    world::{Watch, World, record::End},
};
use support::{chronicle, plan, run, scenario};

#[test]
fn a_line_of_the_impatient_is_what_the_formula_says() {
    let formula = ErlangA { arrivals_per_s: 26.4 / 3600.0, work_s: 3000.0, patience_s: 3000.0, agents: 20 };
    let scenario = scenario("erlang-a");
    let shares: Vec<f64> = (1..=8)
        .map(|seed| {
            let (day, told) = chronicle(&scenario, "longest_idle", seed);
            let counted = || {
                day.conversations
                    .iter()
                    .zip(&told.records)
                    .filter(|(each, _)| each.arrival_s >= day.warm_up_s)
            };
            let left = counted().filter(|(_, record)| record.end != End::Served).count();
            left as f64 / counted().count() as f64
        })
        .collect();
    let n = shares.len() as f64;
    let mean = shares.iter().sum::<f64>() / n;
    let variance = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let error = (variance / n).sqrt();
    let expected = formula.abandonment();
    assert!((mean - expected).abs() < 3.0 * error, "{mean:.4} +- {error:.4}, by the formula {expected:.4}");
    assert!(error < 0.01, "so wide that it says nothing: {error}");
}

#[test]
fn the_same_seed_gives_the_same_day_and_the_same_state() {
    for name in ["d", "everything"] {
        let plan = plan(name, "all");
        let state = |seeds: &[u64]| {
            let runs: Vec<_> = seeds.iter().map(|seed| run(&plan, *seed)).collect();
            Summary::of(&plan, &runs).state_hash
        };
        assert_eq!(state(&[7, 8]), state(&[7, 8]), "{name}");
        assert_ne!(state(&[7]), state(&[8]), "{name}");
    }
}

#[test]
fn everybody_ends_once_and_no_law_is_broken() {
    for name in ["a", "b", "c", "d", "f", "everything"] {
        let scenario = scenario(name);
        for policy in segue_core::strategy::ALL {
            let (day, told) = chronicle(&scenario, policy.name(), 11);
            assert_eq!(told.records.len(), day.conversations.len());
            assert_eq!(told.breaches, Vec::<String>::new(), "{name} {}", policy.name());
            for (at, record) in told.records.iter().enumerate() {
                let place = format!("{name} {} {at}", policy.name());
                assert_eq!(record.conversation, at, "{place}");
                assert_eq!(record.agent.is_some(), record.end == End::Served, "{place}");
                assert!(record.end != End::Abandoned || record.ended_s.is_some(), "{place}");
                assert!(record.waited_s >= 0.0 && record.waited_s.is_finite(), "{place}");
                assert_eq!(record.offers as usize, record.asked.len(), "{place}");
            }
        }
    }
}

#[test]
fn a_conversation_that_is_transferred_or_called_back_keeps_its_age() {
    let scenario = scenario("everything");
    let (day, told) = chronicle(&scenario, "index", 5);
    let both = || day.conversations.iter().zip(&told.records);
    let transferred = both().filter(|(each, record)| each.then.is_some() && record.end == End::Served);
    let again = transferred.filter(|(_, record)| record.offers >= 2).count();
    assert!(again > 10, "transferred conversations wait a second time: {again}");
    let later = both().filter(|(each, record)| {
        let (Some(after_s), Some(began_s)) = (each.callback_s, record.began_s) else { return false };
        assert!(began_s >= each.arrival_s + after_s, "nobody is called before the time");
        assert!(
            record.waited_s <= began_s - each.arrival_s - after_s + 1e-6,
            "the time until then is no wait"
        );
        true
    });
    assert!(later.count() > 10, "customers are called back");
}

#[test]
fn what_is_drawn_has_the_moments_of_the_scenario() {
    let scenario = scenario("a");
    let days: Vec<Day> = (1..=40).map(|seed| Day::draw(&scenario, None, seed).expect("a day")).collect();
    let all = || days.iter().flat_map(|day| &day.conversations);
    let n = all().count() as f64;
    let share = |of: &dyn Fn(&segue_simulator::scenario::day::Conversation) -> bool| {
        all().filter(|each| of(each)).count() as f64 / n
    };
    assert!((share(&|each| each.tier == 0) - 0.1).abs() < 0.005);
    assert!((share(&|each| each.tier == 1) - 0.3).abs() < 0.01);
    let patience = all().filter(|each| each.tier == 1).map(|each| each.need.patience_s);
    let mean = patience.sum::<f64>() / (n * 0.3);
    assert!((mean - (0.2 * 45.0 + 0.8 * 820.0)).abs() < 30.0, "{mean}");
    // Work of perfect agents, against what the agents could do.
    let busy = |day: &Day| {
        let work_s: f64 = day.conversations.iter().map(|each| each.need.work_s).sum();
        let output: f64 = day.agents.iter().map(|agent| scenario.throughput_max(agent.chats)).sum();
        work_s / (output * 0.9 * day.horizon_s)
    };
    let mean = days.iter().map(busy).sum::<f64>() / days.len() as f64;
    assert!((mean - 0.75).abs() < 0.04, "{mean}");
    let levels = days.iter().flat_map(|day| &day.agents).flat_map(|agent| agent.levels.iter().copied());
    assert!(levels.filter(|level| *level > 0).all(|level| (2..=5).contains(&level)));
}

#[test]
fn a_trace_of_a_day_is_that_day() {
    let scenario = scenario("d");
    let day = Day::draw(&scenario, None, 3).expect("a day");
    let mut text = String::from("arrival_s,skill,language,tier,work_s,patience_s\n");
    for each in &day.conversations {
        let (skill, language) = (&day.skills[each.need.skill].name, &day.languages[each.language].name);
        let tier = &day.tiers[each.tier].name;
        let (work_s, patience_s) = (each.need.work_s, each.need.patience_s);
        text += &format!("{},{skill},{language},{tier},{work_s},{patience_s}\n", each.arrival_s);
    }
    let trace = segue_simulator::scenario::trace::Trace::parse(&text).expect("a trace");
    let replayed = Day::draw(&scenario, Some(&trace), 3).expect("a day");
    assert_eq!(replayed.agents, day.agents);
    for (replayed, drawn) in replayed.conversations.iter().zip(&day.conversations) {
        assert_eq!((replayed.arrival_s, replayed.need), (drawn.arrival_s, drawn.need));
        assert_eq!((replayed.tier, replayed.language), (drawn.tier, drawn.language));
    }
}

#[test]
fn whether_an_offer_is_missed_does_not_depend_on_who_is_asked() {
    let scenario = Scenario { missed_offer: 0.5, ..scenario("d") };
    for policy in ["index", "round_robin"] {
        let (_, told) = chronicle(&scenario, policy, 2);
        let offered: Vec<_> = told.records.iter().filter(|record| record.offers > 0).collect();
        assert!(offered.len() > 100);
        for record in offered {
            let mut random = Random::of(2, Purpose::Offer, (record.conversation as u64) << 20 | 1);
            random.unit();
            let first_is_missed = random.chance(0.5);
            let served_at_once = record.offers == 1 && record.end == End::Served;
            assert!(!(first_is_missed && served_at_once), "{policy} {}", record.conversation);
        }
    }
}

#[test]
fn what_is_foretold_of_waits_comes_true() {
    let scenario = scenario("b");
    let mut predicted = vec![];
    for seed in 1..=6 {
        let day = Day::draw(&scenario, None, seed).expect("a day");
        let product = Product::new(&scenario, &day, strategy::ALL[0], false);
        let watch = Watch { predict: true, ..Watch::NONE };
        predicted.extend(World::new(&scenario, &day, product, watch).run().predicted);
    }
    let waits = Waits::of(predicted.iter()).expect("somebody waits");
    assert!(waits.n > 200, "{waits:?}");
    assert!((0.84..0.94).contains(&waits.p90_coverage), "{waits:?}");
    assert!(waits.mae_s < 0.9 * waits.mae_les_s.min(waits.mae_hol_s), "{waits:?}");
    // Nobody is told anything who was offered an agent at once, and nobody else waits less than an answer takes.
    let actual = predicted.iter().filter_map(|each| each.actual_s);
    assert!(actual.fold(f64::INFINITY, f64::min) > scenario.accept_s[0]);
}
