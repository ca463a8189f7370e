//! A Segue of our own: its folder, its start and its violent end.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use super::api::Api;
use crate::shell;

/// How long the server may take to be ready, also after a crash.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A folder with an organisation in it, and the binary that serves it.
pub struct Site {
    binary: PathBuf,
    folder: TempDir,
    key: String,
    starts: u32,
}

impl Site {
    /// Makes an organisation with an API key in a temporary folder.
    pub fn create(binary: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("segue-faults-").tempdir()?;
        let data = folder.path().join("data");
        fs::create_dir(&data)?;
        let mut bootstrap = Command::new(binary);
        bootstrap.args(["admin", "bootstrap", "--organisation", "acme", "--json", "--data"]).arg(&data);
        let answer: Value = serde_json::from_str(&shell::output(&mut bootstrap)?)
            .context("`segue admin bootstrap --json` printed no JSON")?;
        let key = answer["api_key"].as_str().context("`segue admin bootstrap` gave no api_key")?.to_owned();
        Ok(Self { binary: binary.to_path_buf(), folder, key, starts: 0 })
    }

    /// Starts the server on the data as it is, and waits until it is ready.
    pub fn start(&mut self) -> Result<Server> {
        self.starts += 1;
        let ready = self.folder.path().join("ready.json");
        if ready.exists() {
            fs::remove_file(&ready)?;
        }
        let log_path = self.folder.path().join(format!("server-{}.log", self.starts));
        let log = File::create(&log_path)?;
        let mut serve = Command::new(&self.binary);
        serve.arg("serve").arg("--data").arg(self.folder.path().join("data"));
        serve.args(["--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready);
        serve.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let start = Instant::now();
        let child = serve.spawn().with_context(|| format!("could not start {}", self.binary.display()))?;
        let mut server = Server { child, api: Api::new("127.0.0.1:0", &self.key), ready_ms: 0 };
        while start.elapsed() < READY_WITHIN {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended with {status} instead of getting ready:\n{}", end_of(&log_path));
            }
            if let Some(address) = address_in(&ready) {
                server.api = Api::new(&address, &self.key);
                if server.api.is_healthy() {
                    server.ready_ms = start.elapsed().as_millis() as u64;
                    return Ok(server);
                }
            }
            thread::sleep(Duration::from_millis(5));
        }
        bail!("the server was not ready within {} s:\n{}", READY_WITHIN.as_secs(), end_of(&log_path))
    }

    /// Keeps the folder after the run, and says where it is.
    pub fn keep(&mut self) -> &Path {
        self.folder.disable_cleanup(true);
        self.folder.path()
    }
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// How to talk to it.
    pub api: Api,
    /// From start to ready.
    pub ready_ms: u64,
}

impl Server {
    /// Ends the process at once, as `kill -9` does, and waits until it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// The address in the ready file; absent until the file is complete.
fn address_in(ready: &Path) -> Option<String> {
    let text = fs::read_to_string(ready).ok()?;
    let value: Value = serde_json::from_str(&text).ok()?;
    value["address"].as_str().map(str::to_owned)
}

/// The last lines of a log.
fn end_of(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
