//! The sequencer: after the commits, it chains what they recorded.
//!
//! leaf = SHA-256(0x00 ‖ body), as in RFC 6962 section 2.1, so that a Merkle log can be grown over the same leaves;
//! hash = SHA-256(hash of the event before ‖ leaf). A block holds up to [`BLOCK`] events and is one row.

use aws_lc_rs::digest::{Context, SHA256};
use carillon_core::{Problem, Timestamp, hex};
use carillon_db::{Database, EngineKind, Row, Tx};
use uuid::Uuid;

/// Events in one row of the chain, at most.
pub const BLOCK: usize = 4096;
pub(crate) type Hash = [u8; 32];

/// The end of the chain: what the next block grows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tip {
    pub block: i64,
    pub place: i64,
    pub id: Uuid,
    pub hash: Hash,
}

/// What a sequencer has for itself while it writes a block.
const GROWING: Uuid = Uuid::from_u128(0x6175_6469_742d_6368_6169_6e00);

pub(crate) const GENESIS: Tip = Tip { block: 0, place: -1, id: Uuid::nil(), hash: [0; 32] };

struct Stored {
    place: i64,
    id: Uuid,
    body: Vec<u8>,
}

/// Chains. Several may run: all but the fastest find their block taken, and look again.
pub struct Sequencer {
    database: Database,
}

impl Sequencer {
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Chains one block of what is final by now, and returns how many events that were. While it is a whole block, there may be more.
    pub async fn advance(&self, now: Timestamp) -> Result<usize, Problem> {
        let engine = self.database.kind();
        loop {
            let look = self.database.read(move |mut tx| {
                Box::pin(async move {
                    let tip = tip(&mut tx).await?;
                    Ok((tip, after(&mut tx, engine, &tip).await?))
                })
            });
            let (tip, events) = look.await?;
            let Some(last) = events.last() else { return Ok(0) };
            let hash = events.iter().fold(tip.hash, |hash, event| link(&hash, &event.body));
            let grown = Tip { block: tip.block + 1, place: last.place, id: last.id, hash };
            let count = events.len();
            if self.database.run(vec![GROWING], move |tx| Box::pin(grow(tx, tip, grown, count as i64, now))).await? {
                return Ok(count);
            }
            // Another one has chained these: what is there besides?
        }
    }

    /// Chains until nothing is left that is final by now.
    pub async fn catch_up(&self, now: Timestamp) -> Result<usize, Problem> {
        let mut all = 0;
        loop {
            let chained = self.advance(now).await?;
            all += chained;
            if chained == 0 {
                return Ok(all);
            }
        }
    }
}

pub(crate) fn link(before: &Hash, body: &[u8]) -> Hash {
    let mut leaf = Context::new(&SHA256);
    leaf.update(&[0]);
    leaf.update(body);
    let mut link = Context::new(&SHA256);
    link.update(before);
    link.update(leaf.finish().as_ref());
    link.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

async fn tip(tx: &mut Tx<'_>) -> Result<Tip, Problem> {
    let last = tx.row("SELECT block, place, id, hash FROM events_chain ORDER BY block DESC LIMIT 1", &[]).await?;
    last.map_or(Ok(GENESIS), |row| read_tip(&row))
}

pub(crate) fn read_tip(row: &Row) -> Result<Tip, Problem> {
    let hash: Vec<u8> = row.get(3)?;
    let hash = hash.try_into().map_err(|_| Problem::broken("a hash of the audit chain has not 32 bytes"))?;
    Ok(Tip { block: row.get(0)?, place: row.get(1)?, id: row.get(2)?, hash })
}

/// The last hash of the chain, in hexadecimal, as [`crate::Report`] has it.
pub async fn head(tx: &mut Tx<'_>) -> Result<String, Problem> {
    Ok(hex(&tip(tx).await?.hash))
}

/// The next events in the order of the chain that are final, a block at most.
async fn after(tx: &mut Tx<'_>, engine: EngineKind, tip: &Tip) -> Result<Vec<Stored>, Problem> {
    let sql = match engine {
        EngineKind::Sqlite => "SELECT place, id, body FROM events WHERE place > $1 AND $2 IS NOT NULL ORDER BY place LIMIT $3",
        // What an unfinished transaction may yet add has no lower number than the oldest of those.
        EngineKind::Postgres => {
            "SELECT place, id, body FROM events WHERE (place, id) > ($1, $2) \
             AND place < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (SELECT base FROM events_base) ORDER BY place, id LIMIT $3"
        }
    };
    let rows = tx.rows(sql, &[&tip.place, &tip.id, &(BLOCK as i64)]).await?;
    rows.iter().map(|row| Ok(Stored { place: row.get(0)?, id: row.get(1)?, body: row.get(2)? })).collect()
}

/// Whether the block is ours.
async fn grow(tx: &mut Tx<'_>, before: Tip, grown: Tip, events: i64, now: Timestamp) -> Result<bool, Problem> {
    // Another sequencer may have been here since we looked: then this block is its.
    if tip(tx).await? != before {
        return Ok(false);
    }
    let Tip { block, place, id, hash } = grown;
    let row = "INSERT INTO events_chain (block, events, place, id, at, hash) VALUES ($1, $2, $3, $4, $5, $6)";
    tx.run(row, &[&block, &events, &place, &id, &now, &hash.as_slice()]).await.map(|()| true)
}
