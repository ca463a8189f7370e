//! Node, npm and Chromium: finding them, and installing them where the system lets us.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::shell;

/// The oldest Node that the front end's tools run on; the same as `engines` in `web/package.json`.
const NODE_AT_LEAST: (u32, u32) = (20, 19);

/// Names that Chromium goes by, in the order we try them.
const CHROMIUM_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Makes sure that Node and npm are there and new enough.
pub fn node() -> Result<()> {
    let mut missing = Vec::new();
    if !answers("node") {
        missing.push("nodejs");
    }
    if !answers("npm") {
        missing.push("npm");
    }
    install(
        &missing,
        "Install Node 20.19 or newer with npm, from https://nodejs.org or your package manager.",
    )?;
    let text = shell::output(Command::new("node").arg("--version"))?;
    let version = node_version(&text).with_context(|| format!("`node --version` says {text:?}"))?;
    if version < NODE_AT_LEAST {
        let (major, minor) = NODE_AT_LEAST;
        bail!("Node {text} is too old for the front end's tools: install Node {major}.{minor} or newer");
    }
    Ok(())
}

/// Where Chromium is: `SEGUE_CHROMIUM`, or the first one on the path.
pub fn chromium() -> Result<PathBuf> {
    if let Some(named) = env::var_os("SEGUE_CHROMIUM") {
        return Ok(named.into());
    }
    let find = || CHROMIUM_NAMES.iter().find(|name| answers(name)).and_then(|name| on_path(name));
    if let Some(found) = find() {
        return Ok(found);
    }
    let advice = "Install Chromium or Chrome, or set SEGUE_CHROMIUM to its program.";
    install(&["chromium"], advice)?;
    find().with_context(|| format!("Chromium still does not start. {advice}"))
}

/// Installs packages on Debian and Ubuntu where no password is needed; says what to do anywhere else.
fn install(packages: &[&str], advice: &str) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let names = packages.join(" ");
    let Some(prefix) = apt_prefix() else { bail!("missing: {names}. {advice}") };
    println!("Missing: {names}. Installing with apt-get.");
    let apt = |args: &[&str]| {
        let words: Vec<&str> =
            prefix.iter().chain(&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]).copied().collect();
        shell::run(Command::new(words[0]).args(&words[1..]).args(args)).with_context(|| advice.to_owned())
    };
    apt(&["update", "-q"])?;
    apt(&[&["install", "-q", "-y", "--no-install-recommends"], packages].concat())
}

/// The words before `apt-get`: none as root, `sudo -n` where that works; absent where neither is so.
fn apt_prefix() -> Option<Vec<&'static str>> {
    if !Path::new("/etc/debian_version").exists() || on_path("apt-get").is_none() {
        return None;
    }
    if shell::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0") {
        return Some(Vec::new());
    }
    let sudo = shell::output(Command::new("sudo").args(["-n", "true"])).is_ok();
    sudo.then(|| vec!["sudo", "-n"])
}

/// Whether the program starts and tells its version. A stub that only advises an installation does not.
fn answers(program: &str) -> bool {
    let status = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|file| fs::metadata(file).is_ok_and(|m| m.is_file()))
}

/// `v20.19.2` as `(20, 19)`.
fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_node_is_read_and_compared_by_number() {
        assert_eq!(node_version("v20.19.2"), Some((20, 19)));
        assert_eq!(node_version("20"), None);
        assert!(node_version("v20.9.0") < Some(NODE_AT_LEAST));
        assert!(node_version("v22.0.0") > Some(NODE_AT_LEAST));
    }
}
