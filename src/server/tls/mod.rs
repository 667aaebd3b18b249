//! TLS over an open stream: whom we trust, who we are, and in words why it failed.
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore,
    SignatureScheme,
};
use tokio_rustls::TlsConnector;

use super::dial::{STEP, Stream, failed};
use super::{ConnectStep, Failed};
use crate::model::printed::print;
use crate::model::target::{Tls, Trust};

/// Shakes hands over a stream; the certificate is checked against the authorities and this host name.
pub(super) async fn wrap(
    stream: Box<dyn Stream>,
    host: &str,
    tls: &Tls,
) -> Result<Box<dyn Stream>, Failed> {
    let options = tls.clone();
    let config = tokio::task::spawn_blocking(move || config(&options))
        .await
        .map_err(|_| no("the TLS files could not be read", "Try again."))??;
    let name = ServerName::try_from(host.to_owned()).map_err(|_| {
        no(
            &format!(
                "{} is no name a certificate can have",
                print(host.as_bytes())
            ),
            "Use a DNS name or IP.",
        )
    })?;
    match tokio::time::timeout(
        STEP,
        TlsConnector::from(Arc::new(config)).connect(name, stream),
    )
    .await
    {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(why(&error, host)),
        Err(_) => Err(plain_port(&format!(
            "no TLS answer within {} s",
            STEP.as_secs()
        ))),
    }
}

/// What it means that the server hangs up right after the handshake: with TLS 1.3 it judges our certificate then.
pub(super) fn refused_after_handshake(tls: &Tls) -> Failed {
    match tls.cert {
        None => certificate_wanted(),
        Some(_) => no(
            "the server closed the connection right after the TLS handshake",
            "It seems not to trust this client certificate: is it signed by the server's tls-ca-cert-file?",
        ),
    }
}

fn certificate_wanted() -> Failed {
    no(
        "the server seems to want a client certificate",
        "Give one with --cert and --key.",
    )
}

fn no(words: &str, hint: &str) -> Failed {
    failed(ConnectStep::Tls, words, hint)
}

fn plain_port(words: &str) -> Failed {
    no(
        words,
        "Perhaps this port speaks plain text: leave out --tls, or use redis:// instead of rediss://.",
    )
}

fn why(error: &std::io::Error, host: &str) -> Failed {
    use rustls::Error;
    let host = print(host.as_bytes());
    match error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>())
    {
        Some(Error::InvalidCertificate(wrong)) => bad_certificate(wrong, &host),
        Some(Error::InvalidMessage(_)) => plain_port("the server does not answer in TLS"),
        Some(Error::AlertReceived(
            AlertDescription::CertificateRequired | AlertDescription::HandshakeFailure,
        )) => certificate_wanted(),
        Some(other) => no(
            &print(other.to_string().as_bytes()),
            "Check the TLS settings of both sides.",
        ),
        None => plain_port("the server closed the connection during the TLS handshake"),
    }
}

fn bad_certificate(wrong: &CertificateError, host: &str) -> Failed {
    match wrong {
        CertificateError::UnknownIssuer => no(
            "the server's certificate is signed by an authority that this machine does not know",
            "Name the authority's PEM file with --cacert.",
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => no(
            &format!("the server's certificate is for another name than {host}"),
            "Connect by the name that is in the certificate.",
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => no(
            "the server's certificate has expired",
            "Renew it on the server; check the clock of this machine.",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => no(
            "the server's certificate is not valid yet",
            "Check the clocks of both machines.",
        ),
        CertificateError::Revoked => no(
            "the server's certificate was revoked",
            "Renew it on the server.",
        ),
        other => no(
            &format!(
                "the server's certificate is not acceptable: {}",
                print(other.to_string().as_bytes())
            ),
            "Name the authority's PEM file with --cacert.",
        ),
    }
}

fn config(tls: &Tls) -> Result<ClientConfig, Failed> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| no(&error.to_string(), "Report this."))?;
    let builder = match tls.trust {
        Trust::Verified => builder.with_root_certificates(roots(tls.cacert.as_deref())?),
        Trust::Anything => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anything(provider))),
    };
    let (cert, key) = match (&tls.cert, &tls.key) {
        (None, None) => return Ok(builder.with_no_client_auth()),
        (Some(cert), Some(key)) => (cert, key),
        _ => {
            return Err(no(
                "a client certificate needs its key",
                "Give both --cert and --key.",
            ));
        }
    };
    let chain = certificates(cert)?;
    let secret =
        PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error.to_string()))?;
    builder
        .with_client_auth_cert(chain, secret)
        .map_err(|error| unreadable(cert, &error.to_string()))
}

fn roots(cacert: Option<&Path>) -> Result<RootCertStore, Failed> {
    let certificates = match cacert {
        Some(file) => certificates(file)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(no(
            "this machine has no list of trusted authorities",
            "Name the authority's PEM file with --cacert.",
        ));
    }
    Ok(roots)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failed> {
    let found =
        CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match found {
        Ok(found) if found.is_empty() => Err(unreadable(file, "no certificate in it")),
        Ok(found) => Ok(found),
        Err(error) => Err(unreadable(file, &error.to_string())),
    }
}

fn unreadable(file: &Path, why: &str) -> Failed {
    let file = print(file.as_os_str().as_encoded_bytes());
    no(
        &format!("{file}: {}", print(why.as_bytes())),
        "It must be a readable PEM file.",
    )
}

/// Trusts whoever answers; only by the person's explicit word.
#[derive(Debug)]
struct Anything(Arc<CryptoProvider>);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
