//! What people and machines do, as seen from outside: random, often wrong, often late.

use proptest::{collection::vec, prelude::*, sample::select};
use segue_core::{
    command::Command,
    context::{ArticleRef, Baseline, Cited, Customer, Page, Role, Usual},
    conversation::Conversation,
    event::AssistantKind,
    handoff::{Deadline, Disposition, State, Timing},
    ids::{AgentId, AtMs, CustomerId, SquadId},
    reading::Repeat,
};

use super::words::{self, Said};

/// The agents of the world.
pub const AGENTS: [&str; 3] = ["maya", "jonas", "lena"];

/// One act. Agents are meant by their place in [`AGENTS`]; `late` acts carry an epoch that has passed.
#[derive(Clone, Debug)]
pub enum Act {
    /// Nothing happens for a while, ms.
    Wait(AtMs),
    /// Squads get or lose everybody who could come.
    Cover(bool),
    CustomerSpeaks(Said),
    AssistantSpeaks(Said),
    AgentSpeaks(usize, Said),
    SystemSpeaks(Said),
    Recorded(Role, Said),
    PressButton,
    AnswerProposal(bool),
    LeaveContact,
    Rate(u8),
    Note(usize),
    SuggestArticles,
    Reread(u32, u32),
    Measure(u32),
    WordSummary(u32, u32),
    Identify,
    SeePage(bool),
    OpenAgain,
    Offer(usize, Late),
    /// The customer chooses the slot of this place among those on offer, or a time that nobody offers.
    Book(usize, bool),
    CancelCallback,
    KeepWaiting,
    /// A lead closes or opens everything, for some hours from now.
    Override(bool, i64),
    CheckHours,
    Accept(Who, Late),
    Decline(Who, Late),
    NobodyTakes,
    Take(usize),
    Assign(usize),
    Join(Who, Late),
    Resolve(Who, Late, Disposition),
    Finish(Who, Late),
    Return(Who, Late),
    Transfer(Who, Late, Option<&'static str>, Option<usize>),
    AgentGone(Who),
    /// The sweeper finds the deadline passed; `Late`: it looks at one that no longer stands.
    Deadline(Late),
}

/// Whether an act carries an epoch, or a deadline, of the past.
pub type Late = bool;

/// The agent who holds the conversation, or any.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    Holder,
    Any(usize),
}

/// A sequence of acts.
pub fn acts(most: usize) -> impl Strategy<Value = Vec<Act>> {
    vec(act(), 1..most)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => talk(),
        3 => around(),
        3 => later(),
        6 => handling(),
        2 => any::<bool>().prop_map(Act::Deadline),
    ]
}

fn talk() -> impl Strategy<Value = Act> {
    let role = select(vec![Role::Customer, Role::Assistant, Role::Agent, Role::System]);
    prop_oneof![
        4 => words::said().prop_map(Act::CustomerSpeaks),
        1 => words::request().prop_map(Act::CustomerSpeaks),
        4 => words::said().prop_map(Act::AssistantSpeaks),
        3 => (agent(), words::said()).prop_map(|(agent, said)| Act::AgentSpeaks(agent, said)),
        1 => words::said().prop_map(Act::SystemSpeaks),
        1 => (role, words::said()).prop_map(|(role, said)| Act::Recorded(role, said)),
    ]
}

fn around() -> impl Strategy<Value = Act> {
    prop_oneof![
        select(vec![0, 1_000, 15_000, 20_000, 60_000, 600_000, 2_000_000]).prop_map(Act::Wait),
        any::<bool>().prop_map(Act::Cover),
        Just(Act::PressButton),
        any::<bool>().prop_map(Act::AnswerProposal),
        Just(Act::LeaveContact),
        (0_u8..7).prop_map(Act::Rate),
        agent().prop_map(Act::Note),
        Just(Act::SuggestArticles),
        Just(Act::Identify),
        any::<bool>().prop_map(Act::SeePage),
        (0..6_u32, 0..6_u32).prop_map(|(turn, earlier)| Act::Reread(turn, earlier)),
        (0..9_u32).prop_map(Act::Measure),
        (0..4_u32, 0..6_u32).prop_map(|(turn, until)| Act::WordSummary(turn, until)),
        Just(Act::OpenAgain),
    ]
}

