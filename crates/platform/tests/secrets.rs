//! What is sealed opens here and nowhere else, before and after a rotation and a restart.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use std::{fs, path::Path};

use carillon_platform::{
    config::Secret,
    secrets::{Config, Secrets, SecretsError},
};

const P: &str = "webrtc.sdp";

fn config(directory: &Path, root: Option<&str>) -> Config {
    Config { url: format!("keyring:{}", directory.join("data/keyring.json").display()), root: root.map(Secret::new) }
}

async fn open(directory: &Path, root: Option<&str>) -> Result<Secrets, SecretsError> {
    Secrets::open(&config(directory, root)).await
}

const ROOT: &str = "correct horse battery staple, and then some";

#[tokio::test]
async fn the_same_holds_with_and_without_a_root() {
    for root in [None, Some(ROOT)] {
        let at = tempfile::tempdir().unwrap();
        let secrets = open(at.path(), root).await.unwrap();
        let first = secrets.seal(P, b"row 1", b"v=0").unwrap();
        let kid = secrets.signing_key(P).unwrap().public;
        assert_eq!(first.len(), 3 + 33);
        assert_ne!(first, secrets.seal(P, b"row 1", b"v=0").unwrap());
        assert_eq!(secrets.rotate(P).unwrap(), 2);

        let again = open(at.path(), root).await.unwrap();
        let second = again.seal(P, b"row 2", b"v=1").unwrap();
        assert_eq!(again.unseal(P, b"row 1", &first).unwrap(), b"v=0");
        assert_eq!(again.unseal(P, b"row 2", &second).unwrap(), b"v=1");
        let keys = again.public_keys(P).unwrap();
        assert_eq!(keys.iter().map(|key| key.version).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(keys[1], kid);

        let page = fs::read_to_string(at.path().join("data/keyring.json")).unwrap();
        assert_eq!(page.contains(P), root.is_none(), "sealed, not even the purposes show");
    }
}

#[tokio::test]
async fn what_was_moved_or_changed_does_not_open() {
    let at = tempfile::tempdir().unwrap();
    let secrets = open(at.path(), None).await.unwrap();
    let sealed = secrets.seal(P, b"row 1", b"v=0").unwrap();
    assert!(matches!(secrets.unseal(P, b"row 2", &sealed), Err(SecretsError::Unfit(P))));
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(secrets.unseal(P, b"row 1", &changed).is_err());
        assert!(secrets.unseal(P, b"row 1", &sealed[..at]).is_err());
    }
    assert!(matches!(secrets.unseal("other", b"row 1", &sealed), Err(SecretsError::NoVersion { purpose: "other", version: 1 })));
}

#[tokio::test]
async fn a_signature_holds_after_the_key_was_replaced() {
    let at = tempfile::tempdir().unwrap();
    let secrets = open(at.path(), None).await.unwrap();
    let key = secrets.signing_key("token").unwrap();
    let signature = key.sign(b"hello");
    secrets.rotate("token").unwrap();
    let newer = secrets.signing_key("token").unwrap();
    assert_ne!(newer.public.id, key.public.id);
    let keys = secrets.public_keys("token").unwrap();
    assert_eq!(keys.iter().filter(|key| key.verify(b"hello", &signature)).count(), 1);
    assert_eq!(keys.iter().filter(|key| key.verify(b"hullo", &signature)).count(), 0);
}

#[tokio::test]
async fn two_processes_share_one_first_key_and_see_each_others_rotations() {
    let at = tempfile::tempdir().unwrap();
    let (one, two) = (open(at.path(), None).await.unwrap(), open(at.path(), None).await.unwrap());
    let sealed: Vec<_> = std::thread::scope(|scope| {
        let both = [&one, &two].map(|secrets| scope.spawn(move || secrets.seal(P, b"", b"x").unwrap()));
        both.map(|thread| thread.join().unwrap()).into()
    });
    assert!(sealed.iter().all(|sealed| one.unseal(P, b"", sealed).is_ok() && two.unseal(P, b"", sealed).is_ok()));
    one.rotate(P).unwrap();
    let newer = one.seal(P, b"", b"y").unwrap();
    assert_eq!(two.unseal(P, b"", &newer).unwrap(), b"y");
}

#[tokio::test]
async fn a_wrong_start_says_what_to_do() {
    let at = tempfile::tempdir().unwrap();
    let says = |wrong: Result<Secrets, SecretsError>, what: &str| {
        let told = wrong.err().expect("refused").to_string();
        assert!(told.contains(what), "{told}");
    };
    says(Secrets::open(&Config { url: "vault:x".into(), root: None }).await, "write keyring:PATH");
    says(open(at.path(), Some("short")).await, "shorter than 32");
    // A plain keyring is sealed as soon as there is a root.
    let sealed = open(at.path(), None).await.unwrap().seal(P, b"", b"x").unwrap();
    assert_eq!(open(at.path(), Some(ROOT)).await.unwrap().unseal(P, b"", &sealed).unwrap(), b"x");
    says(open(at.path(), None).await, "none is configured");
    says(open(at.path(), Some(&ROOT.replace('c', "k"))).await, "does not open the keyring");
    let path = at.path().join("data/keyring.json");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        says(open(at.path(), Some(ROOT)).await, "chmod 600");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    fs::write(&path, "{").unwrap();
    says(open(at.path(), Some(ROOT)).await, "damaged");
}
