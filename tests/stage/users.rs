//! What the scripted server tells of its users.
use keygrove::model::{Cmd, Reply};

const LINES: &[&str] = &[
    "user ada on #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b ~* &* +@all",
    "user blog_readonly on #ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d %R~blog:* resetchannels +@read +@connection -@dangerous -randomkey",
    "user default off resetchannels -@all",
    "user shop_user on #4cc8f4d609b717356701c57a03e737e5ac8fe885da8c7163d3de47e01849c635 #68487dc295052aa79c530e283ce698b8c6bb1b42ff0944252e1910dbecdc5425 ~shop:* resetchannels &shop:* +@all -@dangerous",
];

const CLIENTS: &str = "id=3 addr=10.0.0.7:5000 name= age=40 idle=0 user=ada
id=4 addr=10.0.0.9:5001 name=web age=86400 idle=1 user=shop_user
id=5 addr=10.0.0.9:5002 name=jobs age=86400 idle=3 user=shop_user
";

fn bytes(text: &str) -> Reply {
    Reply::Bytes(text.into())
}

fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> Reply {
    Reply::Array(texts.into_iter().map(bytes).collect())
}

fn denial() -> Reply {
    let fields = [
        ("count", Reply::Int(3)),
        ("reason", bytes("command")),
        ("context", bytes("toplevel")),
        ("object", bytes("info")),
        ("username", bytes("shop_user")),
        ("age-seconds", Reply::Double(95.0)),
        ("client-info", bytes("id=4 cmd=info user=shop_user")),
    ];
    Reply::Map(fields.map(|(name, value)| (bytes(name), value)).into())
}

/// The reply to a command of the users' screen; 1 to any other.
pub fn told(cmd: &Cmd) -> Reply {
    match cmd.cli().as_str() {
        "ACL WHOAMI" => bytes("ada"),
        "ACL LIST" => list(LINES.iter().copied()),
        "ACL USERS" => list(LINES.iter().filter_map(|line| line.split(' ').nth(1))),
        "ACL LOG 128" => Reply::Array(vec![denial()]),
        "CLIENT LIST" => bytes(CLIENTS),
        "CONFIG GET aclfile" => list(["aclfile", "/etc/redis/users.acl"]),
        "INFO server" => bytes("redis_version:7.0.15\r\nconfig_file:/etc/redis/redis.conf\r\n"),
        "ACL SAVE" => Reply::Status("OK".into()),
        // ACL LIST stands in.
        line if line.starts_with("ACL GETUSER") => Reply::Nil,
        _ => Reply::Int(1),
    }
}
