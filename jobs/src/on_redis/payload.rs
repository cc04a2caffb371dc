//! The bytes of a job as Redis keeps them.

use std::convert::Infallible;

use apalis_core::backend::codec::Codec;

/// A job that has not been read yet. apalis 1.0.0 ends the worker when it cannot decode a job,
/// and gives the job to the next worker; so it is handed the bytes, and we read them.
#[derive(Debug, Clone)]
pub(super) struct Payload(pub(super) Vec<u8>);

/// Leaves the bytes as they are.
#[derive(Debug, Clone)]
pub(super) struct Plain;

impl Codec<Payload> for Plain {
    type Error = Infallible;
    type Compact = Vec<u8>;

    fn encode(&self, payload: &Payload) -> Result<Vec<u8>, Infallible> {
        Ok(payload.0.clone())
    }

    fn decode(&self, bytes: &Vec<u8>) -> Result<Payload, Infallible> {
        Ok(Payload(bytes.clone()))
    }
}
