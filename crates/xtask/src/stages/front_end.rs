//! The front end: installed from its lock file, linted, checked, tested, rebuilt and weighed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context, Result, bail};

use super::{budget, in_ci};
use crate::{
    shell::{command, output, root, run, run_counted},
    tally::Tally,
    tools,
};

/// Kept in `web/node_modules`: the lock file that was installed from.
const INSTALLED: &str = ".segue-installed-lock.json";

/// Everything that the test command asks of the front end.
pub fn all(tally: &mut Tally) -> Result<()> {
    lint_and_types(tally)?;
    tally.tests("npm test", run_counted(npm(&["test", "--silent"]).env("NO_COLOR", "1")));
    let rebuilt = rebuild();
    let weighable = rebuilt.is_ok();
    tally.check("the committed build", rebuilt);
    if weighable {
        budget::all(tally, &dist());
    }
    Ok(())
}

/// Lint and type check.
pub fn lint_and_types(tally: &mut Tally) -> Result<()> {
    packages()?;
    tally.check("npm run lint", run(&mut npm(&["run", "lint", "--silent"])));
    tally.check("npm run check", run(&mut npm(&["run", "check", "--silent"])));
    Ok(())
}

/// Installs the packages exactly as locked; does nothing where they already are, except in continuous
/// integration, and once per run at most.
pub fn packages() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    if DONE.get().is_some() {
        return Ok(());
    }
    tools::node()?;
    let lock = fs::read(root().join("web/package-lock.json")).context("web/package-lock.json is missing")?;
    let stamp = root().join("web/node_modules").join(INSTALLED);
    if in_ci() || !fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        run(&mut npm(&["ci", "--no-fund", "--no-audit"]))?;
        fs::write(&stamp, &lock).with_context(|| format!("could not write {}", stamp.display()))?;
    }
    DONE.get_or_init(|| ());
    Ok(())
}

/// Builds in place, and fails where the result is not what is committed (or at least staged).
fn rebuild() -> Result<()> {
    let before = contents(&dist())?;
    run(&mut npm(&["run", "build", "--silent"]))?;
    let advice = "The front end in web/dist is committed, so that Segue builds without Node. It now holds the new \
                  build: look at it and commit it";
    if !in_git() {
        let changed = differences(&before, &contents(&dist())?);
        return if changed.is_empty() { Ok(()) } else { bail!("{}\n{advice}", changed.join("\n")) };
    }
    run(&mut git(&["diff", "--exit-code", "--stat", "--", "web/dist"])).context(advice)?;
    let untracked = output(&mut git(&["ls-files", "--others", "--", "web/dist"]))?;
    if !untracked.is_empty() {
        bail!("not committed:\n{untracked}\n{advice}");
    }
    if before.is_empty() {
        bail!("web/dist was empty. {advice}.");
    }
    Ok(())
}

fn dist() -> PathBuf {
    root().join("web/dist")
}

fn npm(args: &[&str]) -> Command {
    command(if cfg!(windows) { "npm.cmd" } else { "npm" }, args, &root().join("web"))
}

fn git(args: &[&str]) -> Command {
    command("git", args, &root())
}

fn in_git() -> bool {
    output(&mut git(&["rev-parse", "--is-inside-work-tree"])).is_ok_and(|answer| answer == "true")
}

/// Every file below `folder` with its bytes; nothing where the folder does not exist.
fn contents(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                files.extend(contents(&path)?);
            } else {
                files.insert(path.clone(), fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

/// One line for each file that is new, gone or changed.
fn differences(before: &BTreeMap<PathBuf, Vec<u8>>, after: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
    let gone = before
        .keys()
        .filter(|path| !after.contains_key(*path))
        .map(|path| format!("gone: {}", path.display()));
    let changed = after.iter().filter_map(|(path, bytes)| match before.get(path) {
        None => Some(format!("new: {}", path.display())),
        Some(old) if old != bytes => Some(format!("changed: {}", path.display())),
        Some(_) => None,
    });
    gone.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebuild_that_differs_is_told_file_by_file() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("same.js", "1");
        write("old.js", "1");
        write("other.js", "1");
        let before = contents(folder.path()).unwrap();
        fs::remove_file(folder.path().join("old.js")).unwrap();
        write("other.js", "2");
        write("new.js", "1");
        let kinds: Vec<String> = differences(&before, &contents(folder.path()).unwrap())
            .iter()
            .map(|line| line.replace(&folder.path().display().to_string(), ""))
            .collect();
        assert_eq!(kinds, ["gone: /old.js", "new: /new.js", "changed: /other.js"]);
    }
}
