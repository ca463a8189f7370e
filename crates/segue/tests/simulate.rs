//! `segue simulate` from the command line: its document, its files, and what it leaves behind.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

fn simulate(args: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    Command::new(env!("CARGO_BIN_EXE_segue")).arg("simulate").args(args).current_dir(root).output().unwrap()
}

fn document(args: &[&str]) -> Value {
    let output = simulate(&[args, &["--json"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_document_is_that_of_the_contract() {
    let args = ["--scenario", "scenarios/d.toml", "--seeds", "1-3"];
    let told = document(&args);
    assert_eq!(told["scenario"], "d");
    assert_eq!(told["seeds"], serde_json::json!([1, 2, 3]));
    let policies = told["policies"].as_object().unwrap();
    assert_eq!(policies.len(), 10);
    for (name, of) in policies {
        for key in [
            "j_per_100",
            "abandon",
            "mean_wait_s",
            "p95_wait_s",
            "proficiency",
            "gini",
            "misuse",
            "max_wait_s",
            "decision_us_p50",
            "decision_us_p99",
        ] {
            assert!(of[key].is_f64(), "{name} {key}: {of}");
        }
        let [low, j, high] =
            [&of["j_ci95"][0], &of["j_per_100"], &of["j_ci95"][1]].map(|n| n.as_f64().unwrap());
        assert!(low <= j && j <= high, "{name}");
        let tiers: Vec<&String> = of["sla"].as_object().unwrap().keys().collect();
        assert_eq!(tiers, ["enterprise", "free", "pro"]);
    }
    let peer = told["best_peer"].as_str().unwrap();
    let lowest = policies
        .iter()
        .filter(|(name, _)| *name != "index")
        .min_by(|a, b| a.1["j_per_100"].as_f64().unwrap().total_cmp(&b.1["j_per_100"].as_f64().unwrap()));
    assert_eq!(lowest.unwrap().0, peer);
    let ratio = told["ratio_to_best_peer"].as_f64().unwrap();
    let ours = told["policies"]["index"]["j_per_100"].as_f64().unwrap();
    assert!((ratio - ours / told["policies"][peer]["j_per_100"].as_f64().unwrap()).abs() < 1e-9);
    assert!(
        told["ratio_ci95"][0].as_f64().unwrap() <= ratio && told["floor"].is_f64() && told["pooled"].is_f64()
    );
    let again = document(&[&args[..], &["--threads", "1"]].concat());
    assert_eq!(again["state_hash"], told["state_hash"], "whatever the threads and the machine's load");
    assert_eq!(told["state_hash"].as_str().unwrap().len(), 16);
}

#[test]
fn files_are_whole_and_in_the_order_of_the_seeds() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (log, csv, page) = (path("log.jsonl"), path("rows.csv"), path("page.html"));
    let told = document(&[
        "--scenario",
        "scenarios/d.toml",
        "--seeds",
        "4-7",
        "--policy",
        "index",
        "--log",
        &log,
        "--csv",
        &csv,
        "--report",
        &page,
    ]);
    assert_eq!(told["best_peer"], Value::Null);
    let lines: Vec<Value> =
        fs::read_to_string(&log).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seeds: Vec<u64> = lines.iter().map(|line| line["seed"].as_u64().unwrap()).collect();
    assert!(seeds.is_sorted() && seeds.first() == Some(&4) && seeds.last() == Some(&7));
    let served = lines.iter().filter(|line| line["end"] == "served");
    assert!(served.clone().count() > 500);
    for line in served {
        let offer = line["offers"].as_array().unwrap().last().unwrap();
        assert_eq!(offer["agent"], line["agent"], "{line}");
        assert!(offer["terms"]["score"].is_f64() && line["start_s"].is_f64(), "{line}");
    }
    let js: f64 = lines.iter().filter(|line| line["seed"] == 5).map(|line| line["j"].as_f64().unwrap()).sum();
    let count = lines.iter().filter(|line| line["seed"] == 5).count() as f64;
    let rows = fs::read_to_string(&csv).unwrap();
    let row = rows.lines().nth(2).unwrap();
    assert!(row.starts_with(&format!("5,index,{count},{:.4}", 100.0 * js / count)), "{row}");
    assert_eq!(rows.lines().count(), 5);
    let page = fs::read_to_string(&page).unwrap();
    assert!(
        page.contains("<svg") && page.contains("color-scheme: light dark") && page.ends_with("</html>\n")
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing half done is left");
}

#[test]
fn what_is_wrong_is_told_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("wrong.toml");
    fs::write(&scenario, "utilisation = 0.8\nmised_offer = 0.1\n").unwrap();
    let scenario = scenario.display().to_string();
    let csv = folder.path().join("rows.csv").display().to_string();
    let check = |args: &[&str], expected: &str| {
        let output = simulate(&[args, &["--csv", &csv]].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(expected), "{told}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    };
    check(&["--scenario", &scenario], "unknown field `mised_offer`");
    check(&["--scenario", "scenarios/none.toml"], "cannot be read");
    check(
        &["--scenario", "scenarios/d.toml", "--policy", "best"],
        "there is no policy best; there are index,",
    );
    check(&["--scenario", "scenarios/d.toml", "--seeds", "3-1"], "write from-to");
}

#[test]
fn a_what_if_needs_a_change_and_a_folder() {
    let check = |args: &[&str], expected: &str| {
        let output = simulate(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(expected), "{args:?}: {said}");
    };
    check(&[], "--scenario");
    check(&["--data", "nowhere"], "--change");
    let folder = tempfile::tempdir().unwrap();
    let change = folder.path().join("change.toml");
    let change_path = change.to_str().unwrap();
    check(&["--data", "nowhere", "--change", change_path], "cannot be read");
    fs::write(&change, "demnd = 2").unwrap();
    check(&["--data", "nowhere", "--change", change_path], "unknown field `demnd`");
    fs::write(&change, "demand = 2").unwrap();
    check(&["--data", "nowhere", "--change", change_path], "nowhere is no folder");
}
