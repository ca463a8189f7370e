//! Which language a turn is in: by its script, then by its function words, then by whatlang where the text is
//! long enough for it. Says nothing rather than guess.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::LazyLock,
};

use segue_core::{context::ContextPackage, reading::Language};
use whatlang::Lang;

use crate::text::Text;

/// Letters that whatlang needs before its answer is worth asking for.
const WHATLANG_LEAST: usize = 24;
/// Letters that whatlang is shown; more changes nothing but the time.
const WHATLANG_MOST: usize = 240;

/// Folded function words and very common words of chats, by language.
const FUNCTION_WORDS: &[(&str, &str)] = &[
    (
        "en",
        "the a an and or but if then else of to in on at by for from with without about into over after before is am are was were be been being do does did doing done have has had having will would can could should shall may might must not no nor so than that this these those there here it its he she they them their his her we us our you your i me my mine who whom whose which what when where why how all any both each few more most other some such only own same too very just also still yet again i'm i've i'd i'll it's that's don't doesn't didn't can't won't isn't aren't wasn't you're they're we're there's what's let's please thanks hello yes",
    ),
    (
        "es",
        "el la los las un una unos unas y o pero si de del al a en con sin por para es son era fue ser estar esta estan esto este esta ese esa eso como cuando donde que quien cual no ni muy mas menos ya yo tu usted nosotros ellos me te se le les lo mi mis su sus nos hay tengo tiene puedo puede quiero necesito hola gracias porque tambien todo toda nada hacer hice he ha han desde hasta sobre entre favor",
    ),
    (
        "fr",
        "le la les un une des et ou mais si de du au aux en dans avec sans pour par sur est sont etait etre suis ai as a avons ont avez ce cet cette ces que qui quoi ou quand comment pourquoi ne pas plus moins je tu il elle nous vous ils on me te se lui leur mon ma mes votre vos notre nos son sa ses bonjour merci tres aussi deja encore rien tout faire peux peut veux voudrais c'est j'ai n'est d'un d'une qu'il s'il",
    ),
    (
        "de",
        "der die das den dem des ein eine einen einem einer und oder aber wenn dann von zu zum zur in im an am auf mit ohne fur aus bei nach vor uber ist sind war waren sein habe hat haben hatte werden wird wurde kann konnen konnte mochte muss soll nicht kein keine nie noch schon auch nur sehr mehr ich du er sie es wir ihr mich mir dich uns mein meine meinen ihre ihren ihr wer was wann wo wie warum bitte danke hallo ja nein das dass diese dieser dieses immer alles nichts",
    ),
    (
        "it",
        "il lo la i gli le un uno una e o ma se di del della dei delle al alla ai in nel nella con senza per da dal su sono e era essere ho ha hanno abbiamo avere che chi cosa quando dove come perche non piu meno gia ancora io tu lui lei noi voi loro mi ti si ci vi mio mia miei vostro vostra questo questa quello quella molto anche tutto niente posso puo voglio vorrei ciao grazie buongiorno fare fatto sto sta c'e",
    ),
    (
        "pt",
        "o a os as um uma uns umas e ou mas se de do da dos das ao aos em no na nos nas com sem por para pelo pela e sao era foi ser estar esta estou tenho tem temos ter que quem qual quando onde como porque nao mais menos ja ainda eu tu voce voces ele ela nos eles me te se lhe meu minha meus seu sua isso isto este esta muito tambem tudo nada posso pode quero preciso ola obrigado obrigada fazer fiz bom dia",
    ),
    (
        "nl",
        "de het een en of maar als dan van naar in op aan met zonder voor uit bij na door over is zijn was waren ben bent heb hebt heeft had worden wordt werd kan kunnen kon moet zal zou niet geen nooit nog al ook alleen heel meer ik jij je u hij zij ze wij we jullie mij me mijn uw jouw ons onze hun wie wat wanneer waar hoe waarom dit dat deze die graag bedankt hallo ja nee alles niets er wil doe gedaan",
    ),
    (
        "pl",
        "i w z na do nie sie jest to ze jak co czy ale o od po za dla przez przed bez ja ty on ona my wy oni mnie mi moj moje moja mam ma mamy masz byc byl byla bylo sa ten ta te tego tej juz jeszcze tylko bardzo tez kiedy gdzie dlaczego prosze dziekuje dzien dobry chce moge mozna wszystko nic jestem",
    ),
    (
        "tr",
        "ve veya ama ile icin bir bu su o da de mi mu degil var yok ben sen biz siz onlar bana sana benim senin bizim sizin ne nasil neden nicin nerede zaman cok daha en gibi kadar sonra once her hic sey istiyorum olarak oldu olan merhaba lutfen tesekkurler evet hayir hala ki ediyorum",
    ),
    (
        "sv",
        "och att det som en ett jag du han hon vi ni de mig dig min mitt mina din har hade ar var vara inte ingen for med till fran pa av om men eller nar hur varfor vad kan ska vill maste hej tack ja nej mycket bara ocksa redan",
    ),
    (
        "da",
        "og at det som en et jeg du han hun vi de mig dig min mit mine har havde er var vaere ikke ingen for med til fra pa af om men eller hvornar hvordan hvorfor hvad kan skal vil hej tak ja nej meget kun ogsa allerede",
    ),
];

