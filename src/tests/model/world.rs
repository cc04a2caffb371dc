//! What the moves ask of a world, and when two worlds are one.

use sutler::domain::order::OrderState;

use super::{IDLE, Message, ORDERS, Order, Step, WORKERS, Worker, World};

impl World {
    pub(super) fn new() -> Self {
        let order = Order {
            state: OrderState::Approved,
            epoch: 0,
            is_late: false,
            is_settled: false,
            browser_is_dead: false,
            ledger: 0,
            shown: 0,
        };
        Self {
            orders: [order; ORDERS],
            workers: [IDLE; WORKERS],
            lease: None,
            basket: None,
            wire: Vec::new(),
            message: Message::Unsent,
            is_mixed: false,
            went_over_a_message: false,
        }
    }

    /// What is assumed of the shop: when the settle time is over it has made or lost what was sent
    /// before `submit_before`, and its history shows what it made.
    pub(super) fn is_settled(&self, at: usize) -> bool {
        let order = &self.orders[at];
        order.is_late && order.shown == order.ledger && self.wire.iter().all(|sent| sent.0 != at)
    }

    pub(super) fn holds(&self, worker: &Worker) -> bool {
        self.lease == Some((worker.order, worker.epoch))
    }

    /// The row still says that this attempt is in that state.
    pub(super) fn stands(&self, worker: &Worker, state: OrderState) -> bool {
        let order = &self.orders[worker.order];
        order.state == state && order.epoch == worker.epoch
    }

    pub(super) fn let_go(&mut self, at: usize) {
        let worker = self.workers[at];
        if self.holds(&worker) {
            self.lease = None;
        }
        self.workers[at] = IDLE;
    }

    /// Drops what makes no difference any more, so that equal worlds are counted once.
    pub(super) fn forget(&mut self) {
        self.workers.sort_unstable();
        for at in 0..ORDERS {
            let is_named = self.wire.iter().any(|sent| sent.0 == at)
                || (self.workers.iter()).any(|one| one.step != Step::Idle && one.order == at);
            if is_named {
                continue;
            }
            if self.basket == Some(at) {
                self.basket = None;
            }
            let order = &mut self.orders[at];
            if matches!(order.state, OrderState::Placed | OrderState::Cancelled) {
                order.shown = order.ledger;
                order.is_late = false;
                order.is_settled = false;
                order.browser_is_dead = false;
            }
        }
    }

    pub(super) fn others_may_be_made(&self, at: usize) -> bool {
        self.orders.iter().enumerate().any(|(n, order)| {
            n != at
                && match order.state {
                    OrderState::Submitting => true,
                    OrderState::Unknown | OrderState::NeedsPerson => !order.is_settled,
                    _ => false,
                }
        })
    }
}
