//! Who acts.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DeviceId, PersonId, RoomId, SessionId};

/// What an account is to the whole deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    Member,
    Admin,
}

/// Whoever stands at the gate, known by what they brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Principal {
    /// Nobody yet: known only by address.
    Anonymous {
        #[serde(skip)]
        address: Option<IpAddr>,
    },
    /// A person or service with an account.
    Account {
        id: PersonId,
        role: Role,
        #[serde(skip)]
        session: SessionId,
        #[serde(skip)]
        device: DeviceId,
    },
    /// A person who came by a room's link, and belongs to that room only.
    Guest {
        id: PersonId,
        room: RoomId,
        #[serde(skip)]
        session: SessionId,
        #[serde(skip)]
        device: DeviceId,
    },
    /// A part of the server itself: its jobs, its command line.
    System { component: &'static str },
}

impl Principal {
    pub const fn system(component: &'static str) -> Self {
        Self::System { component }
    }
    /// The person, if it is one.
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Account { id, .. } | Self::Guest { id, .. } => Some(*id),
            Self::Anonymous { .. } | Self::System { .. } => None,
        }
    }
    pub const fn session(&self) -> Option<SessionId> {
        match self {
            Self::Account { session, .. } | Self::Guest { session, .. } => Some(*session),
            Self::Anonymous { .. } | Self::System { .. } => None,
        }
    }
    pub const fn device(&self) -> Option<DeviceId> {
        match self {
            Self::Account { device, .. } | Self::Guest { device, .. } => Some(*device),
            Self::Anonymous { .. } | Self::System { .. } => None,
        }
    }
    /// `anonymous`, `account`, `guest` or `system`: what audit and policy call it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Anonymous { .. } => "anonymous",
            Self::Account { .. } => "account",
            Self::Guest { .. } => "guest",
            Self::System { .. } => "system",
        }
    }
}
