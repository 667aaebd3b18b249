//! A node of a cluster: what is here is served, and what is elsewhere or nowhere says so.
use crate::Drive;
use crate::common::Server;

/// Slots 0 to 8191 are here; those of the rest are told to be on this other node.
fn two_nodes() -> (Server, Server) {
    let node = || {
        Server::with(&[
            "--cluster-enabled",
            "yes",
            "--cluster-config-file",
            "nodes.conf",
        ])
    };
    let (one, two) = (node(), node());
    one.redis(&["CLUSTER", "ADDSLOTSRANGE", "0", "8191"]);
    two.redis(&["CLUSTER", "ADDSLOTSRANGE", "8192", "16383"]);
    two.redis(&["CLUSTER", "SET-CONFIG-EPOCH", "2"]);
    let port = one.port.to_string();
    assert_eq!(two.redis(&["CLUSTER", "MEET", "127.0.0.1", &port]), "OK");
    for node in [&one, &two] {
        node.until(&["CLUSTER", "INFO"], "cluster_state:ok");
    }
    (one, two)
}

#[test]
fn keys_of_another_node_say_where_they_are() {
    let (one, two) = two_nodes();
    // "b" is in slot 3300, "a" in 15495.
    one.redis(&["SET", "b", "here"]);
    two.redis(&["SET", "a", "there"]);
    let mut t = Drive::open(one, |_| {});
    t.sees("cluster");
    t.sees("1 key · complete");
    t.go("a");
    t.sees("on another node of the cluster (MOVED)");
    t.sees(&format!("127.0.0.1:{}", two.port));
    t.press("esc");
    t.go("b");
    t.press("e '1' ctrl-s");
    t.sees("saved");
    t.press("esc r ctrl-u 'a' ctrl-s");
    t.sees("different slots of the cluster");
    t.press("esc n 'a' tab tab 'x' ctrl-s");
    t.sees("(MOVED)");
    t.press("esc");
    assert_eq!(t.redis("GET b"), "here1");
    assert_eq!(two.redis(&["GET", "a"]), "there");
}

#[test]
fn a_cluster_that_is_down_is_still_listed() {
    let server = Server::with(&[
        "--cluster-enabled",
        "yes",
        "--cluster-config-file",
        "nodes.conf",
    ]);
    server.redis(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    server.until(&["CLUSTER", "INFO"], "cluster_state:ok");
    server.redis(&["SET", "b", "v"]);
    let mut t = Drive::open(server, |_| {});
    t.go("b");
    t.press("e '1'");
    t.redis("CLUSTER DELSLOTS 0");
    t.until_redis("CLUSTER INFO", "cluster_state:fail");
    t.press("ctrl-s");
    t.sees("no node of the cluster serves this key");
    t.sees("v1");
    t.redis("CLUSTER ADDSLOTS 0");
    t.until_redis("CLUSTER INFO", "cluster_state:ok");
    t.press("ctrl-s");
    t.sees("saved");
    assert_eq!(t.redis("GET b"), "v1");
    t.redis("CLUSTER DELSLOTS 0");
    t.until_redis("CLUSTER INFO", "cluster_state:fail");
    t.press("esc ctrl-r");
    t.sees("1 key · complete");
}
