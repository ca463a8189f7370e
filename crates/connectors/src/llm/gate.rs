use super::{ANSWER_MAX_BYTES, LlmError, NO_ANSWER};

/// Collects the answer and lets text through to the listener, but never [`NO_ANSWER`] or a beginning of it.
pub(super) struct Gate<F> {
    text: String,
    /// Bytes of `text` that the listener has.
    passed: usize,
    /// The marker has been seen: nothing more passes.
    closed: bool,
    on_delta: F,
}

impl<F: FnMut(&str)> Gate<F> {
    pub(super) fn new(on_delta: F) -> Self {
        Self { text: String::new(), passed: 0, closed: false, on_delta }
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &str) -> Result<(), LlmError> {
        if self.text.len() + piece.len() > ANSWER_MAX_BYTES {
            return Err(LlmError::TooLarge);
        }
        // White space before the first word is not part of the answer.
        let piece = if self.text.is_empty() { piece.trim_start() } else { piece };
        self.text.push_str(piece);
        let waiting = &self.text[self.passed..];
        self.closed |= waiting.contains(NO_ANSWER);
        let end = self.text.len() - held_back(waiting);
        self.pass(end);
        Ok(())
    }

    /// Lets out what was held back, and returns the whole answer, trimmed.
    pub(super) fn finish(mut self) -> Result<String, LlmError> {
        self.pass(self.text.len());
        if self.closed {
            return Ok(NO_ANSWER.to_owned());
        }
        match self.text.trim() {
            "" => Err(LlmError::Empty),
            text => Ok(text.to_owned()),
        }
    }

    fn pass(&mut self, end: usize) {
        if !self.closed && end > self.passed {
            (self.on_delta)(&self.text[self.passed..end]);
            self.passed = end;
        }
    }
}

/// Length of the longest end of `text` that may become the marker.
fn held_back(text: &str) -> usize {
    (1..NO_ANSWER.len()).rev().find(|n| text.ends_with(&NO_ANSWER[..*n])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&str], heard: &[&str], answer: &str) {
        let mut got = Vec::new();
        let mut gate = Gate::new(|delta: &str| got.push(delta.to_owned()));
        for piece in pieces {
            gate.push(piece).unwrap();
        }
        assert_eq!(gate.finish().unwrap(), answer);
        assert_eq!(got, heard);
    }

    #[test]
    fn passes_text_on_and_keeps_the_marker_back() {
        check(&["Open ", "Reports."], &["Open ", "Reports."], "Open Reports.");
        check(&["\n ", "Sí, señor. "], &["Sí, señor. "], "Sí, señor.");
        check(&["NO", "_ANS", "WER"], &[], NO_ANSWER);
        check(&["NO_ANSWER\n", "really"], &[], NO_ANSWER);
        check(&["N", "o, you can't."], &["No, you can't."], "No, you can't.");
        check(&["Press N", "O"], &["Press ", "NO"], "Press NO");
        check(&["I don't know. NO_", "ANSWER"], &["I don't know. "], NO_ANSWER);
    }

    #[test]
    fn empty_and_endless_answers_are_errors() {
        let mut gate = Gate::new(|_: &str| ());
        gate.push(" \n").unwrap();
        assert!(matches!(gate.finish(), Err(LlmError::Empty)));

        let mut gate = Gate::new(|_: &str| ());
        let piece = "x".repeat(ANSWER_MAX_BYTES);
        gate.push(&piece).unwrap();
        assert!(matches!(gate.push("y"), Err(LlmError::TooLarge)));
    }
}
