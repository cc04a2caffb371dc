//! What holds for every burst, tried on thousands of made-up ones.

use rand::prelude::*;
use rand::rngs::StdRng;

use super::*;

/// Words that mean something, and things that people and attackers send.
const BITS: &[&str] = &[
    "20",
    "5",
    "1,500",
    "1.500",
    "2.5mm",
    "50kg",
    "M12",
    "6205-2RS",
    "12x6",
    "x20",
    "1/2",
    "12/02",
    "10am",
    "10:30",
    "2026-12-01",
    "3rd",
    "0",
    "99999999999999999999",
    "٢٠",
    "½",
    "①",
    "²",
    "twenty",
    "a dozen",
    "half a",
    "two hundred and",
    "a couple of",
    "about",
    "bags",
    "bag",
    "of",
    "rolls",
    "boxes",
    "kg",
    "m",
    "cement",
    "sand",
    "cable",
    "spades",
    "gloves",
    "nets",
    "to",
    "Site 4",
    "for",
    "the",
    "hostel",
    "tomorrow",
    "friday",
    "next",
    "monday",
    "in",
    "days",
    "by",
    "make that",
    "sorry",
    "no",
    "not",
    "instead of",
    "more",
    "less",
    "add",
    "remove",
    "scratch",
    "cancel",
    "that",
    "all",
    "done",
    "yes",
    "thanks",
    "hello",
    "stock count",
    "received",
    "used",
    "do you have",
    "price of",
    "same as last week",
    "another order",
    "replace",
    "with",
    "change",
    "increase",
    "reduce",
    "please",
    "and",
    ",",
    ";",
    ".",
    "?",
    "!",
    ":",
    "-",
    "*",
    "(",
    ")",
    "\n",
    "\n- ",
    "\n1. ",
    "|",
    "@",
    "#",
    "/",
    "\"",
    "+",
    "=",
    "🙏",
    "👍🏽",
    "\u{200B}",
    "\u{202E}",
    "\u{E0041}",
    "e\u{301}",
    "\u{301}",
    "\u{FEFF}",
    "ﷺ",
    "ß",
    "İ",
    "\u{202C}",
    "http://x.test/1",
    "a@b.test",
    "ref 4500123",
    "ksh 650",
];

fn burst(rng: &mut StdRng) -> Vec<Said> {
    let count = rng.random_range(0..5);
    (0..count)
        .map(|at| {
            let mut text = String::new();
            for _ in 0..rng.random_range(0..12) {
                text.push_str(BITS[rng.random_range(0..BITS.len())]);
                if rng.random_bool(0.8) {
                    text.push(' ');
                }
                if rng.random_bool(0.02) {
                    text.extend(char::from_u32(rng.random_range(0..0x11_0000)));
                }
            }
            let quoted = rng.random_bool(0.1).then(|| match rng.random_range(0..3) {
                0 => Quoted::Message(rng.random_range(0..6)),
                1 => Quoted::Lines(vec![rng.random_range(0..4)]),
                _ => Quoted::Elsewhere,
            });
            Said {
                text,
                quoted,
                edits: rng.random_bool(0.05).then(|| rng.random_range(0..=at + 1)),
                provenance: Provenance::Typed,
            }
        })
        .collect()
}

fn setting(rng: &mut StdRng) -> Setting {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let mut setting = Setting::new(day.and_hms_opt(8, 15, 0).unwrap());
    if rng.random_bool(0.5) {
        setting.number_format = NumberFormat::Point;
        setting.date_order = DateOrder::DayFirst;
        setting.sites = vec![Place {
            id: "s4".to_owned(),
            name: "Site 4".to_owned(),
            aliases: vec!["S4".to_owned()],
        }];
    }
    if rng.random_bool(0.3) {
        let unit = crate::domain::quantity::Unit::parse("XBG").unwrap();
        setting.draft = vec![DraftLine {
            item: "cement".to_owned(),
            spec: None,
            quantity: crate::domain::quantity::Quantity::whole(20, unit),
        }];
    }
    setting
}

fn operation_spans(operation: &Operation) -> Vec<Span> {
    let mut spans = vec![operation.span()];
    let line = match operation {
        Operation::Add(line) | Operation::Replace { with: line, .. } => Some(line),
        Operation::Set { .. }
        | Operation::Increase { .. }
        | Operation::Decrease { .. }
        | Operation::Remove { .. }
        | Operation::CancelAll { .. } => None,
    };
    if let Some(line) = line {
        spans.extend(&line.item_spans);
        spans.extend(&line.spec_spans);
        spans.extend(line.quantity_span);
        spans.extend(line.pack.as_ref().map(|pack| pack.span));
    }
    spans
}

fn spans(reading: &Reading) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for request in &reading.requests {
        spans.extend(request.operations.iter().flat_map(operation_spans));
        spans.extend(request.place.as_ref().map(|place| place.span));
        spans.extend(request.needed_by.as_ref().map(|needed| needed.span));
    }
    spans.extend(reading.questions.iter().map(|question| question.span));
    spans.extend(&reading.gate.numbers);
    spans.extend(&reading.gate.words);
    spans.extend(reading.used.iter().map(|(span, _)| *span));
    spans.extend(reading.done);
    spans
}

/// Line numbers of a request that must exist.
fn lines_exist(request: &Request, draft: usize) -> bool {
    let mut count = draft;
    request.operations.iter().all(|operation| match operation {
        Operation::Add(_) => {
            count += 1;
            true
        }
        Operation::Set { line, .. }
        | Operation::Increase { line, .. }
        | Operation::Decrease { line, .. }
        | Operation::Remove { line, .. }
        | Operation::Replace { line, .. } => *line < count,
        Operation::CancelAll { .. } => true,
    })
}

