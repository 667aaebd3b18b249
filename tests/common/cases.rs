//! How long properties are tried.
use proptest::prelude::ProptestConfig;

/// So many cases, or as many as `PROPTEST_CASES` says; a failure is told, not kept in a file.
pub fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let asked = asked.and_then(|asked| asked.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(asked.unwrap_or(cases))
    }
}
