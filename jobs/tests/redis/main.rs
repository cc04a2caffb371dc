//! Tests that need a real Redis. Each starts its own and ends it.

mod bodies;
mod canaries;
mod carrier;
mod server;
mod trouble;
