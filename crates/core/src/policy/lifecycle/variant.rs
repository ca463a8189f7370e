//! Which conversations decide by the policy on trial.

use crate::ids::ConversationId;

/// Into how many parts a roll-out divides all conversations: a hundredth of a percent each.
pub const BUCKETS: u32 = 10_000;

/// The part that a conversation falls into for a version, 0..[`BUCKETS`]. It never changes, so a growing percentage only
/// adds conversations; it differs from version to version, so that not always the same ones are tried on.
///
/// FNV-1a over the two, mixed by the finaliser of `SplitMix64`, which FNV lacks: its upper bits hardly depend on the last
/// characters.
pub fn bucket(conversation: &ConversationId, version: u32) -> u32 {
    let bytes = version.to_le_bytes().into_iter().chain(conversation.as_str().bytes());
    let mut hash: u64 = bytes
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    ((u128::from(hash) * u128::from(BUCKETS)) >> 64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ConversationId {
        ConversationId::parse(text).expect("an id")
    }

    #[test]
    fn parts_stay_what_they_are() {
        // Were one to change, conversations would change sides in the middle of a roll-out.
        for (conversation, version, expected) in [("c1", 2, 9451), ("c1", 3, 1441), ("c2", 2, 3476)] {
            assert_eq!(bucket(&id(conversation), version), expected, "{conversation} {version}");
        }
    }

    #[test]
    fn names_that_differ_little_fall_evenly() {
        const COUNT: u32 = 20_000;
        let below = |version: u32, limit: u32| {
            (0..COUNT).filter(|n| bucket(&id(&format!("c{n}")), version) < limit).count() as f64
        };
        for (version, limit) in [(2, 100), (2, 1_000), (2, 5_000), (7, 2_500), (7, 9_900)] {
            let expected = f64::from(COUNT) * f64::from(limit) / f64::from(BUCKETS);
            let spread = (expected * (1.0 - f64::from(limit) / f64::from(BUCKETS))).sqrt();
            let found = below(version, limit);
            assert!((found - expected).abs() < 4.0 * spread, "{version} {limit}: {found} for {expected}");
        }
    }

    #[test]
    fn versions_divide_apart_from_each_other() {
        let both = (0..20_000)
            .filter(|n| [2, 3].into_iter().all(|version| bucket(&id(&format!("c{n}")), version) < 5_000))
            .count();
        assert!((4_700..5_300).contains(&both), "{both} of 20000 in both halves");
    }
}
