//! TLS over an open stream: whom we trust, and who we are.
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_rustls::TlsConnector;

use super::dial::{STEP, Stream, failed};
use super::{ConnectStep, Failed};
use crate::model::printed::print;
use crate::model::target::{Tls, Trust};

mod words;

pub(super) use words::refused_after_handshake;
use words::unreadable;

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
        Ok(Err(error)) => Err(words::why(&error, host, tls)),
        Err(_) => Err(words::plain_port(&format!(
            "no TLS answer within {} s",
            STEP.as_secs()
        ))),
    }
}

fn no(words: &str, hint: &str) -> Failed {
    failed(ConnectStep::Tls, words, hint)
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
        .map_err(|error| words::unfit(&error, cert, key))
}

fn roots(cacert: Option<&Path>) -> Result<RootCertStore, Failed> {
    let certificates = match cacert {
        Some(file) => certificates(file)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(certificates);
    match cacert {
        _ if added > 0 => Ok(roots),
        Some(file) => Err(unreadable(file, "no certificate of an authority in it")),
        None => Err(no(
            "this machine has no list of trusted authorities",
            "Name the authority's PEM file with --cacert.",
        )),
    }
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
