//! Sealing: AES-256-GCM under a data key, bound to the row it stands in.
//!
//! A sealed part is `1 | key id (8, big endian) | nonce (12) | ciphertext | tag (16)`. It names its key, so
//! it stays readable when a conversation moves to another customer.
//!
//! Nonces are random. With 96 random bits the chance that two of n parts under one key share a nonce is about
//! n^2 / 2^97; NIST SP 800-38D asks for n <= 2^32. A data key belongs to one customer, and a customer with a
//! million sealed parts (fifty a day for fifty years) stands at 2^-57. The organisation's own key, which seals
//! its records, has the same room.
//!
//! The associated data binds organisation, conversation, place and kind, so that a part moved to another row,
//! or a row given another kind, does not open.

use aes_gcm::{Aes256Gcm, Key, KeyInit, Nonce, Tag, aead::AeadInOut};
use segue_core::ids::{ConversationId, OrganisationId};

use crate::StoreError;

const FORMAT: u8 = 1;
const HEADER: usize = 1 + 8 + 12;
const TAG: usize = 16;

/// A data key in memory, ready for use.
pub(crate) struct DataKey {
    pub id: i64,
    cipher: Aes256Gcm,
}

impl DataKey {
    pub fn new(id: i64, bytes: [u8; 32]) -> Self {
        Self { id, cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(bytes)) }
    }

    pub fn seal(&self, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; 12] = rand::random();
        let mut sealed = Vec::with_capacity(HEADER + plain.len() + TAG);
        sealed.push(FORMAT);
        sealed.extend_from_slice(&self.id.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let body = (&mut sealed[HEADER..]).into();
        let tag = self.cipher.encrypt_inout_detached(&Nonce::from(nonce), aad, body);
        sealed.extend_from_slice(&tag.expect("a part is shorter than 64 GiB"));
        sealed
    }

    /// `what` names the part in the error.
    pub fn open(&self, aad: &[u8], mut sealed: Vec<u8>, what: &'static str) -> Result<Vec<u8>, StoreError> {
        let tampered = || StoreError::Tampered(what);
        if key_id(&sealed) != Some(self.id) {
            return Err(tampered());
        }
        let nonce: [u8; 12] = sealed[9..HEADER].try_into().expect("the header was measured");
        let end = sealed.len() - TAG;
        let tag: [u8; TAG] = sealed[end..].try_into().expect("the tag was measured");
        sealed.truncate(end);
        let body = (&mut sealed[HEADER..]).into();
        let opened = self.cipher.decrypt_inout_detached(&Nonce::from(nonce), aad, body, &Tag::from(tag));
        opened.map_err(|_| tampered())?;
        sealed.drain(..HEADER);
        Ok(sealed)
    }
}

/// Which key sealed this; `None` when it is no sealed part.
pub(crate) fn key_id(sealed: &[u8]) -> Option<i64> {
    if sealed.len() < HEADER + TAG || sealed[0] != FORMAT {
        return None;
    }
    Some(i64::from_be_bytes(sealed[1..9].try_into().expect("eight bytes")))
}

/// What a sealed part is bound to. One buffer serves all parts of a commit.
pub(crate) struct Binding {
    bytes: Vec<u8>,
    stem: usize,
}

impl Binding {
    /// Parts of a conversation.
    pub fn conversation(organisation: &OrganisationId, conversation: &ConversationId) -> Self {
        Self::new(organisation.as_str(), conversation.as_str())
    }

    /// Records of an organisation; no conversation has an empty id.
    pub fn organisation(organisation: &OrganisationId) -> Self {
        Self::new(organisation.as_str(), "")
    }

    fn new(organisation: &str, conversation: &str) -> Self {
        let mut bytes = Vec::with_capacity(192);
        field(&mut bytes, organisation.as_bytes());
        field(&mut bytes, conversation.as_bytes());
        let stem = bytes.len();
        Self { bytes, stem }
    }

    /// An event's content.
    pub fn event(&mut self, seq: u64, kind: &str) -> &[u8] {
        self.part("event", seq, kind)
    }

    /// Any other part, by its kind and its name within the conversation.
    pub fn named(&mut self, part: &str, name: &str) -> &[u8] {
        self.part(part, 0, name)
    }

    /// The snapshot at a sequence.
    pub fn snapshot(&mut self, seq: u64) -> &[u8] {
        self.part("snapshot", seq, "")
    }

    fn part(&mut self, part: &str, seq: u64, name: &str) -> &[u8] {
        self.bytes.truncate(self.stem);
        field(&mut self.bytes, part.as_bytes());
        self.bytes.extend_from_slice(&seq.to_be_bytes());
        field(&mut self.bytes, name.as_bytes());
        &self.bytes
    }
}

fn field(bytes: &mut Vec<u8>, value: &[u8]) {
    bytes.extend_from_slice(&(value.len() as u32).to_be_bytes());
    bytes.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding() -> Binding {
        let organisation = OrganisationId::parse("acme").unwrap();
        Binding::conversation(&organisation, &ConversationId::parse("c1").unwrap())
    }

    #[test]
    fn opens_only_in_its_own_row() {
        let key = DataKey::new(7, [1; 32]);
        let mut row = binding();
        let sealed = key.seal(row.event(1, "said"), b"secret");
        assert_eq!(key_id(&sealed), Some(7));
        assert!(!sealed.windows(6).any(|w| w == b"secret"));
        assert_eq!(key.open(row.event(1, "said"), sealed.clone(), "x").unwrap(), b"secret");
        for aad in [row.event(2, "said").to_vec(), row.event(1, "heard").to_vec(), row.snapshot(1).to_vec()] {
            assert!(matches!(key.open(&aad, sealed.clone(), "x"), Err(StoreError::Tampered("x"))));
        }
    }

    #[test]
    fn any_altered_byte_is_noticed() {
        let key = DataKey::new(7, [1; 32]);
        let mut row = binding();
        let sealed = key.seal(row.snapshot(3), b"secret");
        for i in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[i] ^= 1;
            assert!(key.open(row.snapshot(3), altered, "x").is_err(), "byte {i}");
        }
        assert!(key.open(row.snapshot(3), sealed[..20].to_vec(), "x").is_err());
    }
}
