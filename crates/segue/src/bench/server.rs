//! A server of the same binary in a process and a folder of its own.

use std::{
    env,
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tempfile::TempDir;

/// How long the server may take to be ready.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Lines of the server's log that are shown when it fails.
const LOG_LINES: usize = 20;

/// What `segue admin bootstrap` tells.
#[derive(Clone, Debug, Deserialize)]
pub struct Credentials {
    /// For assistants.
    pub api_key: String,
    /// The owner's address.
    pub email: String,
    /// The owner's password.
    pub password: String,
}

#[derive(Deserialize)]
struct Ready {
    address: SocketAddr,
}

/// A running server; ended, with its folder, when dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// How to get in.
    pub credentials: Credentials,
    /// Declared last: the folder goes after the process.
    _folder: TempDir,
}

/// A folder for one measurement, in `parent` or where the system keeps such folders.
pub fn folder(parent: Option<&Path>) -> Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("segue-bench-");
    match parent {
        Some(parent) => {
            fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
            builder.tempdir_in(parent)
        }
        None => builder.tempdir(),
    }
    .context("there is no room for the data of the measurement; name another folder with --data")
}

impl Server {
    /// Sets up an organisation and starts a server on it.
    pub fn start(parent: Option<&Path>) -> Result<Self> {
        let folder = folder(parent)?;
        let binary = env::current_exe().context("this program does not know where it lies")?;
        let data = folder.path().join("data");
        let credentials = bootstrap(&binary, &data)?;
        let (ready, log) = (folder.path().join("ready.json"), folder.path().join("server.log"));
        let output = File::create(&log)?;
        let child = Command::new(&binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .arg("--ready-file")
            .arg(&ready)
            .env("SEGUE_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .context("the server does not start")?;
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self { child, address, credentials, _folder: folder };
        server.address = server.wait_until_ready(&ready, &log)?;
        Ok(server)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_ready(&mut self, ready: &Path, log: &PathBuf) -> Result<SocketAddr> {
        let begin = Instant::now();
        while begin.elapsed() < READY_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status} instead of getting ready:\n{}", end_of(log))
            }
            let told = fs::read(ready).ok().and_then(|json| serde_json::from_slice::<Ready>(&json).ok());
            if let Some(Ready { address }) = told {
                return Ok(address);
            }
            thread::sleep(Duration::from_millis(5));
        }
        bail!("the server was not ready within {} s:\n{}", READY_WITHIN.as_secs(), end_of(log))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn bootstrap(binary: &Path, data: &Path) -> Result<Credentials> {
    let output = Command::new(binary)
        .args(["admin", "bootstrap", "--organisation", "bench", "--json", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .context("`segue admin bootstrap` does not start")?;
    if !output.status.success() {
        bail!("`segue admin bootstrap` failed: {}", String::from_utf8_lossy(&output.stderr).trim())
    }
    serde_json::from_slice(&output.stdout).context("`segue admin bootstrap --json` gave no credentials")
}

fn end_of(log: &PathBuf) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}
