//! Recipes that load, and recipes that must not.

use super::*;

const DEMO: &str = include_str!("../../recipes/demo.toml");

fn refused(text: &str) -> RecipeError {
    Recipe::parse("some.toml", text).expect_err("this recipe must be refused")
}

/// The demo recipe with one text replaced, which must be there.
fn demo_with(from: &str, to: &str) -> String {
    assert!(DEMO.contains(from), "{from}");
    DEMO.replacen(from, to, 1)
}

#[test]
fn shipped_recipes_are_whole() {
    for (file, text) in shipped() {
        let recipe = Recipe::parse(file, text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(format!("{}.toml", recipe.id()), *file);
    }
}

#[test]
fn the_demo_recipe_says_what_it_says() {
    let demo = Recipe::parse("demo.toml", DEMO).expect("whole");
    assert_eq!(demo.finds_by(), FindBy::Reference);
    assert_eq!(demo.not_found(), NotFound::Person);
    assert_eq!(demo.quiet(), Duration::from_mins(2));
    assert_eq!(demo.money().currency, "KES");
    // Pages are looked for in the order of the file, not of the alphabet.
    let names: Vec<&str> = demo.pages().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.first(), Some(&"signed_out"));
    assert_eq!(names.last(), Some(&"other"));
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let text = demo_with("[read.item]\n", "[read.item]\ncolour = \"red\"\n");
    let error = refused(&text);
    let line = text
        .lines()
        .position(|line| line == "[read.item]")
        .expect("this line")
        + 1;
    assert!(
        error
            .line
            .is_some_and(|found| found >= line && found <= line + 1),
        "{error}"
    );
    assert!(error.to_string().contains("colour"), "{error}");
    assert!(
        error.to_string().starts_with("recipe some.toml, line "),
        "{error}"
    );

    let text = demo_with("{ click = \"add\" }", "{ clck = \"add\" }");
    let error = refused(&text);
    let line = text
        .lines()
        .position(|line| line.contains("clck"))
        .expect("this line")
        + 1;
    assert_eq!(error.line, Some(line), "{error}");
    assert!(error.message.contains("clck"), "{error}");
    assert_eq!(error.key.as_deref(), Some("flow.line"), "{error}");
}

