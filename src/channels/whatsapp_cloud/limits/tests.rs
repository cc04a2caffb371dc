//! What fits, what is refused, where texts are split and cut.

use super::*;

fn choices(titles: &[&str]) -> Vec<Choice> {
    let choice = |(n, title): (usize, &&str)| Choice {
        id: n.to_string(),
        title: (*title).into(),
    };
    titles.iter().enumerate().map(choice).collect()
}

fn buttons(body: &str, titles: &[&str]) -> Outgoing {
    Outgoing::Buttons {
        body: body.into(),
        buttons: choices(titles),
    }
}

fn shown(part: &Outgoing) -> String {
    match part {
        Outgoing::Text(body) => format!("text {body}"),
        Outgoing::Buttons { body, buttons } => {
            let titles: Vec<&str> = buttons.iter().map(|b| b.title.as_str()).collect();
            format!("buttons {body} {titles:?}")
        }
        Outgoing::List { body, open, rows } => format!("list {body} {open} {}", rows.len()),
        Outgoing::Template { params, .. } => format!("template {params:?}"),
    }
}

#[test]
fn what_breaks_a_limit_is_refused() {
    let long = |n: usize| "x".repeat(n);
    let list = |rows: usize| Outgoing::List {
        body: "b".into(),
        open: "Choose".into(),
        rows: choices(&vec!["t"; rows]),
    };
    for (outgoing, expect) in [
        (Outgoing::Text(long(4096)), None),
        (
            Outgoing::Text(long(4097)),
            Some("text has 4097 characters, at most 4096 are taken"),
        ),
        (Outgoing::Text(" ".into()), Some("text is empty")),
        (buttons(&long(1024), &["a", "b", "c"]), None),
        (
            buttons(&long(1025), &["a"]),
            Some("body has 1025 characters, at most 1024 are taken"),
        ),
        (
            buttons("b", &["a", "b", "c", "d"]),
            Some("4 buttons, at most 3 are taken"),
        ),
        (buttons("b", &[]), Some("buttons is empty")),
        (
            buttons("b", &["a", "a"]),
            Some("two button titles are the same"),
        ),
        (buttons("b", &[&long(20)]), None),
        (
            buttons("b", &["Nineteen and emoji😀😀"]),
            Some("button title has 22 characters, at most 20 are taken"),
        ),
        (list(10), None),
        (list(11), Some("11 rows, at most 10 are taken")),
    ] {
        let result = check(&outgoing).map_err(|breach| breach.to_string());
        assert_eq!(result.err().as_deref(), expect, "{}", shown(&outgoing));
    }
}

#[test]
fn titles_are_cut_without_breaking_a_character() {
    for (text, most, expect) in [
        ("Confirm", 20, "Confirm"),
        ("exactly twenty chars", 20, "exactly twenty chars"),
        ("exactly twenty-1 chars", 20, "exactly twenty-1 ch…"),
        ("cut before space x", 12, "cut before…"),
        ("ab😀cd", 4, "ab…"),
        ("ab👷🏽cd", 6, "ab…"),
        ("a👩\u{200D}🔧bc", 5, "a…"),
        ("abe\u{301}f", 4, "ab…"),
    ] {
        assert_eq!(cut(text, most), expect, "{text}");
        assert!(length(&cut(text, most)) <= most);
    }
}

#[test]
fn texts_are_split_at_line_ends_then_spaces_then_anywhere() {
    for (text, expect) in [
        ("", vec![""]),
        ("0123456789", vec!["0123456789"]),
        ("line one\nline two\nl3", vec!["line one", "line two", "l3"]),
        ("0123456789\nabc", vec!["0123456789", "abc"]),
        ("0123456789 abc", vec!["0123456789", "abc"]),
        ("one two three four", vec!["one two", "three four"]),
        ("0123456789abcdef", vec!["0123456789", "abcdef"]),
        ("\n\n0123456789abc", vec!["0123456789", "abc"]),
        ("😀😀😀😀😀😀", vec!["😀😀😀😀😀", "😀"]),
    ] {
        assert_eq!(split(text, 10), expect, "{text:?}");
    }
}

#[test]
fn fitted_messages_keep_every_limit_and_every_line() {
    let lines: Vec<String> = (1..=400)
        .map(|n| format!("{n}) cement 50 kg, {n} bags"))
        .collect();
    let body = lines.join("\n") + "\n\nIs this right?";
    let parts = fit(buttons(&body, &["Confirm", "Change the delivery address"]));
    assert!(parts.len() >= 3);
    for part in &parts {
        assert_eq!(check(part), Ok(()), "{}", shown(part));
    }
    assert_eq!(
        shown(parts.last().unwrap()),
        "buttons Is this right? [\"Confirm\", \"Change the delivery…\"]"
    );
    let texts: Vec<&str> = parts
        .iter()
        .filter_map(|part| match part {
            Outgoing::Text(body) => Some(body.as_str()),
            Outgoing::Buttons { .. } | Outgoing::List { .. } | Outgoing::Template { .. } => None,
        })
        .collect();
    assert_eq!(texts.join("\n"), lines.join("\n"));
}

#[test]
fn what_fits_stays_whole_and_a_template_gap_is_one_line() {
    let short = buttons("Is this right?", &["Confirm"]);
    assert!(fit(short.clone()) == [short]);
    let one_long_line = fit(buttons(&"word ".repeat(300), &["a"]));
    assert!(one_long_line.iter().all(|part| check(part).is_ok()));
    let template = Outgoing::Template {
        name: "approval".into(),
        language: "en".into(),
        params: vec!["20 bags\n\t  cement".into()],
        buttons: vec![],
    };
    assert_eq!(
        fit(template).iter().map(shown).collect::<Vec<_>>(),
        ["template [\"20 bags cement\"]"]
    );
}
