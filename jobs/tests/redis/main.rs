//! Tests that need a real Redis. Each starts its own and ends it.

mod canaries;
mod carrier;
mod server;
