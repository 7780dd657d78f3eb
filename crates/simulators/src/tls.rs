//! The simulators' own certificate authority and the certificate of the encrypted listener.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::ServerConfig;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

const CERTIFICATE_FILE: &str = "ca.pem";
const KEY_FILE: &str = "ca-key.pem";

/// What the encrypted listener serves with, and what its callers have to trust.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The authority's certificate in PEM.
    pub ca_pem: String,
    /// The listener's configuration: HTTP/1.1 and HTTP/2.
    pub config: Arc<ServerConfig>,
}

/// Makes ring the process's provider of cryptography unless one is installed.
pub fn install_provider() {
    // Whoever came first decides; both know all that is needed.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Makes the identity for `localhost`, `127.0.0.1` and `::1`. With a data directory the authority is kept there
/// (`ca.pem`, `ca-key.pem`), so that it has to be trusted once only; the listener's own certificate is new each time.
///
/// # Errors
/// The directory cannot be read or written, or what it holds is no key.
pub fn identity(data: Option<&Path>, now: Timestamp) -> io::Result<Identity> {
    let kept = data.map(load).transpose()?.flatten();
    let (ca_pem, ca_key) = match kept {
        Some(kept) => kept,
        None => {
            let key = KeyPair::generate().map_err(io::Error::other)?;
            let pem = authority()
                .self_signed(&key)
                .map_err(io::Error::other)?
                .pem();
            if let Some(data) = data {
                store(data, &pem, &key)?;
            }
            (pem, key)
        }
    };
    let params = authority();
    let issuer = Issuer::from_params(&params, &ca_key);
    let leaf_key = KeyPair::generate().map_err(io::Error::other)?;
    let leaf = leaf(now)?
        .signed_by(&leaf_key, &issuer)
        .map_err(io::Error::other)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
    install_provider();
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Identity {
        ca_pem,
        config: Arc::new(config),
    })
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Switchboard simulators");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2049, 1, 1);
    params
}

/// The listener's certificate: valid for less than 398 days, which is all that some clients accept.
fn leaf(now: Timestamp) -> io::Result<CertificateParams> {
    let day = |days: i64| -> io::Result<_> {
        let at = now
            .checked_add(SignedDuration::from_hours(24 * days))
            .map_err(io::Error::other)?;
        let date = at.to_zoned(TimeZone::UTC).date();
        let part = |number: i8| u8::try_from(number).map_err(io::Error::other);
        Ok(date_time_ymd(
            i32::from(date.year()),
            part(date.month())?,
            part(date.day())?,
        ))
    };
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    let name = "localhost".try_into().map_err(io::Error::other)?;
    params.subject_alt_names = vec![
        SanType::DnsName(name),
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params.not_before = day(-1)?;
    params.not_after = day(390)?;
    Ok(params)
}

fn load(data: &Path) -> io::Result<Option<(String, KeyPair)>> {
    let (certificate, key) = (data.join(CERTIFICATE_FILE), data.join(KEY_FILE));
    if !certificate.exists() || !key.exists() {
        return Ok(None);
    }
    let key = KeyPair::from_pem(&fs::read_to_string(key)?).map_err(io::Error::other)?;
    Ok(Some((fs::read_to_string(certificate)?, key)))
}

fn store(data: &Path, pem: &str, key: &KeyPair) -> io::Result<()> {
    fs::create_dir_all(data)?;
    // The key first: a certificate without its key would be trusted for nothing.
    fs::write(data.join(KEY_FILE), key.serialize_pem())?;
    fs::write(data.join(CERTIFICATE_FILE), pem)
}
