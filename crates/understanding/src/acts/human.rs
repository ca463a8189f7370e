//! Explicit requests for a human or a manager, in English. Deterministic: no model and no policy stands between
//! these rules and the customer.
//!
//! The rules list what a request looks like rather than what it does not: a verb of speaking, connecting or
//! wanting, then only words that can describe a person of the company, then such a person. "My agent at the
//! insurance" or "travel agent" never get that far.

use regex::Regex;
use segue_core::reading::ActKind;

use super::{Acts, negation::Negation};
use crate::pattern::expression;
use crate::{
    lexicon::{Flag, Scan},
    text::Span,
};

/// Words that may stand between the verb and the person.
const DESCRIBED: &str = r"(?:(?:to|an?|the|your|ur|some|any|one of (?:your|the)|another|other|different|actual|actually|real|live|human|physical|proper|genuine|normal|living|breathing|qualified|trained|competent|experienced|knowledgeable|english|speaking|customer|support|service|care|sales|technical|tech|billing|account|accounts|chat|phone|call|bank|bank's|online|first|available|single|helpful|nice|smart|decent|local|senior|damn|fucking|freaking|bloody|relevant|responsible|right|appropriate|good|in|charge)[ -]+)*";

/// Persons of a company, whatever stands around them.
const STRONG: &str = r"(?:humans?(?: beings?)?|(?:human )?agents?|representatives?|reps?|operators?|advis[eo]rs?|executives?|csrs?|consultants?|employees?|clerks?|bank workers?|staff(?: members?)?|members? of (?:staff|(?:your|the) (?:[a-z]+ )?team)|team members?|colleagues?|call cent(?:er|re)|support team|help ?desk|customer (?:service|support|care|relations)(?: team| department)?|specialists?|technicians?|tellers?|(?:real|live|actual|human|living|physical|breathing|flesh and blood) (?:person|people|persons|human|someone|somebody|one|individual|support|help|assistance|assistant|chat|body|staff|rep|guy|man|woman|voice)|(?:my|your|our|the|an) (?:account|relationship|success|customer success) (?:manager|executive|rep|representative))";

/// Persons, where the verb leaves no doubt that one of the company is meant.
const WEAK: &str = r"(?:persons?|people|someone|somebody|some one|anyone|anybody|individual)(?: else| real| human| alive| competent| senior| who| that)?";

/// Those above.
const MANAGER: &str = r"(?:managers?|supervisors?|superiors?|boss(?:es)?|team lead(?:er)?s?|shift lead|management|higher[- ]ups?|ceo|director|(?:someone|somebody|anyone|person|people)(?: else)? (?:higher(?: up)?|above you|in charge|with (?:more |real |actual |some )?authority|more senior|senior)|next level|senior (?:agent|person|advis[eo]r|staff|member|executive|rep|representative))";

/// Verbs of speaking that need a person.
const TALK: &str = r"(?:talk|tlak|speak|speek|chat|converse|communicate|correspond|have an? (?:quick |short |live )?(?:chat|word|call|conversation|talk)|get in (?:touch|contact)|get (?:a )?hold|get through|be (?:connected|transferred|put through|put in touch)|connect|get connected|escalate)(?: directly| live| now| please| again| pls| up)* (?:to|with|of|2|wit)";

/// One rule: an expression and how sure it is.
struct Rule {
    kind: ActKind,
    probability: f32,
    expression: Regex,
    /// Whether a negation before it makes it a refusal.
    negatable: bool,
}

/// Reads requests for a human in English.
pub(crate) struct HumanReader {
    rules: Vec<Rule>,
    manager_rules: Vec<Rule>,
    escalation: Regex,
    not_a_person: Regex,
    told_past: Regex,
    others: Regex,
    oneself: Regex,
    asks_need: Regex,
    refusal: Regex,
    negation: Negation,
}

