//! Random tokens, their hashes, and passwords.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngExt;
use sha2::{Digest, Sha256};

use crate::error::ApiError;

/// 32 random bytes.
pub fn random_bytes() -> [u8; 32] {
    rand::rng().random()
}

/// An unguessable token with a prefix that says what it is.
pub fn token(prefix: &str) -> String {
    format!("{prefix}_{}", URL_SAFE_NO_PAD.encode(random_bytes()))
}

/// What is stored of a token, and what it is found by.
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// SHA-256 of a body.
pub fn body_hash(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}

/// A short random number for people to read aloud, such as `7K3M9Q`: about 10^9 possibilities.
pub fn short_number() -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bytes = random_bytes();
    bytes[..6].iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// The argon2id hash of a password, off the async threads: it takes tens of milliseconds.
pub async fn hash_password(password: String) -> Result<String, ApiError> {
    blocking(move || {
        let hash = Argon2::default()
            .hash_password(password.as_bytes())
            .map_err(|error| ApiError::internal(&error))?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether a password fits a hash. A missing hash costs as much as a wrong password.
pub async fn check_password(password: String, hash: Option<String>) -> Result<bool, ApiError> {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c2VndWUtbm9ib2R5LXNhbHQ$Rg5gLVvwVqKtQ0nQIZ6b3fRmVhYxwK0G3sPq7Nn2w6M";
    blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let fits = Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok();
        Ok(fits && known)
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?
}
