//! Limits inside interactive and template messages.

use super::*;

#[test]
fn what_meta_refuses_in_buttons() {
    let reply = "/interactive/action/buttons/0/reply";
    let cases = [
        (
            131_009,
            "21 characters",
            buttons(&[&format!("{}✅", "a".repeat(20))]),
        ),
        (131_009, "four", buttons(&["A", "B", "C", "D"])),
        (131_008, "none", buttons(&[])),
        (131_009, "same title", buttons(&["A", "A"])),
        (131_009, "empty title", buttons(&["A", ""])),
        (
            131_009,
            "same id",
            with(buttons(&["A", "B"]), &format!("{reply}/id"), "id1".into()),
        ),
        (
            131_009,
            "id 257",
            with(buttons(&["A"]), &format!("{reply}/id"), long(257).into()),
        ),
        (
            131_009,
            "id with space",
            with(buttons(&["A"]), &format!("{reply}/id"), "a ".into()),
        ),
        (
            131_008,
            "no id",
            with(buttons(&["A"]), &format!("{reply}/id"), Value::Null),
        ),
        (
            131_009,
            "body 1025",
            with(buttons(&["A"]), "/interactive/body/text", long(1025).into()),
        ),
        (
            131_009,
            "empty body",
            with(buttons(&["A"]), "/interactive/body/text", "".into()),
        ),
        (
            131_008,
            "no body",
            with(buttons(&["A"]), "/interactive/body", Value::Null),
        ),
        (
            131_009,
            "footer 61",
            with(
                buttons(&["A"]),
                "/interactive/footer",
                json!({"text": long(61)}),
            ),
        ),
        (
            131_009,
            "header 61",
            with(
                buttons(&["A"]),
                "/interactive/header",
                json!({"type": "text", "text": long(61)}),
            ),
        ),
        (
            131_009,
            "unknown interactive",
            with(buttons(&["A"]), "/interactive/type", "poll".into()),
        ),
    ];
    for (code, name, body) in cases {
        assert_eq!(read_as(&body), Err(code), "{name}");
    }
}

#[test]
fn what_meta_refuses_in_lists() {
    let one_row = || list(&json!([{"rows": rows(1)}]));
    let row = "/interactive/action/sections/0/rows/0";
    let cases = [
        (
            131_009,
            "eleven rows",
            list(
                &json!([{"title": "a", "rows": rows(10)}, {"title": "b", "rows": [{"id": "z", "title": "z"}]}]),
            ),
        ),
        (
            131_009,
            "section without title",
            list(&json!([{"title": "a", "rows": rows(1)}, {"rows": [{"id": "z", "title": "z"}]}])),
        ),
        (
            131_009,
            "section title",
            list(&json!([{"title": long(25), "rows": rows(1)}])),
        ),
        (131_008, "empty section", list(&json!([{"rows": []}]))),
        (
            131_009,
            "same row id",
            list(&json!([{"rows": [{"id": "z", "title": "y"}, {"id": "z", "title": "z"}]}])),
        ),
        (
            131_009,
            "row title",
            with(one_row(), &format!("{row}/title"), long(25).into()),
        ),
        (
            131_009,
            "row description",
            with(one_row(), &format!("{row}/description"), long(73).into()),
        ),
        (
            131_009,
            "row id",
            with(one_row(), &format!("{row}/id"), long(201).into()),
        ),
        (
            131_009,
            "list button",
            with(one_row(), "/interactive/action/button", long(21).into()),
        ),
        (
            131_009,
            "list body",
            with(one_row(), "/interactive/body/text", long(4097).into()),
        ),
        (
            131_009,
            "list with picture",
            with(
                one_row(),
                "/interactive/header",
                json!({"type": "image", "image": {"id": "1"}}),
            ),
        ),
    ];
    for (code, name, body) in cases {
        assert_eq!(read_as(&body), Err(code), "{name}");
    }
}

#[test]
fn what_meta_refuses_in_templates() {
    let button = |index: &str, payload: &str| {
        let mut components = parameters(&["a", "b"]);
        components.as_array_mut().unwrap().push(json!({
            "type": "button", "sub_type": "quick_reply", "index": index,
            "parameters": [{"type": "payload", "payload": payload}],
        }));
        template(&components)
    };
    let cases = [
        (132_000, "one of two", template(&parameters(&["a"]))),
        (
            132_000,
            "three of two",
            template(&parameters(&["a", "b", "c"])),
        ),
        (132_000, "none", template(&json!([]))),
        (100, "new line", template(&parameters(&["a", "b\nc"]))),
        (100, "five spaces", template(&parameters(&["a", "b     c"]))),
        (
            132_005,
            "too long",
            template(&parameters(&["a", &long(1020)])),
        ),
        (
            132_001,
            "name",
            with(
                template(&parameters(&["a", "b"])),
                "/template/name",
                "other".into(),
            ),
        ),
        (
            132_001,
            "language",
            with(
                template(&parameters(&["a", "b"])),
                "/template/language/code",
                "sw".into(),
            ),
        ),
        (131_009, "third button", button("2", "x")),
        (131_009, "payload", button("0", &long(129))),
    ];
    for (code, name, body) in cases {
        assert_eq!(read_as(&body), Err(code), "{name}");
    }
    let Ok(Call::Send(sent)) = read_as(&button("1", "no:7")) else {
        panic!("a payload of a known button is taken");
    };
    let ids: Vec<&str> = sent
        .buttons
        .iter()
        .map(|button| button.id.as_str())
        .collect();
    assert_eq!(ids, ["Approve", "no:7"]);
    assert_eq!(sent.body, "a asks for b. Open the request?");
}

#[test]
fn a_value_that_looks_like_a_place_stays_as_it_is() {
    let Ok(Call::Send(sent)) = read_as(&template(&parameters(&["{{2}}", "b"]))) else {
        panic!("braces are allowed in a value");
    };
    assert_eq!(sent.body, "{{2}} asks for b. Open the request?");
}
