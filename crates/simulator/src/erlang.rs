//! The formula against which the simulator is held: a queue of one class with impatient customers.

/// Erlang-A, also called M/M/n+M: one line, `agents` alike, exponential times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErlangA {
    /// Arrivals per second, > 0.
    pub arrivals_per_s: f64,
    /// Mean time of a conversation, seconds, > 0.
    pub work_s: f64,
    /// Mean patience, seconds, > 0.
    pub patience_s: f64,
    /// Agents, one conversation each.
    pub agents: u32,
}

/// States whose probability falls below this are left out.
const NEGLIGIBLE: f64 = 1e-12;

impl ErlangA {
    /// Share of the customers who give up, 0..=1, in the steady state. Source: Palm 1957; Mandelbaum and Zeltyn 2007,
    /// as the stationary distribution of the birth-death chain.
    pub fn abandonment(&self) -> f64 {
        let agents = f64::from(self.agents);
        let (serve, leave) = (1.0 / self.work_s, 1.0 / self.patience_s);
        let (mut weight, mut all, mut waiting) = (1.0_f64, 1.0_f64, 0.0_f64);
        for held in 1_u32.. {
            let held = f64::from(held);
            let line = (held - agents).max(0.0);
            weight *= self.arrivals_per_s / (held.min(agents) * serve + line * leave);
            all += weight;
            waiting += line * weight;
            if line > 0.0 && weight < NEGLIGIBLE * all {
                break;
            }
            if all > 1e200 {
                (weight, all, waiting) = (weight / all, 1.0, waiting / all);
            }
        }
        leave * (waiting / all) / self.arrivals_per_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_points_of_the_formula() {
        let at = |agents, load: f64, patience_s| {
            let arrivals_per_s = load * f64::from(agents) / 3000.0;
            ErlangA { arrivals_per_s, work_s: 3000.0, patience_s, agents }.abandonment()
        };
        assert!((at(20, 1.1, 3000.0) - 0.1366).abs() < 5e-5, "{}", at(20, 1.1, 3000.0));
        // Where everybody leaves at the rate at which everybody is served, it is a queue without a line: M/M/inf.
        let (load, n) = (2.0_f64, 1);
        let expected = 1.0 - (1.0 - (-load).exp()) / load;
        assert!((at(n, load, 3000.0) - expected).abs() < 1e-9);
        // The most patient leave only what cannot be served.
        assert!((at(5, 2.0, 1e9) - 0.5).abs() < 1e-3);
    }
}
