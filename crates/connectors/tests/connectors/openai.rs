use std::{path::PathBuf, sync::atomic::Ordering, time::Duration};

use segue_connectors::{
    Secret,
    http::{Egress, EgressError, EgressSettings},
    llm::{
        Llm, LlmError, NO_ANSWER, Passage, WordRequest, Worded,
        openai::{OpenAi, OpenAiConfig},
    },
};
use segue_core::context::Role;
use tokio_util::sync::CancellationToken;

use crate::server::{Act, Server, answer, head};

const SSE: &str = "Content-Type: text/event-stream; charset=utf-8\r\n";
const JSON: &str = "Content-Type: application/json\r\n";
const SOON: Duration = Duration::from_secs(5);

fn config(base_url: String) -> OpenAiConfig {
    OpenAiConfig {
        base_url,
        api_key: Some(Secret::new("sk-test-key")),
        model: "small-1".to_owned(),
        timeout: Duration::from_secs(20),
    }
}

fn egress(allow: &[&str]) -> Egress {
    let allow_hosts = allow.iter().map(|host| (*host).to_owned()).collect();
    Egress::new(&EgressSettings { allow_hosts, ..EgressSettings::default() }).expect("a client")
}

fn llm(server: &Server) -> Llm {
    let config = config(format!("{}/v1/", server.address()));
    Llm::OpenAi(OpenAi::new(config, egress(&["127.0.0.1"])).expect("good settings"))
}

fn request() -> WordRequest {
    WordRequest {
        system: "You are Tide. Be brief.".to_owned(),
        question: "Why did my payment fail?".to_owned(),
        passages: vec![Passage { title: "Payments".to_owned(), text: "The bank refused.".to_owned() }],
        transcript: vec![(Role::Customer, "Hello".to_owned()), (Role::Assistant, "Hi!".to_owned())],
        language: Some("en".to_owned()),
        max_tokens: 300,
    }
}

async fn ask(server: &Server) -> (Result<Worded, LlmError>, Vec<String>) {
    ask_within(server, SOON).await
}

async fn ask_within(server: &Server, deadline: Duration) -> (Result<Worded, LlmError>, Vec<String>) {
    let mut deltas = Vec::new();
    let on_delta = |delta: &str| deltas.push(delta.to_owned());
    let result = llm(server).word(&request(), on_delta, deadline, CancellationToken::new()).await;
    (result, deltas)
}

fn delta(text: &str) -> String {
    let text = serde_json::Value::from(text);
    format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{text}}},\"finish_reason\":null}}]}}\n\n"
    )
}

