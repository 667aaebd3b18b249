//! Secrets in a command line that a person asks about.

/// Stands for a secret where the command line goes to the server: what it says depends on the command and its keys
/// alone, and what is sent may stand in its SLOWLOG.
pub const DUMMY: &str = "secret";

/// Which words of a command line may be secrets.
pub fn secrets(argv: &[&[u8]]) -> Vec<usize> {
    let is = |at: usize, word: &str| {
        argv.get(at)
            .is_some_and(|arg| arg.eq_ignore_ascii_case(word.as_bytes()))
    };
    let behind = |word: &'static str, by: usize| {
        let found = (1..argv.len()).filter(move |at| is(*at, word));
        found.map(move |at| at + by)
    };
    let last = argv.len().saturating_sub(1);
    let secret: Vec<usize> = if is(0, "auth") {
        vec![last.max(1)]
    } else if is(0, "hello") {
        behind("auth", 2).collect()
    } else if is(0, "migrate") {
        behind("auth", 1).chain(behind("auth2", 2)).collect()
    } else if is(0, "config") && is(1, "set") {
        (3..argv.len()).step_by(2).collect()
    } else if is(0, "acl") && is(1, "setuser") {
        let secretive = |at: &usize| argv[*at].first().is_some_and(|c| b"><#!".contains(c));
        (3..argv.len()).filter(secretive).collect()
    } else {
        Vec::new()
    };
    secret.into_iter().filter(|at| *at < argv.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_wherever_a_command_takes_them() {
        for (line, found) in [
            ("auth pw", &[1][..]),
            ("AUTH ada pw", &[2]),
            ("auth", &[]),
            ("hello 3 auth ada pw setname x", &[4]),
            ("config set requirepass pw masterauth pw2", &[3, 5]),
            ("config get requirepass", &[]),
            ("acl setuser ada on >pw #hash ~a:*", &[4, 5]),
            ("migrate h 1 k 0 5 auth pw", &[7]),
            ("migrate h 1 k 0 5 auth2 ada pw keys auth", &[8]),
            ("get auth", &[]),
        ] {
            let argv: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            assert_eq!(secrets(&argv), found, "{line}");
        }
    }
}
