//! Requests for a human that name the other side of it: bots, the line, or the people who build the product.

use regex::Regex;
use segue_core::reading::ActKind;

use super::Acts;
use crate::lexicon::{Flag, Scan};
use crate::pattern::expression;

/// What people call an assistant.
const MACHINE: &str = r"(?:(?:an? |the |this |your |these |some |any |more |stupid |dumb |damn |fucking |useless |virtual |automated |ai |chat ?)*(?:bots?|chat ?bots?|robots?|machines?|computers?|ai|a\.i\.|algorithms?|automated (?:system|response|reply|assistant)s?|virtual (?:agent|assistant)s?|recording|program))";

/// Reads requests that name bots, telephone lines or makers.
pub(crate) struct BotReader {
    machine: Vec<(f32, Regex)>,
    line: Vec<(f32, Regex)>,
    makers: Regex,
}

impl BotReader {
    pub fn new() -> Self {
        Self {
            machine: rules(&[
                (
                    0.9,
                    r"\b(?:get me out|let me out|get out|skip|bypass|exit|turn off) (?:of )?(?:this|the|your) (?:\w+ )?(?:bots?|chat ?bots?|robots?|ai)\b",
                ),
                (
                    0.95,
                    r"\b(?:don'?t|do not|not|never|no longer|can'?t) (?:want|wanna|wish|like|going|need|have|care|be)?(?: to)?(?: be)? ?(?:talk|talking|speak|speaking|chat|chatting|deal|dealing)(?: to| with) (?:{machine}|you)(?: anymore| any more)?\s*(?:$|[.,!?;]|\b(?:and|i|give|get|about|anymore)\b)",
                ),
                (
                    0.9,
                    r"\b(?:stop|quit|done|sick of|tired of|fed up|hate|enough|no more) (?:with )?(?:talk|talking|speaking|chatting|dealing)(?: to| with) {machine}",
                ),
                (
                    0.75,
                    r"(?:\b(?:not|n'?t|never|dont)\b|n't\b|\bun)[^.!?]{0,24}(?:comfortable|trust|safe|confident|willing)\b[^.!?]{0,50}\b(?:with|on|to) {machine}\b|\b(?:waste|wasting|wasted)\b[^.!?]{0,30}\b(?:with|on) {machine}\b",
                ),
                (
                    0.9,
                    r"\b(?:no|no more|anything but an?|instead of an?|not with an?) (?:bots?|chat ?bots?|robots?|ai|automated \w+)\b[^.!?]{0,12}(?:please|pls|anymore|!|$)",
                ),
                (
                    0.55,
                    r"\b(?:this|the|your) (?:stupid |dumb |useless |damn )*(?:bot|chat ?bot|conversation|chat|ai|assistant) (?:is|isn'?t|does|doesn'?t|can'?t|cannot|keeps|never) (?:\w+ ){0,3}(?:useless|stupid|work|working|help|helping|helpful|understand|leading|going (?:nowhere|anywhere)|pointless|dumb|terrible|repeating)",
                ),
                (
                    0.35,
                    r"\b(?:are you|is this|am i (?:talking|speaking|chatting) (?:to|with)) (?:really |even |just )?(?:an? )?(?:{machine}|(?:real |actual )?(?:human|person))",
                ),
            ]),
            line: rules(&[
                (
                    0.8,
                    r"\b(?:please|can you|could you|would you|will you|someone|somebody|anyone|need you to|want you to|need to|must|asap|have them) (?:please |just )?(?:call|phone|ring) (?:me|us)(?: back)?(?:\s*$|[.,!?]| (?:back|on|at|today|tomorrow|asap|now|please|about|when|as soon|immediately|in|urgently|regarding)\b)",
                ),
                (
                    0.8,
                    r"\b(?:call|phone|ring) (?:me|us) back\b|\b(?:want|need|request|like|get|have|require|expect|schedule|arrange|book) (?:to (?:have|get|request) )?an? (?:call ?back|return call|call from)\b",
                ),
                (0.8, r"\bcan (?:someone|somebody|anyone) (?:real|human|there)\b"),
                (
                    0.45,
                    r"\b(?:customer (?:care|service|support)|support|toll free|contact|call cent(?:er|re)|consumer care|help ?line|hotline|your (?:phone|telephone)?) ?(?:phone |telephone )?(?:number|no|nr)\b",
                ),
                (
                    0.45,
                    r"\b(?:how|where) (?:do|can|could|should) (?:i|we) (?:call|phone|reach|contact|get (?:in touch|hold|through)(?: with| of| to)?) (?:you|u|support|(?:your )?(?:support|customer service))\b",
                ),
                (
                    0.7,
                    r"\b(?:contact|call|reach|need|want) (?:your |the )?(?:customer )?(?:support|customer (?:service|care))(?: team)?\s*(?:$|[.!?,])",
                ),
                (
                    0.6,
                    r"\b(?:call cent(?:er|re)|customer (?:care|service|support)|support (?:line|team)|help ?line|hotline|no one|nobody)\b[^.!?]{0,30}\b(?:not (?:reachable|available|answering|picking|responding)|unavailable|unreachable|is answering|answers|picks? up|picking up|is responding)\b",
                ),
                (
                    0.3,
                    r"\bcan (?:someone|somebody|anyone)(?: please)? (?:help|assist|tell|explain|check|look)\b|\b(?:is )?(?:anyone|anybody|someone) (?:there|here)\b",
                ),
            ]),
            makers: expression(
                r"\b(?:pass|forward|hand|send|relay|tell|let|share|bring|mention|report|raise)\b[^.!?]{0,40}?\b(?:who(?:ever)? (?:builds?|makes?|made|built|develops?|designs?|writes?|wrote|is in charge|is responsible|decides|works)|(?:the|your) (?:product|development|dev|engineering|design|research|ux) (?:team|people|owner|managers?|folks|guys|department)|(?:the|your) (?:developers?|engineers?|devs|programmers?|designers?|makers|product)|(?:the |your )?people who (?:build|make|made|built|develop|design|decide))\b",
            ),
        }
    }

