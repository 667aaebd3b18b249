//! An address that is printed reads as the same address, whatever is in it; reading never panics.
use keygrove::model::target::{Place, Secret, Target, Tls, Trust};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn place() -> impl Strategy<Value = Place> {
    let name = "[a-z0-9_][a-z0-9._-]{0,12}".boxed();
    let v4 = any::<[u8; 4]>()
        .prop_map(|[a, b, c, d]| format!("{a}.{b}.{c}.{d}"))
        .boxed();
    let v6 = any::<std::net::Ipv6Addr>()
        .prop_map(|address| address.to_string())
        .boxed();
    let zone = "fe80::[0-9a-f]%[a-z0-9]{1,5}".boxed();
    let host = prop_oneof![name, v4, v6, zone];
    let tcp = (host, 1..=u16::MAX).prop_map(|(host, port)| Place::Tcp { host, port });
    let path = vec(1..=u8::MAX, 1..20).prop_map(|mut path| {
        use std::os::unix::ffi::OsStringExt;
        path.insert(0, b'/');
        Place::Unix(std::ffi::OsString::from_vec(path).into())
    });
    prop_oneof![tcp, path]
}

/// Any target whose every part a URL can hold, without its password.
fn target() -> impl Strategy<Value = Target> {
    let trust = prop_oneof![Just(Trust::Verified), Just(Trust::Anything)];
    let tls = option::of(trust.prop_map(|trust| Tls {
        trust,
        ..Tls::default()
    }));
    (place(), option::of("\\PC{1,8}"), any::<u32>(), tls).prop_map(|(place, user, db, tls)| {
        let tls = tls.filter(|_| matches!(place, Place::Tcp { .. }));
        Target {
            place,
            user,
            password: None,
            db,
            tls,
        }
    })
}

fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |escaped, byte| {
        escaped + &format!("%{byte:02x}")
    })
}

proptest! {
    #[test]
    fn a_printed_address_reads_as_itself(target in target()) {
        prop_assert_eq!(Target::parse(&target.url()), Ok(target));
    }

    #[test]
    fn so_does_one_whose_mask_is_replaced_by_the_password(mut target in target(), password in "\\PC{1,12}") {
        target.password = Some(Secret::new(password.clone()));
        let url = target.url().replace("***", &escape(&password));
        prop_assert_eq!(Target::parse(&url), Ok(target));
    }

    #[test]
    fn no_print_holds_the_password(mut target in target(), password in "[A-Z]{24}") {
        target.password = Some(Secret::new(password.clone()));
        let seen = format!("{} {} {target:?}", target.url(), target.label());
        prop_assert!(!seen.contains(&password));
    }

    #[test]
    fn what_is_printed_is_harmless(target in target()) {
        let shown = |text: String| text.chars().all(|c| !c.is_control());
        prop_assert!(shown(target.label()) && shown(target.url()));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        if let Ok(target) = Target::parse(&text) {
            let url = target.url();
            if target.password.is_none() {
                prop_assert_eq!(Target::parse(&url), Ok(target));
            }
        }
    }

    #[test]
    fn so_is_any_text_that_looks_like_an_address(text in "(redis://|rediss://|unix://)?[a:@/?#%=\\[\\]1db&.]{0,24}") {
        if let Ok(target) = Target::parse(&text)
            && target.password.is_none()
        {
            prop_assert_eq!(Target::parse(&target.url()), Ok(target));
        }
    }
}
