//! Membership levels, devices and browsers.

use regex::Regex;
use segue_core::reading::FactKind;

use super::{Found, Rank};
use crate::lexicon::{Flag, Scan};
use crate::pattern::expression;

pub(crate) struct ThingReader {
    level: Vec<Regex>,
    device: Vec<Regex>,
}

impl ThingReader {
    pub fn new() -> Self {
        const METAL: &str = r"bronze|silver|gold|platinum|diamond|elite|vip|premium";
        const PLAN: &str = r"bronze|silver|gold|platinum|diamond|elite|vip|premium|guest|enterprise|business|pro|basic|plus|starter|team|free|oro|plata|platino|argent|silber|platin|argento|prata|ouro|goud|zilver|brons";
        let build = |pattern: &str| {
            let pattern = pattern.replace("{metal}", METAL).replace("{plan}", PLAN);
            expression(&pattern)
        };
        Self {
            level: [
                r"\b(?P<value>{plan})[ -]?(?:level |tier |status )?(?:members?(?:hip)?|customers?|tier|level|status|miembro|membre|mitglied|socio|cliente|kunde|lid)\b",
                r"\b(?:i'm|i am|im|we are|we're|soy|je suis|ich bin|sono|sou|ik ben|being)(?: currently| still)? (?:an? |un |une |ein )?(?P<value>{metal}|guest)\b",
                r"\b(?:membership|level|tier|status|plan|member)(?: level| tier| status)?(?: is|:| =)+ ?(?:an? |the )?(?P<value>{plan})\b",
                r"\b(?:on|have|with|using|bought|pay(?:ing)? for|upgraded to) (?:the |a |an |your |our )?(?P<value>{plan})(?: annual| monthly| yearly)? (?:plan|subscription|account|tier|package|license|licence|membership)\b",
            ]
            .map(build)
            .into(),
            device: [
                r"\b(?:(?:google |microsoft |mobile )?(?:safari|chrome|firefox|edge|opera|brave|internet explorer)(?: (?:version |v)?[0-9]{1,3}(?:\.[0-9]+)*)|(?:mac ?os|windows|ios|ipados|android|ubuntu|linux)(?: (?:version |v)?(?:[0-9]{1,2}(?:\.[0-9]+)*|xp|vista|sonoma|ventura|sequoia|monterey|tahoe)))\b",
                r"\b(?:iphone(?: ?(?:[0-9]{1,2}|se|x[sr]?))?(?: (?:pro max|pro|plus|mini|max))?|ipad(?: (?:pro|air|mini))?|(?:samsung )?galaxy(?: [a-z]{0,4}[0-9]{1,3}(?: (?:ultra|plus|fe))?)?|(?:google )?pixel [0-9]{1,2}[a-z]?(?: pro)?|macbook(?: (?:pro|air))?|imac|chromebook|surface (?:pro|go|laptop)(?: [0-9])?|playstation [0-9]|ps[45]|xbox(?: (?:one|series [xs]))?|kindle(?: \w+)?|apple watch)\b",
                r"\b(?:on|in|with|using|use|via|from|my) (?:my |an? |the |latest )?(?P<value>safari|chrome|firefox|edge|opera|android(?: phone| tablet)?|windows(?: pc| laptop)?|mac|macos|linux|ubuntu|ios)\b",
            ]
            .map(build)
            .into(),
        }
    }

    pub fn find(&self, scan: &Scan<'_>, found: &mut Vec<Found>) {
        let folded = &scan.text.folded;
        let mut apply = |rules: &[Regex], kind: FactKind| {
            for claim in rules.iter().flat_map(|rule| rule.captures_iter(folded)) {
                if let Some(value) = claim.name("value").or_else(|| claim.get(0)) {
                    found.push(Found::new(kind, value.into(), Rank::Shape));
                }
            }
        };
        if scan.any(&[Flag::Level]) {
            apply(&self.level, FactKind::MembershipLevel);
        }
        if scan.any(&[Flag::Device]) {
            apply(&self.device, FactKind::Device);
        }
    }
}

#[cfg(test)]
mod tests {
    use segue_core::reading::FactKind::*;

    use crate::facts::testing::check;

    #[test]
    fn finds_things() {
        check("I'm a bronze", &[(MembershipLevel, "bronze")]);
        check("gold member here", &[(MembershipLevel, "gold")]);
        check("we are on the Enterprise plan", &[(MembershipLevel, "Enterprise")]);
        check("broken in Safari 18", &[(Device, "Safari 18")]);
        check("my iPhone 15 Pro crashes", &[(Device, "iPhone 15 Pro")]);
        check("I wear gold and silver", &[]);
    }
}
