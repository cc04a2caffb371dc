//! The ordering protocol as a model: every interleaving of two workers, two purchase orders of one
//! account, crashes and leases that run out at any moment, a slow shop and a late message.
//!
//! The states are those of [`OrderState`]. Each rule can be left out; what is then found is the proof
//! that the model can fail. What it takes from the world stands in [`World::is_settled`].

mod moves;
mod world;

use std::collections::BTreeSet;

use stateright::{Checker as _, HasDiscoveries, Model, Property};
use sutler::domain::order::OrderState;

use self::moves::{answer, end_browser, message_is_read, shop_makes, submit_before_passes};

const ORDERS: usize = 2;
const WORKERS: usize = 2;
/// Claims of one purchase order. They alone bound the model: crashes and leases that run out are free.
const CLAIMS: u8 = 2;

const ONCE: &str = "no order is placed twice";
const APPROVED: &str = "what is ordered is what was approved";
const READ: &str = "no order goes out over an unread message";
const ENDED: &str = "nothing is left lying";
const TRUE: &str = "what is called placed is in the shop's ledger";
const POSSIBLE: &str = "both orders can be placed";

/// What becomes of an order that was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotFound {
    Retried,
    /// And two people may have it tried again.
    GivenToAPerson,
}

/// A rule of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// The order request leaves only after a guarded update that names state, epoch and lease.
    Intent,
    /// The shop's order history is read before anything is tried again.
    History,
    /// Nothing counts as not found before the settle time is over.
    Settle,
    /// The old browser is proven dead before anything is tried again by itself.
    Proof,
    /// A request that was not released in time is never released.
    SubmitBefore,
    /// While an order may still be made, its account prepares no other.
    Account,
    /// A message that is stored and unread stops the intent.
    Unread,
}

/// The protocol, with some of its rules left out.
#[derive(Clone, Copy, Debug)]
struct Protocol {
    without: &'static [Rule],
    not_found: NotFound,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Order {
    state: OrderState,
    epoch: u8,
    /// `submit_before` of this epoch is over.
    is_late: bool,
    /// `settle_until` of this epoch is over.
    is_settled: bool,
    browser_is_dead: bool,
    /// Orders in the shop's ledger, and how many of them its history shows.
    ledger: u8,
    shown: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Step {
    Idle,
    Preparing,
    Armed,
    /// The intent is committed, the request is held.
    Holding,
    Released,
    Answered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Worker {
    step: Step,
    order: usize,
    epoch: u8,
    /// `submit_before` of its attempt is over.
    is_late: bool,
}

const IDLE: Worker = Worker {
    step: Step::Idle,
    order: 0,
    epoch: 0,
    is_late: false,
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    orders: [Order; ORDERS],
    workers: [Worker; WORKERS],
    /// Purchase order and epoch that hold the account.
    lease: Option<(usize, u8)>,
    /// Whose lines lie in the account's basket at the shop.
    basket: Option<usize>,
    /// Requests between the browser and the shop: purchase order and epoch.
    wire: Vec<(usize, u8)>,
    message: Message,
    is_mixed: bool,
    went_over_a_message: bool,
}

/// A message of the requester that takes the first purchase order back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Message {
    Unsent,
    Unread,
    Read,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Claim { worker: usize, order: usize },
    Arm(usize),
    Intend(usize),
    Release(usize),
    Answer(usize),
    Crash(usize),
    LeaseEnds,
    SubmitBeforePasses(usize),
    SettleUntilPasses(usize),
    Sweep(usize),
    EndBrowser(usize),
    Look(usize),
    TryAgain(usize),
    ShopMakes(usize),
    ShopLoses(usize),
    HistoryShows(usize),
    MessageComes,
    MessageIsRead,
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new()]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        let mut all = vec![
            Action::LeaseEnds,
            Action::MessageComes,
            Action::MessageIsRead,
        ];
        for worker in 0..WORKERS {
            all.extend((0..ORDERS).map(|order| Action::Claim { worker, order }));
            all.extend([
                Action::Arm(worker),
                Action::Intend(worker),
                Action::Release(worker),
                Action::Answer(worker),
                Action::Crash(worker),
            ]);
        }
        for order in 0..ORDERS {
            all.extend([
                Action::SubmitBeforePasses(order),
                Action::SettleUntilPasses(order),
                Action::Sweep(order),
                Action::EndBrowser(order),
                Action::Look(order),
                Action::TryAgain(order),
                Action::HistoryShows(order),
            ]);
        }
        for sent in 0..world.wire.len() {
            all.extend([Action::ShopMakes(sent), Action::ShopLoses(sent)]);
        }
        actions.extend(
            all.into_iter()
                .filter(|action| self.next_state(world, *action).is_some()),
        );
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        let done = match action {
            Action::Claim { worker, order } => self.claim(&mut next, worker, order),
            Action::Arm(worker) => self.arm(&mut next, worker),
            Action::Intend(worker) => self.intend(&mut next, worker),
            Action::Release(worker) => self.release(&mut next, worker),
            Action::Answer(worker) => answer(&mut next, worker),
            Action::Crash(worker) => {
                next.workers[worker] = IDLE;
                true
            }
            Action::LeaseEnds => {
                next.lease = None;
                true
            }
            Action::SubmitBeforePasses(order) => {
                submit_before_passes(&mut next, order);
                is_past_intent(world.orders[order].state) && !world.orders[order].is_late
            }
            Action::SettleUntilPasses(order) => {
                next.orders[order].is_settled = true;
                is_past_intent(world.orders[order].state)
                    && world.is_settled(order)
                    && !world.orders[order].is_settled
            }
            Action::Sweep(order) => Self::sweep(&mut next, order),
            Action::EndBrowser(order) => end_browser(&mut next, order),
            Action::Look(order) => self.look(&mut next, order),
            Action::TryAgain(order) => {
                next.orders[order].state = OrderState::Approved;
                let before = &world.orders[order];
                before.state == OrderState::NeedsPerson
                    && before.epoch < CLAIMS
                    && before.shown == 0
                    && (!self.has(Rule::Settle) || before.is_settled)
            }
            Action::ShopMakes(sent) => shop_makes(&mut next, sent),
            Action::ShopLoses(sent) => {
                next.wire.remove(sent);
                true
            }
            Action::HistoryShows(order) => {
                next.orders[order].shown = world.orders[order].ledger;
                world.orders[order].shown < world.orders[order].ledger
            }
            Action::MessageComes => {
                next.message = Message::Unread;
                world.message == Message::Unsent
            }
            Action::MessageIsRead => message_is_read(&mut next),
        };
        next.forget();
        (done && next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(ONCE, |_, world: &World| {
                world.orders.iter().all(|order| order.ledger <= 1)
            }),
            Property::always(APPROVED, |_, world: &World| !world.is_mixed),
            Property::always(READ, |_, world: &World| !world.went_over_a_message),
            Property::always(TRUE, |_, world: &World| {
                world
                    .orders
                    .iter()
                    .all(|order| order.state != OrderState::Placed || order.ledger > 0)
            }),
            Property::always(ENDED, |protocol: &Protocol, world: &World| {
                let mut left = Vec::new();
                protocol.actions(world, &mut left);
                let rests = |order: &Order| match order.state {
                    OrderState::Placed | OrderState::Cancelled | OrderState::NeedsPerson => true,
                    // The fifth claim is a person's matter; here the last.
                    OrderState::Approved => order.epoch == CLAIMS,
                    _ => false,
                };
                !left.is_empty() || world.orders.iter().all(rests)
            }),
            Property::sometimes(POSSIBLE, |_, world: &World| {
                world
                    .orders
                    .iter()
                    .all(|order| order.state == OrderState::Placed)
            }),
        ]
    }
}

