//! What the customer is told, by language. English where a language is missing.

use super::later;
use crate::{callback::Moved, conversation::ticketing::TicketFor, trigger::Reason};

/// An occasion to say something to the customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said<'a> {
    /// A human is coming. `squad` is the squad's name.
    Announced {
        /// Why.
        reason: Reason,
        /// The organisation's own words for it, in the customer's language.
        because: Option<&'a str>,
        /// Who.
        squad: &'a str,
    },
    /// The assistant offers a human.
    Proposed {
        /// Why.
        reason: Reason,
        /// The organisation's own words for it, in the customer's language.
        because: Option<&'a str>,
    },
    /// Nobody can come now; a ticket is written.
    Ticketed {
        /// Why there is one.
        why: TicketFor,
        /// Number of the ticket.
        ticket: &'a str,
        /// The promised time in words, in the customer's zone.
        due: &'a str,
        /// Whether the address for the answer is known.
        contact_known: bool,
    },
    /// An agent has given the conversation back.
    Returned,
    /// An agent has settled the matter.
    Ended,
    /// An agent reads.
    Reading {
        /// First name.
        name: &'a str,
    },
    /// An agent has come.
    Joined {
        /// First name.
        name: &'a str,
    },
    /// An agent has gone; another one will come.
    Left {
        /// First name.
        name: &'a str,
    },
    /// A callback is agreed on.
    CallbackBooked {
        /// When, in words, in the customer's zone.
        when: &'a str,
    },
    /// A callback is another time now.
    CallbackMoved {
        /// When, in words, in the customer's zone.
        when: &'a str,
        /// Why.
        why: Moved,
    },
    /// The time of a callback has come.
    CallbackDue,
    /// Nobody is there, and the customer stays in line until somebody is.
    Stays {
        /// When that will be, in words, in the customer's zone; absent where the squad is open.
        opens: Option<&'a str>,
    },
    /// The choice of an answer by e-mail.
    ByEmail,
    /// The choice of a callback.
    ByCallback,
    /// The choice to stay in line.
    KeepWaiting,
    /// The assistant found nothing.
    Unknown,
}

/// The words for an occasion in a language (ISO 639-1).
pub fn say(said: Said<'_>, language: &str) -> String {
    let language = Lang::of(language);
    match said {
        Said::Announced { reason, because: own, squad } => {
            announced(language, own.unwrap_or_else(|| because(language, reason)), squad)
        }
        Said::Proposed { reason, because: own } => {
            proposed(language, own.unwrap_or_else(|| because(language, reason)))
        }
        Said::Ticketed { why, ticket, due, contact_known } => {
            later::ticketed(language, why, ticket, due, contact_known)
        }
        Said::Returned => returned(language).into(),
        Said::Ended => ended(language).into(),
        Said::Reading { name } => reading(language, name),
        Said::Joined { name } => joined(language, name),
        Said::Left { name } => left(language, name),
        Said::CallbackBooked { when } => later::callback_booked(language, when),
        Said::CallbackMoved { when, why } => later::callback_moved(language, when, why),
        Said::CallbackDue => later::callback_due(language).into(),
        Said::Stays { opens } => later::stays(language, opens),
        Said::ByEmail => later::by_email(language).into(),
        Said::ByCallback => later::by_callback(language).into(),
        Said::KeepWaiting => later::keep_waiting(language).into(),
        Said::Unknown => unknown(language).into(),
    }
}

/// The languages that there are words for.
#[derive(Clone, Copy)]
pub(super) enum Lang {
    En,
    Es,
    Fr,
    De,
    It,
    Pt,
    Nl,
}

impl Lang {
    pub(super) fn of(code: &str) -> Self {
        match code.get(..2).unwrap_or_default() {
            "es" => Lang::Es,
            "fr" => Lang::Fr,
            "de" => Lang::De,
            "it" => Lang::It,
            "pt" => Lang::Pt,
            "nl" => Lang::Nl,
            _ => Lang::En,
        }
    }
}

/// The buttons that accept and dismiss an offer.
pub fn answers(language: &str) -> (&'static str, &'static str) {
    match Lang::of(language) {
        Lang::En => ("Talk to a person", "No, thanks"),
        Lang::Es => ("Hablar con una persona", "No, gracias"),
        Lang::Fr => ("Parler à quelqu'un", "Non, merci"),
        Lang::De => ("Mit einem Menschen sprechen", "Nein, danke"),
        Lang::It => ("Parlare con una persona", "No, grazie"),
        Lang::Pt => ("Falar com uma pessoa", "Não, obrigado"),
        Lang::Nl => ("Met een collega praten", "Nee, dank u"),
    }
}

