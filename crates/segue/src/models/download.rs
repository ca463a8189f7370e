//! A model's files from an address that somebody named. Segue has none of its own.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use futures::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::{Client, Response, StatusCode, Url};
use sha2::{Digest, Sha256};

use super::{FILE_MAX_BYTES, NEEDED, OPTIONAL};

/// Stands for the model's name in an address.
const PLACEHOLDER: &str = "{name}";
/// How long a server may take to answer, and to send the next piece.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);
const NEXT_PIECE_WITHIN: Duration = Duration::from_secs(60);
/// How often it is asked whether to go on while nothing comes.
const ASK_EVERY: Duration = Duration::from_millis(50);

/// Models whose weights are known by their SHA-256, so that nobody can put others in their place.
const KNOWN: [(&str, &str); 1] =
    [("all-minilm-l6-v2", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")];

/// A model at an address.
#[derive(Debug)]
pub struct Download {
    model: String,
    base: Url,
}

impl Download {
    /// `from` is an address below which each model has a folder, or one that says with `{name}` where the name
    /// goes. `model` is the name there.
    pub fn new(from: &str, model: &str) -> Result<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        ensure!(
            !model.is_empty() && !model.starts_with('.') && model.chars().all(plain),
            "{model:?} cannot be part of an address; if it is a folder or an archive, check the path"
        );
        let mut base = if from.contains(PLACEHOLDER) {
            from.replace(PLACEHOLDER, model)
        } else {
            format!("{}/{model}", from.trim_end_matches('/'))
        };
        base.push('/');
        let base =
            Url::parse(&base).with_context(|| format!("{from:?} is not an address such as https://..."))?;
        ensure!(
            matches!(base.scheme(), "http" | "https"),
            "{from:?} does not start with http:// or https://"
        );
        Ok(Self { model: model.to_owned(), base })
    }

    /// Where the files come from.
    pub fn base(&self) -> &str {
        self.base.as_str()
    }

    /// Fetches the files to a folder and shows how far it is; false where `go_on` said no.
    ///
    /// # Errors
    /// A file is missing, cut off or too large, or the weights are not those of a model that is known.
    pub async fn fetch(&self, folder: &Path, go_on: impl Fn() -> bool) -> Result<bool> {
        let client = Client::builder()
            .user_agent(concat!("segue/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_WITHIN)
            .read_timeout(NEXT_PIECE_WITHIN)
            .build()?;
        let work = async {
            for file in OPTIONAL.into_iter().chain(NEEDED) {
                let url = self.base.join(file).expect("a file's name can follow an address");
                self.fetch_file(&client, url.clone(), file, folder)
                    .await
                    .with_context(|| format!("cannot fetch {url}"))?;
            }
            anyhow::Ok(())
        };
        let told_to_stop = async {
            while go_on() {
                tokio::time::sleep(ASK_EVERY).await;
            }
        };
        tokio::select! {
            done = work => done.map(|()| true),
            () = told_to_stop => Ok(false),
        }
    }

    async fn fetch_file(&self, client: &Client, url: Url, file: &str, folder: &Path) -> Result<()> {
        let response = client.get(url).send().await?;
        if !response.status().is_success() {
            let absent = matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
            if absent && OPTIONAL.contains(&file) {
                return Ok(());
            }
            bail!("the answer is {}; a model is made of {}", response.status(), NEEDED.join(", "));
        }
        let hash = save(response, file, &folder.join(file)).await?;
        let lower = self.model.to_lowercase();
        let known = KNOWN.iter().find(|(name, _)| *name == lower && file == NEEDED[2]);
        if let Some((_, expected)) = known {
            ensure!(
                hash == *expected,
                "these are not the weights of {}: their SHA-256 is {hash}",
                self.model
            );
        }
        Ok(())
    }
}

/// Writes an answer to a file and gives its SHA-256.
async fn save(response: Response, name: &str, path: &Path) -> Result<String> {
    let expected = response.content_length();
    let cannot = || format!("cannot write {}", path.display());
    fs::create_dir_all(path.parent().expect("a file in a folder has a parent")).with_context(cannot)?;
    let mut file = File::create(path).with_context(cannot)?;
    let bar = bar(name, expected);
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.with_context(|| format!("it broke off after {bytes} bytes; try again"))?;
        bytes += piece.len() as u64;
        ensure!(bytes <= FILE_MAX_BYTES, "it is larger than any model is");
        file.write_all(&piece).with_context(cannot)?;
        hash.update(&piece);
        bar.set_position(bytes);
    }
    bar.finish_and_clear();
    file.sync_all().with_context(cannot)?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Shows itself on a terminal only.
fn bar(name: &str, bytes: Option<u64>) -> ProgressBar {
    let template = match bytes {
        Some(_) => "{msg} [{bar:30}] {bytes} of {total_bytes}, {eta} left",
        None => "{msg} {spinner} {bytes}",
    };
    let style = ProgressStyle::with_template(template).expect("the template is valid");
    let bar = ProgressBar::no_length().with_message(name.to_owned()).with_style(style);
    if let Some(bytes) = bytes {
        bar.set_length(bytes);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_goes_where_the_address_says() {
        let base =
            |from: &str| Download::new(from, "all-MiniLM-L6-v2").map(|download| download.base().to_owned());
        assert_eq!(
            base("https://models.example/v1/").unwrap(),
            "https://models.example/v1/all-MiniLM-L6-v2/"
        );
        assert_eq!(
            base("https://models.example/{name}/main").unwrap(),
            "https://models.example/all-MiniLM-L6-v2/main/"
        );
        assert!(base("file:///etc").unwrap_err().to_string().contains("http://"));
        assert!(base("models.example").unwrap_err().to_string().contains("is not an address"));
    }

    #[test]
    fn a_path_is_no_name() {
        for name in ["", "..", "a/b", "./model.zip", "a?b"] {
            assert!(Download::new("https://models.example", name).is_err(), "{name}");
        }
    }
}
