//! Cuts Markdown into passages: paragraphs of plain text with the heading above them; a list stays with the
//! sentence that introduces it.

/// The longest passage, in characters; a longer paragraph is cut at a line or sentence.
const PASSAGE_MAX_CHARS: usize = 700;

/// One passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Passage {
    /// The nearest heading above, empty at the top.
    pub heading: String,
    /// Plain text; items of lists on lines of their own.
    pub text: String,
}

/// The passages of a body, in order.
pub(super) fn passages(markdown: &str) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    let mut heading = String::new();
    let mut lines: Vec<String> = Vec::new();
    let mut code = false;
    let mut blank = false;
    for line in markdown.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            code = !code;
            continue;
        }
        if !code && let Some(title) = trimmed.strip_prefix('#') {
            flush(&heading, &mut lines, &mut found);
            heading = plain(title.trim_start_matches('#').trim());
            blank = false;
            continue;
        }
        if trimmed.is_empty() {
            blank = true;
            continue;
        }
        if blank {
            let introduces =
                is_item(trimmed) && lines.last().is_some_and(|last| last.ends_with(':') || is_item(last));
            if !introduces {
                flush(&heading, &mut lines, &mut found);
            }
            blank = false;
        }
        if !is_rule(trimmed) {
            lines.push(plain(trimmed));
        }
    }
    flush(&heading, &mut lines, &mut found);
    found
}

fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '*' | '_' | '|' | ':' | ' '))
}

/// Whether a line is an item of a list.
pub(super) fn is_item(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = digits > 0 && (line[digits..].starts_with(". ") || line[digits..].starts_with(") "));
    numbered || line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ")
}

/// Makes passages of the lines gathered: joins wrapped lines, keeps items apart, cuts what is too long.
fn flush(heading: &str, lines: &mut Vec<String>, found: &mut Vec<Passage>) {
    let mut text = String::new();
    for line in lines.drain(..) {
        if !text.is_empty() && text.len() + line.len() > PASSAGE_MAX_CHARS {
            found.push(Passage { heading: heading.to_owned(), text: std::mem::take(&mut text) });
        }
        if !text.is_empty() {
            text.push(if is_item(&line) { '\n' } else { ' ' });
        }
        text.push_str(&line);
    }
    if !text.is_empty() {
        found.push(Passage { heading: heading.to_owned(), text });
    }
}

/// A line without Markdown's marks: links keep their words, images their description.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line.strip_prefix("> ").unwrap_or(line);
    while let Some(c) = rest.chars().next() {
        if c == '[' || rest.starts_with("![") {
            let open = if c == '!' { 2 } else { 1 };
            if let Some((words, after)) = link(&rest[open..]) {
                out.push_str(words);
                rest = after;
                continue;
            }
        }
        let bullet = out.is_empty() && c == '*' && rest.starts_with("* ");
        if !matches!(c, '*' | '`') || bullet {
            out.push(if bullet { '-' } else { c });
        }
        rest = &rest[c.len_utf8()..];
    }
    out.trim().to_owned()
}

/// The words of `words](target)` and what follows it.
fn link(rest: &str) -> Option<(&str, &str)> {
    let close = rest.find(']')?;
    let target = rest[close + 1..].strip_prefix('(')?;
    let end = target.find(')')?;
    Some((&rest[..close], &target[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::passages;

    #[track_caller]
    fn check(markdown: &str, expected: &[(&str, &str)]) {
        let found = passages(markdown);
        let found: Vec<(&str, &str)> =
            found.iter().map(|passage| (passage.heading.as_str(), passage.text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn cuts_at_paragraphs_and_headings() {
        check("One\nline.\n\nTwo.", &[("", "One line."), ("", "Two.")]);
        check(
            "## How\n\nDo this:\n\n1. Open **it**\n2. Press [go](https://x.example)",
            &[("How", "Do this:\n1. Open it\n2. Press go")],
        );
        check("", &[]);
    }
}
