//! What each part of the protocol does: worker, sweep, shop and requester.
//!
//! **Invariant:** a move that is not possible changes nothing and says so.

use sutler::domain::order::OrderState;

use super::{CLAIMS, IDLE, Message, NotFound, Protocol, Rule, Step, Worker, World};

impl Protocol {
    pub(super) fn has(&self, rule: Rule) -> bool {
        !self.without.contains(&rule)
    }

    pub(super) fn claim(&self, world: &mut World, at: usize, order: usize) -> bool {
        let claimable = match world.orders[order].state {
            OrderState::Approved => true,
            // A bare queue gives a job to the next when the lease of the first is over.
            OrderState::Preparing => !self.has(Rule::Intent),
            _ => false,
        };
        let is_free = world.lease.is_none() && world.workers[at].step == Step::Idle;
        let waits = self.has(Rule::Account) && world.others_may_be_made(order);
        if !claimable || !is_free || waits || world.orders[order].epoch == CLAIMS {
            return false;
        }
        let row = &mut world.orders[order];
        row.epoch += 1;
        row.state = OrderState::Preparing;
        row.is_late = false;
        row.is_settled = false;
        row.browser_is_dead = false;
        let epoch = row.epoch;
        world.lease = Some((order, epoch));
        world.workers[at] = Worker {
            step: Step::Preparing,
            order,
            epoch,
            is_late: false,
        };
        true
    }

    pub(super) fn arm(&self, world: &mut World, at: usize) -> bool {
        let worker = world.workers[at];
        if worker.step != Step::Preparing {
            return false;
        }
        if self.has(Rule::Intent)
            && (!world.stands(&worker, OrderState::Preparing) || !world.holds(&worker))
        {
            world.let_go(at);
            return true;
        }
        world.basket = Some(worker.order);
        if self.has(Rule::Intent) {
            world.orders[worker.order].state = OrderState::Armed;
            world.workers[at].step = Step::Armed;
        } else {
            world.workers[at].step = Step::Holding;
        }
        true
    }

    pub(super) fn intend(&self, world: &mut World, at: usize) -> bool {
        let worker = world.workers[at];
        if worker.step != Step::Armed {
            return false;
        }
        let is_unread = worker.order == 0 && world.message == Message::Unread;
        let may = world.stands(&worker, OrderState::Armed)
            && world.holds(&worker)
            && !(self.has(Rule::Unread) && is_unread)
            && !(self.has(Rule::Account) && world.others_may_be_made(worker.order));
        if may {
            world.orders[worker.order].state = OrderState::Submitting;
            world.workers[at].step = Step::Holding;
            world.went_over_a_message |= is_unread;
            return true;
        }
        if world.stands(&worker, OrderState::Armed) {
            world.orders[worker.order].state = OrderState::Approved;
        }
        world.let_go(at);
        true
    }

    pub(super) fn release(&self, world: &mut World, at: usize) -> bool {
        let worker = world.workers[at];
        if worker.step != Step::Holding {
            return false;
        }
        if self.has(Rule::SubmitBefore) && worker.is_late {
            // Its own process fails the held request: the gate was never opened.
            if world.stands(&worker, OrderState::Submitting) {
                world.orders[worker.order].state = OrderState::Approved;
            }
            world.let_go(at);
            return true;
        }
        world.wire.push((worker.order, worker.epoch));
        world.wire.sort_unstable();
        world.workers[at].step = Step::Released;
        true
    }

    pub(super) fn look(&self, world: &mut World, at: usize) -> bool {
        let order = world.orders[at];
        if order.state != OrderState::Unknown {
            return false;
        }
        if self.has(Rule::History) && order.shown > 0 {
            world.orders[at].state = OrderState::Placed;
            return true;
        }
        if self.has(Rule::Settle) && !order.is_settled {
            return false;
        }
        let again = self.not_found == NotFound::Retried
            && (!self.has(Rule::Proof) || order.browser_is_dead)
            && order.epoch < CLAIMS;
        world.orders[at].state = if again {
            OrderState::Approved
        } else {
            OrderState::NeedsPerson
        };
        true
    }

    pub(super) fn sweep(world: &mut World, at: usize) -> bool {
        let order = world.orders[at];
        if world.lease == Some((at, order.epoch)) {
            return false;
        }
        world.orders[at].state = match order.state {
            OrderState::Preparing | OrderState::Armed => OrderState::Approved,
            OrderState::Submitting => OrderState::Unknown,
            _ => return false,
        };
        true
    }
}

pub(super) fn answer(world: &mut World, at: usize) -> bool {
    let worker = world.workers[at];
    if worker.step != Step::Answered {
        return false;
    }
    // Evidence counts when it is late, too.
    world.orders[worker.order].state = OrderState::Placed;
    world.let_go(at);
    true
}

pub(super) fn end_browser(world: &mut World, at: usize) -> bool {
    if world.orders[at].state != OrderState::Unknown || world.orders[at].browser_is_dead {
        return false;
    }
    world.orders[at].browser_is_dead = true;
    for worker in &mut world.workers {
        if worker.order == at && worker.step != Step::Idle {
            *worker = IDLE;
        }
    }
    true
}

pub(super) fn submit_before_passes(world: &mut World, at: usize) {
    let order = &mut world.orders[at];
    order.is_late = true;
    for worker in &mut world.workers {
        worker.is_late |= (worker.order, worker.epoch) == (at, order.epoch);
    }
}

pub(super) fn shop_makes(world: &mut World, sent: usize) -> bool {
    let (order, epoch) = world.wire.remove(sent);
    world.orders[order].ledger += 1;
    world.is_mixed |= world.basket != Some(order) && world.orders[order].ledger == 1;
    for worker in &mut world.workers {
        if (worker.order, worker.epoch, worker.step) == (order, epoch, Step::Released) {
            worker.step = Step::Answered;
        }
    }
    true
}

pub(super) fn message_is_read(world: &mut World) -> bool {
    if world.message != Message::Unread {
        return false;
    }
    world.message = Message::Read;
    if matches!(
        world.orders[0].state,
        OrderState::Approved | OrderState::Preparing | OrderState::Armed
    ) {
        world.orders[0].state = OrderState::Cancelled;
    }
    true
}
