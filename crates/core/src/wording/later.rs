//! What the customer is told when a human comes later: tickets, callbacks, and the choices there are.

use super::customer::Lang;
use crate::{callback::Moved, conversation::ticketing::TicketFor};

/// Why nobody comes, that nothing is lost, and when there will be an answer.
pub(super) fn ticketed(
    language: Lang,
    why: TicketFor,
    ticket: &str,
    due: &str,
    contact_known: bool,
) -> String {
    let (why, noted) = (no_human(language, why), noted(language, ticket, due));
    let text = format!("{why} {noted}");
    if contact_known {
        return text;
    }
    let ask = match language {
        Lang::En => "Where should we send it?",
        Lang::Es => "¿A qué dirección se la enviamos?",
        Lang::Fr => "À quelle adresse l'envoyer ?",
        Lang::De => "Wohin sollen wir sie schicken?",
        Lang::It => "A quale indirizzo la inviamo?",
        Lang::Pt => "Para que endereço enviamos?",
        Lang::Nl => "Waar sturen we het naartoe?",
    };
    format!("{text} {ask}")
}

fn no_human(language: Lang, why: TicketFor) -> &'static str {
    use TicketFor::{Closing, Nobody, NotReached};
    match (language, why) {
        (Lang::En, Nobody) => "Nobody from the team is here right now.",
        (Lang::Es, Nobody) => "Ahora mismo no hay nadie del equipo.",
        (Lang::Fr, Nobody) => "L'équipe n'est pas là en ce moment.",
        (Lang::De, Nobody) => "Gerade ist niemand aus dem Team da.",
        (Lang::It, Nobody) => "In questo momento non c'è nessuno.",
        (Lang::Pt, Nobody) => "Neste momento não há ninguém da equipa.",
        (Lang::Nl, Nobody) => "Er is nu niemand van het team.",
        (Lang::En, Closing) => {
            "The team has closed for now, and we are sorry that nobody got to you in time."
        }
        (Lang::Es, Closing) => "El equipo ha cerrado por ahora; sentimos no haberle atendido a tiempo.",
        (Lang::Fr, Closing) => {
            "L'équipe vient de fermer ; nous sommes désolés de ne pas vous avoir répondu à temps."
        }
        (Lang::De, Closing) => {
            "Das Team hat jetzt geschlossen; es tut uns leid, dass niemand mehr rechtzeitig bei Ihnen war."
        }
        (Lang::It, Closing) => "Il servizio ora è chiuso; ci dispiace di non averle risposto in tempo.",
        (Lang::Pt, Closing) => "A equipa fechou por agora; lamentamos não ter chegado a tempo.",
        (Lang::Nl, Closing) => "Het team is nu gesloten; het spijt ons dat niemand op tijd bij u was.",
        (Lang::En, NotReached) => "We called you back and could not reach you.",
        (Lang::Es, NotReached) => "Hemos intentado llamarle y no lo hemos conseguido.",
        (Lang::Fr, NotReached) => "Nous vous avons rappelé sans parvenir à vous joindre.",
        (Lang::De, NotReached) => "Wir haben uns bei Ihnen gemeldet und Sie nicht erreicht.",
        (Lang::It, NotReached) => "L'abbiamo richiamata senza riuscire a raggiungerla.",
        (Lang::Pt, NotReached) => "Tentámos contactar consigo e não conseguimos.",
        (Lang::Nl, NotReached) => "We hebben u teruggebeld en niet bereikt.",
    }
}

