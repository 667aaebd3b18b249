//! Which keys DEL may take without holding up the server: it frees them before it answers anybody.
use super::Fault;
use super::conn::Conn;
use crate::model::{Cmd, Key, Reply};

/// The most that is freed by one command, in bytes: some milliseconds of the server.
const MOST: u64 = 4 * 1024 * 1024;

/// Keys whose bytes go together, and those that are too heavy, with their bytes where they are told.
pub(super) type Sorted = (Vec<Vec<Key>>, Vec<(Key, Option<u64>)>);

/// Asks for the size of these keys (MEMORY USAGE) and puts light ones together.
pub(super) async fn lots(conn: &Conn, keys: &[Key]) -> Result<Sorted, Fault> {
    let cmds: Vec<Cmd> = keys
        .iter()
        .map(|key| Cmd::new("MEMORY USAGE").arg(key.bytes()))
        .collect();
    let replies = conn.read_now(&cmds).await?;
    Ok(sort(keys, &replies))
}

fn sort(keys: &[Key], replies: &[Reply]) -> Sorted {
    let (mut lots, mut heavy) = (Vec::new(), Vec::new());
    let (mut lot, mut together) = (Vec::new(), 0_u64);
    for (key, reply) in keys.iter().zip(replies) {
        let bytes = match reply {
            // It is gone already, and that weighs nothing.
            Reply::Nil => Some(0),
            reply => reply.int().map(i64::unsigned_abs),
        };
        let Some(light) = bytes.filter(|bytes| *bytes <= MOST) else {
            heavy.push((key.clone(), bytes));
            continue;
        };
        if together + light > MOST {
            lots.push(std::mem::take(&mut lot));
            together = 0;
        }
        lot.push(key.clone());
        together += light;
    }
    if !lot.is_empty() {
        lots.push(lot);
    }
    (lots, heavy)
}

/// Why a key was left.
pub(super) fn words(bytes: Option<u64>) -> String {
    match bytes {
        Some(bytes) => {
            let megabytes = bytes as f64 / 1e6;
            format!("UNLINK is refused, and DEL would hold up the server for {megabytes:.0} MB")
        }
        None => "UNLINK is refused, and how big it is for DEL is not told".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_freed_at_once_is_little() {
        let keys: Vec<Key> = ["a", "b", "c", "d", "e", "f"].map(Key::from).into();
        let refused = Reply::Error {
            code: "NOPERM".into(),
            text: "no".into(),
        };
        let replies = [
            Reply::Int(3_000_000),
            Reply::Int(3_000_000),
            Reply::Int(90_000_000),
            Reply::Nil,
            Reply::Int(50),
            refused,
        ];
        let (lots, heavy) = sort(&keys, &replies);
        assert_eq!(
            lots,
            [
                keys[..1].to_vec(),
                vec![keys[1].clone(), keys[3].clone(), keys[4].clone()]
            ]
        );
        assert_eq!(
            heavy,
            [(keys[2].clone(), Some(90_000_000)), (keys[5].clone(), None)]
        );
    }
}
