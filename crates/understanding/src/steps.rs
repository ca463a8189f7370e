//! What was suggested and what was tried, with what came of it.

use regex::Regex;
use segue_core::{
    context::{ContextPackage, Role, TriedStep},
    reading::{ActKind, Outcome, Reading, Step},
};

use crate::pattern::expression;
use crate::{
    language::is_function_word,
    lexicon::{Flag, Scan},
    text::{Span, Text, fold, stem, words},
};

/// Cues that call for this reader.
#[rustfmt::skip]
pub(crate) const FLAGS: &[(Flag, &[&str])] = &[
    (
        Flag::Instruct,
        &[
            "try", "please", "could you", "can you", "you can", "you could", "you may", "go to", "open",
            "click", "press", "choose", "select", "turn on", "turn off", "restart", "reboot", "reset",
            "clear", "update", "check", "sign in", "sign out", "log in", "log out", "retry", "use", "enter",
            "download", "delete", "disable", "enable", "refresh", "reload", "reconnect", "unplug", "plug",
            "set", "change", "add", "remove", "switch", "tap", "visit", "install", "uninstall", "reinstall",
            "contact", "make sure", "ensure", "navigate", "scroll", "connect", "head to", "puede", "puedes",
            "pruebe", "prueba", "intente", "intenta", "vaya a", "haga clic", "reinicie", "restablezca",
            "abra", "essayez", "essaye", "vous pouvez", "cliquez", "ouvrez", "allez dans", "allez sur",
            "redemarrez", "verifiez", "versuchen sie", "probieren sie", "konnen sie", "klicken sie",
            "gehen sie", "offnen sie", "starten sie", "prufen sie", "bitte", "provi", "prova", "puo", "vada",
            "clicchi", "clicca", "riavvii", "riavvia", "apra", "tente", "voce pode", "pode", "clique",
            "reinicie", "acesse", "abra", "probeer", "u kunt", "je kunt", "klik", "ga naar", "herstart",
        ],
    ),
    (
        Flag::Tried,
        &[
            "did", "done", "tried", "trying", "restarted", "rebooted", "reinstalled", "cleared", "reset",
            "updated", "checked", "changed", "called", "contacted", "asked", "switched", "uninstalled",
            "logged out", "signed out", "deleted", "replaced", "used", "refreshed", "emailed", "waited",
            "followed", "unplugged", "looked", "went", "searched", "sent", "new", "another", "different",
            "already", "doing", "let me try", "will try", "i'll try", "hice", "hecho", "probe", "probado",
            "intente", "intentado", "fait", "essaye", "gemacht", "probiert", "versucht", "fatto", "provato",
            "ja fiz", "fiz", "tentei", "gedaan", "geprobeerd", "zrobilem", "probowalem", "yaptim", "denedim",
            "試し", "やりました", "やってみ", "试过", "試過", "做了", "делал", "пробовал", "ניסיתי", "עשיתי", "جربت", "فعلت",
            "해봤", "했어요",
        ],
    ),
    (
        Flag::Failed,
        &[
            "still", "same", "nothing", "no luck", "didn't", "doesn't", "not", "didnt", "doesnt",
            "no change", "no difference", "fails", "failed", "error", "without success", "no success",
            "nobody", "no one", "no help", "again", "nada", "igual", "no funciona", "no sirve", "rien",
            "toujours", "pas", "meme", "nichts", "nicht", "immer noch", "gleiche", "niente", "non", "stesso",
            "nao", "mesmo", "niets", "niet", "zelfde", "nic", "nie", "hala", "olmadi", "だめ", "ダメ", "不行",
            "没用", "не помогло", "не работает", "לא עוזר", "لم ينجح", "안 돼", "but",
        ],
    ),
];

/// The words of a step, in characters at most.
const WHAT_MAX_CHARS: usize = 120;

/// Reads steps.
pub(crate) struct StepReader {
    proposal: Regex,
    not_a_step: Regex,
    did: Regex,
    doing: Regex,
    own: Regex,
    variant: Regex,
    failed: Regex,
    nothing: Regex,
}

