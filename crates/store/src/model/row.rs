//! The projection of a conversation, and the ways to list it.

use segue_core::ids::{AgentId, AtMs, ConversationId, CustomerId, OrganisationId, SquadId};

use crate::StoreError;

/// How long a waiting conversation without an SLA may wait before it ranks with those that are due.
pub const DUE_WITHOUT_SLA_MS: i64 = 24 * 60 * 60 * 1000;
/// The most rows one page of a list has.
pub const PAGE_MAX: u32 = 500;

/// A conversation as the inbox lists it, written with the commit that changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRow {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Whose conversation it is.
    pub customer: CustomerId,
    /// The handoff's state; a word of the caller.
    pub state: String,
    /// Whether it is over: listed under [`ListView::Resolved`] and in no other view but `All`.
    pub closed: bool,
    /// The squad whose queue it is or was in.
    pub squad: Option<SquadId>,
    /// The agent who owns it.
    pub agent: Option<AgentId>,
    /// Where the customer writes.
    pub channel: String,
    /// BCP 47 language tag; empty when unknown.
    pub language: String,
    /// The customer's tier; empty when unknown.
    pub tier: String,
    /// Why a human is needed: a trigger's name.
    pub reason: Option<String>,
    /// When it began.
    pub opened_at_ms: AtMs,
    /// When it changed last.
    pub updated_at_ms: AtMs,
    /// Since when the customer waits for a human; survives declined and lapsed offers.
    pub waiting_since_ms: Option<AtMs>,
    /// When the next SLA is due.
    pub sla_due_at_ms: Option<AtMs>,
    /// When the sweeper has to act.
    pub deadline_at_ms: Option<AtMs>,
    /// What it has to enforce then.
    pub deadline_kind: Option<String>,
    /// The handoff's fencing epoch.
    pub epoch: u64,
    /// Short JSON with numbers only: the mood's course.
    pub frustration: Vec<u8>,
    /// Plain JSON such as who asks and the last line; sealed in the store, empty once erased.
    pub sealed: Vec<u8>,
}

impl ConversationRow {
    /// The smaller, the sooner a waiting customer has to be served.
    pub(crate) fn urgent_at_ms(&self) -> Option<AtMs> {
        let since = self.waiting_since_ms.filter(|_| !self.closed)?;
        Some(self.sla_due_at_ms.unwrap_or(since.saturating_add(DUE_WITHOUT_SLA_MS)))
    }
}

/// When a customer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The conversation.
    pub conversation: ConversationId,
    /// The customer.
    pub customer: CustomerId,
    /// When it began.
    pub opened_at_ms: AtMs,
    /// When it changed last.
    pub updated_at_ms: AtMs,
}

/// A conversation with a deadline that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The conversation.
    pub conversation: ConversationId,
    /// When it was due.
    pub at_ms: AtMs,
    /// What has to be enforced.
    pub kind: String,
    /// The handoff's epoch for which the deadline was set.
    pub epoch: u64,
}

/// A place that an agent holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldClaim {
    /// Who holds it.
    pub agent: AgentId,
    /// The handoff.
    pub handoff: segue_core::ids::HandoffId,
    /// Its conversation.
    pub conversation: ConversationId,
}

/// Which conversations of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListView {
    /// Open ones that the agent owns, changed last first.
    Mine(AgentId),
    /// Open ones of these squads, changed last first.
    Squads(Vec<SquadId>),
    /// Open ones in this state, changed last first; a word of the caller.
    InState(String),
    /// Waiting ones without an agent, most urgent first.
    Unassigned,
    /// All waiting ones, most urgent first: by SLA, or by [`DUE_WITHOUT_SLA_MS`] after the wait began.
    Waiting,
    /// All open ones, changed last first.
    Open,
    /// Closed ones, changed last first.
    Resolved,
    /// Every one, changed last first.
    All,
}

impl ListView {
    /// Whether the view ranks by urgency rather than by the last change.
    pub(crate) fn by_urgency(&self) -> bool {
        matches!(self, Self::Unassigned | Self::Waiting)
    }
}

/// One page of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// Which conversations.
    pub view: ListView,
    /// Where the page before ended; `None` for the first.
    pub cursor: Option<Cursor>,
    /// How many rows, 1 to [`PAGE_MAX`]; clamped.
    pub limit: u32,
}

/// A page and where the next begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows in order.
    pub rows: Vec<T>,
    /// `None` at the end.
    pub next: Option<Cursor>,
}

/// How many conversations each view of an agent has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// [`ListView::Mine`].
    pub mine: u64,
    /// [`ListView::Squads`].
    pub squads: u64,
    /// [`ListView::Unassigned`].
    pub unassigned: u64,
    /// [`ListView::Waiting`].
    pub waiting: u64,
    /// [`ListView::Open`].
    pub open: u64,
}

/// The place of a row in a view: its rank and, among equals, its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) rank: i64,
    pub(crate) key: i64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}.{:x}", self.rank, self.key)
    }
}

impl std::str::FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let number = |part| u64::from_str_radix(part, 16).ok().map(u64::cast_signed);
        let parts = text.split_once('.');
        let cursor = parts.and_then(|(rank, key)| Some(Self { rank: number(rank)?, key: number(key)? }));
        cursor.ok_or(StoreError::Invalid("a cursor that no list gave out"))
    }
}
