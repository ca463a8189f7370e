//! What the tagger looks at, as hashed features of each token.
//!
//! A token has features of its own (words, shapes and rules around it) and shares others: those of the turn, those
//! of its class, and those of its look, which tie what the conversation held before to how the token looks ("four
//! digits, after a turn that spoke of a claim"). Shared features are scored once.
//!
//! Invariant: the numbers of the templates are part of a trained model. A change here asks for training again, and
//! for another [`FORMAT`].

use super::{
    history::History,
    keys::{Key, word_hash},
    looks::Looks,
    tokens::Tokens,
};
use crate::facts::{Found, Rank};

/// Rises with every change of the features, so that weights meet the features they were trained on.
pub(crate) const FORMAT: u32 = 1;

/// The most different words of a turn that stand for it.
const TURN_WORDS_MAX: usize = 16;
/// The most shared groups; more looks than that share the last.
const GROUPS_MAX: usize = 120;

/// The hashed features of a turn: those of its groups, then those of its tokens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lattice {
    pub features: Vec<u32>,
    /// Where the features of each group, then of each token, end.
    pub ends: Vec<u32>,
    /// How many groups there are. The first is the whole turn's.
    pub groups: usize,
    /// The groups of each token beside the first: its class, its look.
    pub members: Vec<[u8; 2]>,
    /// Per token whether it is glued to the one before.
    pub glued: Vec<bool>,
    /// Per token whether a sentence ends before it.
    pub starts: Vec<bool>,
}

impl Lattice {
    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The features of a group, or of the token `at - groups`.
    pub fn part(&self, at: usize) -> &[u32] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.features[start..self.ends[at] as usize]
    }

    fn end_part(&mut self) {
        self.ends.push(self.features.len() as u32);
    }
}

/// The features of a turn.
pub(crate) fn lattice(tokens: &Tokens, rules: &[Found], history: &History) -> Lattice {
    let looks = Looks::new(tokens);
    let count = tokens.len();
    let mut lattice = Lattice {
        features: Vec::with_capacity(256 + count * 56),
        ends: Vec::with_capacity(count + 8),
        members: Vec::with_capacity(count),
        glued: tokens.list.iter().map(|token| token.glued).collect(),
        starts: tokens.list.iter().map(|token| token.starts).collect(),
        ..Lattice::default()
    };
    let mut words: Vec<u32> = (0..count).map(|at| looks.counted(at)).collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(TURN_WORDS_MAX);
    of_turn(history, &mut lattice.features);
    lattice.end_part();
    let mut groups: Vec<(bool, u32)> = vec![(false, 0)];
    for at in 0..count {
        let class = find_or_add(&mut groups, (false, looks.class(at)), || {
            of_class(looks.class(at), &words, history, &mut lattice.features);
            lattice.ends.push(lattice.features.len() as u32);
        });
        let look = find_or_add(&mut groups, (true, looks.look(at)), || {
            of_look(looks.look(at), &words, history, &mut lattice.features);
            lattice.ends.push(lattice.features.len() as u32);
        });
        lattice.members.push([class, look]);
    }
    lattice.groups = groups.len();
    let whole = looks.whole();
    for at in 0..count {
        of_token(&looks, at, whole, &mut lattice.features);
        affixes(tokens, at, &mut lattice.features);
        ruled(tokens, at, rules, &mut lattice.features);
        lattice.end_part();
    }
    lattice
}

/// The place of a group; `add` writes its features where it is new.
fn find_or_add(groups: &mut Vec<(bool, u32)>, group: (bool, u32), add: impl FnOnce()) -> u8 {
    let known = groups.iter().position(|&known| known == group);
    let place = known.unwrap_or_else(|| {
        if groups.len() < GROUPS_MAX {
            groups.push(group);
            add();
        }
        groups.len() - 1
    });
    place as u8
}

/// What the conversation held before, whatever the token.
fn of_turn(history: &History, out: &mut Vec<u32>) {
    out.extend(history.words.iter().map(|&word| Key::new(130).with(word).hash()));
}

/// What the conversation held before, tied to a class of looks.
fn of_class(class: u32, words: &[u32], history: &History, out: &mut Vec<u32>) {
    let key = |template: u32, part: u32| Key::new(template).with(class).with(part).hash();
    out.extend(words.iter().map(|&word| key(140, word)));
    out.extend(history.last.iter().map(|&word| key(141, word)));
    out.extend(history.words.iter().map(|&word| key(142, word)));
    out.extend(history.given.iter().map(|&kind| key(143, kind as u32)));
    out.extend(history.asked.iter().map(|&kind| key(144, kind as u32)));
    out.push(key(145, history.last_whole));
}