impl StepReader {
    pub fn new() -> Self {
        let build = expression;
        Self {
            proposal: build(
                r"(?:^|[,;:] |\band |\bthen |\bfirst |\bor )(?:please |kindly |then |first |next |now |simply |just |also |to \w+[\w ]{0,40}, )*(?:(?:could|can|would|will) you (?:please |also |kindly |maybe |perhaps )?(?:try |try to |check|retry|restart|reset|clear|update|look|ask|open|go|click|press|use|turn|sign|log|reinstall|refresh|make sure|send|upload|unplug|change|switch|disable|enable|remove|delete|add|install|contact)|you (?:can|could|may|might|should|need to|will need to|'ll need to|have to)(?: also| always| simply| just| try to)? (?:update|go|open|click|press|choose|select|turn|restart|reboot|reset|clear|check|sign|log|retry|use|enter|download|delete|disable|enable|try|refresh|reload|reconnect|set|change|add|remove|switch|tap|visit|install|uninstall|reinstall|contact|find|export|import|request|cancel|edit|create|navigate|follow|make sure|scan|pay|return|send|call)|(?:try|go to|go into|go back|open|click|press|choose|select|turn (?:on|off|it)|restart|reboot|reset|clear|update|check|sign (?:in|out)|log (?:in|out)|retry|use|enter|download|delete|disable|enable|refresh|reload|reconnect|unplug|plug|set|change|add|remove|switch|tap|visit|install|uninstall|reinstall|contact|make sure|ensure|navigate to|scroll|head to|follow|export|connect)\b|(?:puede|puedes|podria)s? (?:\w+r)\b|(?:pruebe|prueba|intente|intenta|vaya a|haga clic|reinicie|restablezca|abra|actualice|borre)\b|vous pouvez \w+|(?:essayez|cliquez|ouvrez|allez|redemarrez|verifiez|reinitialisez|videz)\b|(?:sie konnen|konnen sie|versuchen sie|probieren sie|klicken sie|gehen sie|offnen sie|starten sie|prufen sie|setzen sie|loschen sie)\b|(?:puo|provi a|provi|prova a|prova|vada|clicchi|clicca|riavvii|riavvia|apra|reimposti)\b|(?:voce pode|tente|clique|reinicie|acesse|redefina)\b|(?:probeer|u kunt|je kunt|klik op|ga naar|herstart)\b)",
            ),
            not_a_step: build(
                r"\b(?:tell me|give me|provide|share (?:your|the)|confirm (?:your|the|that|if)|let me know|may i|can i|help you|contact us|hold on|one moment|bear with|wait|anything else|your (?:name|order (?:id|number)|email|phone|username)\b[^.]{0,20}\?|set up a call|use of cookies|open ticket|check (?:that|this|it) for you|please be|check on that)\b",
            ),
            did: build(
                r"(?:\b(?:(?:i |we )?(?:have |'ve )?(?:already |just |also )?(?:did|done|tried) (?:that|this|it|them|those|all(?: of)?(?: that| this| it)?|so|everything|both|as you said|what you (?:said|suggested|told me))|i did(?: already| so)?(?: *[.,!]|$)|^done(?: that)?\b|all done|already (?:did|done|tried)|followed (?:the|your|those) (?:steps|instructions)|ya lo (?:hice|intente|probe)|lo hice|ya (?:lo )?he (?:hecho|probado|intentado)\w*|deja fait|je l'ai (?:deja )?(?:fait|essaye)|(?:schon|bereits) (?:gemacht|probiert|versucht)|hab(?:e)? ich (?:schon |bereits )?(?:gemacht|probiert|versucht)|gia fatto|l'ho (?:gia )?(?:fatto|provato)|ja fiz|ja tentei|heb ik (?:al )?(?:gedaan|geprobeerd)|al gedaan|juz (?:to )?(?:zrobilem|probowalem)|yaptim|denedim)\b|試しました|やりました|试过了|已经做了|уже (?:сделал|пробовал)|כבר (?:ניסיתי|עשיתי)|جربت ذلك|해봤)",
            ),
            doing: build(
                r"\b(?:(?:ok |okay )?(?:doing|trying) (?:that|this|it)|(?:let me|i'?ll|i will|gonna|going to|will) (?:try|do|check|give (?:it|that) a (?:try|go))|one sec|give me a (?:sec|second|minute|moment))\b",
            ),
            own: build(
                r"\b(?:i|we)(?:'ve| have|'d| had)?(?: already| just| also| even| then| now)* (?P<what>(?:tried (?:to )?|restarted|rebooted|reinstalled|cleared|reset|updated|checked|changed|called|contacted|asked|switched|uninstalled|logged out|signed out|deleted|replaced|refreshed|emailed|waited|unplugged|searched|looked (?:in|under|at|for|everywhere)|used (?:a|an|another)|turned (?:it )?(?:off|on)|removed|disabled|enabled|downloaded)\b[^.,;!?\n]{0,80})",
            ),
            variant: build(
                r"(?:^|[.!?,;] ?|\band |\bwith |\btried )(?P<what>(?:an? )?(?:new|another|different|other|second) [\w-]+(?: [\w-]+)?)(?:,| -|\.)? (?:and |but )?(?:still )?(?:the )?same (?:error|problem|issue|result|thing|message)",
            ),
            failed: build(
                r"(?:\b(?:still|same (?:error|problem|issue|result|thing|message)|nothing|no luck|no change|no difference|no success|didn'?t (?:help|work|change|fix|solve|do)|did not (?:help|work|change|fix|solve|do)|doesn'?t (?:help|work|fix|solve|change)|does not (?:help|work)|not (?:work(?:ing)?|help(?:ing|ful)?)|to no avail|without success|fails?|failed|keeps? (?:failing|happening|crashing)|leaves out|left out|not in the file|y nada|no funciona|no funciono|mismo error|sigue|et rien|rien n|toujours|ne marche pas|marche pas|meme (?:erreur|probleme)|immer noch|gleiche[rn]? (?:fehler|problem)|nichts|funktioniert nicht|klappt nicht|geht nicht|niente|non funziona|stesso (?:errore|problema)|e nada|nao funciona|nao funcionou|mesmo (?:erro|problema)|niets|werkt niet|zelfde (?:fout|probleem)|nie dziala|olmadi|hala)\b|だめ|ダメ|動きません|不行|没用|не помогло|не работает|לא עוזר|לא עובד|لم ينجح|لا يعمل|안 돼)",
            ),
            nothing: build(r"\b(?:nobody|no one|none of|nothing)\b"),
        }
    }

