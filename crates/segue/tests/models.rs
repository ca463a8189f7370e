//! `segue models` as people use it: from a folder, an archive and an address, and what it says when that cannot be.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tiny_model::Stored;
use zip::{ZipWriter, write::SimpleFileOptions};

#[path = "../../understanding/tests/all/tiny_model.rs"]
#[expect(dead_code, reason = "the whole of it is for the encoder's own tests")]
mod tiny_model;

/// An installation that nobody else sees, and a model to put into it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        tiny_model::write(&place.at("source/Tiny-Model"), "", Stored::F32);
        place
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
        command
            .arg("models")
            .args(arguments)
            .arg("--data")
            .arg(self.at("data"))
            .current_dir(self.folder.path());
        command.env_remove("SEGUE_MODELS_URL").stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command that works prints as JSON.
    fn told(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What a command that fails says, which must leave nothing behind.
    fn refused(&self, arguments: &[&str]) -> String {
        let before = self.installed();
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        assert_eq!(self.installed(), before);
        String::from_utf8(output.stderr).unwrap()
    }

    /// The names in the folder of the models, unfinished ones too.
    fn installed(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.at("data/models")) else { return vec![] };
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn archive(&self, name: &str, inside: &str) -> String {
        let path = self.at(name);
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        for file in ["config.json", "tokenizer.json", "model.safetensors"] {
            zip.start_file(format!("{inside}{file}"), SimpleFileOptions::default()).unwrap();
            zip.write_all(&fs::read(self.at("source/Tiny-Model").join(file)).unwrap()).unwrap();
        }
        zip.finish().unwrap();
        path.display().to_string()
    }
}

#[test]
fn a_folder_is_installed_under_its_name_and_listed() {
    let place = Place::new();
    assert_eq!(place.told(&["list"]), json!({ "models": [] }));
    let told = place.told(&["install", "source/Tiny-Model"]);
    assert_eq!((&told["name"], &told["installed"]), (&json!("tiny-model"), &json!(true)));
    assert_eq!((&told["dimensions"], &told["tokens_max"]), (&json!(8), &json!(24)));
    assert!(told["id"].as_str().unwrap().starts_with("bert-2x8-"));
    let listed = &place.told(&["list"])["models"][0];
    assert_eq!((&listed["name"], &listed["id"]), (&told["name"], &told["id"]));
    assert_eq!(place.installed(), ["tiny-model"]);

    let again = place.told(&["install", "source/Tiny-Model"]);
    assert_eq!((&again["installed"], &again["id"]), (&json!(false), &told["id"]));
    let words = String::from_utf8(place.run(&["list"]).stdout).unwrap();
    assert!(
        words.starts_with("tiny-model  bert-2x8-") && words.contains("8 values, up to 24 tokens"),
        "{words}"
    );
}

#[test]
fn an_archive_is_searched_for_a_model() {
    let place = Place::new();
    let zip = place.archive("download.zip", "a/b/My Model/");
    assert_eq!(place.told(&["install", &zip])["name"], "my-model");
    let wheel = place.archive("some_encoder-0.1.0-py3-none-any.whl", "some_encoder/model/");
    assert_eq!(place.told(&["install", &wheel])["name"], "some_encoder");
    let flat = place.archive("model.zip", "");
    assert!(place.refused(&["install", &flat]).contains("pass --name"));
    assert_eq!(place.told(&["install", &flat, "--name", "flat"])["name"], "flat");
    assert_eq!(place.installed(), ["flat", "my-model", "some_encoder"]);
}

#[test]
fn another_model_is_exchanged_only_when_told_so() {
    let place = Place::new();
    let first = place.told(&["install", "source/Tiny-Model"]);
    tiny_model::write(&place.at("source/Tiny-Model"), "", Stored::F16);
    let said = place.refused(&["install", "source/Tiny-Model"]);
    assert!(said.contains(first["id"].as_str().unwrap()) && said.contains("--replace"), "{said}");
    let second = place.told(&["install", "source/Tiny-Model", "--replace"]);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(place.told(&["list"])["models"][0]["id"], second["id"]);
    assert_eq!(place.installed(), ["tiny-model"]);
}