impl HumanReader {
    pub fn new() -> Self {
        use ActKind::{AsksHuman, AsksManager};
        Self {
            rules: rules(AsksHuman, For::Human, STRONG, WEAK),
            manager_rules: rules(AsksManager, For::Manager, MANAGER, MANAGER),
            escalation: expression(
                r"\b(?:please |pls |to |want (?:this|it|that) |be |can you |could you |you )(?:escalated?)(?: (?:this|it|that|my (?:case|issue|complaint|ticket|problem|request|matter|concern)|the (?:case|issue|complaint|matter|problem)))?\b|^escalate\b|\bi (?:want|demand|need|request) (?:an )?escalation\b",
            ),
            not_a_person: expression(
                r"^(?:'s|s')?[ -]?(?:names?|numbers?|id|ids|information|info|codes?|details|portal|commission|fees?|licen[cs]es?|app|dashboard|seats?|accounts?|status|lists?|roles?|permissions?|approval|logins?|software|string|header|rights|resources|nature|error|being (?:rude|unhelpful)|hours|timings?|times|address|email|website|page|is (?:not |un|closed|down)|was|were|said|told|says)\b",
            ),
            told_past: expression(
                r"(?:was able|were able|managed|had|used|happened|told me|told us|asked me|refused|pleasure|nice|great|good|lovely|thanks for the chance) to $|\b(?:when|after) i $|\bhad an? (?:[a-z]+ )?$|\b(?:during|after|from|in) (?:an?|the|my|our) (?:[a-z]+ )?$|\bdid (?:i|we|you|they)(?: last| ever)? $|\bafter $",
            ),
            others: expression(
                r"\b(?:customers?|users?|visitors?|clients?|guests?|students?|patients?|he|she|they|employees|members|callers|my (?:son|daughter|wife|husband|mother|father|boss|friend))((?: [a-z']+){0,4}) $",
            ),
            oneself: expression(r"\b(?:i|i'd|i'm|id|we|me|us|let|please)\b"),
            asks_need: expression(
                r"\b(?:do|should|must|would) (?:i|we) (?:need|have|really need)?(?: to)? ?$",
            ),
            refusal: expression(
                r"\bno (?:need (?:for|of|to (?:talk|speak|chat|connect|contact)[a-z ]{0,20}) )?(?:an? |any |more |real |live )*(?:agents?|humans?|person|representatives?|operators?)(?: (?:is )?(?:needed|required|necessary|please|thanks|thank you|now))?\s*(?:$|[.,!])",
            ),
            negation: Negation::new(),
        }
    }

    pub fn read(&self, scan: &Scan<'_>, acts: &mut Acts) {
        if scan.any(&[Flag::Human, Flag::Call]) {
            let refused = self.refusal.find(&scan.text.folded);
            if let Some(found) = refused {
                acts.add(&scan.text, ActKind::DeclinesHuman, 0.8, found.into());
            }
            self.apply(&self.rules, refused.is_some(), scan, acts);
        }
        if scan.any(&[Flag::Manager]) {
            self.apply(&self.manager_rules, false, scan, acts);
            let folded = &scan.text.folded;
            if let Some(found) = self.escalation.find(folded)
                && !self.negation.before(&scan.text, found.start())
            {
                acts.add(&scan.text, ActKind::AsksManager, 0.9, found.into());
            }
        }
    }

    /// `refused`: the text says "no agent", so that naming one alone asks for none.
    fn apply(&self, rules: &[Rule], refused: bool, scan: &Scan<'_>, acts: &mut Acts) {
        let text = &scan.text;
        for rule in rules.iter().filter(|rule| rule.negatable || !refused) {
            for found in rule.expression.find_iter(&text.folded) {
                if self.not_a_person.is_match(&text.folded[found.end()..]) {
                    continue;
                }
                let before = text.clause_before(found.start(), 70);
                if rule.negatable && (self.told_past.is_match(before) || self.for_others(before)) {
                    continue;
                }
                if rule.negatable && self.negation.before(text, found.start()) {
                    acts.add(text, ActKind::DeclinesHuman, 0.85, found.into());
                    continue;
                }
                let doubt = if self.asks_need.is_match(before) { 0.45 } else { 1.0 };
                acts.add(text, rule.kind, rule.probability.min(doubt), trim(text.of(found.into()), found));
            }
        }
    }
}

