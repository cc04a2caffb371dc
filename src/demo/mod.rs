//! The neighbours of the daemon as real servers on this machine, for the demo and for the tests.
//!
//! **Invariant:** they know nothing of Sutler and meet it only over their protocols.

pub mod graph;
