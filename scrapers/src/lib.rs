//! Supplier sites.
