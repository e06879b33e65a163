//! Protobuf contracts: the bodies of room events. The code under `gen` is made by `cargo xtask codegen` from `proto/`, committed, and
//! compared in a test.

/// `carillon.rooms.v1`: a room's log.
pub mod rooms {
    #[allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub, reason = "generated")]
    pub mod v1 {
        include!("gen/carillon.rooms.v1.rs");
    }
}

pub use prost::Message;
