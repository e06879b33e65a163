//! What the Markdown promises: links that lead somewhere, and tests that exist.

mod links;
mod seeds;

pub use links::{leads_somewhere, stands_in_the_book};
pub use seeds::{says_which_test, tests_exist};
