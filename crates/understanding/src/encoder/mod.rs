//! Stage 2 of understanding, where there is one: sentences as vectors whose direction is their meaning, by a
//! BERT-family encoder that lies in a local folder.
//!
//! Nothing else in this crate needs a model. The files are those of sentence-transformers; no code is fetched and
//! nothing is sent. Why the forward pass is our own: docs/adr/0011.
//!
//! **Architecture invariant:** one text is encoded on one thread, and no text takes longer than
//! [`TOKENS_MAX`] tokens do, whatever its length.

mod attention;
mod bert;
mod error;
mod files;
mod linear;
mod math;
mod pending;
mod pool;
mod tokens;
mod weights;

use std::path::Path;

use sha2::{Digest, Sha256};

pub use error::EncoderError;
pub(crate) use linear::Linear;
pub use pending::{Pending, Vector};
pub use pool::{EncoderPool, PoolCounts, PoolLimits};

use self::{
    bert::Bert,
    files::{ModelFolder, TOKENIZER, WEIGHTS},
    tokens::Tokens,
    weights::Weights,
};

/// The most tokens of a text that are encoded, about a hundred words of English; the rest of a longer text is left out.
///
/// The sentence encoders that Segue is made for were trained on texts of 128 tokens.
pub const TOKENS_MAX: usize = 128;

/// Texts of a batch go through the network together up to this many tokens; more makes it no faster.
const TOGETHER_MAX_TOKENS: usize = 256;

/// A sentence encoder in memory. Immutable; share it between threads.
pub struct Encoder {
    id: String,
    tokens_max: usize,
    tokens: Tokens,
    bert: Bert,
}

impl Encoder {
    /// Reads a model's folder: `config.json`, `tokenizer.json` and `model.safetensors`, and `modules.json`,
    /// `sentence_bert_config.json` and `1_Pooling/config.json` where they are.
    ///
    /// BERT, RoBERTa and XLM-RoBERTa with mean or first-token pooling; vectors are always scaled to the length 1.
    /// Takes about a third of a second for all-MiniLM-L6-v2, and 45 MB of memory.
    ///
    /// # Errors
    /// A file that is missing, unreadable, of another kind of model, or does not belong to the others.
    pub fn load(folder: &Path) -> Result<Self, EncoderError> {
        let files = ModelFolder::open(folder)?;
        let (weights_path, tokenizer_path) = (files.path(WEIGHTS), files.path(TOKENIZER));
        let tokenizer = files.read(TOKENIZER)?;
        let bytes = files.read(WEIGHTS)?;
        let bert = Bert::build(&files.config, files.pooling, &Weights::open(&weights_path, &bytes)?)?;
        let tokens =
            Tokens::open(&tokenizer_path, &tokenizer, files.tokens_max, files.lower_case, bert.vocabulary())?;
        let id = id(&files, &bytes, &tokenizer);
        Ok(Self { id, tokens_max: files.tokens_max, tokens, bert })
    }

    /// The vector of a text, of length 1.
    ///
    /// An empty text has a vector too, that of no words. Zeros, which resemble nothing, where the tokenizer fails
    /// on the text.
    pub fn encode(&self, text: &str) -> Vec<f32> {
        self.bert.encode(&[self.tokens.ids(text)]).pop().expect("one sentence gives one vector")
    }

    /// The vectors of many texts, in order: the same as one by one, in a little less time.
    pub fn encode_batch<T: AsRef<str>>(&self, texts: &[T]) -> Vec<Vec<f32>> {
        let mut vectors = Vec::with_capacity(texts.len());
        let mut together = vec![];
        let mut tokens = 0;
        for text in texts {
            let ids = self.tokens.ids(text.as_ref());
            if tokens + ids.len() > TOGETHER_MAX_TOKENS {
                vectors.extend(self.bert.encode(&together));
                together.clear();
                tokens = 0;
            }
            tokens += ids.len();
            together.push(ids);
        }
        vectors.extend(self.bert.encode(&together));
        vectors
    }

    /// Says which model made a vector, such as `bert-6x384-0a1b2c3d4e5f`. Vectors with different ids must not be
    /// compared.
    ///
    /// Depends on the files alone, not on where they lie: kind, layers and width, and the first 48 bits of a SHA-256
    /// over weights, tokenizer and the settings that change a vector.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Values per vector: 384 for the MiniLM family.
    pub fn dimensions(&self) -> usize {
        self.bert.dimensions()
    }

    /// The most tokens of a text that this model takes in, at most [`TOKENS_MAX`].
    pub fn tokens_max(&self) -> usize {
        self.tokens_max
    }

    /// Bytes of memory that the weights take, without the tokenizer's.
    pub fn size_bytes(&self) -> usize {
        self.bert.size_bytes()
    }
}

fn id(files: &ModelFolder, weights: &[u8], tokenizer: &[u8]) -> String {
    let config = &files.config;
    let settings = format!(
        "{:?} {} {} {} {}",
        files.pooling, files.lower_case, files.tokens_max, config.num_attention_heads, config.layer_norm_eps
    );
    let hash = Sha256::new().chain_update(weights).chain_update(tokenizer).chain_update(settings).finalize();
    let hash: String = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}x{}-{hash}", config.model_type, config.num_hidden_layers, config.hidden_size)
}
