//! Stages, what each of them counted, and the table at the end.

use std::{
    ops::AddAssign,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// Tests or checks that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Passed.
    pub passed: u32,
    /// Failed.
    pub failed: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Counts {
    /// What one line of a test runner's output adds: cargo's, Vitest's and Node's summaries are known.
    pub fn in_line(line: &str) -> Self {
        let words: Vec<&str> = line
            .split(|c: char| c.is_whitespace() || c == ';' || c == '|')
            .filter(|word| !word.is_empty())
            .collect();
        let before = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words[..at].last()?.parse().ok()
        };
        match words.as_slice() {
            ["test", "result:", ..] | ["Tests", ..] => {
                Self { passed: before("passed").unwrap_or(0), failed: before("failed").unwrap_or(0) }
            }
            ["ℹ" | "#", "pass", n] => Self { passed: n.parse().unwrap_or(0), failed: 0 },
            ["ℹ" | "#", "fail" | "cancelled", n] => Self { passed: 0, failed: n.parse().unwrap_or(0) },
            _ => Self::default(),
        }
    }
}

/// What one stage has counted so far.
#[derive(Default)]
pub struct Tally {
    counts: Counts,
    problems: Vec<String>,
}

impl Tally {
    /// Counts one check; a failed one is told at once, and the stage goes on.
    pub fn check(&mut self, name: &str, result: Result<()>) {
        match result {
            Ok(()) => self.counts.passed += 1,
            Err(problem) => {
                println!("FAILED {name}: {problem:#}");
                self.counts.failed += 1;
                self.problems.push(format!("{name}: {problem:#}"));
            }
        }
    }

    /// Adds the tests of a runner.
    pub fn tests(&mut self, name: &str, result: Result<Counts>) {
        match result {
            Ok(counts) if counts == Counts::default() => {
                self.check(name, Err(anyhow::anyhow!("no test ran")));
            }
            Ok(counts) => {
                self.counts += counts;
                if counts.failed > 0 {
                    self.problems.push(format!("{name}: {} failed, see above", counts.failed));
                }
            }
            Err(problem) => self.check(name, Err(problem)),
        }
    }
}

/// Everything that ran, for the table at the end.
#[derive(Default)]
pub struct Report {
    stages: Vec<(&'static str, Tally, Duration)>,
}

impl Report {
    /// Runs one stage under a headline. An error out of `work` counts as one failure; later stages still run.
    pub fn stage(&mut self, name: &'static str, work: impl FnOnce(&mut Tally) -> Result<()>) {
        println!("\n=== {name} ===");
        let start = Instant::now();
        let mut tally = Tally::default();
        if let Err(problem) = work(&mut tally) {
            tally.check(name, Err(problem));
        }
        let took = start.elapsed();
        println!(
            "--- {name}: {} passed, {} failed, {}",
            tally.counts.passed,
            tally.counts.failed,
            shown(took)
        );
        self.stages.push((name, tally, took));
    }

    /// Prints the table, and fails where anything failed.
    pub fn finish(self) -> Result<()> {
        println!("\n{:<10} {:>8} {:>8} {:>10}", "stage", "passed", "failed", "time");
        let mut total = Counts::default();
        let mut time = Duration::ZERO;
        for (name, tally, took) in &self.stages {
            println!("{name:<10} {:>8} {:>8} {:>10}", tally.counts.passed, tally.counts.failed, shown(*took));
            total += tally.counts;
            time += *took;
        }
        println!("{:<10} {:>8} {:>8} {:>10}", "total", total.passed, total.failed, shown(time));
        for problem in self.stages.iter().flat_map(|(_, tally, _)| &tally.problems) {
            println!("FAILED {problem}");
        }
        println!("\n{} passed, {} failed", total.passed, total.failed);
        if total.failed > 0 {
            bail!("{} of {} checks and tests failed", total.failed, total.passed + total.failed);
        }
        Ok(())
    }
}

/// `12.3 s`, or `3 min 12 s` from a minute on.
fn shown(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        secs => format!("{} min {:02} s", secs / 60, secs % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summaries_of_three_runners_are_read() {
        let cases = [
            ("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out", 12, 0),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored", 3, 2),
            ("      Tests  7 passed (7)", 7, 0),
            ("      Tests  1 failed | 11 passed (12)", 11, 1),
            (" Test Files  2 passed (2)", 0, 0),
            ("ℹ pass 5", 5, 0),
            ("# fail 2", 0, 2),
            ("ℹ cancelled 1", 0, 1),
            ("test store::keeps ... ok", 0, 0),
            ("2 passed", 0, 0),
        ];
        for (line, passed, failed) in cases {
            assert_eq!(Counts::in_line(line), Counts { passed, failed }, "{line}");
        }
    }

    #[test]
    fn a_failed_stage_fails_the_report_and_does_not_stop_the_next() {
        let mut report = Report::default();
        report.stage("first", |_| bail!("broken"));
        let mut ran = false;
        report.stage("second", |tally| {
            ran = true;
            tally.check("fine", Ok(()));
            Ok(())
        });
        assert!(ran);
        assert_eq!(report.finish().unwrap_err().to_string(), "1 of 2 checks and tests failed");
    }

    #[test]
    fn a_runner_that_ran_nothing_is_a_failure() {
        let mut tally = Tally::default();
        tally.tests("runner", Ok(Counts::default()));
        assert_eq!(tally.counts, Counts { passed: 0, failed: 1 });
    }
}
