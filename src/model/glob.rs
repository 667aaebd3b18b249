//! Redis's own glob, as SCAN MATCH decides.
