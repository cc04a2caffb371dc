//! What the shop remembers: sessions, baskets, stock and orders.
//!
//! **Invariant:** an order post that finds something in the basket makes an order or says why not;
//! the shop never recognises a repetition.

use std::collections::HashMap;

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::amount;
use super::faults::Fault;
use super::switches::{Effects, Switches};
use super::world::{Account, Product, ShopWorld, Sold};

const FREE_FREIGHT_FROM: i64 = 1_000_000;
const FREIGHT: i64 = 50_000;
/// Per cent of goods and freight.
const VAT: i64 = 16;
const FIRST_ORDER: usize = 10_001;

pub(super) struct Item {
    pub(super) product: Product,
    /// The last part of its page's path.
    pub(super) slug: String,
    /// Listed price in cents.
    pub(super) price: i64,
    /// Thousandths on hand.
    pub(super) stock: i64,
}

#[derive(Clone)]
pub(super) struct Session {
    pub(super) account: Option<usize>,
    pub(super) token: String,
    pub(super) notices: Vec<Notice>,
    pub(super) checkout: Option<Checkout>,
    /// Why the last order post made no order.
    pub(super) refusal: Vec<String>,
    /// Whose password was right, until the code is.
    pub(super) claims: Option<usize>,
}

#[derive(Clone)]
pub(super) struct Notice {
    pub(super) kind: &'static str,
    pub(super) text: String,
}

#[derive(Clone)]
pub(super) struct Checkout {
    pub(super) address: usize,
    pub(super) reference: String,
}

#[derive(Clone)]
struct BasketLine {
    item: usize,
    quantity: i64,
}

/// A basket or an order with its sums, in cents.
#[derive(Clone, Default)]
pub(super) struct Quote {
    pub(super) lines: Vec<QuotedLine>,
    pub(super) goods: i64,
    pub(super) freight: i64,
    pub(super) tax: i64,
    pub(super) total: i64,
}

#[derive(Clone)]
pub(super) struct QuotedLine {
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) unit: String,
    pub(super) quantity: i64,
    pub(super) price: i64,
    /// What the product page says.
    pub(super) listed: i64,
    pub(super) total: i64,
}

#[derive(Clone)]
pub(super) struct Order {
    pub(super) number: String,
    pub(super) account: usize,
    pub(super) reference: String,
    pub(super) address: usize,
    pub(super) quote: Quote,
    pub(super) placed_at: DateTime<Utc>,
}

/// What came of an order post.
pub(super) enum Outcome {
    Ordered(String),
    /// Nothing in the basket, or no delivery address chosen.
    NothingToOrder,
    Refused,
}

pub(super) struct Store {
    world: ShopWorld,
    pub(super) items: Vec<Item>,
    sessions: HashMap<String, Session>,
    baskets: Vec<Vec<BasketLine>>,
    pub(super) orders: Vec<Order>,
    pub(super) switches: Switches,
    /// Order posts that arrived, whatever came of them.
    pub(super) posts: u64,
    /// The paths that were asked for.
    pub(super) trail: Vec<String>,
}

impl Store {
    pub(super) fn new(world: ShopWorld) -> anyhow::Result<Self> {
        let mut items: Vec<Item> = Vec::new();
        for product in &world.products {
            let sku = &product.sku;
            let price = amount::price(&product.price);
            let price = price.with_context(|| format!("{sku}: {} is no price", product.price))?;
            ensure!(
                items.iter().all(|item| item.product.sku != *sku),
                "{sku} is there twice"
            );
            items.push(Item {
                slug: slug(&product.name, sku),
                price,
                stock: i64::from(product.stock) * 1000,
                product: product.clone(),
            });
        }
        Ok(Self {
            items,
            sessions: HashMap::new(),
            baskets: vec![Vec::new(); world.accounts.len()],
            orders: Vec::new(),
            switches: Switches::default(),
            posts: 0,
            trail: Vec::new(),
            world,
        })
    }

    /// As it was before the first visitor.
    pub(super) fn reset(&mut self) {
        *self = Self::new(self.world.clone()).expect("this world was good before");
    }

