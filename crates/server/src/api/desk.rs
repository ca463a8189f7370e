//! What agents do with a conversation.

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::{
    command::{Command, Rejection},
    context::Role,
    conversation::Conversation,
    floor::Candidate,
    handoff::{Disposition, Needs, Timing},
    ids::{AgentId, AtMs, SquadId},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Access, Api, Doc, assistant::check_client_id};
use crate::{
    access::Action,
    app::App,
    error::ApiError,
    extract::{Json, Staff, conversation_id},
    pipeline::{Said, Submit},
    workspace_view::{self, View},
};

pub(super) fn routes(api: Api) -> Api {
    let staff = |summary| Doc::new(Access::Staff, summary);
    api.get(
        "/v1/conversations/{id}/view",
        staff("A conversation as the workspace shows it.").gives::<View>(),
        view,
    )
    .get(
        "/v1/conversations/{id}/routing",
        staff("Why this agent, why not the others: every agent, held against a conversation that waits.")
            .gives::<Comparison>(),
        compare,
    )
    .post(
        "/v1/conversations/{id}/accept",
        staff("Accepts an offer.").takes::<Fenced>().gives::<View>(),
        accept,
    )
    .post("/v1/conversations/{id}/decline", staff("Declines an offer.").takes::<Fenced>(), decline)
    .post(
        "/v1/conversations/{id}/claim",
        staff("Takes a waiting or ticketed conversation.").takes::<Nothing>().gives::<View>(),
        claim,
    )
    .post(
        "/v1/conversations/{id}/assign",
        staff("Gives a conversation that nobody has yet to an agent, whatever they hold; for supervisors, and audited.")
            .takes::<Assign>()
            .gives::<View>(),
        assign,
    )
    .post(
        "/v1/conversations/{id}/join",
        staff("Ends the preparation.").takes::<Fenced>().gives::<View>(),
        join,
    )
    .post(
        "/v1/conversations/{id}/replies",
        staff("Answers the customer.").takes::<Words>().gives::<Written>(),
        reply,
    )
    .post(
        "/v1/conversations/{id}/notes",
        staff("Writes a private note.").takes::<Words>().gives::<Written>(),
        note,
    )
    .post(
        "/v1/conversations/{id}/resolve",
        staff("Settles the matter.").takes::<Resolve>().gives::<View>(),
        resolve,
    )
    .post(
        "/v1/conversations/{id}/finish",
        staff("Ends the wrap-up.").takes::<Fenced>().gives::<View>(),
        finish,
    )
    .post(
        "/v1/conversations/{id}/return",
        staff("Gives the conversation back to the assistant.").takes::<GiveBack>().gives::<View>(),
        give_back,
    )
    .post(
        "/v1/conversations/{id}/transfer",
        staff("Passes the conversation on.").takes::<Transfer>().gives::<View>(),
        transfer,
    )
}

