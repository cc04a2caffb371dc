//! B5: a price far from the last one paid.

use serde_json::json;

use super::{Rule, Severity, Verdict};
use crate::domain::money::{Currency, Money};

pub const RULE: Rule = Rule {
    id: "B5",
    version: 1,
    severity: Severity::Ask,
};

/// The line that is judged. Prices are per unit, in ten-thousandths; quantity in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced<'a> {
    pub position: i64,
    pub name: &'a str,
    pub price: i64,
    pub quantity: i64,
    pub currency: Currency,
    /// Last price paid for the same supplier item, in the same unit and currency.
    pub reference: Option<i64>,
}

/// How far is too far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub above_permille: i64,
    /// The deviation must also be worth this much on the line.
    pub amount: i64,
    pub below_permille: i64,
}

pub fn check(line: &Priced<'_>, limits: Limits) -> Verdict {
    let inputs = json!({
        "name": line.name, "currency": line.currency, "price": line.price, "reference": line.reference, "quantity": line.quantity,
        "above_permille": limits.above_permille, "amount": limits.amount,
        "below_permille": limits.below_permille,
    });
    let Some(reference) = line.reference.filter(|r| *r > 0) else {
        let text = "No earlier price to compare with.".to_owned();
        return Verdict::no_data(RULE, inputs, text).on_line(line.position);
    };
    let difference = i128::from(line.price) - i128::from(reference);
    let permille = difference * 1000 / i128::from(reference);
    let worth = difference * i128::from(line.quantity) / 1000;
    let was = Money::new(reference, line.currency);
    let is = Money::new(line.price, line.currency);
    if permille > i128::from(limits.above_permille) && worth > i128::from(limits.amount) {
        let text = format!(
            "{} costs {is}, last time it was {was}. Is the higher price all right?",
            line.name
        );
        return Verdict::fired(RULE, inputs, text).on_line(line.position);
    }
    if permille < -i128::from(limits.below_permille) {
        let text = format!(
            "{} costs {is}, last time it was {was}. Is it the same unit and pack?",
            line.name
        );
        return Verdict::fired(RULE, inputs, text).on_line(line.position);
    }
    Verdict::passed(RULE, inputs).on_line(line.position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Outcome;

    #[test]
    fn a_price_is_asked_about_when_it_is_far_off_and_worth_it() {
        let limits = Limits {
            above_permille: 150,
            amount: 250_000,
            below_permille: 300,
        };
        for (price, reference, quantity, expect) in [
            (7_500_000, Some(7_500_000), 20_000, Outcome::Passed),
            (8_625_000, Some(7_500_000), 20_000, Outcome::Passed), // exactly 15 %
            (8_640_000, Some(7_500_000), 20_000, Outcome::Fired),
            (12, Some(10), 1000, Outcome::Passed), // 20 % of next to nothing
            (5_240_000, Some(7_500_000), 1000, Outcome::Fired), // a third cheaper: another unit?
            (5_250_000, Some(7_500_000), 1000, Outcome::Passed),
            (7_500_000, None, 1000, Outcome::NoData),
            (i64::MAX, Some(1), i64::MAX, Outcome::Fired),
        ] {
            let line = Priced {
                position: 1,
                name: "Cement",
                price,
                quantity,
                currency: Currency::parse("KES").unwrap(),
                reference,
            };
            assert_eq!(
                check(&line, limits).outcome,
                expect,
                "{price} against {reference:?}"
            );
        }
    }
}
