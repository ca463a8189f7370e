//! `segue serve`: the server.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use segue_server::{Config, Running};

use crate::demo;

/// Options of `serve`.
#[derive(clap::Args)]
pub struct Args {
    /// The folder with the data; made where it is missing.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where to listen; port 0 picks a free one.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// A file with settings.
    #[arg(long)]
    config: Option<PathBuf>,
    /// A sentence encoder: a name that `segue models list` shows, or the path of a folder.
    #[arg(long)]
    encoder: Option<String>,
    /// A file that gets {"address", ...} once the server answers.
    #[arg(long)]
    ready_file: Option<PathBuf>,
}

/// Runs the server until it is told to stop.
pub fn run(args: Args) -> Result<ExitCode> {
    let mut config = Config::load(args.config.as_deref())?;
    config.data = args.data.unwrap_or(config.data);
    config.listen = args.listen.unwrap_or(config.listen);
    config.encoder = args.encoder.or(config.encoder);
    config.demo_loader = Some(demo::loader(demo::Life::WhenAsked));
    log();
    block_on(async {
        let running = segue_server::start(config).await?;
        ready(&running, args.ready_file.as_deref())?;
        eprintln!("Segue is on http://{}", running.address);
        until_stopped(running).await
    })
}

/// Structured logs to standard error: `SEGUE_LOG` sets the level, `SEGUE_LOG_FORMAT=json` the form.
pub fn log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("SEGUE_LOG").unwrap_or_else(|_| EnvFilter::new("warn,segue=info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let json = std::env::var("SEGUE_LOG_FORMAT").is_ok_and(|format| format == "json");
    // Tests may have installed a logger of their own.
    let _installed = if json { logs.json().try_init() } else { logs.try_init() };
}

/// Runs a command's future on a runtime of its own.
pub fn block_on(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(work)
}

/// Tells whoever started the server that it answers.
pub fn ready(running: &Running, file: Option<&Path>) -> Result<()> {
    let Some(file) = file else { return Ok(()) };
    let text = serde_json::json!({ "address": running.address.to_string() }).to_string();
    let partial = file.with_extension("partial");
    std::fs::write(&partial, text).with_context(|| format!("cannot write {}", partial.display()))?;
    std::fs::rename(&partial, file).with_context(|| format!("cannot write {}", file.display()))
}

/// Serves until Ctrl-C or a polite end.
pub async fn until_stopped(running: Running) -> Result<ExitCode> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut ended = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result?,
        _ = ended.recv() => {}
    }
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}