    /// The steps that an assistant or agent proposes: one per sentence.
    pub fn read_proposals(&self, scan: &Scan<'_>) -> Vec<Step> {
        let mut steps = Vec::new();
        if !scan.any(&[Flag::Instruct]) {
            return steps;
        }
        let text = &scan.text;
        for &sentence in &text.sentences {
            let words = text.of(sentence);
            if let Some(found) = self.proposal.find(words)
                && !self.not_a_step.is_match(words)
            {
                let lead =
                    found.as_str().len() - found.as_str().trim_start_matches([',', ';', ':', ' ']).len();
                let span = Span::new(sentence.start + found.start() + lead, sentence.end);
                steps.push(step(text, span, Outcome::Proposed, false));
            }
        }
        steps
    }

    /// What a customer reports about steps proposed before, and steps of their own.
    pub fn read_report(&self, scan: &Scan<'_>, reading: &Reading, context: &ContextPackage) -> Vec<Step> {
        let text = &scan.text;
        let mut steps = Vec::new();
        let open = open_step(context);
        let worked = reading.act(ActKind::ConfirmsSolved) >= 0.7;
        let failed = scan.any(&[Flag::Failed]) && self.failed.is_match(&text.folded);
        let outcome = match (worked, failed) {
            (true, _) => Outcome::Worked,
            (_, true) => Outcome::Failed,
            _ => Outcome::Done,
        };
        let mut reported = None;
        if scan.any(&[Flag::Tried]) {
            if let Some(found) = self.did.find(&text.folded) {
                reported = Some((Span::from(found), outcome));
            }
            self.own_steps(text, open, worked, &mut reported, &mut steps);
            if reported.is_none()
                && open.is_some()
                && let Some(found) = self.doing.find(&text.folded)
            {
                reported = Some((Span::from(found), Outcome::Started));
            }
        }
        if reported.is_none() && open.is_some() {
            let all = Span::new(0, text.folded.len());
            if worked {
                reported = Some((all, Outcome::Worked));
            } else if reading.act(ActKind::DeniesSolved) >= 0.5 && answered_last(context) {
                reported = Some((all, Outcome::Failed));
            }
        }
        if let Some((span, outcome)) = reported {
            steps.insert(0, step(text, span, outcome, true));
        }
        steps
    }