fn noted(language: Lang, ticket: &str, due: &str) -> String {
    match language {
        Lang::En => format!(
            "I have written everything down as ticket {ticket}, so you will not have to explain it again. You get an answer by {due}."
        ),
        Lang::Es => format!(
            "Lo he anotado todo en el caso {ticket}; no tendrá que explicarlo otra vez. Tendrá respuesta antes de: {due}."
        ),
        Lang::Fr => format!(
            "J'ai tout noté dans le dossier {ticket} ; vous n'aurez rien à réexpliquer. Réponse au plus tard : {due}."
        ),
        Lang::De => format!(
            "Ich habe alles als Vorgang {ticket} notiert, Sie müssen es nicht noch einmal erklären. Sie bekommen eine Antwort bis {due}."
        ),
        Lang::It => {
            format!("Ho annotato tutto nella richiesta {ticket}. Avrà una risposta entro: {due}.")
        }
        Lang::Pt => format!("Anotei tudo no pedido {ticket}. Terá resposta até: {due}."),
        Lang::Nl => format!("Ik heb alles genoteerd als ticket {ticket}. U krijgt antwoord vóór {due}."),
    }
}

pub(super) fn callback_booked(language: Lang, when: &str) -> String {
    match language {
        Lang::En => format!(
            "Agreed: we get back to you {when}. Your place is kept, and whoever it is will have read everything."
        ),
        Lang::Es => format!(
            "De acuerdo: nos pondremos en contacto con usted {when}. Conserva su turno y no tendrá que repetir nada."
        ),
        Lang::Fr => format!(
            "C'est noté : nous vous recontactons {when}. Votre place est gardée et rien ne sera à répéter."
        ),
        Lang::De => format!(
            "Abgemacht: Wir melden uns bei Ihnen {when}. Ihr Platz bleibt erhalten, und Sie müssen nichts wiederholen."
        ),
        Lang::It => {
            format!("D'accordo: la ricontattiamo {when}. Il suo posto resta e non dovrà ripetere nulla.")
        }
        Lang::Pt => format!(
            "Combinado: entramos em contacto {when}. O seu lugar fica guardado e não terá de repetir nada."
        ),
        Lang::Nl => format!(
            "Afgesproken: we nemen contact met u op {when}. U houdt uw plaats en hoeft niets te herhalen."
        ),
    }
}

pub(super) fn callback_moved(language: Lang, when: &str, why: Moved) -> String {
    let because = moved_because(language, why);
    let now = match language {
        Lang::En => format!("We now get back to you {when}."),
        Lang::Es => format!("Ahora nos pondremos en contacto con usted {when}."),
        Lang::Fr => format!("Nous vous recontactons désormais {when}."),
        Lang::De => format!("Wir melden uns jetzt {when}."),
        Lang::It => format!("Ora la ricontattiamo {when}."),
        Lang::Pt => format!("Agora entramos em contacto {when}."),
        Lang::Nl => format!("We nemen nu contact met u op {when}."),
    };
    if because.is_empty() { now } else { format!("{because} {now}") }
}

fn moved_because(language: Lang, why: Moved) -> &'static str {
    match (language, why) {
        (_, Moved::Customer) => "",
        (Lang::En, Moved::Hours) => "Our hours have changed, and nobody is here at the time we agreed on.",
        (Lang::Es, Moved::Hours) => "Nuestro horario ha cambiado y a la hora acordada no habrá nadie.",
        (Lang::Fr, Moved::Hours) => "Nos horaires ont changé et personne ne sera là à l'heure convenue.",
        (Lang::De, Moved::Hours) => {
            "Unsere Zeiten haben sich geändert, und zur vereinbarten Zeit ist niemand da."
        }
        (Lang::It, Moved::Hours) => "I nostri orari sono cambiati e all'ora concordata non ci sarà nessuno.",
        (Lang::Pt, Moved::Hours) => "O nosso horário mudou e à hora combinada não estará ninguém.",
        (Lang::Nl, Moved::Hours) => "Onze tijden zijn veranderd en op de afgesproken tijd is er niemand.",
        (Lang::En, Moved::Missed) => "We called you back and could not reach you. We will try once more.",
        (Lang::Es, Moved::Missed) => {
            "Hemos intentado llamarle y no lo hemos conseguido. Lo intentaremos otra vez."
        }
        (Lang::Fr, Moved::Missed) => {
            "Nous n'avons pas réussi à vous joindre. Nous essaierons encore une fois."
        }
        (Lang::De, Moved::Missed) => "Wir haben Sie nicht erreicht und versuchen es noch einmal.",
        (Lang::It, Moved::Missed) => "Non siamo riusciti a raggiungerla. Riproveremo ancora una volta.",
        (Lang::Pt, Moved::Missed) => "Não conseguimos contactar consigo. Vamos tentar mais uma vez.",
        (Lang::Nl, Moved::Missed) => "We hebben u niet bereikt en proberen het nog één keer.",
    }
}

