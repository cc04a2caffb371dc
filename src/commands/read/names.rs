//! Units by the plain names that the lines of a case use.

use crate::domain::quantity::{Quantity, SCALE, Unit};

/// Name and code, where the name is not the one that [`Unit`] prints. A unit that has no plain name of
/// its own is written as the nearest that has.
const NAMES: [(&str, &str); 25] = [
    ("t", "TNE"),
    ("l", "LTR"),
    ("ml", "MLT"),
    ("m", "MTR"),
    ("mm", "MMT"),
    ("ft", "FOT"),
    ("m2", "MTK"),
    ("m3", "MTQ"),
    ("jerrycan", "XJY"),
    ("pack", "XPK"),
    ("pack", "XPA"),
    ("pack", "XSH"),
    ("pack", "XPO"),
    ("pack", "LO"),
    ("can", "XCA"),
    ("can", "XTI"),
    // The cases know no cylinder.
    ("piece", "XCY"),
    ("roll", "XRO"),
    ("roll", "XCL"),
    ("roll", "XRL"),
    ("roll", "XSO"),
    ("bundle", "XBE"),
    ("bundle", "XBL"),
    ("drum", "XDR"),
    ("drum", "XBA"),
];

pub(super) fn name(unit: &Unit) -> &str {
    NAMES
        .iter()
        .find(|(_, code)| *code == unit.code())
        .map_or(unit.word(), |(name, _)| name)
}

/// The unit of a name, and how many of it the name counts.
fn unit(name: &str) -> Option<(Unit, i64)> {
    let pieces = |count| Some((Unit::parse("C62")?, count));
    match name {
        "piece" => return pieces(1),
        "dozen" => return pieces(12),
        "milheiro" => return pieces(1000),
        _ => {}
    }
    let known = NAMES.iter().find(|(known, _)| *known == name);
    let unit = match known {
        Some((_, code)) => Unit::parse(code)?,
        None => Unit::named(name)?,
    };
    Some((unit, 1))
}

/// A quantity as a case writes it; none where it has no number or a unit that nobody knows.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "checked to be a whole number that both hold exactly"
)]
pub(super) fn quantity(number: Option<f64>, name: Option<&str>) -> Option<Quantity> {
    let (unit, times) = unit(name.unwrap_or("piece"))?;
    let thousandths = number? * SCALE as f64;
    let whole = thousandths.round();
    let sound = (thousandths - whole).abs() < 0.000_1 && (1.0..=1e12).contains(&whole);
    let exact = sound.then_some(whole as i64)?;
    Some(Quantity::new(exact.checked_mul(times)?, unit))
}