#[test]
fn what_cannot_be_installed_is_said_with_what_to_do() {
    let place = Place::new();
    let check = |model: &str, expected: &[&str]| {
        let said = place.refused(&["install", model]);
        assert!(said.starts_with("segue: ") && said.lines().count() == 1, "{said}");
        assert!(expected.iter().all(|words| said.contains(words)), "{said}");
    };
    check(
        "all-MiniLM-L6-v2",
        &[
            "no address of its own",
            "config.json, tokenizer.json, model.safetensors",
            "--from",
            "SEGUE_MODELS_URL",
        ],
    );
    fs::write(place.at("note.txt"), "no archive").unwrap();
    check("note.txt", &["neither a folder nor a whole .zip or .whl archive"]);
    fs::create_dir(place.at("empty")).unwrap();
    check("empty", &["holds no model", "there is no file in it"]);
    fs::rename(place.at("source/Tiny-Model/tokenizer.json"), place.at("source/t.json")).unwrap();
    check("source/Tiny-Model", &["has no tokenizer.json"]);
    fs::write(place.at("source/Tiny-Model/tokenizer.json"), "{}").unwrap();
    check("source/Tiny-Model", &["source/Tiny-Model/tokenizer.json", "is no tokenizer", "fetch it again"]);
    let output = place.run(&["install", "source/Tiny-Model", "--name", "../x"]);
    assert_eq!(output.status.code(), Some(2), "a wrong command line");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot name a model"));
}

#[test]
fn a_broken_model_is_listed_with_the_reason() {
    let place = Place::new();
    place.told(&["install", "source/Tiny-Model"]);
    fs::remove_file(place.at("data/models/tiny-model/model.safetensors")).unwrap();
    let listed = &place.told(&["list"])["models"][0];
    assert!(listed["problem"].as_str().unwrap().contains("has no model.safetensors"), "{listed}");
    assert_eq!(listed.get("id"), None);
}

/// Serves files until the test ends. A path that is `hang` gets the start of an answer and nothing more.
fn serve(folder: PathBuf, hang: &'static str, cut: &'static str) -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (hangs, hung) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (folder, hangs) = (folder.clone(), hangs.clone());
            thread::spawn(move || answer(stream.unwrap(), &folder, hang, cut, &hangs));
        }
    });
    (address, hung)
}

fn answer(stream: TcpStream, folder: &Path, hang: &str, cut: &str, hangs: &mpsc::Sender<()>) {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
            break;
        }
        request += &line;
    }
    let path = request.split(' ').nth(1).unwrap_or("/").trim_start_matches('/').to_owned();
    let stream = reader.get_mut();
    let Ok(bytes) = fs::read(folder.join(&path)) else {
        stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok();
        return;
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", bytes.len());
    stream.write_all(head.as_bytes()).ok();
    let stops = |file: &str| !file.is_empty() && path.ends_with(file);
    if stops(hang) {
        stream.write_all(&bytes[..10]).ok();
        hangs.send(()).ok();
        thread::sleep(Duration::from_secs(60));
    } else if stops(cut) {
        stream.write_all(&bytes[..10]).ok();
    } else {
        stream.write_all(&bytes).ok();
    }
}

#[test]
fn a_name_is_fetched_from_the_address_that_was_given() {
    let place = Place::new();
    let (address, _) = serve(place.at("source"), "", "");
    let told = place.told(&["install", "Tiny-Model", "--from", &address]);
    assert_eq!((&told["name"], &told["installed"]), (&json!("tiny-model"), &json!(true)));
    tiny_model::write(&place.at("source/hub/Placed/main"), "", Stored::F32);
    let mut command = place.command(&["install", "Placed"]);
    let output = command.env("SEGUE_MODELS_URL", format!("{address}/hub/{{name}}/main")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(place.installed(), ["placed", "tiny-model"]);

    let said = place.refused(&["install", "Other", "--from", &address]);
    assert!(said.contains("/Other/config.json") && said.contains("404"), "{said}");
}

#[test]
fn weights_under_a_known_name_must_be_the_known_ones() {
    let place = Place::new();
    fs::rename(place.at("source/Tiny-Model"), place.at("source/all-MiniLM-L6-v2")).unwrap();
    let (address, _) = serve(place.at("source"), "", "");
    let said = place.refused(&["install", "all-MiniLM-L6-v2", "--from", &address]);
    assert!(said.contains("these are not the weights of all-MiniLM-L6-v2"), "{said}");
}

#[test]
fn a_download_that_breaks_off_leaves_nothing() {
    let place = Place::new();
    let (address, _) = serve(place.at("source"), "", "model.safetensors");
    let said = place.refused(&["install", "Tiny-Model", "--from", &address]);
    assert!(said.contains("model.safetensors") && said.contains("broke off"), "{said}");
}

#[test]
fn ctrl_c_ends_a_download_and_leaves_nothing() {
    let place = Place::new();
    let (address, hung) = serve(place.at("source"), "model.safetensors", "");
    let mut command = place.command(&["install", "Tiny-Model", "--from", &address]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    hung.recv_timeout(Duration::from_secs(30)).unwrap();
    let started = Instant::now();
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(started.elapsed() < Duration::from_secs(4), "before anybody had to be killed");
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was installed"));
    assert!(place.installed().is_empty());
}
