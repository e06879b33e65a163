//! Stories of HTTPS: with files, with newer files, with wrong ones; and with an authority of the house's own.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod wire;

use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use axum::{Router, body::Body, http::Request, routing::get};
use carillon_gateway::{AUTHORITY_PATH, Certificates, Config, Door, Lan, Running, StartError, qr, serve};
use carillon_platform::tasks::Tasks;
use rcgen::{CertificateParams, DnType, Issuer, KeyPair, PKCS_ED25519, generate_simple_self_signed};
use rustls_pki_types::CertificateDer;
use tempfile::TempDir;
use tower::ServiceExt;
use wire::{LAST, NOW, ask, tls};

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
    /// A certificate for `localhost` that is its own authority.
    fn write(&self) -> CertificateDer<'static> {
        let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(self.path("chain.pem"), made.cert.pem()).unwrap();
        fs::write(self.path("key.pem"), made.signing_key.serialize_pem()).unwrap();
        made.cert.der().clone()
    }
    fn config(&self) -> Config {
        let text = |name| Some(self.path(name).display().to_string());
        Config { listen: "127.0.0.1:0".into(), certificate_file: text("chain.pem"), key_file: text("key.pem"), ..Config::default() }
    }
    fn open(&self) -> Result<Certificates, StartError> {
        Certificates::choose(&self.config(), None, NOW).map(Option::unwrap)
    }
}

async fn house(config: &Config, certificates: Certificates) -> (Running, SocketAddr) {
    let door = Door::public(config, Some(certificates)).await.unwrap();
    assert!(door.https() && door.url().starts_with("https://127.0.0.1:"));
    let running = serve(Router::new().route("/", get(|| async { "hello" })), door, &Tasks::new());
    let address = running.address();
    (running, address)
}

