//! Numbers in digits and in words, one by one.

use super::*;
use crate::language::languages::{Language, lexicon};
use crate::language::lexicon_file::{File, build};
use crate::language::token::tokenise;

fn read(text: &str, format: NumberFormat) -> (String, usize) {
    read_with(text, format, lexicon(Language::English))
}

fn read_with(text: &str, format: NumberFormat, lexicon: &Lexicon) -> (String, usize) {
    let tokens = tokenise(0, text);
    match number_at(&tokens, 1, lexicon, format) {
        None => ("none".to_owned(), 0),
        Some(read) => {
            let shown = match read.value {
                Value::Exact(value) => crate::domain::quantity::number(value),
                Value::Unclear { why, choices } => {
                    format!("{why:?} {}", choices.join("|")).trim().to_owned()
                }
            };
            (shown, read.len)
        }
    }
}

#[test]
fn digits_are_read_by_the_format_or_asked() {
    use NumberFormat::{Comma, Point, Unset};
    for (text, format, expect) in [
        ("20", Unset, "20"),
        ("007", Unset, "7"),
        ("1,500", Point, "1500"),
        ("1,500", Comma, "1.5"),
        ("1,500", Unset, "Format 1500|1.5"),
        ("1.500", Point, "1.5"),
        ("1.500", Comma, "1500"),
        ("1.250", Unset, "Format 1250|1.25"),
        ("2.5", Unset, "2.5"),
        ("2,5", Unset, "2.5"),
        ("2,5", Comma, "2.5"),
        ("2,5", Point, "Format 2.5"),
        ("0.125", Unset, "0.125"),
        ("0,125", Unset, "0.125"),
        ("1,234,567.5", Unset, "Size"),
        ("234,567.5", Unset, "234567.5"),
        ("234.567,5", Unset, "234567.5"),
        ("2,50,000", Unset, "250000"),
        ("1,23,4", Unset, "Format"),
        ("1'500", Unset, "1500"),
        ("٢٫٥", Unset, "2.5"),
        ("2 500", Unset, "Format 2500"),
        ("2 500kg", Unset, "2"),
        ("1 1/2", Unset, "1.5"),
        ("1½", Unset, "1.5"),
        ("3/4", Unset, "0.75"),
        ("0", Unset, "Size"),
        ("0.0001", Unset, "Size"),
        ("99999999999999999999999999", Unset, "Size"),
        ("1000001", Unset, "Size"),
        ("1000000", Unset, "1000000"),
        ("20-25", Unset, "Range 20|25"),
        ("20 to 25", Unset, "Range 20|25"),
        ("5 or 6", Unset, "Range 5|6"),
        ("2 dozen", Unset, "24"),
        ("2 hundred", Unset, "200"),
        ("2 and a half", Unset, "2.5"),
    ] {
        assert_eq!(read(text, format).0, expect, "{text} {format:?}");
    }
}

#[test]
fn other_languages_add_up_in_their_own_way() {
    let file = "[numbers]\ndo = 2\nteen = 3\npachas = 50\ndedh = 1.5\ndhai = 2.5\nmbili = 2\n\
                tano = 5\nkumi = 10\nhamsini = 50\nveinte = 20\ntreinta = 30\ncinco = 5\nuna = 1\n\
                khamsa = 5\nishrin = 20\nquinientos = 500\n\
                [offsets]\nsava = 250\nsadhe = 500\npaune = -250\n\
                [scales]\nsau = 100\nhazar = 1000\nlakh = 100000\nmil = 1000\n\
                [leading_scales]\nmia = 100\nelfu = 1000\ndazeni = 12\n\
                [groups]\ndarjan = 12\ndocena = 12\ndocenas = 12\n\
                [fractions]\nnusu = 500\nmedia = 500\nmedio = 500\naadha = 500\n[parts]\ncuartos = 250\n\
                [words]\nand = [\"y\", \"na\", \"wa\"]\nnumber_and = [\"y\", \"na\", \"wa\"]\narticle = [\"una\"]\n\
                [grammar]\nunit_before_ten = true\n";
    let lexicon = build(&File::parse(file).unwrap(), None).unwrap();
    for (text, expect, len) in [
        ("dedh litre", "1.5", 1),
        ("dhai sau block", "250", 2),
        ("dedh hazar", "1500", 2),
        ("sava do kilo", "2.25", 2),
        ("sadhe teen hazar", "3500", 3),
        ("sadhe 3", "3.5", 2),
        ("paune do sau", "175", 3),
        ("sava sau", "125", 2),
        ("sadhe kilo", "Words", 1),
        ("do lakh pachas hazar", "250000", 4),
        ("teen darjan ande", "36", 2),
        ("aadha darjan", "6", 2),
        ("dedh teen", "Words", 2),
        ("kumi na tano", "15", 3),
        ("hamsini na mbili na tano", "52", 3),
        ("mia mbili hamsini", "250", 3),
        ("mia mbili na hamsini na tano", "255", 6),
        ("elfu mbili mia tano", "2500", 4),
        ("elfu mbili na mia tano", "2500", 5),
        ("elfu kumi na tano", "Words", 4),
        ("elfu mia mbili", "Words", 3),
        ("elfu 3", "3000", 2),
        ("mia", "100", 1),
        ("dazeni mbili", "24", 2),
        ("nusu dazeni", "6", 2),
        ("mbili na nusu", "2.5", 3),
        ("treinta y cinco palas", "35", 3),
        ("veinte y treinta", "20", 1),
        ("dos palas", "none", 0),
        ("mil quinientos", "1500", 2),
        ("veinte mil quinientos treinta y cinco", "20535", 6),
        ("una docena y media", "18", 4),
        ("docena y media", "18", 3),
        ("media docena", "6", 2),
        ("cinco docenas", "60", 2),
        ("2 docenas y media", "30", 4),
        ("2 mil", "2000", 2),
        ("teen cuartos", "0.75", 2),
        ("khamsa wa ishrin", "25", 3),
        ("ishrin wa khamsa", "25", 3),
        ("khamsa ishrin", "Words", 2),
    ] {
        assert_eq!(
            read_with(text, NumberFormat::Unset, &lexicon),
            (expect.to_owned(), len),
            "{text}"
        );
    }
}

#[test]
fn number_words_are_read_exactly_or_not_at_all() {
    for (text, expect, len) in [
        ("twenty bags", "20", 1),
        ("twenty-five bags", "25", 3),
        ("twenty five bags", "25", 2),
        ("two hundred and fifty bags", "250", 4),
        ("three hundred sandbags", "300", 2),
        ("two hundred nails and fifty bolts", "200", 2),
        ("one thousand two hundred", "1200", 4),
        ("a hundred", "100", 2),
        ("a dozen helmets", "12", 2),
        ("three dozen eggs", "36", 2),
        ("dozen eggs", "12", 1),
        ("half a dozen", "6", 3),
        ("half dozen", "6", 2),
        ("half a bag", "0.5", 2),
        ("half bag", "0.5", 1),
        ("one and a half tonnes", "1.5", 4),
        ("two and half", "2.5", 3),
        ("three quarters", "0.75", 2),
        ("two half", "Size", 2),
        ("two fifty", "Words", 2),
        ("five ten", "Words", 2),
        ("zero", "Size", 1),
        ("a wheelbarrow", "none", 0),
        ("cement", "none", 0),
        ("nine million million million million million", "Words", 6),
    ] {
        assert_eq!(
            read(text, NumberFormat::Unset),
            (expect.to_owned(), len),
            "{text}"
        );
    }
}
