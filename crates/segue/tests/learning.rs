//! `segue train` and `segue eval` as people use them, on examples that are made up here.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tiny_model::Stored;

#[path = "../../understanding/tests/all/tiny_model.rs"]
#[expect(dead_code, reason = "the whole of it is for the encoder's own tests")]
mod tiny_model;

const MAP: &str = "gate_code = \"reference\"\nname = \"person_name\"\n";

struct Place(TempDir);

impl Place {
    /// With 60 conversations to learn from, 20 to score, and a map.
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("train.jsonl", &conversations(0..60));
        place.write("dev.jsonl", &conversations(60..80));
        place.write("map.toml", MAP);
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
        command.args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    fn told(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What a command that fails says.
    #[track_caller]
    fn refused(&self, arguments: &[&str], why: &str) {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(why), "{said}");
    }
}

/// A name and a code of letters and digits in every conversation, and a colour that is marked but no fact.
fn conversations(range: std::ops::Range<usize>) -> String {
    let turn = |text: String, kind: &str, value: &str| {
        let start = text[..text.find(value).unwrap()].chars().count();
        let slot = json!({"kind": kind, "start": start, "end": start + value.chars().count()});
        json!({"role": "customer", "text": text, "slots": [slot]})
    };
    let line = |at: usize| {
        let name = ["ana", "bo", "chidi", "dunja", "emre", "frida", "göran"][at % 7];
        let code = format!("q{} x{}", 10 + at * 7 % 90, 100 + at * 37 % 900);
        let colour = ["red", "blue", "green"][at % 3];
        let turns = [
            turn(format!("{} {name} here", ["hello", "hi", "good day"][at % 3]), "name", name),
            turn(format!("the gate code {} {code}", ["reads", "is"][at % 2]), "gate_code", &code),
            turn(format!("the lamp is {colour} now"), "colour", colour),
        ];
        json!({"turns": turns}).to_string() + "\n"
    };
    range.map(line).collect()
}

const TRAIN: &[&str] =
    &["train", "facts", "--data", "train.jsonl", "--map", "map.toml", "--out", "model", "--json"];
const EVAL: &[&str] =
    &["eval", "facts", "--data", "dev.jsonl", "--map", "map.toml", "--model", "model", "--json"];

#[test]
fn learns_the_facts_of_an_organisation() {
    let place = Place::new();
    let trained = place.told(TRAIN);
    assert_eq!(trained["items"], 120);
    assert_eq!(trained["kinds"], 2);
    let first = fs::read(place.at("model")).unwrap();
    place.told(TRAIN);
    assert!(first == fs::read(place.at("model")).unwrap(), "the same examples and seed give the same bytes");

    let scored = place.told(&[EVAL, &["--plot", "plot.svg"]].concat());
    assert_eq!(scored["task"], "facts");
    assert_eq!(scored["items"], 60);
    assert_eq!(scored["spans"], 40);
    assert_eq!(scored["model_bytes"], first.len());
    assert!(scored["f1"].as_f64().unwrap() >= 0.9, "{scored}");
    assert!(scored["kinds"]["reference"]["recall"].as_f64().unwrap() >= 0.9, "{scored}");
    assert!(fs::read_to_string(place.at("plot.svg")).unwrap().starts_with("<svg"));

    let with_dev = place.told(&[TRAIN, &["--dev", "dev.jsonl"]].concat());
    assert_eq!(with_dev["items"], 120);
}

#[test]
fn says_what_is_wrong_with_what_it_is_given() {
    let place = Place::new();
    place.refused(EVAL, "model cannot be opened; check the path");
    place.write("map.toml", "name = \"nickname\"\n");
    place.refused(TRAIN, "unknown variant `nickname`");
    place.write("map.toml", "");
    place.refused(TRAIN, "maps no kinds");
    place.write("map.toml", "weight = \"amount\"\n");
    place.refused(TRAIN, "0 labelled facts are too few");
    place.write("map.toml", MAP);
    let outside = r#"{"turns": [{"role": "customer", "text": "ana", "slots": [{"kind": "name", "start": 0, "end": 9}]}]}"#;
    place.write("train.jsonl", &(conversations(0..60) + outside));
    place.refused(TRAIN, "conversation 61, turn 1: a label ends at character 9, behind the end of the text");
    place.write("model", "not a model");
    place.refused(EVAL, "model");
    assert!(!place.at("model.part").exists());
}

/// Requests of three kinds, and some that are about nothing known.
fn requests(range: std::ops::Range<usize>) -> String {
    let line = |at: usize| {
        let (intent, what) = [
            (Some("refund"), "my money back"),
            (Some("login"), "to sign in again"),
            (Some("delivery"), "my parcel at last"),
            (None, "a recipe for soup"),
        ][at % 4];
        let (how, when) = (
            ["i want", "please get me", "can i have"][at % 3],
            ["now", "today", "soon", "at once"][at % 5 % 4],
        );
        json!({"text": format!("{how} {what} {when}"), "intent": intent}).to_string() + "\n"
    };
    range.map(line).collect()
}

#[test]
fn an_encoder_is_asked_where_n_grams_are_unsure_and_no_other_one_is_taken() {
    let place = Place::new();
    place.write("requests.jsonl", &requests(0..160));
    place.write("held.jsonl", &requests(160..220));
    tiny_model::write(&place.at("tiny"), "", Stored::F32);
    let train = ["train", "intent", "--data", "requests.jsonl", "--out", "intents", "--json"];
    let eval = ["eval", "intent", "--data", "held.jsonl", "--model", "intents", "--json"];
    let with = ["--encoder", "tiny"];

    place.told(&train);
    place.refused(&[&eval[..], &with].concat(), "was trained without an encoder");
    place.told(&[&train[..], &with].concat());
    let alone = place.told(&eval);
    assert_eq!(alone["stage_share"], json!({"linear": 1.0, "encoder": 0.0}));
    assert!(alone["in_scope_accuracy"].as_f64().unwrap() >= 0.9, "{alone}");
    let both = place.told(&[&eval[..], &with].concat());
    let share = |stage: &str| both["stage_share"][stage].as_f64().unwrap();
    assert!((share("linear") + share("encoder") - 1.0).abs() < 1e-6, "{both}");
    assert!(both["in_scope_accuracy"].as_f64().unwrap() >= 0.9, "{both}");
    place.refused(&[&eval[..], &["--encoder", "nowhere"]].concat(), "nowhere");
}
