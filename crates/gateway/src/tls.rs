//! The certificate that a door shows, and how it stays fresh.

mod facts;

pub use facts::CertificateFacts;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use carillon_core::Timestamp;
use carillon_platform::{clock, random, tasks::Tasks};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::signal::unix::{SignalKind, signal};
use tracing::{info, warn};

use crate::{Config, Lan, StartError};

const CERTIFICATE: &str = "gateway.certificate_file";
const KEY: &str = "gateway.key_file";
/// So often it is looked whether there is a newer one.
const LOOK: Duration = Duration::from_mins(1);

/// A certificate chain with its key, replaced while connections go on. Clones share it.
#[derive(Clone)]
pub struct Certificates(Arc<Inner>);

struct Inner {
    source: Source,
    shown: Arc<Shown>,
    tls: Arc<ServerConfig>,
}

enum Source {
    Files { certificate: PathBuf, key: PathBuf },
    Lan(Box<Lan>),
}

/// What the next handshake shows, and the digest of what it was made from.
#[derive(Debug)]
struct Shown(RwLock<(Arc<CertifiedKey>, [u8; 32])>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).0.clone())
    }
}

impl Certificates {
    /// What the configuration names: files, this house's own authority, or nothing.
    pub fn choose(config: &Config, lan: Option<Lan>, now: Timestamp) -> Result<Option<Self>, StartError> {
        let source = match (&config.certificate_file, &config.key_file, lan) {
            (None, None, None) => return Ok(None),
            (None, None, Some(lan)) => Source::Lan(Box::new(lan)),
            (Some(certificate), Some(key), None) => Source::Files { certificate: certificate.into(), key: key.into() },
            (Some(_), Some(_), Some(_)) => return Err(StartError::Both),
            (Some(_), None, _) => return Err(StartError::Half(CERTIFICATE)),
            (None, Some(_), _) => return Err(StartError::Half(KEY)),
        };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let (certificate, digest) = source.read(&provider, now)?;
        let shown = Arc::new(Shown(RwLock::new((certificate, digest))));
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.expect("aws-lc-rs knows the suites of TLS 1.2 and 1.3").with_no_client_auth();
        let mut tls = builder.with_cert_resolver(shown.clone());
        // No `h2` over which a WebSocket could go (RFC 8441): browsers open a connection of its own for it.
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        tls.ticketer = aws_lc_rs::Ticketer::new().expect("the operating system's generator, once seeded, does not fail");
        Ok(Some(Self(Arc::new(Inner { source, shown, tls: Arc::new(tls) }))))
    }

    /// What the certificate that is configured as a file says of itself, once it and its key have proved to fit. None when there is no such
    /// file.
    pub fn facts(config: &Config, now: Timestamp) -> Result<Option<CertificateFacts>, StartError> {
        let Some(path) = &config.certificate_file else { return Self::choose(config, None, now).map(|_| None) };
        let shown = Self::choose(config, None, now)?
            .map(|certificates| certificates.0.shown.0.read().unwrap_or_else(PoisonError::into_inner).0.clone());
        let facts = shown.as_ref().and_then(|shown| CertificateFacts::read(shown.cert.first()?));
        facts.map(Some).ok_or_else(|| wrong(CERTIFICATE, Path::new(path), "the first certificate cannot be read".into()))
    }

    pub(crate) fn tls(&self) -> Arc<ServerConfig> {
        self.0.tls.clone()
    }

    /// Looks again; answers whether there was something new. What is wrong leaves the one before in force.
    pub fn refresh(&self, now: Timestamp) -> Result<bool, StartError> {
        let Inner { source, shown, tls } = &*self.0;
        let known = shown.0.read().unwrap_or_else(PoisonError::into_inner).1;
        if source.digest(now)? == known {
            return Ok(false);
        }
        let fresh = source.read(tls.crypto_provider(), now)?;
        *shown.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }

