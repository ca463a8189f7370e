//! Simulated customers: they come, ask, wait, answer and rate.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rand::{RngExt, seq::IndexedRandom};
use segue_core::{
    command::Command,
    context::Role,
    conversation::Conversation,
    handoff::State,
    ids::{AtMs, ConversationId},
};
use segue_server::{ApiError, App, NewVisitor, Said, SeenPage, Submit, Tenant};

use super::{
    claims,
    colleagues::around,
    content::{Customer, World},
};

/// How often a customer looks at the screen.
const LOOK_EVERY: Duration = Duration::from_millis(800);
/// A customer who gets no answer in this time goes away.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Since when a customer is here or was, Unix ms, and whether they still are.
type Visits = Arc<Mutex<HashMap<String, (AtMs, bool)>>>;

/// Lets customers of an organisation come until the server stops.
pub async fn run(app: App, tenant: Arc<Tenant>, world: Arc<World>) {
    let stop = app.stopping();
    let visits: Visits = Arc::default();
    let mut first = 3;
    loop {
        if let Some(customer) = next(&app, &world, &visits) {
            let (app, tenant, world) = (app.clone(), tenant.clone(), world.clone());
            let visits = visits.clone();
            app.clone().spawn(async move {
                let id = customer.id.clone();
                let stop = app.stopping();
                let visit = tokio::time::timeout(PATIENCE, visit(&app, &tenant, &world, &customer));
                tokio::select! {
                    () = stop.cancelled() => {}
                    result = visit => if let Ok(Err(error)) = result {
                        tracing::debug!(customer = id, code = error.code, "a simulated customer gave up");
                    }
                }
                let mut visits = visits.lock().unwrap_or_else(PoisonError::into_inner);
                visits.insert(id, (app.now_ms(), false));
            });
        }
        // The first customers come at once, so that the workspace is alive when it is opened.
        let gap_s = match first {
            0 => -(1.0 - rand::rng().random::<f64>()).ln() * 60.0 / world.pace.arrivals_per_minute,
            _ => 2.0,
        };
        first = u32::saturating_sub(first, 1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs_f64(gap_s.clamp(0.5, 180.0))) => {}
        }
    }
}

/// A customer who is not here and has rested, unless the house is full.
fn next(app: &App, world: &World, visits: &Visits) -> Option<Customer> {
    let mut visits = visits.lock().unwrap_or_else(PoisonError::into_inner);
    let here = visits.values().filter(|(_, here)| *here).count();
    if here >= world.pace.live_max {
        return None;
    }
    let rested = |customer: &&Customer| {
        visits.get(&customer.id).is_none_or(|(since_ms, here)| {
            !here && app.now_ms() - since_ms > (world.pace.rest_s * 1000.0) as AtMs
        })
    };
    let ready: Vec<&Customer> = world.customers.iter().filter(rested).collect();
    let customer = (*ready.choose(&mut rand::rng())?).clone();
    visits.insert(customer.id.clone(), (app.now_ms(), true));
    Some(customer)
}

async fn visit(app: &App, tenant: &Arc<Tenant>, world: &World, customer: &Customer) -> Result<(), ApiError> {
    let site = world.organisation.sites.first().map(|site| site.key.clone()).unwrap_or_default();
    let identity = customer.verified.then(|| app.sign_identity(tenant, &claims(customer))).transpose()?;
    let page = customer.page.as_ref().map(|page| SeenPage {
        url: page.url.clone(),
        title: page.title.clone(),
        errors: 0,
    });
    let visitor = NewVisitor {
        site,
        client_id: customer.id.clone(),
        language: Some(customer.language.clone()),
        time_zone: customer.time_zone.clone(),
        page,
        identity,
    };
    let (tenant, id, _) = app.open_visitor(&visitor).await?;
    pause(world.pace.first_line_s).await;
    for line in &customer.lines {
        let now = app.conversation(&tenant, &id).await?;
        if now.state.waits() || now.state == State::Human {
            break;
        }
        say(app, &tenant, &id, line).await?;
        until(app, &tenant, &id, |now| !customer_spoke_last(now) || !now.state.assistant_speaks()).await?;
        pause(world.pace.line_gap_s).await;
    }
    let now = app.conversation(&tenant, &id).await?;
    if now.state == State::Proposed {
        app.submit(&tenant, &id, Submit::default(), |_| Command::AnswerProposal { accept: true }).await?;
    }
    talk(app, &tenant, world, customer, &id).await
}

/// With a human, if one comes.
async fn talk(
    app: &App,
    tenant: &Arc<Tenant>,
    world: &World,
    customer: &Customer,
    id: &ConversationId,
) -> Result<(), ApiError> {
    let mut answers = customer.with_agent.iter();
    loop {
        let moved = |now: &Conversation| {
            let spoken_to = now.package.transcript.last().is_some_and(|turn| turn.role == Role::Agent);
            spoken_to && now.state == State::Human || !now.state.waits() && now.state != State::Human
        };
        let now = until(app, tenant, id, moved).await?;
        if now.state != State::Human {
            break;
        }
        let Some(answer) = answers.next() else {
            until(app, tenant, id, |now| now.state != State::Human).await?;
            break;
        };
        pause(world.pace.with_agent_gap_s).await;
        say(app, tenant, id, answer).await?;
    }
    let now = app.conversation(tenant, id).await?;
    if let (Some(score), State::WrapUp | State::Resolved) = (customer.rating, now.state) {
        pause(5.0).await;
        let rate = |_: &_| Command::Rate { score, comment: String::new() };
        app.submit(tenant, id, Submit::default(), rate).await?;
    }
    Ok(())
}

fn customer_spoke_last(now: &Conversation) -> bool {
    now.package.transcript.last().is_some_and(|turn| turn.role == Role::Customer)
}

async fn until(
    app: &App,
    tenant: &Arc<Tenant>,
    id: &ConversationId,
    reached: impl Fn(&Conversation) -> bool,
) -> Result<Arc<Conversation>, ApiError> {
    loop {
        let now = app.conversation(tenant, id).await?;
        if reached(&now) {
            return Ok(now);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn pause(mean_s: f64) {
    tokio::time::sleep(Duration::from_secs_f64(around(mean_s))).await;
}

async fn say(app: &App, tenant: &Arc<Tenant>, id: &ConversationId, line: &str) -> Result<(), ApiError> {
    let said = Said {
        role: Role::Customer,
        agent: None,
        client_id: None,
        text: line.to_owned(),
        confidence: None,
        citations: vec![],
    };
    app.speak(tenant, id, said, Submit::default()).await?;
    Ok(())
}
