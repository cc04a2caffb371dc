//! Bad rows: each complaint names file, line and column, and nothing is stored.

use super::*;

/// Each text has one thing wrong, which is said like this.
fn assert_named(cases: &[(String, &str)]) {
    for (text, expect) in cases {
        let problems = World::from_toml("w.toml", text).expect_err(text);
        let said = problems_text(&problems);
        assert_eq!(problems.len(), 1, "{text}\n{said}");
        assert!(said.starts_with(expect), "{text}\n{said}");
    }
}

#[test]
fn a_bad_organisation_is_named_with_file_and_line() {
    let organisation = "[organisation]\ncode = \"a\"\nname = \"A\"\n";
    assert_named(&[
        (
            format!("{organisation}currency = \"ABC\"\ntime_zone = \"Africa/Nairobi\"\n"),
            "w.toml:4, currency: \"ABC\" is not a currency code",
        ),
        (
            format!("{organisation}currency = \"KES\"\ntime_zone = \"Nairobi\"\n"),
            "w.toml:5, time_zone: \"Nairobi\" is not a time zone",
        ),
        (
            format!("{organisation}currency = \"KES\"\n"),
            "w.toml:1, time_zone: this is missing",
        ),
        (
            format!(
                "{organisation}currency = \"KES\"\ntime_zone = \"UTC\"\nsettings = {{ quite_seconds = 4 }}\n"
            ),
            "w.toml:6, settings.quite_seconds: there is no such key",
        ),
        (
            format!(
                "{organisation}currency = \"KES\"\ntime_zone = \"UTC\"\nsettings = {{ auto_approve_limit = 5000 }}\n"
            ),
            "w.toml:6, settings.auto_approve_limit: 5000 is not an amount",
        ),
        (
            format!(
                "{organisation}currency = \"KES\"\ntime_zone = \"UTC\"\nsettings = {{ quiet_seconds = -1 }}\n"
            ),
            "w.toml:6, settings.quiet_seconds: -1 is not a whole number",
        ),
        (
            format!(
                "{organisation}currency = \"KES\"\ntime_zone = \"UTC\"\nsettings = {{ approval_days = 9000000000 }}\n"
            ),
            "w.toml:6, settings.approval_days: 9000000000 is not a whole number",
        ),
        (
            format!(
                "{organisation}currency = \"KES\"\ntime_zone = \"UTC\"\nsettings = {{ number_format = \"dot\" }}\n"
            ),
            "w.toml:6, settings.number_format: \"dot\"",
        ),
    ]);
}

#[test]
fn bad_rows_of_toml_are_named_with_file_and_line() {
    let item = "[[item]]\ncode = \"c\"\nname = \"C\"\n";
    let person = "[[person]]\ncode = \"p\"\nname = \"P\"\n";
    let supplier = "[[supplier]]\ncode = \"s\"\nname = \"S\"\nrecipe = \"demo\"\n";
    let goods = "[[supplier.item]]\nitem = \"c\"\nsku = \"1\"\n";
    assert_named(&[
        (
            format!("{item}unit = \"sackful\"\n"),
            "w.toml:4, unit: \"sackful\" is not a unit",
        ),
        (
            format!("{item}unit = \"bag\"\ncolour = \"grey\"\n"),
            "w.toml:5, colour: there is no such column; item has code",
        ),
        (
            format!("{item}unit = \"bag\"\n{item}unit = \"bag\"\n"),
            "w.toml:5, code: the item c stands already in line 1 of w.toml",
        ),
        (
            format!("{person}phones = [\"0700000001\"]\n"),
            "w.toml:4, phones: \"0700000001\" is not a phone number",
        ),
        (
            format!("{person}roles = [\"boss\"]\n"),
            "w.toml:4, roles: \"boss\" is not a role; the roles are requester",
        ),
        (
            format!("{person}language = \"klingon\"\n"),
            "w.toml:4, language: \"klingon\" is not a language: en, es, pt, fr, hi, sw, ar, or auto",
        ),
        (
            format!("{person}approval_limit = \"-5\"\n"),
            "w.toml:4, approval_limit: \"-5\" is not an amount",
        ),
        (
            format!("{person}phones = [\"+254700000001\", \"+254700000001\"]\n"),
            "w.toml:1, phones: the phone +254700000001 stands already in line 1",
        ),
        (
            format!("{supplier}currency = \"KES\"\n{goods}price = \"-780.00\"\n"),
            "w.toml:9, price: \"-780.00\" is not an amount",
        ),
        (
            format!("{supplier}currency = \"KES\"\n{goods}price = 780.0\n"),
            "w.toml:9, price: 780.0 is not an amount",
        ),
        (
            format!("{supplier}currency = \"KES\"\n{goods}price = \"922337203685478\"\n"),
            "w.toml:9, price: \"922337203685478\" is not an amount",
        ),
        (
            supplier.replace("demo", "nowhere") + "currency = \"KES\"\n",
            "w.toml:4, recipe: \"nowhere\" is not a recipe: demo, oscar, evershop, or the path of a .toml file that `sutler supplier check` accepts",
        ),
        (
            "[[persons]]\ncode = \"p\"\n".to_owned(),
            "w.toml:1, persons: there is no such table",
        ),
        (
            "[[item]]\ncode = \n".to_owned(),
            "w.toml:2: this is not TOML",
        ),
        (
            "site = 4\n".to_owned(),
            "w.toml:1, site: write it as [[site]]",
        ),
    ]);
}

