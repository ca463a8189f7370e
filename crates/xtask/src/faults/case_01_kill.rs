//! Case 1: the server is killed at a random moment while several clients send.
//!
//! Each round starts the server on what the last kill left, checks that everything acknowledged is there, lets
//! the clients go on (first with what was never acknowledged, under the same client ids), and kills again after
//! a random number of acknowledgements. The end heals: every turn is acknowledged, then every log is judged.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use serde_json::json;

use super::{
    Run,
    api::{Answer, Api},
    oracle::{Sent, Verdict, judge},
    random::Random,
    words,
};

const WORKERS: usize = 6;
/// Conversations that get new turns; the oldest makes room for a new one.
const ACTIVE: usize = 8;
/// The most acknowledgements before a kill.
const ACKS_MAX: u64 = 120;
/// The longest a round may wait for its acknowledgements before it kills all the same.
const ROUND_WITHIN: Duration = Duration::from_secs(20);
/// How long healing may take at the end.
const HEAL_WITHIN: Duration = Duration::from_secs(60);
/// Acknowledged turns that each worker sends once more at the start of a round.
const REPLAYS: usize = 3;

/// What all workers of a round see.
struct Round<'a> {
    api: Api,
    stop: AtomicBool,
    acks: AtomicU64,
    active: &'a Mutex<Vec<String>>,
}

impl Round<'_> {
    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}

/// A client with a memory: everything it sent, and what came back.
struct Worker {
    name: String,
    random: Random,
    sent: Vec<Sent>,
    /// A conversation it is opening; tried again until it is acknowledged.
    opening: Option<String>,
    opened: u64,
}

/// Runs the rounds, heals and judges.
pub fn provoke(run: &mut Run) -> Result<()> {
    let active = Mutex::new(Vec::new());
    let mut workers: Vec<Worker> = (0..WORKERS).map(|n| Worker::new(n, &mut run.random)).collect();
    for round in 1..=run.count {
        let mut server = run.site.start()?;
        let mut verdict = look_back(&workers, &lock(&active), &server.api)?;
        let target = 1 + run.random.below(ACKS_MAX);
        let jitter = Duration::from_micros(run.random.below(5_000));
        let shared = Round { api: server.api.clone(), stop: false.into(), acks: 0.into(), active: &active };
        thread::scope(|scope| -> Result<()> {
            let handles: Vec<_> =
                workers.iter_mut().map(|worker| scope.spawn(|| worker.work(&shared))).collect();
            let start = Instant::now();
            while shared.acks.load(Relaxed) < target && start.elapsed() < ROUND_WITHIN {
                thread::sleep(Duration::from_micros(200));
            }
            thread::sleep(jitter);
            let killed = server.kill();
            shared.stop.store(true, Relaxed);
            handles.into_iter().for_each(|handle| verdict += handle.join().expect("a worker does not panic"));
            killed
        })?;
        let unanswered: usize = workers.iter().map(|worker| worker.unanswered().count()).sum();
        let acks = shared.acks.load(Relaxed);
        if acks == 0 {
            verdict.refuse(format!("nothing was acknowledged within {} s", ROUND_WITHIN.as_secs()));
        }
        let told = json!({"ready_ms": server.ready_ms, "acks_before_kill": acks, "unanswered": unanswered});
        verdict.acknowledged = acks;
        run.round(round, told, verdict);
    }
    heal(run, &mut workers, &active)
}

/// Right after a restart, before anything is sent again: is everything acknowledged still there?
fn look_back(workers: &[Worker], active: &[String], api: &Api) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let by_conversation = by_conversation(workers);
    for conversation in active {
        let sent = by_conversation.get(conversation.as_str()).cloned().unwrap_or_default();
        match api.log(conversation)? {
            Some(log) => verdict += judge(sent, &log),
            None => {
                verdict.lost += 1;
                verdict.note(format!("conversation {conversation} was acknowledged and is not there"));
            }
        }
    }
    Ok(verdict)
}

/// Starts once more, gets every turn acknowledged, and judges every conversation.
fn heal(run: &mut Run, workers: &mut [Worker], active: &Mutex<Vec<String>>) -> Result<()> {
    let server = run.site.start()?;
    let deadline = Instant::now() + HEAL_WITHIN;
    let mut verdict = Verdict::default();
    let shared = Round { api: server.api.clone(), stop: false.into(), acks: 0.into(), active };
    for worker in workers.iter_mut() {
        while worker.unanswered().next().is_some() && Instant::now() < deadline {
            verdict += worker.retry(&shared);
        }
        for turn in worker.unanswered() {
            verdict.refuse(format!("{} is not acknowledged after healing", turn.client_id));
        }
    }
    // Turns were counted when they were acknowledged; the judge counts them all once more at the end.
    run.verdict.acknowledged = 0;
    let by_conversation = by_conversation(workers);
    let conversations: Vec<String> = by_conversation.keys().map(|name| (*name).to_owned()).collect();
    verdict += look_back(workers, &conversations, &server.api)?;
    let told = json!({"healed": true, "ready_ms": server.ready_ms, "conversations": conversations.len()});
    run.round(run.count + 1, told, verdict);
    Ok(())
}

