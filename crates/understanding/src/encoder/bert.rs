//! The network: a table of words and positions, then layers of attention and two matrices, without padding.

use half::bf16;
use pulp::Arch;

use super::{
    EncoderError,
    attention::Heads,
    files::{Config, Pooling},
    linear::Linear,
    math::{Norm, gelu, to_length_one},
    weights::Weights,
};

/// Token ids to vectors. Immutable.
pub(super) struct Bert {
    arch: Arch,
    width: usize,
    inner: usize,
    heads: Heads,
    pooling: Pooling,
    /// One row per token of the vocabulary.
    words: Vec<bf16>,
    /// One row per place in the sentence, the kind of sentence already added: there is only one.
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Layer {
    /// Query, key and value in one.
    asked: Linear,
    attended: Linear,
    attended_norm: Norm,
    widened: Linear,
    narrowed: Linear,
    narrowed_norm: Norm,
}

impl Bert {
    /// Packs the weights for this machine's processor.
    pub fn build(config: &Config, pooling: Pooling, weights: &Weights<'_>) -> Result<Self, EncoderError> {
        let arch = Arch::new();
        let width = config.hidden_size;
        let read = Reading { arch, config, weights };
        let words = weights.words(width)?.into_iter().map(bf16::from_f32).collect();
        Ok(Self {
            arch,
            width,
            inner: config.intermediate_size,
            heads: Heads { count: config.num_attention_heads, size: width / config.num_attention_heads },
            pooling,
            words,
            positions: read.positions()?,
            norm: read.norm("embeddings.LayerNorm")?,
            layers: (0..config.num_hidden_layers)
                .map(|number| read.layer(number))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Values per vector.
    pub fn dimensions(&self) -> usize {
        self.width
    }

    /// Tokens that have a vector.
    pub fn vocabulary(&self) -> usize {
        self.words.len() / self.width
    }

    /// Bytes that the model takes in memory.
    pub fn size_bytes(&self) -> usize {
        let matrices = self.layers.iter().flat_map(|l| [&l.asked, &l.attended, &l.widened, &l.narrowed]);
        2 * self.words.len() + 4 * self.positions.len() + matrices.map(Linear::size_bytes).sum::<usize>()
    }

    /// One vector of length 1 per sentence; zeros for a sentence without tokens.
    ///
    /// The sentences go through the matrices together and never see each other.
    pub fn encode(&self, sentences: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let mut x = self.embed(sentences);
        let mut asked = vec![0.0; 3 * x.len()];
        let mut attended = vec![0.0; x.len()];
        let mut side = vec![0.0; x.len()];
        let mut wide = vec![0.0; x.len() / self.width * self.inner];
        for layer in &self.layers {
            layer.asked.apply(&x, &mut asked);
            let mut from = 0;
            for sentence in sentences {
                let to = from + sentence.len() * self.width;
                self.heads.attend(self.arch, &asked[3 * from..3 * to], &mut attended[from..to]);
                from = to;
            }
            layer.attended.apply(&attended, &mut side);
            layer.attended_norm.add_and_apply(self.arch, &mut x, &side);
            layer.widened.apply(&x, &mut wide);
            gelu(self.arch, &mut wide);
            layer.narrowed.apply(&wide, &mut side);
            layer.narrowed_norm.add_and_apply(self.arch, &mut x, &side);
        }
        self.pool(sentences, &x)
    }

    fn embed(&self, sentences: &[Vec<u32>]) -> Vec<f32> {
        let tokens = sentences.iter().map(Vec::len).sum::<usize>();
        let mut x = Vec::with_capacity(tokens * self.width);
        for sentence in sentences {
            for (id, position) in sentence.iter().zip(self.positions.chunks_exact(self.width)) {
                let word = &self.words[*id as usize * self.width..][..self.width];
                x.extend(word.iter().zip(position).map(|(word, position)| word.to_f32() + position));
            }
        }
        self.norm.apply(self.arch, &mut x);
        x
    }

    fn pool(&self, sentences: &[Vec<u32>], x: &[f32]) -> Vec<Vec<f32>> {
        let mut rows = x.chunks_exact(self.width);
        let pooled = sentences.iter().map(|sentence| {
            let mut vector = vec![0.0; self.width];
            for (number, row) in rows.by_ref().take(sentence.len()).enumerate() {
                if number == 0 || self.pooling == Pooling::Mean {
                    vector.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                }
            }
            to_length_one(&mut vector);
            vector
        });
        pooled.collect()
    }
}

/// Reads the parts of a network by their names.
struct Reading<'a> {
    arch: Arch,
    config: &'a Config,
    weights: &'a Weights<'a>,
}

impl Reading<'_> {
    fn positions(&self) -> Result<Vec<f32>, EncoderError> {
        let Config { hidden_size: width, max_position_embeddings: rows, .. } = *self.config;
        let table = self.weights.matrix("embeddings.position_embeddings.weight", rows, width)?;
        let kinds = self.weights.rows("embeddings.token_type_embeddings.weight", width)?;
        let from = self.config.first_position() * width;
        Ok(table[from..]
            .chunks_exact(width)
            .flat_map(|row| row.iter().zip(&kinds).map(|(p, k)| p + k))
            .collect())
    }

    fn layer(&self, number: usize) -> Result<Layer, EncoderError> {
        let (width, inner) = (self.config.hidden_size, self.config.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let (mut weight, mut bias) = (vec![], vec![]);
        for part in ["query", "key", "value"] {
            let part = name(&format!("attention.self.{part}"));
            weight.extend(self.weights.matrix(&format!("{part}.weight"), width, width)?);
            bias.extend(self.weights.vector(&format!("{part}.bias"), width)?);
        }
        Ok(Layer {
            asked: Linear::new(self.arch, &weight, &bias),
            attended: self.linear(&name("attention.output.dense"), width, width)?,
            attended_norm: self.norm(&name("attention.output.LayerNorm"))?,
            widened: self.linear(&name("intermediate.dense"), inner, width)?,
            narrowed: self.linear(&name("output.dense"), width, inner)?,
            narrowed_norm: self.norm(&name("output.LayerNorm"))?,
        })
    }

    fn linear(&self, name: &str, outputs: usize, inputs: usize) -> Result<Linear, EncoderError> {
        let weight = self.weights.matrix(&format!("{name}.weight"), outputs, inputs)?;
        Ok(Linear::new(self.arch, &weight, &self.weights.vector(&format!("{name}.bias"), outputs)?))
    }

    fn norm(&self, name: &str) -> Result<Norm, EncoderError> {
        let vector = |part: &str| self.weights.vector(&format!("{name}.{part}"), self.config.hidden_size);
        Ok(Norm { weight: vector("weight")?, bias: vector("bias")?, epsilon: self.config.layer_norm_eps })
    }
}
