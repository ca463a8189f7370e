//! Running other programs from the repository's root.

use std::{
    env,
    ffi::OsStr,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::tally::Counts;

/// The root of the repository: two folders above this package.
pub fn root() -> PathBuf {
    let package =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.ancestors().nth(2).expect("this package lies two folders below the root").to_path_buf()
}

/// A command of the running toolchain's cargo, to be run in the root.
pub fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    command
}

/// A command to be run in `dir`.
pub fn command<S: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = S>, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(dir);
    command
}

/// Shows the command, runs it with our own output, and fails where it fails.
pub fn run(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command.status().with_context(|| format!("could not start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// Like [`run`], and counts the tests that the command reports on its standard output.
///
/// Never fails because a test failed: the counts say so. A command that fails without a failed test, such as
/// one that does not compile, counts as one failure.
pub fn run_counted(command: &mut Command) -> Result<Counts> {
    announce(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start `{}`", shown(command)))?;
    let output = child.stdout.take().expect("standard output is piped");
    let mut counts = Counts::default();
    let mut reader = BufReader::new(output);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        io::stdout().write_all(&line)?;
        counts += Counts::in_line(&String::from_utf8_lossy(&line));
        line.clear();
    }
    let status = child.wait()?;
    if !status.success() && counts.failed == 0 {
        println!("`{}` ended with {status}", shown(command));
        counts.failed = 1;
    }
    Ok(counts)
}

/// What the command prints on its standard output, trimmed; fails where it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("could not start `{}`", shown(command)))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", shown(command), output.status, errors.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where cargo builds to.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Builds the `segue` binary and says where it is.
///
/// `SEGUE_BIN` names a binary that is already built, and nothing is built then.
pub fn built_segue(release: bool) -> Result<PathBuf> {
    if let Some(ready) = env::var_os("SEGUE_BIN") {
        return Ok(ready.into());
    }
    let mut build = cargo(["build", "--package", "segue", "--bin", "segue"]);
    if release {
        build.arg("--release");
    }
    run(&mut build)?;
    let profile = if release { "release" } else { "debug" };
    let binary = target().join(profile).join(format!("segue{}", env::consts::EXE_SUFFIX));
    if !binary.is_file() {
        bail!("cargo built Segue, but it is not at {}; set SEGUE_BIN to where it is", binary.display());
    }
    Ok(binary)
}

fn announce(command: &Command) {
    println!("$ {}", shown(command));
    // Our lines and the child's share one stream: ours first.
    let _ = io::stdout().flush();
}

/// The command as one would type it, without the folders of the program.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
