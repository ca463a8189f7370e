//! How much a page may weigh before it shows something, gzipped.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    shell::{command, output},
    tally::Tally,
};

/// What each face may weigh: name, entry in `web/dist`, kilobytes (1,000 bytes) after gzip.
///
/// A page weighs as much as itself and everything that its markup loads. The widget's numbers are what a
/// stranger's page pays for carrying Segue; the workspace's keeps the first paint under a second on a slow line.
const BUDGETS: [(&str, &str, u64); 4] = [
    ("widget loader", "widget/widget.js", 5),
    ("widget's offer", "widget/offer.js", 4),
    ("widget frame", "widget/frame.html", 30),
    ("workspace", "workspace/index.html", 250),
];

/// Weighs every face.
pub fn all(tally: &mut Tally, dist: &Path) {
    for (name, entry, kilobytes) in BUDGETS {
        tally.check(&format!("size of the {name}"), weigh(name, &dist.join(entry), dist, kilobytes * 1000));
    }
}

fn weigh(name: &str, entry: &Path, dist: &Path, most_bytes: u64) -> Result<()> {
    let mut files = vec![entry.to_path_buf()];
    if entry.extension().is_some_and(|extension| extension == "html") {
        let page =
            fs::read_to_string(entry).with_context(|| format!("could not read {}", entry.display()))?;
        for address in loaded(&page) {
            files.push(found(address, entry, dist).with_context(|| format!("{address} is not in web/dist"))?);
        }
    }
    let bytes = gzipped(&files, dist)?;
    println!("{name}: {bytes} bytes gzipped of {most_bytes}");
    if bytes > most_bytes {
        bail!("{bytes} bytes gzipped, and {most_bytes} are allowed");
    }
    Ok(())
}

/// Addresses of the scripts, styles and preloaded modules in a built page.
fn loaded(page: &str) -> Vec<&str> {
    let tags = page.split('<').filter(|tag| {
        let link = tag.starts_with("link") && (tag.contains("stylesheet") || tag.contains("modulepreload"));
        link || tag.starts_with("script")
    });
    let value = |tag: &'_ str| -> Option<(usize, usize)> {
        let start = ["src=\"", "href=\""].iter().find_map(|name| Some(tag.find(name)? + name.len()))?;
        Some((start, start + tag[start..].find('"')?))
    };
    tags.filter_map(|tag| value(tag).map(|(start, end)| &tag[start..end])).collect()
}

/// The file behind an address: beside the page, or anywhere above it for a page that is served under a prefix.
fn found(address: &str, page: &Path, dist: &Path) -> Option<PathBuf> {
    let relative = address.trim_start_matches("./").trim_start_matches('/');
    let folders = page.ancestors().skip(1).take_while(|folder| folder.starts_with(dist));
    let tails = std::iter::successors(Some(relative), |tail| tail.split_once('/').map(|(_, rest)| rest));
    let candidates = tails.flat_map(|tail| folders.clone().map(move |folder| folder.join(tail)));
    candidates.into_iter().find(|file| file.is_file())
}

/// Node measures, so that we need no compressor of our own.
fn gzipped(files: &[PathBuf], dir: &Path) -> Result<u64> {
    let script = "const z=require('zlib'),f=require('fs');let n=0;\
                  for(const p of process.argv.slice(1))n+=z.gzipSync(f.readFileSync(p),{level:9}).length;console.log(n)";
    let mut node = command("node", ["-e", script], dir);
    Ok(output(node.args(files))?.parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="frame.css">
        <link rel="modulepreload" crossorigin href="/app/assets/shared.js">
        <script type="module" src="./frame.js"></script><script>inline()</script></html>"#;

    #[test]
    fn scripts_styles_and_preloads_are_what_a_page_loads() {
        assert_eq!(loaded(PAGE), ["frame.css", "/app/assets/shared.js", "./frame.js"]);
    }

    #[test]
    fn a_file_is_found_beside_its_page_and_behind_a_prefix() {
        let dist = tempfile::tempdir().unwrap();
        let folder = dist.path().join("workspace/assets");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("shared.js"), "1").unwrap();
        let page = dist.path().join("workspace/index.html");
        assert_eq!(found("/app/assets/shared.js", &page, dist.path()), Some(folder.join("shared.js")));
        assert_eq!(found("./assets/shared.js", &page, dist.path()), Some(folder.join("shared.js")));
        assert_eq!(found("./assets/none.js", &page, dist.path()), None);
    }
}
