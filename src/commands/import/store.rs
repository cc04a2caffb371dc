//! Stores a world: compares it with what is there, and writes what differs.
//!
//! **Invariant:** all of it in one transaction, so that looking and applying are the same way, and
//! nothing is half stored.

use std::collections::HashMap;

use sqlx::types::Json;

use super::How;
use super::report::{ImportError, Report};
use super::rows::{Kind, Place, Problem};
use super::values;
use super::world::World;
use crate::domain::ids::{ItemId, OrgId, SiteId};
use crate::domain::money::Currency;
use crate::domain::org::OrgSettings;
use crate::flow::receive::CHANNEL;
use crate::store::catalogue;
use crate::store::db::{Db, Tx};
use crate::store::orgs::{self, Number, Org};
use crate::store::people::{self, Site};
use crate::store::suppliers::{self, Item};
use crate::vault::Vault;

mod columns;
mod names;
mod offers;
mod persons;

use columns::{chosen, shown_item, shown_org, shown_site};

/// Compares a world with what is stored; with [`How::Apply`] stores it.
pub async fn import(
    db: &Db,
    vault: &Vault,
    world: &World,
    how: How,
) -> Result<Report, ImportError> {
    let mut problems = world.problems();
    let mut tx = db.begin().await?;
    let org = organisation(&mut tx, world, &mut problems).await?;
    let Some((org, was)) = org else {
        return Err(ImportError::Rows(problems));
    };
    let mut import = Import {
        tx,
        vault,
        org,
        report: Report::default(),
        problems,
        sites: HashMap::new(),
    };
    import.organisation(world, was).await?;
    import.sites(world).await?;
    import.people(world).await?;
    import.items(world).await?;
    import.aliases(world).await?;
    import.suppliers(world).await?;
    if !import.problems.is_empty() {
        return Err(ImportError::Rows(import.problems));
    }
    match how {
        How::Show => {}
        How::Apply => import.tx.commit().await?,
    }
    Ok(import.report)
}

struct Import<'a> {
    tx: Tx,
    vault: &'a Vault,
    org: Org,
    report: Report,
    problems: Vec<Problem>,
    /// Codes of all sites, stored ones and new ones.
    sites: HashMap<String, SiteId>,
}

/// The organisation as it is to be, and as it was.
async fn organisation(
    tx: &mut Tx,
    world: &World,
    problems: &mut Vec<Problem>,
) -> sqlx::Result<Option<(Org, Option<Org>)>> {
    let nowhere = Place {
        file: "import".into(),
        line: 1,
    };
    let Some(new) = &world.organisation else {
        let mut all = orgs::all(tx).await?;
        let found = match &world.of {
            Some(code) => all.into_iter().find(|org| org.code == *code),
            None if all.len() == 1 => all.pop(),
            None => None,
        };
        if found.is_none() {
            let text = match &world.of {
                Some(code) => format!("there is no organisation {code}"),
                None => "whose is this? Name the organisation with --org CODE, or import it in \
                         the same run"
                    .to_owned(),
            };
            problems.push(nowhere.problem("organisation", text));
        }
        return Ok(found.map(|org| (org.clone(), Some(org))));
    };
    let was = orgs::find_by_code(tx, &new.code).await?;
    let settings = was
        .as_ref()
        .map_or_else(OrgSettings::default, |org| org.settings.0.clone());
    let settings = match new.settings.over(&settings) {
        Ok(settings) => settings,
        Err(error) => {
            problems.push(new.place.problem("settings", error));
            settings
        }
    };
    let org = Org {
        id: was.as_ref().map_or_else(OrgId::new, |org| org.id.clone()),
        code: new.code.clone(),
        name: new.name.clone(),
        currency: code_of(new.currency),
        time_zone: new.time_zone.clone(),
        settings: Json(settings),
    };
    Ok(Some((org, was)))
}

fn code_of(currency: Option<Currency>) -> String {
    currency.map_or_else(String::new, |c| c.code().to_owned())
}

