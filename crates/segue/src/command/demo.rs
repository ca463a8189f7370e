//! `segue demo`: the server with the demo workspace and simulated customers.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Result;
use segue_server::Config;

use super::serve;
use crate::demo::{self, Life};

/// Options of `demo`.
#[derive(clap::Args)]
pub struct Args {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:7879")]
    listen: SocketAddr,
    /// The folder with the data; a temporary one, removed at the end, where it is not given.
    #[arg(long)]
    data: Option<PathBuf>,
    /// A sentence encoder: the path of its folder.
    #[arg(long)]
    encoder: Option<String>,
    /// A file that gets {"address", ...} once the server answers.
    #[arg(long)]
    ready_file: Option<PathBuf>,
    /// Without simulated customers and colleagues.
    #[arg(long)]
    quiet: bool,
}

/// Runs the demo until it is told to stop.
pub fn run(args: Args) -> Result<ExitCode> {
    serve::log();
    let temporary = if args.data.is_none() { Some(tempfile::tempdir()?) } else { None };
    let kept = args.data.or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned()));
    let mut config = Config::load(None)?;
    config.data = kept.unwrap_or(config.data);
    config.listen = args.listen;
    config.encoder = args.encoder.or(config.encoder);
    // The demo has one address: everybody who tries it.
    config.conversations_per_min = 1_000;
    config.sign_in_per_min = 1_000;
    let life = if args.quiet { Life::Quiet } else { Life::Lively };
    config.demo_loader = Some(demo::loader(life));
    serve::block_on(async {
        let running = segue_server::start(config).await?;
        running.app.load_demo().await.map_err(|error| anyhow::anyhow!(error.detail))?;
        serve::ready(&running, args.ready_file.as_deref())?;
        let address = running.address;
        println!("The agents' workspace:  http://{address}/");
        println!("A shop to chat on:      http://{address}/demo/fernlight/");
        println!("A SaaS to chat on:      http://{address}/demo/tidewater/");
        println!("Sign in with one tap on the workspace's first page. Ctrl-C ends the demo.");
        let result = serve::until_stopped(running).await;
        drop(temporary);
        result
    })
}
