//! Commitments that an assistant, an agent or the system makes to the customer: sentences that say what will be
//! done, by when and how much. "I'll check that, one moment" is none.

use regex::Regex;
use segue_core::{
    context::ContextPackage,
    reading::{FactKind, Promise},
};

use crate::pattern::expression;
use crate::{
    facts::money,
    lexicon::{Flag, Scan},
    text::{Span, Text},
};

/// Cues that call for this reader.
#[rustfmt::skip]
pub(crate) const FLAGS: &[(Flag, &[&str])] = &[
    (
        Flag::Promise,
        &[
            "will", "we'll", "i'll", "you'll", "they'll", "he'll", "she'll", "it'll", "shall", "going to",
            "should", "notified", "informed", "escalated", "let my", "let our", "let the", "have let",
            "forwarded", "opened", "passed", "submitted", "raised", "requested", "scheduled", "promise",
            "guarantee", "expect", "within", "by", "up to", "until", "i am sending", "will be", "answer",
            "reply", "respond", "assure", "enviare*", "llamar*", "recibir*", "avisar*", "dentro de", "plazo",
            "enverr*", "rappell*", "recevr*", "contacter*", "dans les", "d'ici", "sous", "werden", "wird",
            "innerhalb", "bis", "melde*", "melden", "inviere*", "ricever*", "contatter*", "entro",
            "richiamer*", "enviarem*", "receber*", "ligar*", "entraremos", "ate", "sturen", "ontvang*",
            "binnen", "zullen", "bellen", "terugbellen",
        ],
    ),
    (
        Flag::Due,
        &[
            "within", "by", "until", "before", "in", "today", "tomorrow", "tonight", "monday", "tuesday",
            "wednesday", "thursday", "friday", "saturday", "sunday", "hours", "hour", "minutes", "days",
            "day", "week", "weeks", "month", "months", "shortly", "soon", "dias", "horas", "semana*",
            "manana", "jours", "heures", "semaine*", "demain", "tage*", "stunden", "woche*", "morgen",
            "giorni", "ore", "settiman*", "domani", "amanha", "dagen", "uur", "weken", "freitag", "montag",
            "viernes", "lunes", "vendredi", "lundi",
        ],
    ),
];

/// Amounts of time that can be counted, as an expression with the groups `low`, `high` and `unit`.
const SPAN: &str = r"(?:the (?:next|coming) )?(?:about |approximately |around |roughly |less than |under |up to |maximum |max )?(?P<low>[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|un|una|une|ein|einer|einem|zwei|drei|dos|tres|deux|trois|due|tre|dois|twee|drie|few|couple of|a few|a couple of)(?:\s?(?:-|to|or|a|bis|o|ou|tot)\s?(?P<high>[0-9]{1,3}|two|three|four|five|six|seven|eight|nine|ten))?[ -]?(?:business |working |work |calendar |full |weekdays? )?(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?|minutos?|horas?|dias?(?: habiles| laborables| uteis)?|semanas?|mes(?:es)?|heures?|jours?(?: ouvres| ouvrables)?|semaines?|mois|stunden?|tagen?|werktagen?|wochen?|monaten?|minuti|or[ae]|giorn[oi](?: lavorativi)?|settiman[ae]|mesi|minuten|uur|uren|dagen|werkdagen|weken|maanden)";

/// Reads promises.
pub(crate) struct PromiseReader {
    commits: Vec<Regex>,
    needs_due: Vec<Regex>,
    not_a_promise: Regex,
    due_span: Regex,
    due_day: Regex,
    money: money::MoneyReader,
}