fn is_past_intent(state: OrderState) -> bool {
    matches!(
        state,
        OrderState::Submitting | OrderState::Unknown | OrderState::NeedsPerson
    )
}

#[test]
fn the_protocol_holds_in_every_interleaving() {
    for not_found in [NotFound::Retried, NotFound::GivenToAPerson] {
        let protocol = Protocol {
            without: &[],
            not_found,
        };
        let checker = protocol.checker().threads(2).spawn_bfs().join();
        checker.assert_properties();
        let states = checker.unique_state_count();
        assert!(states > 100_000, "only {states} states");
    }
}

#[test]
fn each_rule_left_out_breaks_what_it_is_for() {
    use NotFound::{GivenToAPerson, Retried};
    use Rule::{Account, History, Intent, Proof, Settle, SubmitBefore, Unread};
    let cases: [(&str, &[Rule], NotFound, &str); 8] = [
        ("a bare queue", &[Intent], Retried, ONCE),
        (
            "tried again blindly",
            &[History, Settle, Proof],
            Retried,
            ONCE,
        ),
        (
            "tried again when not found",
            &[Settle, Proof],
            Retried,
            ONCE,
        ),
        (
            "the old browser dead, no settle time",
            &[Settle],
            Retried,
            ONCE,
        ),
        (
            "a person who does not wait",
            &[Settle],
            GivenToAPerson,
            ONCE,
        ),
        (
            "a late release, a person",
            &[SubmitBefore],
            GivenToAPerson,
            ONCE,
        ),
        ("two orders of one account", &[Account], Retried, APPROVED),
        ("an unread message", &[Unread], Retried, READ),
    ];
    for (name, without, not_found, lost) in cases {
        let protocol = Protocol { without, not_found };
        let found = HasDiscoveries::AnyOf(BTreeSet::from([lost]));
        let checker = protocol.checker().threads(2).finish_when(found);
        let checker = checker.spawn_bfs().join();
        assert!(checker.discovery(lost).is_some(), "{name} breaks nothing");
    }
}
