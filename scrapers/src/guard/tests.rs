//! The gate, with plain sockets on both sides.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

const MINUTE: Duration = Duration::from_mins(1);

/// Counts connections and answers each request with `hello`.
struct Counting {
    url: Url,
    connections: Arc<AtomicUsize>,
}

impl Counting {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/order", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut bytes = [0; 1024];
                    while stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {
                        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
                        stream.write_all(answer).await.unwrap();
                    }
                });
            }
        });
        Self {
            url: Url::parse(&url).unwrap(),
            connections,
        }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn asked(&self) -> Asked {
        Asked::for_request("POST", &self.url).unwrap()
    }

    fn tunnel(&self) -> Asked {
        Asked::Tunnel(Authority::of(&self.url).unwrap())
    }
}

struct Browser(TcpStream);

impl Browser {
    async fn to(guard: &Guard) -> Self {
        Self(TcpStream::connect(guard.address).await.unwrap())
    }

    /// Sends a text and gives the next piece of the answer; empty when it was closed.
    async fn say(&mut self, text: &str) -> String {
        if self.0.write_all(text.as_bytes()).await.is_err() {
            return String::new();
        }
        let mut bytes = [0; 1024];
        let read = self.0.read(&mut bytes).await.unwrap_or(0);
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    }

    async fn post(&mut self, url: &Url) -> String {
        self.say(&format!(
            "POST {url} HTTP/1.1\r\nContent-Length: 2\r\n\r\nok"
        ))
        .await
    }

    async fn connect(&mut self, url: &Url) -> String {
        let to = Authority::of(url).unwrap();
        self.say(&format!("CONNECT {to} HTTP/1.1\r\n\r\n")).await
    }
}

async fn guard_of(shop: &Counting) -> Guard {
    let guard = Guard::start("127.0.0.1").await.unwrap();
    guard.serve([Authority::of(&shop.url).unwrap()]);
    guard
}

#[tokio::test]
async fn only_the_shop_is_reached() {
    let shop = Counting::start().await;
    let other = Counting::start().await;
    let guard = guard_of(&shop).await;
    let answer = Browser::to(&guard).await.post(&shop.url).await;
    assert!(answer.ends_with("hello"), "{answer}");
    let answer = Browser::to(&guard).await.post(&other.url).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let answer = Browser::to(&guard).await.connect(&other.url).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert_eq!((shop.connections(), other.connections()), (1, 0));
}

#[tokio::test]
async fn shut_cuts_what_is_connected_and_refuses_what_is_new() {
    let shop = Counting::start().await;
    let guard = guard_of(&shop).await;
    let mut tunnel = Browser::to(&guard).await;
    assert!(tunnel.connect(&shop.url).await.starts_with("HTTP/1.1 200"));
    assert!(tunnel.say("something").await.ends_with("hello"));
    guard.shut();
    assert_eq!(tunnel.say("something").await, "");
    // A plain refusal has no answer, which could be taken for the shop's.
    assert_eq!(Browser::to(&guard).await.post(&shop.url).await, "");
    let answer = Browser::to(&guard).await.connect(&shop.url).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    guard.open();
    assert_eq!(Browser::to(&guard).await.post(&shop.url).await, "");
    assert_eq!(shop.connections(), 1);
}

#[tokio::test]
async fn one_is_one() {
    let shop = Counting::start().await;
    let guard = guard_of(&shop).await;
    assert!(!guard.allow_one(shop.asked(), boot_time() + MINUTE), "open");
    guard.shut();
    assert!(guard.allow_one(shop.asked(), boot_time() + MINUTE));
    // Neither another kind of connection nor another request takes it.
    let answer = Browser::to(&guard).await.connect(&shop.url).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    let other = shop.url.join("/other").unwrap();
    assert_eq!(Browser::to(&guard).await.post(&other).await, "");
    assert_eq!(shop.connections(), 0);

    let mut order = Browser::to(&guard).await;
    assert!(order.post(&shop.url).await.ends_with("hello"));
    assert_eq!(
        order.post(&shop.url).await,
        "",
        "not again on this connection"
    );
    assert_eq!(Browser::to(&guard).await.post(&shop.url).await, "");
    assert_eq!(shop.connections(), 1);

    guard.open();
    let answer = Browser::to(&guard).await.post(&shop.url).await;
    assert!(answer.ends_with("hello"), "{answer}");
    guard.shut();
    let again = guard.allow_one(shop.asked(), boot_time() + MINUTE);
    assert!(!again, "a guard gives one permit in its life");
}

#[tokio::test]
async fn nothing_goes_out_late() {
    let shop = Counting::start().await;
    let guard = guard_of(&shop).await;
    guard.shut();
    assert!(!guard.allow_one(shop.tunnel(), boot_time()), "over already");
    let soon = boot_time() + Duration::from_millis(300);
    assert!(guard.allow_one(shop.tunnel(), soon));
    let mut order = Browser::to(&guard).await;
    assert!(order.connect(&shop.url).await.starts_with("HTTP/1.1 200"));
    assert!(order.say("in time").await.ends_with("hello"));
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(
        order.say("late").await,
        "",
        "the connection was there before"
    );
    let answer = Browser::to(&guard).await.connect(&shop.url).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert_eq!(shop.connections(), 1);
}

#[tokio::test]
async fn a_permit_that_nobody_took_in_time_is_void() {
    let shop = Counting::start().await;
    let guard = guard_of(&shop).await;
    guard.shut();
    assert!(guard.allow_one(shop.asked(), boot_time() + Duration::from_millis(100)));
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(Browser::to(&guard).await.post(&shop.url).await, "");
    assert_eq!(shop.connections(), 0);
}

#[tokio::test]
async fn a_guard_that_is_gone_lets_nothing_out() {
    let shop = Counting::start().await;
    let guard = guard_of(&shop).await;
    let address = guard.address;
    let mut tunnel = Browser::to(&guard).await;
    assert!(tunnel.connect(&shop.url).await.starts_with("HTTP/1.1 200"));
    drop(guard);
    assert_eq!(tunnel.say("something").await, "");
    tokio::task::yield_now().await;
    assert!(TcpStream::connect(address).await.is_err());
}
