//! Other people's programs as judges: `cargo xtask peers`. Plain `cargo test` leaves them out, because it has none of them.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]
#![allow(clippy::disallowed_methods, reason = "`cargo xtask peers` says by the environment where the programs are")]

mod opa;
mod schemathesis;
#[path = "../server/mod.rs"]
mod server;

use std::path::PathBuf;

/// The peer's program.
fn program(name: &str) -> PathBuf {
    let name = format!("CARILLON_PEER_{name}");
    std::env::var_os(&name).unwrap_or_else(|| panic!("{name} is not set: this runs by `cargo xtask peers --dir <directory>`")).into()
}
