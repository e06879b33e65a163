//! Our own issuer: Ed25519, two keys at most, nothing taken from a token's header but the key's name.

use std::sync::{PoisonError, RwLock};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use carillon_core::{Problem, Timestamp};
use carillon_platform::secrets::{PublicKey, Secrets, SecretsError};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde_json::{Value, json};

use super::{Claims, unfit};

/// The keys' name in the keyring.
const PURPOSE: &str = "identity.accessTokens";
pub(crate) const AUDIENCE: &str = "carillon";
const TYPE: &str = "at+jwt";
/// The key that signs and the one before it.
const VALID: usize = 2;

pub(super) struct OwnIssuer {
    name: String,
    keys: RwLock<Keys>,
    rules: Validation,
}

struct Keys {
    header: Header,
    signing: EncodingKey,
    valid: Vec<(PublicKey, DecodingKey)>,
}

impl OwnIssuer {
    pub(super) fn open(secrets: &Secrets, name: String) -> Result<Self, SecretsError> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[&name]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        rules.validate_exp = false; // by our own clock, below
        Ok(Self { name, keys: RwLock::new(Keys::read(secrets)?), rules })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn rotate(&self, secrets: &Secrets) -> Result<(), SecretsError> {
        secrets.rotate(PURPOSE)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Keys::read(secrets)?;
        Ok(())
    }

    pub(super) fn sign(&self, claims: &Claims) -> Result<String, Problem> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        encode(&keys.header, claims, &keys.signing).map_err(Problem::broken)
    }

    /// The algorithm is pinned, the key is one of ours by its `kid`; `jku`, `x5u` and `jwk` are never looked at (RFC 8725, section 3).
    pub(super) fn verify(&self, jwt: &str, now: Timestamp) -> Result<Claims, Problem> {
        let header = decode_header(jwt).map_err(unfit)?;
        if header.typ.as_deref().is_none_or(|typ| !typ.eq_ignore_ascii_case(TYPE)) || header.crit.is_some() {
            return Err(unfit("it is of another type"));
        }
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = keys.valid.iter().find(|(public, _)| header.kid.as_deref() == Some(&public.id));
        let (_, key) = key.ok_or_else(|| unfit("its key is not one of ours"))?;
        let claims = decode::<Claims>(jwt, key, &self.rules).map_err(unfit)?.claims;
        if claims.exp <= now.0 / 1000 {
            let over = "this access token has expired: fetch the next one by the refresh token";
            return Err(Problem::unauthenticated(over).named("token-expired"));
        }
        Ok(claims)
    }

    pub(super) fn jwks(&self) -> Value {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = |public: &PublicKey| {
            let x = URL_SAFE_NO_PAD.encode(public.bytes);
            json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": public.id, "x": x })
        };
        json!({ "keys": keys.valid.iter().map(|(public, _)| key(public)).collect::<Vec<_>>() })
    }
}

impl Keys {
    fn read(secrets: &Secrets) -> Result<Self, SecretsError> {
        let signing = secrets.signing_key(PURPOSE)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(signing.public.id.clone());
        let public = secrets.public_keys(PURPOSE)?;
        let valid = public.into_iter().take(VALID).map(|key| (key.clone(), DecodingKey::from_ed_der(&key.bytes))).collect();
        Ok(Self { header, signing: EncodingKey::from_ed_der(signing.pkcs8()), valid })
    }
}
