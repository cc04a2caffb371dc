//! A shop that speaks HTTP itself, so that it can break a connection at any byte. Its ledger counts
//! the order posts that were read to their last byte.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use url::Url;

/// What becomes of the order post, once it was read and its order made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// 303 to the confirmation.
    See,
    /// The confirmation itself.
    Ok,
    Status(u16),
    /// 307 to another path.
    Again,
    /// 303, so much later.
    Late(Duration),
    Reset,
    Close,
    /// `HTTP/1.1 200 O`, then the end.
    HalfALine,
}

/// How the review page sends the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Form,
    /// By script, then it goes to the confirmation.
    Fetch,
    /// Two at once.
    TwoFetches,
    /// By script, four times while the answer is an error.
    Retry,
    /// A form, beside a request every 50 ms.
    Polling,
    /// A form that a click turns to another tab.
    OtherTab,
    /// A form whose click asks something first.
    AsksFirst,
    /// A form or a script whose requests a service worker makes.
    WorkerForm,
    WorkerFetch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    Plain,
    /// Offers HTTP/2 first.
    Tls,
}

#[derive(Debug, Default)]
struct Ledger {
    posts: AtomicUsize,
    requests: AtomicUsize,
    /// Requests that ask to be the last on their connection, as the guard writes them.
    last: AtomicUsize,
    /// What was agreed on in TLS.
    spoken: Mutex<Vec<Option<Vec<u8>>>>,
}

#[derive(Clone)]
pub(super) struct Shop {
    pub(super) url: Url,
    ledger: Arc<Ledger>,
    page: Page,
    answer: Answer,
    /// A picture on the review page.
    picture: Option<Url>,
}

impl Shop {
    pub(super) async fn start(wire: Wire, page: Page, answer: Answer) -> Self {
        Self::start_with(wire, page, answer, None).await
    }

    pub(super) async fn start_with(
        wire: Wire,
        page: Page,
        answer: Answer,
        picture: Option<Url>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = match wire {
            Wire::Plain => "http",
            Wire::Tls => "https",
        };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let shop = Self {
            url: Url::parse(&url).unwrap(),
            ledger: Arc::default(),
            page,
            answer,
            picture,
        };
        let tls = (wire == Wire::Tls).then(acceptor);
        let serving = shop.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shop, tls) = (serving.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => shop.serve(stream, |stream| stream).await,
                        Some(tls) => {
                            let Ok(stream) = tls.accept(stream).await else {
                                return;
                            };
                            let spoken = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
                            shop.ledger.spoken.lock().unwrap().push(spoken);
                            shop.serve(stream, |stream| stream.get_ref().0).await;
                        }
                    }
                });
            }
        });
        shop
    }

    /// A shop that another process serves.
    pub(super) fn elsewhere(url: Url) -> Self {
        Self {
            url,
            ledger: Arc::default(),
            page: Page::Form,
            answer: Answer::See,
            picture: None,
        }
    }

    /// Order posts that were read to their end.
    pub(super) fn posts(&self) -> usize {
        self.ledger.posts.load(Ordering::SeqCst)
    }

    /// All requests, and those that the guard has written.
    pub(super) fn requests(&self) -> (usize, usize) {
        let count = |number: &AtomicUsize| number.load(Ordering::SeqCst);
        (count(&self.ledger.requests), count(&self.ledger.last))
    }

    /// Was every TLS connection one of HTTP/1.1.
    pub(super) fn speaks_no_http2(&self) -> bool {
        let spoken = self.ledger.spoken.lock().unwrap();
        spoken
            .iter()
            .all(|spoken| spoken.as_deref() != Some(b"h2".as_slice()))
    }

    async fn serve<S>(&self, mut stream: S, socket: impl Fn(&S) -> &TcpStream)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut buffer = Vec::new();
        while let Some((method, path, head)) = request(&mut stream, &mut buffer).await {
            self.ledger.requests.fetch_add(1, Ordering::SeqCst);
            if head.contains("connection: close") {
                self.ledger.last.fetch_add(1, Ordering::SeqCst);
            }
            let answer = if method == "POST" {
                self.ledger.posts.fetch_add(1, Ordering::SeqCst);
                match self.answer {
                    Answer::Reset => {
                        socket(&stream).set_zero_linger().unwrap();
                        return;
                    }
                    Answer::Close => return,
                    Answer::HalfALine => {
                        let _gone = stream.write_all(b"HTTP/1.1 200 O").await;
                        let _gone = stream.shutdown().await;
                        return;
                    }
                    Answer::Late(wait) => {
                        tokio::time::sleep(wait).await;
                        see("303 See Other", "/thanks")
                    }
                    Answer::See => see("303 See Other", "/thanks"),
                    Answer::Again => see("307 Temporary Redirect", "/again"),
                    Answer::Ok => html("200 OK", THANKS),
                    Answer::Status(status) => html(&format!("{status} Sorry"), "<p>Sorry.</p>"),
                }
            } else {
                self.page(&path)
            };
            if stream.write_all(answer.as_bytes()).await.is_err() || stream.flush().await.is_err() {
                return;
            }
            if answer.contains("Connection: close") {
                let _gone = stream.shutdown().await;
                return;
            }
        }
    }

    fn page(&self, path: &str) -> String {
        match path {
            "/review" => {
                let assets: Vec<String> = (0..12).map(|n| format!("<img src=/a/{n}>")).collect();
                let assets = assets.concat();
                let picture = match &self.picture {
                    Some(url) => format!("<img src='{url}'>"),
                    None => String::new(),
                };
                let (form, script) = self.page.parts();
                html(
                    "200 OK",
                    &format!(
                        "<table><tr><th>SKU<th>Quantity<th>Unit price<tr class=line><td>CEM<td>1<td>750.00</table>\
                         <dl><dt>Deliver to</dt><dd>Site 4, Plot 118</dd><dt>Total</dt><dd>750.00</dd></dl>\
                         {form}{assets}{picture}<script>{SCRIPT}{script}</script>"
                    ),
                )
            }
            "/thanks" => html("200 OK", THANKS),
            "/sw.js" => of_type("text/javascript", "200 OK", WORKER),
            path if path.starts_with("/a/") => of_type(
                "image/svg+xml",
                "200 OK",
                "<svg xmlns='http://www.w3.org/2000/svg'/>",
            ),
            _ => html("200 OK", "<p>ok</p>"),
        }
    }
}