    pub fn read(&self, scan: &Scan<'_>, acts: &mut Acts) {
        let folded = &scan.text.folded;
        let mut apply = |rules: &[(f32, Regex)]| {
            for (probability, rule) in rules {
                if let Some(found) = rule.find(folded)
                    && !scan.text.clause_before(found.start(), 12).trim_start().starts_with("what")
                {
                    acts.add(&scan.text, ActKind::AsksHuman, *probability, found.into());
                }
            }
        };
        if scan.any(&[Flag::Machine]) {
            apply(&self.machine);
        }
        if scan.any(&[Flag::Call, Flag::Human]) {
            apply(&self.line);
        }
        // "Tell me who made you" asks for a name, "what will you call me" for another.
        let curious =
            |words: &str| ["tell me", "let me know", "know who"].iter().any(|part| words.contains(part));
        if scan.any(&[Flag::Maker])
            && let Some(found) = self.makers.find(folded).filter(|found| !curious(found.as_str()))
        {
            acts.add(&scan.text, ActKind::AsksHuman, 0.8, found.into());
        }
    }
}

fn rules(rows: &[(f32, &str)]) -> Vec<(f32, Regex)> {
    rows.iter()
        .map(|(probability, row)| (*probability, expression(&row.replace("{machine}", MACHINE))))
        .collect()
}

#[cfg(test)]
mod tests {
    use segue_core::reading::ActKind;

    use crate::testing::read;

    #[track_caller]
    fn check(asks: bool, texts: &[&str]) {
        for text in texts {
            let reading = read(text);
            assert_eq!(reading.act(ActKind::AsksHuman) >= 0.5, asks, "{text}: {:?}", reading.acts);
        }
    }

    #[test]
    fn hears_requests() {
        check(
            true,
            &[
                "I don't want to talk to a bot",
                "i do not want to chat with you anymore",
                "I am tired of talking to machines",
                "I don't feel safe giving my card to a robot, sharing it with a machine is a no",
                "Could you pass that on to whoever builds this?",
                "Please tell your developers that the list is too short",
                "can you call me back on this number?",
                "I'd like to request a callback",
                "This bot is useless",
            ],
        );
    }

    #[test]
    fn is_not_fooled() {
        check(
            false,
            &[
                "People call me Gary",
                "Can you call me a cab?",
                "Are you a robot?",
                "The washing machine does not start",
                "I share my calendar with my team",
                "my computer is slow",
                "does your chatbot product support French?",
            ],
        );
    }
}
