//! Tests.

#[cfg(test)]
mod neighbours;
#[cfg(test)]
mod sites;
