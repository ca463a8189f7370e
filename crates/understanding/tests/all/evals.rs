//! Measures on the public sets that are kept beside the repository (`SEGUE_SHARED`, or `../shared` from the workspace).
//! Skips with a message where they are absent. Run with `--nocapture` for the numbers.

use std::{fs, path::PathBuf};

use crate::testing;
use segue_core::{
    context::Role,
    reading::{ActKind, FactKind, Reading, span},
};
use segue_understanding::TurnText;
use serde_json::Value;

/// The lines of a set, or none with a message.
fn lines(file: &str) -> Option<Vec<Value>> {
    let root = std::env::var_os("SEGUE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("evals").join(file);
    let Ok(text) = fs::read_to_string(&path) else {
        println!(
            "skipped: {} is not there; set SEGUE_SHARED to the folder that holds evals/",
            path.display()
        );
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect())
}

fn role(turn: &Value) -> Role {
    match turn["role"].as_str() {
        Some("customer") => Role::Customer,
        Some("assistant") => Role::Assistant,
        Some("agent") => Role::Agent,
        _ => Role::System,
    }
}

/// Reads a conversation turn by turn.
fn readings(conversation: &Value) -> Vec<(Role, String, Reading)> {
    let mut package = testing::empty();
    let mut read = Vec::new();
    for turn in conversation["turns"].as_array().expect("turns") {
        let (role, text) = (role(turn), turn["text"].as_str().expect("words"));
        let reading = testing::reader().read(TurnText { role, text }, &package);
        for fact in &reading.facts {
            assert_eq!(span(text, fact.start, fact.end), fact.value, "{text}");
        }
        testing::push(&mut package, role, text, &reading);
        read.push((role, text.to_owned(), reading));
    }
    read
}

fn asks(reading: &Reading) -> f32 {
    reading.act(ActKind::AsksHuman).max(reading.act(ActKind::AsksManager))
}

#[test]
fn retail_conversations_give_their_account_values() {
    let Some(conversations) = lines("conversations/abcd.sample.jsonl") else { return };
    for conversation in conversations {
        let read = readings(&conversation);
        let account = &conversation["account"];
        let expected = [
            (&account["order"]["order_id"], FactKind::OrderNumber),
            (&account["personal"]["email"], FactKind::Email),
            (&account["personal"]["username"], FactKind::Username),
            (&account["personal"]["phone"], FactKind::Phone),
            (&account["personal"]["customer_name"], FactKind::PersonName),
            (&account["personal"]["member_level"], FactKind::MembershipLevel),
        ];
        for (role, text, reading) in read.iter().filter(|(role, ..)| *role == Role::Customer) {
            for (value, kind) in &expected {
                let Some(value) = value.as_str() else { continue };
                // A user name is part of its e-mail address: that turn is asked for the address only.
                let typed = text.to_lowercase();
                if !typed.contains(value)
                    || *kind == FactKind::Username && typed.contains(&format!("{value}@"))
                {
                    continue;
                }
                let found =
                    reading.facts.iter().any(|fact| fact.kind == *kind && fact.value.to_lowercase() == value);
                assert!(found, "{role:?} {text}: {kind:?} {value} not in {:?}", reading.facts);
            }
        }
        if conversation["id"] == "3592" {
            let promises = read.iter().flat_map(|(.., reading)| &reading.promises);
            assert!(promises.clone().any(|promise| promise.text.contains("give you a call")));
        }
    }
}

#[test]
fn stories_are_read() {
    let Some(stories) = lines("stories/stories.jsonl") else { return };
    for story in stories {
        let id = story["id"].as_str().unwrap();
        let read = readings(&story);
        let wanted = &story["expect"];
        for value in wanted["facts"].as_array().into_iter().flatten() {
            let value = value.as_str().unwrap();
            let given = read.iter().any(|(.., reading)| reading.facts.iter().any(|fact| fact.value == value));
            assert!(given, "{id}: {value}");
        }
        let promises: usize = read.iter().map(|(.., reading)| reading.promises.len()).sum();
        let steps: usize = read.iter().map(|(.., reading)| reading.steps.len()).sum();
        assert!(promises as u64 >= wanted["promises"].as_u64().unwrap_or(0), "{id}: promises");
        assert!(steps as u64 >= wanted["steps"].as_u64().unwrap_or(0), "{id}: steps");
        if wanted["reasons"].to_string().contains("\"explicit_request\"") {
            assert!(read.iter().any(|(.., reading)| asks(reading) >= 0.5), "{id}: explicit request");
        } else {
            assert!(read.iter().all(|(.., reading)| asks(reading) < 0.5), "{id}: false alarm");
        }
    }
}

/// F1 of asking for a human against a label, with misses and false alarms printed.
fn handoff_f1(file: &str, label: &str, show: bool) -> Option<f64> {
    let (mut hits, mut false_alarms, mut misses) = (0.0, 0.0, 0.0);
    for line in lines(file)? {
        let text = line["text"].as_str().expect("words");
        let labels = line["intents"].as_array().cloned().unwrap_or_else(|| vec![line["intent"].clone()]);
        let gold = labels.iter().any(|known| known == label);
        let reading = testing::read(text);
        match (gold, asks(&reading) >= 0.5) {
            (true, true) => hits += 1.0,
            (true, false) => {
                misses += 1.0;
                if show {
                    println!("  missed: {text}");
                }
            }
            (false, true) => {
                false_alarms += 1.0;
                if show {
                    println!("  false alarm: {text}");
                }
            }
            _ => {}
        }
    }
    let f1 = 2.0 * hits / (2.0 * hits + false_alarms + misses);
    println!("{file} {label}: F1 {f1:.3} (hits {hits}, false alarms {false_alarms}, misses {misses})");
    Some(f1)
}

#[test]
fn asking_for_a_human() {
    let show = std::env::var_os("SEGUE_SHOW").is_some();
    if let Some(f1) = handoff_f1("intent/nlupp-banking.train.jsonl", "handoff", show) {
        assert!(f1 >= 0.85, "{f1}");
    }
    handoff_f1("intent/hint3-curekart.train.jsonl", "CHAT_WITH_AGENT", show);
    handoff_f1("intent/hint3-powerplay11.train.jsonl", "CHAT_WITH_AN_AGENT", show);
    for file in ["intent/banking77.train.jsonl", "intent/clinc150.train.jsonl"] {
        let Some(lines) = lines(file) else { continue };
        let alarms: Vec<&Value> = lines
            .iter()
            .filter(|line| asks(&testing::read(line["text"].as_str().expect("words"))) >= 0.5)
            .collect();
        println!("{file}: {} of {} ask for a human", alarms.len(), lines.len());
        if show {
            alarms.iter().for_each(|line| println!("  {} | {}", line["intent"], line["text"]));
        }
    }
}

#[test]
fn ordinary_conversations_raise_no_alarm() {
    let show = std::env::var_os("SEGUE_SHOW").is_some();
    let Some(conversations) = lines("conversations/sgd.train.jsonl") else { return };
    for domain in ["airline", "fastfood", "finance", "insurance", "media", "software"] {
        for conversation in lines(&format!("facts/multidogo-{domain}.train.jsonl")).unwrap_or_default() {
            for turn in conversation["turns"].as_array().expect("turns") {
                let text = turn["text"].as_str().expect("words");
                if show && asks(&testing::read(text)) >= 0.5 {
                    println!("  multidogo-{domain} asks for a human: {text}");
                }
            }
        }
    }
    let (mut turns, mut alarms) = (0, 0);
    for turn in conversations.iter().flat_map(|conversation| conversation["turns"].as_array().expect("turns"))
    {
        if role(turn) != Role::Customer {
            continue;
        }
        let text = turn["text"].as_str().expect("words");
        turns += 1;
        let reading = testing::read(text);
        if asks(&reading) >= 0.5 {
            alarms += 1;
            println!("  false alarm: {text}");
        }
        if show && reading.topics.iter().any(|topic| (topic.kind as u8) < 4) {
            println!("  floor: {:?} {text}", reading.topics);
        }
    }
    println!("sgd.train: {alarms} false alarms in {turns} turns");
    assert!(alarms * 1000 <= turns, "{alarms}");
}

#[test]
fn given_values_are_found() {
    let kinds = [
        ("name", FactKind::PersonName),
        ("phone_number", FactKind::Phone),
        ("phonenumber", FactKind::Phone),
        ("email_address", FactKind::Email),
        ("booking_confirmation_number", FactKind::BookingReference),
        ("account_number", FactKind::AccountNumber),
        ("account_id", FactKind::AccountNumber),
        ("target_account_number", FactKind::AccountNumber),
        ("current_zipcode", FactKind::PostalCode),
        ("new_zipcode", FactKind::PostalCode),
        ("address", FactKind::PostalAddress),
        ("claimid", FactKind::ClaimNumber),
        ("policyid", FactKind::PolicyNumber),
        ("username", FactKind::Username),
        ("charge_amount", FactKind::Amount),
        ("transferamount", FactKind::Amount),
        ("cost", FactKind::Amount),
        ("price", FactKind::Amount),
    ];
    for domain in ["airline", "fastfood", "finance", "insurance", "media", "software"] {
        let Some(conversations) = lines(&format!("facts/multidogo-{domain}.dev.jsonl")) else { return };
        let (mut hits, mut gold, mut given) = (0.0, 0.0, 0.0);
        for conversation in &conversations {
            let read = readings(conversation);
            for (turn, (.., reading)) in conversation["turns"].as_array().expect("turns").iter().zip(&read) {
                let slots: Vec<_> = turn["slots"].as_array().into_iter().flatten().collect();
                let wanted: Vec<(FactKind, u64, u64)> = slots
                    .iter()
                    .filter_map(|slot| {
                        let kind = kinds.iter().find(|(name, _)| slot["kind"] == *name)?.1;
                        Some((kind, slot["start"].as_u64()?, slot["end"].as_u64()?))
                    })
                    .collect();
                let scored =
                    |fact: &&segue_core::reading::Fact| kinds.iter().any(|(_, kind)| *kind == fact.kind);
                let found: Vec<_> = reading.facts.iter().filter(scored).collect();
                let matches = |&&(kind, start, end): &&(FactKind, u64, u64)| {
                    found.iter().any(|fact| {
                        fact.kind == kind && u64::from(fact.start) == start && u64::from(fact.end) == end
                    })
                };
                hits += wanted.iter().filter(matches).count() as f64;
                gold += wanted.len() as f64;
                given += found.len() as f64;
            }
        }
        println!(
            "multidogo-{domain}: F1 {:.3} (precision {:.3}, recall {:.3})",
            2.0 * hits / (gold + given),
            hits / given,
            hits / gold
        );
    }
}

#[test]
fn frustration_is_ranked() {
    let Some(lines) = lines("emotion/goemotions.dev.jsonl") else { return };
    let bad = ["anger", "annoyance", "disapproval", "disappointment", "disgust"];
    let mut scored: Vec<(f32, bool)> = Vec::new();
    for line in &lines {
        let gold = line["emotions"].as_array().unwrap().iter().any(|name| bad.iter().any(|bad| name == bad));
        let mood = testing::read(line["text"].as_str().expect("words")).mood;
        scored.push((mood.frustration - mood.valence, gold));
    }
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut sum, mut at) = (0.0, 0.0, 0);
    while at < scored.len() {
        let tie = scored[at..].iter().take_while(|(score, _)| *score == scored[at].0).count();
        let positive = scored[at..at + tie].iter().filter(|(_, gold)| *gold).count() as f64;
        let negative = tie as f64 - positive;
        sum += positive * (below + negative / 2.0);
        below += negative;
        at += tie;
    }
    let positives = scored.iter().filter(|(_, gold)| *gold).count() as f64;
    println!("goemotions frustration AUROC {:.3}", sum / (positives * below));
}
