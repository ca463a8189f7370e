//! Starts and stops a server.

use std::{net::SocketAddr, sync::OnceLock, time::Duration};

use axum::{Router, http::HeaderValue, http::header, routing::get};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::{net::TcpListener, task::JoinHandle};
use tower_http::{compression::CompressionLayer, set_header::SetResponseHeaderLayer};

use crate::{api, app::App, assets, config::Config, demo, error::ServerError, realtime};

/// How long requests in flight may take to end when the server stops.
const DRAIN_WITHIN: Duration = Duration::from_secs(10);

/// A server that runs until it is stopped or dropped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it shares.
    pub app: App,
    server: JoinHandle<()>,
}

impl Running {
    /// Takes no new requests, lets those in flight end, ends every socket and task, closes the store.
    pub async fn stop(self) {
        self.app.stop.cancel();
        self.app.tasks.close();
        let drained = async {
            self.server.await.ok();
            self.app.tasks.wait().await;
        };
        if tokio::time::timeout(DRAIN_WITHIN, drained).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
    }
}

/// Opens the store, takes over what it holds, and serves.
pub async fn start(config: Config) -> Result<Running, ServerError> {
    metrics();
    let wanted = config.listen;
    let app = App::open(config).await?;
    let listener =
        TcpListener::bind(wanted).await.map_err(|source| ServerError::Listen { address: wanted, source })?;
    let address = listener.local_addr().map_err(|source| ServerError::Listen { address: wanted, source })?;
    app.spawn_workers();
    let router = router(app.clone());
    let stop = app.stop.clone();
    let server = tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            // Answers are small and waited for.
            stream.set_nodelay(true).ok();
        });
        let served = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = served.await {
            tracing::error!(error = %error, "the server has ended");
        }
    });
    tracing::info!(%address, "Segue serves");
    Ok(Running { address, app, server })
}

/// The Prometheus recorder of this process; absent where another program has installed one.
pub(crate) fn metrics() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0];
            PrometheusBuilder::new().set_buckets(SECONDS).ok()?.install_recorder().ok()
        })
        .as_ref()
}

fn router(app: App) -> Router {
    let pages = Router::new()
        .route("/v1/workspace/socket", get(realtime::workspace::socket))
        .route("/widget.js", get(assets::loader))
        .route("/widget/frame", get(assets::frame))
        .route("/widget/{*path}", get(assets::widget_file))
        .route("/assets/{*path}", get(assets::asset))
        .route("/demo/{site}/identity", get(demo::identity))
        .route("/demo/{site}", get(assets::demo_site))
        .route("/demo/{site}/", get(assets::demo_site))
        .route("/demo/{site}/{*path}", get(assets::demo_site))
        .fallback(assets::workspace)
        .layer(CompressionLayer::new());
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    api::router()
        .merge(pages)
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .with_state(app)
}