/// What the conversation held before, tied to a look.
fn of_look(look: u32, words: &[u32], history: &History, out: &mut Vec<u32>) {
    let key = |template: u32, part: u32| Key::new(template).with(look).with(part).hash();
    let given = |at: usize| history.given.get(at).map_or(99, |&kind| kind as u32);
    out.push(key(110, 0));
    out.extend(words.iter().map(|&word| key(111, word)));
    out.extend(history.last.iter().map(|&word| key(112, word)));
    out.extend(history.before_last.iter().map(|&word| key(113, word)));
    out.extend(history.words.iter().map(|&word| key(114, word)));
    out.push(key(115, history.last_whole));
    out.push(key(116, history.turns.min(12)));
    out.extend(history.given.iter().map(|&kind| key(117, kind as u32)));
    out.push(key(118, given(0)));
    out.push(key(119, given(1)));
    out.push(key(120, given(0) * 100 + given(1)));
    out.push(key(121, history.given.len().min(6) as u32));
    out.push(key(122, given(0) * 100 + history.since_given.min(4)));
    out.extend(history.asked.iter().map(|&kind| key(123, kind as u32)));
    out.push(key(124, history.asked.first().map_or(99, |&kind| kind as u32)));
}

/// The words and shapes around a token.
fn of_token(looks: &Looks, at: usize, whole: u32, out: &mut Vec<u32>) {
    let here = at as isize;
    let w = |offset: isize| looks.word(here + offset);
    let s = |offset: isize| looks.shape(here + offset);
    let m = |offset: isize| looks.masked(here + offset);
    let mut add = |template: u32, parts: &[u32]| {
        out.push(parts.iter().copied().fold(Key::new(template), Key::with).hash());
    };
    add(10, &[]);
    for offset in -2..=2 {
        add(20 + (offset + 2) as u32, &[w(offset)]);
        add(30 + (offset + 2) as u32, &[s(offset)]);
    }
    add(40, &[w(-1), w(0)]);
    add(41, &[w(0), w(1)]);
    add(42, &[m(-2), m(-1), s(0)]);
    add(43, &[s(-1), s(0)]);
    add(44, &[s(0), s(1)]);
    add(45, &[s(-1), s(0), s(1)]);
    add(46, &[m(-1), s(0)]);
    add(47, &[s(0), m(1)]);
    add(48, &[m(-1), s(0), m(1)]);
    add(49, &[s(0), m(1), m(2)]);
    add(50, &[m(-2), m(-1), m(1)]);
    add(51, &[m(-3), m(-2), m(-1), s(0)]);
    let count = looks.len();
    add(70, &[u32::from(at == 0), u32::from(at + 1 == count), s(0)]);
    add(71, &[count.min(9) as u32, s(0)]);
    add(72, &[whole, at as u32]);
    let (mut start, mut end) = (here, here + 1);
    if let Some(run) = looks.run(at) {
        let place = (at - run.start) as u32;
        let (digits, letters) = (run.digits.min(24), run.letters.min(6));
        let (first, last) = (u32::from(run.start == 0), u32::from(run.end == count));
        add(80, &[run.pattern, place]);
        add(81, &[digits, letters, place.min(1), u32::from(at + 1 == run.end)]);
        add(82, &[digits, first, last, place.min(1)]);
        (start, end) = (run.start as isize, run.end as isize);
    }
    // The words before and after the whole number or code.
    let left = |back: isize| looks.masked(start - back);
    let (right, place, look) = (looks.masked(end), u32::from(here > start), looks.look(at));
    add(90, &[left(1), place, look]);
    add(91, &[left(2), left(1), place]);
    add(92, &[left(2), place, look]);
    add(93, &[right, place, look]);
    add(94, &[left(1), right, place]);
    add(95, &[left(3), left(2), left(1), place]);
}

/// How a word begins and ends, or a number.
fn affixes(tokens: &Tokens, at: usize, out: &mut Vec<u32>) {
    let form = tokens.form(at);
    if !form.is_ascii() {
        return;
    }
    let length = form.len();
    let head = |take: usize| word_hash(&form[..length.min(take)]);
    let tail = |take: usize| word_hash(&form[length.saturating_sub(take)..]);
    if tokens.list[at].digits {
        let mut add = |template: u32, part: u32| {
            out.push(Key::new(template).with(part).with(length as u32).hash());
        };
        add(58, head(1));
        add(59, head(2));
        add(60, tail(4));
        return;
    }
    for take in 1..=4_u32 {
        if length > take as usize {
            out.push(Key::new(60 + take).with(head(take as usize)).hash());
            out.push(Key::new(64 + take).with(tail(take as usize)).hash());
        }
    }
}

/// What the rules claim of a token by its words alone: claims that lean on the conversation are left to `merge`.
fn ruled(tokens: &Tokens, at: usize, rules: &[Found], out: &mut Vec<u32>) {
    let span = tokens.list[at].span;
    for claim in rules.iter().filter(|claim| claim.span.overlaps(span)) {
        let rank = match claim.rank {
            Rank::Form => 0,
            Rank::Label => 1,
            Rank::Shape => 2,
            Rank::Loose => 4,
            Rank::Answer | Rank::Guess => continue,
        };
        let place = u32::from(span.start <= claim.span.start) + 2 * u32::from(span.end >= claim.span.end);
        out.push(Key::new(100).with(claim.kind as u32).with(rank).with(place).hash());
        out.push(Key::new(101).with(claim.kind as u32).with(place).hash());
    }
}