    pub(super) fn account(&self, account: usize) -> &Account {
        &self.world.accounts[account]
    }

    pub(super) fn sign_in(&self, email: &str, password: &str) -> Option<usize> {
        let email = email.trim();
        self.world
            .accounts
            .iter()
            .position(|a| a.email.eq_ignore_ascii_case(email) && a.password == password)
    }

    /// Opens a session and returns its key.
    pub(super) fn open_session(&mut self, account: Option<usize>) -> String {
        let key = Uuid::new_v4().simple().to_string();
        let session = Session {
            account,
            token: Uuid::new_v4().simple().to_string(),
            notices: Vec::new(),
            checkout: None,
            refusal: Vec::new(),
            claims: None,
        };
        self.sessions.insert(key.clone(), session);
        key
    }

    pub(super) fn session(&mut self, key: &str) -> Option<&mut Session> {
        self.sessions.get_mut(key)
    }

    pub(super) fn close_session(&mut self, key: &str) {
        self.sessions.remove(key);
    }

    pub(super) fn close_all_sessions(&mut self) {
        self.sessions.clear();
    }

    pub(super) fn notify(&mut self, key: &str, kind: &'static str, text: String) {
        if let Some(session) = self.sessions.get_mut(key) {
            session.notices.push(Notice { kind, text });
        }
    }

    pub(super) fn by_sku(&self, sku: &str) -> Option<usize> {
        self.items.iter().position(|item| item.product.sku == sku)
    }

    /// An exact SKU, else every product whose texts hold all the words.
    pub(super) fn search(&self, query: &str) -> Vec<&Item> {
        let query = query.trim().to_lowercase();
        let exact = |item: &&Item| item.product.sku.to_lowercase() == query;
        if let Some(item) = self.items.iter().find(exact) {
            return vec![item];
        }
        let holds = |item: &&Item| {
            let Product {
                sku,
                name,
                category,
                ..
            } = &item.product;
            let text = format!("{sku} {name} {category}").to_lowercase();
            query.split_whitespace().all(|word| text.contains(word))
        };
        self.items.iter().filter(holds).collect()
    }

    /// How many lines the account's basket has.
    pub(super) fn basket_size(&self, account: usize) -> usize {
        self.baskets[account].len()
    }

    /// Puts more of a product into the basket.
    pub(super) fn add(&mut self, account: usize, item: usize, text: &str) -> Result<(), String> {
        let held = self.baskets[account].iter().find(|line| line.item == item);
        let held = held.map_or(0, |line| line.quantity);
        let more = amount::quantity(text).ok_or_else(|| not_a_quantity(text))?;
        self.set(account, item, held + more)
    }

    /// Sets a line's quantity; a line that is not in the basket stays out.
    pub(super) fn update(&mut self, account: usize, item: usize, text: &str) -> Result<(), String> {
        if !self.baskets[account].iter().any(|line| line.item == item) {
            return Err("That product is not in your basket.".to_owned());
        }
        let quantity = amount::quantity(text).ok_or_else(|| not_a_quantity(text))?;
        self.set(account, item, quantity)
    }

    pub(super) fn empty_basket(&mut self, account: usize) {
        self.baskets[account].clear();
    }

    pub(super) fn remove(&mut self, account: usize, item: usize) {
        self.baskets[account].retain(|line| line.item != item);
    }

    fn set(&mut self, account: usize, index: usize, quantity: i64) -> Result<(), String> {
        let item = &self.items[index];
        let Product {
            name,
            unit,
            minimum,
            sold,
            ..
        } = &item.product;
        match sold {
            Sold::Whole if quantity % 1000 != 0 => {
                return Err(format!("{name} is sold by the whole {unit}."));
            }
            Sold::Whole | Sold::Loose => {}
        }
        if quantity < i64::from(*minimum) * 1000 {
            return Err(format!("The minimum order of {name} is {minimum}."));
        }
        if quantity > item.stock {
            let stock = amount::plain(item.stock);
            return Err(format!(
                "Only {stock} of {name} can be bought: no more is in stock."
            ));
        }
        let basket = &mut self.baskets[account];
        match basket.iter_mut().find(|line| line.item == index) {
            Some(line) => line.quantity = quantity,
            None => basket.push(BasketLine {
                item: index,
                quantity,
            }),
        }
        Ok(())
    }

