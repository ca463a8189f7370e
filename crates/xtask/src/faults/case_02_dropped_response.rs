//! Case 2: the client's connection ends before it has read the answer, and the client sends again.
//!
//! Every second time the client waits for the first byte of the answer, so that the turn is certainly kept;
//! otherwise it leaves at a random moment after the request. Either way: one turn, and one answer for it.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use serde_json::json;

use super::{
    Run,
    api::{Answer, Api, turn_body, turn_path},
    oracle::{Sent, Verdict, judge},
    words,
};

/// Turns per conversation and per line of output.
const PER_ROUND: u32 = 20;
/// The latest moment to leave without waiting for the answer.
const LEAVE_WITHIN_US: u64 = 4_000;

/// Sends every turn twice, the first time without listening.
pub fn provoke(run: &mut Run) -> Result<()> {
    let server = run.site.start()?;
    for (round, first) in (0..run.count).step_by(PER_ROUND as usize).enumerate() {
        let conversation = format!("dropped-{round}");
        let mut verdict = Verdict::default();
        let (mut sent, mut already_kept) = (Vec::new(), 0);
        if !matches!(server.api.open_until_known(&conversation), Answer::Kept(_)) {
            verdict.refuse(format!("{conversation} could not be opened"));
        }
        for n in first..run.count.min(first + PER_ROUND) {
            let mut turn = words::turn(&conversation, format!("d{n}"), &mut run.random);
            let leave_after = Duration::from_micros(run.random.below(LEAVE_WITHIN_US));
            let wait = if n % 2 == 0 { None } else { Some(leave_after) };
            send_and_leave(&turn, &server.api, wait)?;
            already_kept += u32::from(is_kept(&turn, &server.api)?);
            answer_again(&mut turn, &server.api, &mut verdict);
            sent.push(turn);
        }
        verdict += judge(&sent, &server.api.log(&conversation)?.unwrap_or_default());
        run.round(round as u32 + 1, json!({"already_kept": already_kept, "sent": sent.len()}), verdict);
    }
    Ok(())
}

/// Retries twice: both answers exist and are the same.
fn answer_again(turn: &mut Sent, api: &Api, verdict: &mut Verdict) {
    let name = turn.client_id.clone();
    match (api.send_until_known(turn), api.send_until_known(turn)) {
        (Answer::Kept(one), Answer::Kept(two)) => {
            turn.ack = Some(one);
            if one != two {
                verdict.disagree(format!("{name} was acknowledged as {one:?}, then as {two:?}"));
            }
        }
        (one, two) => verdict.refuse(format!("retrying {name} answered {one:?}, then {two:?}")),
    }
}

fn is_kept(turn: &Sent, api: &Api) -> Result<bool> {
    let log = api.log(&turn.conversation)?.unwrap_or_default();
    Ok(log.iter().any(|event| event.client_id() == Some(&turn.client_id)))
}

/// Writes the whole request, then closes: after `wait`, or with the first byte of the answer where it is absent.
fn send_and_leave(turn: &Sent, api: &Api, wait: Option<Duration>) -> Result<()> {
    let body = turn_body(turn).to_string();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        turn_path(turn),
        api.address,
        api.key,
        body.len(),
    );
    let mut stream = TcpStream::connect(&api.address).context("could not connect")?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request.as_bytes())?;
    match wait {
        Some(time) => thread::sleep(time),
        None => stream.read_exact(&mut [0]).context("no answer came")?,
    }
    // The other side may have closed first; we leave either way.
    let _ = stream.shutdown(Shutdown::Both);
    Ok(())
}
