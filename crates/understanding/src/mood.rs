//! How the writer feels, from this turn's words alone: a small lexicon with negation, intensifiers, capitals and
//! punctuation. Weights were set by hand on examples written for Segue.

use segue_core::reading::Mood;

use crate::{
    acts::negated,
    lexicon::{Meaning, Scan},
    text::{Span, Text},
};

/// What one phrase adds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weight {
    /// -1..=1.
    valence: f32,
    /// 0..=1.
    frustration: f32,
    /// 0..=1.
    urgency: f32,
}

const fn weight(valence: f32, frustration: f32, urgency: f32) -> Weight {
    Weight { valence, frustration, urgency }
}

/// Folded phrases by what they add.
#[rustfmt::skip]
pub(crate) const CUES: &[(Weight, &[&str])] = &[
    (
        weight(-0.9, 0.9, 0.0),
        &[
            "furious", "shit*", "bitch*", "dickhead*", "scum", "despicable", "vile", "livid", "outrageous", "outraged", "disgusting", "disgusted", "disgrace",
            "disgraceful", "unacceptable", "infuriating", "pissed off", "fuck*", "wtf", "bullshit",
            "bastard*", "asshole*", "piece of shit", "hate you", "i hate this", "worst company",
            "worst service", "worst experience", "fed up", "sick and tired", "sick of", "scam", "scammers",
            "thieves", "you people", "appalling", "beyond frustrated", "absolutely ridiculous",
            "inaceptable", "estafa", "estafadores", "ladrones", "mierda", "harto", "harta", "furioso",
            "inadmissible", "inacceptable", "scandaleux", "honteux", "arnaque", "arnaqueurs", "merde",
            "ras le bol", "furieux", "j'en ai marre", "unverschamt*", "frechheit", "scheisse", "scheis*",
            "betruger", "inakzeptabel", "stinksauer", "zum kotzen", "inaccettabile", "vergogna",
            "vergognoso", "truffa", "ladri", "schifo", "inaceitavel", "vergonha", "palhacada", "ladroes",
            "merda", "absurdo", "belachelijk", "schandalig", "oplichters", "onacceptabel", "kut", "woedend",
            "skandal", "oszusci", "kurwa", "rezalet", "dolandirici", "ふざけるな", "最悪", "太差", "垃圾", "骗子",
            "безобразие", "возмутительно", "מגעיל", "בושה", "نصب", "مقرف", "최악",
        ],
    ),
    (
        weight(-0.7, 0.65, 0.0),
        &[
            "ridiculous", "dumb", "moron*", "trash", "gross", "toxic", "nasty", "hell", "pissed", "hated", "hates", "jerk*", "clown*", "disgust*", "insult*", "lying", "lies", "lie", "terrible", "horrible", "awful", "pathetic", "useless", "incompetent", "angry",
            "mad at", "hate", "a joke", "nonsense", "rubbish", "garbage", "crap", "damn", "wasting my time",
            "waste of time", "waste of my time", "unbelievable", "so annoying", "extremely annoying",
            "very annoying", "extremely frustrating", "so frustrating", "really frustrating",
            "very frustrating", "had enough", "enough is enough", "third time", "fourth time", "fifth time",
            "tenth time", "how many times", "nobody helps", "no one helps", "not acceptable", "rip off",
            "ripoff", "ripped off", "stupid", "idiot*", "shame on you", "lied to", "liar*", "disaster",
            "nightmare", "never again", "joke of a", "poor service", "bad service", "pathetic service",
            "horrible servicio", "pesimo", "terrible servicio", "nul", "nulle", "lamentable", "katastrophe",
            "furchtbar", "schrecklich", "pessimo", "terribile", "orribile", "pessimo servico", "horrivel",
            "waardeloos", "verschrikkelijk", "tragedia", "berbat", "ひどい", "ужасно", "ужасный", "נורא",
            "سيء جدا", "짜증",
        ],
    ),
    (
        weight(-0.5, 0.45, 0.0),
        &[
            "annoying", "lame", "cringe", "shame", "ashamed", "blame", "ugly", "boring", "weird", "creepy", "sad", "sucked", "sick", "absurd", "pointless", "overpriced", "abus*", "failed me", "let down", "annoyed", "annoys", "frustrating", "frustrated", "irritating", "irritated", "upset",
            "disappointed", "disappointing", "disappointment", "unhappy", "dissatisfied", "not happy", "ugh",
            "argh", "taking forever", "takes forever", "takes ages", "for weeks", "for months", "for hours",
            "keeps happening", "every time", "every single time", "yet again", "once again", "still waiting",
            "makes no sense", "seriously", "come on", "misleading", "unfair", "fault", "lousy", "messed up",
            "screwed", "worst", "sucks", "suck", "lost patience", "losing patience", "going in circles",
            "going around in circles", "running in circles", "poor", "unprofessional", "rude", "ignored",
            "ignoring me", "about to cancel", "wrong again", "failed again", "not leading anywhere",
            "no one answers", "nobody answers", "molesto", "molesta", "frustrante", "decepcionad*", "decu",
            "decue", "decevant", "enerve*", "frustrant", "agacant", "argerlich", "enttauscht", "nervig",
            "nervt", "frustrierend", "genervt", "deluso", "delusa", "fastidioso", "arrabbiat*",
            "decepcionante", "chateado", "irritante", "teleurgesteld", "vervelend", "boos", "zly", "zla",
            "rozczarowan*", "sinir*", "kizgin", "がっかり", "困って", "失望", "生气", "разочарован", "злит", "מתסכל",
            "מאכזב", "محبط", "실망",
        ],
    ),
    (
        weight(-0.3, 0.2, 0.0),
        &[
            "problem", "problems", "issue", "issues", "trouble", "broken", "fails", "failed", "failing",
            "failure", "wrong", "bad", "worse", "error", "errors", "stuck", "confused", "confusing", "lost",
            "missing", "unfortunately", "doesn't work", "does not work", "didn't work", "not working",
            "never arrived", "nothing ever arrived", "can't believe", "cannot believe", "delay*", "late",
            "slow", "complaint", "complain", "not helpful", "unhelpful", "again", "that is false",
            "that's false", "incorrect", "worried", "concerned", "no funciona", "problema", "mal",
            "probleme", "ne marche pas", "schlecht", "funktioniert nicht", "geht nicht", "non funziona",
            "male", "ruim", "nao funciona", "werkt niet", "slecht", "nie dziala", "calismiyor", "だめ", "不行",
            "плохо", "לא עובד", "لا يعمل", "안 돼",
        ],
    ),
    (
        weight(0.35, 0.0, 0.0),
        &[
            "thanks", "thank you", "thank u", "thx", "good", "nice", "fine", "helpful", "glad", "appreciate",
            "please", "works now", "working now", "found it", "solved", "fixed", "no worries", "no problem",
            "gracias", "merci", "danke", "grazie", "obrigado", "obrigada", "bedankt", "dziekuje",
            "tesekkur*", "ありがとう", "谢谢", "спасибо", "תודה", "شكرا", "감사",
        ],
    ),
    (
        weight(0.6, 0.0, 0.0),
        &[
            "great", "perfect", "awesome", "excellent", "love", "wonderful", "fantastic", "amazing",
            "brilliant", "happy", "thanks a lot", "thank you so much", "many thanks", "thanks so much",
            "very helpful", "super helpful", "you're the best", "life saver", "lifesaver", "cool",
            "impressed", "perfecto", "genial", "excelente", "parfait", "super", "genial", "perfekt", "toll",
            "klasse", "prima", "perfetto", "ottimo", "perfeito", "otimo", "geweldig", "fijn", "swietnie",
            "harika", "mukemmel", "助かりました", "太好了", "很好", "отлично", "замечательно", "מעולה", "ممتاز", "최고",
        ],
    ),
    (
        weight(0.0, 0.05, 0.8),
        &[
            "urgent", "urgently", "asap", "a.s.a.p", "immediately", "emergency", "right now", "right away",
            "as soon as possible", "can't wait", "cannot wait", "cant wait", "deadline", "time sensitive",
            "at once", "without delay", "critical", "production is down", "we are down",
            "is down for everyone", "urgente", "urgentemente", "cuanto antes", "de inmediato", "ya mismo",
            "d'urgence", "immediatement", "tout de suite", "au plus vite", "dringend", "sofort",
            "schnellstmoglich", "eilig", "subito", "immediatamente", "prima possibile", "imediatamente",
            "o quanto antes", "dringend", "meteen", "zo snel mogelijk", "onmiddellijk", "pilne",
            "natychmiast", "acil", "hemen", "至急", "緊急", "紧急", "马上", "尽快", "срочно", "немедленно", "דחוף",
            "عاجل", "긴급", "급해",
        ],
    ),
    (
        weight(0.0, 0.0, 0.4),
        &[
            "today", "tonight", "this morning", "by tomorrow", "tomorrow", "i fly", "my flight",
            "i leave on", "before friday", "by friday", "soon", "quickly", "fast", "hurry", "waiting", "hoy",
            "manana", "aujourd'hui", "demain", "heute", "morgen", "oggi", "domani", "hoje", "amanha",
            "vandaag",
        ],
    ),
];

