//! What the world sends, by its schema.

use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// An answer that says only that it was done.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// The fields of a verb or view, and the schemas that they refer to.
#[derive(Clone)]
pub struct InputSchema {
    pub object: utoipa::openapi::Object,
    pub named: Vec<(String, RefOr<Schema>)>,
}

impl InputSchema {
    /// # Panics
    /// When the type is no struct: entries are checked when the server starts, and in every test.
    pub fn of<T: ToSchema>() -> Self {
        let RefOr::T(Schema::Object(object)) = T::schema() else { panic!("{} is not a struct with named fields", T::name()) };
        let mut named = Vec::new();
        T::schemas(&mut named);
        Self { object, named }
    }
}
