use std::fmt;

use serde::{Deserialize, Deserializer};

/// A text that must not be seen: a key, a token, a password.
///
/// `Debug` and `Display` print `***`, and it cannot be serialised. Read it with [`Secret::expose`], at the last
/// moment and nowhere near a log line.
#[derive(Clone)]
pub struct Secret(Box<str>);

impl Secret {
    /// Hides `text`.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to hide.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_hidden_in_every_format() {
        #[derive(Debug)]
        struct Settings {
            #[allow(dead_code)]
            api_key: Option<Secret>,
        }
        let secret: Secret = serde_json::from_str("\"sk-visible\"").unwrap();
        let settings = Settings { api_key: Some(secret.clone()) };
        for text in [format!("{settings:?}"), format!("{settings:#?}"), format!("{secret}")] {
            assert!(text.contains("***") && !text.contains("visible"), "{text}");
        }
        assert_eq!(secret.expose(), "sk-visible");
    }
}