/// Words that strengthen what follows.
const INTENSIFIERS: &[&str] = &[
    "very",
    "so",
    "really",
    "extremely",
    "absolutely",
    "totally",
    "completely",
    "incredibly",
    "utterly",
    "beyond",
    "too",
    "super",
    "muy",
    "tan",
    "tres",
    "vraiment",
    "sehr",
    "wirklich",
    "molto",
    "davvero",
    "muito",
    "heel",
    "erg",
    "bardzo",
    "cok",
];

/// Reads the mood.
pub(crate) fn read(scan: &Scan<'_>) -> Mood {
    let text = &scan.text;
    let (mut good, mut bad, mut calm, mut urgent) = (0.0_f32, 0.0_f32, 1.0_f32, 0.0_f32);
    let mut taken: Vec<Span> = Vec::new();
    let mut hits: Vec<(Weight, Span)> = Vec::new();
    for hit in &scan.hits {
        if let Meaning::Mood(weight) = hit.meaning {
            hits.push((weight, hit.span));
        }
    }
    // The longer words of a place say more than the shorter ones within them.
    hits.sort_by_key(|(_, span)| std::cmp::Reverse(span.end - span.start));
    for (weight, span) in hits {
        if taken.iter().any(|known| known.overlaps(span)) {
            continue;
        }
        taken.push(span);
        let factor = if intensified(text, span) { 1.35 } else { 1.0 };
        if weight.valence != 0.0 && negated(text, span) {
            // "not great" is mildly bad, "no problem" mildly good.
            let turned = -0.5 * weight.valence * factor;
            if turned > 0.0 {
                good += turned
            } else {
                bad -= turned
            }
            continue;
        }
        if weight.valence > 0.0 {
            good += weight.valence * factor
        } else {
            bad -= weight.valence * factor
        }
        calm *= 1.0 - (weight.frustration * factor).min(0.95) * 0.8;
        urgent = urgent.max(weight.urgency);
    }
    let loud = loudness(text);
    let mut frustration = 1.0 - calm;
    if bad > good {
        frustration += (1.0 - frustration) * loud * 0.5;
    } else {
        frustration *= if good > bad { 0.5 } else { 1.0 };
    }
    let valence = ((good - bad) * 1.1).tanh();
    let urgency = if urgent > 0.0 { (urgent + loud * 0.2).min(1.0) } else { 0.0 };
    Mood { valence, frustration: frustration.clamp(0.0, 1.0), urgency }
}

