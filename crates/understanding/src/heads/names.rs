//! The heads and what they are called.

/// One thing that a head decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Head {
    /// A customer asks for a human, whatever the phrasing.
    AsksHuman,
    /// A customer does not want one.
    DeclinesHuman,
    /// A customer says that the matter is settled.
    ConfirmsSolved,
    /// A customer says that it is not, or that a step did not help.
    DeniesSolved,
    /// A customer is unhappy with the product, the company or the answers.
    Complains,
    /// A customer speaks of lawyers, courts or regulators as a consequence.
    ThreatensLegal,
    /// A customer speaks of reviews, the press or social media as a consequence.
    ThreatensPublic,
    /// A customer wants to leave.
    WantsToCancel,
    /// A customer is in danger of harming themselves.
    SelfHarm,
    /// Somebody is in danger from others or from an accident.
    Violence,
    /// A customer thanks.
    Thanks,
    /// A customer corrects what was said.
    Corrects,
    /// A customer says that they have said it before.
    Repeats,
    /// A customer agrees to what was proposed.
    Agrees,
    /// A customer refuses what was proposed.
    Refuses,
    /// A customer says goodbye.
    Leaves,
    /// Angry, annoyed, disapproving, disappointed or disgusted.
    Frustration,
    /// Pleased, grateful, amused, relieved or the like.
    Pleasure,
    /// Presses for time.
    Urgency,
    /// An assistant or agent asks the customer for something.
    AsksCustomer,
    /// An assistant or agent checks what was meant.
    Clarifies,
    /// An assistant or agent gives information.
    Answers,
    /// An assistant or agent commits to something.
    Promises,
    /// An assistant or agent tells of something to try, or does it.
    Steps,
    /// An assistant or agent apologises.
    Apologises,
    /// An assistant or agent has no answer.
    HasNoAnswer,
    /// An assistant or agent offers or announces a human.
    OffersHuman,
}

impl Head {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// All, in the order of their weights.
    pub const ALL: [Self; 27] = [
        Self::AsksHuman,
        Self::DeclinesHuman,
        Self::ConfirmsSolved,
        Self::DeniesSolved,
        Self::Complains,
        Self::ThreatensLegal,
        Self::ThreatensPublic,
        Self::WantsToCancel,
        Self::SelfHarm,
        Self::Violence,
        Self::Thanks,
        Self::Corrects,
        Self::Repeats,
        Self::Agrees,
        Self::Refuses,
        Self::Leaves,
        Self::Frustration,
        Self::Pleasure,
        Self::Urgency,
        Self::AsksCustomer,
        Self::Clarifies,
        Self::Answers,
        Self::Promises,
        Self::Steps,
        Self::Apologises,
        Self::HasNoAnswer,
        Self::OffersHuman,
    ];

    /// The name in example files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::AsksHuman => "asks_human",
            Self::DeclinesHuman => "declines_human",
            Self::ConfirmsSolved => "confirms_solved",
            Self::DeniesSolved => "denies_solved",
            Self::Complains => "complains",
            Self::ThreatensLegal => "threatens_legal",
            Self::ThreatensPublic => "threatens_public",
            Self::WantsToCancel => "wants_to_cancel",
            Self::SelfHarm => "self_harm",
            Self::Violence => "violence",
            Self::Thanks => "thanks",
            Self::Corrects => "corrects",
            Self::Repeats => "repeats",
            Self::Agrees => "agrees",
            Self::Refuses => "refuses",
            Self::Leaves => "leaves",
            Self::Frustration => "frustration",
            Self::Pleasure => "pleasure",
            Self::Urgency => "urgency",
            Self::AsksCustomer => "question",
            Self::Clarifies => "clarification",
            Self::Answers => "answer",
            Self::Promises => "promise",
            Self::Steps => "step",
            Self::Apologises => "apology",
            Self::HasNoAnswer => "no_answer",
            Self::OffersHuman => "offers_human",
        }
    }

    /// The head of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|head| head.name() == name)
    }

    /// Whether it is about what a customer writes (else an assistant or agent).
    pub fn is_of_customer(self) -> bool {
        (self as usize) < Self::AsksCustomer as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for (at, head) in Head::ALL.into_iter().enumerate() {
            assert_eq!((head as usize, Head::parse(head.name())), (at, Some(head)));
        }
    }
}
