//! Signs that look like those of a policy and are others: what word processors and chat windows make of a text that is
//! copied through them.

/// Signs, what they are, and what to write instead.
static SIGNS: &[(&str, &str, &str)] = &[
    ("“”„‟«»″", "is not a quotation mark here", "write \""),
    ("‘’‚‛‹›′`´", "is not a quotation mark here", "write '"),
    ("–—−‐‑", "is not a minus sign here", "write -"),
    ("…", "is one sign, not three points", "write ..."),
    ("≥", "is not known here", "write >="),
    ("≤", "is not known here", "write <="),
    ("≠", "is not known here", "write !="),
    ("\u{a0}\u{2007}\u{2009}\u{202f}\u{3000}", "is a no-break space or its like", "write a plain space"),
    ("\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}", "is a sign that nobody sees", "delete it"),
];

/// Signs that turn the direction of what follows, by which a text can show something else than it says.
pub(super) const TURNING: &[char] = &[
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}',
];

/// What is wrong with a sign outside of a text, and what to write instead; `None` for those that can stand there.
pub(super) fn odd(sign: char) -> Option<(String, String)> {
    if let Some((_, what, instead)) = SIGNS.iter().find(|(signs, ..)| signs.contains(sign)) {
        return Some((format!("{} {what}", shown(sign)), (*instead).to_owned()));
    }
    let letters = match sign {
        '\u{370}'..='\u{3ff}' => "Greek",
        '\u{400}'..='\u{52f}' => "Cyrillic",
        '\u{ff01}'..='\u{ff5e}' => "full-width",
        _ if TURNING.contains(&sign) => {
            return Some((format!("{} turns what follows", shown(sign)), "delete it".into()));
        }
        _ if !sign.is_ascii() => {
            let hint = "names have plain letters only; anything else stands in quotation marks";
            return Some((format!("{} cannot stand here", shown(sign)), hint.into()));
        }
        _ => return None,
    };
    Some((
        format!("{} is a {letters} sign, though it looks like another", shown(sign)),
        "type it anew".into(),
    ))
}

/// The sign itself, or its number where nobody sees it.
pub(super) fn shown(sign: char) -> String {
    let unseen = sign.is_whitespace() || sign.is_control() || odd_space(sign) || TURNING.contains(&sign);
    if unseen { format!("U+{:04X}", u32::from(sign)) } else { sign.to_string() }
}

fn odd_space(sign: char) -> bool {
    matches!(sign, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}
