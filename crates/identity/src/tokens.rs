//! Access tokens: who issues them, and whose are believed.

mod own;

pub(crate) use own::AUDIENCE;

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use carillon_core::{DeviceId, PersonId, Problem, Role, RoomId, SessionId, Timestamp};
use carillon_platform::secrets::{Secrets, SecretsError};
use jsonwebtoken::dangerous::insecure_decode_claims;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{model::PersonKind, sessions::REFRESH, verbs::INVITATIONS};
use own::OwnIssuer;

/// A longer text is no access token.
const LONGEST: usize = 4096;

/// What an access token of ours says (RFC 9068). Times are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: PersonId,
    pub sid: SessionId,
    pub did: DeviceId,
    pub kind: PersonKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    pub iat: i64,
    pub exp: i64,
    pub jti: Uuid,
}

/// An engine of the gate: signs access tokens, checks them, and seals what may be asked for again.
pub struct Tokens {
    own: Arc<OwnIssuer>,
    /// By `iss`: a token is checked by the rules of whom it claims to be from, and by no others.
    issuers: HashMap<String, Issuer>,
    secrets: Arc<Secrets>,
}

/// Whose tokens are believed. Ours is the first entry; others (OIDC) are to follow.
enum Issuer {
    Own(Arc<OwnIssuer>),
}

impl Tokens {
    /// `issuer` is the `iss` of our tokens: the public URL of this server.
    pub fn new(secrets: Arc<Secrets>, issuer: impl Into<String>) -> Result<Self, SecretsError> {
        // A purpose's first key is written to a file, and acts must not wait for that: they seal within their transaction.
        for purpose in [REFRESH, INVITATIONS] {
            secrets.seal(purpose, b"", b"")?;
        }
        let own = Arc::new(OwnIssuer::open(&secrets, issuer.into())?);
        let issuers = HashMap::from([(own.name().to_owned(), Issuer::Own(own.clone()))]);
        Ok(Self { own, issuers, secrets })
    }

    /// The public keys, as RFC 7517 writes them. Whoever keeps a copy should fetch it anew when they meet a `kid` that it lacks.
    pub fn jwks(&self) -> serde_json::Value {
        self.own.jwks()
    }

    /// A new signing key. The one before stays good for what it has signed, until the next time: to be rid of a key that leaked, do it
    /// twice; apps then fetch their tokens anew.
    pub fn rotate(&self) -> Result<(), SecretsError> {
        self.own.rotate(&self.secrets)
    }

    /// What a token says, if it is to be believed now. Whether its session still stands is another question.
    pub fn verify(&self, jwt: &str, now: Timestamp) -> Result<Claims, Problem> {
        #[derive(Deserialize)]
        struct From {
            iss: String,
        }
        if jwt.len() > LONGEST {
            return Err(unfit("it is too long"));
        }
        // Not believed: it only chooses whose rules apply.
        let from: From = insecure_decode_claims(jwt).map_err(unfit)?;
        match self.issuers.get(&from.iss) {
            Some(Issuer::Own(own)) => own.verify(jwt, now),
            None => Err(unfit("its issuer is not known here")),
        }
    }

    pub(crate) fn issuer(&self) -> &str {
        self.own.name()
    }

    pub(crate) fn sign(&self, claims: &Claims) -> Result<String, Problem> {
        self.own.sign(claims)
    }

    pub(crate) fn seal(&self, purpose: &'static str, belongs: &str, text: &str) -> Result<String, Problem> {
        Ok(URL_SAFE_NO_PAD.encode(self.secrets.seal(purpose, belongs.as_bytes(), text.as_bytes())?))
    }

    pub(crate) fn unseal(&self, purpose: &'static str, belongs: &str, sealed: &str) -> Result<String, Problem> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(Problem::broken)?;
        String::from_utf8(self.secrets.unseal(purpose, belongs.as_bytes(), &sealed)?).map_err(Problem::broken)
    }
}

pub(crate) fn unfit(why: impl std::fmt::Display) -> Problem {
    Problem::unauthenticated("this access token is not valid: sign in, or fetch one by the refresh token")
        .named("token-invalid")
        .because(why)
}
