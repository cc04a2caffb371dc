//! Where is my order: every line of the last requests, with its number at the supplier.

use std::collections::HashMap;

use super::Reader;
use crate::domain::order::OrderState;
use crate::domain::requisition::RequisitionState;
use crate::flow::check::Catalogue;
use crate::flow::texts::say;
use crate::store::db::Tx;
use crate::store::orders::{self, Order};
use crate::store::requisitions::{self, Line, Requisition};
use crate::store::suppliers;

/// The last requests that are shown.
const REQUESTS: i64 = 5;

impl Reader<'_> {
    pub(super) async fn status(&self, tx: &mut Tx) -> anyhow::Result<String> {
        let texts = self.texts;
        let last = requisitions::last_of(tx, &self.org.id, &self.person.id, REQUESTS).await?;
        if last.is_empty() {
            return Ok(say!(texts, "status-none"));
        }
        let mut parts = Vec::new();
        for one in last {
            parts.push(self.headline(&one));
            let ended = match one.state {
                RequisitionState::Rejected
                | RequisitionState::Cancelled
                | RequisitionState::Expired => true,
                RequisitionState::Draft
                | RequisitionState::Asking
                | RequisitionState::ToConfirm
                | RequisitionState::ToApprove
                | RequisitionState::Approved
                | RequisitionState::Ordering
                | RequisitionState::Ordered
                | RequisitionState::PartReceived
                | RequisitionState::Received
                | RequisitionState::Closed => false,
            };
            if ended {
                continue;
            }
            let (org, version) = (&self.org.id, one.version);
            let lines = requisitions::lines(tx, org, &one.id, version).await?;
            let catalogue = Catalogue::read(tx, self.org, &lines).await?;
            let orders = orders::of_requisition(tx, org, &one.id).await?;
            let mut names = HashMap::new();
            for order in &orders {
                if let Some(supplier) = suppliers::find(tx, org, &order.supplier_id).await? {
                    names.insert(order.id.clone(), supplier.name);
                }
            }
            for line in lines {
                let order = orders
                    .iter()
                    .find(|o| Some(&o.id) == line.purchase_order_id.as_ref());
                let supplier = order.and_then(|o| names.get(&o.id)).map(String::as_str);
                let state = self.line_state(&one, &line, order, supplier);
                let text = catalogue.text(&line);
                let quantity = texts.quantity(line.quantity, &line.unit);
                parts.push(
                    say!(texts, "status-line", quantity: quantity, name: text.name, state: state),
                );
            }
        }
        Ok(parts.join("\n"))
    }

    fn headline(&self, request: &Requisition) -> String {
        let texts = self.texts;
        let state = texts.state(request.state);
        match request.needed_on() {
            Some(day) => say!(texts, "status-wanted", request: request.number,
                date: texts.date(day), state: state),
            None => say!(texts, "status-request", request: request.number, state: state),
        }
    }

    fn line_state(
        &self,
        request: &Requisition,
        line: &Line,
        order: Option<&Order>,
        supplier: Option<&str>,
    ) -> String {
        let texts = self.texts;
        let plain = texts.line_state(line.state, request.state);
        let Some(order) = order else {
            return plain;
        };
        let asked = matches!(
            order.state,
            OrderState::Submitting | OrderState::Unknown | OrderState::NeedsPerson
        );
        if asked {
            return say!(texts, "line-unknown");
        }
        match (&order.supplier_number, supplier) {
            (Some(number), Some(supplier)) => {
                say!(texts, "status-order", state: plain, number: number.as_str(),
                    supplier: supplier)
            }
            _ => plain,
        }
    }
}
