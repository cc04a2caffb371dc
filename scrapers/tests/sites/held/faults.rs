//! Faults of the shop after the order was made, and pages that send it in odd ways.

use std::time::Duration;

use super::shop::{Answer, Page, Shop, Wire};
use super::{place, trials};
use scrapers::site::Submitted;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Placed,
    Unknown,
    /// Before anything was sent.
    Stopped,
}

async fn check(wire: Wire, page: Page, answer: Answer, expected: Outcome) {
    for trial in 1..=trials() {
        let shop = Shop::start(wire, page, answer).await;
        let submitted = place(&shop).await;
        let outcome = match &submitted {
            Ok(Submitted::Placed(confirmation)) => {
                assert_eq!(confirmation.number, "S-1001");
                Outcome::Placed
            }
            Ok(Submitted::Unknown(_)) => Outcome::Unknown,
            Ok(Submitted::Refused(_) | Submitted::NotSent(_)) => panic!("{submitted:?}"),
            Err(_) => Outcome::Stopped,
        };
        assert_eq!(outcome, expected, "trial {trial}: {submitted:?}");
        let posts = usize::from(expected != Outcome::Stopped);
        assert_eq!(shop.posts(), posts, "trial {trial}: {submitted:?}");
        assert!(shop.speaks_no_http2());
    }
}

macro_rules! checked {
    ($($name:ident: $wire:ident $page:ident $answer:expr => $outcome:ident;)+) => {$(
        #[tokio::test]
        async fn $name() {
            check(Wire::$wire, Page::$page, $answer, Outcome::$outcome).await;
        }
    )+};
}

checked! {
    plain_reset: Plain Form Answer::Reset => Unknown;
    plain_close: Plain Form Answer::Close => Unknown;
    plain_408: Plain Form Answer::Status(408) => Unknown;
    plain_421: Plain Form Answer::Status(421) => Unknown;
    plain_500: Plain Form Answer::Status(500) => Unknown;
    plain_200: Plain Form Answer::Ok => Placed;
    plain_303: Plain Form Answer::See => Placed;
    plain_half_a_status_line: Plain Form Answer::HalfALine => Unknown;
    tls_reset: Tls Form Answer::Reset => Unknown;
    tls_close: Tls Form Answer::Close => Unknown;
    tls_408: Tls Form Answer::Status(408) => Unknown;
    tls_421: Tls Form Answer::Status(421) => Unknown;
    tls_500: Tls Form Answer::Status(500) => Unknown;
    tls_200: Tls Form Answer::Ok => Placed;
    tls_303: Tls Form Answer::See => Placed;
    tls_303_after_12_seconds: Tls Form Answer::Late(Duration::from_secs(12)) => Placed;
    tls_half_a_status_line: Tls Form Answer::HalfALine => Unknown;
    tls_307_to_another_path: Tls Form Answer::Again => Unknown;

    script_303: Tls Fetch Answer::See => Placed;
    script_reset: Tls Fetch Answer::Reset => Unknown;
    script_that_sends_two: Tls TwoFetches Answer::See => Placed;
    script_that_tries_again_after_500: Plain Retry Answer::Status(500) => Unknown;
    page_that_polls: Tls Polling Answer::See => Placed;
    page_that_polls_plain: Plain Polling Answer::See => Placed;
    form_that_turns_to_another_tab: Tls OtherTab Answer::See => Stopped;
    form_that_asks_first: Tls AsksFirst Answer::See => Stopped;
    form_with_a_service_worker: Tls WorkerForm Answer::See => Placed;
    script_with_a_service_worker: Tls WorkerFetch Answer::See => Placed;
    script_with_a_service_worker_plain: Plain WorkerFetch Answer::Reset => Unknown;
}

/// Chromium goes round a proxy for loopback addresses unless it is told not to.
#[tokio::test]
async fn a_shop_on_loopback_is_reached_through_the_guard_and_no_other_host_is() {
    let other = Shop::start(Wire::Plain, Page::Form, Answer::See).await;
    let picture = Some(other.url.join("/a/picture").unwrap());
    let shop = Shop::start_with(Wire::Plain, Page::Form, Answer::See, picture).await;
    let submitted = place(&shop).await;
    assert!(
        matches!(submitted, Ok(Submitted::Placed(_))),
        "{submitted:?}"
    );
    let (requests, by_the_guard) = shop.requests();
    assert!(requests > 20, "{requests}");
    assert_eq!(
        requests, by_the_guard,
        "the guard writes every plain request"
    );
    assert_eq!(other.requests(), (0, 0));
}
