//! Text to token ids, bounded whatever the text is.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use tokenizers::{Tokenizer, TruncationParams};

use super::EncoderError;

/// The most characters of a text that the tokenizer sees: sixteen for each of 128 tokens, and words have four or
/// five. Without this bound a long text would be cut only after all of it was taken apart.
const TEXT_MAX_CHARS: usize = 2_048;

/// The part of a text that the tokenizer sees.
pub(super) fn cut(text: &str) -> &str {
    let text = text.trim();
    let end = text.char_indices().nth(TEXT_MAX_CHARS).map_or(text.len(), |(end, _)| end);
    &text[..end]
}

/// A tokenizer, cut to the model's length.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    lower_case: bool,
}

impl Tokens {
    /// `vocabulary` is how many tokens the model has vectors for.
    pub fn open(
        path: &Path,
        bytes: &[u8],
        tokens_max: usize,
        lower_case: bool,
        vocabulary: usize,
    ) -> Result<Self, EncoderError> {
        let wrong = |problem: &dyn std::fmt::Display| {
            EncoderError::wrong(path, format!("is no tokenizer: {problem}; fetch it again"))
        };
        // A tokenizer is a file that anybody may have made; some meet an assertion, here or with a rare text.
        let opened = catch_unwind(AssertUnwindSafe(|| Tokenizer::from_bytes(bytes)));
        let opened = opened.map_err(|_| wrong(&"reading it failed"))?;
        let mut tokenizer = opened.map_err(|problem| wrong(&problem))?;
        let cut = TruncationParams { max_length: tokens_max, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut)).map_err(|problem| wrong(&problem))?;
        tokenizer.with_padding(None);
        let largest = tokenizer.get_vocab(true).into_values().max().unwrap_or(0) as usize;
        if largest >= vocabulary {
            let why = format!(
                "knows {} tokens and the model {vocabulary}; the two do not belong together",
                largest + 1
            );
            return Err(EncoderError::wrong(path, why));
        }
        Ok(Self { tokenizer, lower_case })
    }

    /// The ids of a text's tokens, with those that the model wants around them. Empty where the tokenizer fails
    /// on the text.
    pub fn ids(&self, text: &str) -> Vec<u32> {
        let text = cut(text);
        let lowered = self.lower_case.then(|| text.to_lowercase());
        let text = lowered.as_deref().unwrap_or(text);
        let encoded = catch_unwind(AssertUnwindSafe(|| self.tokenizer.encode_fast(text, true)));
        encoded.ok().and_then(Result::ok).map_or_else(Vec::new, |encoding| encoding.get_ids().to_vec())
    }
}