/// Whether one of the two words before strengthens.
fn intensified(text: &Text<'_>, span: Span) -> bool {
    let before = text.words.iter().rev().skip_while(|word| word.start >= span.start).take(2);
    before.map(|&word| text.of(word)).any(|word| INTENSIFIERS.contains(&word))
}

/// Capitals and exclamation marks, 0..=1.
fn loudness(text: &Text<'_>) -> f32 {
    let marks = text.folded.bytes().filter(|&b| b == b'!').count();
    let marks = match marks {
        0 => 0.0,
        1 => 0.1,
        2 => 0.3,
        _ => 0.5,
    };
    let asking = if text.folded.contains("??") { 0.2 } else { 0.0 };
    let shouted = text.shouted_words() as f32 / text.words.len().max(4) as f32;
    (marks + asking + shouted.min(0.5)).min(1.0)
}

#[cfg(test)]
mod tests {
    use crate::testing::read;

    /// Bounds of frustration, and the sign of valence.
    #[track_caller]
    fn check(text: &str, frustration: std::ops::RangeInclusive<f32>, valence: i32) {
        let mood = read(text).mood;
        assert!(frustration.contains(&mood.frustration), "{text}: {mood:?}");
        let sign = if mood.valence > 0.15 {
            1
        } else if mood.valence < -0.15 {
            -1
        } else {
            0
        };
        assert_eq!(sign, valence, "{text}: {mood:?}");
    }

    #[test]
    fn tells_moods() {
        check("works now, thanks a lot", 0.0..=0.05, 1);
        check("perfect thank you", 0.0..=0.05, 1);
        check("Where can I change my address?", 0.0..=0.05, 0);
        check("Ugh this is SO annoying, the app logged me out again!!", 0.5..=1.0, -1);
        check("This is the third time this has happened and I'm about to cancel.", 0.6..=1.0, -1);
        check("I am furious, this is unacceptable", 0.8..=1.0, -1);
        check("This is not great", 0.0..=0.2, -1);
        check("c'est inadmissible", 0.6..=1.0, -1);
        check("no problem", 0.0..=0.1, 1);
    }

    #[test]
    fn tells_urgency() {
        assert!(read("I need this ASAP").mood.urgency >= 0.7);
        assert!(read("I fly on Friday, I can't wait two days.").mood.urgency >= 0.7);
        assert_eq!(read("How do I export?").mood.urgency, 0.0);
    }
}