/// The clause that gives the reason; it opens the announcement.
fn because(language: Lang, reason: Reason) -> &'static str {
    use Reason as R;
    match (language, reason) {
        (Lang::En, R::ExplicitRequest) => "Of course.",
        (Lang::En, R::Legal) => "This belongs with a person who can look at it properly.",
        (Lang::En, R::Security) => "The safety of your account comes first.",
        (Lang::En, R::Safety) => "I want you to talk to a person right away.",
        (Lang::En, R::Authority) => "This needs a decision that I may not take.",
        (Lang::En, R::PrivateScope) => "This needs details of your account that I cannot see.",
        (Lang::En, R::LowConfidence) => "I am not sure enough of my answer, and you should get a right one.",
        (Lang::En, R::Frustration | R::Repetition | R::FailedSteps) => {
            "What we tried has not solved this, and you should not have to try again."
        }
        (Lang::En, R::ChurnRisk | R::CustomerHealth) => {
            "This has cost you enough already; it needs somebody who can settle it."
        }
        (Lang::En, R::Sales) => "Our team can answer this for your company.",
        (Lang::En, R::ProductFeedback) => "The people who build this should hear it from you.",
        (Lang::En, _) => "A person can help you better with this.",
        (Lang::Es, R::ExplicitRequest) => "Por supuesto.",
        (Lang::Es, R::Security) => "La seguridad de su cuenta es lo primero.",
        (Lang::Es, R::Frustration | R::Repetition | R::FailedSteps | R::ChurnRisk) => {
            "Lo que hemos probado no lo ha resuelto y no queremos hacerle perder más tiempo."
        }
        (Lang::Es, _) => "Una persona puede ayudarle mejor con esto.",
        (Lang::Fr, R::ExplicitRequest) => "Bien sûr.",
        (Lang::Fr, R::Security) => "La sécurité de votre compte passe avant tout.",
        (Lang::Fr, R::Frustration | R::Repetition | R::FailedSteps | R::ChurnRisk) => {
            "Ce que nous avons essayé n'a pas suffi, et vous n'avez pas à recommencer."
        }
        (Lang::Fr, _) => "Une personne pourra mieux vous aider.",
        (Lang::De, R::ExplicitRequest) => "Selbstverständlich.",
        (Lang::De, R::Security) => "Die Sicherheit Ihres Kontos geht vor.",
        (Lang::De, R::Frustration | R::Repetition | R::FailedSteps | R::ChurnRisk) => {
            "Was wir versucht haben, hat nicht geholfen, und Sie sollen es nicht noch einmal versuchen müssen."
        }
        (Lang::De, _) => "Ein Mensch kann Ihnen hier besser helfen.",
        (Lang::It, R::ExplicitRequest) => "Certamente.",
        (Lang::It, _) => "Una persona può aiutarla meglio.",
        (Lang::Pt, R::ExplicitRequest) => "Claro.",
        (Lang::Pt, _) => "Uma pessoa pode ajudar melhor neste caso.",
        (Lang::Nl, R::ExplicitRequest) => "Natuurlijk.",
        (Lang::Nl, _) => "Een collega kan u hier beter mee helpen.",
    }
}

fn announced(language: Lang, because: &str, squad: &str) -> String {
    match language {
        Lang::En => format!(
            "{because} I'm connecting you with {squad}. They have everything we discussed, so there is nothing to repeat."
        ),
        Lang::Es => {
            format!(
                "{because} Le paso con {squad}. Tienen todo lo que hemos hablado; no tendrá que repetir nada."
            )
        }
        Lang::Fr => format!(
            "{because} Je vous mets en relation avec {squad}. Notre échange lui est transmis : rien à répéter."
        ),
        Lang::De => format!(
            "{because} Ich verbinde Sie mit {squad}. Unser Gespräch liegt dort vor, Sie müssen nichts wiederholen."
        ),
        Lang::It => {
            format!("{because} La metto in contatto con {squad}. Hanno già tutta la conversazione.")
        }
        Lang::Pt => format!("{because} Vou passar a conversa para {squad}. Já têm tudo o que falámos."),
        Lang::Nl => format!("{because} Ik verbind u door met {squad}. Zij hebben ons hele gesprek."),
    }
}