fn later() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..8_usize, any::<bool>()).prop_map(|(n, offered)| Act::Book(n, offered || n > 0)),
        1 => Just(Act::CancelCallback),
        1 => Just(Act::KeepWaiting),
        2 => (any::<bool>(), select(vec![1_i64, 9, 300])).prop_map(|(open, hours)| Act::Override(open, hours)),
        2 => Just(Act::CheckHours),
        1 => select(vec![3_600_000_i64, 36_000_000, 200_000_000]).prop_map(Act::Wait),
    ]
}

fn handling() -> impl Strategy<Value = Act> {
    let squad = select(vec![None, Some("general"), Some("billing"), Some("nowhere")]);
    let to = select(vec![None, Some(0), Some(1), Some(2)]);
    prop_oneof![
        5 => (agent(), late()).prop_map(|(agent, late)| Act::Offer(agent, late)),
        4 => (who(), late()).prop_map(|(who, late)| Act::Accept(who, late)),
        2 => (who(), late()).prop_map(|(who, late)| Act::Decline(who, late)),
        1 => Just(Act::NobodyTakes),
        1 => agent().prop_map(Act::Take),
        1 => agent().prop_map(Act::Assign),
        2 => (who(), late()).prop_map(|(who, late)| Act::Join(who, late)),
        2 => (who(), late(), select(vec![Disposition::Solved, Disposition::NoAnswer]))
            .prop_map(|(who, late, how)| Act::Resolve(who, late, how)),
        1 => (who(), late()).prop_map(|(who, late)| Act::Finish(who, late)),
        1 => (who(), late()).prop_map(|(who, late)| Act::Return(who, late)),
        1 => (who(), late(), squad, to).prop_map(|(who, late, squad, to)| Act::Transfer(who, late, squad, to)),
        1 => who().prop_map(Act::AgentGone),
    ]
}

fn agent() -> impl Strategy<Value = usize> {
    0..AGENTS.len()
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![3 => Just(Who::Holder), 1 => agent().prop_map(Who::Any)]
}

fn late() -> impl Strategy<Value = Late> {
    prop_oneof![4 => Just(false), 1 => Just(true)]
}

/// The id of an agent.
pub fn agent_id(agent: usize) -> AgentId {
    AgentId::parse(AGENTS[agent]).unwrap()
}

impl Act {
    /// Whether it carries an epoch of the past.
    pub fn is_late(&self) -> bool {
        matches!(
            self,
            Act::Offer(_, true)
                | Act::Accept(_, true)
                | Act::Decline(_, true)
                | Act::Join(_, true)
                | Act::Resolve(_, true, _)
                | Act::Finish(_, true)
                | Act::Return(_, true)
                | Act::Transfer(_, true, ..)
        )
    }

    /// As a command to the conversation as it stands; `None` for acts of the world around it.
    pub fn command(&self, conversation: &Conversation, now_ms: AtMs) -> Option<Command> {
        let command = match self.clone() {
            Act::Wait(_) | Act::Cover(_) | Act::Override(..) | Act::Book(..) => return None,
            Act::CancelCallback => Command::CancelCallback,
            Act::KeepWaiting => Command::KeepWaiting,
            Act::CheckHours => Command::CheckHours,
            Act::CustomerSpeaks(said) => Command::Speak(said.by(Role::Customer, now_ms)),
            Act::AssistantSpeaks(said) => Command::Speak(said.by(Role::Assistant, now_ms)),
            Act::SystemSpeaks(said) => Command::Speak(said.by(Role::System, now_ms)),
            Act::AgentSpeaks(agent, said) => {
                let mut spoken = said.by(Role::Agent, now_ms);
                spoken.agent = Some(agent_id(agent));
                Command::Speak(spoken)
            }
            Act::Recorded(role, said) => Command::Record(said.by(role, now_ms)),
            Act::PressButton => Command::RequestHuman,
            Act::AnswerProposal(accept) => Command::AnswerProposal { accept },
            Act::LeaveContact => Command::LeaveContact { address: "sam@ortiz.example".into() },
            Act::Rate(score) => Command::Rate { score, comment: "fine".into() },
            Act::Note(agent) => {
                Command::AddNote { agent: agent_id(agent), client_id: None, text: "Called.".into() }
            }
            Act::SuggestArticles => Command::SuggestArticles {
                articles: vec![ArticleRef { id: "refunds".into(), title: "Refunds".into(), url: None }],
            },
            Act::Identify => Command::Identify { profile: profile() },
            Act::WordSummary(turn, until) => {
                Command::WordSummary { lines: vec![Cited { text: "In short.".into(), turn }], until }
            }
            Act::Measure(recent) => {
                let customer = Usual { recent, expected: 0.5, hours: 24 };
                Command::Measure { baseline: Baseline { customer, area: None } }
            }
            Act::Reread(turn, earlier) => {
                Command::Reread { turn, repeats: Repeat { turn: earlier, similarity: 0.9 } }
            }
            Act::SeePage(cancel) => Command::SeePage { page: page(cancel, now_ms) },
            Act::OpenAgain => open(AssistantKind::External),
            act => return act.handling(conversation),
        };
        Some(command)
    }

