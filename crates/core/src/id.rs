//! Ids of one kind each, so that a room's can never stand where a person's should.

use std::{borrow::Cow, fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};
use uuid::Uuid;

/// An id of one kind: a UUIDv7 (RFC 9562, section 5.7), so it sorts by the time of its making.
pub struct Id<Kind>(Uuid, PhantomData<fn() -> Kind>);

impl<K> Id<K> {
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

// Written out, because the derives would ask the same of `Kind`, which has no values.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<K> FromStr for Id<K> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self::new)
    }
}
impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}
impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Uuid::deserialize(d).map(Self::new)
    }
}
impl<K> PartialSchema for Id<K> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))).into()
    }
}
impl<K> ToSchema for Id<K> {
    fn name() -> Cow<'static, str> {
        "Id".into()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $id:ident;)*) => { $(
        $(#[$doc])*
        pub enum $kind {}
        $(#[$doc])*
        pub type $id = Id<$kind>;
    )* };
}

kinds! {
    /// A conversation: people and the log of what they said and did.
    Room => RoomId;
    /// Somebody who can be a member of a room: an account or a guest.
    Person => PersonId;
    /// A browser profile or an installed app.
    Device => DeviceId;
    /// A sign-in on a device.
    Session => SessionId;
    /// An asker's own name for one request: asking again with the same one changes nothing twice.
    Request => RequestId;
    /// One entry of a log: a room's or the audit's.
    Event => EventId;
    /// A right to become an account, once.
    Invitation => InvitationId;
    /// A call in a room.
    Call => CallId;
    /// A person on a device in a call.
    Participant => ParticipantId;
    /// A negotiation by REST.
    WebrtcSession => WebrtcSessionId;
}
