//! The fields, each with where it is read, the range of a number and the words that a text can be.

use serde::de::{DeserializeOwned, value::StrDeserializer};

use super::{Field, List, Member, Read, Words, vocabulary};
use crate::{
    context::Role,
    hours::{self, DAYS},
    policy::language,
    queue,
    reading::{ActKind, FactKind, Outcome, TopicKind},
    trigger::{Action, SEEN, unit},
};

/// What is counted.
const COUNT: (f64, f64) = (0.0, f64::INFINITY);
/// Probabilities and other shares.
pub(in crate::policy) const SHARE: (f64, f64) = (0.0, 1.0);

const LANGUAGE_WORDS: Words =
    Words { known: |_| language::codes().map(str::to_owned).collect(), hint: language::HINT };
const ROLE_WORDS: Words = Words { known: |_| ROLES.map(|(_, word)| word.to_owned()).into(), hint: "" };
const DAY_WORDS: Words = Words { known: |_| DAYS.map(str::to_owned).into(), hint: "" };
const TIER_WORDS: Words = Words {
    known: |organisation| {
        let tiers = organisation.into_iter().flat_map(|organisation| &organisation.tiers);
        tiers.map(|tier| tier.name.clone()).collect()
    },
    hint: "",
};
const SQUAD_WORDS: Words = Words {
    known: |organisation| {
        let squads = organisation.into_iter().flat_map(|organisation| &organisation.squads);
        squads.map(|squad| squad.id.to_string()).collect()
    },
    hint: "",
};

const ROLES: [(Role, &str); 4] = [
    (Role::Customer, "customer"),
    (Role::Assistant, "assistant"),
    (Role::Agent, "agent"),
    (Role::System, "system"),
];

macro_rules! maybe {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}

/// `in` is followed by the range of a number, `of` by the words that a text can be.
macro_rules! field {
    ($name:literal, $doc:literal, $kind:ident $(in $range:tt)? $(of $words:ident)?, $read:expr) => {
        Field {
            name: $name,
            doc: $doc,
            range: maybe!($($range)?),
            words: maybe!($($words)?),
            read: Read::$kind($read),
        }
    };
}

