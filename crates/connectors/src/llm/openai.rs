//! OpenAI's chat completions, and the many servers that speak them: hosted ones, gateways, local ones.
//!
//! Contract: `POST {base_url}/chat/completions`. Streams where the server can; falls back to one whole answer where
//! it ignores or refuses `stream`. Unknown fields are tolerated everywhere.

mod wire;

use std::time::Duration;

use futures::StreamExt as _;
use reqwest::{
    Method, Request, Response, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER},
};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::wire::Reader;
use super::{
    Capabilities, LlmError, TOKENS_MAX, WordRequest, Worded,
    gate::Gate,
    prompt::{self, Prompt},
    sse::Events,
};
use crate::{Secret, http::Egress};

/// The provider's name in settings.
pub const NAME: &str = "openai";

/// What it can do.
pub const CAPABILITIES: Capabilities = Capabilities { streams: true, reports_usage: true };

/// The largest body that is read, bytes. An event carries a few hundred bytes around each token.
const BODY_MAX_BYTES: usize = 4 * 1024 * 1024;
/// The largest error body that is read, bytes.
const ERROR_MAX_BYTES: usize = 64 * 1024;
/// Low, because the answer is to follow the passages.
const TEMPERATURE: f32 = 0.2;

/// Where the provider is and how to speak to it.
#[derive(Clone, Debug)]
pub struct OpenAiConfig {
    /// Such as `https://api.openai.com/v1`, or `http://localhost:11434/v1` where the operator allows that host.
    pub base_url: String,
    /// Sent as a bearer token; absent for local servers that want none.
    pub api_key: Option<Secret>,
    /// The model's name as the provider knows it.
    pub model: String,
    /// The longest a call may take, whatever its own deadline.
    pub timeout: Duration,
}

/// A provider that is ready to be asked. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OpenAi {
    egress: Egress,
    url: Url,
    authorization: Option<HeaderValue>,
    model: String,
    timeout: Duration,
    dialect: Dialect,
}

/// The one difference that servers do not agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    /// OpenAI itself: `max_tokens` is deprecated there, and newer models refuse a temperature.
    Original,
    /// Everybody else knows `max_tokens` and a temperature, and not always more.
    Compatible,
}

impl OpenAi {
    /// Checks the settings. Speaks to nobody yet.
    pub fn new(config: OpenAiConfig, egress: Egress) -> Result<Self, LlmError> {
        if config.model.is_empty() || config.model.len() > 200 {
            return Err(LlmError::Settings("the model's name is empty or too long"));
        }
        if config.timeout.is_zero() {
            return Err(LlmError::Settings("the timeout is zero"));
        }
        let mut url = egress.check(&config.base_url)?;
        let dialect = match url.host_str() {
            Some("api.openai.com") => Dialect::Original,
            _ => Dialect::Compatible,
        };
        url.path_segments_mut()
            .map_err(|()| LlmError::Settings("the base address has no path"))?
            .pop_if_empty()
            .extend(["chat", "completions"]);
        let authorization =
            config.api_key.filter(|key| !key.is_empty()).map(|key| bearer(&key)).transpose()?;
        Ok(Self { egress, url, authorization, model: config.model, timeout: config.timeout, dialect })
    }

