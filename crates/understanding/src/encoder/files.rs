//! A model's folder: what it must hold, and what its small files say.
//!
//! Two layouts are known: three files side by side, and that of sentence-transformers, whose `modules.json` names
//! the steps from text to vector and may put the three files one folder deeper.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, de::DeserializeOwned};

use super::{EncoderError, TOKENS_MAX};

pub(super) const CONFIG: &str = "config.json";
pub(super) const TOKENIZER: &str = "tokenizer.json";
pub(super) const WEIGHTS: &str = "model.safetensors";

/// A tokenizer adds two tokens of its own; below this there is no room for a sentence.
const TOKENS_MIN: usize = 8;
/// Bounds that any model worth running here keeps; a file beyond them is broken or meant to hurt.
const WIDTH_MAX: usize = 8_192;
const LAYERS_MAX: usize = 64;

/// The shape of the network, from `config.json`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Config {
    pub model_type: String,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub intermediate_size: usize,
    pub max_position_embeddings: usize,
    #[serde(default = "default_epsilon")]
    pub layer_norm_eps: f32,
    #[serde(default)]
    hidden_act: Option<String>,
    #[serde(default)]
    position_embedding_type: Option<String>,
    #[serde(default)]
    pad_token_id: Option<usize>,
}

fn default_epsilon() -> f32 {
    1e-12
}

/// How the vectors of the tokens become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pooling {
    /// Their mean.
    Mean,
    /// That of the first token.
    First,
}

/// What a folder says about its model.
#[derive(Debug)]
pub(super) struct ModelFolder {
    /// Where the three files are.
    root: PathBuf,
    pub config: Config,
    pub pooling: Pooling,
    /// Whether texts are lower-cased before the tokenizer sees them.
    pub lower_case: bool,
    /// The most tokens of a text, with those that the tokenizer adds.
    pub tokens_max: usize,
}

#[derive(Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Default, Deserialize)]
struct SentenceConfig {
    #[serde(default)]
    max_seq_length: Option<usize>,
    #[serde(default)]
    do_lower_case: bool,
}

#[derive(Deserialize)]
struct PoolingConfig {
    #[serde(default)]
    pooling_mode: Option<String>,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
    #[serde(default)]
    pooling_mode_cls_token: bool,
}

impl ModelFolder {
    /// Reads the small files of a model's folder.
    pub fn open(folder: &Path) -> Result<Self, EncoderError> {
        let modules = modules(folder)?;
        let place = |kind: &str| {
            let found = modules.iter().find(|module| is_kind(module, kind));
            found.map(|module| folder.join(&module.path))
        };
        let root = place("Transformer").unwrap_or_else(|| folder.to_owned());
        let config_path = root.join(CONFIG);
        let config: Config = parse(&config_path, &needed(&root, CONFIG)?)?;
        config.check().map_err(|why| EncoderError::wrong(&config_path, why))?;
        let pooling = pooling(&place("Pooling").unwrap_or_else(|| folder.join("1_Pooling")))?;
        let sentences: SentenceConfig =
            optional(&root.join("sentence_bert_config.json"))?.unwrap_or_default();
        let positions = config.max_position_embeddings - config.first_position();
        let tokens_max = sentences.max_seq_length.unwrap_or(TOKENS_MAX).min(positions).min(TOKENS_MAX);
        if tokens_max < TOKENS_MIN {
            let why = format!("allows {tokens_max} tokens, which is no room for a sentence");
            return Err(EncoderError::wrong(&config_path, why));
        }
        Ok(Self { root, config, pooling, lower_case: sentences.do_lower_case, tokens_max })
    }

    /// The bytes of one of the three files.
    pub fn read(&self, file: &'static str) -> Result<Vec<u8>, EncoderError> {
        needed(&self.root, file)
    }

    /// Where one of the three files is.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }
}

impl Config {
    /// The row of the position table that belongs to the first token. The RoBERTa family counts from behind the
    /// padding token.
    pub fn first_position(&self) -> usize {
        if self.model_type == "bert" { 0 } else { self.pad_token_id.unwrap_or(1) + 1 }
    }

