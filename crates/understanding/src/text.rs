//! One turn's text, prepared once for every reader: folded to lower case without accents, split into words and
//! sentences, with a way back from folded bytes to characters and to the raw words.
//!
//! Invariant: folding is one character to one character, so a character offset means the same in both.

use std::borrow::Cow;

/// The most characters of a turn that are read; the rest of a longer text is kept but not looked at.
pub const READ_MAX_CHARS: usize = 16_000;

/// `[start, end)` in bytes of the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl From<regex::Match<'_>> for Span {
    fn from(found: regex::Match<'_>) -> Self {
        Self { start: found.start(), end: found.end() }
    }
}

/// A text ready to be read.
pub(crate) struct Text<'a> {
    /// As written, at most [`READ_MAX_CHARS`].
    pub raw: &'a str,
    /// Lower case, without accents, plain apostrophes, dashes, spaces and digits.
    pub folded: String,
    /// Runs of letters, digits and inner apostrophes.
    pub words: Vec<Span>,
    /// Sentences without the white space around them.
    pub sentences: Vec<Span>,
    /// How many digits there are.
    pub digits: usize,
    /// Byte in `raw` of each character and of the end; absent where `raw` is ASCII.
    raw_starts: Option<Vec<u32>>,
    /// Character of each byte of `folded` and of the end; absent where `folded` is ASCII.
    char_of: Option<Vec<u32>>,
}

impl<'a> Text<'a> {
    pub fn new(raw: &'a str) -> Self {
        let raw = head(raw, READ_MAX_CHARS);
        let (folded, raw_starts) = if raw.is_ascii() {
            (raw.to_ascii_lowercase(), None)
        } else {
            let mut starts: Vec<u32> = raw.char_indices().map(|(at, _)| at as u32).collect();
            starts.push(raw.len() as u32);
            (raw.chars().map(fold_char).collect(), Some(starts))
        };
        let char_of = (!folded.is_ascii()).then(|| {
            let mut table = Vec::with_capacity(folded.len() + 1);
            let mut count = 0;
            for c in folded.chars() {
                table.extend(std::iter::repeat_n(count, c.len_utf8()));
                count += 1;
            }
            table.push(count);
            table
        });
        let words = words(&folded);
        let sentences = sentences(&folded);
        let digits = folded.bytes().filter(u8::is_ascii_digit).count();
        Self { raw, folded, words, sentences, digits, raw_starts, char_of }
    }

    /// The character at which a byte of the folded text stands.
    pub fn char_at(&self, byte: usize) -> u32 {
        match &self.char_of {
            None => byte as u32,
            Some(table) => table[byte.min(table.len() - 1)],
        }
    }

    /// The words as written.
    pub fn raw_of(&self, span: Span) -> &'a str {
        let at = |byte: usize| {
            let char = self.char_at(byte) as usize;
            match &self.raw_starts {
                None => char,
                Some(starts) => starts[char.min(starts.len() - 1)] as usize,
            }
        };
        &self.raw[at(span.start)..at(span.end)]
    }

    /// The folded words.
    pub fn of(&self, span: Span) -> &str {
        &self.folded[span.start..span.end]
    }

    /// The span as characters.
    pub fn chars(&self, span: Span) -> (u32, u32) {
        (self.char_at(span.start), self.char_at(span.end))
    }

    /// The sentence that a byte stands in.
    pub fn sentence_at(&self, byte: usize) -> Span {
        let found = self.sentences.iter().find(|sentence| byte < sentence.end);
        found.or(self.sentences.last()).copied().unwrap_or(Span::new(0, self.folded.len()))
    }

    /// The folded text from the start of the clause, at most `limit` bytes, up to `byte`.
    pub fn clause_before(&self, byte: usize, limit: usize) -> &str {
        let mut from = byte.saturating_sub(limit);
        while !self.folded.is_char_boundary(from) {
            from += 1;
        }
        let before = &self.folded[from..byte];
        match before.rfind([',', '.', ';', '!', '?', '\n', ':']) {
            Some(at) => &before[at + 1..],
            None => before,
        }
    }

    /// Whether the text is shouted: most letters are capitals, and there are enough of them to tell.
    pub fn shouted_words(&self) -> usize {
        let loud = |word: &&str| {
            word.len() >= 3
                && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'\'')
                && !ABBREVIATIONS.contains(word)
        };
        self.raw.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(loud).count()
    }
}

/// Capitals that are no shouting.
const ABBREVIATIONS: &[&str] = &[
    "API", "APP", "ATM", "CEO", "CSV", "CVV", "DPA", "EUR", "FAQ", "GBP", "GDPR", "HTML", "HTTP", "IBAN",
    "IOS", "KMS", "LLC", "MFA", "OTP", "PDF", "PIN", "POS", "RMA", "SDK", "SIM", "SKU", "SLA", "SMS", "SOC",
    "SSL", "SSN", "SSO", "TAX", "UPS", "URL", "USA", "USB", "USD", "USPS", "VAT", "VIP", "VPN", "XML", "ZIP",
];

/// The first `limit` characters.
fn head(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    text.char_indices().nth(limit).map_or(text, |(at, _)| &text[..at])
}

/// The folded form of a whole text, borrowed where it is already plain.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(fold_char).collect())
}

