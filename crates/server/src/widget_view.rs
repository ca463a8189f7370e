//! A conversation as its customer sees it. Private notes, decisions and evidence never get here.

use schemars::JsonSchema;
use segue_core::{
    context::{ArticleRef, Role},
    conversation::{Conversation, callback},
    event::{Body, Event},
    handoff::{Handoff, State},
    ids::{AgentId, AtMs},
    organisation::Organisation,
    wording::{self, Said},
};
use serde::Serialize;

use crate::tenant::Tenant;

/// Articles offered while nobody is there.
const ARTICLES_MAX: usize = 2;

/// One thing in the customer's stream; `seq` orders and resumes.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Item {
    /// Somebody said something.
    Message {
        seq: u64,
        at_ms: AtMs,
        role: Role,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        agent: Option<AgentCard>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        citations: Vec<ArticleRef>,
    },
    /// Segue speaks.
    Notice { seq: u64, at_ms: AtMs, what: Notice, text: String },
    /// A small line.
    Event {
        seq: u64,
        at_ms: AtMs,
        what: Happening,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        agent: Option<AgentCard>,
    },
    /// A human is offered; buttons while `open`.
    Proposal { seq: u64, at_ms: AtMs, text: String, open: bool },
}

/// Occasions on which Segue speaks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Notice {
    Announced,
    Returned,
    Ticketed,
    Callback,
    Ended,
}

/// What happened on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Happening {
    Reading,
    Joined,
    Left,
    Transferred,
}

/// A human as customers see one: first name and squad.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AgentCard {
    /// First name.
    pub name: String,
    /// The squad's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub squad: Option<String>,
}

/// What header and foot of the widget show now.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct WidgetState {
    /// Where the conversation stands.
    pub state: State,
    /// The assistant's name.
    pub assistant_name: String,
    /// The organisation's name.
    pub organisation_name: String,
    /// Who answers or reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentCard>,
    /// Whether that human still reads.
    pub preparing: bool,
    /// Present while waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<Wait>,
    /// What the customer may do meanwhile.
    pub choices: Vec<Choice>,
    /// Ask how it was.
    pub ask_rating: bool,
    /// The rating given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rated: Option<u8>,
    /// The ticket that owns the handoff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketPromise>,
    /// The callback that is agreed on, in this conversation or in another one of the same customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback: Option<CallbackPromise>,
    /// Ask for an address.
    pub ask_contact: bool,
}

/// The wait as an honest interval; bounds are absent while unknown.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Wait {
    /// Since when, Unix ms.
    pub since_ms: AtMs,
    /// Place in line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<u32>,
    /// Shortest likely wait from now, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_s: Option<u32>,
    /// Longest likely wait from now, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_s: Option<u32>,
    /// The squad's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub squad: Option<String>,
    /// For who stays in line although nobody is there: that the place is kept, and when somebody is back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A choice while waiting, or when nobody can come.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Choice {
    /// Leave an address for the answer.
    Email { label: String },
    /// Choose a time at which somebody comes back.
    Callback { label: String },
    /// Stay in line.
    KeepWaiting { label: String },
    /// An article that may help meanwhile.
    Article { label: String, article: ArticleRef },
}

/// An agreed callback.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CallbackPromise {
    /// From, Unix ms.
    pub from_ms: AtMs,
    /// Until, Unix ms.
    pub until_ms: AtMs,
    /// Both in words, in the customer's zone.
    pub text: String,
    /// Whether it was agreed on in another conversation of the same customer.
    pub elsewhere: bool,
}

/// A promised answer.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TicketPromise {
    /// The ticket's number.
    pub id: String,
    /// When, Unix ms.
    pub due_at_ms: AtMs,
    /// When, in words, in the customer's zone.
    pub due_text: String,
}

