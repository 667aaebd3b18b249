//! Why TLS failed, in words, and what to do.
use std::path::Path;

use rustls::{AlertDescription, CertificateError, Error};

use super::super::Failed;
use super::no;
use crate::model::printed::print;
use crate::model::target::Tls;

/// What helps where the server's certificate itself should be another one.
const UNCHECKED: &str =
    "Until then #insecure behind the address (--insecure) leaves the check out.";

/// What it means that the server hangs up right after the handshake: with TLS 1.3 it judges our certificate then.
pub fn refused_after_handshake(tls: &Tls) -> Failed {
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

pub fn plain_port(words: &str) -> Failed {
    no(
        words,
        "Perhaps this port speaks plain text: leave out --tls, or use redis:// instead of rediss://.",
    )
}

/// Why the handshake with this host failed.
pub fn why(error: &std::io::Error, host: &str, tls: &Tls) -> Failed {
    let host = print(host.as_bytes());
    let inner = error.get_ref();
    match inner.and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(wrong)) => bad_certificate(wrong, &host),
        Some(Error::InvalidMessage(_)) => plain_port("the server does not answer in TLS"),
        Some(Error::AlertReceived(alert)) => alerted(*alert, &host, tls),
        Some(Error::PeerIncompatible(_)) => no_common_tongue(),
        Some(other) => no(
            &in_words(&other.to_string()),
            "Check the TLS settings of both sides.",
        ),
        None => plain_port("the server closed the connection during the TLS handshake"),
    }
}

fn no_common_tongue() -> Failed {
    no(
        "the server and keygrove have no TLS version or cipher in common",
        "keygrove speaks TLS 1.2 and 1.3: the server's tls-protocols and tls-ciphers must let it.",
    )
}

/// The server says what it does not like.
fn alerted(alert: AlertDescription, host: &str, tls: &Tls) -> Failed {
    use AlertDescription as Alert;
    match alert {
        Alert::CertificateRequired | Alert::HandshakeFailure => certificate_wanted(),
        Alert::UnknownCA
        | Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateExpired
        | Alert::CertificateRevoked
        | Alert::CertificateUnknown
        | Alert::DecryptError
        | Alert::AccessDenied
            if tls.cert.is_some() =>
        {
            no(
                "the server does not accept this client certificate",
                "Is it signed by the server's tls-ca-cert-file, and still valid?",
            )
        }
        Alert::ProtocolVersion | Alert::InsufficientSecurity => no_common_tongue(),
        Alert::UnrecognisedName => no(
            &format!("the server has no certificate for {host}"),
            "Connect by the name that is in its certificate.",
        ),
        other => no(
            &in_words(&format!("the server ended the handshake: {other:?}")),
            "Its log may say why. Check the TLS settings of both sides.",
        ),
    }
}

fn bad_certificate(wrong: &CertificateError, host: &str) -> Failed {
    use CertificateError as Wrong;
    // The words for a certificate that must be made anew.
    let anew = |words: &str, hint: &str| {
        let words = format!("the server's certificate {words}");
        no(&words, &format!("{hint} {UNCHECKED}"))
    };
    match wrong {
        Wrong::UnknownIssuer => no(
            "the server's certificate is signed by an authority that this machine does not know",
            "Name the authority's PEM file with --cacert.",
        ),
        Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => no(
            &format!("the server's certificate is for another name than {host}"),
            "Connect by the name that is in the certificate.",
        ),
        Wrong::Expired | Wrong::ExpiredContext { .. } => no(
            "the server's certificate has expired",
            "Renew it on the server; check the clock of this machine.",
        ),
        Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => no(
            "the server's certificate is not valid yet",
            "Check the clocks of both machines.",
        ),
        Wrong::Revoked => no(
            "the server's certificate was revoked",
            "Renew it on the server.",
        ),
        Wrong::InvalidPurpose | Wrong::InvalidPurposeContext { .. } => anew(
            "is not made for servers",
            "Its extendedKeyUsage must hold serverAuth.",
        ),
        Wrong::BadSignature => anew(
            "is not signed by the authority that it names",
            "Is the file of --cacert the one that signed it?",
        ),
        Wrong::BadEncoding => anew("cannot be read", "Make it anew."),
        Wrong::UnsupportedSignatureAlgorithmContext { .. }
        | Wrong::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => anew(
            "is signed in a way that is not trusted any more",
            "Sign it anew, with SHA-256 or better.",
        ),
        // What checks certificates tells these by a name only.
        Wrong::Other(other) => match in_words(&other.0.to_string()).as_str() {
            "ca used as end entity" => anew(
                "is an authority's, which must not stand for a server",
                "Make it anew with basicConstraints CA:FALSE, signed by an authority for --cacert.",
            ),
            "unsupported cert version" => anew(
                "is of an old version (X.509 v1)",
                "Make it anew with a subjectAltName, which makes it version 3.",
            ),
            "end entity used as ca" => anew(
                "is signed by one that is no authority's",
                "Sign it by a certificate with basicConstraints CA:TRUE.",
            ),
            words => anew(&format!("is not acceptable: {words}"), "Make it anew."),
        },
        other => anew(
            &format!("is not acceptable: {}", in_words(&other.to_string())),
            "Make it anew.",
        ),
    }
}

/// Why a certificate and its key are of no use.
pub fn unfit(error: &Error, cert: &Path, key: &Path) -> Failed {
    let shown = |file: &Path| print(file.as_os_str().as_encoded_bytes());
    match error {
        Error::InconsistentKeys(_) => no(
            &format!("{} is not the key of {}", shown(key), shown(cert)),
            "--cert and --key must belong together.",
        ),
        Error::InvalidCertificate(_) => {
            unreadable(cert, "it holds no certificate that is understood")
        }
        _ => unreadable(key, "it holds no key that is understood"),
    }
}

pub fn unreadable(file: &Path, why: &str) -> Failed {
    let file = print(file.as_os_str().as_encoded_bytes());
    no(
        &format!("{file}: {}", print(why.as_bytes())),
        "It must be a readable PEM file.",
    )
}

/// `CaUsedAsEndEntity` as people write; safe to print.
fn in_words(said: &str) -> String {
    let mut words = String::new();
    for c in said.chars() {
        if c.is_ascii_uppercase() && words.ends_with(|before: char| before.is_ascii_lowercase()) {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    print(words.as_bytes())
}
