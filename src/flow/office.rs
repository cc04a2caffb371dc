//! The office: who takes over what Sutler cannot settle with a requester.

use crate::domain::ids::{OrgId, PersonId};
use crate::domain::person::Role;
use crate::store::db::Tx;
use crate::store::people::{self, Person};

/// Somebody else who buys, or who runs Sutler; the first by their code.
pub async fn buyer(tx: &mut Tx, org: &OrgId, requester: &PersonId) -> sqlx::Result<Option<Person>> {
    let all = people::all(tx, org).await?;
    let of = |role: Role| all.iter().find(|p| p.is(role) && p.id != *requester);
    Ok(of(Role::Buyer).or_else(|| of(Role::Operator)).cloned())
}