pub(super) fn callback_due(language: Lang) -> &'static str {
    match language {
        Lang::En => "It is time for your callback. Somebody will be with you in a moment.",
        Lang::Es => "Es la hora acordada. Enseguida le atenderá una persona.",
        Lang::Fr => "C'est l'heure convenue. Quelqu'un arrive dans un instant.",
        Lang::De => "Es ist so weit. Gleich ist jemand für Sie da.",
        Lang::It => "È l'ora concordata. Tra un attimo qualcuno sarà da lei.",
        Lang::Pt => "Chegou a hora combinada. Já vem alguém.",
        Lang::Nl => "Het is zover. Er komt zo iemand bij u.",
    }
}

pub(super) fn stays(language: Lang, opens: Option<&str>) -> String {
    let kept = match language {
        Lang::En => "You stay in line, and your place is kept.",
        Lang::Es => "Sigue en la cola y conserva su turno.",
        Lang::Fr => "Vous restez dans la file et votre place est gardée.",
        Lang::De => "Sie bleiben in der Reihe, Ihr Platz bleibt erhalten.",
        Lang::It => "Resta in coda e il suo posto è mantenuto.",
        Lang::Pt => "Continua na fila e o seu lugar fica guardado.",
        Lang::Nl => "U blijft in de rij en houdt uw plaats.",
    };
    let Some(opens) = opens else { return kept.into() };
    let back = match language {
        Lang::En => format!("The team is back {opens}."),
        Lang::Es => format!("El equipo vuelve: {opens}."),
        Lang::Fr => format!("L'équipe revient : {opens}."),
        Lang::De => format!("Das Team ist wieder da: {opens}."),
        Lang::It => format!("Il team torna: {opens}."),
        Lang::Pt => format!("A equipa volta: {opens}."),
        Lang::Nl => format!("Het team is er weer: {opens}."),
    };
    format!("{kept} {back}")
}

pub(super) fn by_email(language: Lang) -> &'static str {
    match language {
        Lang::En => "Answer me by e-mail",
        Lang::Es => "Respóndanme por correo",
        Lang::Fr => "Répondez-moi par e-mail",
        Lang::De => "Per E-Mail antworten",
        Lang::It => "Rispondetemi via e-mail",
        Lang::Pt => "Respondam por e-mail",
        Lang::Nl => "Antwoord per e-mail",
    }
}

pub(super) fn by_callback(language: Lang) -> &'static str {
    match language {
        Lang::En => "Get back to me at a time I choose",
        Lang::Es => "Contacten conmigo a la hora que elija",
        Lang::Fr => "Recontactez-moi à l'heure de mon choix",
        Lang::De => "Zu einer Zeit melden, die ich wähle",
        Lang::It => "Ricontattatemi all'ora che scelgo",
        Lang::Pt => "Contactem-me à hora que eu escolher",
        Lang::Nl => "Neem contact op wanneer het mij uitkomt",
    }
}

pub(super) fn keep_waiting(language: Lang) -> &'static str {
    match language {
        Lang::En => "Keep waiting in line",
        Lang::Es => "Seguir en la cola",
        Lang::Fr => "Rester dans la file",
        Lang::De => "In der Reihe bleiben",
        Lang::It => "Restare in coda",
        Lang::Pt => "Continuar na fila",
        Lang::Nl => "In de rij blijven",
    }
}