impl Import<'_> {
    async fn organisation(&mut self, world: &World, was: Option<Org>) -> sqlx::Result<()> {
        let Some(new) = &world.organisation else {
            return Ok(());
        };
        let stored: Vec<Number> = orgs::numbers(&mut self.tx).await?;
        let (own, others): (Vec<Number>, Vec<Number>) = stored
            .into_iter()
            .filter(|n| n.channel == CHANNEL)
            .partition(|n| n.org_id == self.org.id);
        let wanted: Vec<Number> = match &new.numbers {
            None => own.clone(),
            Some(numbers) => numbers
                .iter()
                .map(|(app, number_id)| Number {
                    org_id: self.org.id.clone(),
                    channel: CHANNEL.to_owned(),
                    app: app.clone(),
                    number_id: number_id.clone(),
                })
                .collect(),
        };
        for number in &wanted {
            if others.iter().any(|n| n.number_id == number.number_id) {
                let text = format!("{} is a number of another organisation", number.number_id);
                let problem = new.place.problem("whatsapp_numbers", text);
                self.problems.push(problem);
            }
        }
        let sorted = |org: &Org, mut numbers: Vec<Number>| {
            numbers.sort_by(|a, b| a.number_id.cmp(&b.number_id));
            shown_org(org, &numbers)
        };
        let before = was.map(|org| sorted(&org, own.clone()));
        let mut after = sorted(&self.org, wanted.clone());
        if before.as_ref() != Some(&after) {
            orgs::save(&mut self.tx, &self.org).await?;
            let gone = own
                .iter()
                .filter(|n| !wanted.iter().any(|w| w.number_id == n.number_id));
            for number in gone {
                orgs::remove_number(&mut self.tx, number).await?;
            }
            for number in &wanted {
                orgs::save_number(&mut self.tx, number).await?;
            }
            if let Some(first) = wanted.first() {
                let tx = &mut self.tx;
                people::renumber(tx, &self.org.id, CHANNEL, &first.number_id).await?;
            }
        }
        if before.is_none() {
            let amounts = &values::SETTING_AMOUNTS;
            let defaults = values::columns("settings", &OrgSettings::default(), amounts);
            after = chosen(after, &defaults);
        }
        self.report
            .note(Kind::Organisation, &new.code, before, after);
        Ok(())
    }

    async fn sites(&mut self, world: &World) -> sqlx::Result<()> {
        let stored = people::sites(&mut self.tx, &self.org.id).await?;
        self.sites = stored
            .iter()
            .map(|site| (site.code.clone(), site.id.clone()))
            .collect();
        for new in &world.sites {
            let was = stored.iter().find(|site| site.code == new.code);
            let site = Site {
                id: was.map_or_else(SiteId::new, |site| site.id.clone()),
                org_id: self.org.id.clone(),
                code: new.code.clone(),
                name: new.name.clone(),
                aliases: Json(keep(new.aliases.as_ref(), was.map(|s| &s.aliases.0))),
                address_name: new
                    .address_name
                    .clone()
                    .or_else(|| was.map(|site| site.address_name.clone()))
                    .unwrap_or_else(|| new.name.clone()),
                address: keep(new.address.as_ref(), was.map(|s| &s.address)),
                cost_code: keep(new.cost_code.as_ref(), was.map(|s| &s.cost_code)),
            };
            self.sites.insert(site.code.clone(), site.id.clone());
            let (before, after) = (was.map(shown_site), shown_site(&site));
            if before.as_ref() != Some(&after) {
                people::save_site(&mut self.tx, &site).await?;
            }
            self.report.note(Kind::Site, &new.code, before, after);
        }
        Ok(())
    }

    async fn items(&mut self, world: &World) -> sqlx::Result<()> {
        let stored = suppliers::items(&mut self.tx, &self.org.id).await?;
        let by_code = by_code(&stored);
        let mut has_changed = false;
        for new in &world.items {
            let was = by_code.get(new.code.as_str()).copied();
            let item = Item {
                id: was.map_or_else(ItemId::new, |item| item.id.clone()),
                org_id: self.org.id.clone(),
                code: new.code.clone(),
                name: new.name.clone(),
                aliases: Json(keep(new.aliases.as_ref(), was.map(|i| &i.aliases.0))),
                unit: new
                    .unit
                    .as_ref()
                    .map_or_else(String::new, |u| u.code().to_owned()),
                category: keep(new.category.as_ref(), was.map(|i| &i.category)),
            };
            let (before, after) = (was.map(shown_item), shown_item(&item));
            if before.as_ref() != Some(&after) {
                suppliers::save_item(&mut self.tx, &item).await?;
                has_changed = true;
            }
            self.report.note(Kind::Item, &new.code, before, after);
        }
        if has_changed {
            catalogue::changed(&mut self.tx, &self.org.id).await?;
        }
        Ok(())
    }
}

fn by_code(items: &[Item]) -> HashMap<&str, &Item> {
    items
        .iter()
        .map(|item| (item.code.as_str(), item))
        .collect()
}

/// The new value, or the stored one, or nothing.
fn keep<T: Clone + Default>(new: Option<&T>, was: Option<&T>) -> T {
    new.or(was).cloned().unwrap_or_default()
}
