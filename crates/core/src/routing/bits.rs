//! Sets of agents as bits: what two of them share is found 64 agents at a time.

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// Puts a number in or takes it out.
    pub(super) fn set(&mut self, at: usize, member: bool) {
        let word = at / 64;
        if word >= self.words.len() {
            if !member {
                return;
            }
            self.words.resize(word + 1, 0);
        }
        let bit = 1 << (at % 64);
        if member { self.words[word] |= bit } else { self.words[word] &= !bit }
    }

    pub(super) fn contains(&self, at: usize) -> bool {
        self.words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Every member, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        ones(self.words.iter().copied())
    }

    /// What is in both, ascending.
    pub(super) fn shared<'a>(&'a self, other: &'a Bits) -> impl Iterator<Item = usize> + 'a {
        ones(self.words.iter().zip(&other.words).map(|(mine, theirs)| mine & theirs))
    }

    /// The share of this set's members who are in another, 0..=1.
    pub(super) fn share_of(&self, other: &Bits) -> f64 {
        let all: u32 = self.words.iter().map(|word| word.count_ones()).sum();
        f64::from(self.overlap(other)) / f64::from(all.max(1))
    }

    /// How many are in both.
    pub(super) fn overlap(&self, other: &Bits) -> u32 {
        self.words.iter().zip(&other.words).map(|(mine, theirs)| (mine & theirs).count_ones()).sum()
    }
}

fn ones(words: impl Iterator<Item = u64>) -> impl Iterator<Item = usize> {
    words.enumerate().flat_map(|(at, word)| {
        std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)))
            .take_while(|rest| *rest != 0)
            .map(move |rest| at * 64 + rest.trailing_zeros() as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_sets_share_comes_in_order() {
        let of = |numbers: &[usize]| {
            let mut bits = Bits::default();
            numbers.iter().for_each(|at| bits.set(*at, true));
            bits
        };
        let (mut left, right) = (of(&[0, 63, 64, 200]), of(&[63, 64, 65, 200, 500]));
        assert_eq!(left.shared(&right).collect::<Vec<_>>(), [63, 64, 200]);
        assert_eq!(left.overlap(&right), 3);
        left.set(64, false);
        left.set(900, false);
        assert_eq!(left.iter().collect::<Vec<_>>(), [0, 63, 200]);
        assert!(right.contains(500) && !right.contains(501) && !left.contains(9_999));
    }
}
