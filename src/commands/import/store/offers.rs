//! Suppliers with their accounts, and their offers.

use std::collections::HashMap;

use sqlx::types::Json;

use super::columns::{chosen, shown_offer, shown_supplier};
use super::{Import, by_code, code_of};
use crate::commands::import::rows::Kind;
use crate::commands::import::values;
use crate::commands::import::world::{self, World};
use crate::domain::ids::{AccountId, ItemId, SupplierId, SupplierItemId};
use crate::domain::supplier::SupplierTerms;
use crate::store::suppliers::{self, Account, Item, Supplier, SupplierItem};

/// The account that a supplier has when none is named.
const ACCOUNT: &str = "main";

impl Import<'_> {
    pub(super) async fn suppliers(&mut self, world: &World) -> sqlx::Result<()> {
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
