//! TLS, with certificates made for the test.
use std::path::{Path, PathBuf};
use std::process::Command;

use keygrove::model::target::{Target, Tls, Trust};
use keygrove::server::{Access, ConnectStep};

use super::common::Server;
use super::room::Room;
use super::{assert_says, fails};

/// How the authority of the tests keeps its book.
const BOOK: &str = "[ca]
default_ca = book
[book]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
[any]
commonName = supplied
";

/// Certificates for the TLS tests, made by the openssl program.
struct Certificates(tempfile::TempDir);

impl Certificates {
    fn make() -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        made.authority("ca");
        made.authority("other");
        std::fs::write(made.path("ca.cnf"), BOOK).unwrap();
        std::fs::write(made.path("index.txt"), "").unwrap();
        made.signed("server", "DNS:localhost,IP:127.0.0.1", &["-days", "2"]);
        made.signed("elsewhere", "DNS:elsewhere.example", &["-days", "2"]);
        let past = [
            "-startdate",
            "20200101000000Z",
            "-enddate",
            "20210101000000Z",
        ];
        made.signed("expired", "DNS:localhost,IP:127.0.0.1", &past);
        made.signed("client", "DNS:client", &["-days", "2"]);
        made
    }

    fn authority(&self, name: &str) {
        let (key, cert, subject) = (
            format!("{name}.key"),
            format!("{name}.crt"),
            format!("/CN={name}"),
        );
        self.openssl(&[
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", &subject,
            "-keyout", &key, "-out", &cert,
        ]);
    }

    fn signed(&self, name: &str, names: &str, validity: &[&str]) {
        let file = |ending: &str| format!("{name}.{ending}");
        let (key, request, cert, extra) = (file("key"), file("csr"), file("crt"), file("ext"));
        std::fs::write(self.path(&extra), format!("subjectAltName={names}\n")).unwrap();
        let subject = format!("/CN={name}");
        self.openssl(&[
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", &subject, "-keyout", &key, "-out",
            &request,
        ]);
        let sign = [
            "ca",
            "-batch",
            "-config",
            "ca.cnf",
            "-create_serial",
            "-cert",
            "ca.crt",
            "-keyfile",
            "ca.key",
            "-notext",
            "-extfile",
            &extra,
            "-in",
            &request,
            "-out",
            &cert,
        ];
        self.openssl(&[&sign, validity].concat());
    }

    /// Of the first version, as a certificate without extensions is.
    fn old(&self, name: &str) {
        self.signed(name, "DNS:localhost", &["-days", "2"]);
        let (request, cert) = (format!("{name}.csr"), format!("{name}.crt"));
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-out",
            &cert,
        ]);
    }

    fn openssl(&self, args: &[&str]) {
        let done = Command::new("openssl")
            .args(args)
            .current_dir(self.0.path())
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "openssl {args:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// A server that speaks TLS with this certificate on its port.
    fn server(&self, name: &str, clients: &str) -> Server {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let (cert, key, ca) = (
            text(&self.path(&format!("{name}.crt"))),
            text(&self.path(&format!("{name}.key"))),
            text(&self.path("ca.crt")),
        );
        Server::with(&[
            "--port",
            "0",
            "--tls-port",
            "{port}",
            "--tls-cert-file",
            &cert,
            "--tls-key-file",
            &key,
            "--tls-ca-cert-file",
            &ca,
            "--tls-auth-clients",
            clients,
        ])
    }

    fn trusting(&self, authority: &str) -> Tls {
        Tls {
            cacert: Some(self.path(authority)),
            ..Tls::default()
        }
    }
}

