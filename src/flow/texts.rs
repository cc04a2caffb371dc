//! The words of Sutler: every text that goes to a person, in one place.
//!
//! **Invariant:** short, one subject each, no jargon; a read-back hides no line.

use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::domain::message::MessageKind;
use crate::domain::money::{Currency, Money, number as number_of};
use crate::domain::quantity::{Quantity, Unit, number};
use crate::domain::requisition::{Question, RequisitionState};

/// A line as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineText {
    pub position: i64,
    pub name: String,
    /// What they called it, where that is something else.
    pub words: Option<String>,
    pub quantity: i64,
    pub unit: String,
    pub was: Option<i64>,
    pub price: Option<i64>,
}

/// "20 bags", by the unit's own words.
pub fn quantity(thousandths: i64, unit: &str) -> String {
    match Unit::parse(unit) {
        Some(unit) => Quantity::new(thousandths, unit).to_string(),
        None => format!("{} {unit}", number(thousandths)),
    }
}

fn line(line: &LineText) -> String {
    let mut text = format!("{}) {}", line.position, quantity(line.quantity, &line.unit));
    let _ = write!(text, " {}", line.name);
    if let Some(words) = &line.words {
        let _ = write!(text, " (“{words}”)");
    }
    if let Some(was) = line.was {
        let _ = write!(text, " (was {})", number(was));
    }
    text
}

pub fn lines(all: &[LineText]) -> String {
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The whole of a version, for the requester to confirm.
#[derive(Clone, Debug)]
pub struct ReadBack<'a> {
    pub number: i64,
    pub lines: &'a [LineText],
    pub site: &'a str,
    pub needed_by: Option<NaiveDate>,
    pub total: Option<Money>,
    pub notes: &'a [String],
}

pub fn read_back(back: &ReadBack<'_>) -> String {
    let mut text = format!("Request {}, to {}", back.number, back.site);
    if let Some(day) = back.needed_by {
        let _ = write!(text, ", by {}", date(day));
    }
    let _ = write!(text, ":\n{}", lines(back.lines));
    for note in back.notes {
        let _ = write!(text, "\n{note}");
    }
    if let Some(total) = back.total {
        let _ = write!(text, "\nAbout {} with freight and tax.", money(total));
    }
    text.push_str("\nIs this right?");
    text
}

/// One message with all that is open, numbered.
pub fn questions(request: i64, known: &[LineText], open: &[Question], notes: &[String]) -> String {
    let mut text = format!("Request {request}:");
    let clear: Vec<&LineText> = known.iter().filter(|l| l.quantity > 0).collect();
    for one in clear {
        let _ = write!(text, "\n{}", line(one));
    }
    for note in notes {
        let _ = write!(text, "\n{note}");
    }
    text.push_str("\n\nBefore I can go on:");
    for (n, question) in (1..).zip(open) {
        let _ = write!(text, "\n{}. {}", letters(n), question.text);
        if !question.choices.is_empty() {
            let choices: Vec<&str> = question.choices.iter().map(|c| c.title.as_str()).collect();
            let _ = write!(text, " ({})", choices.join(" / "));
        }
    }
    let may_say_yes = |q: &Question| q.choices.iter().any(|c| c.value == super::check::ALL_RIGHT);
    if open.len() > 1 && open.iter().all(may_say_yes) {
        text.push_str("\nWrite “yes” if all of that is right, or what should change.");
    }
    text
}

