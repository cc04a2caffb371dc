//! Every number of a text, in digits and in words, as a liberal reader would find them: signs, powers,
//! fractions of any size, "one over three".
//!
//! An order is read with [`number_at`](super::number::number_at) instead, which asks about what can be
//! read in two ways. The words of both stand in `lexicon/`, what only this needs in `numerals/`.
//!
//! **Invariant:** a number is never longer than what was written for it, and no two overlap.

mod cardinal;
mod digits;
mod fraction;
mod grammar;
mod lex;
mod words;

use super::languages::Language;
use grammar::Grammar;

/// A number and where it stands, in UTF-16 code units; the end is its last.
#[derive(Clone, Debug, PartialEq)]
pub struct Numeral {
    pub text: String,
    pub start: usize,
    pub end: usize,
    pub value: f64,
}

/// The numbers of a text, in order.
pub fn numerals(text: &str, language: Language) -> Vec<Numeral> {
    let words = words::of(language);
    let tokens = lex::lex(text, words);
    let grammar = Grammar {
        tokens: &tokens,
        words,
    };
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((value, to)) = grammar.expression(at) else {
            at += 1;
            continue;
        };
        let (start, end) = (tokens[at].start, tokens[to - 1].end);
        let units = |text: &str| text.encode_utf16().count();
        let from = units(&text[..start]);
        let written = &text[start..end];
        out.push(Numeral {
            text: written.to_owned(),
            start: from,
            end: from + units(written).saturating_sub(1),
            value,
        });
        at = to;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, language: Language) -> Vec<(String, String)> {
        numerals(text, language)
            .into_iter()
            .map(|one| (one.text, format!("{:.9}", one.value)))
            .collect()
    }

    fn check(language: Language, cases: &[(&str, &[(&str, f64)])]) {
        for (text, expect) in cases {
            let expect: Vec<(String, String)> = expect
                .iter()
                .map(|(text, value)| ((*text).to_owned(), format!("{value:.9}")))
                .collect();
            assert_eq!(found(text, language), expect, "{text}");
        }
    }

    #[test]
    fn a_mark_that_belongs_to_no_number_is_passed_over() {
        for text in ["4035,.00", "1,.5", ",.,.1", "2.,3"] {
            for language in Language::ALL {
                let _ = found(text, language);
            }
        }
        let one = [("4035".to_owned(), "4035.000000000".to_owned())];
        assert_eq!(found("4035,.00", Language::Spanish)[..1], one);
    }

    #[test]
    fn digits_are_found_with_signs_groups_fractions_and_powers() {
        check(
            Language::English,
            &[
                ("12,345.5 of them", &[("12,345.5", 12_345.5)]),
                ("2,50,000 screws", &[("2,50,000", 250_000.0)]),
                ("1,7 or 1.7", &[("1,7", 1.7), ("1.7", 1.7)]),
                ("rooms 3,4,5", &[("3", 3.0), ("4", 4.0), ("5", 5.0)]),
                ("7 500 bricks", &[("7 500", 7500.0)]),
                (
                    "-6, - 6 and a-6",
                    &[("-6", -6.0), ("- 6", -6.0), ("6", 6.0)],
                ),
                ("1 1/2 and 3/8", &[("1 1/2", 1.5), ("3/8", 0.375)]),
                ("½ a cup", &[("½", 0.5)]),
                (
                    "2^10, 5e3, 1.5x10^3",
                    &[("2^10", 1024.0), ("5e3", 5000.0), ("1.5x10^3", 1500.0)],
                ),
                ("3k, 4 M", &[("3k", 3000.0), ("4 M", 4e6)]),
                ("12kg M12", &[]),
                ("०५ and ٧", &[("०५", 5.0), ("٧", 7.0)]),
                ("", &[]),
            ],
        );
        check(
            Language::Spanish,
            &[("1.500 y 2,25", &[("1.500", 1500.0), ("2,25", 2.25)])],
        );
        check(
            Language::French,
            &[("1 500,5 et 3,250", &[("1 500,5", 1500.5), ("3,250", 3.25)])],
        );
    }

    #[test]
    fn words_of_other_languages_are_found() {
        check(
            Language::Spanish,
            &[
                (
                    "sesenta y un mil cien",
                    &[("sesenta y un mil cien", 61_100.0)],
                ),
                ("dos mil millones", &[("dos mil millones", 2e9)]),
                (
                    "nueve con tres cuartos",
                    &[("nueve con tres cuartos", 9.75)],
                ),
                ("seis con cuarenta", &[("seis con cuarenta", 6.4)]),
                ("siete veinteavos", &[("siete veinteavos", 0.35)]),
                ("media docena", &[("media docena", 6.0)]),
            ],
        );
        check(
            Language::Portuguese,
            &[
                (
                    "mil duzentos e trinta",
                    &[("mil duzentos e trinta", 1230.0)],
                ),
                (
                    "dois milhões e meio",
                    &[("dois milhões e meio", 2_500_000.0)],
                ),
                (
                    "sete vinte e cinco avos",
                    &[("sete vinte e cinco avos", 0.28)],
                ),
                (
                    "nove vírgula zero cinco",
                    &[("nove vírgula zero cinco", 9.05)],
                ),
            ],
        );
        check(
            Language::French,
            &[
                ("quatre-vingt-onze", &[("quatre-vingt-onze", 91.0)]),
                ("soixante-dix-huit", &[("soixante-dix-huit", 78.0)]),
                ("deux et un tiers", &[("deux et un tiers", 7.0 / 3.0)]),
                ("600 sur 2 ans", &[("600", 600.0), ("2", 2.0)]),
                ("5 cent", &[("5 cent", 500.0)]),
            ],
        );
        check(
            Language::Hindi,
            &[
                ("साढ़े चार सौ", &[("साढ़े चार सौ", 450.0)]),
                ("सात का दसवां", &[("सात का दसवां", 0.7)]),
                ("पाँच में से दो", &[("पाँच में से दो", 0.4)]),
            ],
        );
        check(
            Language::Swahili,
            &[("ishirini na saba", &[("ishirini na saba", 27.0)])],
        );
        check(Language::Arabic, &[("٤٥ متر", &[("٤٥", 45.0)])]);
    }

    #[test]
    fn english_words_are_found() {
        check(
            Language::English,
            &[
                ("thirty-four boxes", &[("thirty-four", 34.0)]),
                (
                    "six hundred and twelve",
                    &[("six hundred and twelve", 612.0)],
                ),
                ("two ten", &[("two", 2.0), ("ten", 10.0)]),
                (
                    "a million and a quarter",
                    &[("a million and a quarter", 1_250_000.0)],
                ),
                (
                    "two point five million",
                    &[("two point five million", 2_500_000.0)],
                ),
                ("seven eighths", &[("seven eighths", 0.875)]),
                ("four and three tenths", &[("four and three tenths", 4.3)]),
                ("ninety over nine", &[("ninety over nine", 10.0)]),
                ("three out of four", &[("three out of four", 0.75)]),
                ("9 out of 8", &[("9", 9.0), ("8", 8.0)]),
                ("minus forty", &[("minus forty", -40.0)]),
                ("nought point two five", &[("nought point two five", 0.25)]),
                ("four dozen", &[("four dozen", 48.0)]),
                ("that one is a first", &[]),
            ],
        );
    }
}
