//! Configuration in layers: what is compiled in, a TOML file, the environment, the command line. The later layer wins.
//!
//! A crate's `Config` is a plain struct: `#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]` with
//! `#[serde(default, deny_unknown_fields)]`, an `impl Default`, and a doc comment with unit and reason on every field. From these alone
//! come the reference file ([`render`]), the check of keys and types ([`load`]), and what the operator is shown ([`Loaded::show`]).
//!
//! - A nested section is `#[schema(inline)]`, because crates call theirs `Config`, and a schema's references are by name.
//! - A type that is a text in TOML but has no schema (`SocketAddr`, `PathBuf`) is `#[schema(value_type = String)]`.
//! - A [`Secret`] `x` may also be given as `x_file`, the path of a file that holds it.

mod layers;
mod load;
mod render;
mod secret;
mod shape;

pub use layers::{Origin, Sources, environment};
pub use load::{ConfigError, Loaded, load};
pub use render::render;
pub use secret::Secret;

use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

/// What can be configured: nothing to implement.
pub trait Configuration: Serialize + DeserializeOwned + Default + ToSchema {}
impl<T: Serialize + DeserializeOwned + Default + ToSchema> Configuration for T {}
