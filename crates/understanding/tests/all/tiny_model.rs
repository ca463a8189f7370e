//! A sentence encoder of a few kilobytes in a folder, with weights that mean nothing and are the same everywhere.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{fs, path::Path};

use serde_json::{Value, json};

/// Values per vector.
pub const WIDTH: usize = 8;
const INNER: usize = 16;
const LAYERS: usize = 2;
const POSITIONS: usize = 24;

/// Words by their ids.
const VOCABULARY: [&str; 12] =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "hello", "world", "##s", "my", "parcel", "is", "late", "."];

/// How the numbers of a model are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    F32,
    F16,
}

/// Writes the three files; `prefix` stands before each tensor's name.
pub fn write(folder: &Path, prefix: &str, stored: Stored) {
    fs::create_dir_all(folder).unwrap();
    let config = json!({
        "model_type": "bert", "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": 2,
        "intermediate_size": INNER, "max_position_embeddings": POSITIONS, "layer_norm_eps": 1e-12,
        "hidden_act": "gelu", "vocab_size": VOCABULARY.len(),
    });
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    fs::write(folder.join("tokenizer.json"), word_pieces().to_string()).unwrap();
    fs::write(folder.join("model.safetensors"), safetensors(prefix, stored)).unwrap();
}

/// A tokenizer as BERT has it, with padding and a length that must not matter.
pub fn word_pieces() -> Value {
    let vocabulary: Value =
        VOCABULARY.iter().enumerate().map(|(id, word)| (word.to_string(), Value::from(id))).collect();
    tokenizer(
        json!({ "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary }),
        json!({ "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true }),
        json!({ "type": "BertPreTokenizer" }),
    )
}

/// A tokenizer as multilingual models have it: the likeliest pieces, words marked by a low line.
pub fn unigram() -> Value {
    let mark = |word: &&str| word.replace("##", "").replace(['[', ']'], "@");
    let piece = |word: &&str| if word.len() > 1 { format!("\u{2581}{}", mark(word)) } else { mark(word) };
    let pieces: Vec<Value> = VOCABULARY.iter().map(|word| json!([piece(word), -2.0])).collect();
    tokenizer(
        json!({ "type": "Unigram", "unk_id": 1, "vocab": pieces }),
        json!({ "type": "Lowercase" }),
        json!({ "type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true }),
    )
}

fn tokenizer(model: Value, normalizer: Value, pre_tokenizer: Value) -> Value {
    let special = |name: &str, id: usize| json!({ "id": name, "ids": [id], "tokens": [name] });
    json!({
        "version": "1.0",
        "truncation": { "max_length": 5, "strategy": "LongestFirst", "stride": 0, "direction": "Right" },
        "padding": { "strategy": { "Fixed": 9 }, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]" },
        "added_tokens": [], "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "decoder": null,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                { "SpecialToken": { "id": "[CLS]", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } },
                { "SpecialToken": { "id": "[SEP]", "type_id": 0 } },
            ],
            "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }],
            "special_tokens": { "[CLS]": special("[CLS]", 2), "[SEP]": special("[SEP]", 3) },
        },
        "model": model,
    })
}

/// Names and shapes, in the order in which the numbers are drawn.
fn tensors() -> Vec<(String, Vec<usize>)> {
    let mut all = vec![
        ("embeddings.word_embeddings.weight".to_owned(), vec![VOCABULARY.len(), WIDTH]),
        ("embeddings.position_embeddings.weight".to_owned(), vec![POSITIONS, WIDTH]),
        ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, WIDTH]),
    ];
    let both = |all: &mut Vec<_>, name: String, rows: usize, columns: Option<usize>| {
        let shape = [Some(rows), columns].into_iter().flatten().collect::<Vec<_>>();
        all.push((format!("{name}.weight"), shape));
        all.push((format!("{name}.bias"), vec![rows]));
    };
    both(&mut all, "embeddings.LayerNorm".to_owned(), WIDTH, None);
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        for part in ["query", "key", "value"] {
            both(&mut all, name(&format!("attention.self.{part}")), WIDTH, Some(WIDTH));
        }
        both(&mut all, name("attention.output.dense"), WIDTH, Some(WIDTH));
        both(&mut all, name("attention.output.LayerNorm"), WIDTH, None);
        both(&mut all, name("intermediate.dense"), INNER, Some(WIDTH));
        both(&mut all, name("output.dense"), WIDTH, Some(INNER));
        both(&mut all, name("output.LayerNorm"), WIDTH, None);
    }
    all
}

fn safetensors(prefix: &str, stored: Stored) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data = vec![];
    let mut seed = 1_u32;
    for (name, shape) in tensors() {
        let from = data.len();
        for _ in 0..shape.iter().product::<usize>() {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Eight bits, so that no way of storing it rounds.
            let number = ((seed >> 24) as f32 - 128.0) / 128.0;
            match stored {
                Stored::F32 => data.extend(number.to_le_bytes()),
                Stored::F16 => data.extend(half_bits(number).to_le_bytes()),
            }
        }
        let kind = if stored == Stored::F32 { "F32" } else { "F16" };
        let entry = json!({ "dtype": kind, "shape": shape, "data_offsets": [from, data.len()] });
        header.insert(format!("{prefix}{name}"), entry);
    }
    let header = Value::Object(header).to_string();
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

/// Exact for the numbers above.
fn half_bits(number: f32) -> u16 {
    let bits = number.to_bits();
    let (sign, exponent) = ((bits >> 16) & 0x8000, (bits >> 23) & 0xff);
    if exponent == 0 {
        sign as u16
    } else {
        (sign | ((exponent - 112) << 10) | ((bits >> 13) & 0x3ff)) as u16
    }
}
