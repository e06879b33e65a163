//! Access tokens that nobody gave out.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use carillon_core::Kind;
use carillon_platform::secrets::SigningKey;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{Came, House, ISSUER, named, stories};

stories! {
    none_is_believed_by_its_signature,
    none_is_believed_by_its_header,
    none_is_believed_by_its_claims,
    damaged_texts_are_no_tokens,
    a_key_that_was_replaced_twice_is_forgotten,
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// What our own key would sign.
struct Forge {
    key: SigningKey,
    header: Value,
    claims: Value,
}

impl Forge {
    fn of(house: &House, came: &Came) -> Self {
        let key = house.secrets.signing_key("identity.accessTokens").unwrap();
        let now = house.gate.now().0 / 1000;
        let header = json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": key.public.id });
        let claims = json!({
            "iss": ISSUER, "aud": "carillon", "sub": came.person, "sid": came.session, "did": came.device,
            "kind": "account", "role": "admin", "iat": now, "exp": now + 300, "jti": Uuid::now_v7(),
        });
        Self { key, header, claims }
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    fn with(of: &Value, field: &str, value: Value) -> Value {
        let mut changed = of.clone();
        match value {
            Value::Null => drop(changed.as_object_mut().unwrap().remove(field)),
            value => changed[field] = value,
        }
        changed
    }
}

async fn refused(house: &House, jwt: &str) {
    let Err(problem) = house.authenticator.by_token(jwt).await else { panic!("believed: {jwt}") };
    assert_eq!(problem.kind, Kind::Unauthenticated, "{problem}");
}

async fn none_is_believed_by_its_signature(house: House) {
    let admin = house.admin().await;
    let forge = Forge::of(&house, &admin);
    assert_eq!(house.authenticator.by_token(&forge.signed(&forge.header, &forge.claims)).await.unwrap(), admin.who, "the forge works");

    let public = forge.key.public.bytes;
    let x = URL_SAFE_NO_PAD.encode(public);
    let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]; // RFC 8410, section 4
    der.extend(public);
    let jwk = house.authenticator.jwks().unwrap().pointer("/keys/0").unwrap().to_string();
    let secrets: [&[u8]; 7] = [&public, x.as_bytes(), &der, jwk.as_bytes(), forge.key.public.id.as_bytes(), b"", b"secret"];
    let algorithms = ["none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA"];
    for alg in algorithms {
        let header = Forge::with(&forge.header, "alg", json!(alg));
        let message = format!("{}.{}", part(&header), part(&forge.claims));
        refused(&house, &message).await;
        refused(&house, &format!("{message}.")).await;
        for length in [1, 32, 63, 64, 65, 256] {
            refused(&house, &format!("{message}.{}", URL_SAFE_NO_PAD.encode(vec![0; length]))).await;
        }
        for secret in secrets {
            for hmac in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
                let signature = crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), hmac).unwrap();
                refused(&house, &format!("{message}.{signature}")).await;
            }
        }
    }
    // Signed by us, under another algorithm's name; and by a key of ours for another purpose.
    for alg in algorithms.into_iter().filter(|alg| *alg != "EdDSA") {
        refused(&house, &forge.signed(&Forge::with(&forge.header, "alg", json!(alg)), &forge.claims)).await;
    }
    let other = Forge { key: house.secrets.signing_key("identity.other").unwrap(), ..forge };
    refused(&house, &other.signed(&other.header, &other.claims)).await;
    let named_right = Forge::with(&other.header, "kid", json!(other.key.public.id));
    refused(&house, &other.signed(&named_right, &other.claims)).await;
}

