//! What the switches make of an order: lost and late answers, refusals, other prices, a closed shop.

use super::*;

#[tokio::test]
async fn a_lost_answer_is_an_order_all_the_same() {
    let (shop, browser) = visit().await;
    shop.switch(Switches {
        answer_lost: Some(During { posts: Some(1) }),
        ..Switches::default()
    })
    .unwrap();
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "PO-1").await;
    let lost = browser.try_place(&form).await;
    assert!(lost.is_err_and(|error| !error.is_timeout()));
    assert_eq!(shop.ledger().orders.len(), 1);
    assert_eq!(shop.switches(), Switches::default());
    // The same post once more finds an empty basket.
    assert_eq!(browser.try_place(&form).await.unwrap().to, "/basket");
    assert_eq!((shop.ledger().orders.len(), shop.ledger().posts), (1, 2));
    // And it makes a second order when the basket is full again: the shop is not idempotent.
    browser.add("PLY-18", "1").await;
    assert_eq!(
        browser.try_place(&form).await.unwrap().to,
        "/orders/W-10002/thank-you"
    );
}

#[tokio::test]
async fn a_customer_who_leaves_has_ordered() {
    let (shop, browser) = visit().await;
    let slow = Some(Delay {
        ms: 300,
        posts: Some(1),
    });
    shop.switch(Switches {
        slow,
        ..Switches::default()
    })
    .unwrap();
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "").await;
    tokio::select! {
        answer = browser.try_place(&form) => panic!("{:?} came at once", answer.unwrap().to),
        () = until(|| shop.ledger().posts == 1) => {}
    }
    until(|| !shop.ledger().orders.is_empty()).await;
}

#[tokio::test]
async fn a_late_answer_comes_after_the_order() {
    let (shop, browser) = visit().await;
    let late = Some(Delay {
        ms: 400,
        posts: None,
    });
    shop.switch(Switches {
        hang_after_order: late,
        ..Switches::default()
    })
    .unwrap();
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "").await;
    let start = Instant::now();
    let (answered, made) = tokio::join!(
        async {
            let answer = browser.try_place(&form).await.unwrap();
            assert_eq!(answer.to, "/orders/W-10001/thank-you");
            start.elapsed()
        },
        async {
            until(|| !shop.ledger().orders.is_empty()).await;
            start.elapsed()
        }
    );
    assert!(made < answered && answered >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_refused_line_stops_at_the_review_or_at_the_order() {
    for (at, stops) in [
        (RefusedAt::Review, "/basket"),
        (RefusedAt::Place, "/checkout/refused"),
    ] {
        let (shop, browser) = visit().await;
        browser.add("PLY-18", "1").await;
        let form = browser.check_out("0", "").await;
        let skus = BTreeSet::from(["PLY-18".to_owned()]);
        let refused = Some(Refused {
            skus,
            at,
            posts: None,
        });
        shop.switch(Switches {
            refused,
            ..Switches::default()
        })
        .unwrap();
        let to = match at {
            RefusedAt::Review => browser.get("/checkout/review").await.to,
            RefusedAt::Place => browser.try_place(&form).await.unwrap().to,
        };
        assert_eq!(to, stops);
        let text = "(PLY-18) is out of stock and cannot be ordered.";
        let page = browser.get(stops).await.body;
        assert!(page.contains("alert-danger") && page.contains(text));
        assert_eq!(shop.ledger().orders, []);
        assert!(
            browser
                .get("/basket")
                .await
                .body
                .contains(r#"data-sku="PLY-18""#)
        );
    }
}

#[tokio::test]
async fn a_moved_price_shows_in_the_basket_or_stops_the_order() {
    let (shop, browser) = visit().await;
    let prices = BTreeMap::from([("PLY-18".to_owned(), "4800.00".to_owned())]);
    let moved = |posts| Switches {
        moved_prices: Some(MovedPrices {
            prices: prices.clone(),
            posts,
        }),
        ..Switches::default()
    };
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "").await;
    shop.switch(moved(Some(1))).unwrap();
    assert!(!browser.get("/basket").await.body.contains("price-moved"));
    assert_eq!(
        browser.try_place(&form).await.unwrap().to,
        "/checkout/refused"
    );
    let refusal = browser.get("/checkout/refused").await.body;
    // 4,800 + 500 freight + 848 VAT
    assert!(refusal.contains("Prices have changed: the total is now KES 6,148.00."));
    assert_eq!(shop.ledger().orders, []);

    shop.switch(moved(None)).unwrap();
    let basket = browser.get("/basket").await.body;
    assert!(basket.contains("has changed from KES 4,350.00 to KES 4,800.00."));
    let listed = browser
        .get("/products/marine-plywood-18-mm-2440-1220-mm-ply-18")
        .await
        .body;
    assert!(listed.contains("KES 4,350.00"));
    let form = browser.check_out("0", "").await;
    assert_eq!(
        browser.try_place(&form).await.unwrap().to,
        "/orders/W-10001/thank-you"
    );
    assert_eq!(
        shop.ledger().orders[0].lines[0].unit_price.to_string(),
        "4800"
    );
}

#[tokio::test]
async fn maintenance_closes_the_shop_or_only_the_next_order_post() {
    let (shop, browser) = visit().await;
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "").await;
    let request = browser.client.post(format!("{}/switches", shop.url));
    let on = request.json(&json!({"maintenance": {"posts": 1}}));
    assert_eq!(browser.send(on).await.unwrap().status, StatusCode::OK);
    assert_eq!(browser.get("/basket").await.status, StatusCode::OK);
    let closed = browser.try_place(&form).await.unwrap();
    assert_eq!(closed.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(closed.body.contains("<title>Closed for maintenance"));
    assert_eq!(shop.ledger().orders, []);
    // From the page for people, until it is taken away.
    let on = [("maintenance", "on"), ("maintenance_posts", "")];
    assert_eq!(browser.post("/switches", &on).await.to, "/switches");
    assert_eq!(
        browser.get("/").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(browser.post("/switches", &[]).await.to, "/switches");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn switches_that_make_no_sense_are_refused() {
    let (shop, browser) = visit().await;
    for body in [
        r#"{"answer_lost": {"posts": 0}}"#,
        r#"{"moved_prices": {"prices": {"PLY-18": "cheap"}}}"#,
        r#"{"answer_lots": {}}"#,
        "{",
    ] {
        let request = browser.client.post(format!("{}/switches", shop.url));
        let request = request
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        let answer = browser.send(request).await.unwrap();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(answer.body.contains("error"), "{body}");
    }
    assert_eq!(shop.switches(), Switches::default());
}