#[tokio::test]
async fn a_browser_comes_by_https_and_chooses_the_version() {
    let files = Files::new();
    let authority = files.write();
    let (_running, address) = house(&files.config(), files.open().unwrap()).await;
    let stream = tls(address, "localhost", &authority, &["http/1.1"]).await.unwrap();
    assert!(ask(stream, LAST).await.ends_with("hello"));
    let stream = tls(address, "localhost", &authority, &["h2", "http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    assert_eq!(stream.get_ref().1.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
    let io = hyper_util::rt::TokioIo::new(stream);
    let (mut send, connection) = hyper::client::conn::http2::handshake(hyper_util::rt::TokioExecutor::new(), io).await.unwrap();
    Tasks::new().spawn("client", async move { drop(connection.await) });
    let answer = send.send_request(Request::get("https://localhost/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    // Who speaks plain HTTP to it learns nothing, and harms nobody.
    assert!(!ask(tokio::net::TcpStream::connect(address).await.unwrap(), LAST).await.contains("hello"));
}

#[tokio::test]
async fn a_newer_certificate_is_shown_without_a_restart_and_a_wrong_one_is_not() {
    let files = Files::new();
    let old = files.write();
    let certificates = files.open().unwrap();
    let (_running, address) = house(&files.config(), certificates.clone()).await;
    assert!(!certificates.refresh(NOW).unwrap(), "nothing is new");
    let new = files.write();
    assert!(tls(address, "localhost", &old, &[]).await.is_ok());
    assert!(certificates.refresh(NOW).unwrap());
    assert!(tls(address, "localhost", &new, &[]).await.is_ok());
    assert!(tls(address, "localhost", &old, &[]).await.is_err());
    fs::write(files.path("chain.pem"), "half").unwrap();
    assert!(certificates.refresh(NOW).is_err());
    assert!(tls(address, "localhost", &new, &[]).await.is_ok());
}

#[test]
fn a_wrong_file_is_named_with_the_cure() {
    let files = Files::new();
    let der = files.write();
    let (chain, key) = ["chain.pem", "key.pem"].map(|name| fs::read_to_string(files.path(name)).unwrap()).into();
    let other = KeyPair::generate().unwrap().serialize_pem();
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    for (file, text, says) in [
        ("chain.pem", key.as_bytes(), "exchanged"),
        ("key.pem", chain.as_bytes(), "exchanged"),
        ("chain.pem", &der, "openssl x509"),
        ("chain.pem", b"hello", "BEGIN CERTIFICATE"),
        ("key.pem", b"hello", "no private key"),
        ("key.pem", encrypted.as_bytes(), "passphrase"),
        ("key.pem", other.as_bytes(), "not the key of the first certificate"),
    ] {
        fs::write(files.path("chain.pem"), &chain).unwrap();
        fs::write(files.path("key.pem"), &key).unwrap();
        assert!(files.open().is_ok());
        fs::write(files.path(file), text).unwrap();
        let why = files.open().map(drop).unwrap_err().to_string();
        assert!(why.contains(says) && why.contains(file) && why.contains("gateway."), "{why}");
    }
    fs::remove_file(files.path("key.pem")).unwrap();
    let why = files.open().map(drop).unwrap_err().to_string();
    assert!(why.contains("key.pem") && why.contains("No such file"), "{why}");
    let half = Config { key_file: None, ..files.config() };
    assert!(Certificates::choose(&half, None, NOW).map(drop).unwrap_err().to_string().contains("gateway.key_file"));
    assert!(Certificates::choose(&Config::default(), None, NOW).unwrap().is_none());
}

/// What a phone would install.
async fn authority(lan: &Lan) -> CertificateDer<'static> {
    let answer = lan.routes().oneshot(Request::get(AUTHORITY_PATH).body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/x-x509-ca-cert");
    axum::body::to_bytes(answer.into_body(), 4096).await.unwrap().to_vec().into()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_phone_that_trusts_the_house_sees_no_warning() {
    let data = tempfile::tempdir().unwrap();
    let lan = Lan::open(data.path(), NOW).unwrap();
    let authority = authority(&lan).await;
    let config = Config { listen: "127.0.0.1:0".into(), ..Config::default() };
    let certificates = Certificates::choose(&config, Some(lan), NOW).unwrap().unwrap();
    let (_running, address) = house(&config, certificates.clone()).await;
    for name in ["localhost", "127.0.0.1"] {
        let stream = tls(address, name, &authority, &["http/1.1"]).await.unwrap();
        assert!(ask(stream, LAST).await.ends_with("hello"), "{name}");
    }
    assert!(tls(address, "example.org", &authority, &[]).await.is_err());
    assert!(!certificates.refresh(NOW).unwrap());
    assert!(certificates.refresh(NOW.plus(std::time::Duration::from_hours(31 * 24))).unwrap(), "a new one each month");
    assert!(tls(address, "localhost", &authority, &[]).await.is_ok());
}

#[tokio::test]
async fn the_house_has_one_authority_and_keeps_its_key_to_itself() {
    let data = tempfile::tempdir().unwrap();
    let first = authority(&Lan::open(data.path(), NOW).unwrap()).await;
    let later = NOW.plus(std::time::Duration::from_hours(24 * 400));
    let again = Lan::open(data.path(), later).unwrap();
    assert_eq!(first, authority(&again).await);
    assert_eq!(again.fingerprint().len(), 95);
    let key = data.path().join("lan/authority.key");
    assert_eq!((mode(&data.path().join("lan")), mode(&key)), (0o700, 0o600));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let why = Lan::open(data.path(), NOW).map(drop).unwrap_err().to_string();
    assert!(why.contains("chmod 600"), "{why}");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert!(Lan::open(data.path(), NOW).map(drop).unwrap_err().to_string().contains("not of the key"));
}

#[tokio::test]
async fn whoever_steals_the_authority_cannot_pass_for_the_internet() {
    let (data, files) = (tempfile::tempdir().unwrap(), Files::new());
    let lan = Lan::open(data.path(), NOW).unwrap();
    let authority = authority(&lan).await;
    let stolen = KeyPair::from_pem(&fs::read_to_string(data.path().join("lan/authority.key")).unwrap()).unwrap();
    let name = lan.name();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let issuer = Issuer::new(params, stolen);
    for (name, passes) in [("localhost", true), ("carillon.local", true), ("192.168.1.5", true), ("example.org", false), ("8.8.8.8", false)]
    {
        let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
        let forged = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        fs::write(files.path("chain.pem"), forged.pem()).unwrap();
        fs::write(files.path("key.pem"), key.serialize_pem()).unwrap();
        let (_running, address) = house(&files.config(), files.open().unwrap()).await;
        assert_eq!(tls(address, name, &authority, &[]).await.is_ok(), passes, "{name}");
    }
}

#[test]
fn an_address_fits_a_terminal_as_a_qr_code() {
    let code = qr("https://192.168.100.200:8443").unwrap();
    let widths: Vec<_> = code.lines().map(|line| line.chars().count()).collect();
    assert!(widths.len() <= 24 && widths.iter().all(|width| *width <= 48), "{code}");
}