/// What an event shows to the customer, if anything.
pub fn item(tenant: &Tenant, conversation: &Conversation, event: &Event) -> Option<Item> {
    let (seq, at_ms) = (event.seq, event.at_ms);
    let language = language(tenant, conversation);
    let happened = |what, agent: &AgentId, text: &dyn Fn(&str) -> String| {
        let agent = card(tenant, conversation, agent);
        Some(Item::Event { seq, at_ms, what, text: text(&agent.name), agent: Some(agent) })
    };
    match &event.body {
        Body::TurnReceived { role, agent, client_id, content, .. } if *role != Role::System => {
            let said = content.known()?;
            Some(Item::Message {
                seq,
                at_ms,
                role: *role,
                text: said.text.clone(),
                client_id: client_id.clone().filter(|_| *role == Role::Customer),
                agent: agent.as_ref().map(|agent| card(tenant, conversation, agent)),
                citations: said.citations.clone(),
            })
        }
        Body::HandoffAnnounced { content, .. } => {
            Some(Item::Notice { seq, at_ms, what: Notice::Announced, text: content.known()?.text.clone() })
        }
        Body::HandoffTicketed { content, .. } => {
            Some(Item::Notice { seq, at_ms, what: Notice::Ticketed, text: content.known()?.text.clone() })
        }
        Body::CallbackBooked { content, .. } | Body::CallbackMoved { content, .. } => {
            Some(Item::Notice { seq, at_ms, what: Notice::Callback, text: content.known()?.text.clone() })
        }
        Body::CallbackDue { .. } => {
            let text = wording::say(Said::CallbackDue, &language);
            Some(Item::Notice { seq, at_ms, what: Notice::Callback, text })
        }
        Body::HandoffReturned { .. } => {
            let text = wording::say(Said::Returned, &language);
            Some(Item::Notice { seq, at_ms, what: Notice::Returned, text })
        }
        Body::HandoffResolved { .. } => {
            let text = wording::say(Said::Ended, &language);
            Some(Item::Notice { seq, at_ms, what: Notice::Ended, text })
        }
        Body::HumanProposed { content, .. } => {
            let last = conversation
                .marks
                .iter()
                .rfind(|mark| matches!(mark.kind, segue_core::conversation::MarkKind::Proposed));
            let open = conversation.state == State::Proposed && last.is_some_and(|mark| mark.seq == seq);
            Some(Item::Proposal { seq, at_ms, text: content.known()?.text.clone(), open })
        }
        Body::OfferAccepted { agent, .. } => {
            happened(Happening::Reading, agent, &|name| wording::say(Said::Reading { name }, &language))
        }
        Body::AgentJoined { agent, .. } => {
            happened(Happening::Joined, agent, &|name| wording::say(Said::Joined { name }, &language))
        }
        Body::AgentLost { agent, .. } => {
            happened(Happening::Left, agent, &|name| wording::say(Said::Left { name }, &language))
        }
        Body::HandoffTransferred { agent, .. } => {
            happened(Happening::Transferred, agent, &|name| wording::say(Said::Left { name }, &language))
        }
        _ => None,
    }
}

/// What header and foot show now.
pub fn state(tenant: &Tenant, conversation: &Conversation, now_ms: AtMs) -> WidgetState {
    let settings = tenant.settings();
    let package = &conversation.package;
    let handoff = conversation.handoff.as_ref();
    let waits = matches!(conversation.state, State::Requested | State::Queued | State::Offered);
    let contact_known = package.customer.contact.is_some() || package.customer.email.is_some();
    let language = language(tenant, conversation);
    let ended = matches!(conversation.state, State::WrapUp | State::Resolved)
        && handoff.is_some_and(|handoff| handoff.joined_at_ms.is_some());
    let offers = waits || conversation.state == State::Ticketed;
    WidgetState {
        state: conversation.state,
        assistant_name: settings.assistant_name.clone(),
        organisation_name: settings.name.clone(),
        agent: conversation
            .agent()
            .filter(|_| matches!(conversation.state, State::Preparing | State::Human))
            .map(|agent| card(tenant, conversation, agent)),
        preparing: conversation.state == State::Preparing,
        choices: if offers { choices(tenant, conversation, now_ms) } else { vec![] },
        wait: handoff.filter(|_| waits).map(|handoff| wait(tenant, conversation, handoff, now_ms)),
        ask_rating: ended && conversation.rating.is_none(),
        rated: conversation.rating.as_ref().map(|(score, _)| *score),
        ticket: ticket(&settings, conversation, &language, now_ms),
        callback: agreed(tenant, conversation, now_ms),
        ask_contact: conversation.state == State::Ticketed && !contact_known,
    }
}

