//! `cargo xtask bench`: the same numbers on every machine, in one table.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{encoder, shell};

/// What `segue bench` measures here, in order.
const BENCHES: [&str; 3] = ["ingest", "handoff", "read"];

/// Options of `bench`.
#[derive(clap::Args)]
pub struct Args {
    /// Leaves out the benchmarks of single crates (`cargo bench`).
    #[arg(long)]
    no_crates: bool,
}

/// Measures a release build.
pub fn run(args: &Args) -> Result<()> {
    let binary = shell::built_segue(true)?;
    let mut rows = Vec::new();
    for name in BENCHES {
        println!("Measuring {name} ...");
        let text = shell::output(Command::new(&binary).args(["bench", name, "--json"]))?;
        let result: Value = serde_json::from_str(&text)
            .with_context(|| format!("`segue bench {name} --json` printed no JSON"))?;
        flatten(name, &result, &mut rows);
    }
    if !args.no_crates {
        let mut benches =
            shell::cargo(["bench", "--package", "segue-store", "--package", "segue-understanding"]);
        shell::run(benches.envs(encoder::folder().map(|folder| (encoder::VARIABLE, folder))))?;
    }
    println!("\n{}", table(&rows));
    Ok(())
}

/// Every number and word of a JSON document with its path, in order.
fn flatten(path: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, inner)| flatten(&format!("{path}.{key}"), inner, rows))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, inner)| flatten(&format!("{path}.{at}"), inner, rows));
        }
        Value::String(text) => rows.push((path.to_owned(), text.clone())),
        other => rows.push((path.to_owned(), other.to_string())),
    }
}

fn table(rows: &[(String, String)]) -> String {
    let wide = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let right = rows.iter().map(|(_, value)| value.len()).max().unwrap_or(0);
    rows.iter().map(|(name, value)| format!("{name:<wide$}  {value:>right$}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_becomes_one_row_per_number() {
        let mut rows = Vec::new();
        flatten("ingest", &serde_json::json!({"p50_ms": 1.5, "by": {"writers": 64}}), &mut rows);
        assert_eq!(table(&rows), "ingest.by.writers   64\ningest.p50_ms      1.5\n");
    }
}