fn stream_of(pieces: &[&str]) -> String {
    let mut body: String = pieces.iter().map(|piece| delta(piece)).collect();
    body.push_str("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
    body.push_str("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":31,\"completion_tokens\":7}}\n\n");
    body.push_str("data: [DONE]\n\n");
    body
}

#[tokio::test]
async fn a_streamed_answer_arrives_in_pieces() {
    let server =
        Server::start(vec![answer("200 OK", SSE, &stream_of(&["Your ", "bank ", "refused."]))]).await;
    let (result, deltas) = ask(&server).await;
    let worded = result.expect("an answer");
    assert_eq!(worded.text, "Your bank refused.");
    assert_eq!(deltas.concat(), worded.text);
    assert_eq!(deltas.len(), 3);
    assert_eq!((worded.prompt_tokens, worded.completion_tokens), (Some(31), Some(7)));
    assert_eq!(worded.model, "small-1");
    assert!(worded.has_answer() && !worded.truncated);

    let sent = &server.requests()[0];
    assert!(sent.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{sent}");
    assert!(sent.contains("authorization: Bearer sk-test-key\r\n"), "{sent}");
}

#[tokio::test]
async fn frames_may_be_cut_anywhere_and_end_in_any_way() {
    let body = format!(
        "\u{feff}: ping\r\nevent: message\r\nid: 1\r\nretry: 5\r\n{}",
        stream_of(&["Señal: ", "🙂 sí."]).replace('\n', "\r\n")
    );
    let mut script = vec![head("200 OK", &format!("{SSE}Transfer-Encoding: chunked\r\n"))];
    for piece in body.as_bytes().chunks(3) {
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        script.push(Act::Write(chunk));
    }
    script.push(Act::Write(b"0\r\n\r\n".to_vec()));
    let server = Server::start(vec![script]).await;
    let (result, deltas) = ask(&server).await;
    assert_eq!(result.expect("an answer").text, "Señal: 🙂 sí.");
    assert_eq!(deltas, ["Señal: ", "🙂 sí."]);
}

#[tokio::test]
async fn unknown_fields_and_missing_marks_are_tolerated() {
    let body = "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"model\":\"small-1-2026\",\"new\":{\"a\":[1]},\
        \"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null,\"reasoning\":\"hm\"},\"logprobs\":null}]}\n\n\
        data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"another\"}},{\"index\":0,\"delta\":{\"content\":\"Yes.\",\"x\":1},\
        \"finish_reason\":\"length\",\"y\":2}],\"usage\":null}";
    let server = Server::start(vec![answer("200 OK", SSE, body)]).await;
    let worded = ask(&server).await.0.expect("an answer without [DONE] and last empty line");
    assert_eq!((worded.text.as_str(), worded.model.as_str()), ("Yes.", "small-1-2026"));
    assert!(worded.truncated);
    assert_eq!(worded.prompt_tokens, None);
}

#[tokio::test]
async fn a_whole_answer_serves_as_well() {
    let whole = r#"{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Whole."},
        "finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#;
    let parts = r#"{"choices":[{"message":{"content":[{"type":"text","text":"Who"},{"text":"le."}]}}]}"#;
    let gathered = stream_of(&["Who", "le."]);
    for body in [whole, parts, gathered.as_str()] {
        let server = Server::start(vec![answer("200 OK", JSON, body)]).await;
        let (result, deltas) = ask(&server).await;
        assert_eq!(result.expect("an answer").text, "Whole.");
        assert_eq!(deltas.concat(), "Whole.");
    }

    // A server that refuses to stream is asked once more without.
    let refusal = r#"{"error":{"message":"stream_options is not supported","type":"invalid_request_error"}}"#;
    let scripts = vec![answer("400 Bad Request", JSON, refusal), answer("200 OK", JSON, whole)];
    let server = Server::start(scripts).await;
    assert_eq!(ask(&server).await.0.expect("an answer").text, "Whole.");
    assert_eq!(server.body(0)["stream"], true);
    assert!(server.body(1).get("stream").is_none() && server.body(1).get("stream_options").is_none());
}

#[tokio::test]
async fn no_answer_is_a_marker_that_nobody_hears() {
    let server = Server::start(vec![answer("200 OK", SSE, &stream_of(&["NO", "_ANSWER", "\n"]))]).await;
    let (result, deltas) = ask(&server).await;
    let worded = result.expect("an answer");
    assert!(!worded.has_answer());
    assert_eq!(worded.text, NO_ANSWER);
    assert!(deltas.is_empty(), "{deltas:?}");
}

/// Status, headers, body, and what the error must be.
type Case = (&'static str, &'static str, &'static str, fn(&LlmError) -> bool);

#[tokio::test]
async fn every_failure_has_its_kind() {
    let cases: [Case; 13] = [
        ("401 Unauthorized", JSON, r#"{"error":{"message":"Incorrect key sk-test-key"}}"#, |e| {
            matches!(e, LlmError::Unauthorised)
        }),
        ("403 Forbidden", "", "", |e| matches!(e, LlmError::Unauthorised)),
        ("429 Too Many", "Retry-After: 12\r\n", "{}", |e| {
            matches!(e, LlmError::RateLimited { retry_after_s: Some(12) })
        }),
        ("429 Too Many", "", "slow down", |e| matches!(e, LlmError::RateLimited { retry_after_s: None })),
        (
            "404 Not Found",
            JSON,
            r#"{"error":{"code":"model_not_found"}}"#,
            |e| matches!(e, LlmError::Rejected { status: 404, code: Some(code) } if code == "model_not_found"),
        ),
        ("400 Bad Request", JSON, r#"{"error":{"type":"context_length"}}"#, |e| {
            matches!(e, LlmError::Rejected { status: 400, .. })
        }),
        ("500 Oops", "", "<html>", |e| matches!(e, LlmError::Server { status: 500, .. })),
        ("503 Busy", JSON, "", |e| matches!(e, LlmError::Server { status: 503, .. })),
        ("307 Away", "Location: http://169.254.169.254/\r\n", "", |e| {
            matches!(e, LlmError::Egress(EgressError::Redirect { status: 307 }))
        }),
        ("200 OK", JSON, "<html>not json</html>", |e| matches!(e, LlmError::Malformed(_))),
        ("200 OK", JSON, r#"{"choices":[]}"#, |e| matches!(e, LlmError::Empty)),
        ("200 OK", SSE, "data: [DONE]\n\n", |e| matches!(e, LlmError::Empty)),
        ("200 OK", SSE, "data: {\"error\":{\"code\":\"overloaded\"}}\n\n", |e| {
            matches!(e, LlmError::Server { status: 200, .. })
        }),
    ];
    for (status, headers, body, expected) in cases {
        let server = Server::start(vec![answer(status, headers, body)]).await;
        let error = ask(&server).await.0.expect_err(status);
        assert!(expected(&error), "{status} {body}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("sk-test"), "{error:?}");
    }
}

#[tokio::test]
async fn a_cut_body_is_not_an_answer() {
    let begun = delta("You can have a refund");
    let cases = [
        // The connection closes in the middle of an answer without a stated length.
        answer("200 OK", SSE, &begun),
        answer("200 OK", SSE, &format!("{begun}data: {{\"choices\":[{{\"del")),
        // Fewer bytes than stated.
        answer("200 OK", &format!("{SSE}Content-Length: 5000\r\n"), &begun),
        answer("200 OK", &format!("{JSON}Content-Length: 5000\r\n"), "{\"choices\":["),
    ];
    for script in cases {
        let server = Server::start(vec![script]).await;
        let (result, _) = ask(&server).await;
        assert!(matches!(result, Err(LlmError::Malformed(_))), "{result:?}");
    }
}

#[tokio::test]
async fn too_much_is_refused() {
    let endless = delta(&"x".repeat(9_000)).repeat(5);
    let padding = format!(": {}\n", "p".repeat(60_000)).repeat(100);
    for body in [endless, padding, format!("data: {}", "y".repeat(300_000))] {
        let server = Server::start(vec![answer("200 OK", SSE, &body)]).await;
        let (result, _) = ask(&server).await;
        assert!(matches!(result, Err(LlmError::TooLarge)), "{result:?}");
    }
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let hour = Act::Pause(Duration::from_secs(3600));
    let silent = vec![hour.clone()];
    let stuck = vec![head("200 OK", SSE), Act::Write(delta("Your").into_bytes()), hour];
    for script in [silent, stuck] {
        let server = Server::start(vec![script]).await;
        let started = std::time::Instant::now();
        let (result, _) = ask_within(&server, Duration::from_millis(150)).await;
        assert!(matches!(result, Err(LlmError::Timeout { after_ms: 150 })), "{result:?}");
        assert!(started.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn cancelling_ends_the_call_and_the_connection() {
    let script = vec![head("200 OK", SSE), Act::Write(delta("Your").into_bytes()), Act::Pause(SOON * 100)];
    let server = Server::start(vec![script]).await;
    let cancel = CancellationToken::new();
    let first = cancel.clone();
    let on_delta = move |_: &str| first.cancel();
    let result = llm(&server).word(&request(), on_delta, SOON * 100, cancel).await;
    assert!(matches!(result, Err(LlmError::Cancelled)), "{result:?}");
    for _ in 0..200 {
        if server.closed_early.load(Ordering::SeqCst) == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the connection stayed open");
}

#[tokio::test]
async fn settings_are_checked_before_anything_is_sent() {
    let make = |change: fn(&mut OpenAiConfig)| {
        let mut config = config("https://models.example/v1".to_owned());
        change(&mut config);
        OpenAi::new(config, egress(&[]))
    };
    assert!(make(|_| ()).is_ok());
    assert!(matches!(make(|c| c.model.clear()), Err(LlmError::Settings(_))));
    assert!(matches!(make(|c| c.timeout = Duration::ZERO), Err(LlmError::Settings(_))));
    let split = make(|c| c.api_key = Some(Secret::new("a\r\nX-Evil: 1")));
    assert!(matches!(split, Err(LlmError::Settings(_))), "{split:?}");
    for inside in ["https://127.0.0.1/v1", "https://10.1.2.3/v1", "https://[::ffff:169.254.169.254]/v1"] {
        let refused = OpenAi::new(config(inside.to_owned()), egress(&[]));
        assert!(matches!(refused, Err(LlmError::Egress(EgressError::Private { .. }))), "{inside}");
    }
    let printed = format!("{:?}", make(|_| ()));
    assert!(!printed.contains("sk-test"), "{printed}");
}

/// The request keeps to the published contract: required fields present, no field that it does not know.
#[tokio::test]
async fn the_request_keeps_the_contract() {
    let server = Server::start(vec![answer("200 OK", SSE, &stream_of(&["Yes."]))]).await;
    ask(&server).await.0.expect("an answer");
    let body = server.body(0);
    let fields = body.as_object().expect("an object");
    assert_eq!(body["model"], "small-1");
    assert_eq!(body["max_tokens"], 300);
    let messages = body["messages"].as_array().expect("messages");
    assert_eq!(
        messages.iter().map(|m| m["role"].as_str()).collect::<Vec<_>>(),
        [Some("system"), Some("user")]
    );
    let user = messages[1]["content"].as_str().expect("text");
    assert!(user.contains("The bank refused.") && user.contains("Why did my payment fail?"));

    let Some(contract) = contract() else { return };
    let request = schema(&contract, "CreateChatCompletionRequest");
    let shared = schema(&contract, "CreateModelResponseProperties");
    let common = schema(&contract, "ModelResponseProperties");
    assert!(!request.required.is_empty(), "the contract names required fields");
    for field in &request.required {
        assert!(fields.contains_key(field), "{field} is required");
    }
    for field in fields.keys() {
        let known = [&request, &shared, &common].iter().any(|schema| schema.properties.contains(field));
        assert!(known, "{field} is not in the contract");
    }
    for (message, name) in messages.iter().zip(["System", "User"]) {
        let schema = schema(&contract, &format!("ChatCompletionRequest{name}Message"));
        assert!(!schema.required.is_empty());
        for field in &schema.required {
            assert!(message.get(field).is_some(), "{field} is required in a {name} message");
        }
    }
}

/// The published contract, where the folder with vendor contracts is at hand.
fn contract() -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("SEGUE_SHARED").map_or(beside, PathBuf::from);
    let text = std::fs::read_to_string(folder.join("specs/openai.yaml")).ok();
    if text.is_none() {
        eprintln!(
            "skipped: no specs/openai.yaml in SEGUE_SHARED or ../shared, the contract was not compared"
        );
    }
    text
}

#[derive(Default)]
struct Schema {
    properties: Vec<String>,
    required: Vec<String>,
}

/// The own properties of a component and what it requires, read by indentation: the file is written by a
/// machine, one key a line, two spaces a level.
fn schema(contract: &str, name: &str) -> Schema {
    let start = format!("    {name}:");
    let lines = contract.lines().skip_while(|line| *line != start).skip(1);
    let block: Vec<&str> =
        lines.take_while(|line| line.starts_with("     ") || line.trim().is_empty()).collect();
    let mut found = Schema::default();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut section: Option<(&str, usize)> = None;
    let mut own = None;
    for line in block {
        let key = line.trim_start().trim_start_matches("- ");
        if matches!(key, "properties:" | "required:") && own.is_none_or(|own| indent(line) <= own) {
            own = Some(indent(line));
            section = Some((key, indent(line)));
            continue;
        }
        match section {
            Some(("properties:", at)) if indent(line) == at + 2 => {
                found.properties.extend(key.strip_suffix(':').map(str::to_owned));
            }
            Some(("required:", at)) if indent(line) == at && line.trim_start().starts_with("- ") => {
                found.required.push(key.to_owned());
            }
            Some((_, at)) if indent(line) <= at => section = None,
            _ => {}
        }
    }
    found
}
