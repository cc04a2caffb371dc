//! Plays a conversation to its end and tells what came of it.
//!
//! **Invariant:** the judge of orders is the shop's ledger, never our database.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::conversation::{Conversation, Step};
use super::graph::{MediaKind, Medium};
use super::run::{Demo, ORG};
use crate::domain::ids::OrgId;
use crate::store::{orders, orgs, requisitions, settling, syncs};

/// How long a text is waited for.
const EXPECT: Duration = Duration::from_mins(1);
/// How long everything may take to settle.
const SETTLE: Duration = Duration::from_mins(5);

/// How a conversation ended, as the exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Every Confirm and Approve led to exactly one order with those lines.
    AsAsked = 0,
    Otherwise = 1,
    /// Not settled in time.
    Unsettled = 2,
}

/// Plays the steps, waits until everything has settled, and judges.
pub async fn play(demo: &Demo, mut conversation: Conversation) -> anyhow::Result<(Ending, Value)> {
    let mut seconds = Vec::new();
    let mut trouble = None;
    while let Some(step) = conversation.steps.pop_front() {
        let started = Instant::now();
        tokio::time::sleep(step.pause()).await;
        let done = act(demo, &step).await;
        seconds.push(json!({ "step": describe(&step), "seconds": rounded(started.elapsed()) }));
        if let Err(error) = done {
            trouble = Some(format!("{}: {error:#}", describe(&step)));
            break;
        }
    }
    let started = Instant::now();
    let settled = settle(demo).await?;
    seconds.push(json!({ "step": "settle", "seconds": rounded(started.elapsed()) }));
    let mut report = report(demo).await?;
    let troubles = judge(&report, conversation.orders);
    report["seconds"] = Value::from(seconds);
    let ending = if !settled {
        Ending::Unsettled
    } else if trouble.is_none() && troubles.is_empty() {
        Ending::AsAsked
    } else {
        Ending::Otherwise
    };
    let all: Vec<String> = trouble.into_iter().chain(troubles).collect();
    report["troubles"] = json!(all);
    Ok((ending, report))
}

fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

fn describe(step: &Step) -> String {
    let what = [
        ("says", &step.text),
        ("presses", &step.press),
        ("gets", &step.expect),
        ("sends", &step.send),
    ];
    let said = what
        .iter()
        .find_map(|(verb, text)| Some(format!("{verb} “{}”", text.as_ref()?)));
    format!("{} {}", step.who, said.unwrap_or_default())
}

async fn act(demo: &Demo, step: &Step) -> anyhow::Result<()> {
    let graph = &demo.graph;
    if let Some(text) = &step.text {
        graph.say(&step.who, text)?;
    } else if let Some(title) = &step.press {
        wait_for_button(demo, &step.who, title).await?;
        graph.press(&step.who, title)?;
    } else if let Some(text) = &step.expect {
        graph.expect(&step.who, text, EXPECT).await?;
    } else if let Some(kind) = &step.send {
        match kind.as_str() {
            "voice" => send(demo, &step.who, MediaKind::Voice, "audio/ogg; codecs=opus")?,
            "image" => send(demo, &step.who, MediaKind::Image, "image/jpeg")?,
            "document" => send(demo, &step.who, MediaKind::Document, "application/pdf")?,
            "edit" => {
                graph.edit(&step.who)?;
            }
            "location" => {
                let location = json!({
                    "type": "location",
                    "location": { "latitude": -1.4827, "longitude": 36.9585 },
                });
                graph.send_raw(&step.who, location)?;
            }
            _ => bail!("I do not know how to send {kind}"),
        }
    }
    Ok(())
}

fn send(demo: &Demo, who: &str, kind: MediaKind, mime: &str) -> anyhow::Result<()> {
    demo.graph
        .send_media(who, Medium::new(kind, mime, &b"not a real recording"[..]))?;
    Ok(())
}

