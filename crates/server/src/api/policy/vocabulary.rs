//! What rules can ask about and say, with the organisation's own words.

use std::collections::BTreeMap;

use axum::{Json as Answer, response::IntoResponse};
use schemars::JsonSchema;
use segue_core::{
    ids::SquadId,
    organisation::Organisation,
    policy::{
        condition::{OPERATORS, operators},
        scene::{FIELDS, Field, Kind, vocabulary},
    },
    reading::TopicKind,
    signal,
    trigger::Reason,
};
use serde::Serialize;

use super::staff;
use crate::{access::Action, api::Api, error::ApiError, extract::Staff, workspace_view::Named};

pub(super) fn routes(api: Api) -> Api {
    api.get("/v1/policy/vocabulary", staff("What rules can ask about and say.").gives::<Vocabulary>(), words)
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyVocabulary")]
struct Vocabulary {
    fields: Vec<Asked>,
    signals: Vec<SignalDoc>,
    reasons: Vec<String>,
    topics: Vec<String>,
    squads: Vec<Named<SquadId>>,
    areas: Vec<String>,
    tiers: Vec<String>,
    /// By type of the field, in the order in which a form offers them.
    operators: BTreeMap<&'static str, Vec<&'static str>>,
}

/// A field.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyField")]
struct Asked {
    name: String,
    /// `text`, `number`, `boolean` or `list`.
    r#type: &'static str,
    unit: Option<&'static str>,
    doc: String,
    /// The words it can hold, where they are known.
    values: Option<Vec<String>>,
    /// Where they differ from those of its type: whole numbers can be equal.
    operators: Vec<&'static str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicySignal")]
struct SignalDoc {
    name: &'static str,
    doc: &'static str,
    /// Whether no policy can weaken it.
    floor: bool,
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Whole | Kind::Number => "number",
        Kind::Boolean => "boolean",
        Kind::List => "list",
    }
}

fn unit(field: &Field) -> Option<&'static str> {
    let (_, word) = field.name.split_once('.')?;
    match word {
        "minutes" => Some("minutes"),
        "seconds" => Some("seconds"),
        "hour" => Some("hours"),
        "value" => Some("a year"),
        _ if field.doc.contains("0 to 1") || field.doc.contains("to 1,") || field.doc.contains("to 1 (") => {
            Some("0 to 1")
        }
        _ => None,
    }
}

/// The words that a field can hold in this organisation.
fn values(field: &Field, organisation: &Organisation) -> Option<Vec<String>> {
    let fixed = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
    match field.name {
        "customer.tier" => Some(tiers(organisation)),
        "page.area" | "journey.areas" => Some(areas(organisation)),
        "conversation.squad" => Some(organisation.squads.iter().map(|squad| squad.id.to_string()).collect()),
        "conversation.channel" => fixed(&["chat", "email", "voice", "sms", "api"]),
        "reading.role" => fixed(&["customer", "assistant"]),
        "time.weekday" => fixed(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        _ => Some(field.values()).filter(|values| !values.is_empty()),
    }
}

fn tiers(organisation: &Organisation) -> Vec<String> {
    organisation.tiers.iter().map(|tier| tier.name.clone()).collect()
}

/// Areas of the site map, each once, in its order.
fn areas(organisation: &Organisation) -> Vec<String> {
    let mut areas: Vec<String> = vec![];
    for area in &organisation.areas {
        if !areas.contains(&area.name) {
            areas.push(area.name.clone());
        }
    }
    areas
}

async fn words(staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let organisation = staff.tenant.settings();
    let fields = FIELDS.iter().map(|field| Asked {
        name: field.name.to_owned(),
        r#type: type_name(field.kind()),
        unit: unit(field),
        doc: field.doc.to_owned(),
        values: values(field, &organisation),
        operators: operators(field.name).to_vec(),
    });
    let number = OPERATORS.iter().find(|(kind, _)| *kind == Kind::Number).map_or(&[][..], |(_, ops)| ops);
    let strengths = signal::all().map(|about| Asked {
        name: format!("signal.{}", about.name),
        r#type: "number",
        unit: Some("0 to 1"),
        doc: format!("How strongly this speaks for a human: {}", about.about),
        values: None,
        operators: number.to_vec(),
    });
    // What holds for every number stands last, so that it wins over whole ones.
    let operators = OPERATORS.iter().map(|(kind, operators)| (type_name(*kind), operators.to_vec()));
    let signals =
        signal::all().map(|about| SignalDoc { name: about.name, doc: about.about, floor: about.floor });
    let squads = organisation.squads.iter();
    Ok(Answer(Vocabulary {
        fields: fields.chain(strengths).collect(),
        signals: signals.collect(),
        reasons: vocabulary::<Reason>(),
        topics: vocabulary::<TopicKind>(),
        squads: squads.map(|squad| Named { id: squad.id.clone(), name: squad.name.clone() }).collect(),
        areas: areas(&organisation),
        tiers: tiers(&organisation),
        operators: operators.collect(),
    }))
}
