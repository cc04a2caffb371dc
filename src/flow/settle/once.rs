//! Whether a placed order stands at the supplier once, looked at right away and a day later.

use chrono::TimeDelta;
use scrapers::found::{Found, find_order};
use scrapers::order::PastOrder;

use crate::app::App;
use crate::domain::ids::PurchaseOrderId;
use crate::flow::approve;
use crate::flow::place::{self, Run};
use crate::store::orders::{self, Order};

/// Looks in the visit that has just placed the order whether it stands there once.
pub async fn look_at_once(
    app: &App,
    run: &Run,
    before: &[PastOrder],
    visit: &mut scrapers::site::Visit,
) {
    let wanted = place::site_order(&run.order.document);
    let looked = visit.history().await;
    let found = looked.map(|now| find_order(run.recipe.finds_by(), before, &now, &wanted));
    let result = match found {
        Ok(found) => alarm(app, &run.order.id, &found).await,
        Err(error) => Err(anyhow::anyhow!("{error}")),
    };
    if let Err(error) = result {
        tracing::warn!(order.id = %run.order.id, %error, "the order was not looked for again");
    }
}

/// A day later: looked for once more, or in an hour if the history could not be read.
pub(super) async fn looked_again(
    app: &App,
    order: &Order,
    found: Option<Found>,
) -> anyhow::Result<()> {
    if let Some(found) = &found {
        alarm(app, &order.id, found).await?;
    }
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let again = found.is_none().then(|| now + TimeDelta::hours(1));
    orders::looked_again(&mut tx, order, again).await?;
    tx.commit().await?;
    Ok(())
}

/// Lays a card when the supplier has the order more than once, or under another number.
async fn alarm(app: &App, id: &PurchaseOrderId, found: &Found) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(order) = orders::find(&mut tx, id).await? else {
        return Ok(());
    };
    let ours = order.supplier_number.as_deref().unwrap_or_default();
    let text = match found {
        Found::One(number) if number == ours => return Ok(()),
        Found::One(number) => format!("stands at the supplier as {number}, not as {ours}"),
        Found::Several(numbers) => {
            format!(
                "stands at the supplier {} times: {}",
                numbers.len(),
                numbers.join(", ")
            )
        }
        Found::None => {
            format!("is not in the supplier's history, although it was confirmed as {ours}")
        }
    };
    tracing::error!(order.id = %order.id, "an order {text}");
    metrics::counter!("sutler_duplicate_alarms_total").increment(1);
    let text = format!(
        "{} {text}. Ask the supplier, and cancel what is too much.",
        order.number
    );
    approve::lay(&mut tx, &order, "duplicate", &text).await?;
    tx.commit().await?;
    Ok(())
}