impl PromiseReader {
    pub fn new() -> Self {
        let build = |pattern: &str| expression(&pattern.replace("{span}", SPAN));
        Self {
            commits: [
                // I'll keep, we will send
                r"\b(?:i|we)(?:'ll| will| shall| am going to|'m going to| are going to|'re going to)(?: \w+ly)?(?: also| now| personally| make sure (?:to|that we|that i|they|he|she|it|you)?| have (?:someone|them|him|her|our \w+|the \w+|a \w+))? ?(?:keep|send|ship|call|phone|refund|credit|replace|email|e-mail|mail|get back|follow up|update you|let you know|inform you|notify|ensure|escalate|forward|pass|contact|process|issue|waive|extend|arrange|apply|reach out|reimburse|compensate|cover|deliver|hold|reserve|prioriti[sz]e|ask (?:my|our|the)|raise|submit|schedule|give you a (?:call|refund|credit|discount)|honou?r|write|return|respond|reply|take care|text|be in touch|confirm by|book|resend|remove the (?:fee|charge)|reactivate|restore|upgrade)\b",
                // they will give you a call
                r"\b(?:they|he|she|someone|somebody|(?:our|the|my|a|an|your)(?: [\w-]+){1,4})(?:'ll| will| shall| is going to| are going to)(?: \w+ly)? (?:be )?(?:call(?:ing)?|contact(?:ing)?|reach(?:ing)? out|get(?:ting)? (?:back|in touch)|follow(?:ing)? up|give you|email(?:ing)?|reply|respond|answer|write to you|send(?:ing)?|in touch|let you know|look into|review|with you|take over|deliver(?:ed)?|sent|shipped|refunded|credited|replaced|processed|reimbursed|issued|applied)\b",
                // you will receive
                r"\byou(?:'ll| will| shall)(?: \w+ly)? (?:receive|hear|get (?:an?|the|your|it|a refund|\$|eur|[0-9])|be (?:refunded|credited|contacted|called|reimbursed|notified|charged nothing|compensated))\b",
                // done on the customer's behalf, an answer is due
                r"\b(?:i|we)(?:'ve| have)?(?: just| already| now)? (?:let (?:my|our|the) [\w ]{2,40} know|(?:notified|informed|alerted|asked|escalated|forwarded|passed)\b[^.!?]{0,60}\b(?:manager|supervisor|team|department|colleague|specialist|engineer|developer|courier|carrier|warehouse|bank)s?)\b",
                r"\b(?:the |your |our |my |a )?(?:manager|supervisor|team|department|case|issue|request|ticket|complaint|courier|carrier|warehouse|specialist)s?(?: team)? (?:has|have|was|were|is|are)(?: now| just| been| already)* (?:been )?(?:notified|informed|alerted|escalated|forwarded|asked)\b",
                r"\bi (?:promise|guarantee|assure you)\b",
                // other languages
                r"\b(?:(?:le|te|lo|la|les|os) )?(?:enviaremos|enviare|llamaremos|llamare|contactaremos|avisaremos|reembolsaremos|responderemos|devolveremos)\b|\b(?:recibira|recibiras) (?:un|una|el|la|su|tu|respuesta)\b",
                r"\b(?:nous|je|on) (?:vous |te )?(?:enverrons|enverrai|rappellerons|rappellerai|contacterons|contacterai|rembourserons|repondrons|reviendrons|reviendrai|tiendrons|tiendrai)\b|\bvous (?:recevrez|serez (?:rembourse|contacte|rappele))",
                r"\b(?:wir|ich) (?:werden?|melden? (?:uns|mich)|schicken?|senden?|rufen? sie|erstatten?|kontaktieren?)\b|\bsie (?:erhalten|bekommen|werden) [^.!?]{0,60}\b(?:erstatt|anruf|kontakt|gutschrift|mail|antwort|bescheid)",
                r"\b(?:(?:la|ti|vi|le) )?(?:invieremo|inviero|richiameremo|richiamero|contatteremo|contattero|rimborseremo|risponderemo)\b|\briceverai?\b|\bricevera\b",
                r"\b(?:vamos|vou|iremos) (?:te |lhe )?(?:enviar|ligar|reembolsar|responder|entrar em contato|contatar)\b|\b(?:enviaremos|ligaremos|entraremos em contato|reembolsaremos)\b|\bvoce recebera\b",
                r"\b(?:wij|we|ik) (?:zullen|zal|sturen|stuur|bellen|bel|nemen contact|neem contact|betalen|vergoeden|laten|laat)\b[^.!?]{0,40}\b(?:u|je|jou|terug|weten|contact)\b|\bu ontvangt\b|\bje ontvangt\b",
            ]
            .map(build)
            .into(),
            needs_due: [
                r"\b(?:you|it|this|that|the [\w ]{2,30}|your [\w ]{2,30})(?: should| will|'ll| can expect to| is going to)\b",
                r"\b(?:they|he|she|the [\w ]{2,30}|our [\w ]{2,30}|we|i)(?: usually| normally| typically| always)? (?:answers?|repl(?:y|ies)|responds?|gets? back|calls?|delivers?|ships?|arrives?|will|'ll|shall)\b",
                r"\b(?:expect|arrives?|refunded|resolved|fixed|done|ready|settled|is due|will take)\b",
            ]
            .map(build)
            .into(),
            not_a_promise: build(
                r"(?:\b(?:if you'd like|if you like|if you want|would you like|do you want|shall i|should i|can i|could i|i can|we can|i could|we could|you can)\b|\b(?:i'?ll|i will|let me|we'?ll) (?:just |quickly )?(?:check|look|see|take a look|have a look|verify|search|pull|review)\b|\bone moment\b|\bplease\b[^.!?]{0,30}\b(?:by|within|before)\b|\bcannot\b|\bcan'?t\b|\bwill not\b|\bwon'?t\b|\bunfortunately\b|\byou(?:'ll| will) (?:need|have to|be able|find|see (?:a|an|the) (?:button|page|option|link|menu))\b|\bhappy to\b)",
            ),
            due_span: build(r"\b(?:within|in|after|over|for|under|less than|up to|takes?|en|dentro de|dans|sous|d'ici|innerhalb von|in|binnen|entro|em ate|em|tra|up to)? ?{span}\b(?: (?:from now|time|max(?:imum)?))?"),
            due_day: build(
                r"\b(?:(?:by|until|before|no later than|on|this|next|till|bis|am|antes (?:del|de)|el|avant|d'ici|entro|ate|voor|op) )*(?:(?:the )?end of (?:the |this |next )?(?:day|week|month|business)|close of business|eod|tomorrow(?: morning| afternoon| evening)?|today|tonight|this (?:morning|afternoon|evening|week|month)|next (?:week|month)|(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miercoles|jueves|viernes|sabado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lunedi|martedi|mercoledi|giovedi|venerdi)(?: (?:morning|afternoon|evening|noon|at [0-9:apm ]{1,8}))?|manana|demain|morgen|domani|amanha|shortly|(?:very )?soon|as soon as possible|immediately|right away|(?:january|february|march|april|may|june|july|august|september|october|november|december) [0-9]{1,2}(?:st|nd|rd|th)?|[0-9]{1,2}(?:st|nd|rd|th)? (?:of )?(?:january|february|march|april|may|june|july|august|september|october|november|december)|[0-9]{1,2}(?:am|pm|:[0-9]{2}(?: ?[ap]m)?))\b",
            ),
            money: money::MoneyReader::new(),
        }
    }

