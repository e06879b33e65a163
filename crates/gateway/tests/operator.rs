//! Stories of the operator's door.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod wire;

use std::{future, time::Duration};

use carillon_core::Problem;
use carillon_gateway::{Config, Door, Readiness, operator, serve};
use carillon_platform::{tasks::Tasks, telemetry};
use wire::{LAST, ask};

async fn answer(path: &str, readiness: &Readiness) -> String {
    let config = Config { operator: "127.0.0.1:0".into(), ..Config::default() };
    let (tasks, mut registry) = (Tasks::new(), telemetry::registry());
    tasks.register(&mut registry);
    let running = serve(operator(registry, readiness.clone()), Door::operator(&config, None).await.unwrap(), &tasks);
    let stream = tokio::net::TcpStream::connect(running.address()).await.unwrap();
    let answer = ask(stream, &LAST.replace("GET /", &format!("GET {path}"))).await;
    running.stop(Duration::from_secs(1)).await;
    answer
}

#[tokio::test]
async fn a_process_that_lives_says_what_it_counts() {
    let readiness = Readiness::new(|| future::ready(Ok(())));
    assert!(answer("/healthz", &readiness).await.starts_with("HTTP/1.1 200"));
    let page = answer("/metrics", &readiness).await;
    assert!(page.contains("application/openmetrics-text; version=1.0.0"), "{page}");
    assert!(page.contains("carillon_tasks_running{task=\"door\"} 1") && page.ends_with("# EOF\n"), "{page}");
}

#[tokio::test(start_paused = true)]
async fn requests_are_wanted_while_the_database_answers_and_nobody_stops_the_server() {
    let well = Readiness::new(|| future::ready(Ok(())));
    assert!(answer("/readyz", &well).await.starts_with("HTTP/1.1 200"));
    well.drain();
    let said = answer("/readyz", &well).await;
    assert!(said.starts_with("HTTP/1.1 503") && said.contains("stopping"), "{said}");
    let said = answer("/readyz", &Readiness::new(|| future::ready(Err(Problem::broken("no disk"))))).await;
    assert!(said.starts_with("HTTP/1.1 503") && said.contains("no disk"), "{said}");
    let said = answer("/readyz", &Readiness::new(future::pending)).await;
    assert!(said.starts_with("HTTP/1.1 503") && said.contains("within a second"), "{said}");
}
