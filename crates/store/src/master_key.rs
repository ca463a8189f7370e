//! The master key: 32 bytes from the environment or a file. It wraps the data keys and never touches content.

use std::{fs, io::Write, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::StoreError;

/// The environment variable that holds the key in base64.
pub const MASTER_KEY_ENV: &str = "SEGUE_MASTER_KEY";
/// The file in the data directory that holds it otherwise.
pub const MASTER_KEY_FILE: &str = "master.key";

/// The key that wraps every data key. Whoever has it and both databases can read everything.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A key of 32 random bytes given by the caller.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key in base64, as [`MASTER_KEY_ENV`] holds it; white space around it is ignored.
    ///
    /// # Errors
    /// [`StoreError::InvalidMasterKey`] when it is not 32 bytes in base64.
    pub fn from_base64(text: &str) -> Result<Self, StoreError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| StoreError::InvalidMasterKey)?;
        Ok(Self(bytes.try_into().map_err(|_| StoreError::InvalidMasterKey)?))
    }

    /// The key from [`MASTER_KEY_ENV`], else from [`MASTER_KEY_FILE`] in `dir`, which is created with a random
    /// key, readable by its owner only, when there is none.
    ///
    /// # Errors
    /// [`StoreError::InvalidMasterKey`], or [`StoreError::File`] when the file cannot be read or made.
    pub fn load_or_create(dir: &Path) -> Result<Self, StoreError> {
        match std::env::var(MASTER_KEY_ENV) {
            Ok(text) => Self::from_base64(&text),
            Err(_) => Self::from_file_or_create(dir),
        }
    }

    fn from_file_or_create(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(MASTER_KEY_FILE);
        match fs::read_to_string(&path) {
            Ok(text) => return Self::from_base64(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::file("read the master key")(error)),
        }
        let key = Self(rand::random());
        key.write_new(dir, &path).map_err(StoreError::file("create the master key"))?;
        // A racing process may have been first: the file decides.
        Self::from_base64(&fs::read_to_string(&path).map_err(StoreError::file("read the master key"))?)
    }

    /// Writes beside and links into place: durable, never half a key, never over another's.
    fn write_new(&self, dir: &Path, path: &Path) -> std::io::Result<()> {
        fs::create_dir_all(dir)?;
        let temporary = dir.join(format!(".{MASTER_KEY_FILE}.{:016x}", rand::random::<u64>()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary)?;
        file.write_all(STANDARD.encode(self.0).as_bytes())?;
        file.sync_all()?;
        let linked = fs::hard_link(&temporary, path);
        fs::remove_file(&temporary)?;
        fs::File::open(dir)?.sync_all()?;
        match linked {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }

    /// A key for one purpose; the master key itself is used for nothing else.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        keyed_hash(&self.0, &[purpose.as_bytes()])
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// HMAC-SHA256 over the parts, each preceded by its length.
pub(crate) fn keyed_hash(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_created_key_is_private_and_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let first = MasterKey::from_file_or_create(dir.path()).unwrap();
        let second = MasterKey::from_file_or_create(dir.path()).unwrap();
        assert_eq!(first.0, second.0);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(dir.path().join(MASTER_KEY_FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_key_of_another_size_is_refused() {
        assert!(matches!(MasterKey::from_base64("c2hvcnQ="), Err(StoreError::InvalidMasterKey)));
        assert!(matches!(MasterKey::from_base64("not base64"), Err(StoreError::InvalidMasterKey)));
    }
}
