//! What a unit can do in its transaction, and what it cannot, on both engines alike.

mod house;

use carillon_core::{Id, Kind, Problem, Timestamp};
use carillon_db::{EngineKind, on_both_engines, testing::Ground};
use house::{act, note, notes, open, queue, write_note};
use uuid::Uuid;

on_both_engines![
    a_failed_statement_ends_its_act,
    whoever_swallows_an_error_has_written_nothing,
    the_write_that_nobody_waits_for_counts_too,
    what_broke_the_transaction_is_what_is_told,
    a_duplicate_that_stays_is_a_fault_of_ours,
    no_text_holds_u_0000,
    parameters_go_by_their_numbers,
    too_few_parameters_are_refused,
    a_unit_cannot_end_its_transaction,
    a_panic_harms_only_itself,
    whoever_waits_for_something_else_harms_only_itself,
    a_slow_statement_is_stopped,
    values_come_back_as_they_went,
    readers_cannot_write,
    a_look_sees_one_moment,
];

async fn a_failed_statement_ends_its_act(ground: Ground) {
    let database = open(&ground).await;
    let ended = act(&database, |mut tx| {
        Box::pin(async move {
            note(&mut tx, 1, "before").await?;
            let nonsense = tx.row("SELECT nothing FROM nowhere", &[]).await.map(drop).expect_err("there is no such table");
            let after = note(&mut tx, 2, "after").await.expect_err("the act is over");
            assert_eq!((nonsense.kind, after.kind), (Kind::Broken, Kind::Broken));
            Ok(())
        })
    });
    assert_eq!(ended.await.expect_err("nothing to keep").kind, Kind::Broken);
    write_note(&database, 3).await.expect("the others go on");
    assert_eq!(notes(&database).await, [3]);
}

async fn whoever_swallows_an_error_has_written_nothing(ground: Ground) {
    let database = open(&ground).await;
    let ended = act(&database, |mut tx| {
        Box::pin(async move {
            note(&mut tx, 1, "before").await?;
            let _ = tx.rows("SELECT nothing FROM nowhere", &[]).await;
            Ok(())
        })
    });
    let problem = ended.await.expect_err("nothing to keep");
    assert!(problem.to_string().contains("ignored a failed statement"), "{problem}");
    assert_eq!(notes(&database).await, [0; 0]);
}

/// PostgreSQL answers COMMIT of an aborted transaction with a yes.
async fn the_write_that_nobody_waits_for_counts_too(ground: Ground) {
    let database = open(&ground).await;
    write_note(&database, 1).await.expect("kept");
    let ended = act(&database, |mut tx| {
        Box::pin(async move {
            note(&mut tx, 2, "before").await?;
            let _ = note(&mut tx, 1, "again").await;
            Ok(())
        })
    });
    ended.await.expect_err("nothing to keep");
    assert_eq!(notes(&database).await, [1]);
}

async fn what_broke_the_transaction_is_what_is_told(ground: Ground) {
    let database = open(&ground).await;
    write_note(&database, 1).await.expect("kept");
    let ended = act(&database, |mut tx| {
        Box::pin(async move {
            note(&mut tx, 1, "again").await?;
            // On PostgreSQL this is not even prepared any more, and that error says nothing.
            tx.rows("SELECT text FROM notes WHERE amount = $1", &[&7_i64]).await.map(drop)
        })
    });
    let problem = ended.await.expect_err("a duplicate");
    assert!(problem.to_string().to_lowercase().contains("unique"), "{problem}");
}

async fn a_duplicate_that_stays_is_a_fault_of_ours(ground: Ground) {
    let database = open(&ground).await;
    write_note(&database, 4711).await.expect("kept");
    let problem = write_note(&database, 4711).await.expect_err("there is one");
    assert_eq!(problem.kind, Kind::Broken);
    let told = problem.to_string();
    assert!(told.contains("notes") && !told.contains("4711"), "the log says where, and no value: {told}");
}

async fn no_text_holds_u_0000(ground: Ground) {
    let database = open(&ground).await;
    let ended = act(&database, |mut tx| {
        Box::pin(async move {
            note(&mut tx, 1, "before").await?;
            note(&mut tx, 2, "a\0b").await
        })
    });
    assert_eq!(ended.await.expect_err("no text").kind, Kind::Invalid);
    assert_eq!(notes(&database).await, [0; 0]);
}

async fn parameters_go_by_their_numbers(ground: Ground) {
    let database = open(&ground).await;
    let written = act(&database, |mut tx| {
        Box::pin(async move {
            tx.run("INSERT INTO notes (text, id, amount) VALUES ($2, $1, $3)", &[&1_i64, &"second", &3_i64]).await?;
            let row = tx.row("SELECT text, amount FROM notes WHERE amount = $2 AND id = $1 AND $2 > $1", &[&1_i64, &3_i64]).await?;
            let row = row.expect("the row that was written");
            assert_eq!((row.get::<String>(0)?, row.get::<i64>(1)?), ("second".to_owned(), 3));
            Ok(())
        })
    });
    written.await.expect("kept");
}

