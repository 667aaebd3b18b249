//! Addresses: what each stands for, and what is said of a wrong one.
use super::*;

fn tcp(host: &str, port: u16, db: u32) -> Target {
    Target {
        place: Place::Tcp {
            host: host.into(),
            port,
        },
        db,
        ..Target::default()
    }
}

fn unix(path: &str, db: u32) -> Target {
    Target {
        place: Place::Unix(path.into()),
        db,
        ..Target::default()
    }
}

fn with(target: Target, user: Option<&str>, password: Option<&str>) -> Target {
    Target {
        user: user.map(Into::into),
        password: password.map(Secret::new),
        ..target
    }
}

fn secure(target: Target, trust: Trust) -> Target {
    Target {
        tls: Some(Tls {
            trust,
            ..Tls::default()
        }),
        ..target
    }
}

#[test]
fn addresses_read_as_redis_cli_and_the_clients_write_them() {
    let here = || tcp("127.0.0.1", 6379, 0);
    for (address, target) in [
        ("", here()),
        (" cache:7000/3\n", tcp("cache", 7000, 3)),
        (" /run/redis.sock ", unix("/run/redis.sock", 0)),
        ("redis://", here()),
        ("redis:///", here()),
        ("redis:///5", tcp("127.0.0.1", 6379, 5)),
        ("localhost", tcp("localhost", 6379, 0)),
        ("cache_1:7000", tcp("cache_1", 7000, 0)),
        ("cache:7000/3", tcp("cache", 7000, 3)),
        (":7000", tcp("127.0.0.1", 7000, 0)),
        ("::1", tcp("::1", 6379, 0)),
        ("[::1]:7000", tcp("::1", 7000, 0)),
        ("redis://[::1]", tcp("::1", 6379, 0)),
        (
            "redis://[fe80::1%25eth0]:7000/1",
            tcp("fe80::1%eth0", 7000, 1),
        ),
        ("REDIS://Host:6380/2", tcp("Host", 6380, 2)),
        ("redis://host/2?protocol=3", tcp("host", 6379, 2)),
        ("redis://host?db=2", tcp("host", 6379, 2)),
        ("valkey://host", tcp("host", 6379, 0)),
        (
            "redis://ada:pw@host",
            with(tcp("host", 6379, 0), Some("ada"), Some("pw")),
        ),
        (
            "ada:pw@host:7000",
            with(tcp("host", 7000, 0), Some("ada"), Some("pw")),
        ),
        (
            "redis://:pw@host",
            with(tcp("host", 6379, 0), None, Some("pw")),
        ),
        (
            "redis://pw@host",
            with(tcp("host", 6379, 0), None, Some("pw")),
        ),
        (
            "redis://ada:@host",
            with(tcp("host", 6379, 0), Some("ada"), None),
        ),
        ("redis://:@host", tcp("host", 6379, 0)),
        ("redis://@host", tcp("host", 6379, 0)),
        (
            "redis://a%40b:p%3A%2f%25@host",
            with(tcp("host", 6379, 0), Some("a@b"), Some("p:/%")),
        ),
        (
            "redis://ada:p:q@r@host",
            with(tcp("host", 6379, 0), Some("ada"), Some("p:q@r")),
        ),
        (
            "redis://ada:p+w@host",
            with(tcp("host", 6379, 0), Some("ada"), Some("p+w")),
        ),
        (
            "rediss://host",
            secure(tcp("host", 6379, 0), Trust::Verified),
        ),
        (
            "valkeys://host",
            secure(tcp("host", 6379, 0), Trust::Verified),
        ),
        (
            "rediss://host:6380/1#insecure",
            secure(tcp("host", 6380, 1), Trust::Anything),
        ),
        ("/run/redis?1.sock", unix("/run/redis?1.sock", 0)),
        ("unix:///run/redis.sock", unix("/run/redis.sock", 0)),
        ("unix:///run/redis.sock?db=2", unix("/run/redis.sock", 2)),
        (
            "redis+unix:///run/my%20redis.sock",
            unix("/run/my redis.sock", 0),
        ),
        (
            "redis-socket:///run/redis.sock?database=4",
            unix("/run/redis.sock", 4),
        ),
        (
            "unix://ada:pw@/run/a@b.sock",
            with(unix("/run/a@b.sock", 0), Some("ada"), Some("pw")),
        ),
        (
            "unix:///run/redis.sock?user=ada&pass=p%26w",
            with(unix("/run/redis.sock", 0), Some("ada"), Some("p&w")),
        ),
    ] {
        assert_eq!(Target::parse(address), Ok(target), "{address}");
    }
}

