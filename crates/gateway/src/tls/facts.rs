//! What a certificate says of itself, for whoever looks after it.

use std::net::IpAddr;

use carillon_core::Timestamp;
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// Of the server's own certificate, the first of its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    pub from: Timestamp,
    pub until: Timestamp,
    /// Host names, `*.example.org`, and addresses.
    pub names: Vec<String>,
}

impl CertificateFacts {
    pub(super) fn read(certificate: &CertificateDer<'_>) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        let validity = certificate.validity();
        let names = certificate.subject_alternative_name().ok()?.map(|names| names.value.general_names.iter().filter_map(name).collect());
        Some(Self {
            from: Timestamp(validity.not_before.timestamp().saturating_mul(1000)),
            until: Timestamp(validity.not_after.timestamp().saturating_mul(1000)),
            names: names.unwrap_or_default(),
        })
    }

    /// Whether browsers take it for this host (RFC 9525, section 6.3: a `*` stands for one whole label, the leftmost).
    pub fn covers(&self, host: &str) -> bool {
        let fits = |name: &String| {
            name.eq_ignore_ascii_case(host)
                || name.strip_prefix("*.").zip(host.split_once('.')).is_some_and(|(rest, (_, above))| rest.eq_ignore_ascii_case(above))
        };
        self.names.iter().any(fits)
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).into()),
        GeneralName::IPAddress(bytes) => match **bytes {
            [a, b, c, d] => Some(IpAddr::from([a, b, c, d]).to_string()),
            ref bytes => Some(IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string()),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::CertificateFacts;

    #[test]
    fn days_and_names_are_read() {
        let names = ["talk.example.org", "*.example.net", "192.0.2.7", "2001:db8::7"].map(str::to_owned);
        let mut params = CertificateParams::new(names.to_vec()).expect("they are names");
        (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2026, 4, 1));
        let certificate = params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate");
        let facts = CertificateFacts::read(certificate.der()).expect("it is read");
        assert_eq!((facts.from.0, facts.until.0), (1_767_225_600_000, 1_775_001_600_000));
        assert_eq!(facts.names, names);
        for (host, covered) in [
            ("talk.example.org", true),
            ("TALK.example.org", true),
            ("a.example.net", true),
            ("a.b.example.net", false),
            ("example.net", false),
            ("192.0.2.7", true),
            ("2001:db8::7", true),
            ("example.org", false),
        ] {
            assert_eq!(facts.covers(host), covered, "{host}");
        }
    }
}
