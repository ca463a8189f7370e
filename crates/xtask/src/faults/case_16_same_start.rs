//! Case 16: several clients start the same conversation at the same moment.
//!
//! All get an answer, all for the same conversation; at most one is told that it made it; its log begins once,
//! and a turn that each of them sends right after is there once each.

use std::{sync::Barrier, thread};

use anyhow::Result;
use serde_json::json;

use super::{
    Run,
    api::{Answer, Api, Opened},
    oracle::{Sent, Verdict, judge},
    words,
};

/// Clients that start at once.
const CLIENTS: usize = 4;
/// Conversations per line of output.
const PER_ROUND: u32 = 25;

/// Races the starts.
pub fn provoke(run: &mut Run) -> Result<()> {
    let server = run.site.start()?;
    for (round, first) in (0..run.count).step_by(PER_ROUND as usize).enumerate() {
        let mut verdict = Verdict::default();
        for n in first..run.count.min(first + PER_ROUND) {
            let name = format!("start-{n}");
            let turns: Vec<Sent> = (0..CLIENTS)
                .map(|client| words::turn(&name, format!("{n}-{client}"), &mut run.random))
                .collect();
            verdict += start_at_once(&name, turns, &server.api)?;
        }
        run.round(round as u32 + 1, json!({"clients": CLIENTS}), verdict);
    }
    Ok(())
}

fn start_at_once(name: &str, mut turns: Vec<Sent>, api: &Api) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let barrier = Barrier::new(CLIENTS);
    let answers: Vec<Answer<Opened>> = thread::scope(|scope| {
        let start = |turn: &mut Sent| {
            barrier.wait();
            let answer = api.open_until_known(name);
            if let Answer::Kept(ack) = api.send_until_known(turn) {
                turn.ack = Some(ack);
            }
            answer
        };
        let handles: Vec<_> = turns.iter_mut().map(|turn| scope.spawn(move || start(turn))).collect();
        handles.into_iter().map(|handle| handle.join().expect("a client does not panic")).collect()
    });
    let made = answers.iter().filter(|answer| matches!(answer, Answer::Kept(opened) if opened.new)).count();
    let same =
        answers.iter().all(|answer| matches!(answer, Answer::Kept(opened) if opened.conversation == name));
    if made > 1 || !same {
        verdict.disagree(format!("{name} was made {made} times: {answers:?}"));
    }
    for turn in turns.iter().filter(|turn| turn.ack.is_none()) {
        verdict.refuse(format!("{} was not acknowledged", turn.client_id));
    }
    let log = api.log(name)?.unwrap_or_default();
    let begins = log.first().map(|first| log.iter().filter(|event| event.kind == first.kind).count());
    if begins != Some(1) {
        verdict.doubled += 1;
        verdict.note(format!("{name} begins {begins:?} times"));
    }
    verdict += judge(&turns, &log);
    Ok(verdict)
}