    fn check(&self) -> Result<(), String> {
        let act = self.hidden_act.as_deref().unwrap_or("gelu");
        let positions = self.position_embedding_type.as_deref().unwrap_or("absolute");
        if !["bert", "roberta", "xlm-roberta"].contains(&self.model_type.as_str()) {
            return Err(format!(
                "is of a {} model; install one of the BERT family, such as all-MiniLM-L6-v2",
                self.model_type
            ));
        }
        if act != "gelu" || positions != "absolute" {
            return Err(format!(
                "wants the activation {act} with {positions} positions; only gelu with absolute ones is known"
            ));
        }
        let widths = [self.hidden_size, self.intermediate_size, self.max_position_embeddings];
        let heads = self.num_attention_heads;
        let in_bounds = widths.iter().all(|width| (1..=WIDTH_MAX).contains(width))
            && (1..=LAYERS_MAX).contains(&self.num_hidden_layers)
            && (1..=self.hidden_size).contains(&heads)
            && self.hidden_size.is_multiple_of(heads)
            && self.first_position() < self.max_position_embeddings
            && (0.0..1.0).contains(&self.layer_norm_eps);
        if in_bounds { Ok(()) } else { Err("has sizes that no model has; fetch the folder again".into()) }
    }
}

/// The steps from text to vector; empty where the folder does not list them.
fn modules(folder: &Path) -> Result<Vec<Module>, EncoderError> {
    let path = folder.join("modules.json");
    let modules: Vec<Module> = optional(&path)?.unwrap_or_default();
    let known =
        |module: &Module| ["Transformer", "Pooling", "Normalize"].iter().any(|kind| is_kind(module, kind));
    if let Some(unknown) = modules.iter().find(|module| !known(module)) {
        let why = format!("has the step {}, which is not known; take a model without it", unknown.kind);
        return Err(EncoderError::wrong(&path, why));
    }
    let inside =
        |module: &Module| Path::new(&module.path).components().all(|c| matches!(c, Component::Normal(_)));
    if !modules.iter().all(inside) {
        return Err(EncoderError::wrong(&path, "leads out of the model's folder; fetch the folder again"));
    }
    Ok(modules)
}

fn is_kind(module: &Module, kind: &str) -> bool {
    module.kind.rsplit('.').next() == Some(kind)
}

fn pooling(folder: &Path) -> Result<Pooling, EncoderError> {
    let path = folder.join(CONFIG);
    let Some(config) = optional::<PoolingConfig>(&path)? else { return Ok(Pooling::Mean) };
    let mode = config.pooling_mode.as_deref();
    match (mode, config.pooling_mode_mean_tokens, config.pooling_mode_cls_token) {
        (Some("mean"), ..) | (None, true, false) => Ok(Pooling::Mean),
        (Some("cls"), ..) | (None, false, true) => Ok(Pooling::First),
        _ => Err(EncoderError::wrong(
            &path,
            "pools neither by the mean nor by the first token; take a model that does",
        )),
    }
}

fn needed(folder: &Path, file: &'static str) -> Result<Vec<u8>, EncoderError> {
    let path = folder.join(file);
    match fs::read(&path) {
        Ok(bytes) if bytes.starts_with(b"version https://git-lfs") => Err(EncoderError::wrong(
            &path,
            "only points to the file; fetch the file itself with `git lfs pull`",
        )),
        Ok(bytes) => Ok(bytes),
        Err(problem) if is_absent(&problem) => {
            let old = file == WEIGHTS && folder.join("pytorch_model.bin").exists();
            let advice =
                if old { "; pytorch_model.bin has to be converted to model.safetensors" } else { "" };
            Err(EncoderError::Missing { folder: folder.to_owned(), file, advice })
        }
        Err(source) => Err(EncoderError::Unreadable { path, source }),
    }
}

fn optional<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, EncoderError> {
    match fs::read(path) {
        Ok(bytes) => parse(path, &bytes).map(Some),
        Err(problem) if is_absent(&problem) => Ok(None),
        Err(source) => Err(EncoderError::Unreadable { path: path.to_owned(), source }),
    }
}

fn is_absent(problem: &io::Error) -> bool {
    matches!(problem.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, EncoderError> {
    serde_json::from_slice(bytes).map_err(|problem| {
        EncoderError::wrong(path, format!("is not what it should be: {problem}; fetch it again"))
    })
}
