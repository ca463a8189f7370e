//! The REST interface: one file per resource. A route is added together with its description, so that the
//! OpenAPI document and the router cannot differ.

mod admin;
pub mod assistant;
mod callbacks;
mod desk;
mod hours;
pub(crate) mod lists;
mod offers;
mod policy;
mod session;
mod staff;
mod system;
mod what_ifs;
pub mod widget;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::{Method, StatusCode},
    routing::{MethodFilter, on},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{app::App, error::ApiError};

/// The largest body of a request, bytes.
const BODY_MAX_BYTES: usize = 64 * 1024;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// A visitor with the token of the conversation.
    Visitor,
    /// An API key.
    Key,
    /// A signed-in member of staff; the action is checked in the handler.
    Staff,
}

/// A request that happens once.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ById {
    /// The caller's id for the request.
    client_id: String,
}

/// What a route is for.
struct Doc {
    access: Access,
    summary: &'static str,
    body: Option<SchemaOf>,
    answer: Option<SchemaOf>,
    body_max_bytes: usize,
}

type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

impl Doc {
    fn new(access: Access, summary: &'static str) -> Self {
        Self { access, summary, body: None, answer: None, body_max_bytes: BODY_MAX_BYTES }
    }

    fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(|generator| generator.subschema_for::<T>());
        self
    }

    fn up_to(self, body_max_bytes: usize) -> Self {
        Self { body_max_bytes, ..self }
    }

    fn gives<T: JsonSchema>(mut self) -> Self {
        self.answer = Some(|generator| generator.subschema_for::<T>());
        self
    }
}

/// Router and description, grown together.
#[derive(Default)]
struct Api {
    router: Router<App>,
    operations: Vec<(Method, &'static str, Doc)>,
}

impl Api {
    fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, doc: Doc, handler: H) -> Self {
        self.add(Method::GET, path, doc, handler)
    }

    fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, doc: Doc, handler: H) -> Self {
        self.add(Method::POST, path, doc, handler)
    }

    fn put<H: Handler<T, App>, T: 'static>(self, path: &'static str, doc: Doc, handler: H) -> Self {
        self.add(Method::PUT, path, doc, handler)
    }

    fn delete<H: Handler<T, App>, T: 'static>(self, path: &'static str, doc: Doc, handler: H) -> Self {
        self.add(Method::DELETE, path, doc, handler)
    }

    fn add<H: Handler<T, App>, T: 'static>(
        mut self,
        method: Method,
        path: &'static str,
        doc: Doc,
        handler: H,
    ) -> Self {
        let filter = MethodFilter::try_from(method.clone()).expect("a method that routes know");
        let route = on(filter, handler).layer(DefaultBodyLimit::max(doc.body_max_bytes));
        self.router = self.router.route(path, route);
        self.operations.push((method, path, doc));
        self
    }
}

fn api() -> Api {
    let parts: [fn(Api) -> Api; 13] = [
        system::routes,
        session::routes,
        assistant::routes,
        widget::routes,
        callbacks::routes,
        offers::routes,
        desk::routes,
        lists::routes,
        hours::routes,
        staff::routes,
        what_ifs::routes,
        admin::routes,
        policy::routes,
    ];
    parts.into_iter().fold(Api::default(), |api, part| part(api))
}

/// The router of the whole REST interface.
pub(crate) fn router() -> Router<App> {
    offers::preflights(api().router).method_not_allowed_fallback(|| async {
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This address has other methods.")
    })
}

/// The OpenAPI 3.1 document, made from the routes.
pub fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for (method, path, doc) in api().operations {
        let operation = operation(&mut generator, path, &doc);
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        methods[method.as_str().to_lowercase()] = operation;
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Problem".into(), problem_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Segue",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Times end in _ms and are Unix milliseconds. Errors are problem+json with a stable code.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "description": "An API key of an organisation." },
                "visitor": { "type": "http", "scheme": "bearer", "description": "A token bound to one conversation." },
                "session": { "type": "apiKey", "in": "cookie", "name": crate::extract::SESSION_COOKIE },
            },
        },
    })
}

fn operation(generator: &mut SchemaGenerator, path: &str, doc: &Doc) -> Value {
    let parameters: Vec<Value> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let answer = match doc.answer {
        Some(schema) => json!({
            "200": { "description": "Done.", "content": { "application/json": { "schema": schema(generator) } } },
        }),
        None => json!({ "200": { "description": "Done." }, "204": { "description": "Done." } }),
    };
    let mut responses = answer;
    responses["default"] = json!({
        "description": "What went wrong, and what to do.",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    let mut operation = json!({ "summary": doc.summary, "parameters": parameters, "responses": responses });
    if let Some(schema) = doc.body {
        operation["requestBody"] = json!({
            "required": true, "content": { "application/json": { "schema": schema(generator) } },
        });
    }
    operation["security"] = match doc.access {
        Access::Public => json!([]),
        Access::Visitor => json!([{ "visitor": [] }]),
        Access::Key => json!([{ "key": [] }]),
        Access::Staff => json!([{ "session": [] }]),
    };
    operation
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": { "type": "string", "description": "Stable; one page each in docs/errors/." },
            "detail": { "type": "string" },
            "problems": {
                "type": "array",
                "items": { "$ref": "#/components/schemas/PolicyProblem" },
                "description": "With `policy_invalid`: what is wrong with the text, each at its place.",
            },
        },
    })
}
