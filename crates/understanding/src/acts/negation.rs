//! Whether what stands before an expression turns it around.

use regex::Regex;

use crate::text::Text;

/// How far back a negation reaches, in bytes of the same clause.
const REACH_BYTES: usize = 70;

/// Finds negations of a wish ("I don't need to talk to an agent").
pub(crate) struct Negation {
    negator: Regex,
    fresh: Regex,
    request: Regex,
}

impl Negation {
    pub fn new() -> Self {
        let build = |pattern: &str| Regex::new(pattern).expect("a constant expression");
        Self {
            negator: build(
                r"(?-u)\b(?:not|don'?t|doesn'?t|didn'?t|never|needn'?t|nor|without|instead of|rather than|no longer|won'?t|wouldn'?t|no need|stop|quit|avoid|refuse|neither|isn'?t|wasn'?t)\b",
            ),
            // A new wish after the negation, which it does not reach.
            fresh: build(
                r"(?-u)\b(?:and|but|so|then|i want|i need|i'?d like|i would like|i'?d rather|let me|can i|could i|may i|please|pls|give me|get me|put me|pass me|connect me|transfer me|can you|could you|except|unless|until|other than|but to|only|just let|i am asking|i'm asking)\b",
            ),
            // Questions and double negations that ask for it all the more.
            request: build(
                r"(?-u)(?:\bwhy\b|\bdon'?t you\b|\bdo you not\b|\bcan'?t you\b|\bcan you not\b|\bcould(?:n'?t)? you not\b|\bwon'?t you\b|\bwouldn'?t it\b|\b(?:not|won'?t|can'?t|never|nothing)\b[^.!?]{0,40}\b(?:without|unless|until)\b|\bif (?:you|i|we) (?:do not|don'?t|can'?t|can not|cannot)\b|\bnot (?:only|just)\b|\bwhether or not\b|\bwhy not\b)",
            ),
        }
    }

    /// Whether the clause before `byte` negates what starts there.
    pub fn before(&self, text: &Text<'_>, byte: usize) -> bool {
        let clause = text.clause_before(byte, REACH_BYTES);
        let Some(negator) = self.negator.find_iter(clause).last() else { return false };
        let after = &clause[negator.end()..];
        !self.fresh.is_match(after) && !self.request.is_match(clause)
    }
}