fn proposed(language: Lang, because: &str) -> String {
    match language {
        Lang::En => format!("{because} Shall I connect you with one of our people?"),
        Lang::Es => format!("{because} ¿Quiere que le pase con una persona?"),
        Lang::Fr => format!("{because} Voulez-vous parler à quelqu'un de notre équipe ?"),
        Lang::De => format!("{because} Soll ich Sie mit einem Menschen verbinden?"),
        Lang::It => format!("{because} Vuole parlare con una persona?"),
        Lang::Pt => format!("{because} Quer falar com uma pessoa?"),
        Lang::Nl => format!("{because} Zal ik u met een collega verbinden?"),
    }
}

fn returned(language: Lang) -> &'static str {
    match language {
        Lang::En => "You are back with the assistant. A person is one tap away.",
        Lang::Es => "Vuelve a estar con el asistente. Puede pedir una persona cuando quiera.",
        Lang::Fr => "Vous êtes de nouveau avec l'assistant. Une personne reste à portée de main.",
        Lang::De => "Der Assistent ist wieder da. Einen Menschen erreichen Sie jederzeit.",
        Lang::It => "È di nuovo con l'assistente. Può chiedere una persona quando vuole.",
        Lang::Pt => "Está de novo com o assistente. Pode pedir uma pessoa a qualquer momento.",
        Lang::Nl => "U bent weer bij de assistent. U kunt altijd om een collega vragen.",
    }
}

fn unknown(language: Lang) -> &'static str {
    match language {
        Lang::En => "I don't know that, and I would rather not guess.",
        Lang::Es => "No lo sé, y prefiero no adivinar.",
        Lang::Fr => "Je ne le sais pas, et je préfère ne pas deviner.",
        Lang::De => "Das weiß ich nicht, und raten möchte ich nicht.",
        Lang::It => "Non lo so e preferisco non tirare a indovinare.",
        Lang::Pt => "Não sei e prefiro não adivinhar.",
        Lang::Nl => "Dat weet ik niet, en ik wil niet gokken.",
    }
}

fn ended(language: Lang) -> &'static str {
    match language {
        Lang::En => "This conversation is settled. Write again whenever you need us.",
        Lang::Es => "Esta conversación ha terminado. Escríbanos cuando lo necesite.",
        Lang::Fr => "Cette conversation est terminée. Écrivez-nous quand vous voulez.",
        Lang::De => "Dieses Gespräch ist abgeschlossen. Schreiben Sie jederzeit wieder.",
        Lang::It => "Questa conversazione è conclusa. Ci scriva quando vuole.",
        Lang::Pt => "Esta conversa terminou. Escreva-nos quando precisar.",
        Lang::Nl => "Dit gesprek is afgerond. Schrijf ons gerust opnieuw.",
    }
}

fn reading(language: Lang, name: &str) -> String {
    match language {
        Lang::En => format!("{name} is reading your conversation"),
        Lang::Es => format!("{name} está leyendo la conversación"),
        Lang::Fr => format!("{name} lit votre conversation"),
        Lang::De => format!("{name} liest Ihr Gespräch"),
        Lang::It => format!("{name} sta leggendo la conversazione"),
        Lang::Pt => format!("{name} está a ler a conversa"),
        Lang::Nl => format!("{name} leest uw gesprek"),
    }
}

fn joined(language: Lang, name: &str) -> String {
    match language {
        Lang::En => format!("{name} read your conversation and joined"),
        Lang::Es => format!("{name} ha leído la conversación y está aquí"),
        Lang::Fr => format!("{name} a lu votre conversation et vous rejoint"),
        Lang::De => format!("{name} hat Ihr Gespräch gelesen und ist da"),
        Lang::It => format!("{name} ha letto la conversazione ed è qui"),
        Lang::Pt => format!("{name} leu a conversa e está aqui"),
        Lang::Nl => format!("{name} heeft uw gesprek gelezen en is er"),
    }
}

fn left(language: Lang, name: &str) -> String {
    match language {
        Lang::En => format!("{name} had to go; a colleague takes over and has everything"),
        Lang::Es => format!("{name} ha tenido que irse; otra persona continúa con toda la información"),
        Lang::Fr => format!("{name} a dû partir ; un collègue prend le relais avec tout l'historique"),
        Lang::De => format!("{name} musste gehen; jemand anderes übernimmt mit dem ganzen Gespräch"),
        Lang::It => format!("{name} è dovuto andare; un collega continua con tutto il contesto"),
        Lang::Pt => format!("{name} teve de sair; um colega continua com tudo o que foi dito"),
        Lang::Nl => format!("{name} moest weg; een collega neemt het over en heeft alles"),
    }
}
