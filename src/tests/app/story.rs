//! A story as a text: what everybody wrote and was told, and what it led to in every ledger.

use std::fmt::Write as _;

use chrono::TimeDelta;
use serde_json::Value;
use sutler::flow::texts::Texts;
use sutler::language::Language;

use super::TestApp;

impl TestApp {
    /// Each person's thread, then the rows that it led to; ids and days of this run replaced.
    pub(crate) async fn story(&self) -> String {
        let mut text = self.threads();
        for (heading, sql) in ROWS {
            let rows = self.raw.rows(sql).await;
            if !rows.is_empty() {
                let _ = writeln!(text, "\n{heading}");
            }
            for row in rows {
                let _ = writeln!(text, "  {}", row.join(" | "));
            }
        }
        let ledger = self.ledger();
        let count = ledger.len();
        let _ = writeln!(text, "\nthe shop's ledger: {count}");
        for order in ledger {
            let lines: Vec<String> = order
                .lines
                .iter()
                .map(|l| format!("{} {} at {}", l.quantity, l.sku, l.unit_price))
                .collect();
            let lines = lines.join(", ");
            let (number, reference, total) = (order.number, order.reference, order.total);
            let _ = writeln!(
                text,
                "  {number} for {reference}: {lines}, total {total}, to {}",
                order.address
            );
        }
        for document in self.demo.erp.documents() {
            let field = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
            let total = &document["grand_total"];
            let number = field("order_confirmation_no");
            let _ = writeln!(
                text,
                "ERP document: {number}, total {total}, {}",
                field("status")
            );
        }
        self.normal(&text)
    }

    fn threads(&self) -> String {
        let transcript = self.demo.graph.transcript();
        let messages = transcript["messages"].as_array().unwrap();
        let mut text = String::new();
        for person in self.demo.graph.people() {
            let field = |m: &Value, name: &str| m[name].as_str().unwrap_or_default().to_owned();
            let of = messages
                .iter()
                .filter(|m| [&m["from"], &m["to"]].iter().any(|p| **p == person.key()));
            let mut lines = String::new();
            for message in of {
                let theirs = message["from"] == person.key();
                let empty = Vec::new();
                let buttons = message["buttons"].as_array().unwrap_or(&empty);
                let titles: Vec<&str> = buttons.iter().filter_map(Value::as_str).collect();
                let kind = field(message, "kind");
                let body = match kind.as_str() {
                    "text" | "button" | "template" => field(message, "text"),
                    _ if theirs => format!("({kind}) {}", field(message, "text")),
                    _ => field(message, "text"),
                };
                let way = if theirs { "<" } else { ">" };
                let body = with_buttons(&body, &titles).replace('\n', "\n    ");
                let _ = writeln!(lines, "  {way} {}", body.trim_end());
            }
            if !lines.is_empty() {
                let _ = write!(text, "{}\n{lines}", person.name);
            }
        }
        text
    }

    /// Days of this run by their distance from the first.
    pub(super) fn normal(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for ahead in -1..40 {
            let day = self.began_on + TimeDelta::days(ahead);
            for language in Language::ALL {
                let theirs = Texts {
                    language,
                    ..Texts::english()
                };
                let date = theirs.date(day);
                for shown in [date.replace(['\u{2068}', '\u{2069}'], ""), date] {
                    text = text.replace(&shown, &format!("<day {ahead:+}>"));
                }
            }
        }
        text
    }
}

pub(super) fn with_buttons(text: &str, titles: &[&str]) -> String {
    let mut text = text.to_owned();
    for title in titles {
        let _ = write!(text, " [{title}]");
    }
    text
}

/// What a story shows of the database.
const ROWS: &[(&str, &str)] = &[
    (
        "requisitions",
        "select cast(number as text), state, 'version ' || cast(version as text)
         from requisition order by number",
    ),
    (
        "lines",
        "select cast(r.number as text) || '.' || cast(l.position as text),
             cast(l.quantity as text) || ' ' || l.unit, coalesce(i.code, l.words), l.state
         from line l join requisition r on r.id = l.requisition_id and r.version = l.version
         left join item i on i.id = l.item_id order by r.number, l.position",
    ),
    (
        "purchase orders",
        "select o.number, o.state, coalesce(o.supplier_number, '-'),
             case when s.id is null then 'not in the ERP' else 'ERP ' || s.state end,
             coalesce(o.error, '')
         from purchase_order o left join sync s on s.purchase_order_id = o.id order by o.number",
    ),
    (
        "cards",
        "select kind, state, text from card order by kind, text",
    ),
];