fn wait(tenant: &Tenant, conversation: &Conversation, handoff: &Handoff, now_ms: AtMs) -> Wait {
    let settings = tenant.settings();
    let squad = settings.squad(&handoff.needs.squad);
    let estimate = tenant.desk.estimate(conversation.id(), now_ms);
    let note = squad.filter(|_| handoff.stays).map(|squad| {
        let package = &conversation.package;
        let language = language(tenant, conversation);
        let zone = package.customer.time_zone.as_deref().unwrap_or(&settings.time_zone);
        let opens = settings.calendar(squad, Some(&package.channel)).next_open(now_ms);
        let opens = opens.filter(|opens| *opens > now_ms);
        let opens = opens.map(|opens| wording::moment(opens, now_ms, zone, &language));
        wording::say(Said::Stays { opens: opens.as_deref() }, &language)
    });
    Wait {
        since_ms: handoff.waiting_since_ms,
        place: estimate.map(|estimate| estimate.place),
        low_s: estimate.and_then(|estimate| estimate.low_s),
        high_s: estimate.and_then(|estimate| estimate.high_s),
        squad: squad.map(|squad| squad.name.clone()),
        note,
    }
}

fn ticket(
    settings: &Organisation,
    conversation: &Conversation,
    language: &str,
    now_ms: AtMs,
) -> Option<TicketPromise> {
    let handoff = conversation.handoff.as_ref().filter(|_| conversation.state == State::Ticketed)?;
    let ticket = handoff.ticket.as_ref()?;
    let zone = conversation.package.customer.time_zone.as_deref().unwrap_or(&settings.time_zone);
    Some(TicketPromise {
        id: ticket.id.to_string(),
        due_at_ms: ticket.due_at_ms,
        due_text: wording::moment(ticket.due_at_ms, now_ms, zone, language),
    })
}

/// The callback of this conversation until it is due; else, where a human is owed, the one of another conversation.
pub(crate) fn agreed(tenant: &Tenant, conversation: &Conversation, now_ms: AtMs) -> Option<CallbackPromise> {
    let own = conversation.handoff.as_ref().and_then(|handoff| handoff.callback.as_ref());
    let book = tenant.calls.book();
    let (slot, elsewhere) = match conversation.state {
        State::Callback => (own?.slot, false),
        State::Ticketed | State::Queued => (book.elsewhere(conversation)?.1, true),
        _ => return None,
    };
    let text = wording::slot(conversation, &tenant.settings(), slot, now_ms);
    Some(CallbackPromise { from_ms: slot.from_ms, until_ms: slot.until_ms, text, elsewhere })
}

/// What the customer may do where nobody is there yet.
fn choices(tenant: &Tenant, conversation: &Conversation, now_ms: AtMs) -> Vec<Choice> {
    let language = language(tenant, conversation);
    let label = |said| wording::say(said, &language);
    let customer = &conversation.package.customer;
    let contact_known = customer.contact.is_some() || customer.email.is_some();
    let email = (!contact_known).then(|| Choice::Email { label: label(Said::ByEmail) });
    let callback =
        has_slots(tenant, conversation, now_ms).then(|| Choice::Callback { label: label(Said::ByCallback) });
    let stays = conversation.handoff.as_ref().is_some_and(|handoff| handoff.stays);
    let keep = (!stays).then(|| Choice::KeepWaiting { label: label(Said::KeepWaiting) });
    let articles = conversation.package.suggested_articles.iter().take(ARTICLES_MAX);
    let articles =
        articles.map(|article| Choice::Article { label: article.title.clone(), article: article.clone() });
    email.into_iter().chain(callback).chain(keep).chain(articles).collect()
}

fn has_slots(tenant: &Tenant, conversation: &Conversation, now_ms: AtMs) -> bool {
    let (settings, book) = (tenant.settings(), tenant.calls.book());
    let wish = callback::wish(conversation, &settings, &book.bookings);
    wish.is_some_and(|wish| wish.slots(now_ms).next().is_some())
}

fn card(tenant: &Tenant, conversation: &Conversation, agent: &AgentId) -> AgentCard {
    let profile = tenant.agent(agent);
    let name = profile.as_ref().map_or("A colleague", |profile| profile.name.as_str());
    let first = name.split_whitespace().next().unwrap_or(name).to_owned();
    let settings = tenant.settings();
    let squad = conversation.handoff.as_ref().and_then(|handoff| settings.squad(&handoff.needs.squad));
    AgentCard { name: first, squad: squad.map(|squad| squad.name.clone()) }
}

fn language(tenant: &Tenant, conversation: &Conversation) -> String {
    conversation.package.language.clone().unwrap_or_else(|| tenant.settings().language.clone())
}
