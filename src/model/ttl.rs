//! Time to live as people type and read it.