    /// The promises of a turn that is not the customer's. `context` tells which day it is.
    pub fn read(&self, scan: &Scan<'_>, context: &ContextPackage) -> Vec<Promise> {
        let mut promises = Vec::new();
        if !scan.any(&[Flag::Promise]) {
            return promises;
        }
        let text = &scan.text;
        for &sentence in &text.sentences {
            let words = text.of(sentence);
            if words.ends_with('?') {
                continue;
            }
            let due = scan.any(&[Flag::Due]).then(|| self.due(text, sentence, context)).flatten();
            let commits = self.commits.iter().find_map(|rule| rule.find(words));
            let committed = match commits {
                // What follows "I can ... if you'd like" or "I'll check" is no commitment, unless the sentence makes
                // one elsewhere.
                Some(found) => !self.not_a_promise.find_iter(words).any(|not| {
                    not.start() <= found.start() && found.start() - not.start() < 60
                        || found.range().contains(&not.start())
                }),
                None => {
                    due.as_ref().is_some_and(|due| due.firm)
                        && self.needs_due.iter().any(|rule| rule.is_match(words))
                        && !self.not_a_promise.is_match(words)
                }
            };
            if committed {
                promises.push(self.promise(text, sentence, due));
            }
        }
        promises
    }

    fn promise(&self, text: &Text<'_>, sentence: Span, due: Option<Due>) -> Promise {
        let amount = self.money.find(text, sentence).into_iter().next();
        let (start, end) = text.chars(sentence);
        Promise {
            text: text.raw_of(sentence).to_owned(),
            due: due.as_ref().map(|due| text.raw_of(due.span).to_owned()),
            due_in_days: due.and_then(|due| due.days),
            amount: amount
                .filter(|found| found.kind == FactKind::Amount)
                .map(|found| text.raw_of(found.span).to_owned()),
            start,
            end,
        }
    }