    /// Looks again each minute, and on SIGHUP.
    pub fn keep_fresh(&self, tasks: &Tasks) {
        let (certificates, stopping) = (self.clone(), tasks.stopping().clone());
        tasks.spawn("certificates", async move {
            let mut hangup = signal(SignalKind::hangup()).ok();
            let told = async |hangup: &mut Option<tokio::signal::unix::Signal>| match hangup {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            };
            loop {
                tokio::select! {
                    () = stopping.cancelled() => break,
                    () = told(&mut hangup) => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
                let looked = certificates.clone();
                match tokio::task::spawn_blocking(move || looked.refresh(clock::now())).await {
                    Ok(Ok(true)) => info!("a new certificate is shown from now on"),
                    Ok(Ok(false)) | Err(_) => {}
                    Ok(Err(why)) => warn!(%why, "the new certificate cannot be used: the one before stays"),
                }
            }
        });
    }
}

impl Source {
    /// Changes when there is something new.
    fn digest(&self, now: Timestamp) -> Result<[u8; 32], StartError> {
        match self {
            Self::Files { certificate, key } => {
                Ok(random::digest([random::digest(file(CERTIFICATE, certificate)?), random::digest(file(KEY, key)?)].concat()))
            }
            Self::Lan(_) => Lan::digest(now),
        }
    }

    fn read(&self, provider: &CryptoProvider, now: Timestamp) -> Result<(Arc<CertifiedKey>, [u8; 32]), StartError> {
        let digest = self.digest(now)?;
        let certified = match self {
            Self::Files { certificate, key } => files(certificate, key, provider)?,
            Self::Lan(lan) => lan.certify(provider, now)?,
        };
        Ok((Arc::new(certified), digest))
    }
}

fn files(certificate: &Path, key: &Path, provider: &CryptoProvider) -> Result<CertifiedKey, StartError> {
    let chain = chain(&file(CERTIFICATE, certificate)?).map_err(|why| wrong(CERTIFICATE, certificate, why))?;
    let private = private(&file(KEY, key)?).map_err(|why| wrong(KEY, key, why))?;
    CertifiedKey::from_der(chain, private, provider).map_err(|why| match why {
        rustls::Error::InconsistentKeys(_) => wrong(
            KEY,
            key,
            format!("this is not the key of the first certificate in {}: the server's own comes first", certificate.display()),
        ),
        rustls::Error::InvalidCertificate(why) => wrong(CERTIFICATE, certificate, format!("the first certificate cannot be read: {why:?}")),
        why => wrong(KEY, key, format!("this kind of key cannot be used ({why}): RSA, ECDSA (P-256, P-384) and Ed25519 can")),
    })
}

fn chain(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(bytes).collect::<Result<_, _>>().map_err(|why| format!("it is damaged: {why}"))?;
    match bytes {
        _ if !chain.is_empty() => Ok(chain),
        _ if holds(bytes, b"PRIVATE KEY-----") => Err("it holds a key and no certificate: are the two files exchanged?".into()),
        [0x30, ..] => Err("this is DER, and PEM is needed: openssl x509 -inform der -in <file> -out <file>.pem".into()),
        _ => Err("it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)".into()),
    }
}

fn private(bytes: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_slice(bytes).map_err(|why| match bytes {
        _ if holds(bytes, b"BEGIN ENCRYPTED PRIVATE KEY") || holds(bytes, b"Proc-Type: 4,ENCRYPTED") => {
            "the key is under a passphrase: write it without (openssl pkey -in <file> -out <file>.pem), readable only by this server".into()
        }
        _ if holds(bytes, b"BEGIN CERTIFICATE") => "it holds a certificate and no key: are the two files exchanged?".into(),
        [0x30, ..] => "this is DER, and PEM is needed: openssl pkey -inform der -in <file> -out <file>.pem".into(),
        _ => format!("it holds no private key in PEM form ({why})"),
    })
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

fn file(key: &'static str, path: &Path) -> Result<Vec<u8>, StartError> {
    fs::read(path).map_err(|why| wrong(key, path, why.to_string()))
}

fn wrong(key: &'static str, path: &Path, why: String) -> StartError {
    StartError::File { key, path: path.into(), why }
}
