//! Trained models as files: what it is, which version, the content, and a checksum.

use serde::{Serialize, de::DeserializeOwned};

/// Why a file is not a model that can be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Not one of ours.
    #[error("this is not a model of Segue")]
    Foreign,
    /// Another kind of model.
    #[error("this is a model for \"{found}\", not for \"{wanted}\"")]
    OtherKind {
        /// What the file says it is.
        found: String,
        /// What was asked for.
        wanted: &'static str,
    },
    /// Written by another version of Segue.
    #[error("this model has format {found}, this version of Segue reads {VERSION}; train it again")]
    OtherVersion {
        /// What the file says.
        found: u16,
    },
    /// The checksum is another, or the content does not fit together.
    #[error("the model is damaged: {0}; copy or train it again")]
    Damaged(&'static str),
}

const MAGIC: &[u8; 8] = b"segue-md";
const VERSION: u16 = 1;
/// Magic, version, length of the kind.
const HEAD_BYTES: usize = 8 + 2 + 1;

/// A model as bytes. The same model always gives the same bytes.
pub fn write(kind: &'static str, model: &impl Serialize) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.push(u8::try_from(kind.len()).expect("kinds are short words"));
    bytes.extend(kind.as_bytes());
    let mut bytes = postcard::to_extend(model, bytes).expect("a vector takes everything");
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

/// The model of these bytes.
pub fn read<M: DeserializeOwned>(kind: &'static str, bytes: &[u8]) -> Result<M, FileError> {
    if bytes.len() < HEAD_BYTES + 4 || !bytes.starts_with(MAGIC) {
        return Err(FileError::Foreign);
    }
    let found = u16::from_le_bytes([bytes[8], bytes[9]]);
    if found != VERSION {
        return Err(FileError::OtherVersion { found });
    }
    let (content, checksum) = bytes.split_at(bytes.len() - 4);
    if crc32fast::hash(content).to_le_bytes() != checksum {
        return Err(FileError::Damaged("its checksum does not match"));
    }
    let rest = &content[HEAD_BYTES..];
    let (name, rest) =
        rest.split_at_checked(usize::from(content[10])).ok_or(FileError::Damaged("it is cut off"))?;
    if name != kind.as_bytes() {
        return Err(FileError::OtherKind { found: String::from_utf8_lossy(name).into_owned(), wanted: kind });
    }
    postcard::from_bytes(rest).map_err(|_| FileError::Damaged("its content cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_models_of_the_right_kind_are_read() {
        let bytes = write("intent", &vec![1.5f32, 2.0]);
        assert_eq!(read::<Vec<f32>>("intent", &bytes), Ok(vec![1.5, 2.0]));
        let other = read::<Vec<f32>>("mood", &bytes).unwrap_err();
        assert_eq!(other.to_string(), "this is a model for \"intent\", not for \"mood\"");
        assert_eq!(read::<Vec<f32>>("intent", b"PK\x03\x04 something else"), Err(FileError::Foreign));
        let mut damaged = bytes.clone();
        damaged[20] ^= 1;
        assert!(matches!(read::<Vec<f32>>("intent", &damaged), Err(FileError::Damaged(_))));
        assert!(read::<Vec<f32>>("intent", &bytes[..bytes.len() - 3]).is_err());
        let mut newer = bytes;
        newer[8] = 9;
        assert_eq!(read::<Vec<f32>>("intent", &newer), Err(FileError::OtherVersion { found: 9 }));
    }
}
