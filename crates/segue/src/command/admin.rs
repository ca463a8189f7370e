//! `segue admin`: keeping the house. The server must not run on the same folder, except for `backup`'s source.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, anyhow};
use clap::Subcommand;
use segue_core::ids::{CustomerId, OrganisationId};
use segue_server::{ApiError, App, Config};
use segue_store::Store;
use serde_json::{Value, json};

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

async fn open(data: &Path) -> Result<App> {
    Ok(App::open(Config { data: data.to_owned(), ..Config::default() }).await?)
}

fn told(error: ApiError) -> anyhow::Error {
    anyhow!(error.detail)
}
