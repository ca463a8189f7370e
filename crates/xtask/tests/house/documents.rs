//! The documents and the code speak of the same things.

use std::{collections::BTreeSet, path::Path};

use crate::tree;

/// Pages of the errors folder that are not about one code.
const INDEX: &str = "README.md";
/// Pictures are taken from the running product and may come later than the page that shows them.
const PICTURES: &str = "docs/images/";

#[test]
fn every_crate_says_what_it_will_never_do() {
    let roots = tree::files().into_iter().filter(|file| {
        let parts: Vec<&str> = file.split('/').collect();
        matches!(parts.as_slice(), ["crates", _, "src", "lib.rs"])
    });
    let silent: Vec<String> = roots
        .filter(|file| {
            !tree::text(file).is_some_and(|text| text.to_lowercase().contains("architecture invariant"))
        })
        .collect();
    assert!(silent.is_empty(), "no line \"**Architecture invariant:** ...\" in {silent:?}");
}

#[test]
fn every_error_page_is_about_a_code_that_exists_and_is_listed() {
    let pages = error_pages();
    let sources: Vec<String> = tree::files_ending(".rs")
        .iter()
        .filter(|file| file.starts_with("crates/") && file.contains("/src/"))
        .filter_map(|file| tree::text(file))
        .collect();
    let index = tree::text(&format!("docs/errors/{INDEX}")).expect("docs/errors has an index");
    let mut wrong = Vec::new();
    for code in &pages {
        if !sources.iter().any(|text| text.contains(&format!("\"{code}\""))) {
            wrong.push(format!("docs/errors/{code}.md is about a code that no source contains"));
        }
        if !index.contains(&format!("({code}.md)")) {
            wrong.push(format!("docs/errors/{INDEX} does not list {code}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_error_code_is_explained() {
    let index = tree::text(&format!("docs/errors/{INDEX}")).expect("docs/errors has an index");
    let sources = tree::files_ending(".rs")
        .into_iter()
        .filter(|file| file.starts_with("crates/server/src/") || file.starts_with("crates/core/src/"));
    let codes: BTreeSet<String> =
        sources.filter_map(|file| tree::text(&file)).flat_map(|text| error_codes(&text)).collect();
    assert!(codes.contains("stale_epoch"), "codes are found: {codes:?}");
    let missing: Vec<&String> =
        codes.iter().filter(|code| !index.contains(&format!("| `{code}` |"))).collect();
    assert!(missing.is_empty(), "docs/errors/{INDEX} has no line for {missing:?}");
}

/// Codes in a source: what stands after an HTTP status, and what a rejection is called.
fn error_codes(source: &str) -> Vec<String> {
    let after = |mark: &str, skip: &'static [char]| -> Vec<String> {
        let rests = source.split(mark).skip(1);
        let literal = |rest: &str| {
            let rest = rest
                .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '(' || c == ')');
            let text = rest.trim_start_matches(skip).strip_prefix('"')?;
            let (word, _) = text.split_once('"')?;
            let code = word.contains(|c: char| c.is_ascii_lowercase())
                && word.bytes().all(|b| b == b'_' || b.is_ascii_lowercase());
            code.then(|| word.to_owned())
        };
        rests.filter_map(literal).collect()
    };
    let of_status = after("Status::", &[',', ' ', '\n']);
    let of_status_code = after("StatusCode::", &[',', ' ', '\n']);
    let of_rejection = after("Rejection::", &['{', '.', '}', ' ', '=', '>']);
    [of_status, of_status_code, of_rejection].concat()
}

#[test]
fn an_error_code_is_found_wherever_it_stands() {
    let source = r#"
        Rejection::NotOpened => "unknown_conversation",
        Rejection::StaleEpoch { .. } => "stale_epoch",
        Rejection::WrongState(_) => "wrong_state",
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Your role.")
        ApiError::new(
            Status::BAD_REQUEST,
            "cut_body",
            "The body."),
        (StatusCode::OK, "Fine")
    "#;
    let found: BTreeSet<String> = error_codes(source).into_iter().collect();
    let expected = ["cut_body", "forbidden", "stale_epoch", "unknown_conversation", "wrong_state"];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

fn error_pages() -> BTreeSet<String> {
    let pages = tree::files_ending(".md").into_iter();
    pages
        .filter_map(|file| Some(file.strip_prefix("docs/errors/")?.to_owned()))
        .filter(|page| page != INDEX)
        .filter_map(|page| Some(page.strip_suffix(".md")?.to_owned()))
        .collect()
}

#[test]
fn every_decision_record_has_its_four_parts_and_a_number_of_its_own() {
    let mut wrong = Vec::new();
    let mut numbers = BTreeSet::new();
    for file in tree::files_ending(".md").iter().filter(|file| file.starts_with("docs/adr/")) {
        let name = file.rsplit('/').next().unwrap_or_default();
        let number = name.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        match number {
            None => wrong.push(format!("{file} does not start with four digits")),
            Some(number) if !numbers.insert(number.to_owned()) => {
                wrong.push(format!("{number} is taken twice"))
            }
            Some(_) => {}
        }
        let text = tree::text(file).unwrap_or_default().to_lowercase();
        let headings: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
        for part in ["context", "decision", "consequences", "revisit"] {
            if !headings.iter().any(|heading| heading.contains(part)) {
                wrong.push(format!("{file} has no heading with \"{part}\""));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut broken = Vec::new();
    for file in tree::files_ending(".md").iter().filter(|file| !file.contains("/demo/")) {
        let folder = Path::new(file).parent().unwrap_or(Path::new("")).to_path_buf();
        for target in links(&tree::text(file).unwrap_or_default()) {
            let path = target.split('#').next().unwrap_or_default();
            let picture = folder.join(path).to_string_lossy().contains(PICTURES);
            if !path.is_empty() && !picture && !tree::root().join(&folder).join(path).exists() {
                broken.push(format!("{file}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Targets of the inline links outside code, without those that lead out of the repository.
fn links(markdown: &str) -> Vec<String> {
    let mut in_code = false;
    let mut found = Vec::new();
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        found.extend(targets.filter(|target| !target.contains(':')).map(str::to_owned));
    }
    found
}

#[test]
fn links_are_read_outside_code() {
    let text =
        "See [a](docs/A.md#part), [b](https://example.org) and ![c](images/c.png).\n```\n[d](none.md)\n```\n";
    assert_eq!(links(text), ["docs/A.md#part", "images/c.png"]);
}
