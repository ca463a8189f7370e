//! What somebody can do and when they do it.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Organisation;
use crate::{
    hours::{Breaks, Hours},
    ids::SquadId,
};

/// The most chats that anybody has at once.
const CAPACITY_MAX: u32 = 20;
/// The longest name of a skill, in characters.
const SKILL_MAX_CHARS: usize = 60;

/// See the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Work {
    /// Squads they answer for.
    pub squads: Vec<SquadId>,
    /// Skill to level 1..=5.
    pub skills: BTreeMap<String, u8>,
    /// ISO 639-1 codes; none: any.
    pub languages: Vec<String>,
    /// Chats at once, 0..=20.
    pub capacity: u32,
    /// When they work.
    pub shifts: Hours,
    /// When they do not meanwhile, as in `Mon-Fri 12:30-13:00`.
    pub breaks: Breaks,
    /// IANA name of the zone of both; the organisation's where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            squads: vec![],
            skills: BTreeMap::new(),
            languages: vec![],
            capacity: 4,
            shifts: Hours::always(),
            breaks: Breaks::default(),
            time_zone: None,
        }
    }
}

impl Work {
    /// What is wrong with it, in words; empty where nothing is.
    pub fn problems(&self, organisation: &Organisation) -> Vec<String> {
        let unknown = self.squads.iter().filter(|squad| organisation.squad(squad).is_none());
        let mut problems: Vec<String> =
            unknown.map(|squad| format!("squads: there is no squad `{squad}`.")).collect();
        for (skill, level) in &self.skills {
            if skill.trim().is_empty() || skill.chars().count() > SKILL_MAX_CHARS {
                problems.push(format!("skills: a name has 1 to {SKILL_MAX_CHARS} characters."));
            }
            if !(1..=5).contains(level) {
                problems.push(format!("skills.{skill}: {level} is not between 1 and 5."));
            }
        }
        let is_code = |code: &&String| {
            (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        let odd = self.languages.iter().filter(|code| !is_code(code));
        problems.extend(odd.map(|code| format!("languages: `{code}` is no code such as `en` or `es`.")));
        if self.capacity > CAPACITY_MAX {
            problems.push(format!("capacity: {} is more than {CAPACITY_MAX} chats.", self.capacity));
        }
        if let Some(zone) = self.time_zone.as_deref().filter(|zone| TimeZone::get(zone).is_err()) {
            problems.push(format!("time_zone: `{zone}` is no zone such as `Europe/Madrid`."));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OrganisationId;

    #[test]
    fn what_is_wrong_is_said() {
        let organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
        let check = |json: &str, expected: &[&str]| {
            let work: Work = serde_json::from_str(json).expect(json);
            assert_eq!(work.problems(&organisation), expected, "{json}");
        };
        check("{}", &[]);
        check(r#"{"squads": ["general"], "skills": {"billing": 5}, "languages": ["en", "fil"]}"#, &[]);
        check(r#"{"squads": ["legal"]}"#, &["squads: there is no squad `legal`."]);
        check(r#"{"skills": {"billing": 6}}"#, &["skills.billing: 6 is not between 1 and 5."]);
        check(r#"{"skills": {" ": 1}}"#, &["skills: a name has 1 to 60 characters."]);
        check(r#"{"languages": ["English"]}"#, &["languages: `English` is no code such as `en` or `es`."]);
        check(r#"{"capacity": 21}"#, &["capacity: 21 is more than 20 chats."]);
        check(
            r#"{"time_zone": "Mars/Dome"}"#,
            &["time_zone: `Mars/Dome` is no zone such as `Europe/Madrid`."],
        );
    }
}
