//! What is known of when humans were needed, as examples to learn from.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::{Context, Result};
use segue_core::{
    backtest::{Past, history},
    context::Role,
    event::Body,
    ids::OrganisationId,
};
use segue_server::{
    App,
    backtest::{History, Log},
};
use serde_json::{Value, json};
use tokio::runtime::Handle;

/// Writes the labelled conversations; the answer is how many there are, and how many of them needed a human.
pub(super) fn write(
    app: &App,
    organisation: &OrganisationId,
    runtime: &Handle,
    to: &Path,
) -> Result<(u64, u64)> {
    let file = File::create_new(to)
        .with_context(|| format!("{} cannot be written; it must not exist yet", to.display()))?;
    let mut file = BufWriter::new(file);
    let (mut conversations, mut needed) = (0, 0);
    let (scanned, past) = Log { store: app.store(), organisation, since_ms: i64::MIN, runtime }.open();
    for conversation in scanned {
        let past = past(conversation?)?;
        let Some(label) = past.label else { continue };
        let turns = turns(&past, label.needed_at);
        if turns.is_empty() {
            continue;
        }
        writeln!(file, "{}", json!({ "id": past.conversation, "source": label.source, "turns": turns }))?;
        conversations += 1;
        needed += u64::from(label.needed_at.is_some());
    }
    file.flush()?;
    Ok((conversations, needed))
}

/// What was said until a human took over. The turns that a model is asked about carry the label.
fn turns(past: &Past, needed_at: Option<u32>) -> Vec<Value> {
    let mut turns = vec![];
    for event in history::before_handoff(&past.events) {
        let Body::TurnReceived { turn, role, content, .. } = &event.body else { continue };
        let Some(content) = content.known() else { continue };
        let (role, judged) = match role {
            Role::Customer => ("customer", true),
            Role::Assistant => ("assistant", false),
            Role::Agent | Role::System => ("action", false),
        };
        let mut said = json!({ "role": role, "text": content.text });
        if judged {
            said["needs_human"] = needed_at.is_some_and(|needed| *turn >= needed).into();
        }
        turns.push(said);
    }
    turns
}
