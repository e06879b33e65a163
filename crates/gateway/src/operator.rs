//! The operator's door: does the process live, may it be sent requests, and what it counts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use carillon_core::Problem;
use carillon_platform::telemetry;
use futures::future::BoxFuture;
use prometheus_client::registry::Registry;
use tokio::time::timeout;

/// A database that takes longer makes everybody wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether this process wants requests. Clones share it.
#[derive(Clone)]
pub struct Readiness(Arc<Inner>);

struct Inner {
    draining: AtomicBool,
    look: Box<dyn Fn() -> BoxFuture<'static, Result<(), Problem>> + Send + Sync>,
}

impl Readiness {
    /// `look` writes something into the database.
    pub fn new<F>(look: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Problem>> + Send + 'static,
    {
        let look = Box::new(move || -> BoxFuture<'static, _> { Box::pin(look()) });
        Self(Arc::new(Inner { draining: AtomicBool::new(false), look }))
    }

    /// From now on no more requests should be sent here.
    pub fn drain(&self) {
        self.0.draining.store(true, Relaxed);
    }

    async fn ask(&self) -> Result<(), String> {
        if self.0.draining.load(Relaxed) {
            return Err("the server is stopping".into());
        }
        match timeout(PATIENCE, (self.0.look)()).await {
            Ok(looked) => looked.map_err(|why| format!("the database does not answer: {why}")),
            Err(_) => Err("the database does not answer within a second".into()),
        }
    }
}

/// `/healthz`, `/readyz` and `/metrics`. The registry is complete by now.
pub fn operator(registry: Registry, readiness: Readiness) -> Router {
    let registry = Arc::new(registry);
    let metrics = move || async move {
        let kind = [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
        (kind, telemetry::encode(&registry)).into_response()
    };
    let ready = move || async move {
        match readiness.ask().await {
            Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
            Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
        }
    };
    Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready)).route("/metrics", get(metrics))
}
