//! `segue backtest` on a made-up history in which a draft's defects are known, because they were planted.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{fs, io::Write, path::Path, process::Command};

use segue_testkit::history;
use serde_json::Value;

/// Conversations of the golden history.
const CONVERSATIONS: u64 = 20_000;

/// What is planted: a draft that errs in seven ways.
const PLANTED: &str = r#"
name = "planted"

# Answers that the assistant is not sure of no longer count.
[emphasis]
low_confidence = 0.0

# Whoever reads a help page gets a person at once.
[[area]]
area = "help"
action = "hand_off"

# Questions that the assistant answers well go to people.
[[rule]]
name = "billing to people"
when = [{ field = "reading.topics", has = "billing" }]
then = "hand_off"

# Holds back those whom nothing helps any more.
[[rule]]
name = "known bugs wait"
if = '"bug" in issue.topics'
then = "hold"

# There is no such tier.
[[rule]]
name = "gold customers"
when = [{ field = "customer.tier", is = "gold" }]
then = "propose"

# Nobody wants a person for this.
[[rule]]
name = "parcels"
when = [{ field = "reading.topics", has = "delivery" }]
then = "propose"

# Hardly anybody who writes by e-mail gets a human.
[[override]]
name = "e-mail is slow"
when = [{ field = "conversation.channel", is = "email" }]
propose_at = 0.95
hand_off_at = 0.97
"#;

fn written(folder: &Path, conversations: u64) -> std::path::PathBuf {
    let path = folder.join("history.jsonl");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    for number in 0..conversations {
        writeln!(file, "{}", history::conversation(7, number)).unwrap();
    }
    file.flush().unwrap();
    path
}

fn backtest(history: &Path, a: &str, b: &str) -> Value {
    let done = Command::new(env!("CARGO_BIN_EXE_segue"))
        .args(["backtest", "--json", "--policy", a, "--against", b, "--history"])
        .arg(history)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

#[test]
fn planted_defects_are_found_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let history = written(folder.path(), CONVERSATIONS);
    let draft = folder.path().join("planted.toml");
    fs::write(&draft, PLANTED).unwrap();
    let report = backtest(&history, "default", draft.to_str().unwrap());
    for finding in report["findings"].as_array().unwrap() {
        println!("{} {}", finding["side"], finding["words"]);
    }
    let found = |side: &str| -> Vec<String> {
        let of = report["findings"].as_array().unwrap().iter().filter(|finding| finding["side"] == side);
        let mut told: Vec<String> = of
            .map(|finding| {
                let name = finding["trigger"].as_str().or(finding["segment"].as_str()).unwrap_or_default();
                format!("{} {}", finding["kind"].as_str().unwrap(), name)
            })
            .collect();
        told.sort();
        told
    };
    let planted = [
        "always_refused rule:parcels",
        "missed e-mail is slow",
        "missed low_confidence",
        "missed rule:known bugs wait",
        "never_fires rule:gold customers",
        "premature page_context",
        "premature rule:billing to people",
        "premature rule:parcels",
    ];
    assert_eq!(found("b"), planted);
    assert_eq!(found("a"), [""; 0]);
    assert_eq!(found("both"), [""; 0]);
    assert_eq!(report["conversations"], CONVERSATIONS);
    // The default policy is right nearly always; the draft gives away much of that, beyond chance.
    let right = |side: &str| report[side]["right"]["value"].as_f64().unwrap();
    assert!(right("a") > 0.9 && right("b") < right("a") - 0.1, "{} {}", right("a"), right("b"));
    let difference = &report["difference"]["right"];
    assert!(difference["high"].as_f64().unwrap() < 0.0, "{difference}");
    assert!(report["changed"]["count"].as_u64().unwrap() > 0);
}

#[test]
fn numbers_set_wrong_are_proposed_right() {
    let folder = tempfile::tempdir().unwrap();
    let history = written(folder.path(), 1_500);
    let proposed = |policy: &str| -> Vec<(String, f64)> {
        let path = folder.path().join("policy.toml");
        fs::write(&path, policy).unwrap();
        let done = Command::new(env!("CARGO_BIN_EXE_segue"))
            .args(["policy", "propose", "--json", "--policy", path.to_str().unwrap(), "--history"])
            .arg(&history)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let found: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(found["judged"], 1_500);
        let proposals = found["proposals"].as_array().unwrap();
        proposals.iter().for_each(|proposal| println!("{}", proposal["words"]));
        let read = |one: &Value| (one["setting"].as_str().unwrap().to_owned(), one["to"].as_f64().unwrap());
        proposals.iter().map(read).collect()
    };
    // Assistants' answers at 10 to 20 % are not seen as unsure.
    let raised = proposed("answer_confidence_min = 0.1\n");
    assert_eq!(
        raised.first().map(|(setting, _)| setting.as_str()),
        Some("answer_confidence_min"),
        "{raised:?}"
    );
    assert!((raised[0].1 - 0.2).abs() < 1e-6, "{raised:?}");
    // A signal that was switched off is wanted back.
    let emphasised = proposed("[emphasis]\nlow_confidence = 0.0\n");
    assert_eq!(emphasised.first().map(|(setting, _)| setting.as_str()), Some("emphasis.low_confidence"));
    // What is well set stays.
    assert_eq!(proposed(""), []);
}