    /// The due words of a sentence: the counted span, else the day.
    fn due(&self, text: &Text<'_>, sentence: Span, context: &ContextPackage) -> Option<Due> {
        let words = text.of(sentence);
        let shift = |span: regex::Match<'_>| {
            let lead = span.as_str().len() - span.as_str().trim_start().len();
            Span::new(
                sentence.start + span.start() + lead,
                sentence.start + span.start() + span.as_str().trim_end().len(),
            )
        };
        let days = self.due_day.captures_iter(words).last().map(|found| {
            let whole = found.get(0).expect("a match has group 0");
            let days = match found.name("weekday") {
                Some(weekday) => until_weekday(weekday.as_str(), context.updated_at_ms),
                None => named_day(whole.as_str()),
            };
            Due { span: shift(whole), days, firm: true }
        });
        let vague = |due: &Due| text.of(due.span).ends_with("soon") || text.of(due.span) == "shortly";
        if let Some(day) = days.as_ref().filter(|due| !vague(due)) {
            return Some(*day);
        }
        let counted = self.due_span.captures(words).map(|found| {
            let whole = found.get(0).expect("a match has group 0");
            let number = found.name("high").or(found.name("low")).map_or("", |number| number.as_str());
            let unit = found.name("unit").map_or("", |unit| unit.as_str());
            Due { span: shift(whole), days: count(number).map(|count| count * unit_days(unit)), firm: true }
        });
        counted.or(days)
    }
}

/// By when.
#[derive(Clone, Copy, Debug)]
struct Due {
    span: Span,
    days: Option<f32>,
    /// Whether the words make a time of it rather than a hope.
    firm: bool,
}

/// A number in digits or words.
fn count(number: &str) -> Option<f32> {
    Some(match number {
        "a" | "an" | "one" | "un" | "una" | "une" | "ein" | "einer" | "einem" => 1.0,
        "two" | "couple of" | "a couple of" | "dos" | "deux" | "zwei" | "due" | "dois" | "twee" => 2.0,
        "three" | "few" | "a few" | "tres" | "trois" | "drei" | "tre" | "drie" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "twelve" => 12.0,
        "fourteen" => 14.0,
        "fifteen" => 15.0,
        "twenty" => 20.0,
        "thirty" => 30.0,
        digits => digits.parse().ok()?,
    })
}

/// Days in a unit of time; business days count as days.
fn unit_days(unit: &str) -> f32 {
    match unit {
        _ if unit.starts_with("min") => 1.0 / 1_440.0,
        _ if ["ho", "hr", "he", "st", "or", "uu", "ur"].iter().any(|start| unit.starts_with(start)) => {
            1.0 / 24.0
        }
        _ if ["wee", "wek", "sem", "woc", "set"].iter().any(|start| unit.starts_with(start)) => 7.0,
        _ if ["mo", "me", "ma"].iter().any(|start| unit.starts_with(start)) => 30.0,
        _ => 1.0,
    }
}