/// Questions are lettered, for lines are numbered: a … z, aa, ab …
fn letters(n: usize) -> String {
    let mut rest = n;
    let mut letters = Vec::new();
    while rest > 0 {
        let last = u8::try_from((rest - 1) % 26).expect("below 26");
        letters.push(char::from(b'a' + last));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

/// "Thu 12 Mar 2026".
pub fn date(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// "KES 12,345.00".
pub fn money(amount: Money) -> String {
    format!("{} {}", amount.currency, grouped(amount.amount))
}

/// "12,345.00", without the currency.
pub fn grouped(amount: i64) -> String {
    let plain = number_of(amount);
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, "00"));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{decimals}")
}

/// What could not be read, once a kind.
pub fn unread(kinds: &[MessageKind]) -> String {
    let mut said: Vec<&str> = Vec::new();
    for kind in kinds {
        let apology = kind.apology();
        if !apology.is_empty() && !said.contains(&apology) {
            said.push(apology);
        }
    }
    said.join(" ")
}

/// A purchase order for the one who must approve it.
#[derive(Clone, Debug)]
pub struct ApprovalCard<'a> {
    pub requester: &'a str,
    pub number: &'a str,
    pub request: i64,
    pub supplier: &'a str,
    pub site: &'a str,
    pub needed_by: Option<NaiveDate>,
    pub lines: &'a [LineText],
    pub currency: Currency,
    pub freight: i64,
    pub tax: i64,
    pub total: i64,
    pub findings: &'a [String],
    pub words: &'a str,
    /// What changed since it was approved before.
    pub changed: Option<&'a str>,
}

pub fn approval_card(card: &ApprovalCard<'_>) -> String {
    let amount = |a: i64| money(Money::new(a, card.currency));
    let mut text = String::new();
    if let Some(changed) = card.changed {
        let _ = writeln!(text, "It changed since it was approved: {changed}");
    }
    let _ = write!(
        text,
        "{} asks for approval of {} (request {}), from {} to {}",
        card.requester, card.number, card.request, card.supplier, card.site
    );
    if let Some(day) = card.needed_by {
        let _ = write!(text, ", by {}", date(day));
    }
    text.push(':');
    for one in card.lines {
        let _ = write!(text, "\n{}", line(one));
        if let Some(price) = one.price {
            let _ = write!(text, " at {}", amount(price));
        }
    }
    let _ = write!(
        text,
        "\nFreight {}, tax {}.\nTotal {}.",
        amount(card.freight),
        amount(card.tax),
        amount(card.total)
    );
    for finding in card.findings {
        let _ = write!(text, "\nNote: {finding}");
    }
    if !card.words.is_empty() {
        let _ = write!(text, "\nTheir words: “{}”", card.words);
    }
    text
}

pub fn waits_for_approval(request: i64, approver: &str) -> String {
    format!("Thank you. Request {request} waits for approval by {approver}.")
}

pub fn waits_in_console(request: i64, approver: &str) -> String {
    format!(
        "Thank you. Request {request} waits for approval. {approver} must open it in the Sutler console, for I cannot write to them now: please tell them."
    )
}

pub fn nobody_may_approve(request: i64, total: Money) -> String {
    format!(
        "Request {request} comes to {}. Nobody is set up to approve that amount: the office has been told.",
        money(total)
    )
}

pub fn approved_to_requester(request: i64, supplier: &str, by: &str) -> String {
    format!("Request {request} is approved by {by}. I am ordering from {supplier} now.")
}

pub fn approved_by_rule(request: i64, supplier: &str) -> String {
    format!("Request {request} needs no approval. I am ordering from {supplier} now.")
}

pub fn rejected(request: i64, supplier: &str, by: &str, reason: Option<&str>) -> String {
    let mut text = format!("{by} rejected the order from {supplier} of request {request}");
    match reason {
        Some(reason) => {
            let _ = write!(text, ": {reason}");
        }
        None => text.push('.'),
    }
    text.push_str("\nWrite to me again if you need something else.");
    text
}

pub fn ordered(request: i64, supplier: &str, supplier_number: &str, lines_text: &str) -> String {
    format!(
        "Ordered from {supplier}, their number {supplier_number} (request {request}):\n{lines_text}"
    )
}

pub fn order_unknown(request: i64, supplier: &str) -> String {
    format!(
        "{supplier} did not answer when I placed request {request}. I am finding out whether the order was made. Please do not order it elsewhere yet."
    )
}

pub fn order_with_person(request: i64, supplier: &str) -> String {
    format!(
        "I could not find out whether {supplier} has the order of request {request}. Somebody in the office is asking them: you will hear from me."
    )
}

