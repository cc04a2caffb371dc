//! What a question costs, counted offline with the vocabulary of current models.

use serde_json::json;
use sutler::language::{Said, Setting, read, unresolved};
use sutler::llm::{CANARY, Part, reading};

use crate::llm::Reply;
use crate::llm::lines;

/// Bursts of which the rules leave something open, in all seven languages.
const OPEN: &[&[&str]] = &[
    &[
        "morning boss",
        "for the clinic we are almost out of gauze so like 12 rolls would do us fine",
        "gloves 4 boxes",
    ],
    &[
        "10 bags cement to Site 4",
        "wheelbarrows, the fundis keep on telling me we want like 5",
    ],
    &[
        "hi can we get 7 jerrycans surface cleaner plus 12 mops for housekeeping before the visitors come",
    ],
    &[
        "Hola inge, andamos cortos de varilla, unas 50 piezas de la de media y 20 kilos de alambre recocido",
        "y pa la otra semana ya vemos",
    ],
    &["buenas, la cuadrilla de Lucho anda pidiendo guantes como 30 pares y tambien cascos 12"],
    &[
        "bom dia, o pessoal da laje falou que faltam uns 40 sacos de cimento e 3 metros de areia lavada",
    ],
    &[
        "Bonjour chef, les gars disent qu'il manque environ 25 sacs de ciment et aussi 6 rouleaux de fil",
    ],
    &["bhaiya sariya khatam ho raha hai, karib 15 bundle aur 200 eent bhi bhijwa dena kal tak"],
    &["Boss mafundi wanasema saruji imeisha, tunahitaji kama mifuko 40 hivi na misumari kilo 8"],
    &["مرحبا، الشباب يقولون الاسمنت خلص نحتاج تقريبا ٣٠ كيس و ٥ علب دهان ابيض"],
    &[
        "ORDER FOR KITCHEN",
        "rice 5 bags the good one",
        "oil 3 jerricans the 20 litre ones not the small",
        "also the cook says salt, maybe 2 cartons",
    ],
];

fn counted(burst: &[&str]) -> Option<(usize, usize)> {
    let tokens = tiktoken_rs::o200k_base_singleton();
    let count = |text: &str| tokens.encode_ordinary(text).len();
    let said: Vec<Said> = burst.iter().map(|text| Said::typed(*text)).collect();
    let now = chrono::NaiveDate::from_ymd_opt(2026, 11, 20)
        .unwrap()
        .and_hms_opt(9, 0, 0)
        .unwrap();
    let setting = Setting::new(now);
    let spans = unresolved(&said, &setting, &read(&said, &setting));
    let parts: Vec<Part> = spans
        .iter()
        .map(|span| Part {
            span: *span,
            candidates: vec![
                "Cement, Portland 42.5, 50 kg bag".to_owned(),
                "Binding wire, 16 gauge, 25 kg roll".to_owned(),
                "Wheelbarrow, steel tray, 65 l".to_owned(),
            ],
        })
        .collect();
    let ask = reading(&said, &parts)?;
    let prompt = count(ask.system) + count(&ask.user) + count(&ask.schema.to_string());
    // Two lines for each open part is a long answer.
    let line = json!({"p": 1, "act": "add", "m": 1, "item": "binding wire", "n": null,
        "amount": "20 kilos", "unit": null, "size": "16 gauge"});
    let Reply::Says(answer) = lines(&vec![line; 2 * parts.len()]) else {
        return None;
    };
    Some((prompt, count(&answer)))
}

#[test]
fn the_static_part_is_short_and_the_same_bytes_each_time() {
    let said = [Said::typed("x 1 y 2 z 3 q")];
    let part = |words: &str| Part {
        span: sutler::language::Span {
            message: 0,
            start: 0,
            end: 1,
        },
        candidates: vec![words.to_owned()],
    };
    let (one, other) = (
        reading(&said, &[part("a")]).unwrap(),
        reading(&said, &[part("b"), part("c")]).unwrap(),
    );
    assert_eq!(one.system, other.system);
    assert_eq!(one.schema, other.schema);
    assert!(one.system.contains(CANARY));
    let tokens = tiktoken_rs::o200k_base_singleton();
    let fixed = tokens.encode_ordinary(one.system).len()
        + tokens.encode_ordinary(&one.schema.to_string()).len();
    eprintln!("static part: {fixed} tokens");
    assert!(fixed <= 600, "{fixed}");
}

#[test]
fn a_request_stays_within_its_tokens() {
    let mut all: Vec<usize> = Vec::new();
    for burst in OPEN {
        if let Some((prompt, answer)) = counted(burst) {
            eprintln!("{prompt} + {answer}: {}", burst.join(" / "));
            all.push(prompt + answer);
        }
    }
    assert!(all.len() >= 8, "only {} bursts were left open", all.len());
    all.sort_unstable();
    let median = all[all.len() / 2];
    let p95 = all[(all.len() * 95 / 100).min(all.len() - 1)];
    eprintln!("median {median}, p95 {p95}, n {}", all.len());
    assert!(median <= 750, "median {median}");
    assert!(p95 <= 1800, "p95 {p95}");
}
