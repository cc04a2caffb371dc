//! What the ERP holds before its first request.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::demo::server::{Clock, wall_clock};

/// An `ERPNext` site of one company.
#[derive(Clone)]
pub struct ErpWorld {
    /// The integration user, and its key pair for `Authorization: token key:secret`.
    pub user: String,
    pub api_key: String,
    pub api_secret: String,
    pub company: String,
    /// ISO 4217; the company's own currency, the first one known.
    pub currencies: Vec<String>,
    /// Names of the suppliers.
    pub suppliers: Vec<String>,
    pub items: Vec<ErpItem>,
    pub uoms: Vec<Uom>,
    pub warehouses: Vec<String>,
    pub accounts: Vec<String>,
    pub cost_centers: Vec<String>,
    pub projects: Vec<String>,
    /// Fieldnames of unique custom fields on Purchase Order.
    pub unique_fields: Vec<String>,
    pub clock: Clock,
}

/// An item of the company.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErpItem {
    pub code: String,
    pub name: String,
    pub group: String,
    /// The name of its stock unit.
    pub uom: String,
}

/// A unit of measure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Uom {
    pub name: String,
    pub must_be_whole_number: bool,
}

impl fmt::Debug for ErpWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErpWorld")
            .field("company", &self.company)
            .finish_non_exhaustive()
    }
}

impl ErpWorld {
    /// The site of Tumaini Builders, with the unique field that Sutler needs.
    pub fn demo() -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            user: "sutler@tumaini.example".to_owned(),
            api_key: "8f31c2d07ab94e6".to_owned(),
            api_secret: "5be04c1f9d2a731".to_owned(),
            company: "Tumaini Builders Ltd".to_owned(),
            currencies: texts(&["KES", "USD", "EUR"]),
            suppliers: texts(&["Mjengo Supplies"]),
            items: ITEMS
                .iter()
                .map(|(code, name, group, uom)| ErpItem {
                    code: (*code).to_owned(),
                    name: (*name).to_owned(),
                    group: (*group).to_owned(),
                    uom: (*uom).to_owned(),
                })
                .collect(),
            uoms: UOMS
                .iter()
                .map(|(name, whole)| Uom {
                    name: (*name).to_owned(),
                    must_be_whole_number: *whole,
                })
                .collect(),
            warehouses: texts(&[
                "Main yard - TB",
                "Site 4 - TB",
                "Site 7 - TB",
                "Site 12 - TB",
            ]),
            accounts: texts(&["VAT - TB", "Freight and Forwarding Charges - TB"]),
            cost_centers: texts(&["Main - TB", "Site 4 - TB", "Site 7 - TB", "Site 12 - TB"]),
            projects: texts(&["PROJ-0004", "PROJ-0007", "PROJ-0012"]),
            unique_fields: texts(&["custom_sutler_uid"]),
            clock: wall_clock(),
        }
    }
}

const UOMS: &[(&str, bool)] = &[
    ("Nos", true),
    ("Bag", true),
    ("Roll", true),
    ("Length", true),
    ("Sheet", true),
    ("Pair", true),
    ("Bucket", true),
    ("Jerrican", true),
    ("Foot", true),
    ("Tonne", false),
    ("Kg", false),
];

#[rustfmt::skip]
const ITEMS: &[(&str, &str, &str, &str)] = &[
    ("CEMENT-42", "Cement 42.5N 50 kg", "Materials", "Bag"),
    ("CEMENT-32", "Masonry cement 50 kg", "Materials", "Bag"),
    ("SAND-RIVER", "River sand", "Materials", "Tonne"),
    ("BALLAST-20", "Ballast 20 mm", "Materials", "Tonne"),
    ("BLOCK-150", "Concrete block 150 mm", "Materials", "Nos"),
    ("REBAR-10", "Rebar 10 mm, 12 m", "Materials", "Length"),
    ("REBAR-12", "Rebar 12 mm, 12 m", "Materials", "Length"),
    ("MESH-A142", "Mesh A142", "Materials", "Sheet"),
    ("BINDING-WIRE", "Binding wire 25 kg", "Materials", "Roll"),
    ("NAILS-100", "Nails 100 mm", "Materials", "Kg"),
    ("CABLE-1.5", "Cable 1.5 mm², 100 m", "Electrical", "Roll"),
    ("CABLE-2.5", "Cable 2.5 mm², 100 m", "Electrical", "Roll"),
    ("PIPE-PVC-110", "PVC pipe 110 mm, 6 m", "Plumbing", "Length"),
    ("PLYWOOD-18", "Plywood 18 mm", "Materials", "Sheet"),
    ("TIMBER-4X2", "Timber 4 × 2 in", "Materials", "Foot"),
    ("IRON-SHEET-30", "Iron sheet gauge 30, 3 m", "Materials", "Sheet"),
    ("PAINT-WHITE-20", "White emulsion 20 l", "Finishes", "Bucket"),
    ("HELMET", "Safety helmet", "Safety", "Nos"),
    ("GLOVES", "Work gloves", "Safety", "Pair"),
    ("GUMBOOTS", "Gumboots", "Safety", "Pair"),
    ("DIESEL-20", "Diesel 20 l", "Fuel", "Jerrican"),
    ("WHEELBARROW", "Wheelbarrow", "Tools", "Nos"),
    ("SHOVEL", "Shovel", "Tools", "Nos"),
];
