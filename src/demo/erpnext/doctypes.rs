//! The document types and fields that the server knows; it drops every other field silently, as
//! Frappe does.

use self::Kind::{Check, Data, Date, Float, Link, Table, Text};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text of at most 140 characters.
    Data,
    Text,
    Float,
    Check,
    Date,
    /// The name of a document of that type.
    Link(&'static str),
    /// Rows of a child type.
    Table(&'static [Field]),
}

/// Whether a document can be without a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Mandatory,
    Optional,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
    pub(super) need: Need,
}

/// How a new document gets its name; a name that the client sends is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// `PUR-ORD-2026-00001`
    Series(&'static str),
    /// The value of a field.
    Field(&'static str),
    /// `Purchase Order-custom_sutler_uid`
    CustomField,
    /// Only the world makes them; the integration user has no right to.
    Seeded,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct DocType {
    pub(super) name: &'static str,
    pub(super) naming: Naming,
    pub(super) fields: &'static [Field],
}

/// Fields that every document has.
pub(super) const STANDARD: &[&str] = &[
    "name",
    "owner",
    "creation",
    "modified",
    "modified_by",
    "docstatus",
    "idx",
];

const fn opt(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field {
        name,
        label,
        kind,
        need: Need::Optional,
    }
}

const fn must(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field {
        name,
        label,
        kind,
        need: Need::Mandatory,
    }
}

#[rustfmt::skip]
const ORDER_ITEM: &[Field] = &[
    must("item_code", "Item Code", Link("Item")),
    opt("item_name", "Item Name", Data),
    opt("description", "Description", Text),
    opt("supplier_part_no", "Supplier Part Number", Data),
    must("schedule_date", "Required By", Date),
    must("qty", "Quantity", Float),
    must("uom", "UOM", Link("UOM")),
    opt("stock_uom", "Stock UOM", Link("UOM")),
    opt("conversion_factor", "UOM Conversion Factor", Float),
    opt("stock_qty", "Qty in Stock UOM", Float),
    opt("rate", "Rate", Float),
    opt("amount", "Amount", Float),
    opt("warehouse", "Target Warehouse", Link("Warehouse")),
    opt("project", "Project", Link("Project")),
    opt("cost_center", "Cost Center", Link("Cost Center")),
];

#[rustfmt::skip]
const ORDER_TAX: &[Field] = &[
    must("charge_type", "Type", Data),
    must("account_head", "Account Head", Link("Account")),
    must("description", "Description", Text),
    opt("row_id", "Reference Row #", Data),
    opt("rate", "Tax Rate", Float),
    opt("tax_amount", "Amount", Float),
    opt("total", "Total", Float),
    opt("cost_center", "Cost Center", Link("Cost Center")),
    opt("category", "Consider Tax or Charge for", Data),
    opt("add_deduct_tax", "Add or Deduct", Data),
];

#[rustfmt::skip]
static TYPES: &[DocType] = &[
    DocType { name: "Purchase Order", naming: Naming::Series("PUR-ORD-"), fields: &[
        opt("naming_series", "Series", Data),
        opt("title", "Title", Data),
        must("supplier", "Supplier", Link("Supplier")),
        opt("supplier_name", "Supplier Name", Data),
        opt("order_confirmation_no", "Order Confirmation No", Data),
        opt("order_confirmation_date", "Order Confirmation Date", Date),
        must("company", "Company", Link("Company")),
        must("transaction_date", "Date", Date),
        opt("schedule_date", "Required By", Date),
        opt("project", "Project", Link("Project")),
        opt("cost_center", "Cost Center", Link("Cost Center")),
        must("currency", "Currency", Link("Currency")),
        must("conversion_rate", "Exchange Rate", Float),
        opt("set_warehouse", "Set Target Warehouse", Link("Warehouse")),
        opt("terms", "Terms", Text),
        opt("total_qty", "Total Quantity", Float),
        opt("total", "Total", Float),
        opt("net_total", "Net Total", Float),
        opt("base_grand_total", "Grand Total (Company Currency)", Float),
        opt("total_taxes_and_charges", "Total Taxes and Charges", Float),
        opt("grand_total", "Grand Total", Float),
        opt("rounded_total", "Rounded Total", Float),
        opt("status", "Status", Data),
        opt("per_received", "% Received", Float),
        opt("per_billed", "% Billed", Float),
        must("items", "Items", Table(ORDER_ITEM)),
        opt("taxes", "Purchase Taxes and Charges", Table(ORDER_TAX)),
    ] },
    DocType { name: "Supplier", naming: Naming::Field("supplier_name"), fields: &[
        must("supplier_name", "Supplier Name", Data),
        opt("supplier_type", "Supplier Type", Data),
        opt("supplier_group", "Supplier Group", Data),
        opt("country", "Country", Data),
        opt("tax_id", "Tax ID", Data),
        opt("default_currency", "Billing Currency", Link("Currency")),
        opt("disabled", "Disabled", Check),
    ] },
    DocType { name: "Item", naming: Naming::Field("item_code"), fields: &[
        must("item_code", "Item Code", Data),
        opt("item_name", "Item Name", Data),
        must("item_group", "Item Group", Data),
        must("stock_uom", "Default Unit of Measure", Link("UOM")),
        opt("description", "Description", Text),
        opt("is_stock_item", "Maintain Stock", Check),
        opt("min_order_qty", "Minimum Order Qty", Float),
        opt("disabled", "Disabled", Check),
    ] },
    DocType { name: "Custom Field", naming: Naming::CustomField, fields: &[
        must("dt", "DocType", Link("DocType")),
        opt("label", "Label", Data),
        opt("fieldname", "Fieldname", Data),
        must("fieldtype", "Field Type", Data),
        opt("insert_after", "Insert After", Data),
        opt("unique", "Unique", Check),
        opt("no_copy", "No Copy", Check),
        opt("read_only", "Read Only", Check),
        opt("reqd", "Is Mandatory Field", Check),
        opt("hidden", "Hidden", Check),
    ] },
    DocType { name: "DocType", naming: Naming::Seeded, fields: &[] },
    DocType { name: "Company", naming: Naming::Seeded, fields: &[opt("default_currency", "Default Currency", Link("Currency"))] },
    DocType { name: "UOM", naming: Naming::Seeded, fields: &[opt("must_be_whole_number", "Must be Whole Number", Check)] },
    DocType { name: "Currency", naming: Naming::Seeded, fields: &[] },
    DocType { name: "Warehouse", naming: Naming::Seeded, fields: &[] },
    DocType { name: "Account", naming: Naming::Seeded, fields: &[] },
    DocType { name: "Cost Center", naming: Naming::Seeded, fields: &[] },
    DocType { name: "Project", naming: Naming::Seeded, fields: &[] },
];

impl DocType {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        TYPES.iter().find(|doctype| doctype.name == name)
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        TYPES.iter().map(|doctype| doctype.name)
    }
}
