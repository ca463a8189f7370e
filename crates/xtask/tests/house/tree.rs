//! Reading the repository.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Folders that are never ours: built or installed. Only asked where there is no git to ask.
const NOT_OURS: [&str; 3] = ["target", "node_modules", ".git"];

/// The root of the repository.
pub fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.ancestors().nth(2).expect("the package lies two folders below the root").to_path_buf()
}

/// All files that belong to the repository, relative to its root, sorted.
pub fn files() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let mut files: Vec<String> = match listed {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).split_terminator('\0').map(str::to_owned).collect()
        }
        _ => walk(&root()).iter().map(|path| relative(path)).collect(),
    };
    files.retain(|file| root().join(file).is_file());
    files.sort();
    assert!(files.len() > 20, "the repository has files");
    files
}

/// The files that belong to the repository and end in `ending`.
pub fn files_ending(ending: &str) -> Vec<String> {
    files().into_iter().filter(|file| file.ends_with(ending)).collect()
}

/// The text of a file; absent where it is not text.
pub fn text(file: &str) -> Option<String> {
    String::from_utf8(fs::read(root().join(file)).ok()?).ok().filter(|text| !text.contains('\0'))
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let ours = |path: &PathBuf| !NOT_OURS.iter().any(|name| path.ends_with(name));
    let paths = entries.flatten().map(|entry| entry.path()).filter(ours);
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