    /// The basket at the prices of now.
    pub(super) fn quote(&self, account: usize, effects: &Effects) -> Quote {
        let mut quote = Quote::default();
        for line in &self.baskets[account] {
            let item = &self.items[line.item];
            let sku = &item.product.sku;
            let price = effects.prices.get(sku).copied().unwrap_or(item.price);
            let total = amount::line_total(price, line.quantity);
            quote.goods += total;
            quote.lines.push(QuotedLine {
                sku: sku.clone(),
                name: item.product.name.clone(),
                slug: item.slug.clone(),
                unit: item.product.unit.clone(),
                quantity: line.quantity,
                price,
                listed: item.price,
                total,
            });
        }
        if !quote.lines.is_empty() && quote.goods < FREE_FREIGHT_FROM {
            quote.freight = FREIGHT;
        }
        quote.tax = ((quote.goods + quote.freight) * VAT + 50) / 100;
        quote.total = quote.goods + quote.freight + quote.tax;
        quote
    }

    /// Why the basket cannot be reviewed; nothing when it can.
    pub(super) fn obstacles(&self, account: usize, effects: &Effects) -> Vec<String> {
        let refused = |line: &&BasketLine| {
            let item = &self.items[line.item];
            effects.refused_at_review.contains(&item.product.sku) || line.quantity > item.stock
        };
        self.out_of_stock(account, refused)
    }

    fn out_of_stock(&self, account: usize, which: impl Fn(&&BasketLine) -> bool) -> Vec<String> {
        let lines = self.baskets[account].iter().filter(which);
        lines
            .map(|line| {
                let Product { sku, name, .. } = &self.items[line.item].product;
                format!("{name} ({sku}) is out of stock and cannot be ordered.")
            })
            .collect()
    }

    /// Works off an order post: `seen` is the total, in cents, that the customer agreed to.
    pub(super) fn place(&mut self, key: &str, seen: Option<i64>, effects: &Effects) -> Outcome {
        let Some(session) = self.sessions.get(key).cloned() else {
            return Outcome::NothingToOrder;
        };
        let (Some(account), Some(checkout)) = (session.account, session.checkout) else {
            return Outcome::NothingToOrder;
        };
        let quote = self.quote(account, effects);
        if quote.lines.is_empty() {
            return Outcome::NothingToOrder;
        }
        let mut refusal = self.out_of_stock(account, |line| {
            let item = &self.items[line.item];
            effects.refused_at_place.contains(&item.product.sku) || line.quantity > item.stock
        });
        if seen != Some(quote.total) {
            let total = amount::money(quote.total);
            refusal.push(format!("Prices have changed: the total is now {total}."));
        }
        if !refusal.is_empty() {
            self.session(key).expect("it was there").refusal = refusal;
            return Outcome::Refused;
        }
        for line in &self.baskets[account] {
            self.items[line.item].stock -= line.quantity;
        }
        if !effects.struck.by(Fault::BasketKept) {
            self.empty_basket(account);
        }
        let number = format!("W-{}", FIRST_ORDER + self.orders.len());
        self.orders.push(Order {
            number: number.clone(),
            account,
            reference: checkout.reference,
            address: checkout.address,
            quote,
            placed_at: self.now(),
        });
        Outcome::Ordered(number)
    }

    /// The time as the shop sees it.
    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.world.clock)()
    }

    /// One of the account's own orders.
    pub(super) fn order(&self, account: usize, number: &str) -> Option<&Order> {
        let mut orders = self.orders.iter();
        orders.find(|order| order.account == account && order.number == number)
    }
}

fn not_a_quantity(text: &str) -> String {
    format!("“{}” is not a quantity.", text.trim())
}

/// `portland-cement-42-5n-50-kg-cem-425-50`
fn slug(name: &str, sku: &str) -> String {
    let text = format!("{name} {sku}").to_lowercase();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}
