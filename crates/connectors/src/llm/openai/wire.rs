use serde::Deserialize;
use serde_json::Value;

use super::super::{LlmError, Worded, gate::Gate};

/// The longest wait that is believed, a day.
const RETRY_AFTER_MAX_S: u32 = 86_400;

/// A chunk of a stream, or a whole answer: they differ only in `delta` and `message`.
#[derive(Deserialize)]
struct Answer {
    model: Option<String>,
    choices: Option<Vec<Choice>>,
    usage: Option<Usage>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    index: u32,
    #[serde(alias = "message")]
    delta: Option<Message>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<Content>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: Option<u32>,
    completion_tokens: Option<u32>,
}

/// Puts an answer together, from events or at once.
pub(super) struct Reader<F> {
    gate: Gate<F>,
    model: Option<String>,
    usage: Option<Usage>,
    finish_reason: Option<String>,
    done: bool,
}

impl<F: FnMut(&str)> Reader<F> {
    pub(super) fn new(gate: Gate<F>) -> Self {
        Self { gate, model: None, usage: None, finish_reason: None, done: false }
    }

    /// Whether the stream said `[DONE]`.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// Takes the data of one event.
    pub(super) fn take_event(&mut self, data: &str) -> Result<(), LlmError> {
        match data.trim() {
            _ if self.done => Ok(()),
            "" => Ok(()),
            "[DONE]" => {
                self.done = true;
                Ok(())
            }
            data => self.take(data.as_bytes()),
        }
    }

    /// Takes a whole answer.
    pub(super) fn take_whole(&mut self, body: &[u8]) -> Result<(), LlmError> {
        self.take(body)?;
        self.done = true;
        Ok(())
    }

    fn take(&mut self, json: &[u8]) -> Result<(), LlmError> {
        let answer: Answer =
            serde_json::from_slice(json).map_err(|_| LlmError::Malformed("it is not the JSON expected"))?;
        if answer.error.is_some_and(|error| !error.is_null()) {
            return Err(error(200, None, json));
        }
        self.model = self.model.take().or(answer.model);
        self.usage = answer.usage.or(self.usage.take());
        let Some(choice) = answer.choices.into_iter().flatten().find(|choice| choice.index == 0) else {
            return Ok(());
        };
        self.finish_reason = choice.finish_reason.or(self.finish_reason.take());
        match choice.delta.and_then(|message| message.content) {
            None => Ok(()),
            Some(Content::Text(text)) => self.gate.push(&text),
            Some(Content::Parts(parts)) => {
                parts.into_iter().filter_map(|part| part.text).try_for_each(|text| self.gate.push(&text))
            }
        }
    }

    /// The answer, if it came to its end. `latency_ms` is left to the caller.
    pub(super) fn finish(self, asked_model: &str) -> Result<Worded, LlmError> {
        if !self.done && self.finish_reason.is_none() {
            return Err(LlmError::Malformed("it broke off"));
        }
        let model = self.model.filter(|model| !model.is_empty()).unwrap_or_else(|| asked_model.to_owned());
        Ok(Worded {
            text: self.gate.finish()?,
            model: model.chars().take(100).collect(),
            prompt_tokens: self.usage.as_ref().and_then(|usage| usage.prompt_tokens),
            completion_tokens: self.usage.as_ref().and_then(|usage| usage.completion_tokens),
            latency_ms: 0,
            truncated: self.finish_reason.as_deref() == Some("length"),
        })
    }
}

/// The error that a status and its body tell. Nothing of the body but a short code survives: it may repeat the key
/// or the customer's words.
pub(super) fn error(status: u16, retry_after_s: Option<u32>, body: &[u8]) -> LlmError {
    let code = serde_json::from_slice::<Value>(body).ok().and_then(|body| short_code(&body));
    let limited = code.as_deref().is_some_and(|code| code.starts_with("rate_limit"));
    match status {
        401 | 403 => LlmError::Unauthorised,
        429 => LlmError::RateLimited { retry_after_s },
        _ if limited => LlmError::RateLimited { retry_after_s },
        400..=499 => LlmError::Rejected { status, code },
        _ => LlmError::Server { status, code },
    }
}

fn short_code(body: &Value) -> Option<String> {
    let error = body.get("error")?;
    let code = ["code", "type"].iter().find_map(|key| error.get(key).and_then(Value::as_str))?;
    let plain = code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    (plain && !code.is_empty()).then(|| code.to_owned())
}

/// Reads `Retry-After` given in seconds, rounded up. A date counts as unknown.
pub(super) fn retry_after_s(value: &str) -> Option<u32> {
    let seconds: f64 = value.trim().parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then(|| seconds.ceil().min(f64::from(RETRY_AFTER_MAX_S)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_a_short_code_and_nothing_else() {
        let body = br#"{"error":{"message":"Incorrect key sk-abc","type":"x y","code":"model_not_found"}}"#;
        let text = error(404, None, body).to_string();
        assert_eq!(text, "the provider rejects the request (404, model_not_found)");
        let odd = br#"{"error":{"code":"please call +1 555"}}"#;
        assert_eq!(error(500, None, odd).to_string(), "the provider has failed (500)");
        assert_eq!(error(502, None, b"<html>").to_string(), "the provider has failed (502)");
    }

    #[test]
    fn waits_are_read_and_bounded() {
        let cases = [
            ("7", Some(7)),
            (" 1.2 ", Some(2)),
            ("999999999", Some(86_400)),
            ("-1", None),
            ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ];
        for (text, expected) in cases {
            assert_eq!(retry_after_s(text), expected, "{text}");
        }
    }
}