    fn handling(self, conversation: &Conversation) -> Option<Command> {
        let epoch = |late: Late| if late { conversation.epoch.saturating_sub(1) } else { conversation.epoch };
        let id = |who: Who| match who {
            Who::Holder => conversation.agent().cloned().unwrap_or_else(|| agent_id(0)),
            Who::Any(agent) => agent_id(agent),
        };
        let command = match self {
            Act::Offer(agent, late) => {
                let why = "billing 5, en, 0 of 4 chats".into();
                Command::Offer { agent: agent_id(agent), epoch: epoch(late), why, limit: 4 }
            }
            Act::Accept(who, late) => Command::Accept { agent: id(who), epoch: epoch(late) },
            Act::Decline(who, late) => Command::Decline { agent: id(who), epoch: epoch(late) },
            Act::NobodyTakes => Command::NobodyTakes { epoch: conversation.epoch },
            Act::Assign(agent) => Command::Assign { agent: agent_id(agent) },
            Act::Take(agent) => Command::Take { agent: agent_id(agent), limit: 4 },
            Act::Join(who, late) => Command::Join { agent: id(who), epoch: epoch(late) },
            Act::Resolve(who, late, disposition) => Command::Resolve {
                agent: id(who),
                epoch: epoch(late),
                disposition,
                timing: Timing::Right,
                note: if disposition == Disposition::NoAnswer { "Rang twice.".into() } else { String::new() },
            },
            Act::Finish(who, late) => Command::Finish { agent: id(who), epoch: epoch(late) },
            Act::Return(who, late) => {
                Command::Return { agent: id(who), epoch: epoch(late), summary: "Card updated.".into() }
            }
            Act::Transfer(who, late, squad, to) => Command::Transfer {
                agent: id(who),
                epoch: epoch(late),
                squad: squad.map(|id| SquadId::parse(id).unwrap()),
                to: to.map(agent_id),
                reason: "needs billing".into(),
            },
            Act::AgentGone(who) => Command::AgentGone { agent: id(who) },
            Act::Deadline(late) => Command::DeadlinePassed { deadline: deadline(conversation, late)? },
            _ => return None,
        };
        Some(command)
    }
}

/// The deadline that stands, or one that no longer does.
fn deadline(conversation: &Conversation, late: Late) -> Option<Deadline> {
    if late { Some(Deadline { at_ms: 1, state: State::Queued }) } else { conversation.deadline }
}

/// The first command of every conversation.
pub fn open(assistant: AssistantKind) -> Command {
    Command::Open {
        customer: CustomerId::parse("customer-1").unwrap(),
        channel: "chat".into(),
        assistant,
        language: None,
        profile: Customer::default(),
    }
}

fn profile() -> Customer {
    Customer {
        name: Some("Sam Ortiz".into()),
        email: Some("sam@ortiz.example".into()),
        verified: true,
        tier: Some("pro".into()),
        time_zone: Some("Europe/Madrid".into()),
        ..Customer::default()
    }
}

fn page(cancel: bool, at_ms: AtMs) -> Page {
    let (area, path) = if cancel { ("cancel", "account/cancel") } else { ("help", "help") };
    Page {
        url: format!("https://app.example/{path}"),
        title: path.into(),
        area: Some(area.into()),
        at_ms,
        errors: 0,
    }
}
