//! Hashes of features.

/// The parts of a feature, mixed one after another.
#[derive(Clone, Copy)]
pub(crate) struct Key(u64);

impl Key {
    /// Of a template, by its number.
    pub fn new(template: u32) -> Self {
        Self(0x517c_c1b7_2722_0a95).with(template)
    }

    /// One more part.
    pub fn with(self, part: u32) -> Self {
        let mixed = (self.0 ^ u64::from(part)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(mixed ^ (mixed >> 29))
    }

    /// What stands for all of them.
    pub fn hash(self) -> u32 {
        (self.0.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as u32
    }
}

/// The hash of a word (FNV-1a, folded to 32 bits).
pub(crate) fn word_hash(word: &str) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in word.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    (hash ^ (hash >> 32)) as u32
}
