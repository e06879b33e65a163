//! TLS to PostgreSQL by rustls: the server's certificate is always checked, against a given authority or the system's.

use std::path::Path;

use carillon_core::Problem;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tokio_postgres_rustls::MakeRustlsConnect;

pub(crate) fn connector(authority: Option<&Path>) -> Result<MakeRustlsConnect, Problem> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = authority {
        let told = |why: &dyn std::fmt::Display| Problem::invalid(format!("database.authority_file {}: {why}", path.display()));
        for certificate in CertificateDer::pem_file_iter(path).map_err(|why| told(&why))? {
            roots.add(certificate.map_err(|why| told(&why))?).map_err(|why| told(&why))?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Problem::broken)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