#[tokio::test]
async fn tls_trusts_only_what_it_is_told_to() {
    let made = Certificates::make();
    let server = made.server("server", "no");
    let speaks = |tls: Option<Tls>| Target {
        tls,
        ..server.tcp()
    };
    assert_eq!(
        Room::open(Access::ReadWrite)
            .up_again(&speaks(Some(made.trusting("ca.crt"))))
            .await
            .protocol,
        3
    );
    let unknown = fails(speaks(Some(made.trusting("other.crt")))).await;
    assert_says(&unknown, ConnectStep::Tls, "authority", "--cacert");
    let system = fails(speaks(Some(Tls::default()))).await;
    assert_says(&system, ConnectStep::Tls, "authorit", "--cacert");
    let insecure = Tls {
        trust: Trust::Anything,
        ..Tls::default()
    };
    Room::open(Access::ReadWrite)
        .up_again(&speaks(Some(insecure.clone())))
        .await;
    let missing = fails(speaks(Some(made.trusting("nothing.crt")))).await;
    assert_says(&missing, ConnectStep::Tls, "nothing.crt", "PEM");
    assert_says(
        &fails(speaks(None)).await,
        ConnectStep::Auth,
        "closed",
        "--tls",
    );

    let elsewhere = made.server("elsewhere", "no");
    let by = |tls: Option<Tls>| Target {
        tls,
        ..elsewhere.tcp()
    };
    assert_says(
        &fails(by(Some(made.trusting("ca.crt")))).await,
        ConnectStep::Tls,
        "another name than 127.0.0.1",
        "name",
    );
    Room::open(Access::ReadWrite)
        .up_again(&by(Some(insecure)))
        .await;
    let expired = made.server("expired", "no");
    let late = fails(Target {
        tls: Some(made.trusting("ca.crt")),
        ..expired.tcp()
    })
    .await;
    assert_says(&late, ConnectStep::Tls, "expired", "Renew");
}

#[tokio::test]
async fn tls_shows_a_client_certificate_where_one_is_wanted() {
    let made = Certificates::make();
    let server = made.server("server", "yes");
    let with = |tls: Tls| Target {
        tls: Some(tls),
        ..server.tcp()
    };
    let trusting = made.trusting("ca.crt");
    let ours = Tls {
        cert: Some(made.path("client.crt")),
        key: Some(made.path("client.key")),
        ..trusting.clone()
    };
    Room::open(Access::ReadWrite)
        .up_again(&with(ours.clone()))
        .await;
    assert_says(
        &fails(with(trusting)).await,
        ConnectStep::Tls,
        "client certificate",
        "--cert",
    );
    let half = Tls { key: None, ..ours };
    assert_says(
        &fails(with(half)).await,
        ConnectStep::Tls,
        "needs its key",
        "--key",
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said_in_plain_words() {
    let made = Certificates::make();
    let names = "DNS:localhost,IP:127.0.0.1";
    let own_purpose = format!("{names}\nextendedKeyUsage=clientAuth");
    made.signed("person", &own_purpose, &["-days", "2"]);
    made.old("old");
    for (name, words, hint) in [
        ("ca", "is an authority's", "CA:FALSE"),
        ("person", "not made for servers", "serverAuth"),
        ("old", "of an old version", "subjectAltName"),
    ] {
        let server = made.server(name, "no");
        let failed = fails(Target {
            tls: Some(made.trusting("ca.crt")),
            ..server.tcp()
        })
        .await;
        assert_says(&failed, ConnectStep::Tls, words, hint);
        assert!(failed.hint.contains("#insecure"), "{failed:?}");
    }
    let server = made.server("server", "yes");
    for (cert, key, words, hint) in [
        (
            "client.crt",
            "server.key",
            "server.key is not the key of",
            "belong together",
        ),
        ("client.crt", "client.csr", "client.csr", "PEM"),
        (
            "other.crt",
            "other.key",
            "client certificate",
            "tls-ca-cert-file",
        ),
    ] {
        let tls = Tls {
            cert: Some(made.path(cert)),
            key: Some(made.path(key)),
            ..made.trusting("ca.crt")
        };
        let failed = fails(Target {
            tls: Some(tls),
            ..server.tcp()
        })
        .await;
        assert_says(&failed, ConnectStep::Tls, "", hint);
        assert!(format!("{failed:?}").contains(words), "{failed:?}");
    }
}

#[tokio::test]
async fn tls_to_a_plain_port_says_so() {
    let server = Server::start();
    let failed = fails(Target {
        tls: Some(Tls {
            trust: Trust::Anything,
            ..Tls::default()
        }),
        ..server.tcp()
    })
    .await;
    assert_says(&failed, ConnectStep::Tls, "", "redis://");
}
