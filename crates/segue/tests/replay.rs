//! `segue replay` as other programs use it: the command line, the output's shape, its order and its errors.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

fn replay(input: &str, options: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_segue"))
        .args(["replay", "-"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn documents(output: &Output) -> Vec<Value> {
    let text = str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn conversation(id: &str, turns: &[(&str, &str)]) -> String {
    let turns: Vec<_> = turns.iter().map(|(role, text)| json!({ "role": role, "text": text })).collect();
    json!({ "id": id, "turns": turns, "account": { "unknown": "fields are tolerated" } }).to_string()
}

#[test]
fn a_handoff_stands_for_the_rest_of_the_conversation() {
    let line = conversation(
        "a b/c",
        &[
            ("customer", "Order 58213377 is late, my e-mail is dana@brightside.example."),
            ("assistant", "It left our store on Monday."),
            ("action", "Order has been looked up."),
            ("customer", "I want to talk to a human"),
            ("assistant", "Let me try once more."),
            ("customer", ""),
            ("agent", "This is Maya, I am reading what you wrote."),
        ],
    );
    let output = replay(&line, &["--json"]);
    assert!(output.status.success(), "{output:?}");
    let document = &documents(&output)[0];
    assert_eq!(document["id"], "a b/c");
    let turns = document["turns"].as_array().unwrap();
    let roles: Vec<_> = turns.iter().map(|turn| turn["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["customer", "assistant", "action", "customer", "assistant", "customer", "agent"]);
    for (index, turn) in turns.iter().enumerate() {
        assert_eq!(turn["index"], index);
        let action = if index < 3 { "answer" } else { "hand_off" };
        assert_eq!(turn["decision"]["action"], action, "{index}");
        assert!(turn["decision"]["confidence"].is_number() && turn["reading"].is_object());
    }
    assert_eq!(turns[3]["decision"]["reason"], "explicit_request");
    assert_eq!(turns[4]["decision"]["triggers"][0]["evidence"], "handed off at turn 3");
    let handoff = &document["handoff"];
    assert_eq!((&handoff["turn"], &handoff["reason"]), (&json!(3), &json!("explicit_request")));
    assert_eq!(handoff["route"]["squad"], "general");
    assert_eq!(document["package"]["schema"], "segue.context/1");
    assert_eq!(document["package"]["transcript"].as_array().unwrap().len(), 7);
    let facts = document["package"]["facts"].as_array().unwrap();
    let order = facts.iter().find(|fact| fact["value"] == "58213377").unwrap();
    let place = [&order["kind"], &order["turn"], &order["start"], &order["end"]];
    assert_eq!(place, [&json!("order_number"), &json!(0), &json!(6), &json!(14)]);
}

#[test]
fn results_keep_the_order_of_the_file_and_the_bytes_of_the_run_before() {
    let lines: Vec<String> = (0..200)
        .map(|n| {
            let turns = [("customer", "Where is my parcel?"), ("assistant", "On its way.")].repeat(1 + n % 7);
            conversation(&n.to_string(), &turns)
        })
        .collect();
    let output = replay(&lines.join("\n"), &["--json"]);
    let ids: Vec<_> = documents(&output).iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (0..200).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(replay(&lines.join("\n"), &["--json"]).stdout, output.stdout);
}

#[test]
fn a_bad_line_ends_the_replay_after_those_before_it() {
    let good = conversation("1", &[("customer", "Hello")]);
    let output = replay(&format!("{good}\n\n{{\"turns\": 7}}\n{good}\n"), &["--json"]);
    assert!(!output.status.success());
    assert_eq!(documents(&output).len(), 1);
    let said = str::from_utf8(&output.stderr).unwrap();
    assert!(said.starts_with("segue: standard input was not replayed to its end: line 3 "), "{said}");
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
}

#[test]
fn without_json_there_are_words() {
    let line = conversation("story", &[("customer", "I want to talk to a human")]);
    let said = String::from_utf8(replay(&line, &[]).stdout).unwrap();
    assert!(said.contains("story: handed off at turn 0 of 1: asked for a person"), "{said}");
    assert!(said.ends_with("1 conversations, 1 handed off\n"), "{said}");
}