impl HumanReader {
    /// Whether somebody else is the one who would speak ("our customers want to talk to a human").
    fn for_others(&self, before: &str) -> bool {
        let between = self.others.captures(before).and_then(|found| found.get(1));
        between.is_some_and(|between| !self.oneself.is_match(between.as_str()))
    }
}

/// A match without the white space at its ends.
fn trim(words: &str, found: regex::Match<'_>) -> Span {
    let start = found.start() + (words.len() - words.trim_start().len());
    Span::new(start, start + words.trim().len())
}

/// Whom a rule is for.
#[derive(Clone, Copy, PartialEq)]
enum For {
    Both,
    Human,
    Manager,
}

/// For whom, how sure, whether a negation before it makes it a refusal, and the expression.
const RULES: &[(For, f32, bool, &str)] = &[
    (For::Human, 0.85, true, r"\b(?:transfer|connect) (?:me|us)(?: please| now| then)*\s*(?:$|[.,!?])"),
    (
        For::Human,
        0.95,
        true,
        r"\b(?:connect|transfer|put|pass|switch|get) (?:me|us)(?: (?:through|over|straight|directly))? (?:to|with) (?:the |your |a )?(?:[a-z]+ )?(?:support|sales|billing|accounts|customer success|complaints|retention|technical|fraud)(?: team| department| desk)?\b",
    ),
    (
        For::Human,
        0.9,
        true,
        r"\b(?:want|like|need|prefer|can|could|must|should|please)\b[^.!?]{0,40} (?:reviewed|looked at|handled|checked|answered|helped|assisted|looked into|processed|done|decided) by {described}{any}\b",
    ),
    (
        For::Human,
        0.9,
        true,
        r"\b(?:want|need|like|prefer|expect|demand)\b[^.!?]{0,40} from {described}{strong}\b",
    ),
    (
        For::Both,
        0.9,
        false,
        r"\b(?:not|won'?t|can'?t|never|nothing|refuse|don'?t)\b[^.!?]{0,50}\b(?:without|until|unless|before)(?: [a-z]+){0,3} (?:talking|speaking|chatting|talk|speak|chat) (?:to|with) {described}{any}\b",
    ),
    (For::Both, 1.0, true, r"\b{talk} {described}{any}\b"),
    (For::Both, 1.0, true, r"\b(?:talk|speak|chat) {described}{strong}\b"),
    (
        For::Both,
        1.0,
        true,
        r"\b(?:prefer|rather(?: be)?|mind|comfortable|easier|better|insist on|how about|like|instead of this,?|want to be|love) (?:talking|speaking|chatting|dealing|communicating)(?: directly)? (?:to|with) {described}{any}\b",
    ),
    (
        For::Both,
        1.0,
        true,
        r"\b(?:talk|speak|chat|discuss|go over|go through)\b(?: [a-z']+){1,8} (?:with {described}{any}|to {described}{strong})\b",
    ),
    (For::Both, 1.0, true, r"\b(?:reach|contact|message|deal with) {described}{strong}\b"),
    (
        For::Both,
        1.0,
        true,
        r"\b(?:connect|transfer|put|pass|patch|hand|forward|switch|direct|redirect|route|bring|refer|send|get|take|move|link|join|loop|escalat(?:e|ing)|connecting|transferring|putting)(?: me| us| my (?:call|chat|case|issue|ticket|request|question|conversation|problem|complaint)| this (?:call|chat|case|issue|ticket|conversation|complaint))(?: (?:through|over|up|on|back|along|across|straight|directly|now|please|immediately|right away|in touch|in contact|onto)){0,3} (?:to|with|onto|2) {described}{any}\b",
    ),
    (
        For::Both,
        1.0,
        true,
        r"\b(?:connect|transfer|pass|hand|forward|switch|escalate|refer)(?: (?:this|that|it|things))?(?: (?:over|on|up|off|through|directly|along))? (?:to|with) {described}{strong}\b",
    ),
    (
        For::Both,
        1.0,
        true,
        r"\b(?:hand ?over|handoff|hand ?off|transfer|escalat(?:e|ion)) to {described}{strong}\b",
    ),
    (
        For::Human,
        1.0,
        true,
        r"\b(?:want|wants|need|require|prefer|demand|request|would like|i'?d like|get|give|bring|find|send|assign|wanna|gimme|insist on|looking for|rather have|ask for|asking for|is there|are there|can i have|could i have|may i have|can we have|get hold of|wanna have)(?: me| us| to have| to see| to get)*(?: please| just| only| now)? {described}(?:humans?(?: beings?)?|agent|representative|rep|operator|csr|(?:real|live|actual|human|living) (?:person|people|human|someone|one|individual|support|help|assistance|chat|agent|operator|rep|body)|advis[eo]r|supervisor|manager|customer (?:service|support|care)(?: (?:agent|rep|representative|executive|person))?|(?:support|service) (?:agent|rep|representative|executive|person|staff))\b",
    ),
    (
        For::Human,
        1.0,
        true,
        r"\b(?:want|need|give me|get me|gimme|can i have|could i have) (?:an? |the |some )?(?:person|somebody real|someone real)\b",
    ),
    (For::Both, 1.0, true, r"\b(?:get|have|put) {described}{any} on (?:the )?(?:line|phone|call|chat)\b"),
    (
        For::Both,
        0.95,
        true,
        r"\b(?:have|get|ask|tell|can|could|would|will|let|need|want|like|may|should) {described}{any}(?: (?:to|please|just|actually|kindly|from (?:your|the) [a-z]+(?: team)?)){0,2} (?:(?:call|ring|phone|contact)(?: me| us| back)|reach out|get in touch|get back to|(?:speak|talk|chat) (?:to|with) (?:me|us))\b",
    ),
    (
        For::Both,
        0.95,
        true,
        r"\b(?:have|get|ask|can(?:'?t)?|could(?:n'?t)?|would|let|need|want) {described}(?:{strong}|(?:someone|somebody|anyone|anybody) (?:else|real|human|competent))(?: (?:to|please|just|actually)){0,2} (?:help|look|check|assist|review|take|handle|fix|sort|answer|reply|deal)\b",
    ),
    (
        For::Both,
        0.95,
        true,
        r"\bget (?:someone|somebody|anyone|a person)(?: (?:in )?here)? (?:to|who can|that can) (?:help|assist|fix|sort|look|deal|handle)\b",
    ),
    (
        For::Both,
        1.0,
        false,
        r"\b(?:is there?|are there|isn't there|do you have|don'?t you have|have you got|any chance of)(?: not)? {described}{any}(?: (?:here|there|around|available|alive|who|that|to|i|we|can|could|out))* (?:talk|speak|chat|available|here|there|help|assist|reach|contact|call)\b",
    ),
    (
        For::Both,
        1.0,
        false,
        r"\b(?:is there|are there|do you have|don'?t you have|have you got) (?:an? |any |no )?(?:humans?|live agents?|real (?:person|people|agents?|humans?)|actual (?:person|people|humans?))\b",
    ),
    (
        For::Both,
        0.7,
        false,
        r"\bwho(?: else)? (?:can|could|do|should|must|may) i (?:talk|speak|chat|complain|escalate)(?: to| with)?\b",
    ),
    (
        For::Both,
        1.0,
        false,
        r"^\W*(?:(?:please|pls|plz|hi|hello|hey|ok|okay|no|nope|yes|just|only|ugh|sorry|an?|the|real|live|actual|human|give|get|want|need|i|me|to|now|customer|support|service|chat|talk|speak|connect|with)\W+)*(?:{strong}|person)(?:\W+(?:please|pls|plz|now|asap|immediately|only|thanks|thank you|available|to (?:talk|speak|chat|answer|help)))*\W*$",
    ),
    (
        For::Manager,
        1.0,
        true,
        r"\b(?:want|need|require|demand|request|get|give|bring|find|send|gimme|insist on|looking for|ask for|asking for|is there|can i have|could i have|may i have|see|involve)(?: me| us| to have| to see| to get)*(?: please| just| only| now)? (?:an?|the|your|another|some)(?: [a-z]+)? (?:manager|supervisor|superior|boss|team lead(?:er)?|higher[- ]up|director|someone (?:higher(?: up)?|above you|in charge|with (?:more |real |actual |some )?authority|more senior|senior))\b",
    ),
];