async fn too_few_parameters_are_refused(ground: Ground) {
    let database = open(&ground).await;
    let ended = act(&database, |mut tx| {
        Box::pin(async move { tx.run("INSERT INTO notes (id, text, amount) VALUES ($1, 'x', $2)", &[&1_i64]).await })
    });
    assert_eq!(ended.await.expect_err("one is missing").kind, Kind::Broken);
}

async fn a_unit_cannot_end_its_transaction(ground: Ground) {
    let database = open(&ground).await;
    for sql in ["COMMIT", "ROLLBACK", "BEGIN", "PRAGMA synchronous=OFF", "SAVEPOINT mine", "RELEASE unit", " COMMIT", "SET x = 1"] {
        let ended = act(&database, move |mut tx| {
            Box::pin(async move {
                note(&mut tx, 1, "before").await?;
                let _ = tx.run(sql, &[]).await;
                Ok(())
            })
        });
        assert_eq!(ended.await.expect_err(sql).kind, Kind::Broken, "{sql}");
    }
    assert_eq!(notes(&database).await, [0; 0]);
}

async fn a_panic_harms_only_itself(ground: Ground) {
    let database = open(&ground).await;
    let mut units = Vec::new();
    for id in 0..10 {
        units.push(
            queue(&database, &[], move |mut tx| {
                Box::pin(async move {
                    note(&mut tx, id, "well").await?;
                    assert_ne!(id, 5, "a panic that the story expects");
                    Ok(())
                })
            })
            .await,
        );
    }
    for (id, unit) in units.into_iter().enumerate() {
        let ended = unit.await.expect("every unit is settled");
        assert_eq!(ended.map_err(|problem| problem.kind), if id == 5 { Err(Kind::Broken) } else { Ok(()) }, "{id}");
    }
    assert_eq!(notes(&database).await, [0, 1, 2, 3, 4, 6, 7, 8, 9]);
}

async fn whoever_waits_for_something_else_harms_only_itself(ground: Ground) {
    let database = open(&ground).await;
    let dawdling = queue(&database, &[1], |mut tx| {
        Box::pin(async move {
            note(&mut tx, 1, "lost").await?;
            std::future::pending::<()>().await;
            Ok(())
        })
    });
    let dawdling = dawdling.await;
    write_note(&database, 2).await.expect("nobody else waits");
    let problem = dawdling.await.expect("every unit is settled").expect_err("it never ended");
    assert!(problem.to_string().contains("waited for something other"), "{problem}");
    assert_eq!(notes(&database).await, [2]);
}

async fn a_slow_statement_is_stopped(ground: Ground) {
    let database = open(&ground).await;
    let slow = queue(&database, &[], |mut tx| {
        Box::pin(async move {
            note(&mut tx, 1, "lost").await?;
            let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT COUNT(*) FROM n";
            tx.rows(endless, &[]).await.map(drop)
        })
    });
    let slow = slow.await;
    write_note(&database, 2).await.expect("the others go on");
    assert_eq!(slow.await.expect("every unit is settled").expect_err("it has no end").kind, Kind::Again);
    if database.kind() == EngineKind::Postgres {
        return;
    }
    // So are many short ones, where all others wait for one.
    let many = queue(&database, &[], |mut tx| {
        Box::pin(async move {
            loop {
                tx.rows("SELECT 1", &[]).await?;
            }
        })
    });
    let many = many.await;
    write_note(&database, 4).await.expect("the others go on");
    assert_eq!(many.await.expect("every unit is settled").expect_err("it has no end").kind, Kind::Again);
    // SQLite undoes one that writes with all that shared its transaction: these run again.
    let slow = queue(&database, &[], |mut tx| {
        Box::pin(async move {
            let endless = "INSERT INTO notes (id, text, amount) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) \
                           SELECT 7, 'x', COUNT(*) FROM n";
            tx.rows(endless, &[]).await.map(drop)
        })
    });
    let (slow, other) = (slow.await, write_note(&database, 3));
    other.await.expect("the others go on");
    assert_eq!(slow.await.expect("every unit is settled").expect_err("it has no end").kind, Kind::Again);
    assert_eq!(notes(&database).await, [2, 3, 4]);
}

