//! A process is killed in the middle of what it does, started again, and asked again: nothing that was answered is lost, nothing is
//! done twice, and no log has a hole.
//!
//! The child (`src/main.rs`) does the acts of one [`Story`], and tells each answer as soon as it has it. `tests/killed.rs` kills it at
//! each hit of the hook in `carillon_db::failpoint`, and looks at what is left.

mod house;
mod story;

pub use house::{House, person};
pub use story::Story;