    /// See [`super::Llm::word`].
    pub async fn word(
        &self,
        request: &WordRequest,
        on_delta: impl FnMut(&str) + Send,
        deadline: Duration,
        cancel: CancellationToken,
    ) -> Result<Worded, LlmError> {
        let started = Instant::now();
        let limit = deadline.min(self.timeout);
        let result = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(LlmError::Cancelled),
            done = tokio::time::timeout(limit, self.answer(request, on_delta)) => {
                done.unwrap_or(Err(LlmError::Timeout { after_ms: limit.as_millis() as u64 }))
            }
        };
        let latency_ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        let result = result.map(|worded| Worded { latency_ms, ..worded });
        match &result {
            Ok(worded) => tracing::debug!(
                model = self.model,
                latency_ms,
                prompt_tokens = worded.prompt_tokens,
                completion_tokens = worded.completion_tokens,
                "the model answered"
            ),
            Err(error) => tracing::debug!(model = self.model, latency_ms, %error, "the model did not answer"),
        }
        result
    }

    async fn answer(
        &self,
        request: &WordRequest,
        on_delta: impl FnMut(&str) + Send,
    ) -> Result<Worded, LlmError> {
        let prompt = prompt::build(request);
        let streaming = self.body(&prompt, request.max_tokens, true);
        let mut response = self.call(&streaming).await?;
        if matches!(response.status().as_u16(), 400 | 422) {
            let status = response.status().as_u16();
            let error = read_bounded(response, ERROR_MAX_BYTES).await?;
            if !String::from_utf8_lossy(&error).contains("stream") {
                return Err(wire::error(status, None, &error));
            }
            tracing::debug!(model = self.model, "the server cannot stream, asking for a whole answer");
            response = self.call(&self.body(&prompt, request.max_tokens, false)).await?;
        }
        let status = response.status();
        if !status.is_success() {
            let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let retry_after_s = retry_after.and_then(wire::retry_after_s);
            // An error is told by its status even where its body cannot be read.
            let body = read_bounded(response, ERROR_MAX_BYTES).await.unwrap_or_default();
            return Err(wire::error(status.as_u16(), retry_after_s, &body));
        }
        let reader = Reader::new(Gate::new(on_delta));
        let reader = if is_event_stream(&response) {
            read_stream(response, reader).await?
        } else {
            read_whole(response, reader).await?
        };
        reader.finish(&self.model)
    }

    async fn call(&self, body: &Value) -> Result<Response, LlmError> {
        let mut request = Request::new(Method::POST, self.url.clone());
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream, application/json"));
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        *request.body_mut() = Some(body.to_string().into());
        Ok(self.egress.send(request).await?)
    }

    fn body(&self, prompt: &Prompt, max_tokens: u32, stream: bool) -> Value {
        let max_tokens = max_tokens.clamp(1, TOKENS_MAX);
        let mut body = json!({
            "model": self.model,
            "messages": [
                { "role": "system", "content": prompt.system },
                { "role": "user", "content": prompt.user },
            ],
        });
        match self.dialect {
            Dialect::Original => body["max_completion_tokens"] = json!(max_tokens),
            Dialect::Compatible => {
                body["max_tokens"] = json!(max_tokens);
                body["temperature"] = json!(TEMPERATURE);
            }
        }
        if stream {
            body["stream"] = json!(true);
            body["stream_options"] = json!({ "include_usage": true });
        }
        body
    }
}

fn bearer(key: &Secret) -> Result<HeaderValue, LlmError> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
        .map_err(|_| LlmError::Settings("the key holds characters that no key has"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn is_event_stream(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/event-stream"))
}

async fn read_stream<F: FnMut(&str)>(
    response: Response,
    mut reader: Reader<F>,
) -> Result<Reader<F>, LlmError> {
    let mut events = Events::default();
    let mut pieces = response.bytes_stream();
    let mut size_bytes = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(broke_off)?;
        size_bytes += piece.len();
        if size_bytes > BODY_MAX_BYTES {
            return Err(LlmError::TooLarge);
        }
        for data in events.push(&piece)? {
            reader.take_event(&data)?;
        }
        if reader.is_done() {
            return Ok(reader);
        }
    }
    if let Some(data) = events.finish()? {
        reader.take_event(&data)?;
    }
    Ok(reader)
}

async fn read_whole<F: FnMut(&str)>(
    response: Response,
    mut reader: Reader<F>,
) -> Result<Reader<F>, LlmError> {
    let body = read_bounded(response, BODY_MAX_BYTES).await?;
    if body.trim_ascii_start().starts_with(b"data:") {
        // A stream that somebody between us gathered, or labelled wrongly.
        let mut events = Events::default();
        let mut all = events.push(&body)?;
        all.extend(events.finish()?);
        for data in all {
            reader.take_event(&data)?;
        }
    } else {
        reader.take_whole(&body)?;
    }
    Ok(reader)
}

async fn read_bounded(response: Response, max_bytes: usize) -> Result<Vec<u8>, LlmError> {
    let mut body = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(broke_off)?;
        if body.len() + piece.len() > max_bytes {
            return Err(LlmError::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

fn broke_off(error: reqwest::Error) -> LlmError {
    if error.is_timeout() {
        LlmError::Malformed("it fell silent before its end")
    } else {
        LlmError::Malformed("it broke off")
    }
}
