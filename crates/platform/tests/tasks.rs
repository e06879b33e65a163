//! Tasks end when they are told to, and who does not is named.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use std::time::Duration;

use carillon_platform::tasks::Tasks;
use prometheus_client::{encoding::text::encode, registry::Registry};

#[tokio::test(start_paused = true)]
async fn all_that_listen_end_in_time() {
    let tasks = Tasks::new();
    for _ in 0..3 {
        let stopping = tasks.stopping().clone();
        tasks.spawn("listener", async move { stopping.cancelled().await });
    }
    assert!(tasks.stop(Duration::from_secs(1)).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_does_not_end_is_named_and_cut_off() {
    let tasks = Tasks::new();
    let (kept, gone) = tokio::sync::oneshot::channel::<()>();
    tasks.spawn("deaf", async move {
        let _kept = kept;
        std::future::pending::<()>().await;
    });
    assert_eq!(tasks.stop(Duration::from_secs(5)).await, ["deaf"]);
    assert!(gone.await.is_err(), "the task was dropped");
}

#[tokio::test]
async fn a_panic_is_counted_and_ends_only_its_task() {
    let tasks = Tasks::new();
    let mut registry = Registry::default();
    tasks.register(&mut registry);
    tasks.spawn("clumsy", async { panic!("on purpose") });
    assert!(tasks.stop(Duration::from_secs(5)).await.is_empty());
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    assert!(text.contains("tasks_panics_total{task=\"clumsy\"} 1"), "{text}");
    assert!(text.contains("tasks_running{task=\"clumsy\"} 0"), "{text}");
}