/// FNV-1a: short words hash faster with it than with the default.
#[derive(Clone)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

type WordMap = HashMap<&'static str, u16, BuildHasherDefault<Fnv>>;

/// The languages, as bits, that a function word belongs to.
static WORDS: LazyLock<WordMap> = LazyLock::new(|| {
    let mut map = WordMap::default();
    for (bit, (_, words)) in FUNCTION_WORDS.iter().enumerate() {
        for word in words.split(' ') {
            *map.entry(word).or_default() |= 1 << bit;
        }
    }
    map
});

/// Whether a folded word is a function word of any language.
pub(crate) fn is_function_word(word: &str) -> bool {
    WORDS.contains_key(word)
}

/// Whether a folded word is a function word of English, Spanish, French or German. Narrower than
/// [`is_function_word`], since short function words of all languages together are names as well ("Dan", "Al").
pub(crate) fn is_common(word: &str) -> bool {
    WORDS.get(word).is_some_and(|bits| bits & 0b1111 != 0)
}

/// How widely a folded word is used as a function word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Familiar {
    /// Not as one.
    No,
    /// As [`is_function_word`] says.
    Somewhere,
    /// As [`is_common`] says.
    Widely,
}

/// How widely a folded word is used, in one look.
pub(crate) fn familiar(word: &str) -> Familiar {
    match WORDS.get(word) {
        None => Familiar::No,
        Some(bits) if bits & 0b1111 != 0 => Familiar::Widely,
        Some(_) => Familiar::Somewhere,
    }
}

/// Tells languages.
pub(crate) struct LanguageReader;

impl LanguageReader {
    pub fn new() -> Self {
        LazyLock::force(&WORDS);
        Self
    }

