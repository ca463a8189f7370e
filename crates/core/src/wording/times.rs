//! Times in words, in a zone and a language.

use jiff::Zoned;

use super::customer::Lang;
use crate::{
    callback::Slot, conversation::Conversation, hours::zoned, ids::AtMs, organisation::Organisation,
};

/// From here on a weekday alone may be taken for the one of this week, ms.
const FAR_MS: AtMs = 6 * 24 * 3600 * 1000;

/// A moment in words, in a zone: `Saturday 09:30`; with its date where it is not within the next days.
pub fn moment(at_ms: AtMs, now_ms: AtMs, time_zone: &str, language: &str) -> String {
    let at = zoned(at_ms, time_zone);
    format!("{} {}", day(&at, at_ms - now_ms >= FAR_MS, Lang::of(language)), at.strftime("%H:%M"))
}

/// The time of a callback in words, in the customer's zone and language: `Monday 14:30–15:00`. Where the customer's zone
/// is not known it is the organisation's, and named.
pub fn slot(conversation: &Conversation, organisation: &Organisation, slot: Slot, now_ms: AtMs) -> String {
    let package = &conversation.package;
    let language = package.language.as_deref().unwrap_or(&organisation.language);
    let own = package.customer.time_zone.as_deref();
    let text = span(slot, now_ms, own.unwrap_or(&organisation.time_zone), language);
    if own.is_some() { text } else { format!("{text} ({})", organisation.time_zone) }
}

/// A slot in words, in a zone.
pub fn span(slot: Slot, now_ms: AtMs, time_zone: &str, language: &str) -> String {
    let until = zoned(slot.until_ms, time_zone).strftime("%H:%M").to_string();
    format!("{}–{until}", moment(slot.from_ms, now_ms, time_zone, language))
}

fn day(at: &Zoned, far: bool, language: Lang) -> String {
    let weekday = at.weekday().to_monday_zero_offset() as usize;
    let name = match language {
        Lang::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        Lang::Es => ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
        Lang::Fr => ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        Lang::De => ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
        Lang::It => ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
        Lang::Pt => [
            "segunda-feira",
            "terça-feira",
            "quarta-feira",
            "quinta-feira",
            "sexta-feira",
            "sábado",
            "domingo",
        ],
        Lang::Nl => ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
    }[weekday];
    match (far, language) {
        (false, _) => name.to_owned(),
        (true, Lang::En) => format!("{name} {}", at.strftime("%-d %B")),
        (true, Lang::De) => format!("{name}, {}", at.strftime("%-d.%-m.")),
        (true, Lang::Nl) => format!("{name} {}", at.strftime("%-d-%-m")),
        (true, _) => format!("{name} {}", at.strftime("%-d/%-m")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_the_customers_zone_and_language() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_millisecond();
        let now = at("2026-11-21T12:00:00Z");
        let check = |from: &str, zone, language, expected: &str| {
            let from_ms = at(from);
            let slot = Slot { from_ms, until_ms: from_ms + 30 * 60_000 };
            assert_eq!(span(slot, now, zone, language), expected);
        };
        check("2026-11-23T13:30:00Z", "Europe/Madrid", "en", "Monday 14:30–15:00");
        check("2026-11-23T13:30:00Z", "America/Bogota", "es", "lunes 08:30–09:00");
        check("2026-11-23T23:45:00Z", "Asia/Tokyo", "de", "Dienstag 08:45–09:15");
        check("2026-11-28T13:30:00Z", "UTC", "en", "Saturday 28 November 13:30–14:00");
        check("2026-11-28T13:30:00Z", "UTC", "fr", "samedi 28/11 13:30–14:00");
    }
}