/// Lower case, no accent, plain punctuation, plain digits. One character gives one character.
pub(crate) fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    if let Some(digit) = digit_value(c) {
        return char::from(b'0' + digit);
    }
    let lower = c.to_lowercase().next().unwrap_or(c);
    match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' | 'ß' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{02bc}' | '\u{00b4}' | '\u{ff07}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{00ab}' | '\u{00bb}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' => '-',
        '\u{00a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => ' ',
        '\u{2026}' => '.',
        '\u{ff20}' => '@',
        '\u{ff1a}' => ':',
        '\u{ff01}' => '!',
        '\u{ff1f}' => '?',
        '\u{ff0c}' => ',',
        other => other,
    }
}

/// The value of a decimal digit of the scripts that people type numbers in.
pub(crate) fn digit_value(c: char) -> Option<u8> {
    const ZEROS: &[u32] =
        &[0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xFF10];
    let code = u32::from(c);
    if (0x1D7CE..=0x1D7FF).contains(&code) {
        return Some(((code - 0x1D7CE) % 10) as u8);
    }
    ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)).map(|zero| (code - zero) as u8)
}

/// Runs of letters, digits and apostrophes between letters.
pub(crate) fn words(folded: &str) -> Vec<Span> {
    let mut found = Vec::with_capacity(folded.len() / 5 + 1);
    let mut start = None;
    for (at, c) in folded.char_indices() {
        let inner = c.is_alphanumeric() || (c == '\'' && start.is_some());
        match (inner, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(trimmed(folded, from, at));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        found.push(trimmed(folded, from, folded.len()));
    }
    found
}

/// A word without apostrophes at its end.
fn trimmed(folded: &str, start: usize, end: usize) -> Span {
    Span::new(start, start + folded[start..end].trim_end_matches('\'').len())
}

/// Sentences end at a stop before white space or the end, and at line breaks.
fn sentences(folded: &str) -> Vec<Span> {
    let mut found = Vec::with_capacity(4);
    let mut start = 0;
    let mut chars = folded.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let next = chars.peek().map(|&(_, next)| next);
        let stop = match c {
            '\n' | '。' => true,
            '.' => next.is_none_or(char::is_whitespace) && !abbreviated(&folded[start..at]),
            '!' | '?' | ';' => {
                next.is_none_or(|next| next.is_whitespace() || !matches!(next, '!' | '?' | '.'))
            }
            _ => false,
        };
        if stop {
            push_trimmed(folded, start, end, &mut found);
            start = end;
        }
    }
    push_trimmed(folded, start, folded.len(), &mut found);
    found
}

/// Whether the text before a full stop ends in an abbreviation.
fn abbreviated(before: &str) -> bool {
    let last = before.rsplit([' ', '\n', '(']).next().unwrap_or("");
    matches!(last, "mr" | "mrs" | "ms" | "dr" | "st" | "no" | "nr" | "e.g" | "i.e" | "approx" | "inc" | "ltd")
}

fn push_trimmed(folded: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    let part = &folded[start..end];
    let from = start + (part.len() - part.trim_start().len());
    let to = start + part.trim_end().len();
    if from < to {
        found.push(Span::new(from, to));
    }
}

/// A cheap stem: what is left of a folded word without plural and verb endings. Good enough to compare.
pub(crate) fn stem(word: &str) -> &str {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let cut = |suffix: &str, least: usize| word.strip_suffix(suffix).filter(|rest| rest.len() >= least);
    if let Some(rest) = cut("ing", 4).or_else(|| cut("ed", 4)).or_else(|| cut("ies", 3)) {
        return rest;
    }
    if word.ends_with("ss") {
        return word;
    }
    cut("es", 4).or_else(|| cut("s", 3)).or_else(|| cut("e", 4)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, words: &[&str], sentences: &[&str]) {
        let read = Text::new(text);
        assert_eq!(read.words.iter().map(|&word| read.raw_of(word)).collect::<Vec<_>>(), words);
        assert_eq!(read.sentences.iter().map(|&part| read.raw_of(part)).collect::<Vec<_>>(), sentences);
    }

    #[test]
    fn splits_into_words_and_sentences() {
        check("Don’t wait!! Go.", &["Don’t", "wait", "Go"], &["Don’t wait!!", "Go."]);
        check(
            "v2.5 costs $9.50 today",
            &["v2", "5", "costs", "9", "50", "today"],
            &["v2.5 costs $9.50 today"],
        );
        check("Ask Mr. Doe.\nThen go", &["Ask", "Mr", "Doe", "Then", "go"], &["Ask Mr. Doe.", "Then go"]);
        check("", &[], &[]);
    }

    #[test]
    fn folding_keeps_the_number_of_characters() {
        for text in ["Straße ÀÉÎ", "İstanbul", "１２３４", "日本語。はい", "naïve 👍🏽 ok"]
        {
            assert_eq!(fold(text).chars().count(), text.chars().count(), "{text}");
        }
        assert_eq!(fold("１２３ Señor’s"), "123 senor's");
    }

    #[test]
    fn stems_meet() {
        for (a, b) in [("exporting", "exported"), ("contacts", "contact"), ("archive", "archived")] {
            assert_eq!(stem(a), stem(b));
        }
    }
}