fn by_conversation(workers: &[Worker]) -> BTreeMap<&str, Vec<&Sent>> {
    let mut map: BTreeMap<&str, Vec<&Sent>> = BTreeMap::new();
    for turn in workers.iter().flat_map(|worker| &worker.sent) {
        map.entry(&turn.conversation).or_default().push(turn);
    }
    map
}

impl Worker {
    fn new(number: usize, random: &mut Random) -> Self {
        Self { name: format!("w{number}"), random: random.fork(), sent: Vec::new(), opening: None, opened: 0 }
    }

    fn unanswered(&self) -> impl Iterator<Item = &Sent> {
        self.sent.iter().filter(|turn| turn.ack.is_none())
    }

    /// Until the server dies: what was never acknowledged, a few replays, then new turns.
    fn work(&mut self, round: &Round) -> Verdict {
        let mut verdict = self.retry(round);
        verdict += self.replay(round);
        // One conversation in every sixth worker's round on average: old ones end, new ones begin.
        if self.random.below(WORKERS as u64) == 0 || lock(round.active).is_empty() {
            self.opened += 1;
            self.opening.get_or_insert(format!("{}-c{}", self.name, self.opened));
        }
        while !round.stopped() {
            verdict += self.open(round);
            let Some(conversation) = self.choose(round) else { continue };
            let client_id = format!("{}-t{}", self.name, self.sent.len());
            self.sent.push(words::turn(&conversation, client_id, &mut self.random));
            let last = self.sent.len() - 1;
            verdict += self.send(last, round);
        }
        verdict
    }

    fn choose(&mut self, round: &Round) -> Option<String> {
        let active = lock(round.active);
        if active.is_empty() { None } else { Some(self.random.pick(&active).clone()) }
    }

    /// Opens the conversation that this worker is about to add, if any.
    fn open(&mut self, round: &Round) -> Verdict {
        let mut verdict = Verdict::default();
        let Some(name) = self.opening.clone() else { return verdict };
        match round.api.open(&name) {
            Answer::Kept(opened) if opened.conversation == name => {
                self.opening = None;
                let mut active = lock(round.active);
                if active.len() == ACTIVE {
                    active.remove(0);
                }
                active.push(name);
            }
            Answer::Kept(opened) => {
                verdict.disagree(format!("asked for {name}, got {}", opened.conversation))
            }
            Answer::Unknown(_) => pause(),
            Answer::Refused(status, code) => {
                verdict.refuse(format!("opening {name} answered {status} {code}"))
            }
        }
        verdict
    }

    /// Sends again, under the same client id, whatever was never acknowledged.
    fn retry(&mut self, round: &Round) -> Verdict {
        let mut verdict = Verdict::default();
        for at in 0..self.sent.len() {
            if self.sent[at].ack.is_none() && !round.stopped() {
                verdict += self.send(at, round);
            }
        }
        verdict
    }

    /// Sends a few acknowledged turns once more: the answer has to be the first one.
    fn replay(&mut self, round: &Round) -> Verdict {
        let mut verdict = Verdict::default();
        for _ in 0..REPLAYS.min(self.sent.len()) {
            let turn = self.random.pick(&self.sent).clone();
            let Some(first) = turn.ack else { continue };
            match round.api.send(&turn) {
                Answer::Kept(again) if again != first => {
                    verdict.disagree(format!(
                        "{} was acknowledged as {first:?}, then as {again:?}",
                        turn.client_id
                    ));
                }
                Answer::Refused(status, code) => {
                    verdict.refuse(format!("replaying {} answered {status} {code}", turn.client_id));
                }
                Answer::Kept(_) | Answer::Unknown(_) => {}
            }
        }
        verdict
    }

    fn send(&mut self, at: usize, round: &Round) -> Verdict {
        let mut verdict = Verdict::default();
        let turn = &mut self.sent[at];
        match round.api.send(turn) {
            Answer::Kept(ack) => {
                turn.ack = Some(ack);
                round.acks.fetch_add(1, Relaxed);
            }
            Answer::Unknown(_) => pause(),
            Answer::Refused(status, code) => {
                verdict.refuse(format!("{} answered {status} {code}", turn.client_id));
                pause();
            }
        }
        verdict
    }
}

/// Keeps a client from asking a dead or busy server in a tight loop.
fn pause() {
    thread::sleep(Duration::from_millis(10));
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
