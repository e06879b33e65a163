//! The child: opens the database, does the acts of a story, and tells what it was answered, one line each. It may be killed at any time.

use std::io::Write;

use anyhow::{Context, Result};
use carillon_crash_tests::{House, Story};
use carillon_db::{Config, testing};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &'static str| arguments.next().context(what);
    let (url, story, room, seed) =
        (next("a database")?, Story::named(&next("a story")?)?, next("a room")?.parse()?, next("a seed")?.parse()?);
    let house = House::open(&Config { url, authority_file: None }).await?;
    let mut out = std::io::stdout();
    let told = |number, answer: &serde_json::Value| {
        writeln!(out, "{number} {answer}").and_then(|()| out.flush()).expect("the parent listens");
    };
    story.act(&house, room, seed, told).await?;
    println!("hits {}", testing::hits());
    house.close().await;
    Ok(())
}