#[test]
fn what_is_no_address_is_answered_with_what_to_type() {
    for (address, bad) in [
        ("http://host", BadUrl::Scheme),
        ("://host", BadUrl::Scheme),
        ("redis://ho st", BadUrl::Host),
        ("redis://host\u{202e}", BadUrl::Host),
        ("redis://[::1", BadUrl::Host),
        ("redis://[::g]:1", BadUrl::Host),
        ("redis://[::1]6379", BadUrl::Host),
        ("redis://fe80::1:6379", BadUrl::Host),
        ("redis://host%2f", BadUrl::Host),
        ("host:0", BadUrl::Port),
        ("host:65536", BadUrl::Port),
        ("host:+1", BadUrl::Port),
        ("host:redis", BadUrl::Port),
        ("redis://host/one", BadUrl::Db),
        ("redis://host/1/", BadUrl::Db),
        ("redis://host/-1", BadUrl::Db),
        ("redis://host/99999999999", BadUrl::Db),
        ("unix:///run/redis.sock?db=x", BadUrl::Db),
        ("unix://run/redis.sock", BadUrl::Path),
        ("unix://", BadUrl::Path),
        ("redis://:p%4@host", BadUrl::Percent),
        ("redis://:p%zz@host", BadUrl::Percent),
        ("redis://:p%ff@host", BadUrl::Text),
        ("redis://:p/w@host", BadUrl::Unescaped),
        ("redis://:p#w@host", BadUrl::Unescaped),
        ("redis://:p@/w@host", BadUrl::Unescaped),
        ("unix:///run/redis.sock#p@", BadUrl::Unescaped),
        ("redis://host#insecure", BadUrl::Fragment),
        ("rediss://host#other", BadUrl::Fragment),
    ] {
        assert_eq!(Target::parse(address), Err(bad), "{address}");
    }
}

#[test]
fn a_revealed_url_leads_back_to_its_target() {
    let target = with(tcp("::1", 7000, 2), Some("a:b/é"), Some("p%@s:/?#\x1b"));
    let url = target.revealed();
    assert_eq!(
        url,
        "redis://a%3Ab%2F%C3%A9:p%25%40s%3A%2F%3F%23%1B@[::1]:7000/2"
    );
    assert_eq!(Target::parse(&url), Ok(target.clone()));
    // The mark for --insecure is our own: it is nothing for other clients.
    let insecure = secure(target, Trust::Anything);
    assert_eq!(insecure.revealed(), url.replace("redis:", "rediss:"));
    let first = with(tcp("h", 7000, 0), Some("ada"), Some("pw"));
    assert_eq!(first.revealed(), "redis://ada:pw@h:7000");
}

#[test]
fn a_target_prints_for_people_and_as_a_url() {
    let insecure = with(
        secure(tcp("::1", 7000, 2), Trust::Anything),
        Some("a@b"),
        Some("pw"),
    );
    for (target, label, url) in [
        (
            tcp("host", 6379, 0),
            "default@host:6379/0",
            "redis://host:6379/0",
        ),
        (
            with(tcp("host", 1, 0), Some("ada"), None),
            "ada@host:1/0",
            "redis://ada:@host:1/0",
        ),
        (
            insecure,
            "a@b@[::1]:7000/2",
            "rediss://a%40b:***@[::1]:7000/2#insecure",
        ),
        (
            unix("/run/my redis\n.sock", 3),
            "default@/run/my redis\\n.sock/3",
            "unix:///run/my%20redis%0A.sock?db=3",
        ),
    ] {
        assert_eq!(target.label(), label);
        assert_eq!(target.url(), url);
    }
}
