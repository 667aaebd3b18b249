//! What a proof counts, says first, and says of the log.
use super::super::tests::{chord, painted, sees};
use super::*;

fn case(line: &str, want: Want) -> matrix::Row {
    let argv = line
        .split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect();
    matrix::Row { argv, want }
}

fn proof() -> Proof {
    let cases = vec![
        case("GET app:k", Want::Allowed),
        case("GET other:k", Want::Refused),
        case("SCAN 0", Want::Allowed),
    ];
    Proof::new(b"app", cases, b"app:")
}

fn shown(proof: &mut Proof, width: u16, height: u16) -> Vec<String> {
    painted(width, height, |area, buf, theme| {
        proof.arrange(area);
        proof.draw(area, buf, theme);
    })
}

#[test]
fn what_is_not_as_meant_stands_first() {
    let cases = (0..40).map(|n| case(&format!("GET app:{n}"), Want::Allowed));
    let mut proof = Proof::new(b"app", cases.collect(), b"app:");
    for row in 0..40 {
        proof.set(row, Shown::Allowed);
    }
    proof.set(37, Shown::Refused("no permissions".into()));
    sees(
        &shown(&mut proof, 90, 12),
        &["✗ allowed denied", "app:37 — no permissions"],
    );
    assert_eq!(proof.press(chord("down")), Turn::Stay);
    sees(
        &shown(&mut proof, 90, 12),
        &["✗ allowed denied", "GET app:0"],
    );
}

#[test]
fn the_summary_follows_the_rows() {
    let mut proof = proof();
    let refused = || Shown::Refused("no permissions to access the 'other:k' key".into());
    let mut partly = proof.clone();
    partly.set(0, Shown::Allowed);
    partly.leave_out(1);
    assert_eq!(partly.summary(), "2 of 3 tried, all as meant");
    assert_eq!(partly.waiting().map(|(at, _)| at), Some(2));
    partly.set(2, Shown::Allowed);
    let rest = "1 not tried: they could do harm";
    assert_eq!(partly.summary(), format!("2 of 3 as meant, {rest}"));
    assert!(!partly.holds() && !partly.fails());
    partly.set(2, Shown::Refused(String::new()));
    assert_eq!(partly.summary(), format!("1 of 3 not as meant, {rest}"));
    assert!(partly.fails());
    for (row, got, summary, next) in [
        (0, Shown::Allowed, "1 of 3 tried, all as meant", Some(1)),
        (1, refused(), "2 of 3 tried, all as meant", Some(2)),
        (2, Shown::Allowed, "all 3 as meant", None),
        (9, Shown::Allowed, "all 3 as meant", None),
        (1, Shown::Allowed, "1 of 3 not as meant", None),
        (1, Shown::Unclear("odd".into()), "1 of 3 not as meant", None),
    ] {
        proof.set(row, got);
        assert_eq!(proof.summary(), summary);
        assert_eq!(proof.waiting().map(|(at, _)| at), next);
        assert_eq!(proof.holds(), summary.starts_with("all"));
    }
    assert_eq!(
        Proof::new(b"a", Vec::new(), b"").summary(),
        "nothing to prove"
    );
}

#[test]
fn what_it_left_in_the_log_of_denials_is_said() {
    for (logged, said) in [
        (0, ""),
        (1, "; 1 refusal of this proof"),
        (7, "; 7 refusals of this proof"),
    ] {
        let mut proof = proof();
        proof.set_logged(logged);
        for (width, height) in [(40, 10), (80, 24)] {
            let rows = shown(&mut proof, width, height).concat();
            assert_eq!(rows.contains("LOG"), logged > 0, "{rows}");
            assert!(width == 40 || rows.contains(said), "{rows}");
            assert!(rows.contains("GET app:k"), "{rows}");
        }
    }
}

#[test]
fn every_row_is_seen_with_its_reason() {
    for (width, height) in [(40, 10), (80, 24), (200, 60)] {
        let mut proof = proof();
        proof.set(0, Shown::Refused("no way".into()));
        sees(
            &shown(&mut proof, width, height),
            &[
                "Proof · app",
                "1 of 3 tried, 1 not as meant",
                "✗ allowed denied",
                "· denied  waiting",
                "GET app:k — no way",
            ],
        );
    }
    let mut proof = proof();
    proof.set(1, Shown::Refused("NOPERM".into()));
    sees(
        &shown(&mut proof, 80, 24),
        &["✓ denied  denied  read a string of others  GET other:k"],
    );
}

#[test]
fn esc_and_enter_close_and_the_rest_moves() {
    for (name, turn) in [
        ("esc", Turn::Close),
        ("enter", Turn::Close),
        ("down", Turn::Stay),
        ("j", Turn::Stay),
        ("q", Turn::Stay),
    ] {
        assert_eq!(proof().press(chord(name)), turn, "{name}");
    }
    let mut proof = proof();
    let _ = proof.press(chord("end"));
    sees(&shown(&mut proof, 80, 24), &["SCAN 0"]);
    assert_eq!(proof.scroll.selected, 2);
}
