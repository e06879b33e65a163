//! The rules of the house, as functions: each takes what it judges and returns what is wrong, with the cure.
//! `tests/` holds the repository to them; the unit tests beside each rule show that it can fail.
#![allow(clippy::disallowed_methods, reason = "it runs where cargo starts it, and asks cargo's environment")]

pub mod docs;
pub mod layers;
pub mod proto;
pub mod tidy;
mod tree;

pub use tree::{File, paths, root, tree};

/// Fails with every breach, one a line.
///
/// # Panics
/// When there is one.
pub fn hold(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}