const THANKS: &str =
    "<p>Your order number is <strong>S-1001</strong>.</p><img src=/a/1><img src=/a/2>";
const SCRIPT: &str = "const body = () => new URLSearchParams({ total: '750.00' });\
    const post = () => fetch('/place', { method: 'POST', body: body() });\
    const thanks = (answer) => { if (answer.ok) location = '/thanks'; };\
    const button = document.querySelector('button'), form = document.querySelector('form');";

impl Page {
    fn parts(self) -> (&'static str, &'static str) {
        let form = "<form method=post action=/place><input type=hidden name=total value=750.00>\
            <button>Place order</button></form>";
        let button = "<button>Place order</button>";
        match self {
            Self::Form => (form, ""),
            Self::Fetch => (button, "button.onclick = () => post().then(thanks);"),
            Self::TwoFetches => (
                button,
                "button.onclick = () => { post().then(thanks); post().catch(() => 0); };",
            ),
            Self::Retry => (
                button,
                "button.onclick = async () => { for (let n = 0; n < 4; n += 1) {\
                 const answer = await post().catch(() => 0); if (answer.ok) return thanks(answer); } };",
            ),
            Self::Polling => (
                form,
                "setInterval(() => fetch('/poll').catch(() => 0), 50);",
            ),
            Self::OtherTab => (form, "button.onclick = () => { form.target = '_blank'; };"),
            Self::AsksFirst => (
                form,
                "form.onsubmit = (e) => { e.preventDefault(); fetch('/check').then(() => form.submit()); };",
            ),
            Self::WorkerForm => (form, "navigator.serviceWorker.register('/sw.js');"),
            Self::WorkerFetch => (
                button,
                "button.onclick = () => post().then(thanks); navigator.serviceWorker.register('/sw.js');",
            ),
        }
    }
}

const WORKER: &str = "addEventListener('install', () => skipWaiting());\
    addEventListener('activate', (e) => e.waitUntil(clients.claim()));\
    addEventListener('fetch', (e) => e.respondWith(fetch(e.request)));";

fn acceptor() -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// Reads one request with its body: method, path, and the head in small letters.
async fn request(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
) -> Option<(String, String, String)> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let small = head.to_lowercase();
    let length: usize = small
        .split_once("content-length: ")
        .and_then(|(_, rest)| rest.split("\r\n").next()?.parse().ok())
        .unwrap_or(0);
    while buffer.len() < end + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    buffer.drain(..end + length);
    let mut words = head.split(' ');
    Some((words.next()?.to_owned(), words.next()?.to_owned(), small))
}

fn see(status: &str, path: &str) -> String {
    format!("HTTP/1.1 {status}\r\nLocation: {path}\r\nContent-Length: 0\r\n\r\n")
}

fn html(status: &str, body: &str) -> String {
    of_type("text/html", status, body)
}

fn of_type(kind: &str, status: &str, body: &str) -> String {
    let close = if status.starts_with("408") {
        "Connection: close\r\n"
    } else {
        ""
    };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nCache-Control: no-store\r\n{close}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub(super) const RECIPE: &str = r#"
schema = 1
id = "held"
base = "http://127.0.0.1:1"
money = { currency = "KES", decimal = ".", group = "," }
[loc]
place = "role=button 'Place order'"
[read.cart]
each = "css=tr.line"
sku = { at = "column 'SKU'" }
qty = { at = "column 'Quantity'", type = "int" }
price = { at = "column 'Unit price'", type = "money" }
[read.review]
total = { at = "beside 'Total'", type = "money" }
address = { at = "beside 'Deliver to'" }
[read.confirm]
number = { at = "css=strong" }
[read.orders]
each = "css=tr"
empty = "css=p"
number = {}
reference = { optional = true }
[flow]
session = [{ go = "/review" }, { expect = "place" }]
login = [{ go = "/review" }, { expect = "place" }]
empty = [{ go = "/review" }, { expect = "place" }]
line = [{ expect = "place" }]
review = [{ go = "/review" }, { read = "cart" }, { read = "review" }]
orders = [{ go = "/orders" }, { read = "orders" }]
[commit]
click = "place"
request = { path = "^/place$", fields = { total = { read = "review.total" } } }
requires = ["review matches order.document"]
placed = { url = "^/(thanks|place)$", read = "confirm" }
unknown = { reconcile = "orders", quiet = "1m" }
"#;
