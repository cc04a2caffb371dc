//! What people saw: the approval card, and what the requester was told in the end.

use std::collections::BTreeMap;

use anyhow::Context as _;
use sutler::commands::import::World;
use sutler::demo::graph::Got;
use sutler::demo::run::WORLD;
use sutler::demo::shop::LedgerOrder;

use crate::fault::Fault;
use crate::tally::Told;

/// What the approver saw and pressed on.
#[derive(Debug)]
pub(crate) struct Approved {
    pub(crate) fault: Fault,
    /// Whether that fault met the order before the order was over.
    pub(crate) was_struck: bool,
    pub(crate) reference: String,
    /// The number under which the requester hears of it.
    request: String,
    site: String,
    /// SKU to quantity.
    lines: BTreeMap<String, u64>,
}

impl Approved {
    /// Reads a card: "… asks for approval of PO-00001 (request 1), from … to Site 4:" and its lines.
    pub(crate) fn read(card: &Got, fault: Fault) -> anyhow::Result<Self> {
        let heading = card
            .text
            .lines()
            .find(|line| line.contains("asks for approval of "))
            .context("a card without a heading")?;
        let between = |from: &str, to: &[char]| {
            let rest = heading.split_once(from)?.1;
            Some(rest.split(to).next()?.to_owned())
        };
        let mut lines = BTreeMap::new();
        for line in card.text.lines() {
            if let Some((sku, quantity)) = read_line(line)? {
                let before = lines.insert(sku, quantity);
                anyhow::ensure!(before.is_none(), "a card with an item twice: {line}");
            }
        }
        anyhow::ensure!(!lines.is_empty(), "a card without lines: {}", card.text);
        Ok(Self {
            fault,
            was_struck: false,
            reference: between("asks for approval of ", &[' ']).context("no order number")?,
            request: between("(request ", &[')']).context("no request number")?,
            site: between(" to ", &[':', ',']).context("no site")?,
            lines,
        })
    }

    /// Whether an order in the ledger has these lines, these quantities and this address.
    pub(crate) fn is(&self, order: &LedgerOrder) -> bool {
        let made: Option<BTreeMap<String, u64>> = order
            .lines
            .iter()
            .map(|line| Some((line.sku.clone(), line.quantity.as_u64()?)))
            .collect();
        made.as_ref() == Some(&self.lines)
            && order.lines.len() == self.lines.len()
            && order.address.starts_with(&format!("{},", self.site))
    }

    /// What the requester was told of it in the end.
    pub(crate) fn told(&self, inbox: &[Got]) -> Told {
        let endings = [
            ("Ordered from", Told::Ordered),
            ("does not take the order of", Told::Refused),
            ("rejected the order from", Told::Refused),
            ("I could not find out whether", Told::Person),
            ("somebody in the office must look", Told::Person),
        ];
        let mut told = Told::Nothing;
        for got in inbox.iter().filter(|got| self.is_about(&got.text)) {
            for (words, ending) in endings {
                // Once ordered it stays so, whatever was said before or is said after.
                if got.text.contains(words) && told != Told::Ordered {
                    told = ending;
                }
            }
        }
        told
    }

    fn is_about(&self, text: &str) -> bool {
        text.split("request ").skip(1).any(|rest| {
            let number = rest
                .split(|c: char| !c.is_alphanumeric() && c != '-')
                .next();
            number == Some(self.request.as_str())
        })
    }
}

/// "1) 20 bags Cement 42.5N 50 kg at KES 780.00" is 20 of a SKU; other lines are none.
fn read_line(line: &str) -> anyhow::Result<Option<(String, u64)>> {
    let numbered = line
        .split_once(") ")
        .filter(|(n, _)| n.parse::<u32>().is_ok());
    let Some((quantity, rest)) = numbered.and_then(|(_, line)| line.split_once(' ')) else {
        return Ok(None);
    };
    let (what, _price) = rest.rsplit_once(" at ").context("a line without a price")?;
    let world = World::from_toml("world.toml", WORLD)
        .map_err(|problems| anyhow::anyhow!("the demo's world: {} problems", problems.len()))?;
    let item = (world.items.iter())
        .filter(|item| what.ends_with(&item.name))
        .max_by_key(|item| item.name.len())
        .with_context(|| format!("no item is called like {what}"))?;
    let offer = (world.supplier_items.iter()).find(|offer| offer.item == item.code);
    let offer = offer.with_context(|| format!("nobody sells {what}"))?;
    Ok(Some((offer.sku.clone(), quantity.parse()?)))
}
