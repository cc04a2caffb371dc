//! Stored records as columns, to compare them and to show them.

use crate::commands::import::report::{Shown, shown};
use crate::commands::import::values;
use crate::store::orgs::{Number, Org};
use crate::store::people::Site;
use crate::store::suppliers::{Item, Supplier, SupplierItem};

pub(super) fn shown_org(org: &Org, numbers: &[Number]) -> Shown {
    let numbers: Vec<String> = numbers
        .iter()
        .map(|n| format!("{}/{}", n.app, n.number_id))
        .collect();
    let mut columns = shown([
        ("name", org.name.clone()),
        ("currency", org.currency.clone()),
        ("time_zone", org.time_zone.clone()),
        ("whatsapp_numbers", numbers.join("; ")),
    ]);
    columns.extend(values::columns(
        "settings",
        &org.settings.0,
        &values::SETTING_AMOUNTS,
    ));
    columns
}

pub(super) fn shown_site(site: &Site) -> Shown {
    shown([
        ("name", site.name.clone()),
        ("aliases", site.aliases.join("; ")),
        ("address_name", site.address_name.clone()),
        ("address", site.address.replace('\n', ", ")),
        ("cost_code", site.cost_code.clone()),
    ])
}

pub(super) fn shown_item(item: &Item) -> Shown {
    shown([
        ("name", item.name.clone()),
        ("aliases", item.aliases.join("; ")),
        ("unit", item.unit.clone()),
        ("category", item.category.clone()),
    ])
}

pub(super) fn shown_supplier(supplier: &Supplier, accounts: &[String]) -> Shown {
    let mut columns = shown([
        ("name", supplier.name.clone()),
        ("recipe", supplier.recipe.clone()),
        ("base_url", supplier.base_url.clone()),
        ("currency", supplier.currency.clone()),
        ("erp_name", supplier.erp_name.clone()),
        ("accounts", accounts.join("; ")),
    ]);
    columns.extend(values::columns(
        "terms",
        &supplier.terms.0,
        &values::TERM_AMOUNTS,
    ));
    columns
}

pub(super) fn shown_offer(offer: &SupplierItem, currency: &str) -> Shown {
    shown([
        ("sku", offer.sku.clone()),
        ("unit", offer.unit.clone()),
        ("price", values::money(offer.price, currency)),
    ])
}

/// For what is new: without the settings that nobody chose.
pub(super) fn chosen(columns: Shown, defaults: &Shown) -> Shown {
    let is_default = |column: &(String, String)| defaults.contains(column);
    columns.into_iter().filter(|c| !is_default(c)).collect()
}
