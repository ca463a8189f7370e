//! Case 15: the same client id arrives on two connections at once.
//!
//! With the same words both get the same answer and the turn is there once. With other words exactly one is
//! kept, and the other is refused with 409 `client_id_reused`, however close the race. One node is running, so
//! this covers two connections; two nodes come with the second storage engine.

use std::{sync::Barrier, thread};

use anyhow::Result;
use serde_json::json;

use super::{
    Run,
    api::{Answer, Api},
    oracle::{Ack, Sent, Verdict, judge},
    words,
};

/// Client ids per conversation and per line of output.
const PER_ROUND: u32 = 50;
/// What a reused client id is refused with.
const REUSED: (u16, &str) = (409, "client_id_reused");

/// Races pairs of requests.
pub fn provoke(run: &mut Run) -> Result<()> {
    let server = run.site.start()?;
    for (round, first) in (0..run.count).step_by(PER_ROUND as usize).enumerate() {
        let conversation = format!("twice-{round}");
        let mut verdict = Verdict::default();
        let mut sent = Vec::new();
        if !matches!(server.api.open_until_known(&conversation), Answer::Kept(_)) {
            verdict.refuse(format!("{conversation} could not be opened"));
        }
        for n in first..run.count.min(first + PER_ROUND) {
            let turn = words::turn(&conversation, format!("s{n}"), &mut run.random);
            let other = Sent { text: format!("Other words. {}", turn.text), ..turn.clone() };
            sent.push(if n % 3 == 2 {
                race_other_words(turn, other, &server.api, &mut verdict)
            } else {
                race_same_words(turn, &other, &server.api, &mut verdict)
            });
        }
        verdict += judge(&sent, &server.api.log(&conversation)?.unwrap_or_default());
        run.round(round as u32 + 1, json!({"sent": sent.len()}), verdict);
    }
    Ok(())
}

/// Twice the same turn at once; then the same id with other words.
fn race_same_words(mut turn: Sent, other: &Sent, api: &Api, verdict: &mut Verdict) -> Sent {
    match at_once(&turn, &turn, api) {
        (Answer::Kept(one), Answer::Kept(two)) => {
            turn.ack = Some(one);
            if one != two {
                verdict.disagree(format!("{} was acknowledged as {one:?} and as {two:?}", turn.client_id));
            }
        }
        (one, two) => {
            verdict.refuse(format!("{} twice at once answered {one:?} and {two:?}", turn.client_id))
        }
    }
    let late = api.send_until_known(other);
    if !is_reused(&late) {
        verdict.refuse(format!("{} with other words answered {late:?}, not 409", turn.client_id));
    }
    turn
}

/// The same id with different words at once: one wins. Returns the winner.
fn race_other_words(mut turn: Sent, mut other: Sent, api: &Api, verdict: &mut Verdict) -> Sent {
    match at_once(&turn, &other, api) {
        (Answer::Kept(ack), refused) if is_reused(&refused) => {
            turn.ack = Some(ack);
            turn
        }
        (refused, Answer::Kept(ack)) if is_reused(&refused) => {
            other.ack = Some(ack);
            other
        }
        (one, two) => {
            let name = &turn.client_id;
            verdict.refuse(format!("{name} with different words at once answered {one:?} and {two:?}"));
            turn
        }
    }
}

fn at_once(one: &Sent, two: &Sent, api: &Api) -> (Answer<Ack>, Answer<Ack>) {
    let barrier = Barrier::new(2);
    let send = |turn: &Sent| {
        barrier.wait();
        api.send_until_known(turn)
    };
    thread::scope(|scope| {
        let first = scope.spawn(|| send(one));
        let second = send(two);
        (first.join().expect("a sender does not panic"), second)
    })
}

fn is_reused(answer: &Answer<Ack>) -> bool {
    matches!(answer, Answer::Refused(status, code) if (*status, code.as_str()) == REUSED)
}