async fn values_come_back_as_they_went(ground: Ground) {
    use carillon_db::Migration;
    const KINDS: Migration = Migration {
        owner: "stories",
        number: 1,
        name: "kinds",
        both: &[],
        sqlite: &["CREATE TABLE kinds (n BIGINT, r DOUBLE PRECISION, t TEXT, b BLOB, f BOOLEAN, u UUID)"],
        postgres: &["CREATE TABLE kinds (n BIGINT, r DOUBLE PRECISION, t TEXT, b BYTEA, f BOOLEAN, u UUID)"],
    };
    let database = carillon_db::Database::open(&ground.config, &[KINDS], house::NOW).await.expect("it opens");
    let id: Id<()> = Id::new(Uuid::from_u128(7));
    let written = act(&database, move |mut tx| {
        Box::pin(async move {
            let sql = "INSERT INTO kinds (n, r, t, b, f, u) VALUES ($1, $2, $3, $4, $5, $6)";
            tx.run(sql, &[&i64::MIN, &1.0, &"Zoë 👋 'quoted'", &vec![0_u8, 255], &true, &id]).await?;
            tx.run(sql, &[&None::<i64>, &None::<f64>, &None::<String>, &None::<Vec<u8>>, &None::<bool>, &None::<Id<()>>]).await
        })
    });
    written.await.expect("kept");
    let look = database.read(|mut tx| {
        Box::pin(async move { tx.rows("SELECT n, r, t, b, f, u FROM kinds ORDER BY CASE WHEN n IS NULL THEN 1 ELSE 0 END", &[]).await })
    });
    let rows = look.await.expect("readers read");
    let (full, empty) = (&rows[0], &rows[1]);
    assert_eq!(full.get::<Timestamp>(0).expect("a number"), Timestamp(i64::MIN));
    assert!((full.get::<f64>(1).expect("a number") - 1.0).abs() < f64::EPSILON);
    assert_eq!(full.get::<String>(2).expect("a text"), "Zoë 👋 'quoted'");
    assert_eq!(full.get::<Vec<u8>>(3).expect("bytes"), [0, 255]);
    assert!(full.get::<bool>(4).expect("a truth value"));
    assert_eq!(full.get::<Id<()>>(5).expect("an id"), id);
    assert_eq!(empty.get::<Option<i64>>(0).expect("nothing"), None);
    assert_eq!(empty.get::<Option<bool>>(4).expect("nothing"), None);
    assert_eq!(empty.get::<Option<Id<()>>>(5).expect("nothing"), None);
    let plain = database.read(|mut tx| Box::pin(async move { tx.row("SELECT 1, COUNT(*) FROM kinds", &[]).await }));
    let plain = plain.await.expect("readers read").expect("a row");
    assert_eq!((plain.get::<i64>(0).expect("a number"), plain.get::<i64>(1).expect("a number")), (1, 2));
    for misread in [empty.get::<i64>(0).map(drop), full.get::<i64>(2).map(drop), full.get::<i64>(9).map(drop)] {
        assert_eq!(misread.expect_err("it is something else").kind, Kind::Broken);
    }
}

async fn readers_cannot_write(ground: Ground) {
    let database = open(&ground).await;
    let look = database.read::<(), _>(|mut tx| {
        Box::pin(async move { tx.rows("INSERT INTO notes (id, text, amount) VALUES (1, 'x', 0) RETURNING id", &[]).await.map(drop) })
    });
    assert_eq!(look.await.expect_err("nothing can be written").kind, Kind::Broken);
    let look = database.read::<(), _>(|mut tx| Box::pin(async move { note(&mut tx, 1, "x").await }));
    look.await.expect_err("nothing can be written");
    assert_eq!(notes(&database).await, [0; 0]);
}

async fn a_look_sees_one_moment(ground: Ground) {
    let database = open(&ground).await;
    let (begun, mut has_begun) = tokio::sync::mpsc::channel(1);
    let (go_on, goes_on) = std::sync::mpsc::sync_channel::<()>(1);
    let count = "SELECT COUNT(*) FROM notes";
    let looking = {
        let database = database.clone();
        async move {
            let look = database.read(move |mut tx| {
                Box::pin(async move {
                    let before: i64 = tx.row(count, &[]).await?.expect("a count").get(0)?;
                    let _ = begun.try_send(());
                    // A reader's thread may block; a task of PostgreSQL may too, in a test with several threads.
                    goes_on.recv().map_err(Problem::broken)?;
                    let after: i64 = tx.row(count, &[]).await?.expect("a count").get(0)?;
                    Ok((before, after))
                })
            });
            look.await
        }
    };
    let writing = async {
        has_begun.recv().await.expect("the look begins");
        write_note(&database, 1).await.expect("a writer does not wait for readers");
        go_on.send(()).expect("the look goes on");
    };
    let (looked, ()) = tokio::join!(looking, writing);
    assert_eq!(looked.expect("readers read"), (0, 0));
    assert_eq!(notes(&database).await, [1]);
}
