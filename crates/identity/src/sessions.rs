//! Opening a session, for verbs of this crate and of those above; and the tokens that go with it.

use std::{borrow::Cow, fmt};

use carillon_core::{PersonId, Problem, RoomId, SessionId, Timestamp};
use carillon_gate::{Change, Cx, Done, Topic};
use carillon_platform::random;
use serde::Deserialize;
use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{
    lifetimes::{ACCESS, SESSION, SESSION_UNUSED},
    model::{DeviceHint, DeviceView, EndReason, IssuedTokens, Known, Session, SessionView, SignedIn},
    store::{self, Family},
    ticket::{Ticket, digest},
    tokens::{AUDIENCE, Claims, Tokens},
    words::PersonName,
};

/// Sessions of one person that stand at once; one more, and the longest unused ends.
const SESSIONS: i64 = 64;
/// What seals refresh tokens.
pub(crate) const REFRESH: &str = "identity.refreshTokens";

/// Makes a guest of a room. The verb that does so opens their session, too.
pub async fn create_guest(cx: &mut Cx<'_>, room: RoomId, name: &PersonName) -> Result<PersonId, Problem> {
    let guest = cx.new_id();
    store::add_guest(&mut cx.tx, guest, room, name.as_str(), cx.now).await?;
    Ok(guest)
}

/// Signs a guest in who was just made. The verb says in its `Change` whom.
pub async fn open_session(cx: &mut Cx<'_>, person: PersonId, device: &DeviceHint) -> Result<SignedIn, Problem> {
    Ok(open(cx, person, device).await?.0) // they have no other session that would have to make room
}

/// Signs an account in on a device, and ends the session that it came with, if any (OWASP ASVS 5.0, 7.2.4).
pub(crate) async fn sign_in(cx: &mut Cx<'_>, person: PersonId, device: &DeviceHint, by: &str) -> Result<Done<SignedIn>, Problem> {
    let (signed_in, mut ended) = open(cx, person, device).await?;
    if let Some(before) = cx.who.session()
        && store::end_session(&mut cx.tx, before, EndReason::SignedOut, cx.now).await?
    {
        ended.push(before);
    }
    let what = json!({ "account": person, "by": by, "device": signed_in.session.device.id, "ended": ended });
    let change = Change::of("session", signed_in.session.id, what);
    Ok(tell_ended(Done::changed(signed_in, change), ended, cx.now))
}

/// Sockets fall, and what is remembered of these sessions is forgotten.
pub(crate) fn tell_ended<A>(done: Done<A>, ended: Vec<SessionId>, now: Timestamp) -> Done<A> {
    ended.into_iter().fold(done, |done, session| done.hint(Topic::Session(session), now.0))
}

/// Opens a session, and answers which others had to make room.
async fn open(cx: &mut Cx<'_>, person: PersonId, device: &DeviceHint) -> Result<(SignedIn, Vec<SessionId>), Problem> {
    let known = store::person(&mut cx.tx, person).await?.ok_or_else(|| Problem::missing("person"))?;
    known.open()?;
    let (id, now): (SessionId, _) = (cx.new_id(), cx.now);
    let device_id = device.id.unwrap_or_else(|| cx.new_id());
    let named = device.name.as_ref().map_or("", |name| name.as_str());
    let device = DeviceView { id: device_id, name: store::keep_device(&mut cx.tx, person, device_id, named, now).await? };
    let cookie = Ticket::new(id);
    let session =
        Session { id, person, device: device.id, cookie: cookie.digest(), seen_at: now, expires_at: now.plus(SESSION), ended: None };
    store::add_session(&mut cx.tx, &session).await?;
    let crowded_out = store::crowd_out(&mut cx.tx, person, SESSIONS, now).await?;

    let refresh = RefreshText::first(id);
    let tokens = cx.engines.get::<Tokens>()?;
    let family = refresh.family(tokens, 1, now)?;
    store::add_family(&mut cx.tx, id, &family).await?;
    let signed_in = SignedIn {
        tokens: issue(tokens, &known, &session, &refresh, now)?,
        session: SessionView { id, device, created_at: now, seen_at: now, current: true },
        principal: known.person,
        room: known.room,
        cookie: cookie.text().into(),
    };
    Ok((signed_in, crowded_out))
}

/// A refresh token: what its family shares, a dot, and 256 bits of its own. So a token of long ago is still known as one of the family
/// (somebody has a copy), though only the digests of the last two are kept.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct RefreshText {
    pub(crate) family: Ticket,
    text: String,
}

impl TryFrom<String> for RefreshText {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or("this is no refresh token of this server")
    }
}
impl PartialSchema for RefreshText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^[A-Za-z0-9_-]{64}\.[A-Za-z0-9_-]{43}$")).into()
    }
}
impl ToSchema for RefreshText {
    fn name() -> Cow<'static, str> {
        "RefreshToken".into()
    }
}
impl fmt::Debug for RefreshText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RefreshText({})", self.session())
    }
}

impl RefreshText {
    fn first(session: SessionId) -> Self {
        Self::of(Ticket::new(session))
    }
    fn of(family: Ticket) -> Self {
        Self { text: format!("{}.{}", family.text(), random::token()), family }
    }
    pub(crate) fn next(&self) -> Self {
        Self::of(self.family.clone())
    }
    pub(crate) fn read(text: &str) -> Option<Self> {
        let base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        let (family, _) = text.split_once('.').filter(|(_, own)| own.len() == 43 && own.bytes().all(base64url))?;
        Some(Self { family: Ticket::read(family)?, text: text.into() })
    }
    pub(crate) fn session(&self) -> SessionId {
        self.family.id()
    }
    pub(crate) fn digest(&self) -> String {
        digest(&self.text)
    }

    /// How its family stands when this is the newest.
    pub(crate) fn family(&self, tokens: &Tokens, generation: i64, made_at: Timestamp) -> Result<Family, Problem> {
        Ok(Family {
            shared: self.family.digest(),
            generation,
            newest: self.digest(),
            previous: None,
            made_at,
            repeated: false,
            sealed: tokens.seal(REFRESH, &belongs(self.session(), generation), &self.text)?,
        })
    }
}

pub(crate) fn belongs(session: SessionId, generation: i64) -> String {
    format!("refresh_families|sealed|{session}|{generation}")
}

/// An access token of now, and the refresh token to fetch the next with.
pub(crate) fn issue(
    tokens: &Tokens,
    who: &Known,
    session: &Session,
    refresh: &RefreshText,
    now: Timestamp,
) -> Result<IssuedTokens, Problem> {
    let (iat, exp) = (now.0 / 1000, now.plus(ACCESS).0 / 1000);
    let claims = Claims {
        iss: tokens.issuer().into(),
        aud: AUDIENCE.into(),
        sub: session.person,
        sid: session.id,
        did: session.device,
        kind: who.person.kind,
        role: who.person.role,
        room: who.room,
        iat,
        exp,
        jti: random::id(),
    };
    Ok(IssuedTokens {
        access_token: tokens.sign(&claims)?,
        access_expires_at: Timestamp(exp * 1000),
        refresh_token: refresh.text.clone(),
        refresh_expires_at: session.expires_at.min(now.plus(SESSION_UNUSED)),
    })
}

impl Session {
    /// Whether it stands, or why not.
    pub(crate) fn stands(&self, now: Timestamp) -> Result<(), Problem> {
        match self.ended {
            Some(why) => Err(why.problem()),
            None if now >= self.expires_at || now >= self.seen_at.plus(SESSION_UNUSED) => Err(EndReason::Expired.problem()),
            None => Ok(()),
        }
    }
}
