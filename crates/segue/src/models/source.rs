//! A folder or an archive with a model somewhere inside.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use zip::ZipArchive;

use super::{FILE_MAX_BYTES, ModelName, NEEDED, OPTIONAL};

/// How deep a folder is searched, and how many files are looked at.
const DEPTH_MAX: usize = 6;
const FILES_MAX: usize = 50_000;
/// Bytes copied between two looks at whether to go on.
const PIECE_BYTES: usize = 1 << 20;

/// Where a model comes from, with the folder that it was found in.
pub struct Source {
    path: PathBuf,
    files: Files,
    /// Empty, or a relative folder that ends in a slash.
    inside: String,
    /// The model's files, relative to `inside`.
    wanted: Vec<String>,
}

enum Files {
    Folder,
    Archive(ZipArchive<File>),
}

impl Source {
    /// Looks for a model in a folder or in a `.zip` or `.whl` archive; nothing is copied yet.
    ///
    /// # Errors
    /// There is none, there are several, or the archive is damaged.
    pub fn open(path: &Path) -> Result<Self> {
        let path = path.canonicalize().with_context(|| format!("{} cannot be read", path.display()))?;
        let (files, names) = if path.is_dir() {
            (Files::Folder, names_below(&path)?)
        } else {
            let file = File::open(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let archive = ZipArchive::new(file).with_context(|| {
                format!("{} is neither a folder nor a whole .zip or .whl archive", path.display())
            })?;
            // A name that is no text belongs to no model.
            let names = archive.file_names().flatten().map(Cow::into_owned);
            let names = names.filter(|name| is_inside(name)).collect();
            (Files::Archive(archive), names)
        };
        let inside = find(&names).with_context(|| format!("{} holds no model", path.display()))?;
        let wanted = wanted(&names, &inside);
        Ok(Self { path, files, inside, wanted })
    }

    /// What the model is called where it comes from; absent where nothing there says so.
    pub fn name(&self) -> Option<ModelName> {
        match self.files {
            Files::Folder => ModelName::of_path(&self.path.join(&self.inside)),
            Files::Archive(_) => ModelName::of_archive(&self.path, &self.inside),
        }
    }

    /// The model's folder, for people.
    pub fn place(&self) -> PathBuf {
        if self.inside.is_empty() {
            self.path.clone()
        } else {
            self.path.join(self.inside.trim_end_matches('/'))
        }
    }

    /// Copies the model's files to a folder, and asks before each piece whether to go on; false where not.
    pub fn copy_to(&mut self, folder: &Path, go_on: impl Fn() -> bool) -> Result<bool> {
        for file in &self.wanted {
            let target = folder.join(file);
            let parent = target.parent().expect("a file in a folder has a parent");
            fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
            let name = format!("{}{file}", self.inside);
            let copied = match &mut self.files {
                Files::Folder => {
                    File::open(self.path.join(&name)).and_then(|from| copy(from, &target, &go_on))
                }
                Files::Archive(archive) => archive
                    .by_name(&name)
                    .map_err(io::Error::from)
                    .and_then(|from| copy(from, &target, &go_on)),
            };
            if !copied.with_context(|| format!("cannot copy {name} from {}", self.path.display()))? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn copy(from: impl Read, to: &Path, go_on: impl Fn() -> bool) -> io::Result<bool> {
    let mut from = from.take(FILE_MAX_BYTES + 1);
    let mut file = File::create(to)?;
    let mut piece = vec![0; PIECE_BYTES];
    let mut copied = 0;
    loop {
        let read = from.read(&mut piece)?;
        copied += read as u64;
        if read == 0 || !go_on() {
            file.sync_all()?;
            return Ok(read == 0);
        }
        if copied > FILE_MAX_BYTES {
            return Err(io::Error::other("larger than any model is"));
        }
        file.write_all(&piece[..read])?;
    }
}

/// The folder with the model: the one nearest to the top that has all three files.
fn find(names: &BTreeSet<String>) -> Result<String> {
    let folders: BTreeSet<&str> =
        names.iter().map(|name| &name[..name.rfind('/').map_or(0, |at| at + 1)]).collect();
    let has = |folder: &str| NEEDED.map(|file| names.contains(&format!("{folder}{file}")));
    let depth = |folder: &str| folder.matches('/').count();
    let whole: Vec<&str> = folders.iter().copied().filter(|folder| has(folder) == [true; 3]).collect();
    let Some(least) = whole.iter().map(|folder| depth(folder)).min() else {
        let nearest = folders.iter().max_by_key(|folder| has(folder).iter().filter(|has| **has).count());
        let Some(nearest) = nearest else { bail!("there is no file in it") };
        let found = has(nearest);
        let missing: Vec<&str> =
            NEEDED.iter().zip(found).filter(|(_, has)| !has).map(|(file, _)| *file).collect();
        ensure!(missing.len() < NEEDED.len(), "no folder in it has {}", NEEDED.join(", "));
        bail!("its folder \"{}\" has no {}", nearest.trim_end_matches('/'), missing.join(" and no "))
    };
    let top: Vec<&str> = whole.into_iter().filter(|folder| depth(folder) == least).collect();
    let [one] = top.as_slice() else { bail!("it holds several, choose one: {}", top.join(", ")) };
    // Older models keep the three files one folder below the file that lists the steps.
    let parent = &one[..one.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1)];
    let is_step = !one.is_empty() && names.contains(&format!("{parent}{}", OPTIONAL[0]));
    Ok(if is_step { parent } else { one }.to_owned())
}

/// The files of the model in a folder; other formats of the same weights stay behind.
fn wanted(names: &BTreeSet<String>, inside: &str) -> Vec<String> {
    let below = names.iter().filter_map(|name| name.strip_prefix(inside));
    let known = |name: &&str| {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let is_step = folder.starts_with(|c: char| c.is_ascii_digit()) && !folder.contains('/');
        let at_top = folder.is_empty() && (OPTIONAL.contains(&file) || file.starts_with("LICENSE"));
        (folder.is_empty() || is_step) && NEEDED.contains(&file) || at_top
    };
    below.filter(known).map(str::to_owned).collect()
}

fn names_below(folder: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let mut folders = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if path.is_file() {
                names.insert(format!("{prefix}{name}"));
            } else if path.is_dir() && depth < DEPTH_MAX {
                folders.push((path.clone(), format!("{prefix}{name}/"), depth + 1));
            }
            ensure!(names.len() <= FILES_MAX, "{} holds too many files to look through", folder.display());
        }
    }
    Ok(names)
}

/// Whether an archive's entry is a file that stays in its folder.
fn is_inside(name: &str) -> bool {
    !name.ends_with('/') && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn with_model(folder: &str) -> Vec<String> {
        NEEDED.map(|file| format!("{folder}{file}")).to_vec()
    }

    #[test]
    fn the_model_nearest_to_the_top_is_found_with_its_files() {
        let mut all = names(&[
            "package/model/modules.json",
            "package/model/1_Pooling/config.json",
            "package/model/onnx/model.onnx",
            "package/model/pytorch_model.bin",
            "package/LICENSE",
        ]);
        all.extend(with_model("package/model/"));
        all.extend(with_model("package/model/older/"));
        let inside = find(&all).unwrap();
        assert_eq!(inside, "package/model/");
        let expected =
            ["1_Pooling/config.json", "config.json", "model.safetensors", "modules.json", "tokenizer.json"];
        assert_eq!(wanted(&all, &inside), expected);
    }

    #[test]
    fn files_one_folder_below_the_list_of_steps_belong_to_it() {
        let mut all = names(&["m/modules.json", "m/1_Pooling/config.json"]);
        all.extend(with_model("m/0_Transformer/"));
        let inside = find(&all).unwrap();
        assert_eq!(inside, "m/");
        assert_eq!(wanted(&all, &inside).len(), 5);
    }

    #[test]
    fn what_is_missing_is_said() {
        let said = |all: &BTreeSet<String>| find(all).unwrap_err().to_string();
        assert_eq!(said(&names(&[])), "there is no file in it");
        assert_eq!(
            said(&names(&["a/config.json", "a/tokenizer.json"])),
            "its folder \"a\" has no model.safetensors"
        );
        assert!(said(&names(&["a/b.txt"])).starts_with("no folder in it has config.json, "));
        let two: BTreeSet<String> = with_model("a/").into_iter().chain(with_model("b/")).collect();
        assert_eq!(said(&two), "it holds several, choose one: a/, b/");
    }

    #[test]
    fn an_entry_that_leads_out_of_the_archive_is_not_seen() {
        assert!(is_inside("a/b.json"));
        for name in ["../a", "/a", "a/../../b", "a/"] {
            assert!(!is_inside(name), "{name}");
        }
    }
}
