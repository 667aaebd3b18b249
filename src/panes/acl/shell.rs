//! Command lines for a shell that work as they stand: for the person a user is handed to.
use crate::model::Pattern;
use crate::model::acl::{Catalog, User, decide};
use crate::model::printed::print;
use crate::model::target::{Place, Target, Tls, Trust};

/// What reads without harm; the first that the user may run is proposed where there is no SCAN.
const READS: &[&str] = &["EXISTS", "TYPE", "TTL", "GET", "LLEN", "HLEN", "XLEN"];

/// keygrove and redis-cli as this user, whose keys begin with `prefix`. The first reads `$REDIS_URL` by itself: as an
/// argument everybody on the machine could read it.
pub fn lines(target: &Target, user: &User, prefix: &[u8], catalog: &Catalog) -> [String; 2] {
    let tls = target.tls.as_ref().map(trusted).unwrap_or_default();
    let mut keygrove = format!("export REDIS_URL; keygrove{tls}");
    if !prefix.is_empty() {
        keygrove.push_str(" --prefix ");
        keygrove.push_str(&word(prefix));
    }
    let tried = tried(user, prefix, catalog);
    [
        keygrove,
        format!("redis-cli {}{tls} {tried}", reached(target)),
    ]
}

/// How redis-cli is told where to go. It reads no URL with a socket or an IPv6 address, and then asks for the password.
fn reached(target: &Target) -> String {
    let place = match &target.place {
        Place::Tcp { host, .. } if !host.contains(':') => return "-u \"$REDIS_URL\"".into(),
        Place::Tcp { host, port } => format!("-h {} -p {port}", word(host.as_bytes())),
        Place::Unix(path) => format!("-s {}", word(path.as_os_str().as_encoded_bytes())),
    };
    let db = match target.db {
        0 => String::new(),
        db => format!(" -n {db}"),
    };
    let tls = if target.tls.is_some() { " --tls" } else { "" };
    format!(
        "{place} --user {} --askpass{db}{tls}",
        word(target.who().as_bytes())
    )
}

/// What a URL does not tell of how the server's certificate is checked; both programs call it the same.
fn trusted(tls: &Tls) -> String {
    match (tls.trust, &tls.cacert) {
        (Trust::Anything, _) => " --insecure".into(),
        (_, Some(file)) => format!(" --cacert {}", word(file.as_os_str().as_encoded_bytes())),
        (_, None) => String::new(),
    }
}

/// Something this user may do: list its keys, else read one, else log in.
fn tried(user: &User, prefix: &[u8], catalog: &Catalog) -> String {
    let may = |argv: &[&[u8]]| decide(user, catalog, argv).is_allowed();
    if let Ok(pattern) = Pattern::below(prefix)
        && may(&[b"SCAN", b"0"])
    {
        return format!("--scan --pattern {}", word(pattern.bytes()));
    }
    let key = [prefix, b"test"].concat();
    let mut reads = READS.iter();
    match reads.find(|name| may(&[name.as_bytes(), &key])) {
        Some(name) => format!("{name} {}", word(&key)),
        None if may(&[b"PING"]) => "PING".into(),
        None => "HELLO".into(),
    }
}

/// Bytes as a shell reads them: bare, in quotes, or with escapes where they could not be seen.
fn word(bytes: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/@+,%".contains(byte);
    if !bytes.is_empty() && bytes.iter().all(plain) {
        return print(bytes);
    }
    let seen = print(bytes).replace(r"\\", r"\");
    if seen.as_bytes() == bytes {
        return format!("'{}'", seen.replace('\'', r"'\''"));
    }
    let escaped = |byte: &u8| match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(*byte)),
        b' '..=b'~' => char::from(*byte).to_string(),
        byte => format!("\\x{byte:02x}"),
    };
    let escaped: String = bytes.iter().map(escaped).collect();
    format!("$'{escaped}'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::acl::tests::{catalog, user};

    fn lines_at(url: &str, rules: &str, prefix: &[u8]) -> [String; 2] {
        let mut target = Target::parse(url).expect("a good address");
        target.user = Some("ann".into());
        lines(&target, &user("ann", rules), prefix, &catalog())
    }

    #[test]
    fn words_are_read_back_by_a_shell() {
        for (bytes, line) in [
            (&b"app:1"[..], "app:1"),
            (b"", "''"),
            (b"a b$(c)`d`*", "'a b$(c)`d`*'"),
            (b"it's", r"'it'\''s'"),
            (br"a\*b", r"'a\*b'"),
            (br"a\\b", r"'a\\b'"),
            ("caf\u{e9}".as_bytes(), "'caf\u{e9}'"),
            (b"\xffa'\\\n", r"$'\xffa\'\\\x0a'"),
            (b"\x1b[0m", r"$'\x1b[0m'"),
        ] {
            assert_eq!(word(bytes), line);
            let echo = format!("printf %s {line}");
            let said = std::process::Command::new("bash")
                .args(["-c", &echo])
                .output();
            assert_eq!(said.expect("bash").stdout, bytes, "{line}");
        }
    }

    #[test]
    fn redis_cli_is_told_the_way_it_understands() {
        const SCAN: &str = "--scan --pattern 'app:*'";
        for (url, way) in [
            ("redis://h:7000/2", r#"-u "$REDIS_URL""#),
            ("rediss://h#insecure", r#"-u "$REDIS_URL" --insecure"#),
            (
                "redis://[::1]:7000/2",
                "-h ::1 -p 7000 --user ann --askpass -n 2",
            ),
            (
                "rediss://[::1]",
                "-h ::1 -p 6379 --user ann --askpass --tls",
            ),
            (
                "unix:///run/a%20b.sock",
                "-s '/run/a b.sock' --user ann --askpass",
            ),
        ] {
            let [_, line] = lines_at(url, "on ~app:* +@all", b"app:");
            assert_eq!(line, format!("redis-cli {way} {SCAN}"));
        }
    }

    #[test]
    fn what_is_proposed_is_what_the_user_may() {
        for (rules, prefix, tried) in [
            (
                "on ~a*b:* +scan",
                &b"a*b:"[..],
                r"--scan --pattern 'a\*b:*'",
            ),
            ("on ~* +scan", b"", "--scan --pattern '*'"),
            ("on ~app:* +get", b"app:", "GET app:test"),
            ("on ~app:* +set", b"app:", "HELLO"),
            ("on ~app:* +set +ping", b"app:", "PING"),
            ("on ~other:* +get +ping", b"app:", "PING"),
        ] {
            let [keygrove, line] = lines_at("redis://h", rules, prefix);
            assert_eq!(line, format!(r#"redis-cli -u "$REDIS_URL" {tried}"#));
            assert_eq!(keygrove.contains("--prefix"), !prefix.is_empty());
        }
    }
}
