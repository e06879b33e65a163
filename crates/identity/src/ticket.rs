//! Opaque secrets that say which row they belong to: cookies, invitations, admin links, families of refresh tokens.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use carillon_core::Id;
use carillon_platform::random;
use serde::Deserialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};
use uuid::Uuid;

/// An id and 256 random bits, as 64 characters of base64url. The id finds the row, and names its lock before it is read; of the whole
/// text the database has only the SHA-256.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Ticket {
    id: Uuid,
    text: String,
}

impl Ticket {
    pub(crate) fn new<K>(id: Id<K>) -> Self {
        let mut bytes = [0; 48];
        bytes[..16].copy_from_slice(id.uuid().as_bytes());
        bytes[16..].copy_from_slice(&random::bytes::<32>());
        Self { id: id.uuid(), text: URL_SAFE_NO_PAD.encode(bytes) }
    }
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; 48];
        let fits = text.len() == 64 && URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) == Ok(48);
        fits.then(|| Self { id: Uuid::from_bytes(bytes[..16].try_into().expect("16 bytes")), text: text.into() })
    }
    pub(crate) fn id<K>(&self) -> Id<K> {
        Id::new(self.id)
    }
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
    pub(crate) fn digest(&self) -> String {
        digest(&self.text)
    }
}

impl TryFrom<String> for Ticket {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or("this is no token of this server: copy all of it")
    }
}

impl PartialSchema for Ticket {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Za-z0-9_-]{64}$")).into()
    }
}
impl ToSchema for Ticket {}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({})", self.id)
    }
}

/// What is kept of a secret: its SHA-256, as 43 characters of base64url.
pub(crate) fn digest(of: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(random::digest(of))
}
