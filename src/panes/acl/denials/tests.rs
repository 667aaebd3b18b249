//! The list of denials, and what mends each.
use super::super::tests::{catalog, chord, denial, painted, sees, user};
use super::*;
use crate::model::acl::print;

fn list() -> Denials {
    Denials::new(vec![
        denial("auth", b"AUTH", 90.0),
        denial("key", b"other:k", 0.1),
        denial("command", b"config|get", 12.0),
        denial("channel", b"news", 4000.0),
    ])
}

#[test]
fn each_denial_can_be_granted_but_a_login() {
    let mut list = list();
    let mut granted = Vec::new();
    for _ in 0..4 {
        granted.push(match list.press(chord("enter")) {
            Turn::Grant(wish) => print::line(&wish.rules(&user("app", "+@all"), &catalog())),
            _ => "nothing".into(),
        });
        let _ = list.press(chord("down"));
    }
    assert_eq!(granted, ["~other:k", "+config|get", "nothing", "&news"]);
}

#[test]
fn the_letters_are_what_the_command_needs() {
    for (context, client, rule) in [
        ("toplevel", "cmd=get", "%R~a\\\\*"),
        ("toplevel", "cmd=incr", "~a\\\\*"),
        ("toplevel", "cmd=NULL", "~a\\\\*"),
        ("toplevel", "", "~a\\\\*"),
        ("lua", "cmd=get", "~a\\\\*"),
    ] {
        let denial = Denial {
            context: context.into(),
            client: client.into(),
            ..denial("key", b"a*", 1.0)
        };
        let rules = Wish::of(&denial).map(|wish| wish.rules(&user("app", "+@all"), &catalog()));
        assert_eq!(
            rules.map(|rules| print::line(&rules)),
            Some(rule.into()),
            "{client}"
        );
    }
    let denial = Denial {
        client: b"cmd=psubscribe".into(),
        ..denial("channel", b"a*", 1.0)
    };
    let rules = Wish::of(&denial).map(|wish| wish.rules(&user("app", "+@all"), &catalog()));
    assert_eq!(rules, Some(vec![Rule::Channel(b"a*".to_vec())]));
}

#[test]
fn keys_lead_where_they_say() {
    for (name, turn) in [
        ("esc", Turn::Close),
        ("d", Turn::Clear),
        ("G", Turn::Stay),
        ("q", Turn::Stay),
    ] {
        assert_eq!(list().press(chord(name)), turn, "{name}");
    }
    assert!(matches!(list().press(chord("g")), Turn::Grant(_)));
    let mut empty = Denials::new(Vec::new());
    for name in ["d", "g", "enter", "down"] {
        assert_eq!(empty.press(chord(name)), Turn::Stay, "{name}");
    }
}

#[test]
fn the_cursor_stays_on_its_entry() {
    let mut list = list();
    let _ = list.press(chord("down"));
    list.set(vec![
        denial("command", b"config|get", 17.0),
        denial("key", b"other:k", 5.0),
        denial("command", b"keys", 0.0),
    ]);
    assert_eq!(
        list.selected().map(|denial| &*denial.object),
        Some(&b"config|get"[..])
    );
    list.set(Vec::new());
    assert_eq!(list.selected(), None);
}

#[test]
fn entries_read_well_at_every_size() {
    for (width, height) in [(40, 10), (80, 24), (200, 60)] {
        let mut list = list();
        let rows = painted(width, height, |area, buf, theme| {
            list.arrange(area);
            list.draw(area, buf, theme);
        });
        let head = [
            "Denials",
            "now   3× app key other:k",
            "12s",
            "1m30s",
            "1h06m",
        ];
        sees(&rows, &head);
        sees(&rows, &["app may not use the key other:k"]);
    }
    let mut list = list();
    let _ = list.press(chord("end"));
    let _ = list.press(chord("up"));
    let _ = list.press(chord("g"));
    let rows = painted(80, 24, |area, buf, theme| list.draw(area, buf, theme));
    sees(&rows, &["a login that failed"]);
}

#[test]
fn a_grant_is_what_helps_or_says_what_it_leaves_lacking() {
    for (rules, reason, object, granted, lacks) in [
        ("~app:* +get", "key", &b"k"[..], "~k +set", false),
        ("~app:* +set", "key", b"k", "~k", false),
        ("+ping", "command", b"set", "+set", true),
        ("~app:* +ping", "command", b"set", "+set", false),
        ("+get", "command", b"ping", "+ping", false),
    ] {
        let app = user("app", rules);
        let wish = Wish::of(&denial(reason, object, 1.0)).expect("something to grant");
        assert_eq!(
            print::line(&wish.rules(&app, &catalog())),
            granted,
            "{rules}"
        );
        let said = wish.lacks(&app, &catalog());
        assert_eq!(said.is_some(), lacks, "{rules}: {said:?}");
    }
    let mut split = user("app", "+ping");
    split.selectors.push(user("x", "~app:* +set").root);
    let wish = Wish::of(&denial("key", b"k", 1.0)).expect("something to grant");
    assert_eq!(print::line(&wish.rules(&split, &catalog())), "~k +set");
}
