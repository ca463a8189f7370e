//! What was given, and what was asked for.

use super::{AskedQuestion, ContextPackage, Customer, GivenFact, Role, fold::push};
use crate::reading::{ActKind, Fact, FactKind, Reading};

/// A correction takes back what was given at most so many turns before.
const CORRECTED_WITHIN: u32 = 8;

/// Takes in the facts of a turn, and the questions of an assistant or agent.
pub(super) fn hear(package: &mut ContextPackage, turn: u32, role: Role, reading: &Reading) {
    let corrects = role == Role::Customer && reading.act(ActKind::Corrects) >= 0.5;
    for fact in &reading.facts {
        match package.facts.iter().position(|given| is_same(given, fact)) {
            Some(known) => say_again(&mut package.facts[known], turn, role, fact),
            None => {
                if corrects {
                    take_back(package, turn, fact.kind);
                }
                let by_identity =
                    package.customer.verified && confirms(&package.customer, fact.kind, &fact.value);
                let verified = role == Role::Customer && by_identity;
                push(&mut package.facts, given(fact, turn, role, verified));
            }
        }
        if role == Role::Customer {
            answer(package, turn, fact.kind);
        }
    }
    if matches!(role, Role::Assistant | Role::Agent) {
        ask(package, turn, role, reading);
    }
}

fn given(fact: &Fact, turn: u32, by: Role, verified: bool) -> GivenFact {
    GivenFact {
        kind: fact.kind,
        value: fact.value.clone(),
        normalised: fact.normalised.clone(),
        turn,
        start: fact.start,
        end: fact.end,
        verified,
        by,
        corrected: None,
    }
}

fn is_same(given: &GivenFact, fact: &Fact) -> bool {
    given.kind == fact.kind
        && comparable(&given.value, &given.normalised) == comparable(&fact.value, &fact.normalised)
}

fn comparable(value: &str, normalised: &Option<String>) -> String {
    normalised.as_deref().unwrap_or(value).to_lowercase()
}

/// What somebody else told the customer is the customer's own word once they say it.
fn say_again(given: &mut GivenFact, turn: u32, role: Role, fact: &Fact) {
    if role == Role::Customer && given.by != Role::Customer {
        *given = self::given(fact, turn, role, given.verified);
    }
}

/// Marks the last value of a kind as taken back.
fn take_back(package: &mut ContextPackage, turn: u32, kind: FactKind) {
    let stands = |given: &&mut GivenFact| {
        given.kind == kind
            && given.by == Role::Customer
            && given.corrected.is_none()
            && given.turn < turn
            && turn - given.turn <= CORRECTED_WITHIN
    };
    if let Some(given) = package.facts.iter_mut().rev().find(stands) {
        given.corrected = Some(turn);
    }
}

fn confirms(customer: &Customer, kind: FactKind, value: &str) -> bool {
    let known = match kind {
        FactKind::Email => &customer.email,
        FactKind::PersonName => &customer.name,
        FactKind::Organisation => &customer.company,
        _ => return false,
    };
    known.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(value))
}

/// Closes the open questions for a kind of fact.
fn answer(package: &mut ContextPackage, turn: u32, kind: FactKind) {
    let open =
        package.questions.iter_mut().filter(|asked| asked.asks_for == Some(kind) && asked.answer.is_none());
    open.for_each(|asked| asked.answer = Some(turn));
}

fn ask(package: &mut ContextPackage, turn: u32, by: Role, reading: &Reading) {
    for question in &reading.questions {
        let stands = |given: &&GivenFact| {
            Some(given.kind) == question.asks_for && given.by == Role::Customer && given.corrected.is_none()
        };
        let answer = package.facts.iter().rfind(stands).map(|given| given.turn);
        let asked = AskedQuestion {
            text: question.text.clone(),
            asks_for: question.asks_for,
            by,
            turn,
            start: question.start,
            end: question.end,
            answer,
        };
        push(&mut package.questions, asked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        context::Turn,
        event::TurnContent,
        ids::{ConversationId, OrganisationId},
        reading::{Act, Question, Stage},
    };

    struct Talk(ContextPackage);

    impl Talk {
        fn new() -> Self {
            let organisation = OrganisationId::parse("o").expect("a plain id");
            Self(ContextPackage::new(organisation, ConversationId::parse("c").expect("a plain id")))
        }

        fn hear(mut self, role: Role, reading: Reading) -> Self {
            let turn = self.0.transcript.len() as u32;
            let said = Turn {
                turn,
                role,
                agent: None,
                at_ms: 0,
                text: "words".into(),
                confidence: None,
                citations: vec![],
            };
            self.0.hear(said, &TurnContent { text: "words".into(), reading, citations: vec![] });
            self
        }

        fn asks(self, kind: FactKind) -> Self {
            let question = Question { text: "words".into(), asks_for: Some(kind), start: 0, end: 5 };
            self.hear(Role::Assistant, Reading { questions: vec![question], ..Reading::default() })
        }

        fn says(self, role: Role, kind: FactKind, value: &str) -> Self {
            self.hear(role, Reading { facts: vec![fact(kind, value)], ..Reading::default() })
        }

        fn corrects(self, kind: FactKind, value: &str) -> Self {
            let act = Act { kind: ActKind::Corrects, probability: 0.8, stage: Stage::Rule, start: 0, end: 2 };
            let facts = vec![fact(kind, value)];
            self.hear(Role::Customer, Reading { facts, acts: vec![act], ..Reading::default() })
        }
    }

    fn fact(kind: FactKind, value: &str) -> Fact {
        let value = value.to_owned();
        Fact { kind, value, normalised: None, start: 0, end: 2, probability: 1.0, stage: Stage::Rule }
    }

    #[test]
    fn a_question_knows_what_answered_it() {
        let talk = Talk::new()
            .asks(FactKind::OrderNumber)
            .says(Role::Customer, FactKind::OrderNumber, "4421")
            .asks(FactKind::Email)
            .asks(FactKind::OrderNumber);
        let answers: Vec<Option<u32>> = talk.0.questions.iter().map(|asked| asked.answer).collect();
        assert_eq!(answers, [Some(1), None, Some(1)], "the last one asks again for what turn 1 gave");
    }

    #[test]
    fn a_correction_takes_back_the_last_of_its_kind() {
        let talk = Talk::new()
            .says(Role::Customer, FactKind::OrderNumber, "4421")
            .says(Role::Customer, FactKind::Email, "a@mail.example")
            .corrects(FactKind::OrderNumber, "4412")
            .asks(FactKind::OrderNumber);
        let corrected: Vec<Option<u32>> = talk.0.facts.iter().map(|given| given.corrected).collect();
        assert_eq!(corrected, [Some(2), None, None]);
        assert_eq!(talk.0.questions[0].answer, Some(2));
    }

    #[test]
    fn what_an_agent_tells_is_the_customers_once_they_say_it() {
        let told = Talk::new().says(Role::Agent, FactKind::Reference, "C-881").asks(FactKind::Reference);
        assert_eq!(told.0.facts[0].by, Role::Agent);
        assert_eq!(told.0.questions[0].answer, None);
        let said = told.says(Role::Customer, FactKind::Reference, "C-881");
        assert_eq!((said.0.facts.len(), said.0.facts[0].by, said.0.facts[0].turn), (1, Role::Customer, 2));
        assert_eq!(said.0.questions[0].answer, Some(2));
    }
}