/// An act that holds only for the owner it was meant for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Fenced {
    epoch: u64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Assign {
    /// Who is to answer.
    agent: AgentId,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Words {
    client_id: String,
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct Written {
    seq: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Resolve {
    epoch: u64,
    disposition: Disposition,
    timing: Timing,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GiveBack {
    epoch: u64,
    /// What the assistant should know.
    #[serde(default)]
    summary: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Transfer {
    epoch: u64,
    #[serde(default)]
    squad: Option<SquadId>,
    #[serde(default)]
    agent: Option<AgentId>,
    /// For the colleague.
    #[serde(default)]
    reason: String,
}

async fn view(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let conversation = app.conversation(&staff.tenant, &conversation_id(&id)?).await?;
    Ok(Answer(shown(&app, &staff, &conversation)))
}

/// A conversation that waits, and everybody who might be asked.
#[derive(Serialize, JsonSchema)]
struct Comparison {
    /// What it needs; absent where no human is owed.
    needs: Option<Needs>,
    /// Since when the customer waits, Unix ms.
    waiting_since_ms: Option<AtMs>,
    /// Every agent, the best first; none where the conversation does not wait in line.
    candidates: Vec<Candidate>,
}

async fn compare(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let conversation = app.conversation(&staff.tenant, &conversation_id(&id)?).await?;
    let candidates = staff.tenant.desk.compare(app.config.clock.now_ms(), conversation.id());
    let handoff = conversation.handoff.as_ref();
    Ok(Answer(Comparison {
        needs: handoff.map(|handoff| handoff.needs.clone()),
        waiting_since_ms: handoff.map(|handoff| handoff.waiting_since_ms),
        candidates: candidates.unwrap_or_default(),
    }))
}

fn shown(app: &App, staff: &Staff, conversation: &Conversation) -> View {
    let online = app.bus.listens(&staff.tenant.id, conversation.id());
    workspace_view::view(&staff.tenant, conversation, online)
}

/// Performs an agent's command and answers with the conversation.
async fn act(
    app: &App,
    staff: &Staff,
    id: &str,
    command: impl Fn(&Conversation, AgentId) -> Command,
) -> Result<Answer<View>, ApiError> {
    act_as(app, staff, id, Submit::default(), command).await
}

async fn act_as(
    app: &App,
    staff: &Staff,
    id: &str,
    submit: Submit,
    command: impl Fn(&Conversation, AgentId) -> Command,
) -> Result<Answer<View>, ApiError> {
    staff.may(Action::Answer)?;
    let id = conversation_id(id)?;
    let done = app.submit(&staff.tenant, &id, submit, |now| command(now, staff.id().clone())).await?;
    Ok(Answer(shown(app, staff, &done.conversation)))
}

async fn accept(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(Fenced { epoch }): Json<Fenced>,
) -> Result<impl IntoResponse, ApiError> {
    act(&app, &staff, &id, |_, agent| Command::Accept { agent, epoch }).await
}

async fn decline(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(Fenced { epoch }): Json<Fenced>,
) -> Result<impl IntoResponse, ApiError> {
    let _view = act(&app, &staff, &id, |_, agent| Command::Decline { agent, epoch }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn claim(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(Nothing {}): Json<Nothing>,
) -> Result<impl IntoResponse, ApiError> {
    // By hand an agent may take one more than the floor would give.
    let limit = staff.profile.work.capacity + 1;
    act(&app, &staff, &id, |_, agent| Command::Take { agent, limit }).await
}

async fn assign(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(Assign { agent }): Json<Assign>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    staff.tenant.agent(&agent).ok_or_else(|| ApiError::not_found("agent"))?;
    let view = act(&app, &staff, &id, |_, _| Command::Assign { agent: agent.clone() }).await?;
    app.audit(&staff, "conversation.assigned", json!({ "conversation": id, "agent": agent })).await?;
    Ok(view)
}

async fn join(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(Fenced { epoch }): Json<Fenced>,
) -> Result<impl IntoResponse, ApiError> {
    act(&app, &staff, &id, |_, agent| Command::Join { agent, epoch }).await
}

async fn reply(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(words): Json<Words>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Answer)?;
    check_client_id(&words.client_id)?;
    let submit = Submit::once("reply", &words.client_id, &words);
    let said = Said {
        role: Role::Agent,
        agent: Some(staff.id().clone()),
        client_id: Some(words.client_id),
        text: words.text,
        confidence: None,
        citations: vec![],
    };
    let done = app.speak(&staff.tenant, &conversation_id(&id)?, said, submit).await?;
    Ok(Answer(Written { seq: done.receipt.seq, turn: done.receipt.turn }))
}

async fn note(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(words): Json<Words>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Answer)?;
    check_client_id(&words.client_id)?;
    let submit = Submit::once("note", &words.client_id, &words);
    let id = conversation_id(&id)?;
    let (agent, terms) = (staff.id().clone(), staff.tenant.terms());
    let command = |conversation: &Conversation| Command::AddNote {
        agent: agent.clone(),
        client_id: Some(words.client_id.clone()),
        text: terms.redact(&words.text, Role::Agent, &conversation.package).into_owned(),
    };
    let done = app.submit(&staff.tenant, &id, submit, command).await?;
    Ok(Answer(Written { seq: done.receipt.seq, turn: None }))
}

async fn resolve(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(wanted): Json<Resolve>,
) -> Result<impl IntoResponse, ApiError> {
    let Resolve { epoch, disposition, timing, note } = wanted;
    // A customer who was not reached is called back once more, at a time that is chosen now.
    let submit = Submit { books: true, ..Submit::default() };
    act_as(&app, &staff, &id, submit, |_, agent| Command::Resolve {
        agent,
        epoch,
        disposition,
        timing,
        note: note.clone(),
    })
    .await
}

async fn finish(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(Fenced { epoch }): Json<Fenced>,
) -> Result<impl IntoResponse, ApiError> {
    act(&app, &staff, &id, |_, agent| Command::Finish { agent, epoch }).await
}

async fn give_back(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(wanted): Json<GiveBack>,
) -> Result<impl IntoResponse, ApiError> {
    let GiveBack { epoch, summary } = wanted;
    act(&app, &staff, &id, |_, agent| Command::Return { agent, epoch, summary: summary.clone() }).await
}

async fn transfer(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(wanted): Json<Transfer>,
) -> Result<impl IntoResponse, ApiError> {
    let Transfer { epoch, squad, agent: to, reason } = wanted;
    if squad.is_none() && to.is_none() {
        return Err(ApiError::invalid("Name a squad or an agent."));
    }
    if to.as_ref().is_some_and(|to| staff.tenant.agent(to).is_none()) {
        return Err(ApiError::invalid("There is no such agent."));
    }
    if to.as_ref() == Some(staff.id()) {
        return Err(Rejection::NotAllowed.into());
    }
    let command = |_: &Conversation, agent| Command::Transfer {
        agent,
        epoch,
        squad: squad.clone(),
        to: to.clone(),
        reason: reason.clone(),
    };
    act(&app, &staff, &id, command).await
}