#[test]
fn a_commit_must_know_its_outcome() {
    let line = |start: &str| {
        DEMO.lines()
            .find(|line| line.starts_with(start))
            .expect("this line")
            .to_owned()
    };
    for (lost, named) in [
        (line("request = { path"), "request"),
        (line("placed = { url"), "placed"),
        (line("requires = "), "requires"),
        (line("unknown = { reconcile"), "unknown"),
        ("reconcile = \"orders\", ".to_owned(), "reconcile"),
        (
            "\"review matches order.document\", ".to_owned(),
            "review matches order.document",
        ),
    ] {
        let error = refused(&demo_with(&lost, ""));
        assert!(error.message.contains(named), "{named}: {error}");
        assert!(error.line.is_some(), "{error}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for (from, to, named) in [
        ("schema = 1", "schema = 2", "schema"),
        ("base = \"http:", "base = \"ftp:", "address"),
        ("{ click = \"add\" }", "{ click = \"ad\" }", "\"ad\""),
        (
            "{ click = \"add\" }",
            "{ click = \"add\", with = \"x\" }",
            "with",
        ),
        ("{ click = \"add\" }", "{ with = \"x\" }", "verb"),
        ("{ read = \"item\" }", "{ read = \"thing\" }", "read.thing"),
        (
            "item.sku == line.sku",
            "item.sku == line.max_price",
            "types",
        ),
        (
            "item.price <= line.max_price",
            "item.sku <= line.sku",
            "texts",
        ),
        (
            "item.price <= line.max_price",
            "item.cost <= line.max_price",
            "cost",
        ),
        ("by = \"sku,qty\"", "by = \"sku,colour\"", "colour"),
        (
            "{ assert = \"cart == order.lines\", by = \"sku,qty\" }",
            "{ assert = \"cart == order.lines\" }",
            "by",
        ),
        (
            "go = \"/search?q={line.sku}\"",
            "go = \"/search?q={line.colour}\"",
            "line.colour",
        ),
        (
            "go = \"/basket\" }, { while",
            "go = \"/basket/{line.sku}\" }, { while",
            "no value",
        ),
        (
            "go = \"/search?q={line.sku}\"",
            "go = \"/search?q={secret.password}\"",
            "only be filled",
        ),
        ("remove = [\"role=button", "remove = [\"role=knob", "knob"),
        (
            "then = \"fail other\"",
            "then = \"fail somehow\"",
            "somehow",
        ),
        ("then = \"login\"", "then = \"handoff\"", "handoff"),
        (
            "total = { at = \"beside 'Total'\", type = \"money\" }\ncurrency",
            "currency",
            "total",
        ),
        ("  { read = \"cart\" },\n", "", "cart"),
        ("click = \"place\"", "click = \"plaice\"", "plaice"),
        (
            "read = \"review.total\"",
            "read = \"review.sum\"",
            "review.sum",
        ),
        ("read = \"review.total\"", "read = \"cart.qty\"", "cart.qty"),
        (
            "read = \"review.total\"",
            "read = \"review.address\"",
            "compared",
        ),
        ("token = \"*\"", "token = \"{line.sku}\"", "no value"),
        (
            "token = \"*\"",
            "token = \"{secret.user}\"",
            "only be filled",
        ),
        ("fields = {", "felder = {", "felder"),
        (
            "schema = 1",
            "schema = 1\nhosts = [\"http://cdn\"]",
            "not a host",
        ),
        ("quiet = \"2m\"", "quiet = \"two\"", "two"),
    ] {
        let text = demo_with(from, to);
        let error = refused(&text);
        assert!(error.message.contains(named), "{to}: {error}");
        assert!(error.line.is_some(), "{to}: {error}");
    }
}

#[test]
fn a_step_has_what_it_needs_and_nothing_else() {
    let add = "{ click = \"add\" }";
    for (step, named) in [
        ("{ click = \"add\", says = \"Sure\" }", "needs `dialog`"),
        ("{ click = \"add\", dialog = \"maybe\" }", "maybe"),
        ("{ check = \"add\", within = \"3s\" }", "within"),
        ("{ press = \"Return\", at = \"add\" }", "Return"),
        ("{ press = \"Enter\" }", "needs `at`"),
        (
            "{ upload = \"add\", file = \"../x\", text = \"x\" }",
            "file name",
        ),
        ("{ upload = \"add\", file = \"x.csv\" }", "each_line"),
        (
            "{ upload = \"add\", file = \"x\", each_line = \"{line.url}\" }",
            "line.url",
        ),
        (
            "{ upload = \"add\", file = \"x\", text = \"{secret.user}\" }",
            "only be filled",
        ),
        ("{ download = \"add\" }", "documents"),
        ("{ print = \"a.pdf\" }", "documents"),
        ("{ when = \"add\", do = [] }", "needs steps"),
        (
            "{ frame = \"add\", do = [{ go = \"/\" }] }",
            "inside a frame",
        ),
        ("{ popup = \"add\", do = [{ click = \"ad\" }] }", "\"ad\""),
        ("{ expect = \"item.price == line.sku\" }", "types"),
        (
            "{ expect = \"item.sku == line.sku\", fail = \"bad\" }",
            "bad",
        ),
        ("{ go = \"{line.page}\" }", "[products]"),
        (
            "{ fill = \"quantity\", with = \"{address.street}\" }",
            "[address.KEY]",
        ),
        (
            "{ fill = \"quantity\", with = \"{address.planet}\" }",
            "address.planet",
        ),
    ] {
        let error = refused(&demo_with(add, step));
        assert!(error.message.contains(named), "{step}: {error}");
        assert_eq!(error.key.as_deref(), Some("flow.line"), "{step}: {error}");
    }
}

#[test]
fn tables_that_the_flows_use_are_complete() {
    let with = |table: &str, step: &str| {
        let text = demo_with("{ click = \"add\" }", step);
        text.replacen("[loc]\n", &format!("{table}\n[loc]\n"), 1)
    };
    let street = "{ fill = \"quantity\", with = \"{address.street}\" }";
    let north = "[address.\"Site 1\"]\nstreet = \"North\"\n";
    let parse = |text: &str| Recipe::parse("some.toml", text);
    let one = parse(&with(north, street)).expect("whole");
    assert_eq!(one.address("Site 1", AddressPart::Street), Some("North"));
    assert_eq!(one.address("Site 2", AddressPart::Street), None);
    let two = format!("{north}[address.\"Site 2\"]\ncity = \"Thika\"\n");
    let error = refused(&with(&two, street));
    assert!(error.message.contains("\"Site 2\""), "{error}");
    let products = "[products]\nCEM = \"/cement\"\n";
    let one = parse(&with(products, "{ go = \"{line.page}\" }")).expect("whole");
    assert_eq!(
        (one.product("CEM"), one.product("NAIL")),
        (Some("/cement"), None)
    );
    let away = refused(&with("[products]\nCEM = \"//evil.example\"\n", street));
    assert!(away.message.contains("not a path"), "{away}");
}

#[test]
fn what_is_read_of_past_orders_can_be_told() {
    for (from, to, named) in [
        (
            "[read.order_lines]\neach = \"css=table.lines tr.line\"\nsku = {",
            "[read.order_lines]\neach = \"css=table.lines tr.line\"\nurl = {",
            "flow `item`",
        ),
        ("[commit]", "[flow2]\n[commit]", "flow2"),
        (
            "orders = [{ go = \"/orders\" }, { read = \"orders\" }]",
            "orders = [{ go = \"/orders\" }, { read = \"orders\" }]\nstatus = [{ go = \"/orders/{past.number}\" }]",
            "read.status",
        ),
        (
            "orders = [{ go = \"/orders\" }, { read = \"orders\" }]",
            "orders = [{ go = \"/orders\" }, { read = \"orders\" }]\ndocuments = [{ go = \"/orders/{past.number}\" }]",
            "`download`",
        ),
        (
            "signed_in = [\"role=button 'Sign out'\"]",
            "signed_in = [\"url\"]",
            "no element",
        ),
    ] {
        let error = refused(&demo_with(from, to));
        assert!(error.message.contains(named), "{to}: {error}");
    }
}
