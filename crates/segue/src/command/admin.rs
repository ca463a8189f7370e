//! `segue admin`: keeping the house. The server must not run on the same folder, except for `backup`'s source.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use segue_core::ids::{CustomerId, OrganisationId};
use segue_server::{ApiError, App, Config, ModelKind};
use segue_store::Store;
use segue_understanding::retrieval::Article;
use serde_json::{Value, json};

mod labels;

use super::serve::block_on;

/// Options of `admin`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    chore: Chore,
    /// Prints one JSON document.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Chore {
    /// Makes an organisation with an owner and an API key; both secrets are shown once.
    Bootstrap {
        /// The folder with the data.
        #[arg(long)]
        data: PathBuf,
        /// The organisation's id.
        #[arg(long)]
        organisation: String,
    },
    /// Reads a folder of Markdown files into the knowledge base; a file's name is its article's id.
    Import {
        /// The folder with the data.
        #[arg(long)]
        data: PathBuf,
        /// The organisation's id.
        #[arg(long)]
        organisation: String,
        /// The folder with the articles; folders inside are read too.
        #[arg(long)]
        from: PathBuf,
    },
    /// Destroys a customer's key, so that nobody can read what they wrote, here or in a backup.
    Erase {
        /// The folder with the data.
        #[arg(long)]
        data: PathBuf,
        /// The organisation's id.
        #[arg(long)]
        organisation: String,
        /// The customer's id, as in the context package.
        #[arg(long)]
        customer: String,
    },
    /// Writes every conversation of which is known when a human was needed, in the form of `segue train transfer`. The file holds what
    /// customers wrote: keep it as carefully as the data.
    Labels {
        /// The folder with the data.
        #[arg(long)]
        data: PathBuf,
        /// The organisation.
        #[arg(long)]
        organisation: String,
        /// The file to write; must not exist.
        #[arg(long)]
        to: PathBuf,
    },
    /// Takes a model of the organisation's own into use, as `segue train intent` or `segue train transfer` writes it. The server must
    /// not run meanwhile; to a running one it is sent by `PUT /v1/models/{kind}`.
    UseModel {
        /// The folder with the data.
        #[arg(long)]
        data: PathBuf,
        /// The organisation.
        #[arg(long)]
        organisation: String,
        /// What the model is for.
        #[arg(long)]
        kind: OwnModel,
        /// The file.
        #[arg(long)]
        model: PathBuf,
    },
    /// Copies the log to a folder and the keys to a file, which belong in different hands.
    Backup {
        /// The folder with the data.
        #[arg(long)]
        data: PathBuf,
        /// The folder for the copy; must not exist.
        #[arg(long)]
        to: PathBuf,
        /// The file for the copy of the keys.
        #[arg(long)]
        keys_to: PathBuf,
    },
    /// Puts a backup in place; refuses to overwrite.
    Restore {
        /// The folder with the copy.
        #[arg(long)]
        from: PathBuf,
        /// The file with the copy of the keys; without it the restored log stays sealed.
        #[arg(long)]
        keys: Option<PathBuf>,
        /// The folder for the data; must not exist.
        #[arg(long)]
        data: PathBuf,
    },
    /// Reads the whole log and prints its hash; a restored copy has the same one.
    Verify {
        /// The folder with the data.
        #[arg(long)]
        data: PathBuf,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum OwnModel {
    Intent,
    Transfer,
}

impl From<OwnModel> for ModelKind {
    fn from(model: OwnModel) -> Self {
        match model {
            OwnModel::Intent => ModelKind::Intent,
            OwnModel::Transfer => ModelKind::Transfer,
        }
    }
}

/// Does the chore.
pub fn run(args: Args) -> Result<ExitCode> {
    let json = args.json;
    block_on(async move {
        let done = perform(args.chore).await?;
        if json {
            println!("{done}");
        } else if let Value::Object(fields) = &done {
            for (name, value) in fields {
                println!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn perform(chore: Chore) -> Result<Value> {
    match chore {
        Chore::Bootstrap { data, organisation } => {
            let made = open(&data).await?.bootstrap(&organisation).await.map_err(told)?;
            Ok(serde_json::to_value(made)?)
        }
        Chore::Import { data, organisation, from } => {
            let app = open(&data).await?;
            let tenant = app.tenant(&OrganisationId::parse(&organisation)?).map_err(told)?;
            let files = markdown_files(&from)?;
            for (n, (id, path)) in files.iter().enumerate() {
                let text =
                    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                let article = Article::from_markdown(id, &text);
                app.put_article(&tenant.id, &article).await.map_err(told)?;
                eprintln!("{} of {}: {}", n + 1, files.len(), article.title);
            }
            let articles = app.reindex(&tenant).await.map_err(told)?;
            Ok(json!({ "imported": files.len(), "articles": articles }))
        }
        Chore::Labels { data, organisation, to } => {
            let app = open(&data).await?;
            let tenant = app.tenant(&OrganisationId::parse(&organisation)?).map_err(told)?;
            let runtime = tokio::runtime::Handle::current();
            let written = tokio::task::spawn_blocking(move || labels::write(&app, &tenant.id, &runtime, &to));
            let (conversations, needed) = written.await??;
            Ok(json!({ "conversations": conversations, "needed_a_human": needed }))
        }
        Chore::UseModel { data, organisation, kind, model } => {
            let app = open(&data).await?;
            let tenant = app.tenant(&OrganisationId::parse(&organisation)?).map_err(told)?;
            let bytes = fs::read(&model).with_context(|| format!("cannot read {}", model.display()))?;
            app.use_model(&tenant, kind.into(), &bytes).await.map_err(told)?;
            Ok(json!({ "used": model, "model_bytes": bytes.len() }))
        }
        Chore::Erase { data, organisation, customer } => {
            let app = open(&data).await?;
            let tenant = app.tenant(&OrganisationId::parse(&organisation)?).map_err(told)?;
            app.erase(&tenant, &CustomerId::parse(&customer)?).await.map_err(told)?;
            Ok(json!({ "erased": customer }))
        }
        Chore::Backup { data, to, keys_to } => {
            let app = open(&data).await?;
            app.store().backup(&to).await?;
            app.store().backup_keys(&keys_to).await?;
            Ok(json!({ "backup": to, "keys": keys_to }))
        }
        Chore::Restore { from, keys, data } => {
            Store::restore(&from, keys.as_deref(), &data)?;
            Ok(json!({ "restored": data }))
        }
        Chore::Verify { data } => {
            let app = open(&data).await?;
            let hash = app.store().state_hash(None).await?;
            let mut audited = 0;
            for tenant in app.tenants() {
                audited += app.store().audit_verify(&tenant.id).await?.rows;
            }
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(json!({ "state_hash": hash, "audit_rows": audited }))
        }
    }
}

/// Markdown files below a folder with the ids of their articles, in the order of the ids.
fn markdown_files(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            let is_markdown = path.extension().is_some_and(|extension| extension == "md");
            if path.is_dir() {
                folders.push(path);
            } else if is_markdown {
                // The rules for ids are the same for all of them.
                let id = OrganisationId::parse(name)
                    .with_context(|| format!("{} cannot be an id", path.display()))?;
                files.push((id.to_string(), path));
            }
        }
    }
    files.sort();
    let twice = files.windows(2).find(|pair| pair[0].0 == pair[1].0);
    match twice {
        Some(pair) => bail!("{} and {} have the same name", pair[0].1.display(), pair[1].1.display()),
        None if files.is_empty() => bail!("there is no Markdown file below {}", folder.display()),
        None => Ok(files),
    }
}

async fn open(data: &Path) -> Result<App> {
    Ok(App::open(Config { data: data.to_owned(), ..Config::default() }).await?)
}

fn told(error: ApiError) -> anyhow::Error {
    anyhow!(error.detail)
}
