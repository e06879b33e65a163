//! HTTPS for the phones of a local network: an authority of this house's own, and certificates by it.
//!
//! A camera works only on pages that came by HTTPS, and nobody certifies a private address. So the house has an authority of its own,
//! whose certificate a phone may install. It can vouch for private addresses and local names only, so that whoever steals its key
//! cannot pass for anything on the Internet (RFC 5280, section 4.2.1.10).

mod network;

use std::{
    fs, io,
    net::IpAddr,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::get,
};
use carillon_core::Timestamp;
use carillon_platform::{files, random};
use qrcode::{QrCode, render::unicode::Dense1x2};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PKCS_ECDSA_P256_SHA256, SanType, date_time_ymd,
};
use rustls::{crypto::CryptoProvider, sign::CertifiedKey};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject};

use crate::StartError;

/// Where phones find the authority's certificate.
pub const AUTHORITY_PATH: &str = "/lan/carillon-authority.crt";

const DAY: Duration = Duration::from_hours(24);
const AUTHORITY_LASTS: Duration = DAY.saturating_mul(3650);
const CERTIFICATE_LASTS: Duration = DAY.saturating_mul(90);
/// A server that is never started anew shows a new one so often.
const RENEWED: Duration = DAY.saturating_mul(30);

/// The authority of this house, and what it vouches for.
pub struct Lan {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Lan {
    /// The authority in `data`, made when it is first asked for.
    pub fn open(data: &Path, now: Timestamp) -> Result<Self, StartError> {
        let directory = data.join("lan");
        match fs::DirBuilder::new().mode(0o700).create(&directory) {
            Err(why) if why.kind() != io::ErrorKind::AlreadyExists => return Err(told(&directory, why)),
            _ => {}
        }
        let key = key(&directory.join("authority.key"))?;
        let params = authority(&key, now);
        let path = directory.join("authority.crt");
        if !path.exists() {
            let made = params.self_signed(&key).map_err(|why| StartError::Lan(why.to_string()))?;
            files::replace(&path, made.pem(), 0o644).map_err(|why| told(&path, why))?;
        }
        let text = fs::read(&path).map_err(|why| told(&path, why))?;
        let certificate = CertificateDer::from_pem_slice(&text).map_err(|why| told(&path, format!("it is damaged ({why}): remove it")))?;
        if !certificate.windows(key.public_key_raw().len()).any(|window| window == key.public_key_raw()) {
            return Err(told(&path, "it is not of the key beside it: remove it, and phones will be asked to trust a new one"));
        }
        Ok(Self { issuer: Issuer::new(params, key), certificate })
    }

    /// The address to type on a phone: of the network that this machine goes out by, if the door listens there.
    pub fn address(listening: IpAddr) -> Result<IpAddr, StartError> {
        network::best(&network::local(listening)?).ok_or_else(|| {
            let there = if listening.is_unspecified() { "this machine".into() } else { listening.to_string() };
            StartError::Lan(format!("{there} is in no private network: give the server a certificate (gateway.certificate_file) instead"))
        })
    }

    /// Serves the authority's certificate, for phones to install.
    pub fn routes(&self) -> Router {
        let der: &'static [u8] = self.certificate.to_vec().leak();
        let name = HeaderValue::from_static("attachment; filename=\"carillon-authority.crt\"");
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/x-x509-ca-cert")),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ];
        Router::new().route(AUTHORITY_PATH, get(move || async move { (headers, der).into_response() }))
    }

    /// What a phone calls the authority.
    pub fn name(&self) -> String {
        name(self.issuer.key())
    }

    /// SHA-256 of the authority's certificate, as a phone shows it.
    pub fn fingerprint(&self) -> String {
        random::digest(&self.certificate).map(|byte| format!("{byte:02X}")).join(":")
    }

    /// Changes when the machine's addresses do, and with time.
    pub(crate) fn digest(now: Timestamp) -> Result<[u8; 32], StartError> {
        let term = now.since(Timestamp(0)).as_secs() / RENEWED.as_secs();
        Ok(random::digest(format!("{term} {:?}", names()?)))
    }

    /// A certificate for this machine as it is now.
    pub(crate) fn certify(&self, provider: &CryptoProvider, now: Timestamp) -> Result<CertifiedKey, StartError> {
        let lan = |why: &dyn std::fmt::Display| StartError::Lan(why.to_string());
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|why| lan(&why))?;
        let leaf = leaf(&names()?, now).signed_by(&key, &self.issuer).map_err(|why| lan(&why))?;
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialized_der().to_vec()));
        CertifiedKey::from_der(vec![leaf.der().clone(), self.certificate.clone()], private, provider).map_err(|why| lan(&why))
    }
}

/// A QR code of half blocks, for light signs on a dark ground.
pub fn qr(text: &str) -> Result<String, StartError> {
    let code = QrCode::new(text).map_err(|why| StartError::Lan(format!("no QR code holds `{text}`: {why}")))?;
    // What this renderer calls dark is what it draws.
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

fn authority(key: &KeyPair, now: Timestamp) -> CertificateParams {
    let mut params = valid(now, AUTHORITY_LASTS);
    params.distinguished_name.push(DnType::CommonName, name(key));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let networks = network::PRIVATE.iter().map(|text| GeneralSubtree::IpAddress(text.parse().expect("written there")));
    let names = network::NAMES.iter().map(|name| GeneralSubtree::DnsName((*name).into()));
    params.name_constraints = Some(NameConstraints { permitted_subtrees: networks.chain(names).collect(), excluded_subtrees: vec![] });
    params
}

/// It comes from the key, so that it is the same whenever it is asked for.
fn name(key: &KeyPair) -> String {
    let [a, b, c, d, ..] = random::digest(key.public_key_raw());
    format!("Carillon local authority {a:02x}{b:02x}{c:02x}{d:02x}")
}

fn leaf(names: &[SanType], now: Timestamp) -> CertificateParams {
    let mut params = valid(now, CERTIFICATE_LASTS);
    params.distinguished_name.push(DnType::CommonName, "Carillon");
    params.subject_alt_names = names.to_vec();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params
}

/// From yesterday on: the clock of a phone may be slow.
fn valid(now: Timestamp, span: Duration) -> CertificateParams {
    let epoch = date_time_ymd(1970, 1, 1);
    let mut params = CertificateParams::default();
    params.not_before = epoch + now.minus(DAY).since(Timestamp(0));
    params.not_after = epoch + now.plus(span).since(Timestamp(0));
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
}

fn names() -> Result<Vec<SanType>, StartError> {
    let names = network::hosts().into_iter().filter_map(|name| name.try_into().ok().map(SanType::DnsName));
    Ok(names.chain(network::vouched()?.into_iter().map(SanType::IpAddress)).collect())
}

/// The authority's key: made once, nobody's but the owner's.
fn key(path: &Path) -> Result<KeyPair, StartError> {
    let text = match fs::read_to_string(path) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => {
            let made = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|why| StartError::Lan(why.to_string()))?;
            files::replace(path, made.serialize_pem(), 0o600).map_err(|why| told(path, why))?;
            return Ok(made);
        }
        text => text.map_err(|why| told(path, why))?,
    };
    let mode = fs::metadata(path).map_err(|why| told(path, why))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(told(path, format!("others may read it (mode {mode:o}): make it its owner's alone (chmod 600)")));
    }
    KeyPair::from_pem(&text).map_err(|why| told(path, format!("it is damaged ({why}): bring it back, or remove the directory")))
}

fn told(path: &Path, why: impl std::fmt::Display) -> StartError {
    StartError::Lan(format!("{}: {why}", path.display()))
}
