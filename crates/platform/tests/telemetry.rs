//! What the operator sees. One process has one telemetry, so this is one story.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use carillon_platform::{
    tasks::Tasks,
    telemetry::{Config, TelemetryError, encode, registry, start},
};
use tokio::{io::AsyncReadExt, net::TcpListener};

#[tokio::test]
async fn the_collector_is_told_and_metrics_have_a_page() {
    let wrong = start(&Config { level: "info,=".into(), ..Config::default() });
    assert!(matches!(wrong, Err(TelemetryError::Level(..))));

    let collector = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let otlp_url = Some(format!("http://{}", collector.local_addr().unwrap()));
    let telemetry = start(&Config { otlp_url, ..Config::default() }).unwrap();
    assert!(matches!(start(&Config::default()), Err(TelemetryError::Twice)));
    tracing::info_span!("a request").in_scope(|| tracing::info!(room = 7, "answered"));

    let heard = async {
        let mut preface = [0; 14];
        collector.accept().await.unwrap().0.read_exact(&mut preface).await.unwrap();
        preface
    };
    let ((), heard) = tokio::join!(telemetry.stop(), heard);
    assert_eq!(&heard, b"PRI * HTTP/2.0");

    let mut registry = registry();
    let tasks = Tasks::new();
    tasks.register(&mut registry);
    tasks.spawn("short", async {});
    let page = encode(&registry);
    assert!(page.contains("carillon_tasks_running{task=\"short\"}") && page.ends_with("# EOF\n"), "{page}");
}
