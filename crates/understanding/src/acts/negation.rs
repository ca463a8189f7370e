//! Whether what stands before an expression turns it around.

use regex::Regex;

use crate::pattern::expression;
use crate::text::Text;

/// How far back a negation reaches, in bytes of the same clause.
const REACH_BYTES: usize = 70;

/// Words between a negator and the wish it turns around.
const LINK: &str = r"(?:really|even|actually|just|think|want|wanna|need|wish|have|like|to|going|gonna|feel|believe|for|you|be|being|would|should|care|prefer|looking|trying|plan|planning|intend|necessary|necessarily|required|about|it|that|any|get|keep|yet|ever|by|do|this|at|all|interested|in|wanting|bother|ready|me|us|my|an?|the|our|i)";

/// Finds negations of a wish ("I don't need to talk to an agent").
pub(crate) struct Negation {
    negator: Regex,
    linked: Regex,
    request: Regex,
}

impl Negation {
    pub fn new() -> Self {
        let build = expression;
        Self {
            negator: build(
                r"\b(?:not|don'?t|doesn'?t|didn'?t|never|needn'?t|nor|without|instead of|rather than|no longer|won'?t|wouldn'?t|no need|stop|quit|avoid|refuse|neither|isn'?t|wasn'?t)\b",
            ),
            // Everything between is linking, and its end leads into the wish: in "I don't need this, I want an agent"
            // or "not satisfied connect me" the wish is a new one.
            linked: build(&format!(
                r"^(?: {LINK})*?(?: (?:to|wanna|gonna|really|even|actually|just|you|for|necessarily|be|being|please|me|us|ever|by|any|an?|yet|(?:think|believe|feel|guess|like)(?: that)? i))?\s*$"
            )),
            // Questions and double negations that ask for it all the more.
            request: build(
                r"(?:\b(?:why|don'?t you|do you not|can'?t you|can you not|could(?:n'?t)? you not|won'?t you|wouldn'?t it|not only|not just|whether or not|why not|(?:not|never|n't) (?:been )?(?:able|allowed|possible|manage\w*))\b|\b(?:not|won'?t|can'?t|never|nothing)\b[^.!?]{0,40}\b(?:without|unless|until)\b|\bif (?:you|i|we) (?:do not|don'?t|can'?t|can not|cannot)\b)",
            ),
        }
    }

    /// Whether the clause before `byte` negates what starts there.
    pub fn before(&self, text: &Text<'_>, byte: usize) -> bool {
        let clause = text.clause_before(byte, REACH_BYTES);
        let Some(negator) = self.negator.find_iter(clause).last() else { return false };
        self.linked.is_match(&clause[negator.end()..]) && !self.request.is_match(clause)
    }
}
