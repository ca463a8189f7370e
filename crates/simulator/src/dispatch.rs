//! What the world asks of whoever decides: the product's router, or a reference that may know more.

use segue_core::ids::AtMs;
use serde_json::Value;

/// A conversation that joins the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Its number in the day.
    pub conversation: usize,
    /// The skill it needs now.
    pub skill: usize,
    /// Since when the customer waits, Unix ms of the virtual clock; kept through misses, transfers and callbacks.
    pub since_ms: AtMs,
    /// Who has missed or declined it, in order.
    pub refused_by: Vec<usize>,
}

/// Who is asked for what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// The conversation.
    pub conversation: usize,
    /// The agent.
    pub agent: usize,
    /// What had to give way for this agent to be asked.
    pub gave_way: GaveWay,
    /// The terms of the score, for the log.
    pub terms: Value,
}

/// See [`Choice::gave_way`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GaveWay {
    /// The agent may lack the skill.
    pub skill: bool,
    /// The agent may not speak the language.
    pub language: bool,
    /// The agent may be of another squad.
    pub squad: bool,
    /// The agent may be the one who refused last.
    pub again: bool,
}

/// How long is left to wait, seconds; absent while unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Half of them wait no longer.
    pub median_s: Option<f64>,
    /// Nine of ten wait no longer.
    pub high_s: Option<f64>,
}

/// See the module. Times are Unix ms of the virtual clock; conversations and agents go by their numbers in the day.
pub trait Dispatch {
    /// An agent takes conversations from now on, or no longer.
    fn on_shift(&mut self, now_ms: AtMs, agent: usize, on: bool);
    /// A conversation joins the line.
    fn wait(&mut self, now_ms: AtMs, wish: &Wish);
    /// A customer gives up, in the line or while an agent is asked.
    fn leave(&mut self, now_ms: AtMs, conversation: usize);
    /// The agent who was asked takes it.
    fn accepted(&mut self, now_ms: AtMs, conversation: usize);
    /// The agent who was asked does not answer in time; it waits again, with its age.
    fn missed(&mut self, now_ms: AtMs, conversation: usize);
    /// An agent who has missed many offers in a row acts again.
    fn responds(&mut self, _now_ms: AtMs, _agent: usize) {}
    /// The agent is done with it.
    fn finished(&mut self, now_ms: AtMs, conversation: usize);
    /// Chooses after an event, and takes the slots.
    fn decide(&mut self, now_ms: AtMs, chosen: &mut Vec<Choice>);
    /// Looks at everything anew, as time alone may change what is best.
    fn tick(&mut self, now_ms: AtMs, chosen: &mut Vec<Choice>);
    /// How long is left for one that waits.
    fn estimate(&mut self, _now_ms: AtMs, _conversation: usize) -> Option<Estimate> {
        None
    }
}
