//! How far an assistant's answer can be trusted, for assistants that do not say so themselves.

use regex::Regex;
use segue_core::{
    context::{ContextPackage, Role},
    reading::{ActKind, Outcome, Reading},
};

use crate::pattern::expression;
use crate::{
    language::is_function_word,
    lexicon::Scan,
    text::{fold, stem, words},
};

/// Where a plain answer without hedges starts.
const PLAIN: f32 = 0.7;

/// Reads the confidence of an assistant's turn.
pub(crate) struct ConfidenceReader {
    ignorance: Regex,
    hedge: Regex,
    inability: Regex,
}

impl ConfidenceReader {
    pub fn new() -> Self {
        let build = expression;
        Self {
            ignorance: build(
                r"(?:\b(?:(?:could|can|did|was|were|am|have)(?: not|n'?t)(?: been)?(?: able to)? (?:find|found|locate|understand|determine|confirm|answer|help)|cannot (?:find|answer|help|confirm|determine)|i (?:do not|don'?t) (?:know|have (?:any |that |this |the |enough |specific )*(?:information|details|data|answer|knowledge))|no (?:information|answer|article|results?) (?:about|on|for|found|available)|(?:not|n'?t) (?:certain|sure)|unsure|i'?m (?:afraid|sorry,? but) i (?:can|do|could)(?:not|n'?t| not)|beyond (?:my|what i)|outside (?:my|of my) (?:knowledge|scope)|not something i can|didn'?t (?:quite )?(?:understand|get|catch)|could you rephrase|no (?:lo )?se|no (?:he )?encontr\w+|no estoy seguro|je ne (?:sais|trouve) pas|je ne suis pas (?:sur|certain)|ich weis(?:s)? (?:es )?(?:leider )?nicht|konnte (?:ich )?(?:leider )?nicht(?:s)? finden|nicht sicher|non (?:lo )?so|non ho trovato|non sono sicur\w|nao (?:sei|encontrei|tenho certeza)|weet ik (?:het )?niet|kon (?:ik )?(?:dat )?niet vinden|nie wiem|bilmiyorum)|分かりません|わかりません|見つかりません|不知道|没有找到|не знаю|не нашел)",
            ),
            hedge: build(
                r"\b(?:i think|i believe|i guess|probably|possibly|perhaps|maybe|might|may be|may not|should probably|it seems|seems to|appears to|as far as i know|generally|usually|it depends|several (?:documents|options|articles)|in general|typically|supongo|quiza|tal vez|peut-etre|je pense|vielleicht|ich glaube|forse|credo|talvez|acho que|misschien|ik denk)\b",
            ),
            inability: build(
                r"\b(?:not (?:possible|available|supported)|(?:cannot|can'?t|can not|unable to|not able to|not allowed to|don'?t have (?:access|permission)|do not have (?:access|permission))|unfortunately)\b",
            ),
        }
    }

    pub fn read(&self, scan: &Scan<'_>, reading: &Reading, context: &ContextPackage) -> f32 {
        let folded = &scan.text.folded;
        if scan.text.words.is_empty() {
            return 0.1;
        }
        let mut confidence = PLAIN;
        if let Some(found) = self.ignorance.find(folded) {
            // Ignorance at the start is the answer; later it limits one.
            confidence = if found.start() < 60 { 0.18 } else { 0.35 };
        } else {
            confidence -= 0.12 * self.hedge.find_iter(folded).take(3).count() as f32;
            confidence -= 0.15 * self.inability.find_iter(folded).take(2).count() as f32;
            confidence = confidence.min(1.0 - reading.act(ActKind::HasNoAnswer));
        }
        let concrete =
            reading.steps.iter().any(|step| step.outcome == Outcome::Proposed) || scan.text.digits > 0;
        if concrete && confidence >= 0.4 {
            confidence += 0.08;
        }
        if confidence >= 0.4 {
            confidence += 0.12 * (addresses(folded, context) - 0.4);
        }
        if confidence >= 0.4 && answered_before(folded, context) {
            confidence -= 0.25;
        }
        confidence.clamp(0.05, 0.95)
    }
}

/// The share of the content words of the customer's last turn that the answer takes up; a half where that turn
/// asked nothing.
fn addresses(answer: &str, context: &ContextPackage) -> f32 {
    let Some(asked) = context.transcript.iter().rev().find(|turn| turn.role == Role::Customer) else {
        return 0.5;
    };
    let asked = fold(&asked.text);
    let content = words(&asked).into_iter().map(|span| &asked[span.start..span.end]);
    let content: Vec<&str> =
        content.filter(|word| word.len() > 2 && !is_function_word(word)).take(24).collect();
    if content.len() < 2 {
        return 0.5;
    }
    content.iter().filter(|word| answer.contains(stem(word))).count() as f32 / content.len() as f32
}

/// Whether the assistant has said nearly the same before.
fn answered_before(answer: &str, context: &ContextPackage) -> bool {
    let stems = |text: &str| -> Vec<String> {
        let spans = words(text).into_iter().map(|span| &text[span.start..span.end]);
        spans
            .filter(|word| word.len() > 2 && !is_function_word(word))
            .map(|word| stem(word).to_owned())
            .collect()
    };
    let mine = stems(answer);
    if mine.len() < 4 {
        return false;
    }
    let mut earlier = context.transcript.iter().rev().filter(|turn| turn.role == Role::Assistant).take(3);
    earlier.any(|turn| {
        let said = stems(&fold(&turn.text));
        mine.iter().filter(|word| said.contains(word)).count() * 10 >= mine.len() * 7
    })
}

#[cfg(test)]
mod tests {
    use segue_core::context::Role;

    use crate::testing::read_assistant;

    #[track_caller]
    fn check(answer: &str, bounds: std::ops::RangeInclusive<f32>) {
        let asked = [(Role::Customer, "Does your report cover the Frankfurt region?")];
        let confidence = read_assistant(&asked, answer).answer_confidence.unwrap();
        assert!(bounds.contains(&confidence), "{answer}: {confidence}");
    }

    #[test]
    fn tells_how_sure_an_answer_is() {
        check("I'm not certain. We have several security documents.", 0.0..=0.3);
        check("I could not find that.", 0.0..=0.3);
        check("Yes, the report covers Frankfurt since 2024.", 0.7..=1.0);
        check("It might possibly be covered, I think.", 0.3..=0.6);
        check("Je ne sais pas.", 0.0..=0.3);
        check("", 0.0..=0.2);
    }
}
