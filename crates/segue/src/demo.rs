//! The demo: two fictional organisations with people, knowledge and squads, and customers who chat live.
//!
//! Simulated people use the same commands as real ones and hold no power that those lack.

mod colleagues;
mod content;
mod customers;

use std::{collections::HashMap, sync::Arc};

use segue_server::{ApiError, App, Demo, DemoAccount, DemoLoader, DemoSite, NewOrganisation, Tenant};
use serde_json::{Value, json};

use content::{Customer, World};

/// Everybody's password in the demo; no secret.
const PASSWORD: &str = "segue-demo-2026";

/// How much goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Life {
    /// Customers come and colleagues answer.
    Lively,
    /// Nobody but the visitor.
    Quiet,
    /// Lively, once somebody loads the demo from the set-up page.
    WhenAsked,
}

/// Loads the demo into a server.
pub fn loader(life: Life) -> DemoLoader {
    DemoLoader(Arc::new(move |app| Box::pin(load(app, life))))
}

async fn load(app: App, life: Life) -> Result<Demo, ApiError> {
    let mut demo = Demo::default();
    for name in ["tidewater", "fernlight"] {
        let world = World::read(name).map_err(|error| ApiError::internal(&error))?;
        let tenant = install(&app, &world).await?;
        offer(&mut demo, &world);
        if life != Life::Quiet {
            let world = Arc::new(world);
            app.spawn(colleagues::run(app.clone(), tenant.clone(), world.clone()));
            app.spawn(customers::run(app.clone(), tenant, world));
        }
    }
    Ok(demo)
}

async fn install(app: &App, world: &World) -> Result<Arc<Tenant>, ApiError> {
    if let Ok(tenant) = app.tenant(&world.organisation.id) {
        return Ok(tenant);
    }
    let agents = world.agents.iter().map(|agent| (agent.profile.clone(), PASSWORD.to_owned()));
    let new = NewOrganisation {
        settings: world.organisation.clone(),
        agents: agents.collect(),
        articles: world.articles.clone(),
    };
    app.install(new).await
}

fn offer(demo: &mut Demo, world: &World) {
    let organisation = &world.organisation;
    let visible = world.agents.iter().filter(|agent| !agent.simulated);
    demo.accounts.extend(visible.map(|agent| {
        DemoAccount {
            name: agent.profile.name.clone(),
            email: agent.profile.email.clone(),
            password: PASSWORD.to_owned(),
            organisation: organisation.name.clone(),
            role: serde_json::to_value(agent.profile.role)
                .ok()
                .and_then(|role| role.as_str().map(str::to_owned))
                .unwrap_or_default(),
            about: agent.about.clone(),
        }
    }));
    for site in &organisation.sites {
        demo.sites.push(DemoSite {
            name: organisation.name.clone(),
            url: format!("/demo/{}/", site.key),
            organisation: organisation.id.clone(),
            about: organisation.greeting.clone(),
        });
        let signed_in = world.customers.iter().find(|customer| customer.verified);
        if let Some(customer) = signed_in {
            demo.identities.insert(site.key.clone(), claims(customer));
        }
    }
}

/// What the organisation's own server would sign for its customer.
fn claims(customer: &Customer) -> Value {
    let mut claims: HashMap<&str, Value> = HashMap::new();
    let attributes = serde_json::to_value(&customer.attributes).unwrap_or_default();
    claims.insert("sub", json!(customer.id));
    claims.insert("name", json!(customer.name));
    claims.insert("email", json!(customer.email));
    claims.insert("tier", json!(customer.tier));
    claims.insert("company", json!(customer.company));
    claims.insert("time_zone", json!(customer.time_zone));
    claims.insert("attributes", attributes);
    json!(claims)
}