pub fn refused(request: i64, supplier: &str, why: &str) -> String {
    let why = why.trim_end_matches('.');
    format!(
        "{supplier} does not take the order of request {request}: {why}. Nothing was ordered there. Write what you want instead, or ask for another item."
    )
}

pub fn needs_office(request: i64, supplier: &str) -> String {
    format!(
        "The order of request {request} from {supplier} has to wait: somebody in the office must look at the supplier's site first. Nothing is ordered yet."
    )
}

pub fn cancelled(request: i64) -> String {
    format!("Request {request} is cancelled. Nothing will be ordered.")
}

pub fn ask_change(request: i64) -> String {
    format!(
        "What should change in request {request}? Write for example “make the cement 15” or “remove line 2”."
    )
}

pub fn recall(request: i64) -> String {
    format!("Request {request} still waits for your answer. Without it I will drop it later today.")
}

pub fn expired(request: i64) -> String {
    format!("Request {request} had no answer for a day: I have dropped it. Nothing was ordered.")
}

pub fn stranger() -> &'static str {
    "Hello. I take purchase requests, but I do not know this number yet. The office has been told; they can add you."
}

pub fn state(state: RequisitionState) -> &'static str {
    match state {
        RequisitionState::Draft => "being read",
        RequisitionState::Asking => "waits for your answer",
        RequisitionState::ToConfirm => "waits for your Confirm",
        RequisitionState::ToApprove => "waits for approval",
        RequisitionState::Approved => "approved",
        RequisitionState::Ordering => "being ordered",
        RequisitionState::Ordered => "ordered",
        RequisitionState::PartReceived => "partly received",
        RequisitionState::Received => "received",
        RequisitionState::Closed => "closed",
        RequisitionState::Rejected => "rejected",
        RequisitionState::Cancelled => "cancelled",
        RequisitionState::Expired => "dropped without an answer",
    }
}

pub fn help() -> &'static str {
    "Write what you need, how much and where to, for example: “20 bags cement and 5 rolls of 2.5mm cable to Site 4 tomorrow”. I read it back before anything is ordered. “Status” shows your requests, “cancel” drops an open one."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_back_shows_each_line_what_changed_and_the_weekday() {
        let lines = [
            LineText {
                position: 1,
                name: "Cement 50 kg".into(),
                words: Some("cement".into()),
                quantity: 15_000,
                unit: "XBG".into(),
                was: Some(20_000),
                price: None,
            },
            LineText {
                position: 2,
                name: "Cable 2.5 mm".into(),
                words: None,
                quantity: 1000,
                unit: "XRO".into(),
                was: None,
                price: None,
            },
        ];
        let back = ReadBack {
            number: 7,
            lines: &lines,
            site: "Site 4",
            needed_by: NaiveDate::from_ymd_opt(2026, 3, 12),
            total: Some(Money::new(123_456_700, Currency::parse("KES").unwrap())),
            notes: &[],
        };
        assert_eq!(
            read_back(&back),
            "Request 7, to Site 4, by Thu 12 Mar 2026:\n1) 15 bags Cement 50 kg (“cement”) (was 20)\n2) 1 roll Cable 2.5 mm\nAbout KES 12,345.67 with freight and tax.\nIs this right?"
        );
    }

    #[test]
    fn questions_never_run_out_of_letters() {
        for (n, expect) in [
            (1, "a"),
            (26, "z"),
            (27, "aa"),
            (52, "az"),
            (702, "zz"),
            (703, "aaa"),
        ] {
            assert_eq!(letters(n), expect);
        }
    }

    #[test]
    fn money_is_grouped() {
        let kes = Currency::parse("KES").unwrap();
        for (amount, expect) in [
            (0, "KES 0.00"),
            (9_990_000, "KES 999.00"),
            (10_000_000, "KES 1,000.00"),
            (12_345_678_900_000, "KES 1,234,567,890.00"),
            (-10_000_000, "KES -1,000.00"),
        ] {
            assert_eq!(money(Money::new(amount, kes)), expect);
        }
    }
}
