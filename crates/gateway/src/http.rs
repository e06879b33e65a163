//! The public door's routes: the table of entries as HTTP, and a few routes of their own beside it.

mod around;
mod assets;
mod docs;
mod headers;
mod input;
mod routes;
mod who;

pub(crate) use around::around;
pub(crate) use docs::docs;
pub use headers::Peer;
pub(crate) use input::depth;
pub(crate) use routes::router;
pub(crate) use who::{by_headers, from_own_page, nobody};
