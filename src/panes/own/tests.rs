//! What is concluded of our own rights from what was refused.
use super::*;

fn denied() -> Met {
    Met::Refused(Fault::Denied {
        command: "key".into(),
        text: "No permissions to access a key".into(),
    })
}

fn named() -> Own {
    Own::new(Login::Named, b":")
}

#[test]
fn one_refusal_tells_of_a_folder_and_few_are_risked() {
    let mut own = named();
    assert_eq!(own.standing(&"a:1".into()), Standing::Unknown);
    for key in ["a:1", "b:1", "c:1"] {
        own.met(&key.into(), denied());
    }
    assert!(matches!(own.standing(&"a:2".into()), Standing::Shut(_)));
    assert_eq!(own.standing(&"d:1".into()), Standing::Spared);
    assert!(own.was_refused(&"a:1".into()) && !own.was_refused(&"a:2".into()));
    own.met(&"a:2".into(), Met::Answered);
    assert_eq!(own.standing(&"a:3".into()), Standing::Open);
}

#[test]
fn what_tells_nothing_of_a_folder_is_no_proof_that_it_is_open() {
    let mut own = named();
    own.met(&"a:1".into(), Met::Untold);
    assert_eq!(own.standing(&"a:2".into()), Standing::Open);
    own.met(&"b:1".into(), denied());
    let [_, open, shut] = own.learned();
    assert_eq!((open.len(), shut.len(), own.common()), (0, 1, None));
    own.met(&"a:1".into(), Met::Answered);
    assert_eq!(own.learned()[1], ["a:"]);
    own.met(&"a:3".into(), Met::Untold);
    assert_eq!(own.learned()[1], ["a:"]);
}

#[test]
fn what_is_ours_begins_with_as_little_as_tells_it_from_what_was_refused() {
    for (answered, refused, ours) in [
        (&["my:user:1"][..], &["other:1"][..], Some("my:")),
        (
            &["team:app:1", "team:app:x:1"],
            &["team:other:1"],
            Some("team:app:"),
        ),
        (&["my:user:1", "my:cart:1"], &["other:1"], Some("my:")),
        (&["my:1", "our:1"], &["other:1"], None),
        (&["my:1"], &[], None),
    ] {
        let mut own = named();
        for key in answered {
            own.met(&Key::from(*key), Met::Answered);
        }
        for key in refused {
            own.met(&Key::from(*key), denied());
        }
        assert_eq!(own.common(), ours.map(|ours| ours.as_bytes().to_vec()));
        assert_eq!(own.shuts(b"other:"), refused.contains(&"other:1"));
        assert!(!own.shuts(b"my:"));
    }
}

#[test]
fn what_stands_under_one_name_is_trusted_until_something_there_is_refused() {
    let mut own = named();
    own.met(&"app:x:1".into(), Met::Answered);
    assert_eq!(own.standing(&"app:y:1".into()), Standing::Open);
    assert_eq!(own.standing(&"app2:y:1".into()), Standing::Unknown);
    own.met(&"app:z:1".into(), denied());
    assert_eq!(own.standing(&"app:y:1".into()), Standing::Unknown);
}

#[test]
fn nobody_is_doubted_who_was_refused_nothing() {
    let mut own = Own::new(Login::Default, b":");
    assert_eq!(own.standing(&"a:1".into()), Standing::Open);
    own.met(&"a:1".into(), denied());
    assert_eq!(own.standing(&"b:1".into()), Standing::Unknown);
}

#[test]
fn a_prefix_is_offered_once_when_all_that_is_known_points_to_it() {
    for (open, shut, offer) in [
        (&["app:1", "app:x:1"][..], &["other:1"][..], Some("app:")),
        (&["app:x:1", "app:x:y:1"], &["app:z:1"], Some("app:x:")),
        (&["app:1"], &[], None),
        (&[], &["other:1"], None),
        (&["app:1", "web:1"], &["other:1"], None),
        (&["app:1", "app:x:1"], &["app:z:1"], None),
        (&["1", "app:1"], &["other:1"], None),
    ] {
        let mut own = named();
        for key in open {
            own.met(&(*key).into(), Met::Answered);
        }
        for key in shut {
            own.met(&(*key).into(), denied());
        }
        assert_eq!(
            own.offers(),
            offer.map(|text| text.as_bytes().to_vec()),
            "{open:?}"
        );
        assert_eq!(own.offers(), None);
    }
}
