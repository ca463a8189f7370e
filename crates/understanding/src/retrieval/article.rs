//! An article of the knowledge base and its Markdown form.

/// One article.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Article {
    /// Unique within the organisation.
    pub id: String,
    /// Shown with every citation.
    pub title: String,
    /// The text, without front matter and without the heading that gave the title.
    pub body_markdown: String,
    /// ISO 639-1 code; empty where unknown, which reads as English.
    pub language: String,
    /// Public address, where it has one.
    pub url: Option<String>,
    /// The organisation's own labels.
    pub tags: Vec<String>,
}

impl Article {
    /// Reads an article from Markdown. Optional front matter between `+++` (TOML style, `key = "value"`) or `---`
    /// (YAML style, `key: value`) lines may give `title`, `language`, `url` and `tags`; without a title there, the
    /// first `# ` heading is it, and without a heading the id. Never fails: unknown keys are ignored.
    pub fn from_markdown(id: &str, text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let mut article = Self { id: id.to_owned(), ..Self::default() };
        let body = match front_matter(text) {
            Some((matter, body)) => {
                article.read_matter(matter);
                body
            }
            None => text,
        };
        article.body_markdown = if article.title.is_empty() {
            let (title, rest) = first_heading(body);
            article.title = title.unwrap_or(id).to_owned();
            rest
        } else {
            body.trim().to_owned()
        };
        article
    }

    fn read_matter(&mut self, matter: &str) {
        let mut list: Option<String> = None;
        for line in matter.lines() {
            let line = line.trim();
            if let Some(item) = line.strip_prefix("- ")
                && list.as_deref() == Some("tags")
            {
                self.tags.push(unquoted(item));
                continue;
            }
            let Some(at) = line.find([':', '=']) else { continue };
            let key = line[..at].trim().to_ascii_lowercase();
            let value = line[at + 1..].trim();
            match key.as_str() {
                "title" => self.title = unquoted(value),
                "language" | "lang" => self.language = unquoted(value).to_ascii_lowercase(),
                "url" => self.url = Some(unquoted(value)).filter(|url| !url.is_empty()),
                "tags" => {
                    let items = value.trim_start_matches('[').trim_end_matches(']').split(',');
                    self.tags.extend(items.map(unquoted).filter(|tag| !tag.is_empty()));
                }
                _ => {}
            }
            list = Some(key);
        }
    }
}

fn unquoted(value: &str) -> String {
    value.trim().trim_matches(['"', '\'']).trim().to_owned()
}

/// The matter and the body after it, where the text opens with a fence that is closed.
fn front_matter(text: &str) -> Option<(&str, &str)> {
    let fence = ["+++", "---"].into_iter().find(|fence| text.starts_with(fence))?;
    let after = text[3..].strip_prefix("\r\n").or_else(|| text[3..].strip_prefix('\n'))?;
    let mut at = 0;
    for line in after.split_inclusive('\n') {
        if line.trim_end() == fence {
            return Some((&after[..at], &after[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

/// The first `# ` heading, and the text without it.
fn first_heading(body: &str) -> (Option<&str>, String) {
    let heading = body.lines().find_map(|line| line.strip_prefix("# "));
    let rest: Vec<&str> = match heading {
        None => body.lines().collect(),
        Some(title) => {
            let mut seen = false;
            let kept = |line: &&str| {
                let first = !seen && line.strip_prefix("# ") == Some(title);
                seen |= first;
                !first
            };
            body.lines().filter(kept).collect()
        }
    };
    (heading.map(str::trim), rest.join("\n").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::Article;

    #[track_caller]
    fn check(text: &str, title: &str, body: &str, language: &str, tags: &[&str]) {
        let article = Article::from_markdown("a1", text);
        assert_eq!(
            (article.title.as_str(), article.body_markdown.as_str(), article.language.as_str()),
            (title, body, language)
        );
        assert_eq!(article.tags, tags);
    }

    #[test]
    fn reads_markdown() {
        check("# Exports\n\nPress it.", "Exports", "Press it.", "", &[]);
        check(
            "+++\ntitle = \"Exports\"\nlanguage = \"de\"\ntags = [\"a\", \"b\"]\n+++\nText",
            "Exports",
            "Text",
            "de",
            &["a", "b"],
        );
        check("---\ntitle: Exports\ntags:\n- a\n---\nText", "Exports", "Text", "", &["a"]);
        check("No heading", "a1", "No heading", "", &[]);
        check("---\nnot closed", "a1", "---\nnot closed", "", &[]);
        check("", "a1", "", "", &[]);
    }
}