/// The rules for one kind of person.
fn rules(kind: ActKind, whom: For, strong: &str, weak: &str) -> Vec<Rule> {
    let rows = RULES.iter().filter(|(scope, ..)| *scope == For::Both || *scope == whom);
    let rule = |&(_, probability, negatable, pattern): &(For, f32, bool, &str)| {
        let pattern = pattern
            .replace("{talk}", TALK)
            .replace("{described}", DESCRIBED)
            .replace("{strong}", strong)
            .replace("{any}", &format!("(?:{strong}|{weak})"));
        Rule { kind, probability, expression: expression(&pattern), negatable }
    };
    rows.map(rule).collect()
}

#[cfg(test)]
mod tests {
    use segue_core::reading::ActKind;

    use crate::testing::read;

    /// The probabilities of asking for a human (or a manager) and of declining one, against a half.
    #[track_caller]
    fn check(asks: bool, declines: bool, texts: &[&str]) {
        for text in texts {
            let reading = read(text);
            let asked = reading.act(ActKind::AsksHuman).max(reading.act(ActKind::AsksManager)) >= 0.5;
            let declined = reading.act(ActKind::DeclinesHuman) >= 0.5;
            assert_eq!((asked, declined), (asks, declines), "{text}: {:?}", reading.acts);
        }
    }

