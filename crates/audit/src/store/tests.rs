//! Each question is answered by its index, on both engines: asked of the planners themselves.

use carillon_db::{Database, testing};

use super::*;
use crate::MIGRATIONS;

fn questions() -> [(Asked, &'static str); 7] {
    let none = Asked::default;
    [
        (none(), "events_at"),
        (Asked { from: Some(Timestamp(1)), until: Some(Timestamp(2)), ..none() }, "events_at"),
        (Asked { actor: Some(Uuid::nil()), action: Some(String::new()), ..none() }, "events_actor"),
        (Asked { action: Some(String::new()), outcome: Some(Outcome::Done), ..none() }, "events_action"),
        (Asked { subject: Some(String::new()), actor: Some(Uuid::nil()), ..none() }, "events_subject"),
        (Asked { subject: Some(String::new()), action: Some("message.post".into()), ..none() }, "events_action"),
        (Asked { outcome: Some(Outcome::Refused), action: Some(String::new()), ..none() }, "events_trouble"),
    ]
}

#[tokio::test]
async fn sqlite_finds_each_by_its_index() {
    let directory = std::env::temp_dir().join(format!("carillon-plans-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a temporary directory");
    let config = testing::sqlite(&directory);
    Database::open(&config, MIGRATIONS, Timestamp(0)).await.expect("it opens").close().await;
    let db = rusqlite::Connection::open(config.url.trim_start_matches("sqlite:")).expect("the file");
    for (asked, index) in questions() {
        let sql = format!("EXPLAIN QUERY PLAN {}", text(EngineKind::Sqlite, &asked));
        let mut plan = db.prepare(&sql).expect("a plan");
        let lines: Vec<String> =
            plan.query_map([rusqlite::types::Null; 8], |row| row.get(3)).expect("lines").map(|line| line.expect("a line")).collect();
        assert!(lines.len() == 1 && lines[0].starts_with(&format!("SEARCH events USING INDEX {index} (")), "{asked:?}: {lines:?}");
    }
    std::fs::remove_dir_all(directory).expect("it goes");
}

#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "a test may start tasks: they end with its runtime")]
async fn postgresql_finds_each_by_its_index() {
    let config = testing::postgres().await;
    Database::open(&config, MIGRATIONS, Timestamp(0)).await.expect("it opens").close().await;
    let (client, connection) = tokio_postgres::connect(&config.url, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    // As many of each as there may be in a house of some size.
    let fill = "INSERT INTO events (place, id, at, actor, action, subject, body) SELECT n, gen_random_uuid(), n, \
                CAST(lpad(to_hex(n % 100), 32, '0') AS UUID), 'action.' || n % 60, 'room:' || n % 200, convert_to('{\"outcome\":\"' || \
                CASE WHEN n % 100 = 0 THEN 'refused' ELSE 'done' END || '\",\"policy\":\"0123456789ab\"}', 'UTF8') FROM generate_series(1, 20000) n;
                ANALYZE events;";
    client.batch_execute(fill).await.expect("filled");
    for (number, (asked, index)) in questions().into_iter().enumerate() {
        let prepare = format!("PREPARE question{number} AS {}", text(EngineKind::Postgres, &asked));
        client.batch_execute(&prepare).await.expect("prepared");
        let given = |given: bool, value: &'static str| if given { value } else { "NULL" };
        let explain = format!(
            "EXPLAIN EXECUTE question{number} (20001, 0, 0, 50, {}, {}, {}, {})",
            given(asked.actor.is_some(), "'00000000-0000-0000-0000-000000000007'"),
            given(asked.action.is_some(), if asked.action.as_deref() == Some("message.post") { "'message.post'" } else { "'action.7'" }),
            given(asked.subject.is_some(), "'room:7'"),
            given(asked.outcome.is_some(), "'refused'"),
        );
        let lines = client.simple_query(&explain).await.expect("a plan").into_iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
            _ => None,
        });
        let plan: String = lines.collect::<Vec<String>>().join("\n");
        assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{asked:?}:\n{plan}");
    }
}
