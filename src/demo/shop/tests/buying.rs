//! From the search to the history.

use super::*;

#[tokio::test]
async fn an_order_stands_in_the_ledger_as_it_was_reviewed() {
    let (_shop, browser) = visit().await;
    assert_eq!(browser.add("CEM-425-50", "20").await.to, "/basket");
    browser.add("SND-RIV-T", "2.5").await;
    let form = browser.check_out("1", "PO-2026-0007").await;
    let review = browser.get("/checkout/review").await.body;
    // 20 × 780 + 2.5 × 2,650 = 22,225; freight free; 16% of it is 3,556.
    for text in [
        "KES 15,600.00",
        "KES 6,625.00",
        "KES 3,556.00",
        "KES 25,781.00",
        "Site 4",
    ] {
        assert!(review.contains(text), "{text}");
    }
    let placed = browser.try_place(&form).await.unwrap();
    assert_eq!(placed.status, StatusCode::SEE_OTHER);
    assert_eq!(placed.to, "/orders/W-10001/thank-you");
    let thanks = browser.get(&placed.to).await.body;
    assert!(thanks.contains(r#"<strong id="order-number">W-10001</strong>"#));
    assert!(
        browser
            .get("/basket")
            .await
            .body
            .contains("Your basket is empty.")
    );

    let ledger = browser.get("/ledger.json").await.body;
    let mut ledger: Value = serde_json::from_str(&ledger).unwrap();
    let placed_at = ledger["orders"][0]
        .as_object_mut()
        .unwrap()
        .remove("placed_at");
    assert!(placed_at.unwrap().is_string());
    assert_eq!(
        ledger,
        json!({"posts": 1, "orders": [{
            "number": "W-10001",
            "reference": "PO-2026-0007",
            "lines": [
                {"sku": "CEM-425-50", "quantity": 20, "unit_price": 780},
                {"sku": "SND-RIV-T", "quantity": 2.5, "unit_price": 2650},
            ],
            "total": 25_781,
            "currency": "KES",
            "address": "Site 4, Plot 118, Namanga Road, Kitengela, Kajiado",
        }]})
    );
    let stock = browser
        .get("/products/river-sand-washed-snd-riv-t")
        .await
        .body;
    assert!(stock.contains("897.5 available"));
}

#[tokio::test]
async fn small_orders_pay_freight() {
    let (shop, browser) = visit().await;
    browser.order("NAI-100", "1.5", "").await;
    // 292.50 + 500 freight + 126.80 VAT
    let total = &shop.ledger().orders[0].total;
    assert_eq!(total.to_string(), "919.3");
}

#[tokio::test]
async fn the_basket_outlives_the_session() {
    let (_shop, browser) = visit().await;
    browser.add("PLY-18", "3").await;
    let token = browser.token().await;
    browser.post("/sign-out", &[("token", &token)]).await;
    assert_eq!(browser.get("/basket").await.status, StatusCode::SEE_OTHER);
    browser.sign_in().await;
    let basket = browser.get("/basket").await.body;
    assert!(basket.contains(r#"data-sku="PLY-18""#));
    browser.add("PLY-18", "2").await;
    assert_eq!(
        field(
            &browser.get("/basket").await.body,
            "quantity\" type=\"text\" inputmode=\"decimal"
        ),
        "5"
    );
}

#[tokio::test]
async fn what_the_shop_does_not_sell_so_is_not_added() {
    let (_shop, browser) = visit().await;
    for (sku, quantity, page, problem) in [
        (
            "CEM-425-50",
            "2.5",
            "portland-cement-42-5n-50-kg-cem-425-50",
            "sold by the whole bag",
        ),
        (
            "CEM-425-50",
            "5000",
            "portland-cement-42-5n-50-kg-cem-425-50",
            "Only 4800 of",
        ),
        (
            "BLK-150",
            "20",
            "concrete-block-150-mm-solid-blk-150",
            "minimum order",
        ),
        (
            "PLY-18",
            "lots",
            "marine-plywood-18-mm-2440-1220-mm-ply-18",
            "not a quantity",
        ),
    ] {
        let to = browser.add(sku, quantity).await.to;
        assert_eq!(to, format!("/products/{page}"), "{sku} {quantity}");
        assert!(browser.get(&to).await.body.contains(problem), "{problem}");
    }
    assert_eq!(browser.add("NONE", "1").await.status, StatusCode::NOT_FOUND);
    assert!(
        browser
            .get("/basket")
            .await
            .body
            .contains("Your basket is empty.")
    );
}

#[tokio::test]
async fn search_finds_the_exact_sku_or_all_words() {
    let (_shop, browser) = visit().await;
    let skus = |body: &str| {
        let parts = body.split(r#"<p class="sku">"#).skip(1);
        parts
            .map(|part| part.split_once('<').unwrap().0.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        skus(&browser.get("/search?q=ply-18").await.body),
        ["PLY-18"]
    );
    let both = ["CEM-425-50", "CEM-325-50"];
    assert_eq!(
        skus(&browser.get("/search?q=50+kg+cement").await.body),
        both
    );
    let none = browser.get("/search?q=%3Cb%3Eunobtainium").await.body;
    assert!(none.contains("No product was found") && none.contains("&lt;b&gt;unobtainium"));
}

#[tokio::test]
async fn the_history_is_paged_and_the_reference_may_repeat() {
    let (shop, browser) = visit().await;
    for _ in 0..11 {
        browser.order("PPE-GLV-L", "1", "SAME").await;
    }
    assert_eq!(shop.ledger().orders.len(), 11);
    let first = browser.get("/orders").await.body;
    assert_eq!(first.matches(r#"<tr class="order">"#).count(), 10);
    assert_eq!(
        first.matches(r#"<td class="reference">SAME</td>"#).count(),
        10
    );
    assert!(first.contains(r#"<a rel="next" href="/orders?page=2">"#));
    let second = browser.get("/orders?page=2").await.body;
    assert!(second.contains(">W-10001</a>") && !second.contains(r#"rel="next""#));
    assert_eq!(
        browser.get("/orders/W-10012").await.status,
        StatusCode::NOT_FOUND
    );
}
