//! One number for everything that happened: the same seed gives the same number, on any run of the same build.

use crate::random::mix;

/// Adds up to a hash. Order counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// Takes a number in.
    pub fn add(&mut self, number: u64) {
        self.0 = mix(self.0.rotate_left(23) ^ mix(number.wrapping_add(0x2545_F491_4F6C_DD1D)));
    }

    /// Takes a time in, to the microsecond.
    pub fn add_s(&mut self, seconds: f64) {
        self.add((seconds * 1e6).round() as i64 as u64);
    }

    /// Takes the bytes of a text in.
    pub fn add_text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.add(u64::from(byte)));
        self.add(text.len() as u64);
    }

    /// The number so far.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// 16 hexadecimal digits.
    pub fn text(self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_length_count() {
        let of = |texts: &[&str]| {
            let mut digest = Digest::default();
            texts.iter().for_each(|text| digest.add_text(text));
            digest.text()
        };
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["ab"]), of(&["a", "b"]));
        assert_eq!(of(&[]).len(), 16);
    }
}
