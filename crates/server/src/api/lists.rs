//! Lists: conversations, squads, agents, tickets, articles.

use axum::{
    Json as Answer,
    extract::{Path, Query, State},
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::{
    handoff::State as Stands,
    ids::{ConversationId, TicketId},
    row::{self, Row},
};
use segue_store::{ListQuery, ListView, TicketRow};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Access, Api, Doc};
use crate::{access::Action, app::App, error::ApiError, extract::Staff, workspace_view::Named};

/// Rows of one answer.
const PAGE: u32 = 100;
/// Articles that a search gives.
const ARTICLES_FOUND: usize = 10;

pub(super) fn routes(api: Api) -> Api {
    let staff = |summary| Doc::new(Access::Staff, summary);
    api.get(
        "/v1/lists/{name}",
        staff("mine, squads, unassigned, waiting, callbacks, open, resolved or all; ?cursor=")
            .gives::<Page>(),
        list,
    )
    .get("/v1/squads", staff("Squads."), squads)
    .get("/v1/agents", staff("Agents with presence and load."), agents)
    .get("/v1/tickets", staff("The local inbox; ?status=open|done"), tickets)
    .get("/v1/tickets/{id}", staff("A ticket with its context package."), ticket)
    .get("/v1/articles", staff("Articles of the knowledge base; ?query="), articles)
}

/// A page of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListPage")]
pub(crate) struct Page {
    pub rows: Vec<Row>,
    pub next_cursor: Option<String>,
    pub counts: Counts,
}

/// How many conversations each list has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Counts {
    pub mine: u64,
    pub squads: u64,
    pub unassigned: u64,
    pub waiting: u64,
    pub open: u64,
}

#[derive(Deserialize)]
struct Cursor {
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    status: Option<String>,
}

#[derive(Deserialize)]
struct Search {
    query: Option<String>,
}

fn list_view(staff: &Staff, name: &str) -> Result<ListView, ApiError> {
    Ok(match name {
        "mine" => ListView::Mine(staff.id().clone()),
        "squads" => ListView::Squads(staff.profile.work.squads.clone()),
        "unassigned" => ListView::Unassigned,
        "waiting" => ListView::Waiting,
        "callbacks" => ListView::InState(Stands::Callback.name().to_owned()),
        "open" => ListView::Open,
        "resolved" => ListView::Resolved,
        "all" => ListView::All,
        _ => return Err(ApiError::not_found("list")),
    })
}

/// The rows of a list, newest or most urgent first.
pub(crate) async fn rows(
    app: &App,
    staff: &Staff,
    name: &str,
    cursor: Option<&str>,
) -> Result<(Vec<Row>, Option<String>), ApiError> {
    let cursor =
        cursor.map(str::parse).transpose().map_err(|_| ApiError::invalid("This cursor is none of ours."))?;
    let query = ListQuery { view: list_view(staff, name)?, cursor, limit: PAGE };
    let page = app.store.list(&staff.tenant.id, query).await?;
    let rows = page.rows.iter().filter_map(|row| serde_json::from_slice(&row.sealed).ok()).collect();
    Ok((rows, page.next.map(|next| next.to_string())))
}

/// How many conversations each list has.
pub(crate) async fn counts(app: &App, staff: &Staff) -> Result<Counts, ApiError> {
    let counts = app.store.counts(&staff.tenant.id, staff.id(), &staff.profile.work.squads).await?;
    Ok(Counts {
        mine: counts.mine,
        squads: counts.squads,
        unassigned: counts.unassigned,
        waiting: counts.waiting,
        open: counts.open,
    })
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Query(Cursor { cursor }): Query<Cursor>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let (rows, next_cursor) = rows(&app, &staff, &name, cursor.as_deref()).await?;
    Ok(Answer(Page { rows, next_cursor, counts: counts(&app, &staff).await? }))
}

async fn squads(staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let settings = staff.tenant.settings();
    let squads = settings.squads.iter().map(|squad| Named { id: squad.id.clone(), name: squad.name.clone() });
    Ok(Answer(squads.collect::<Vec<_>>()))
}

async fn agents(staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    Ok(Answer(staff.tenant.desk.statuses()))
}

async fn tickets(
    State(app): State<App>,
    staff: Staff,
    Query(Status { status }): Query<Status>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let page = app.store.tickets(&staff.tenant.id, status.as_deref(), None, PAGE).await?;
    let mut tickets = vec![];
    for row in &page.rows {
        tickets.push(shown(&app, &staff, row).await?);
    }
    Ok(Answer(json!({ "tickets": tickets })))
}

async fn ticket(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let not_found = || ApiError::not_found("ticket");
    let id = TicketId::parse(&id).map_err(|_| not_found())?;
    let row = app.store.ticket(&staff.tenant.id, &id).await?.ok_or_else(not_found)?;
    let mut ticket = shown(&app, &staff, &row).await?;
    let conversation = app.conversation(&staff.tenant, &row.conversation).await?;
    ticket["package"] =
        serde_json::to_value(&conversation.package).map_err(|error| ApiError::internal(&error))?;
    Ok(Answer(ticket))
}

/// A ticket is a promise over a conversation: what it is about is read there, so that it is never out of date.
async fn shown(app: &App, staff: &Staff, ticket: &TicketRow) -> Result<Value, ApiError> {
    let id: &ConversationId = &ticket.conversation;
    let conversation = app.conversation(&staff.tenant, id).await?;
    let row = row::row(&conversation);
    let done = conversation.state != Stands::Ticketed;
    Ok(json!({
        "id": ticket.ticket,
        "conversation": ticket.conversation,
        "handoff": ticket.handoff,
        "created_at_ms": ticket.created_at_ms,
        "due_at_ms": ticket.due_at_ms,
        "tag": ticket.tag,
        "overdue_since_ms": row.overdue_since_ms,
        "status": if done { "done" } else { "open" },
        "who": row.who,
        "line": row.line,
        "contact": conversation.package.customer.contact.as_ref().or(conversation.package.customer.email.as_ref()),
        "reason": row.reason,
        "tier": row.tier,
    }))
}

async fn articles(
    State(app): State<App>,
    staff: Staff,
    Query(Search { query }): Query<Search>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let knowledge = staff.tenant.knowledge();
    let query = query.filter(|query| !query.trim().is_empty());
    let articles: Vec<Value> = match query {
        None => knowledge
            .articles
            .iter()
            .map(|article| json!({ "id": article.id, "title": article.title, "language": article.language, "url": article.url }))
            .collect(),
        Some(query) => app
            .find(&knowledge, &query, None, ARTICLES_FOUND)
            .await
            .into_iter()
            .map(|hit| json!({ "id": hit.article_id, "title": hit.title, "url": hit.url, "passage": hit.passage }))
            .collect(),
    };
    Ok(Answer(json!({ "articles": articles })))
}