/// Every field.
pub static FIELDS: &[Field] = &[
    field!("conversation.channel", "`chat`, `email`, `voice`, `api` ...", Text, |at| {
        Some(at.package().channel.as_str())
    }),
    field!(
        "conversation.language",
        "The customer's language (ISO 639-1), the organisation's where unknown.",
        Text of LANGUAGE_WORDS,
        |at| { Some(at.package().language.as_deref().unwrap_or(&at.moment.organisation.language)) }
    ),
    field!("conversation.squad", "The squad that would take it, by subject and page.", Text of SQUAD_WORDS, |at| {
        let moment = at.moment;
        queue::by_subject(moment.organisation, at.package()).map(|squad| squad.id.as_str())
    }),
    field!("conversation.turns", "Customer turns so far, this one included.", Whole in COUNT, |at| {
        Some(at.moment.heard().count() as i64)
    }),
    field!("conversation.minutes", "Minutes since the conversation began.", Number in COUNT, |at| {
        Some((at.moment.now_ms() - at.moment.conversation.opened_at_ms) as f64 / 60_000.0)
    }),
    field!("conversation.refusals", "Times the customer declined a human.", Whole in COUNT, |at| {
        Some(at.moment.conversation.refused_proposals.len() as i64)
    }),
    field!("conversation.handoffs", "Times a human took over before.", Whole in COUNT, |at| {
        let handed = at.moment.conversation.decisions.iter().filter(|made| made.action == Action::HandOff);
        Some(handed.count() as i64)
    }),
    field!("customer.tier", "The organisation's word for the customer's importance.", Text of TIER_WORDS, |at| {
        at.package().customer.tier.as_deref()
    }),
    field!("customer.verified", "Whether a signed identity vouches for the customer.", Boolean, |at| {
        Some(at.package().customer.verified)
    }),
    field!("customer.company", "The customer's company.", Text, |at| at
        .package()
        .customer
        .company
        .as_deref()),
    field!("customer.email", "The customer's e-mail address.", Text, |at| {
        at.package().customer.email.as_deref()
    }),
    field!("customer.time_zone", "IANA name, such as `Europe/Madrid`.", Text, |at| {
        at.package().customer.time_zone.as_deref()
    }),
    field!("customer.health", "How well the customer fares, 0 (lost) to 1, from a record.", Number in SHARE, |at| {
        at.package().customer.health().map(f64::from)
    }),
    field!(
        "customer.value",
        "What the customer is worth a year, in the organisation's currency.",
        Number,
        |at| { at.package().customer.value() }
    ),
    field!(
        "customer.contacts",
        "The customer's conversations of the last 24 hours, this one included.",
        Whole in COUNT,
        |at| { at.package().baseline.as_ref().map(|known| i64::from(known.customer.recent)) }
    ),
    field!("page.url", "Address of the page the customer is on.", Text, |at| {
        at.package().page.as_ref().map(|page| page.url.as_str())
    }),
    field!("page.title", "Its title.", Text, |at| at.package().page.as_ref().map(|page| page.title.as_str())),
    field!("page.area", "Its product area by the site map.", Text, |at| {
        let page = at.package().page.as_ref()?;
        page.area.as_deref().or_else(|| at.moment.organisation.area_of(&page.url))
    }),
    field!("page.seconds", "Seconds since the page was opened.", Number in COUNT, |at| {
        at.package().page.as_ref().map(|page| (at.moment.now_ms() - page.at_ms) as f64 / 1000.0)
    }),
    field!("page.errors", "Errors that the page reported.", Whole in COUNT, |at| {
        at.package().page.as_ref().map(|page| i64::from(page.errors))
    }),
    Field {
        name: "journey.areas",
        doc: "Product areas seen before the page.",
        range: None,
        words: None,
        read: Read::List(List {
            has: |at, member| {
                let is = |area: &str| matches!(member, Member::Text(text) if **text == *area);
                at.package().journey.iter().filter_map(|page| page.area.as_deref()).any(is)
            },
            size: |at| at.package().journey.iter().filter(|page| page.area.is_some()).count(),
            member: any_text,
            members: Vec::new,
        }),
    },
    field!("reading.text", "The words of the turn, after redaction.", Text, |at| Some(at.moment.text())),
    field!("reading.role", "Whose turn it is: `customer` or `assistant`.", Text of ROLE_WORDS, |at| {
        let (_, word) = ROLES.iter().find(|(role, _)| *role == at.moment.role)?;
        Some(word)
    }),
    Field {
        name: "reading.topics",
        doc: "Subjects of the turn.",
        range: None,
        words: None,
        read: Read::List(List {
            has: |at, member| matches!(member, Member::Topic(kind) if at.moment.reading.has_topic(*kind)),
            size: |at| at.moment.reading.topics.len(),
            member: |text| word(text).map(Member::Topic),
            members: vocabulary::<TopicKind>,
        }),
    },
    Field {
        name: "reading.acts",
        doc: "What the writer does with the turn: asks for a human, complains, thanks ...",
        range: None,
        words: None,
        read: Read::List(List {
            has: |at, member| matches!(member, Member::Act(kind) if at.moment.sees(*kind)),
            size: |at| at.moment.reading.acts.iter().filter(|act| unit(act.probability) >= SEEN).count(),
            member: |text| word(text).map(Member::Act),
            members: vocabulary::<ActKind>,
        }),
    },
    field!("reading.intent", "The most probable intent, by the organisation's own names.", Text, |at| {
        at.moment.reading.intents.first().map(|intent| intent.name.as_str())
    }),
    field!("reading.intent_probability", "Its probability, 0 to 1.", Number in SHARE, |at| {
        at.moment.reading.intents.first().map(|intent| f64::from(unit(intent.probability)))
    }),
    field!("reading.frustration", "0 (calm) to 1 (furious), of the turn alone.", Number in SHARE, |at| {
        Some(f64::from(unit(at.moment.reading.mood.frustration)))
    }),
    field!("reading.urgency", "0 (any time) to 1 (now), of the turn alone.", Number in SHARE, |at| {
        Some(f64::from(unit(at.moment.reading.mood.urgency)))
    }),
    field!("reading.valence", "-1 (bad) to 1 (good), of the turn alone.", Number in (-1.0, 1.0), |at| {
        Some(f64::from(at.moment.reading.mood.valence))
    }),
    field!("reading.complexity", "How much of a person's judgement the turn needs, 0 to 1.", Number in SHARE, |at| {
        Some(f64::from(unit(at.moment.reading.complexity)))
    }),
    field!(
        "reading.confidence",
        "Probability that the assistant's last answer is right, 0 to 1.",
        Number in SHARE,
        |at| { at.moment.answer_confidence().map(f64::from) }
    ),
    field!("reading.asks", "Whether the turn asks something.", Boolean, |at| {
        Some(!at.moment.reading.questions.is_empty())
    }),
    Field {
        name: "issue.topics",
        doc: "Subjects of the conversation so far.",
        range: None,
        words: None,
        read: Read::List(List {
            has: |at, member| matches!(member, Member::Topic(kind) if at.package().issue.topics.contains(kind)),
            size: |at| at.package().issue.topics.len(),
            member: |text| word(text).map(Member::Topic),
            members: vocabulary::<TopicKind>,
        }),
    },
    field!("issue.complexity", "The highest complexity so far, 0 to 1.", Number in SHARE, |at| {
        Some(f64::from(unit(at.package().issue.complexity)))
    }),
    Field {
        name: "context.facts",
        doc: "Kinds of facts that were given.",
        range: None,
        words: None,
        read: Read::List(List {
            has: |at, member| {
                let given = |kind: &FactKind| at.package().facts.iter().any(|fact| fact.kind == *kind);
                matches!(member, Member::Fact(kind) if given(kind))
            },
            size: |at| at.package().facts.len(),
            member: |text| word(text).map(Member::Fact),
            members: vocabulary::<FactKind>,
        }),
    },
    field!("context.amount", "The largest sum of money named, in its own currency.", Number in COUNT, |at| {
        let sums = at.package().facts.iter().filter(|fact| fact.kind == FactKind::Amount);
        sums.filter_map(|fact| amount(fact.normalised.as_deref().unwrap_or(&fact.value))).reduce(f64::max)
    }),
    field!("context.promises", "Promises made to the customer.", Whole in COUNT, |at| {
        Some(at.package().promises.iter().filter(|promise| promise.by != Role::Customer).count() as i64)
    }),
    field!("context.promise_overdue", "Whether the time of a promise has passed.", Boolean, |at| {
        let now_ms = at.moment.now_ms();
        let late = |due: Option<i64>| due.is_some_and(|due| due < now_ms);
        Some(
            at.package()
                .promises
                .iter()
                .any(|promise| promise.by != Role::Customer && late(promise.due_at_ms)),
        )
    }),
    field!("context.failed_steps", "Steps that were tried and did not help.", Whole in COUNT, |at| {
        Some(at.package().steps.iter().filter(|step| step.outcome == Outcome::Failed).count() as i64)
    }),
    field!(
        "need.probability",
        "Probability that a human is needed, 0 to 1, by the organisation's own model.",
        Number in SHARE,
        |at| { at.moment.reading.needs_human.map(|need| f64::from(unit(need))) }
    ),
    field!("time.hour", "Hour of the day, 0 to 23, in the organisation's zone.", Whole in (0.0, 23.0), |at| {
        Some(i64::from(at.clock().hour()))
    }),
    field!("time.weekday", "`mon` to `sun`, in the organisation's zone.", Text of DAY_WORDS, |at| {
        Some(hours::day_name(at.clock().weekday()))
    }),
    field!("time.open", "Whether any squad is open.", Boolean, |at| {
        let organisation = at.moment.organisation;
        let open = |squad: &crate::organisation::Squad| {
            let channel = Some(at.package().channel.as_str());
            organisation.calendar(squad, channel).open_at(at.moment.now_ms())
        };
        Some(organisation.squads.iter().any(open))
    }),
];

fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    let text: StrDeserializer<'_, serde::de::value::Error> =
        serde::de::IntoDeserializer::into_deserializer(text);
    T::deserialize(text).ok()
}

fn any_text(word: &str) -> Option<Member> {
    Some(Member::Text(word.into()))
}

/// The number of a sum such as `1450.00 EUR` or `$12,400`.
fn amount(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_vocabularies_are_known() {
        let topics = vocabulary::<TopicKind>();
        assert!(topics.contains(&"refund".to_owned()) && topics.len() == 14, "{topics:?}");
        assert_eq!(word::<TopicKind>("refund"), Some(TopicKind::Refund));
        assert_eq!(word::<TopicKind>("refnd"), None);
        let acts = vocabulary::<ActKind>();
        assert!(acts.iter().all(|act| word::<ActKind>(act).is_some()), "{acts:?}");
    }

    #[test]
    fn sums_are_numbers() {
        assert_eq!(amount("1450.00 EUR"), Some(1450.0));
        assert_eq!(amount("$12,400"), Some(12_400.0));
        assert_eq!(amount("some"), None);
    }

    #[test]
    fn field_names_are_unique() {
        let mut names: Vec<_> = FIELDS.iter().map(|field| field.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FIELDS.len());
    }
}
