//! Sockets and the tasks that read them.

mod stun;

pub use stun::{Stun, StunError};