async fn none_is_believed_by_its_header(house: House) {
    let admin = house.admin().await;
    let forge = Forge::of(&house, &admin);
    let mallory = Forge { key: house.secrets.signing_key("identity.mallory").unwrap(), ..Forge::of(&house, &admin) };
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(mallory.key.public.bytes), "kid": forge.key.public.id });
    for (field, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!([URL_SAFE_NO_PAD.encode(mallory.key.public.bytes)])),
    ] {
        refused(&house, &mallory.signed(&Forge::with(&mallory.header, field, value), &mallory.claims)).await;
    }
    for (field, value) in [
        ("kid", Value::Null),
        ("kid", json!("")),
        ("kid", json!("../../dev/null")),
        ("kid", json!("' OR '1'='1")),
        ("kid", json!(7)),
        ("kid", json!({ "eq": forge.key.public.id })),
        ("typ", Value::Null),
        ("typ", json!("JWT")),
        ("typ", json!("id+jwt")),
        ("typ", json!("at+jwt ")),
        ("typ", json!(["at+jwt"])),
        ("alg", Value::Null),
        ("alg", json!(["EdDSA"])),
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
    ] {
        refused(&house, &forge.signed(&Forge::with(&forge.header, field, value), &forge.claims)).await;
    }
}

async fn none_is_believed_by_its_claims(house: House) {
    let (admin, other) = (house.admin().await, house.admin().await);
    let forge = Forge::of(&house, &admin);
    let now = house.gate.now().0 / 1000;
    for (field, value) in [
        ("aud", Value::Null),
        ("aud", json!("")),
        ("aud", json!("another")),
        ("aud", json!(["another"])),
        ("iss", Value::Null),
        ("iss", json!("https://evil.example")),
        ("iss", json!(format!("{ISSUER}/"))),
        ("iss", json!([ISSUER])),
        ("exp", Value::Null),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", json!("99999999999")),
        ("exp", json!(1e300)),
        ("exp", json!([now + 300])),
        ("sub", Value::Null),
        ("sub", json!("admin")),
        ("sub", json!(Uuid::now_v7())),
        ("sid", Value::Null),
        ("sid", json!(Uuid::now_v7())),
        ("sid", json!(other.session)), // his own, on another device
        ("did", json!(other.device)),
        ("did", Value::Null),
        ("kind", json!("system")),
        ("role", json!("root")),
        ("jti", Value::Null),
    ] {
        refused(&house, &forge.signed(&forge.header, &Forge::with(&forge.claims, field, value))).await;
    }
    let huge = Forge::with(&forge.claims, "padding", json!("x".repeat(4096)));
    refused(&house, &forge.signed(&forge.header, &huge)).await;

    assert!(house.authenticator.by_token(&admin.access).await.is_ok());
    house.pass(Duration::from_mins(5));
    assert_eq!(named(house.authenticator.by_token(&admin.access).await), "token-expired");
}

async fn damaged_texts_are_no_tokens(house: House) {
    let admin = house.admin().await;
    let jwt = &admin.access;
    let [header, claims, signature] = jwt.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    for wrong in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        header.into(),
        format!("{header}.{claims}"),
        format!("{header}..{signature}"),
        format!(".{claims}.{signature}"),
        format!("{jwt}.{signature}"),
        format!("{jwt}="),
        format!(" {jwt}"),
        format!("{jwt}\n"),
        format!("{header}.{claims}=.{signature}"),
        format!("{claims}.{header}.{signature}"),
        jwt.to_uppercase(),
        admin.cookie.clone(),
        admin.refresh.clone(),
        "x".repeat(100_000),
        format!("{}.{}.{}", "e30", "e30", "e30"),
        "🔑.🔑.🔑".into(),
    ] {
        refused(&house, &wrong).await;
    }
    // Each single character of it.
    for at in (0..jwt.len()).filter(|at| jwt.as_bytes()[*at] != b'.') {
        let mut bytes = jwt.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'Q' } else { b'A' };
        refused(&house, &String::from_utf8(bytes).unwrap()).await;
    }
    house.authenticator.by_token(jwt).await.unwrap();
}

async fn a_key_that_was_replaced_twice_is_forgotten(house: House) {
    let admin = house.admin().await;
    let tokens = house.gate.engines().get::<carillon_identity::Tokens>().unwrap();
    tokens.rotate().unwrap();
    house.authenticator.by_token(&admin.access).await.unwrap();
    let (newer, refresh) = house.refresh(&admin.refresh).await.unwrap();
    assert_eq!(house.authenticator.jwks().unwrap()["keys"].as_array().unwrap().len(), 2);
    tokens.rotate().unwrap();
    refused(&house, &admin.access).await;
    house.authenticator.by_token(&newer).await.unwrap();
    house.refresh(&refresh).await.unwrap();
}