    /// Steps that the customer names; one that is about the open proposal reports on that instead.
    fn own_steps(
        &self,
        text: &Text<'_>,
        open: Option<&TriedStep>,
        worked: bool,
        reported: &mut Option<(Span, Outcome)>,
        steps: &mut Vec<Step>,
    ) {
        for found in self.own.captures_iter(&text.folded) {
            let Some(what) = found.name("what") else { continue };
            let span = Span::new(what.start(), what.start() + what.as_str().trim_end().len());
            if reported.is_some_and(|(known, _)| known.overlaps(span)) {
                continue;
            }
            let rest = &text.folded[span.start..];
            let outcome = match (worked, self.failed.is_match(rest) || self.nothing.is_match(text.of(span))) {
                (true, _) => Outcome::Worked,
                (_, true) => Outcome::Failed,
                _ => Outcome::Done,
            };
            let sentence = text.of(text.sentence_at(span.start));
            if reported.is_none() && open.is_some_and(|open| about(&open.what, sentence)) {
                *reported = Some((span, outcome));
            } else {
                steps.push(step(text, span, outcome, false));
            }
        }
        if let Some(what) = self.variant.captures(&text.folded).and_then(|found| found.name("what")) {
            steps.push(step(text, Span::from(what), Outcome::Failed, false));
        }
    }
}

/// The latest step without an outcome that somebody else proposed.
fn open_step(context: &ContextPackage) -> Option<&TriedStep> {
    let open = |step: &&TriedStep| matches!(step.outcome, Outcome::Proposed | Outcome::Started);
    context.steps.iter().rev().filter(|step| step.by != Role::Customer).find(open)
}

/// Whether the other side spoke last.
fn answered_last(context: &ContextPackage) -> bool {
    context.transcript.last().is_some_and(|turn| matches!(turn.role, Role::Assistant | Role::Agent))
}

/// Whether a report shares a content word with what was proposed.
fn about(proposed: &str, report: &str) -> bool {
    let proposed = fold(proposed);
    let content = |text: &str, span: Span| {
        let word = text[span.start..span.end].to_owned();
        (word.len() > 3 && !is_function_word(&word)).then(|| stem(&word).to_owned())
    };
    let mine: Vec<String> = words(report).into_iter().filter_map(|span| content(report, span)).collect();
    words(&proposed).into_iter().filter_map(|span| content(&proposed, span)).any(|word| mine.contains(&word))
}

fn step(text: &Text<'_>, span: Span, outcome: Outcome, reports_earlier: bool) -> Step {
    let raw = text.raw_of(span);
    let what: String = raw.chars().take(WHAT_MAX_CHARS).collect();
    let (start, end) = text.chars(span);
    Step {
        what: what.trim().trim_end_matches(['.', '?', '!']).to_owned(),
        outcome,
        start,
        end,
        reports_earlier,
    }
}

#[cfg(test)]
mod tests {
    use segue_core::{
        context::Role::{Assistant, Customer},
        reading::Outcome::{self, *},
    };

    use crate::testing::{read_after, read_assistant};

    #[track_caller]
    fn check(proposed: &str, report: &str, steps: &[(bool, Outcome)]) {
        let reading = read_after(&[(Customer, "My payment failed."), (Assistant, proposed)], report);
        let found: Vec<_> = reading.steps.iter().map(|step| (step.reports_earlier, step.outcome)).collect();
        assert_eq!(found, steps, "{report}: {:?}", reading.steps);
    }

    #[test]
    fn reads_reports() {
        let card = "You can update the card under Billing, Payment method.";
        check(card, "Did that. New card, same error: do_not_honor.", &[(true, Failed), (false, Failed)]);
        check(card, "works now, thanks", &[(true, Worked)]);
        check(card, "ok doing that", &[(true, Started)]);
        check(card, "done", &[(true, Done)]);
        check(card, "ya lo hice y nada, quiero hablar con una persona", &[(true, Failed)]);
        check(card, "I restarted my laptop and cleared the cache", &[(false, Done)]);
        check(card, "still the same error", &[(true, Failed)]);
        check(
            "Could you check with reception or a neighbour?",
            "I asked everyone, reception too. I need a replacement.",
            &[(true, Done)],
        );
        check("Your plan is Pro.", "what time is it?", &[]);
    }

    #[test]
    fn reads_proposals() {
        let count = |text: &str| read_assistant(&[], text).steps.len();
        assert_eq!(count("Could you check with reception or a neighbour?"), 1);
        assert_eq!(count("Go to Contacts and choose Export. You get a CSV file."), 1);
        assert_eq!(count("Please turn on 'Stay signed in' under Security and sign in once more."), 1);
        assert_eq!(count("Puede restablecer la contraseña con el enlace de la página de acceso."), 1);
        assert_eq!(count("Could you retry the charge from the invoice page?"), 1);
        assert_eq!(count("May I have your order ID please?"), 0);
        assert_eq!(count("Your order was delivered."), 0);
    }
}