/// Waits until the person has a button of that title.
async fn wait_for_button(demo: &Demo, who: &str, title: &str) -> anyhow::Result<()> {
    let until = Instant::now() + EXPECT;
    while Instant::now() < until {
        if demo
            .graph
            .inbox(who)
            .iter()
            .any(|got| got.titles().contains(&title))
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("{who} got no button {title} within {EXPECT:?}")
}

/// Waits until nothing is open, unfinished or unsent any more; false: it took too long.
async fn settle(demo: &Demo) -> anyhow::Result<bool> {
    let until = Instant::now() + SETTLE;
    let mut quiet = 0;
    while Instant::now() < until {
        let mut tx = demo.app.db.read().await?;
        let open = settling::unsettled(&mut tx).await?;
        drop(tx);
        let idle = demo.app.queue.is_idle().await?;
        quiet = if open == 0 && idle && demo.graph.undelivered() == 0 {
            quiet + 1
        } else {
            0
        };
        if quiet >= 3 {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(false)
}

async fn report(demo: &Demo) -> anyhow::Result<Value> {
    let mut tx = demo.app.db.read().await?;
    let org = orgs::find_by_code(&mut tx, ORG)
        .await?
        .context("the demo's organisation")?;
    let mut all = requisitions::newest(&mut tx, &org.id, i64::MAX, 1000).await?;
    all.reverse();
    let mut told = Vec::new();
    let mut ordered = Vec::new();
    for requisition in &all {
        let lines =
            requisitions::lines(&mut tx, &org.id, &requisition.id, requisition.version).await?;
        let lines: Vec<Value> = lines
            .iter()
            .map(|l| {
                json!({
                    "position": l.position, "words": l.words, "spec": l.spec,
                    "quantity": thousandths(l.quantity), "unit": l.unit, "state": l.state,
                })
            })
            .collect();
        told.push(json!({
            "number": requisition.number, "state": requisition.state,
            "version": requisition.version, "needed_by": requisition.needed_by, "lines": lines,
        }));
        ordered.extend(purchase_orders(&mut tx, &org.id, requisition).await?);
    }
    let ledger = serde_json::to_value(demo.shop.ledger())?;
    let mut report = demo.graph.transcript();
    report["requisitions"] = json!(told);
    report["orders"] = json!(ordered);
    report["shop_ledger"] = ledger["orders"].clone();
    report["erp_documents"] = json!(demo.erp.documents());
    Ok(report)
}

async fn purchase_orders(
    tx: &mut crate::store::db::Tx,
    org: &OrgId,
    requisition: &requisitions::Requisition,
) -> anyhow::Result<Vec<Value>> {
    let mut found = Vec::new();
    for order in orders::of_requisition(tx, org, &requisition.id).await? {
        let sync = syncs::of_order(tx, org, &order.id).await?;
        let lines: Vec<Value> = order
            .document
            .lines
            .iter()
            .map(|l| json!({ "sku": l.sku, "quantity": thousandths(l.quantity) }))
            .collect();
        found.push(json!({
            "number": order.number, "requisition": requisition.number,
            "version": order.version, "state": order.state,
            "supplier_number": order.supplier_number, "lines": lines,
            "erp": sync.and_then(|s| s.name), "error": order.error,
        }));
    }
    Ok(found)
}

fn thousandths(amount: i64) -> Value {
    if amount % 1000 == 0 {
        return json!(amount / 1000);
    }
    let text = crate::domain::quantity::number(amount);
    text.parse::<f64>().map_or(Value::Null, Value::from)
}

/// What is not as it was asked for: each order that was approved stands once in the shop's ledger with
/// its lines, its number in a text and in the ERP; nothing else stands there.
fn judge(report: &Value, expected: Option<usize>) -> Vec<String> {
    let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
    let ledger = list("shop_ledger");
    let approved: Vec<Value> = list("orders")
        .into_iter()
        .filter(|o| {
            !matches!(
                o["state"].as_str(),
                Some("cancelled" | "proposed" | "refused")
            )
        })
        .collect();
    let mut troubles = Vec::new();
    match expected {
        Some(n) if ledger.len() != n => {
            troubles.push(format!(
                "the shop has {} orders, expected {n}",
                ledger.len()
            ));
        }
        None if ledger.is_empty() => troubles.push("the shop has no order".to_owned()),
        Some(_) | None => {}
    }
    if ledger.len() != approved.len() {
        let (there, here) = (ledger.len(), approved.len());
        troubles.push(format!("the shop has {there} orders, {here} were approved"));
    }
    for order in &approved {
        let number = &order["number"];
        let there: Vec<&Value> = ledger
            .iter()
            .filter(|l| l["reference"] == *number)
            .collect();
        let [entry] = there.as_slice() else {
            troubles.push(format!(
                "{number} stands {} times in the ledger",
                there.len()
            ));
            continue;
        };
        if lines_of(order) != lines_of(entry) {
            troubles.push(format!("{number} has other lines in the ledger"));
        }
        let theirs = entry["number"].as_str().unwrap_or_default();
        let is_told = list("messages").iter().any(|m| {
            m["text"]
                .as_str()
                .is_some_and(|text| !theirs.is_empty() && text.contains(theirs))
        });
        if !is_told {
            troubles.push(format!("{theirs} stands in no text"));
        }
        let written = list("erp_documents")
            .iter()
            .filter(|d| d["order_confirmation_no"].as_str() == Some(theirs))
            .count();
        if written != 1 {
            troubles.push(format!("{theirs} stands {written} times in the ERP"));
        }
    }
    troubles
}

/// SKUs and quantities, in an order of their own.
fn lines_of(order: &Value) -> Vec<(String, String)> {
    let lines = order["lines"].as_array().cloned().unwrap_or_default();
    let number = |v: &Value| {
        v.as_f64()
            .map_or_else(|| v.to_string(), |n| format!("{n:.3}"))
    };
    let mut lines: Vec<(String, String)> = lines
        .iter()
        .map(|l| (l["sku"].to_string(), number(&l["quantity"])))
        .collect();
    lines.sort();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Value {
        json!({
            "messages": [{ "text": "their number W-1" }],
            "orders": [{ "number": "PO-1", "state": "placed", "lines": [{ "sku": "A", "quantity": 2 }] }],
            "shop_ledger": [{ "number": "W-1", "reference": "PO-1", "lines": [{ "sku": "A", "quantity": 2.0 }] }],
            "erp_documents": [{ "order_confirmation_no": "W-1" }],
        })
    }

    type Change = Box<dyn Fn(&mut Value)>;

    #[test]
    fn only_one_order_with_those_lines_told_and_written_is_as_asked() {
        assert_eq!(judge(&good(), None), Vec::<String>::new());
        let twice = |r: &mut Value| {
            let entry = r["shop_ledger"][0].clone();
            r["shop_ledger"].as_array_mut().unwrap().push(entry);
        };
        let changes: [(&str, Change); 6] = [
            ("twice", Box::new(twice)),
            (
                "lines",
                Box::new(|r| r["shop_ledger"][0]["lines"][0]["quantity"] = json!(3)),
            ),
            ("extra", Box::new(|r| r["orders"] = json!([]))),
            ("untold", Box::new(|r| r["messages"] = json!([]))),
            ("unwritten", Box::new(|r| r["erp_documents"] = json!([]))),
            (
                "none",
                Box::new(|r| {
                    r["orders"] = json!([]);
                    r["shop_ledger"] = json!([]);
                }),
            ),
        ];
        for (name, change) in changes {
            let mut report = good();
            change(&mut report);
            assert!(!judge(&report, None).is_empty(), "{name}");
        }
    }
}