#[tokio::test]
async fn a_reference_to_nothing_stores_nothing_and_every_one_is_named() {
    for House {
        db, vault, _folder, ..
    } in houses().await
    {
        let text = WORLD
            .replace("[\"S7\", \"S4\"]", "[\"S7\", \"S9\"]")
            .replace("item = \"CEMENT-42\"", "item = \"CEMENT-43\"");
        let error = apply(&db, &vault, &world(&text)).await.unwrap_err();
        let said = error.to_string();
        assert!(
            said.contains("w.toml:20, sites: there is no site S9"),
            "{said}"
        );
        assert!(
            said.contains(", item: there is no item CEMENT-43"),
            "{said}"
        );
        assert!(is_empty(&db).await);
        let alone = "[[site]]\ncode = \"S1\"\nname = \"Site 1\"\n";
        let error = apply(&db, &vault, &world(alone)).await.unwrap_err();
        assert!(error.to_string().contains("--org CODE"), "{error}");
    }
}

#[test]
fn bad_csv_files_are_named_with_line_and_column() {
    for (text, kind, expect) in [
        (
            "code,name,telephone\na,A,1\n",
            Some(Kind::Person),
            "w.csv:2, telephone: there is no such column; person has code",
        ),
        (
            "code,name\na,A\n",
            None,
            "w.csv:1: the header could be of site or person: say which with --kind",
        ),
        ("a,b\n1,2\n", None, "w.csv:1: the header is of no kind"),
        (
            "code,name,unit\na,A\n",
            None,
            "w.csv:2: 2 columns, but the header has 3",
        ),
        (
            "code,unit\na,bag\n",
            Some(Kind::Item),
            "w.csv:1, name: this column is missing",
        ),
        (
            "code,name,unit,unit\na,A,bag,bag\n",
            None,
            "w.csv:1, unit: this column stands there twice",
        ),
        (
            "code,name,unit\na,A,bag\nb,B,\n",
            None,
            "w.csv:3, unit: this is missing",
        ),
        (
            "supplier,item,sku,price\ns,i,1,\"1,500.00\"\n",
            None,
            "w.csv:2, price: \"1,500.00\" is not an amount",
        ),
        (
            "code,name,active,roles\na,A,maybe,requester\n",
            None,
            "w.csv:2, active: \"maybe\" is not yes or no",
        ),
    ] {
        let problems = World::default().add_csv("w.csv", text, kind);
        let said = problems_text(&problems);
        assert_eq!(problems.len(), 1, "{text}\n{said}");
        assert!(said.starts_with(expect), "{text}\n{said}");
    }
}
