//! What is looked at before anything is written: the server, its field, its names.

use super::*;

#[tokio::test]
async fn nothing_is_written_to_a_server_without_our_field() {
    let unknown = "(1054, \"Unknown column 'tabPurchase Order.custom_sutler_uid' in 'WHERE'\")";
    for answer in [
        Answer::Json(
            500,
            json!({ "exc_type": "OperationalError", "exception": unknown }),
        ),
        raised(
            417,
            "DataError",
            "Field not permitted in query: custom_sutler_uid",
        ),
    ] {
        let (erp, script) = server([answer]).await;
        let error = erp.create(&draft()).await.unwrap_err();
        assert!(matches!(error, ErpError::Missing(_)), "{error:?}");
        assert_eq!(requests(&script), [format!("GET {ORDERS}")]);
    }
    let mut dropped = order(0);
    dropped["custom_sutler_uid"] = Value::Null;
    let (erp, _script) = server([nothing(), company(), data(&dropped)]).await;
    let error = erp.create(&draft()).await.unwrap_err().to_string();
    assert!(
        error.ends_with("PUR-ORD-2026-00001 was made without it"),
        "{error}"
    );
}

#[tokio::test]
async fn the_check_says_what_is_missing() {
    let field =
        |unique, no_copy| data(&json!([{ "name": "f", "unique": unique, "no_copy": no_copy }]));
    let there = || data(&json!({ "name": "x" }));
    let good = "Good: signed in; the company Build Co is there, in KES";
    for (answers, expect) in [
        (
            vec![company(), field(1, 1), there(), there()],
            vec![
                good,
                "Good: the field custom_sutler_uid is there and unique",
                "Good: the warehouse Yard - B is there",
                "Good: the account Freight - B is there",
            ],
        ),
        (
            vec![
                company(),
                nothing(),
                raised(404, "DoesNotExistError", "not found"),
                there(),
            ],
            vec![
                good,
                "Bad: the field custom_sutler_uid is missing: add it to Purchase Order as a custom \
                 field of type Data, unique, no copy",
                "Bad: the warehouse Yard - B: the ERP does not know it: not found",
                "Good: the account Freight - B is there",
            ],
        ),
        (
            vec![company(), field(0, 1), there(), there()],
            vec![
                good,
                "Bad: the field custom_sutler_uid is not unique: make it so",
                "Good: the warehouse Yard - B is there",
                "Good: the account Freight - B is there",
            ],
        ),
        (
            vec![
                company(),
                raised(403, "PermissionError", "no"),
                nothing(),
                there(),
                there(),
            ],
            vec![
                good,
                "Good: the field custom_sutler_uid is there; whether it is unique our user may not see",
                "Good: the warehouse Yard - B is there",
                "Good: the account Freight - B is there",
            ],
        ),
        (
            vec![raised(401, "AuthenticationError", "bad key")],
            vec!["Bad: the company Build Co: the ERP does not take our key: bad key"],
        ),
    ] {
        let (erp, script) = server(answers).await;
        let found: Vec<String> = erp
            .check()
            .await
            .into_iter()
            .map(|finding| match finding {
                Finding::Good(text) => format!("Good: {text}"),
                Finding::Bad(text) => format!("Bad: {text}"),
            })
            .collect();
        assert_eq!(found, expect);
        requests(&script);
    }
}
