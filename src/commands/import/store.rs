//! Stores a world: compares it with what is there, and writes what differs.
//!
//! A little long, so that the order in which the kinds are stored is seen in one place.
//!
//! **Invariant:** all of it in one transaction, so that looking and applying are the same way, and
//! nothing is half stored.

use std::collections::HashMap;

use sqlx::types::Json;

use super::How;
use super::report::{ImportError, Report};
use super::rows::{Kind, Place, Problem};
use super::values;
use super::world::{self, World};
use crate::domain::ids::{AccountId, ItemId, OrgId, SiteId, SupplierId, SupplierItemId};
use crate::domain::money::Currency;
use crate::domain::org::OrgSettings;
use crate::domain::supplier::SupplierTerms;
use crate::flow::receive::CHANNEL;
use crate::store::catalogue;
use crate::store::db::{Db, Tx};
use crate::store::orgs::{self, Number, Org};
use crate::store::people::{self, Site};
use crate::store::suppliers::{self, Account, Item, Supplier, SupplierItem};
use crate::vault::Vault;

mod columns;
mod names;
mod persons;

use columns::{chosen, shown_item, shown_offer, shown_org, shown_site, shown_supplier};

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

    async fn suppliers(&mut self, world: &World) -> sqlx::Result<()> {
        let stored = suppliers::all(&mut self.tx, &self.org.id).await?;
        for new in &world.suppliers {
            let was = stored.iter().find(|s| s.code == new.code);
            self.supplier(new, was).await?;
        }
        let suppliers = suppliers::all(&mut self.tx, &self.org.id).await?;
        let items = suppliers::items(&mut self.tx, &self.org.id).await?;
        let items = by_code(&items);
        for supplier in &suppliers {
            let offers = suppliers::offers_of(&mut self.tx, &self.org.id, &supplier.id).await?;
            let offers = offers.iter().map(|offer| (&offer.item_id, offer)).collect();
            let of_it = world
                .supplier_items
                .iter()
                .filter(|new| new.supplier == supplier.code);
            for new in of_it {
                self.supplier_item(new, supplier, &items, &offers).await?;
            }
        }
        for new in &world.supplier_items {
            let is_known = suppliers.iter().any(|s| s.code == new.supplier);
            // An empty one was complained of where it was read.
            if !is_known && !new.supplier.is_empty() {
                let text = format!("there is no supplier {}", new.supplier);
                self.problems.push(new.place.problem("supplier", text));
            }
        }
        Ok(())
    }

    async fn supplier(
        &mut self,
        new: &world::Supplier,
        was: Option<&Supplier>,
    ) -> sqlx::Result<()> {
        let terms = was.map(|s| s.terms.0.clone()).unwrap_or_default();
        let terms = match new.terms.over(&terms) {
            Ok(terms) => terms,
            Err(error) => {
                self.problems.push(new.place.problem("terms", error));
                terms
            }
        };
        let of_recipe = || {
            let recipe = crate::flow::place::recipe(&new.recipe).ok();
            recipe.map_or_else(String::new, |recipe| recipe.base().to_string())
        };
        let supplier = Supplier {
            id: was.map_or_else(SupplierId::new, |s| s.id.clone()),
            org_id: self.org.id.clone(),
            code: new.code.clone(),
            name: new.name.clone(),
            recipe: new.recipe.clone(),
            base_url: new
                .base_url
                .clone()
                .or_else(|| was.map(|s| s.base_url.clone()))
                .unwrap_or_else(of_recipe),
            currency: code_of(new.currency),
            terms: Json(terms),
            erp_name: new
                .erp_name
                .clone()
                .or_else(|| was.map(|s| s.erp_name.clone()))
                .unwrap_or_else(|| new.name.clone()),
            paused_at: was.and_then(|s| s.paused_at),
        };
        let mut names: Vec<String> = match was {
            Some(was) => suppliers::accounts(&mut self.tx, &self.org.id, &was.id)
                .await?
                .into_iter()
                .map(|account| account.name)
                .collect(),
            None => Vec::new(),
        };
        let before = was.map(|was| shown_supplier(was, &names));
        let default = vec![ACCOUNT.to_owned()];
        let wanted = match &new.accounts {
            Some(accounts) => accounts,
            None if names.is_empty() => &default,
            None => &names,
        };
        let missing: Vec<String> = wanted
            .iter()
            .filter(|name| !names.contains(name))
            .cloned()
            .collect();
        names.extend(missing.clone());
        let mut after = shown_supplier(&supplier, &names);
        if before.as_ref() != Some(&after) {
            suppliers::save(&mut self.tx, &supplier).await?;
        }
        for name in missing {
            let account = Account {
                id: AccountId::new(),
                org_id: self.org.id.clone(),
                supplier_id: supplier.id.clone(),
                name,
                sealed_user: None,
                sealed_password: None,
            };
            suppliers::save_account(&mut self.tx, &account).await?;
        }
        if before.is_none() {
            let amounts = &values::TERM_AMOUNTS;
            let defaults = values::columns("terms", &SupplierTerms::default(), amounts);
            after = chosen(after, &defaults);
        }
        self.report.note(Kind::Supplier, &new.code, before, after);
        Ok(())
    }

    async fn supplier_item(
        &mut self,
        new: &world::SupplierItem,
        supplier: &Supplier,
        items: &HashMap<&str, &Item>,
        offers: &HashMap<&ItemId, &SupplierItem>,
    ) -> sqlx::Result<()> {
        let Some(item) = items.get(new.item.as_str()) else {
            if !new.item.is_empty() {
                let text = format!("there is no item {}", new.item);
                self.problems.push(new.place.problem("item", text));
            }
            return Ok(());
        };
        let was = offers.get(&item.id).copied();
        let unit = new.unit.as_ref().map(|unit| unit.code().to_owned());
        let offer = SupplierItem {
            id: was.map_or_else(SupplierItemId::new, |offer| offer.id.clone()),
            org_id: self.org.id.clone(),
            supplier_id: supplier.id.clone(),
            item_id: item.id.clone(),
            sku: new.sku.clone(),
            unit: unit
                .or_else(|| was.map(|offer| offer.unit.clone()))
                .unwrap_or_else(|| item.unit.clone()),
            price: new.price,
            price_at: self.tx.now().await?,
        };
        let before = was.map(|was| shown_offer(was, &supplier.currency));
        let after = shown_offer(&offer, &supplier.currency);
        if before.as_ref() != Some(&after) {
            suppliers::save_offer(&mut self.tx, &offer).await?;
        }
        let code = format!("{} {}", new.supplier, new.item);
        self.report.note(Kind::SupplierItem, &code, before, after);
        Ok(())
    }
}

fn by_code(items: &[Item]) -> HashMap<&str, &Item> {
    items
        .iter()
        .map(|item| (item.code.as_str(), item))
        .collect()
}

/// The account that a supplier has when none is named.
const ACCOUNT: &str = "main";

/// The new value, or the stored one, or nothing.
fn keep<T: Clone + Default>(new: Option<&T>, was: Option<&T>) -> T {
    new.or(was).cloned().unwrap_or_default()
}
