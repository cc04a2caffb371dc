//! In which language somebody is written to.

use crate::domain::ids::{IdentityId, OrgId};
use crate::flow::texts::Texts;
use crate::language::Language;
use crate::store::db::Tx;
use crate::store::orgs::Org;
use crate::store::people::{self, Identity, Person};

/// How somebody is written to: the language set for them, else the one that they write in, else the
/// organisation's.
pub async fn texts(tx: &mut Tx, org: &OrgId, to: &IdentityId) -> anyhow::Result<Texts> {
    let org = super::org(tx, org).await?;
    let identity = people::identity(tx, &org.id, to).await?;
    let person = match identity.as_ref().and_then(|i| i.person_id.as_ref()) {
        Some(person) => people::find(tx, &org.id, person).await?,
        None => None,
    };
    Ok(texts_of(&org, person.as_ref(), identity.as_ref()))
}

pub fn texts_of(org: &Org, person: Option<&Person>, identity: Option<&Identity>) -> Texts {
    let set = person.and_then(|p| p.language.as_deref());
    let wrote = identity.and_then(|i| i.language.as_deref());
    let codes = [set, wrote, Some(org.settings.language.as_str())];
    Texts {
        language: codes
            .into_iter()
            .flatten()
            .find_map(Language::parse)
            .unwrap_or_default(),
        format: org.settings.number_format,
        zone: org.time_zone.parse().unwrap_or(chrono_tz::UTC),
    }
}
