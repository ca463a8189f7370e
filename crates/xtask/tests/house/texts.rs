//! What no file of the repository may contain: where somebody's machine keeps things, and which registry it
//! asks. Both would make a build depend on one machine, or tell about it.

use crate::tree;

/// Starts of absolute paths on somebody's machine. Written in two halves, so that this file passes.
const MACHINE_PATHS: [&str; 6] = [
    concat!("/", "work/"),
    concat!("/", "root/"),
    concat!("/", "home/"),
    concat!("/", "Users/"),
    concat!("/", "tmp/"),
    concat!("/private", "/tmp/"),
];

/// Hosts of package registries.
const REGISTRIES: [&str; 8] = [
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("npm.", "pkg.github.com"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("pypi", ".org"),
    concat!("files.", "pythonhosted.org"),
    concat!("proxy.", "golang.org"),
];

/// The machine path that starts a word in `line`, if one does. An address or a relative path may contain the
/// same letters further on.
fn machine_path(line: &str) -> Option<&'static str> {
    let starts_a_word = |at: usize| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"._-~$)}]<*".contains(c))
    };
    MACHINE_PATHS.into_iter().find(|path| line.match_indices(path).any(|(at, _)| starts_a_word(at)))
}

fn registry(line: &str) -> Option<&'static str> {
    REGISTRIES.into_iter().find(|host| line.contains(host))
}

/// Tests may name the temporary folder; nobody else has a reason to.
fn is_test(file: &str) -> bool {
    file.contains("/tests/") || file.contains("/e2e/") || file.contains(".test.")
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    let mut found = Vec::new();
    for file in tree::files() {
        let Some(text) = tree::text(&file) else { continue };
        for (number, line) in text.lines().enumerate() {
            let path = machine_path(line).filter(|path| !(path.ends_with("tmp/") && is_test(&file)));
            let hits = path.into_iter().chain(registry(line));
            found.extend(hits.map(|hit| format!("{file}:{}: {hit}", number + 1)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_machine_path_is_told_from_an_address() {
    let path = |name: &str, rest: &str| format!("/{name}/{rest}");
    for line in [
        path("root", ".cargo"),
        format!("cd {}", path("work", "main")),
        format!("\"{}\"", path("home", "ann/segue")),
        format!("file://{}", path("tmp", "x")),
        format!("dir={}", path("Users", "ann")),
    ] {
        assert!(machine_path(&line).is_some(), "{line}");
    }
    for line in [
        "https://segue.example/work/7",
        "./tmp/x",
        "${dir}/tmp/x",
        "</root/>",
        "the work is done",
        "a/home/b",
    ] {
        assert_eq!(machine_path(line), None, "{line}");
    }
}
