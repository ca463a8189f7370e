//! Which crate may know which.
//!
//! The core knows nobody. Understanding, store, bus, connectors and the simulator know the core and never each other. The
//! server joins them, and the binary starts the server. A crate that is missing here fails the test: whoever
//! adds one says where it stands.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

use crate::tree;

const CORE: &str = "segue-core";
const BESIDE: [&str; 4] = ["segue-understanding", "segue-store", "segue-bus", "segue-connectors"];
const SIMULATOR: &str = "segue-simulator";
const SERVER: &str = "segue-server";
const BINARY: &str = "segue";
const TESTKIT: &str = "segue-testkit";
const XTASK: &str = "xtask";

/// Parts that would bring a clock, chance, a disk or a network into the core.
const NOT_IN_CORE: [&str; 12] = [
    "tokio",
    "async-std",
    "futures",
    "rusqlite",
    "sqlx",
    "axum",
    "hyper",
    "reqwest",
    "ureq",
    "rand",
    "fastrand",
    "uuid",
];

/// Words in the core's source that would do the same through the standard library.
const NOT_IN_CORE_SOURCE: [&str; 9] = [
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "async fn",
];

/// Dependencies of each workspace crate by name, with whether each is for tests only.
fn dependencies() -> BTreeMap<String, Vec<(String, bool)>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(tree::root())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let text = |value: &Value| value.as_str().expect("a name").to_owned();
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let of = |package: &Value| {
        let each = list(&package["dependencies"]).into_iter();
        each.map(|dependency| (text(&dependency["name"]), dependency["kind"] == "dev")).collect()
    };
    list(&metadata["packages"]).iter().map(|package| (text(&package["name"]), of(package))).collect()
}

/// Workspace crates that `name` may depend on; absent for a crate that nobody has placed yet.
fn allowed(name: &str) -> Option<Vec<&'static str>> {
    let core_and_beside = || std::iter::once(CORE).chain(BESIDE).collect::<Vec<_>>();
    match name {
        CORE | XTASK => Some(Vec::new()),
        _ if BESIDE.contains(&name) || name == SIMULATOR => Some(vec![CORE]),
        SERVER => Some([core_and_beside(), vec![SIMULATOR]].concat()),
        BINARY | TESTKIT => Some([core_and_beside(), vec![SIMULATOR, SERVER]].concat()),
        _ => None,
    }
}

/// Every dependency that points the wrong way, in words.
fn violations(dependencies: &BTreeMap<String, Vec<(String, bool)>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, each) in dependencies {
        let Some(allowed) = allowed(name) else {
            wrong.push(format!("{name} has no place in the direction of crates: give it one in this test"));
            continue;
        };
        for (other, for_tests) in each.iter().filter(|(other, _)| dependencies.contains_key(other)) {
            // A test may drive the whole product through the test kit, but not from the core.
            let test_kit = *for_tests && other == TESTKIT && name != CORE;
            if !allowed.contains(&other.as_str()) && !test_kit {
                wrong.push(format!("{name} depends on {other}"));
            }
        }
        let impure = each.iter().filter(|(other, _)| name == CORE && NOT_IN_CORE.contains(&other.as_str()));
        wrong.extend(impure.map(|(other, _)| format!("{name} depends on {other}")));
    }
    wrong
}

#[test]
fn every_dependency_points_towards_the_core() {
    let dependencies = dependencies();
    assert!(dependencies.contains_key(CORE) && dependencies.contains_key(XTASK));
    assert_eq!(violations(&dependencies), Vec::<String>::new());
}

#[test]
fn a_wrong_dependency_is_seen() {
    let check = |name: &str, other: &str, for_tests: bool| {
        let names =
            [CORE, SIMULATOR, SERVER, BINARY, TESTKIT, XTASK, BESIDE[0], BESIDE[1], BESIDE[2], BESIDE[3]];
        let mut all: BTreeMap<_, _> = names.map(|name| (name.to_owned(), Vec::new())).into();
        all.insert(name.to_owned(), vec![(other.to_owned(), for_tests)]);
        violations(&all).len()
    };
    assert_eq!(check(CORE, "serde", false), 0);
    assert_eq!(check(CORE, "tokio", false), 1);
    assert_eq!(check(CORE, "segue-store", false), 1);
    assert_eq!(check(SIMULATOR, CORE, false), 0);
    assert_eq!(check(SIMULATOR, "segue-store", false), 1);
    assert_eq!(check("segue-store", "segue-core", false), 0);
    assert_eq!(check("segue-store", "segue-bus", false), 1);
    assert_eq!(check("segue-store", TESTKIT, true), 0);
    assert_eq!(check("segue-store", TESTKIT, false), 1);
    assert_eq!(check(SERVER, BINARY, false), 1);
    assert_eq!(check(BINARY, SERVER, false), 0);
    assert_eq!(check("segue-new", CORE, false), 1);
}

/// Folders of what is pure: the simulator replays as the core does.
const PURE: [&str; 2] = ["crates/core/src/", "crates/simulator/src/"];

#[test]
fn the_core_and_the_simulator_read_no_clock_and_touch_no_machine() {
    let mut wrong = Vec::new();
    let pure = |file: &&String| PURE.iter().any(|folder| file.starts_with(folder));
    for file in tree::files_ending(".rs").iter().filter(pure) {
        let text = tree::text(file).expect("source is text");
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            let found = NOT_IN_CORE_SOURCE.iter().filter(|word| line.contains(**word));
            wrong.extend(found.map(|word| format!("{file}:{}: {word}", number + 1)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
