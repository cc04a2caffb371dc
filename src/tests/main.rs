//! Tests.

#[cfg(test)]
mod neighbours;
