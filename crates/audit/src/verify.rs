//! Recounting the record: every block again from its bodies.

use carillon_core::Problem;
use carillon_db::Database;
use serde::Serialize;

use crate::chain::{GENESIS, Tip, after, link, read_tip};

/// Blocks read at a time.
const PAGE: i64 = 64;

/// What [`verify`] found.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub blocks: u64,
    /// Events whose place in the chain was recounted.
    pub events: u64,
    /// Events recorded and not chained yet: final within a second of their commit.
    pub tail: u64,
    /// The last block's hash, in hexadecimal: keep it elsewhere, and a rewritten record cannot pass for this one.
    pub hash: String,
    /// What does not fit, each a sentence; nothing when the record is whole.
    pub faults: Vec<String>,
}

/// Recounts all of it. An I/O failure is an error; a record that does not hold is a report with faults.
pub async fn verify(database: &Database) -> Result<Report, Problem> {
    let (mut report, mut at) = (Report::default(), GENESIS);
    let engine = database.kind();
    loop {
        let look = database.read(move |mut tx| {
            Box::pin(async move {
                let sql = "SELECT block, place, id, hash, events FROM events_chain WHERE block > $1 ORDER BY block LIMIT $2";
                let rows = tx.rows(sql, &[&at.block, &PAGE]).await?;
                let mut page: Vec<(Tip, i64, Recount)> = Vec::with_capacity(rows.len());
                let mut before = at;
                for row in &rows {
                    let tip = read_tip(row)?;
                    let events = after(&mut tx, engine, before.place, before.id, tip.place).await?;
                    let mut recount = Recount { hash: before.hash, events: 0, odd: Vec::new() };
                    for event in events.iter().take_while(|event| (event.place, event.id) <= (tip.place, tip.id)) {
                        recount.hash = link(&recount.hash, &event.body);
                        recount.events += 1;
                        if !says(&event.body, event.id) {
                            recount.odd.push(format!("event {} does not carry its own id", event.id));
                        }
                    }
                    page.push((tip, row.get(4)?, recount));
                    before = tip;
                }
                Ok(page)
            })
        });
        let page = look.await?;
        let Some((last, ..)) = page.last() else { break };
        let last = *last;
        for (tip, events, recount) in page {
            if tip.block != at.block + 1 {
                report.faults.push(format!("block {} follows block {}: blocks are missing", tip.block, at.block));
            }
            if recount.events != events {
                report.faults.push(format!("block {} holds {} events, and says {events}", tip.block, recount.events));
            } else if recount.hash != tip.hash {
                report.faults.push(format!("block {}: an event in it was changed, or replaced", tip.block));
            }
            report.faults.extend(recount.odd);
            report.blocks += 1;
            report.events += recount.events as u64;
            at = tip;
        }
        at = last;
    }
    let tail = database.read(move |mut tx| {
        Box::pin(async move {
            let sql = "SELECT COUNT(*) FROM events WHERE (place, id) > ($1, $2)";
            let sqlite = "SELECT COUNT(*) FROM events WHERE place > $1 AND $2 IS NOT NULL";
            let sql = if engine == carillon_db::EngineKind::Sqlite { sqlite } else { sql };
            tx.row(sql, &[&at.place, &at.id]).await?.ok_or_else(|| Problem::broken("COUNT answers"))?.get::<i64>(0)
        })
    });
    report.tail = tail.await? as u64;
    report.hash = at.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(report)
}

struct Recount {
    hash: [u8; 32],
    events: i64,
    odd: Vec<String>,
}

/// The body names the row's id, so that two rows cannot trade bodies.
fn says(body: &[u8], id: uuid::Uuid) -> bool {
    let mut text = [0; 36];
    let id = id.hyphenated().encode_lower(&mut text);
    body.windows(id.len()).any(|window| window == id.as_bytes())
}
