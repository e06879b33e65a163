//! Recounting the record: every block again from its bodies, and every row beside its body.

use carillon_core::{Problem, hex};
use carillon_db::{Database, Row, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::chain::{BLOCK, GENESIS, Hash, Tip, link, read_tip};

/// Blocks read at a time: within the time that a look may take.
const PAGE: i64 = 8;
/// Faults that are listed; who finds so many need not read on.
const LISTED: usize = 1000;

/// What [`verify`] found.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub blocks: u64,
    /// Events whose place in the chain was recounted.
    pub events: u64,
    /// Events recorded and not chained yet: final within a second of their commit. If there are older ones, the chain was cut.
    pub tail: u64,
    /// The last block's hash, in hexadecimal: keep it elsewhere, and a rewritten record cannot pass for this one.
    pub hash: String,
    /// What does not fit, each a sentence; nothing when the record is whole.
    pub faults: Vec<String>,
}

/// Recounts all of it. An I/O failure is an error; a record that does not hold is a report with faults.
pub async fn verify(database: &Database) -> Result<Report, Problem> {
    from(database, GENESIS).await
}

/// Recounts the last so many blocks, and nothing before them.
pub async fn verify_end(database: &Database, blocks: i64) -> Result<Report, Problem> {
    let before = "SELECT block, place, id, hash, events FROM events_chain ORDER BY block DESC LIMIT 1 OFFSET $1";
    let look =
        database.read(move |mut tx| Box::pin(async move { tx.row(before, &[&blocks]).await?.map(|row| read_tip(&row)).transpose() }));
    from(database, look.await?.unwrap_or(GENESIS)).await
}

async fn from(database: &Database, mut at: Tip) -> Result<Report, Problem> {
    let mut report = Report::default();
    loop {
        let page = database.read(move |mut tx| Box::pin(async move { recount(&mut tx, at).await })).await?;
        let Some(Block { tip: last, .. }) = page.last() else { break };
        let last = *last;
        for block in page {
            report.judge(&at, &block);
            at = block.tip;
        }
        at = last;
    }
    let count = "SELECT COUNT(*) FROM events WHERE place >= $1 AND (place > $1 OR id > $2)";
    let tail = database.read(move |mut tx| {
        Box::pin(async move { tx.row(count, &[&at.place, &at.id]).await?.ok_or_else(|| Problem::broken("COUNT answers"))?.get::<i64>(0) })
    });
    report.tail = tail.await? as u64;
    report.hash = hex(&at.hash);
    Ok(report)
}

/// A block as it is stored, and as it is counted now.
struct Block {
    tip: Tip,
    says: i64,
    holds: i64,
    hash: Hash,
    odd: Vec<String>,
}

async fn recount(tx: &mut Tx<'_>, mut before: Tip) -> Result<Vec<Block>, Problem> {
    let blocks = "SELECT block, place, id, hash, events FROM events_chain WHERE block > $1 ORDER BY block LIMIT $2";
    let within = "SELECT place, id, body, at, actor, action, subject FROM events \
                  WHERE place >= $1 AND (place > $1 OR id > $2) AND place <= $3 ORDER BY place, id LIMIT $4";
    let mut page = Vec::new();
    for row in tx.rows(blocks, &[&before.block, &PAGE]).await? {
        let tip = read_tip(&row)?;
        let mut block = Block { tip, says: row.get(4)?, holds: 0, hash: before.hash, odd: Vec::new() };
        for row in tx.rows(within, &[&before.place, &before.id, &tip.place, &(BLOCK as i64 + 1)]).await? {
            let (place, id, body) = (row.get::<i64>(0)?, row.get::<Uuid>(1)?, row.get::<Vec<u8>>(2)?);
            if (place, id) > (tip.place, tip.id) {
                break;
            }
            block.hash = link(&block.hash, &body);
            block.holds += 1;
            if !same(&row, id, &body)? {
                block.odd.push(format!("event {id}: its row does not say what its body says"));
            }
        }
        page.push(block);
        before = tip;
    }
    Ok(page)
}

/// What stands beside the body, to be searched, and what keeps two rows from trading bodies.
#[derive(Deserialize)]
struct Written {
    action: String,
    actor: WrittenActor,
    at: i64,
    id: Uuid,
    subject: String,
}
#[derive(Deserialize)]
struct WrittenActor {
    id: Option<Uuid>,
}

fn same(row: &Row, id: Uuid, body: &[u8]) -> Result<bool, Problem> {
    let Ok(written) = serde_json::from_slice::<Written>(body) else { return Ok(false) };
    Ok(written.id == id
        && written.at == row.get::<i64>(3)?
        && written.actor.id == row.get::<Option<Uuid>>(4)?
        && written.action == row.get::<String>(5)?
        && written.subject == row.get::<String>(6)?)
}

impl Report {
    fn judge(&mut self, before: &Tip, block: &Block) {
        let Block { tip, says, holds, hash, odd } = block;
        self.blocks += 1;
        self.events += *holds as u64;
        if tip.block != before.block + 1 {
            self.fault(format!("block {} follows block {}: blocks are missing", tip.block, before.block));
        }
        if holds != says {
            self.fault(format!("block {} holds {holds} events, and says {says}", tip.block));
        } else if *hash != tip.hash {
            self.fault(format!("block {}: an event in it was changed, or replaced", tip.block));
        }
        for odd in odd {
            self.fault(odd.clone());
        }
    }

    fn fault(&mut self, fault: String) {
        match self.faults.len() {
            ..LISTED => self.faults.push(fault),
            LISTED => self.faults.push("there are more, not listed here".into()),
            _ => {}
        }
    }
}
