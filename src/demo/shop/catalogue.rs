//! What anybody may see: the front page, the search, the products.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use minijinja::{Value, context};
use serde::Deserialize;

use super::House;
use super::store::{Item, Store};
use super::visit::Visitor;
use super::world::Sold;

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

pub(super) async fn home(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    let shelves = shelves(&house.store());
    house.page(&visitor, "home.html", context! { shelves })
}

pub(super) async fn search(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(Search { q }): Query<Search>,
) -> Response {
    let hits: Vec<Value> = house.store().search(&q).into_iter().map(view).collect();
    house.page(&visitor, "search.html", context! { q, hits })
}

pub(super) async fn product(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Response {
    let product = {
        let store = house.store();
        store.items.iter().find(|item| item.slug == slug).map(view)
    };
    match product {
        Some(product) => house.page(&visitor, "product.html", context! { product }),
        None => nowhere(State(house), visitor).await,
    }
}

pub(super) async fn nowhere(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    let text = "There is no such page in our shop.";
    house.message(&visitor, StatusCode::NOT_FOUND, "Page not found", text)
}

pub(super) async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("pages/shop.css")).into_response()
}

pub(super) async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("pages/shop.js")).into_response()
}

/// The products by category, both in the order of the world.
fn shelves(store: &Store) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    for item in &store.items {
        if !names.contains(&item.product.category.as_str()) {
            names.push(&item.product.category);
        }
    }
    let shelf = |name: &str| {
        let on_it = store
            .items
            .iter()
            .filter(|item| item.product.category == name);
        let products: Vec<Value> = on_it.map(view).collect();
        context! { name, products }
    };
    names.into_iter().map(shelf).collect()
}

fn view(item: &Item) -> Value {
    let product = &item.product;
    let (step, kind) = match product.sold {
        Sold::Whole => ("1", "numeric"),
        Sold::Loose => ("any", "decimal"),
    };
    context! {
        sku => product.sku.as_str(),
        name => product.name.as_str(),
        category => product.category.as_str(),
        unit => product.unit.as_str(),
        slug => item.slug.as_str(),
        price => item.price,
        stock => item.stock,
        minimum => product.minimum,
        step,
        kind,
    }
}
