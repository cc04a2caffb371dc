//! What a shop starts with: its customers, their addresses, its products.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::demo::server::{Clock, wall_clock};

/// A shop before its first visitor.
#[derive(Clone)]
pub struct ShopWorld {
    pub accounts: Vec<Account>,
    pub products: Vec<Product>,
    pub clock: Clock,
}

impl fmt::Debug for ShopWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShopWorld")
            .field("accounts", &self.accounts.len())
            .field("products", &self.products.len())
            .finish_non_exhaustive()
    }
}

/// A customer of the shop.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    pub email: String,
    pub password: String,
    pub company: String,
    /// Where the shop delivers; the first is offered first.
    pub addresses: Vec<Address>,
}

/// A saved delivery address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub name: String,
    pub lines: Vec<String>,
}

impl Address {
    /// Name and lines in one line of text, as the ledger keeps it.
    pub fn one_line(&self) -> String {
        let mut parts = vec![self.name.as_str()];
        parts.extend(self.lines.iter().map(String::as_str));
        parts.join(", ")
    }
}

/// Something the shop sells.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Product {
    pub sku: String,
    pub name: String,
    pub category: String,
    /// The word for one of it: `bag`, `roll`.
    pub unit: String,
    /// KES for one unit before VAT, a decimal with at most two places.
    pub price: String,
    /// Whole units on hand.
    pub stock: u32,
    /// The fewest units one line may have.
    pub minimum: u32,
    pub sold: Sold,
}

/// In what steps a product is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sold {
    Whole,
    /// By weight or volume, in steps of a thousandth.
    Loose,
}

impl ShopWorld {
    /// Mjengo Supplies: a builders' merchant with one contractor among its customers.
    pub fn demo() -> Self {
        Self {
            accounts: vec![Account {
                email: "orders@tumaini.example".to_owned(),
                password: "jenga-imara-2026".to_owned(),
                company: "Tumaini Builders Ltd".to_owned(),
                addresses: vec![
                    address(
                        "Main yard",
                        &["Lunga Lunga Road", "Industrial Area, Nairobi"],
                    ),
                    address("Site 4", &["Plot 118, Namanga Road", "Kitengela, Kajiado"]),
                    address("Site 7", &["Limuru Road, past the quarry", "Ruaka, Kiambu"]),
                    address("Site 12", &["Block C, Garden City Way", "Ruaraka, Nairobi"]),
                ],
            }],
            products: DEMO.iter().map(Row::product).collect(),
            clock: wall_clock(),
        }
    }
}

fn address(name: &str, lines: &[&str]) -> Address {
    Address {
        name: name.to_owned(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    }
}

/// SKU, name, category, unit, price, stock, minimum, steps.
struct Row(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u32,
    u32,
    Sold,
);

impl Row {
    fn product(&self) -> Product {
        Product {
            sku: self.0.to_owned(),
            name: self.1.to_owned(),
            category: self.2.to_owned(),
            unit: self.3.to_owned(),
            price: self.4.to_owned(),
            stock: self.5,
            minimum: self.6,
            sold: self.7,
        }
    }
}

const CONCRETE: &str = "Cement and aggregates";
const STEEL: &str = "Steel and fixings";
const ELECTRIC: &str = "Electrical";
const PLUMBING: &str = "Plumbing";
const TIMBER: &str = "Timber and roofing";
const FINISH: &str = "Paint and finishes";
const SAFETY: &str = "Safety";
const SITE: &str = "Tools and site";

#[rustfmt::skip]
const DEMO: &[Row] = &[
    Row("CEM-425-50", "Portland cement 42.5N, 50 kg", CONCRETE, "bag", "780.00", 4800, 1, Sold::Whole),
    Row("CEM-325-50", "Masonry cement 32.5R, 50 kg", CONCRETE, "bag", "690.00", 6200, 1, Sold::Whole),
    Row("SND-RIV-T", "River sand, washed", CONCRETE, "tonne", "2650.00", 900, 1, Sold::Loose),
    Row("BLS-20-T", "Ballast 20 mm", CONCRETE, "tonne", "2400.00", 1100, 1, Sold::Loose),
    Row("BLK-150", "Concrete block 150 mm, solid", CONCRETE, "piece", "68.00", 24_000, 50, Sold::Whole),
    Row("RBR-D10-12", "Deformed steel bar D10, 12 m", STEEL, "length", "1045.00", 2400, 1, Sold::Whole),
    Row("RBR-D12-12", "Deformed steel bar D12, 12 m", STEEL, "length", "1480.00", 3100, 1, Sold::Whole),
    Row("BRC-A142", "Welded mesh A142, 2.4 × 4.8 m", STEEL, "sheet", "5350.00", 260, 1, Sold::Whole),
    Row("WIR-BND-25", "Binding wire, 25 kg", STEEL, "roll", "4250.00", 180, 1, Sold::Whole),
    Row("NAI-100", "Wire nails 100 mm", STEEL, "kg", "195.00", 1500, 1, Sold::Loose),
    Row("CBL-15-100", "Cable 1.5 mm² single core, 100 m", ELECTRIC, "roll", "4350.00", 320, 1, Sold::Whole),
    Row("CBL-25-100", "Cable 2.5 mm² single core, 100 m", ELECTRIC, "roll", "6900.00", 410, 1, Sold::Whole),
    Row("PVC-110-6", "PVC waste pipe 110 mm, 6 m", PLUMBING, "length", "1390.00", 640, 1, Sold::Whole),
    Row("PLY-18", "Marine plywood 18 mm, 2440 × 1220 mm", TIMBER, "sheet", "4350.00", 520, 1, Sold::Whole),
    Row("TMB-CYP-42", "Cypress timber 4 × 2 in", TIMBER, "foot", "62.00", 18_000, 10, Sold::Whole),
    Row("ROF-G30-3", "Corrugated iron sheet gauge 30, 3 m", TIMBER, "sheet", "1180.00", 1400, 1, Sold::Whole),
    Row("PNT-EMW-20", "Emulsion paint, white, 20 l", FINISH, "bucket", "5250.00", 230, 1, Sold::Whole),
    Row("PPE-HLM-W", "Safety helmet, white", SAFETY, "piece", "650.00", 900, 1, Sold::Whole),
    Row("PPE-GLV-L", "Leather work gloves", SAFETY, "pair", "380.00", 2200, 1, Sold::Whole),
    Row("PPE-BTS", "Gumboots, steel toe", SAFETY, "pair", "1850.00", 600, 1, Sold::Whole),
    Row("DSL-20", "Diesel, 20 l", SITE, "jerrican", "3960.00", 340, 1, Sold::Whole),
    Row("TLS-WBR", "Wheelbarrow, heavy duty", SITE, "piece", "6850.00", 140, 1, Sold::Whole),
    Row("TLS-SHV", "Round-mouth shovel", SITE, "piece", "980.00", 450, 1, Sold::Whole),
];
