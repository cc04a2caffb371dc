//! The draw and the count of `script/exactly-once`, which nobody would see to be wrong.

#[path = "../exactly_once/fault.rs"]
#[expect(dead_code, reason = "the script uses all of it, this test a part")]
mod fault;
#[path = "../exactly_once/tally.rs"]
#[expect(dead_code, reason = "the script uses all of it, this test a part")]
mod tally;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use fault::{Fault, all, draw, fair_weather, weather};
use tally::{Tally, Told};

#[test]
fn each_name_comes_equally_often_and_every_fifth_order_has_none() {
    let names = all().count();
    let mut chance = StdRng::seed_from_u64(1);
    let drawn = draw(names * 10 / 4 * 5, &[], &mut chance).unwrap();
    let of = |wanted: Fault| drawn.iter().filter(|fault| **fault == wanted).count();
    assert_eq!(of(Fault::None) * 5, drawn.len());
    let counts: Vec<usize> = all().map(of).collect();
    let (least, most) = (counts.iter().min(), counts.iter().max());
    assert!(most.unwrap() - least.unwrap() <= 1, "{counts:?}");
}

#[test]
fn every_fault_of_the_shop_turns_a_switch() {
    let mut chance = StdRng::seed_from_u64(1);
    for fault in all() {
        if let Fault::Shop(name) = fault {
            let switches = weather(fault, "SKU", &mut chance);
            assert_ne!(switches, fair_weather(), "{name}");
            assert_eq!(switches.check(), Ok(()), "{name}");
        }
    }
}

#[test]
fn an_order_counts_under_what_became_of_it() {
    let sums = |ledger, right, told| {
        let t = Tally::of(ledger, right, told);
        let bad = (t.duplicates, t.unapproved, t.lost);
        ((t.exactly_once, t.refused, t.to_person), bad)
    };
    let good = (0, 0, 0);
    assert_eq!(sums(1, 1, Told::Ordered), ((1, 0, 0), good));
    assert_eq!(sums(0, 0, Told::Refused), ((0, 1, 0), good));
    assert_eq!(sums(0, 0, Told::Person), ((0, 0, 1), good));
    assert_eq!(sums(1, 1, Told::Person), ((0, 0, 1), good));
    assert_eq!(sums(2, 2, Told::Ordered), ((0, 0, 0), (1, 0, 0)));
    assert_eq!(sums(2, 2, Told::Person), ((0, 0, 1), (1, 0, 0)));
    assert_eq!(sums(1, 0, Told::Ordered), ((0, 0, 0), (0, 1, 0)));
    assert_eq!(sums(1, 1, Told::Refused), ((0, 0, 0), (0, 1, 0)));
    assert_eq!(sums(0, 0, Told::Ordered), ((0, 0, 0), (0, 0, 1)));
    assert_eq!(sums(0, 0, Told::Nothing), ((0, 0, 0), (0, 0, 1)));
    assert_eq!(sums(1, 1, Told::Nothing), ((0, 0, 0), (0, 0, 1)));
}
