//! Any answer of a language model about any messages: no panic, and every line is made of their words.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sutler_fuzz::language::{Act, Operation, Proposed, read, unresolved, verify};
use sutler_fuzz::llm::{Answer, read_proposals};
use sutler_fuzz::{Input, check};

#[derive(arbitrary::Arbitrary, Debug)]
struct Told {
    input: Input,
    /// As a server would send it.
    text: String,
    /// Stretches of the messages, put together in any way.
    lines: Vec<[u8; 10]>,
}

fn piece(input: &Input, message: u8, start: u8, len: u8) -> Option<String> {
    let text = &input.messages.get(usize::from(message))?.text;
    let words: Vec<&str> = text.split_whitespace().collect();
    let from = usize::from(start) % words.len().max(1);
    let to = (from + usize::from(len % 5)).min(words.len());
    words.get(from..to).map(|words| words.join(" "))
}

fuzz_target!(|told: Told| {
    let (said, setting) = (told.input.said(), told.input.setting());
    let before = read(&said, &setting);
    let parts = unresolved(&said, &setting, &before);
    let mut proposals = Answer::find(&told.text)
        .map(|answer| read_proposals(&answer))
        .unwrap_or_default();
    proposals.extend(told.lines.iter().take(40).map(|bytes| Proposed {
        part: Some(usize::from(bytes[0] % 8)),
        act: [
            None,
            Some(Act::Add),
            Some(Act::Set),
            Some(Act::More),
            Some(Act::Less),
            Some(Act::Drop),
            Some(Act::Place),
            Some(Act::Day),
        ][usize::from(bytes[1] % 8)],
        message: Some(usize::from(bytes[2] % 4)),
        item: piece(&told.input, bytes[2] % 4, bytes[3], bytes[4]),
        amount_message: Some(usize::from(bytes[5] % 4)),
        amount: piece(&told.input, bytes[5] % 4, bytes[6], bytes[7]),
        unit: None,
        size: piece(&told.input, bytes[2] % 4, bytes[8], bytes[9]),
    }));
    let after = verify(&said, &setting, &before, &parts, &proposals);
    check(&said, &setting, &after.reading);
    for request in &after.reading.requests {
        for operation in &request.operations {
            if let Operation::Add(line) = operation {
                assert!(line.quantity.is_none() || line.quantity_span.is_some());
                assert!(line.item_spans.iter().all(|span| !span.of(&said).is_empty()));
            }
        }
    }
});
