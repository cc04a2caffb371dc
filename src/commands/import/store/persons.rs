//! People and the ways to reach them, keyed and sealed as a webhook's sender is.

use std::collections::HashSet;

use sqlx::types::Json;

use super::Import;
use crate::commands::import::report::{Shown, shown};
use crate::commands::import::rows::Kind;
use crate::commands::import::values;
use crate::commands::import::world::{self, Limit, Speaks, World};
use crate::domain::ids::{IdentityId, PersonId, SiteId};
use crate::domain::message::IdentityKind;
use crate::domain::person::Role;
use crate::flow::receive::CHANNEL;
use crate::store::orgs;
use crate::store::people::{self, Identity, Person};

/// One person of the import, as stored and as it is to be.
struct Draft<'a> {
    new: &'a world::Person,
    person: Person,
    before: Option<Shown>,
    /// Kind, address and key.
    wanted: Vec<(IdentityKind, String, String)>,
    sites: Vec<SiteId>,
}

impl Import<'_> {
    pub(super) async fn people(&mut self, world: &World) -> sqlx::Result<()> {
        let stored = people::all(&mut self.tx, &self.org.id).await?;
        let mut drafts = Vec::with_capacity(world.people.len());
        // All that is taken away first: a phone may go from one person to another in one import.
        for new in &world.people {
            let was = stored.iter().find(|person| person.code == new.code);
            drafts.push(self.person(new, was).await?);
        }
        let number = orgs::numbers(&mut self.tx)
            .await?
            .into_iter()
            .find(|n| n.org_id == self.org.id && n.channel == CHANNEL)
            .map_or_else(String::new, |n| n.number_id);
        for draft in drafts {
            self.reach(draft, &number, &stored).await?;
        }
        Ok(())
    }

    /// Stores the person without their identities and detaches those that they no longer have.
    async fn person<'a>(
        &mut self,
        new: &'a world::Person,
        was: Option<&Person>,
    ) -> sqlx::Result<Draft<'a>> {
        let roles = new.roles.clone();
        let person = Person {
            id: was.map_or_else(PersonId::new, |person| person.id.clone()),
            org_id: self.org.id.clone(),
            code: new.code.clone(),
            name: new.name.clone(),
            roles: Json(
                roles
                    .or_else(|| was.map(|person| person.roles.0.clone()))
                    .unwrap_or_else(|| vec![Role::Requester]),
            ),
            approval_limit: match new.approval_limit {
                Some(Limit::UpTo(amount)) => Some(amount),
                Some(Limit::None) => None,
                None => was.and_then(|person| person.approval_limit),
            },
            password_hash: None,
            active: new
                .active
                .or_else(|| was.map(|person| person.active))
                .unwrap_or(true),
            language: match new.language {
                Some(Speaks::Always(language)) => Some(language.code().to_owned()),
                Some(Speaks::AsTheyWrite) => None,
                None => was.and_then(|person| person.language.clone()),
            },
        };
        let identities = match was {
            Some(was) => people::identities(&mut self.tx, &self.org.id, &was.id).await?,
            None => Vec::new(),
        };
        let stored_sites: Vec<SiteId> = match was {
            Some(was) => people::sites_of(&mut self.tx, &self.org.id, &was.id)
                .await?
                .into_iter()
                .map(|(site, _)| site)
                .collect(),
            None => Vec::new(),
        };
        let before = was.map(|was| {
            let addresses = identities
                .iter()
                .filter(|identity| identity.channel == CHANNEL)
                .map(|identity| (identity.kind, self.address(identity)))
                .collect();
            self.shown(was, addresses, &stored_sites)
        });
        let (wanted, gone) = self.identities(new, identities);
        for identity in gone {
            people::detach_identity(&mut self.tx, &self.org.id, &identity.id).await?;
        }
        let sites = match &new.sites {
            None => stored_sites,
            Some(codes) => self.known_sites(new, codes),
        };
        Ok(Draft {
            new,
            person,
            before,
            wanted,
            sites,
        })
    }

    /// The identities that a person is to have, and those that go. A kind that the row leaves out
    /// stays as it is.
    fn identities(
        &self,
        new: &world::Person,
        stored: Vec<Identity>,
    ) -> (Vec<(IdentityKind, String, String)>, Vec<Identity>) {
        let key = |kind: IdentityKind, address: &String| {
            let key = self.vault.hmac(self.org.id.as_str(), address);
            (kind, address.clone(), key)
        };
        let phones = new.phones.iter().flatten();
        let user_ids = new.user_ids.iter().flatten();
        let mut wanted: Vec<_> = phones
            .map(|phone| key(IdentityKind::Phone, phone))
            .chain(user_ids.map(|id| key(IdentityKind::UserId, id)))
            .collect();
        let mut gone = Vec::new();
        for identity in stored {
            let is_named = match identity.kind {
                IdentityKind::Phone => new.phones.is_some(),
                IdentityKind::UserId => new.user_ids.is_some(),
            };
            if identity.channel != CHANNEL || wanted.iter().any(|(_, _, key)| *key == identity.key)
            {
                continue;
            }
            if is_named {
                gone.push(identity);
            } else {
                let address = self.address(&identity);
                wanted.push((identity.kind, address, identity.key));
            }
        }
        (wanted, gone)
    }

    fn known_sites(&mut self, new: &world::Person, codes: &[String]) -> Vec<SiteId> {
        let mut sites = Vec::with_capacity(codes.len());
        for code in codes {
            if let Some(site) = self.sites.get(code) {
                sites.push(site.clone());
            } else {
                let text = format!("there is no site {code}");
                self.problems.push(new.place.problem("sites", text));
            }
        }
        sites
    }

    /// Stores the person with identities and sites.
    async fn reach(
        &mut self,
        draft: Draft<'_>,
        number_id: &str,
        stored: &[Person],
    ) -> sqlx::Result<()> {
        let Draft {
            new,
            person,
            before,
            wanted,
            sites,
        } = draft;
        let org = self.org.id.clone();
        let addresses = wanted
            .iter()
            .map(|(kind, address, _)| (*kind, address.clone()))
            .collect();
        let after = self.shown(&person, addresses, &sites);
        if before.as_ref() != Some(&after) {
            people::save(&mut self.tx, &person).await?;
            people::set_sites(&mut self.tx, &org, &person.id, &sites).await?;
        }
        for (kind, address, key) in wanted {
            let known = people::identity_by_key(&mut self.tx, &org, CHANNEL, &key).await?;
            let owner = known
                .as_ref()
                .and_then(|identity| identity.person_id.as_ref());
            if let Some(owner) = owner.filter(|owner| **owner != person.id) {
                let owner = stored.iter().find(|p| p.id == *owner);
                let text = format!(
                    "{address} is the way to reach {}; take it from them first",
                    owner.map_or("somebody else", |p| p.code.as_str())
                );
                let column = match kind {
                    IdentityKind::Phone => "phones",
                    IdentityKind::UserId => "user_ids",
                };
                self.problems.push(new.place.problem(column, text));
                continue;
            }
            if owner.is_some() {
                continue;
            }
            let identity = Identity {
                id: IdentityId::new(),
                org_id: org.clone(),
                person_id: Some(person.id.clone()),
                channel: CHANNEL.to_owned(),
                kind,
                sealed_address: self
                    .vault
                    .seal(org.as_str(), &format!("identity/{key}"), &address),
                key,
                number_id: number_id.to_owned(),
                window_until: None,
                greeted_at: None,
                language: None,
            };
            people::save_identity(&mut self.tx, &identity).await?;
        }
        self.report.note(Kind::Person, &new.code, before, after);
        Ok(())
    }

    fn address(&self, identity: &Identity) -> String {
        let record = format!("identity/{}", identity.key);
        self.vault
            .unseal(self.org.id.as_str(), &record, &identity.sealed_address)
            .unwrap_or_else(|_| "(sealed with another key)".to_owned())
    }

    fn shown(
        &self,
        person: &Person,
        mut addresses: Vec<(IdentityKind, String)>,
        sites: &[SiteId],
    ) -> Shown {
        addresses.sort_by(|a, b| a.1.cmp(&b.1));
        let of = |kind: IdentityKind| {
            let of_kind: Vec<&str> = addresses
                .iter()
                .filter(|(k, _)| *k == kind)
                .map(|(_, address)| address.as_str())
                .collect();
            of_kind.join("; ")
        };
        let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
        let limit = person
            .approval_limit
            .map(|amount| values::money(amount, &self.org.currency));
        let mut seen = HashSet::new();
        let mut codes: Vec<&str> = sites
            .iter()
            .filter(|site| seen.insert((*site).clone()))
            .filter_map(|site| {
                let mut all = self.sites.iter();
                all.find(|(_, id)| *id == site)
                    .map(|(code, _)| code.as_str())
            })
            .collect();
        // The first is home, the order of the others means nothing.
        if let Some((_, others)) = codes.split_first_mut() {
            others.sort_unstable();
        }
        shown([
            ("name", person.name.clone()),
            ("phones", of(IdentityKind::Phone)),
            ("user_ids", of(IdentityKind::UserId)),
            ("roles", roles.join("; ")),
            ("approval_limit", limit.unwrap_or_default()),
            ("sites", codes.join("; ")),
            (
                "active",
                if person.active { "yes" } else { "no" }.to_owned(),
            ),
            ("language", person.language.clone().unwrap_or_default()),
        ])
    }
}