    /// The language, or none where the text is too short and the conversation has none yet.
    pub fn read(&self, text: &Text<'_>, context: &ContextPackage) -> Option<Language> {
        let (letters, other) = letters(text);
        if other * 3 > letters {
            return by_script(text);
        }
        if letters == 0 {
            return None;
        }
        let settled = context.language.as_deref();
        let mut scores = scores(text);
        letter_scores(text, &mut scores);
        let best = (0..FUNCTION_WORDS.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
        let second =
            (0..FUNCTION_WORDS.len()).filter(|&at| at != best).map(|at| scores[at]).fold(0.0, f32::max);
        let (code, score) = (FUNCTION_WORDS[best].0, scores[best]);
        if let Some(settled) = settled {
            let own =
                FUNCTION_WORDS.iter().position(|&(code, _)| code == settled).map_or(0.0, |at| scores[at]);
            let changed = score >= 2.0 && score >= own * 2.0 && score - second >= 0.8;
            if !changed && (own > 0.0 || letters < WHATLANG_LEAST) {
                let probability = if own > 0.0 { 0.95 } else { 0.6 };
                return Some(language(settled, probability));
            }
        }
        let margin = score - second;
        if score >= 1.0 && margin >= 0.8 || score >= 0.9 && margin >= 0.45 && letters >= 8 {
            return Some(language(code, (0.6 + 0.1 * margin + 0.05 * score).min(0.99)));
        }
        if letters >= WHATLANG_LEAST {
            return by_whatlang(text).or_else(|| settled.map(|code| language(code, 0.5)));
        }
        settled.map(|code| language(code, 0.5))
    }
}

fn language(code: &str, probability: f32) -> Language {
    Language { code: code.to_owned(), probability }
}

/// Letters in all, and those of scripts other than Latin.
fn letters(text: &Text<'_>) -> (usize, usize) {
    if text.folded.is_ascii() {
        return (text.folded.bytes().filter(u8::is_ascii_alphabetic).count(), 0);
    }
    let mut counts = (0, 0);
    for c in text.folded.chars().filter(|c| c.is_alphabetic()) {
        counts.0 += 1;
        counts.1 += usize::from(c >= '\u{0370}');
    }
    counts
}

/// Evidence per language: each different function word counts by how few languages share it.
fn scores(text: &Text<'_>) -> [f32; FUNCTION_WORDS.len()] {
    let mut scores = [0.0; FUNCTION_WORDS.len()];
    let mut seen: [&str; 40] = [""; 40];
    let mut count = 0;
    for &span in &text.words {
        let word = text.of(span);
        let Some(&bits) = WORDS.get(word) else { continue };
        if count == seen.len() {
            break;
        }
        if seen[..count].contains(&word) {
            continue;
        }
        seen[count] = word;
        count += 1;
        let share = match bits.count_ones() {
            1 => 1.0,
            2 => 0.45,
            3 => 0.3,
            _ => 0.15,
        };
        for (bit, score) in scores.iter_mut().enumerate() {
            if bits & (1 << bit) != 0 {
                *score += share;
            }
        }
    }
    scores
}

/// Letters that one of the languages mostly has to itself, with what each adds.
const LETTERS: &[(&str, &str, f32)] = &[
    ("tr", "ığİ", 1.5),
    ("tr", "ş", 0.7),
    ("pl", "łżęąśźć", 1.5),
    ("pt", "ãõ", 1.2),
    ("es", "ñ¿¡", 1.5),
    ("de", "ß", 2.0),
    ("fr", "œ", 1.0),
];

fn letter_scores(text: &Text<'_>, scores: &mut [f32; FUNCTION_WORDS.len()]) {
    if text.raw.is_ascii() {
        return;
    }
    for &(code, letters, score) in LETTERS {
        if text.raw.contains(|c: char| letters.contains(c))
            && let Some(at) = FUNCTION_WORDS.iter().position(|&(known, _)| known == code)
        {
            scores[at] += score;
        }
    }
}

/// The language of a script that only one, or mostly one, language uses.
fn by_script(text: &Text<'_>) -> Option<Language> {
    let (
        mut kana,
        mut han,
        mut hangul,
        mut hebrew,
        mut arabic,
        mut cyrillic,
        mut greek,
        mut thai,
        mut nagari,
    ) = (0, 0, 0, 0, 0, 0, 0, 0, 0);
    for c in text.folded.chars().take(WHATLANG_MOST) {
        match c {
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => han += 1,
            '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => hangul += 1,
            '\u{0590}'..='\u{05ff}' => hebrew += 1,
            '\u{0600}'..='\u{06ff}' => arabic += 1,
            '\u{0400}'..='\u{04ff}' => cyrillic += 1,
            '\u{0370}'..='\u{03ff}' => greek += 1,
            '\u{0e00}'..='\u{0e7f}' => thai += 1,
            '\u{0900}'..='\u{097f}' => nagari += 1,
            _ => {}
        }
    }
    if kana > 0 && kana * 5 >= han {
        return Some(language("ja", 0.98));
    }
    let counts = [
        (han, "zh"),
        (hangul, "ko"),
        (hebrew, "he"),
        (arabic, "ar"),
        (cyrillic, "ru"),
        (greek, "el"),
        (thai, "th"),
        (nagari, "hi"),
    ];
    let &(most, code) = counts.iter().max_by_key(|(count, _)| *count)?;
    if most == 0 {
        return None;
    }
    // Arabic, Hebrew, Cyrillic and Devanagari letters write several languages: ask where there is enough text.
    let shared = matches!(code, "ar" | "he" | "ru" | "hi");
    if shared
        && most >= WHATLANG_LEAST
        && let Some(found) = by_whatlang(text)
    {
        return Some(found);
    }
    Some(language(code, if shared { 0.8 } else { 0.97 }))
}

/// What whatlang says, where it is sure.
fn by_whatlang(text: &Text<'_>) -> Option<Language> {
    let end = text.raw.char_indices().nth(WHATLANG_MOST).map_or(text.raw.len(), |(at, _)| at);
    let info = whatlang::detect(&text.raw[..end])?;
    if !info.is_reliable() && info.confidence() < 0.6 {
        return None;
    }
    Some(language(code(info.lang())?, (info.confidence() as f32).clamp(0.3, 0.95)))
}

/// ISO 639-1 for the languages that have one.
fn code(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Eng => "en",
        Lang::Spa => "es",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ita => "it",
        Lang::Por => "pt",
        Lang::Nld => "nl",
        Lang::Pol => "pl",
        Lang::Tur => "tr",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "nb",
        Lang::Fin => "fi",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Bul => "bg",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Ell => "el",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Bel => "be",
        Lang::Ara => "ar",
        Lang::Pes => "fa",
        Lang::Urd => "ur",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Mar => "mr",
        Lang::Nep => "ne",
        Lang::Ben => "bn",
        Lang::Tha => "th",
        Lang::Vie => "vi",
        Lang::Ind => "id",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Cat => "ca",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use segue_core::context::Role;

    use crate::testing::{read, read_after};

    #[track_caller]
    fn check(text: &str, code: Option<&str>) {
        let language = read(text).language;
        assert_eq!(language.as_ref().map(|language| language.code.as_str()), code, "{text}: {language:?}");
    }

    #[test]
    fn tells_languages() {
        check("I just need to talk to a real person", Some("en"));
        check("Hola, no puedo entrar en mi cuenta", Some("es"));
        check("ya lo hice y nada, quiero hablar con una persona", Some("es"));
        check("Je n'arrive pas à me connecter à mon compte", Some("fr"));
        check("Ich kann mich nicht anmelden", Some("de"));
        check("Non riesco ad accedere al mio conto", Some("it"));
        check("Não consigo entrar na minha conta", Some("pt"));
        check("Ik kan niet inloggen op mijn account", Some("nl"));
        check("Nie mogę zalogować się na konto", Some("pl"));
        check("Hesabıma giriş yapamıyorum, ne yapmam lazım", Some("tr"));
        check("アカウントに入れません", Some("ja"));
        check("我登录不了账户", Some("zh"));
        check("계정에 로그인할 수 없어요", Some("ko"));
        check("אני לא מצליח להתחבר לחשבון", Some("he"));
        check("لا أستطيع الدخول إلى حسابي", Some("ar"));
        check("Не могу войти в аккаунт", Some("ru"));
    }

    #[test]
    fn says_nothing_rather_than_guess() {
        check("7916676427", None);
        check("Crystal Minh", None);
        check("👍", None);
        check("", None);
    }

    #[test]
    fn short_answers_take_the_language_of_the_conversation() {
        let reading = read_after(&[(Role::Customer, "Hola, no puedo entrar en mi cuenta")], "perfecto");
        assert_eq!(reading.language.unwrap().code, "es");
    }
}