#[test]
fn every_reading_is_grounded_and_accounted_for() {
    let mut rng = StdRng::seed_from_u64(4);
    let mut ready = 0;
    for round in 0..8_000 {
        let messages = burst(&mut rng);
        let setting = setting(&mut rng);
        let reading = read(&messages, &setting);
        let context = || format!("round {round}: {messages:?} {reading:#?}");
        for span in spans(&reading) {
            let text = messages
                .get(span.message)
                .and_then(|said| said.text.get(span.start..span.end));
            assert!(text.is_some(), "{span:?} {}", context());
        }
        // Each token is used once: no two uses overlap.
        let mut used: Vec<Span> = reading.used.iter().map(|(span, _)| *span).collect();
        used.extend(&reading.gate.numbers);
        used.extend(&reading.gate.words);
        used.sort();
        let apart =
            |pair: &[Span]| pair[0].message != pair[1].message || pair[0].end <= pair[1].start;
        let expanded = |pair: &[Span]| pair[0].start == pair[1].start && pair[0].end == pair[1].end;
        assert!(
            used.windows(2).all(|pair| apart(pair) || expanded(pair)),
            "{}",
            context()
        );
        for (at, request) in reading.requests.iter().enumerate() {
            let own = at == 0 && reading.intent != Intent::AnotherOrder;
            assert!(
                lines_exist(request, if own { setting.draft.len() } else { 0 }),
                "{}",
                context()
            );
        }
        if reading.is_ready() {
            ready += 1;
            let draft = if reading.intent == Intent::AnotherOrder {
                &[][..]
            } else {
                &setting.draft
            };
            for line in fold_request(draft, reading.request()).lines {
                let quantity = line.quantity.as_ref().map(|quantity| quantity.thousandths);
                assert!(
                    quantity.is_some_and(|quantity| quantity > 0),
                    "{}",
                    context()
                );
            }
            assert_eq!(reading.gate.numbers, [], "{}", context());
        }
        assert!(!explain(&reading).is_empty());
    }
    assert!(
        ready > 30,
        "only {ready} were ready: the words no longer make orders"
    );
}

/// Every digit of the text that is not part of a longer token stands in a use or in the gate.
#[test]
fn every_number_is_used_or_reported() {
    let mut rng = StdRng::seed_from_u64(5);
    for _ in 0..4_000 {
        let messages = burst(&mut rng);
        let setting = setting(&mut rng);
        let reading = read(&messages, &setting);
        let covered: Vec<Span> = reading
            .used
            .iter()
            .map(|(span, _)| *span)
            .chain(reading.gate.numbers.iter().copied())
            .collect();
        for (message, said) in messages.iter().enumerate() {
            let left_out = reading.repeated.iter().any(|(this, _)| *this == message)
                || messages.iter().any(|other| other.edits == Some(message))
                || said.edits.is_some();
            if left_out || said.text.contains("http") || said.text.contains("@b") {
                continue;
            }
            for (at, ch) in said
                .text
                .char_indices()
                .filter(|(_, ch)| ch.is_ascii_digit())
            {
                let found = covered.iter().any(|span| {
                    span.message == message && span.start <= at && at + ch.len_utf8() <= span.end
                });
                assert!(found, "{ch} at {at} of {:?}: {reading:#?}", said.text);
            }
        }
    }
}

#[test]
fn the_order_of_independent_lines_does_not_matter() {
    let lines = [
        "20 bags cement",
        "5 rolls of 2.5mm cable",
        "12 spades",
        "gloves 2 boxes of 100",
        "sand - 3 trips",
    ];
    let mut rng = StdRng::seed_from_u64(6);
    let setting = Setting::new(
        chrono::NaiveDate::from_ymd_opt(2026, 11, 23)
            .unwrap()
            .and_hms_opt(8, 15, 0)
            .unwrap(),
    );
    let told = |order: &[&str], mark: &str| {
        let messages: Vec<Said> = if mark.is_empty() {
            order.iter().map(|line| Said::typed(*line)).collect()
        } else {
            vec![Said::typed(order.join(mark))]
        };
        let reading = read(&messages, &setting);
        assert!(reading.is_ready(), "{}", explain(&reading));
        let mut lines: Vec<String> = fold(&[], &reading)
            .lines
            .iter()
            .map(|line| {
                format!(
                    "{:?} {} {:?} {:?}",
                    line.quantity,
                    line.item,
                    line.spec,
                    line.pack.as_ref().map(|pack| &pack.size)
                )
            })
            .collect();
        lines.sort();
        lines
    };
    let expect = told(&lines, "");
    for _ in 0..200 {
        let mut order = lines;
        order.shuffle(&mut rng);
        for mark in ["", ", ", " and ", "\n", "; ", "\n- ", " + "] {
            assert_eq!(told(&order, mark), expect, "{order:?} {mark:?}");
        }
    }
}

#[test]
fn long_and_hostile_bursts_end() {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let setting = Setting::new(day.and_hms_opt(8, 15, 0).unwrap());
    let many: Vec<Said> = (0..4_000)
        .map(|at| Said::typed(format!("{at} bags item{at}")))
        .collect();
    assert_eq!(read(&many, &setting).gate.numbers.len(), 0);
    for bit in BITS {
        let text = format!("{bit} ").repeat(4_000 / (bit.len() + 1));
        read(&[Said::typed(text.as_str())], &setting);
        read(&[Said::typed(bit.repeat(4_000 / bit.len()))], &setting);
    }
    read(
        &[Said::typed(""), Said::typed(" \n "), Said::typed("🙏🙏🙏")],
        &setting,
    );
    assert!(!read(&[], &setting).is_ready());
}
