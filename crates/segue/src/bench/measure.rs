//! Latencies, and what a process has used.

use std::{fs, time::Duration};

/// Clock ticks per second in `/proc`: fixed for user space on Linux.
const TICKS_PER_S: u64 = 100;

/// Latencies, kept whole: some million fit easily, and every percentile is exact.
#[derive(Clone, Debug, Default)]
pub struct Latencies {
    us: Vec<u32>,
    sorted: bool,
}

impl Latencies {
    /// Adds one.
    pub fn add(&mut self, latency: Duration) {
        self.us.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
        self.sorted = false;
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.us.len() as u64
    }

    /// The latency, in ms, that a share of all does not exceed: 0.5 the median, 1.0 the longest. 0 where there
    /// are none.
    pub fn at_ms(&mut self, share: f64) -> f64 {
        if !self.sorted {
            self.us.sort_unstable();
            self.sorted = true;
        }
        let rank = (self.us.len() as f64 * share).ceil() as usize;
        let value = self.us.get(rank.saturating_sub(1)).copied().unwrap_or(0);
        f64::from(value) / 1000.0
    }
}

/// Processor time of a process, user and system; absent where the system does not tell.
pub fn cpu_time(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold spaces; fields are counted after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS_PER_S))
}

/// Memory of a process that lies in RAM, bytes; absent where the system does not tell.
pub fn rss_bytes(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// To the given number of decimals, for printing.
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_values() {
        let mut latencies = Latencies::default();
        (1..=100_u64).rev().for_each(|ms| latencies.add(Duration::from_millis(ms)));
        assert_eq!(latencies.count(), 100);
        for (share, expected) in [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0)] {
            assert_eq!(latencies.at_ms(share), expected, "{share}");
        }
        assert_eq!(Latencies::default().at_ms(0.5), 0.0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_tells_what_it_uses() {
        assert!(cpu_time(std::process::id()).is_some());
        assert!(rss_bytes(std::process::id()).unwrap() > 100_000);
    }
}