    #[test]
    fn hears_requests() {
        check(
            true,
            false,
            &[
                "I just need to talk to a real person",
                "agent",
                "Human please!!",
                "operator",
                "customer service",
                "Can you put me through to somebody in billing?",
                "could you connect me with one of your agents",
                "Why can't I just speak to a person?",
                "I'd rather deal with a human",
                "is there anyone I can talk to about this?",
                "Please have someone call me about the damage",
                "I won't do anything without speaking to a human",
                "I don't care, give me an agent",
                "Don't you have a live agent?",
                "Would prefer talking to one of your colleagues",
                "can a human look at my case",
                "get me out of here and into a chat with a live person",
                "let me speak with my account manager",
                "I want to discuss my bill with someone",
                "Let me talk to your supervisor",
                "This is unacceptable, I want a manager",
                "Please escalate this",
                "get me someone with more authority",
            ],
        );
    }

    #[test]
    fn is_not_fooled() {
        check(
            false,
            false,
            &[
                "I am a travel agent and book for my clients",
                "The real estate agent gave me the keys",
                "my agent at the insurance said it is covered",
                "Please ask human resources for the form",
                "customer service was great, thank you",
                "The representative I spoke to yesterday said it ships today",
                "What should the user agent header look like?",
                "I spoke with an agent yesterday",
                "How many agents can I have on the Pro plan?",
                "I need two more agent seats",
                "Book a table for one person",
                "someone stole my card",
                "I want to send money to someone else",
                "Our customers want to talk to a human sometimes, does your widget do that?",
                "my password manager does not fill the form",
                "the property manager has the parcel",
                "The delivery agent never rang the bell",
                "I'd like to talk about my invoice",
            ],
        );
    }

    #[test]
    fn hears_refusals() {
        check(
            false,
            true,
            &[
                "I don't need an agent",
                "No, please do not connect me to a human",
                "you don't need to transfer me to a real person",
                "No agent please",
            ],
        );
    }
}
