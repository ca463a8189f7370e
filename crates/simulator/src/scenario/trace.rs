//! What once arrived, to be replayed: a CSV file `arrival_s,skill,language,tier,work_s,patience_s`.

use super::{
    Scenario, ScenarioError,
    day::{Class, Conversation, Day, Need, Rule},
    demand,
};
use crate::random::{Purpose, Random};

/// Conversations in the order of their arrival.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq)]
struct Row {
    line: usize,
    arrival_s: f64,
    skill: String,
    language: String,
    tier: String,
    work_s: f64,
    patience_s: f64,
}

const HEAD: &str = "arrival_s,skill,language,tier,work_s,patience_s";

impl Trace {
    /// Reads a trace.
    ///
    /// # Errors
    /// With the line, where one cannot be read.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let head = lines.next().map(|(_, line)| line.trim()).unwrap_or_default();
        if head != HEAD {
            return Err(ScenarioError::Trace { line: 1, message: format!("the first line must be {HEAD}") });
        }
        let mut rows = lines.map(|(at, line)| row(at + 1, line)).collect::<Result<Vec<_>, _>>()?;
        rows.sort_by(|a, b| a.arrival_s.total_cmp(&b.arrival_s));
        Ok(Self { rows })
    }

    /// Puts the conversations into a day that has its agents.
    pub(super) fn replay(&self, scenario: &Scenario, day: &mut Day) -> Result<(), ScenarioError> {
        day.horizon_s = self.rows.last().map_or(day.horizon_s, |row| row.arrival_s.max(day.horizon_s));
        for (at, row) in self.rows.iter().enumerate() {
            let unknown = |kind: &str, name: &str| ScenarioError::Trace {
                line: row.line,
                message: format!("the scenario has no {kind} {name}"),
            };
            let skill = day.skills.iter().position(|skill| skill.name == row.skill);
            let skill = skill.ok_or_else(|| unknown("skill", &row.skill))?;
            let language = day.languages.iter().position(|language| language.name == row.language);
            let language = language.ok_or_else(|| unknown("language", &row.language))?;
            let tier = day.tiers.iter().position(|tier| tier.name == row.tier);
            let tier = tier.ok_or_else(|| unknown("tier", &row.tier))?;
            let mut random = Random::of(day.seed, Purpose::Conversation, at as u64);
            day.conversations.push(Conversation {
                arrival_s: row.arrival_s,
                tier,
                language,
                channel: 0,
                need: Need { skill, work_s: row.work_s, patience_s: row.patience_s },
                then: None,
                sticky: demand::sticky(scenario, day, skill, language, &mut random),
                callback_s: None,
                rule: Rule::default(),
            });
            let per_s = 1.0 / day.horizon_s;
            match day.classes.iter_mut().find(|class| class.skill == skill && class.language == language) {
                Some(class) => class.per_s += per_s,
                None => day.classes.push(Class { skill, language, per_s }),
            }
        }
        let shares: Vec<f64> = (0..day.tiers.len())
            .map(|tier| day.conversations.iter().filter(|each| each.tier == tier).count() as f64)
            .map(|count| count / self.rows.len().max(1) as f64)
            .collect();
        day.tiers.iter_mut().zip(shares).for_each(|(tier, share)| tier.share = share);
        Ok(())
    }
}

fn row(line: usize, text: &str) -> Result<Row, ScenarioError> {
    let wrong = |message: String| ScenarioError::Trace { line, message };
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    let [arrival_s, skill, language, tier, work_s, patience_s] = fields.as_slice() else {
        return Err(wrong(format!("six fields are needed, {HEAD}; there are {}", fields.len())));
    };
    let number = |name: &str, text: &str| {
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
        number
            .ok_or_else(|| wrong(format!("{name} must be a number of seconds, 0 or more, and not `{text}`")))
    };
    Ok(Row {
        line,
        arrival_s: number("arrival_s", arrival_s)?,
        skill: (*skill).into(),
        language: (*language).into(),
        tier: (*tier).into(),
        work_s: number("work_s", work_s)?,
        patience_s: number("patience_s", patience_s)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENARIO: &str =
        "utilisation = 1\n[[skill]]\nname = \"billing\"\n[[agent]]\nskills = { billing = 5 }";

    #[test]
    fn a_trace_is_replayed_in_order() {
        let text = format!("{HEAD}\n60,billing,en,pro,300,200\n\n5.5,billing,en,free,100,900\n");
        let scenario = Scenario::parse(SCENARIO).expect("a scenario");
        let trace = Trace::parse(&text).expect("a trace");
        let day = Day::draw(&scenario, Some(&trace), 1).expect("a day");
        let arrivals: Vec<f64> = day.conversations.iter().map(|each| each.arrival_s).collect();
        assert_eq!(arrivals, [5.5, 60.0]);
        assert!((day.classes[0].per_s - 2.0 / 14_400.0).abs() < 1e-12);
        assert_eq!(day.tiers[1].share, 0.5);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let check = |text: &str, expected: &str| {
            let scenario = Scenario::parse(SCENARIO).expect("a scenario");
            let drawn = Trace::parse(text).and_then(|trace| Day::draw(&scenario, Some(&trace), 1));
            assert_eq!(drawn.map(|_| ()).expect_err(text).to_string(), expected);
        };
        check("a,b", "line 1: the first line must be arrival_s,skill,language,tier,work_s,patience_s");
        check(
            &format!("{HEAD}\n1,billing,en,pro,x,2"),
            "line 2: work_s must be a number of seconds, 0 or more, and not `x`",
        );
        check(&format!("{HEAD}\n1,billing,en,gold,3,2"), "line 2: the scenario has no tier gold");
    }
}