/// Days to "today" and the like.
fn named_day(words: &str) -> Option<f32> {
    let has = |part: &str| words.contains(part);
    if has("today")
        || has("tonight")
        || has("this ")
        || has("of the day")
        || has("business")
        || has("eod")
        || has("immediately")
        || has("right away")
    {
        return Some(0.5);
    }
    if has("tomorrow") || has("manana") || has("demain") || has("domani") || has("amanha") || has("morgen") {
        return Some(1.0);
    }
    if has("next week") || has("of the week") || has("of this week") {
        return Some(7.0);
    }
    if has("month") {
        return Some(30.0);
    }
    None
}

/// Days from a moment (Unix ms, UTC) to the next such weekday, 1..=7; none where the moment is unknown.
fn until_weekday(name: &str, now_ms: i64) -> Option<f32> {
    const DAYS: [&[&str]; 7] = [
        &["mon", "lun", "montag"],
        &["tue", "mar", "die"],
        &["wed", "mie", "mer", "mit"],
        &["thu", "jue", "jeu", "don", "gio"],
        &["fri", "vie", "ven", "fre"],
        &["sat", "sab", "sam"],
        &["sun", "dom", "dim", "son"],
    ];
    if now_ms <= 0 {
        return None;
    }
    let wanted = DAYS.iter().position(|names| names.iter().any(|start| name.starts_with(start)))? as i64;
    // 1970-01-01 was a Thursday.
    let today = (now_ms / 86_400_000 + 3).rem_euclid(7);
    let days = (wanted - today).rem_euclid(7);
    Some(if days == 0 { 7.0 } else { days as f32 })
}

#[cfg(test)]
mod tests {
    use segue_core::context::Role;

    use crate::testing::read_assistant;

    /// The due words and the days of each promise.
    #[track_caller]
    fn check(text: &str, promises: &[(Option<&str>, Option<f32>)]) {
        let reading = read_assistant(&[], text);
        let found: Vec<_> =
            reading.promises.iter().map(|promise| (promise.due.as_deref(), promise.due_in_days)).collect();
        assert_eq!(found, promises, "{text}: {:?}", reading.promises);
    }

    #[test]
    fn hears_commitments() {
        check("I'll keep your workspace active until Friday.", &[(Some("until Friday"), None)]);
        check(
            "Thank you for checking. I have opened a trace with the courier, they answer within 2 business days.",
            &[(Some("within 2 business days"), Some(2.0))],
        );
        check("OK, I have let my manager know, they will give you a call. Sorry!", &[(None, None)]);
        check("The manager has been notified.", &[(None, None)]);
        check(
            "Refund RF-2210 was sent on Monday; banks take up to 5 working days, so you should see it by Friday.",
            &[(Some("by Friday"), None)],
        );
        check("We will refund $40.50 within 24 hours.", &[(Some("within 24 hours"), Some(1.0))]);
        check("Our team will get back to you in 3-5 days.", &[(Some("in 3-5 days"), Some(5.0))]);
        check("Le enviaremos un reembolso mañana.", &[(Some("mañana"), Some(1.0))]);
    }

    #[test]
    fn amounts_are_told() {
        let reading = read_assistant(&[], "We will refund $40.50 within 24 hours.");
        assert_eq!(reading.promises[0].amount.as_deref(), Some("$40.50"));
    }

    #[test]
    fn is_not_fooled() {
        for text in [
            "I'll check that, one moment.",
            "I can escalate to my manager if you'd like",
            "Would you like me to send it again?",
            "You will find it under Settings.",
            "Go to Contacts and choose Export. You get a CSV file.",
            "We will not share your data.",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn weekdays_are_counted_from_the_context() {
        // Wednesday, 2026-11-18.
        assert_eq!(super::until_weekday("friday", 1_794_960_000_000), Some(2.0));
        assert_eq!(super::until_weekday("friday", 0), None);
        let _ = Role::Agent;
    }
}
