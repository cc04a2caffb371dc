//! Any messages in any setting: no panic, and every span lies on characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sutler_fuzz::language::read;
use sutler_fuzz::{Input, check};

fuzz_target!(|input: Input| {
    let (said, setting) = (input.said(), input.setting());
    let reading = read(&said, &setting);
    check(&said, &setting, &reading);
    assert_eq!(reading, read(&said, &setting));
});
