//! Model providers: they word an answer out of passages that somebody else found, and do nothing more.
//!
//! One provider is one file and one variant of [`Llm`]. A provider never decides whether a human is needed; what it
//! returns is untrusted text.

mod gate;
pub mod openai;
pub mod prompt;
mod sse;

use std::time::Duration;

use segue_core::context::Role;
use tokio_util::sync::CancellationToken;

use crate::http::EgressError;

/// What the model says, alone, when the passages do not hold the answer.
pub const NO_ANSWER: &str = "NO_ANSWER";

/// The largest answer that is accepted, in bytes of text.
pub const ANSWER_MAX_BYTES: usize = 32 * 1024;

/// The most tokens that may be asked for.
pub const TOKENS_MAX: u32 = 4096;

/// A request to word an answer. Everything but `system` is untrusted, and bounded by [`prompt`] before it is sent.
#[derive(Clone, Debug, Default)]
pub struct WordRequest {
    /// What the organisation wants of its assistant: name, tone. Literal text, nothing in it is replaced.
    pub system: String,
    /// What the customer asks, in their words.
    pub question: String,
    /// What the answer may be taken from, best first.
    pub passages: Vec<Passage>,
    /// The conversation before the question, oldest first.
    pub transcript: Vec<(Role, String)>,
    /// ISO 639-1 code of the answer's language; absent: that of the question.
    pub language: Option<String>,
    /// The longest answer, in tokens, 1..=[`TOKENS_MAX`].
    pub max_tokens: u32,
}

/// A piece of an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Title of the article.
    pub title: String,
    /// The words.
    pub text: String,
}

/// A worded answer. Untrusted text.
#[derive(Clone, Debug, PartialEq)]
pub struct Worded {
    /// The answer, trimmed; [`NO_ANSWER`] alone where the model found none in the passages.
    pub text: String,
    /// The model that answered, as the provider names it, at most 100 characters.
    pub model: String,
    /// Tokens read, where the provider tells.
    pub prompt_tokens: Option<u32>,
    /// Tokens written, where the provider tells.
    pub completion_tokens: Option<u32>,
    /// From the call to the last word, ms.
    pub latency_ms: u32,
    /// Whether the answer stopped because it reached `max_tokens`.
    pub truncated: bool,
}

impl Worded {
    /// Whether the passages held an answer.
    pub fn has_answer(&self) -> bool {
        self.text != NO_ANSWER
    }
}

/// What a provider can do. Nothing is assumed of one that does not say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Words arrive while they are written.
    pub streams: bool,
    /// The answer tells how many tokens it took.
    pub reports_usage: bool,
}

/// Why there is no worded answer.
#[derive(Debug, thiserror::Error)]
pub enum LlmError {
    /// The settings cannot work.
    #[error("the model's settings cannot work: {0}")]
    Settings(&'static str),
    /// The deadline passed.
    #[error("no complete answer within {after_ms} ms")]
    Timeout {
        /// How long was waited.
        after_ms: u64,
    },
    /// 401 or 403: the key is missing, wrong, or not good for this model.
    #[error("the provider refuses the key")]
    Unauthorised,
    /// 429: too much for now.
    #[error("the provider's limit is reached")]
    RateLimited {
        /// Seconds to wait, where the provider tells; at most a day.
        retry_after_s: Option<u32>,
    },
    /// Any other 4xx: the provider does not take the request as it is, for instance an unknown model.
    #[error("the provider rejects the request ({status}{})", code_suffix(.code))]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The provider's own short code.
        code: Option<String>,
    },
    /// 5xx, or an error told in the middle of an answer that began with 200.
    #[error("the provider has failed ({status}{})", code_suffix(.code))]
    Server {
        /// The HTTP status.
        status: u16,
        /// The provider's own short code.
        code: Option<String>,
    },
    /// The answer cannot be read or broke off.
    #[error("the provider's answer is malformed: {0}")]
    Malformed(&'static str),
    /// The answer is larger than [`ANSWER_MAX_BYTES`], or its envelope out of all proportion.
    #[error("the provider's answer is too large")]
    TooLarge,
    /// The answer holds no text.
    #[error("the provider's answer is empty")]
    Empty,
    /// The caller gave up.
    #[error("cancelled")]
    Cancelled,
    /// The request did not leave, or nobody was there.
    #[error(transparent)]
    Egress(#[from] EgressError),
}

fn code_suffix(code: &Option<String>) -> String {
    code.as_ref().map(|code| format!(", {code}")).unwrap_or_default()
}

impl LlmError {
    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Timeout { .. } | Self::RateLimited { .. } | Self::Server { .. } | Self::Malformed(_) => {
                true
            }
            Self::Empty | Self::Egress(EgressError::Unreachable { .. } | EgressError::Timeout { .. }) => true,
            Self::Settings(_) | Self::Unauthorised | Self::Rejected { .. } | Self::TooLarge => false,
            Self::Cancelled | Self::Egress(_) => false,
        }
    }
}

/// The providers.
#[derive(Clone, Debug)]
pub enum Llm {
    /// Any server that speaks OpenAI's chat completions.
    OpenAi(openai::OpenAi),
}

impl Llm {
    /// The provider's name in settings and measures.
    pub fn name(&self) -> &'static str {
        match self {
            Self::OpenAi(_) => openai::NAME,
        }
    }

    /// What it can do.
    pub fn capabilities(&self) -> Capabilities {
        match self {
            Self::OpenAi(_) => openai::CAPABILITIES,
        }
    }

    /// Words an answer.
    ///
    /// `on_delta` gets each new piece of text, in order; put together they are the answer up to surrounding space.
    /// [`NO_ANSWER`] is never passed to it. After an error the pieces so far are worth nothing. The call ends by
    /// `deadline`, connection included, or as soon as `cancel` is cancelled.
    pub async fn word(
        &self,
        request: &WordRequest,
        on_delta: impl FnMut(&str) + Send,
        deadline: Duration,
        cancel: CancellationToken,
    ) -> Result<Worded, LlmError> {
        match self {
            Self::OpenAi(provider) => provider.word(request, on_delta, deadline, cancel).await,
        }
    }
}
