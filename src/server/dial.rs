//! Opening the stream to a server: name, TCP or unix socket. Every failed step is told by name.
use std::io::{Error, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream, lookup_host};

use super::out::Out;
use super::{ConnectStep, Failed, Link, tls};
use crate::model::printed::print;
use crate::model::target::{Place, Target};

/// How long each step of connecting may take.
pub(super) const STEP: Duration = Duration::from_secs(5);

/// A two-way stream of bytes, whatever carries it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// An open stream.
pub(super) struct Line {
    pub(super) stream: Box<dyn Stream>,
    /// How long the other side's system took to take the connection: the way there and back, whatever its
    /// server is busy with.
    pub(super) away: Duration,
}

/// Whether the app is told of the steps of connecting.
#[derive(Clone, Copy)]
pub(super) enum Steps<'a> {
    Told(&'a Out),
    /// For a private second connection.
    Quiet,
}

impl Steps<'_> {
    pub(super) async fn at(self, step: ConnectStep) {
        if let Self::Told(out) = self {
            out.link(Link::Trying(step)).await;
        }
    }
}

/// Opens the stream, TLS included.
pub(super) async fn dial(target: &Target, steps: Steps<'_>) -> Result<Line, Failed> {
    let (line, host) = match &target.place {
        Place::Unix(path) => {
            steps.at(ConnectStep::Tcp).await;
            let stream = unix(path).await?;
            let away = Duration::ZERO;
            (Line { stream, away }, "localhost")
        }
        Place::Tcp { host, port } => {
            steps.at(ConnectStep::Name).await;
            let addresses = resolve(host, *port).await?;
            steps.at(ConnectStep::Tcp).await;
            (tcp(&addresses, host, *port).await?, host.as_str())
        }
    };
    let Some(options) = &target.tls else {
        return Ok(line);
    };
    steps.at(ConnectStep::Tls).await;
    let stream = tls::wrap(line.stream, host, options).await?;
    Ok(Line { stream, ..line })
}

/// A failed step.
pub(super) fn failed(
    step: ConnectStep,
    words: impl Into<String>,
    hint: impl Into<String>,
) -> Failed {
    Failed {
        step,
        words: words.into(),
        hint: hint.into(),
    }
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Failed> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let shown = print(host.as_bytes());
    let unknown = |why: String| {
        let words = format!("the name {shown} was not found{why}");
        failed(
            ConnectStep::Name,
            words,
            "Check the spelling of the host, and that this machine can look up names.",
        )
    };
    match tokio::time::timeout(STEP, lookup_host((host, port))).await {
        Ok(Ok(addresses)) => {
            let addresses: Vec<_> = addresses.collect();
            if addresses.is_empty() {
                Err(unknown(String::new()))
            } else {
                Ok(addresses)
            }
        }
        Ok(Err(error)) => Err(unknown(format!(
            ": {}",
            print(error.to_string().as_bytes())
        ))),
        Err(_) => Err(unknown(format!(" within {} s", STEP.as_secs()))),
    }
}

async fn tcp(addresses: &[SocketAddr], host: &str, port: u16) -> Result<Line, Failed> {
    let shown = format!("{}:{port}", print(host.as_bytes()));
    first_open(addresses, STEP)
        .await
        .map_err(|error| no_tcp(&error, &shown))
}

/// Tries the addresses of a name in turn, all of them within this time; the last error counts. Each has its share of
/// the time that is left, so that one that is silent leaves some to the others.
async fn first_open(addresses: &[SocketAddr], within: Duration) -> Result<Line, Error> {
    let began = Instant::now();
    let mut last = Error::from(ErrorKind::AddrNotAvailable);
    for (address, others) in addresses.iter().zip((0..addresses.len() as u32).rev()) {
        let share = within.saturating_sub(began.elapsed()) / (others + 1);
        match open(*address, share).await {
            Ok(line) => return Ok(line),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn open(address: SocketAddr, within: Duration) -> Result<Line, Error> {
    let began = Instant::now();
    let stream = tokio::time::timeout(within, TcpStream::connect(address)).await??;
    let away = if address.ip().is_loopback() {
        Duration::ZERO
    } else {
        began.elapsed()
    };
    stream.set_nodelay(true)?;
    // A peer that vanished without a word is noticed within about a minute.
    let probes = TcpKeepalive::new()
        .with_time(Duration::from_secs(30))
        .with_interval(Duration::from_secs(10))
        .with_retries(3);
    SockRef::from(&stream).set_tcp_keepalive(&probes)?;
    let stream = Box::new(stream);
    Ok(Line { stream, away })
}

fn no_tcp(error: &Error, shown: &str) -> Failed {
    match error.kind() {
        ErrorKind::ConnectionRefused => failed(
            ConnectStep::Tcp,
            format!("{shown} refused the connection"),
            "Is the server running, and is this its port?",
        ),
        ErrorKind::TimedOut => failed(
            ConnectStep::Tcp,
            format!("{shown} did not answer within {} s", STEP.as_secs()),
            "Is the host right, and does a firewall or VPN stand between?",
        ),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => failed(
            ConnectStep::Tcp,
            format!("there is no way to {shown} from here"),
            "Check the network or VPN of this machine.",
        ),
        _ => failed(
            ConnectStep::Tcp,
            format!("{shown}: {}", print(error.to_string().as_bytes())),
            "Check the host and the port.",
        ),
    }
}

async fn unix(path: &Path) -> Result<Box<dyn Stream>, Failed> {
    let shown = print(path.as_os_str().as_encoded_bytes());
    let says =
        |words: &str, hint: &str| failed(ConnectStep::Tcp, format!("{shown}: {words}"), hint);
    match tokio::time::timeout(STEP, UnixStream::connect(path)).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(match error.kind() {
            ErrorKind::NotFound => says(
                "there is no such socket",
                "Is the server running with this unixsocket?",
            ),
            ErrorKind::PermissionDenied => says(
                "this socket may not be opened",
                "The server's unixsocketperm decides who may; are you in its group?",
            ),
            ErrorKind::ConnectionRefused => says(
                "nobody listens on this socket",
                "It is left over from a server that no longer runs: start it again.",
            ),
            _ => says(
                &print(error.to_string().as_bytes()),
                "Is this the unixsocket of a server?",
            ),
        }),
        Err(_) => Err(says("no answer", "Is the server hanging?")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use socket2::{Domain, Socket, Type};

    #[tokio::test]
    async fn a_silent_address_leaves_time_to_the_next() {
        // Nobody accepts, and the queue is full: whoever knocks hears nothing.
        let silent = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        silent.bind(&any.into()).unwrap();
        silent.listen(0).unwrap();
        let dead = silent.local_addr().unwrap().as_socket().unwrap();
        let _queue = TcpStream::connect(dead).await.unwrap();
        let good = std::net::TcpListener::bind(any).unwrap();
        let alive = good.local_addr().unwrap();
        let late = first_open(&[dead, dead], Duration::from_millis(20)).await;
        assert_eq!(late.err().unwrap().kind(), ErrorKind::TimedOut);
        let (began, within) = (Instant::now(), Duration::from_secs(2));
        assert!(first_open(&[dead, alive], within).await.is_ok());
        assert!(began.elapsed() < within);
    }
}
