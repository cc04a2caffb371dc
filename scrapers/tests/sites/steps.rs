//! What each step does to a page, in a real Chromium.

use axum::Router;
use axum::extract::Multipart;
use axum::http::header;
use axum::response::Html;
use axum::routing::get;
use scrapers::error::{Refusal, SiteError};
use scrapers::order::{PastOrder, State};

use crate::common::shop::order_of;
use crate::common::{Browser, LIMITS, looking, serve};

const ORDERS: &str = "[read.orders]\nempty = \"css=.none-yet\"\neach = \"css=p.done\"\nnumber = {}\nreference = { optional = true }\n";

/// Shows `page` at `/`, does the steps there, and gives the texts of all `p.done`.
async fn done(page: &'static str, locs: &str, steps: &str) -> Result<Vec<String>, SiteError> {
    let router = Router::new().route("/", get(move || async move { Html(page) }));
    done_at(router, locs, steps).await
}

async fn done_at(router: Router, locs: &str, steps: &str) -> Result<Vec<String>, SiteError> {
    let url = serve(router).await;
    let browser = Browser::new(LIMITS);
    let recipe = looking(ORDERS)
        .replace("[loc]\n", &format!("[loc]\n{locs}\n"))
        .replace("{ go = \"/\" },", &format!("{{ go = \"/\" }}, {steps},"));
    let mut visit = browser.visit(&recipe, &url).await;
    let history = visit.history().await?;
    Ok(history
        .into_iter()
        .map(|past: PastOrder| past.number)
        .collect())
}

fn changed(result: Result<Vec<String>, SiteError>) -> String {
    match result {
        Err(SiteError::Changed { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_box_is_put_into_a_state_and_not_just_clicked() {
    const PAGE: &str = "<body><script>const note = (text) => { const p = document.createElement('p'); p.className = 'done'; p.textContent = text; document.body.append(p); }</script>
<label><input type=checkbox id=terms onchange='note(\"terms \" + checked)'> I accept</label>
<label><input type=checkbox id=news checked onchange='note(\"news \" + checked)'> Send news</label>
<input type=radio id=fast name=d style='position:absolute;opacity:0' onchange='note(\"fast\")'><label for=fast>Fast delivery</label>
<div role=switch aria-checked=true tabindex=0 aria-label=Gift onclick='this.ariaChecked = this.ariaChecked !== \"true\"; note(\"gift \" + this.ariaChecked)'>x</div>
<button onclick=''>Plain</button><p class=done>start</p>";
    let locs = "terms = 'label=I accept'\nnews = 'label=Send news'\nfast = 'label=Fast delivery'\ngift = \"role=switch 'Gift'\"\nplain = \"role=button 'Plain'\"";
    let steps = "{ check = 'terms' }, { check = 'terms' }, { uncheck = 'news' }, { check = 'fast' }, { uncheck = 'gift' }";
    let found = done(PAGE, locs, steps).await.unwrap();
    assert_eq!(
        found,
        ["start", "terms true", "news false", "fast", "gift false"]
    );
    let plain = changed(done(PAGE, locs, "{ check = 'plain' }").await);
    assert!(plain.contains("no check box"), "{plain}");
}

#[tokio::test]
async fn a_box_that_is_drawn_anew_is_looked_for_again() {
    const PAGE: &str = "<body><p class=done>start</p><div id=host></div><script>const host = document.querySelector('#host');
const draw = () => host.innerHTML = '<label><input type=radio name=d value=fast> Fast delivery</label>';
draw(); const again = setInterval(draw, 5); setTimeout(() => clearInterval(again), 1500);
host.onchange = (event) => { const p = document.createElement('p'); p.className = 'done'; p.textContent = event.target.value; document.body.append(p) }</script>";
    let locs = "fast = 'label=Fast delivery'";
    let found = done(PAGE, locs, "{ check = 'fast' }").await.unwrap();
    assert_eq!(found, ["start", "fast"]);
}

#[tokio::test]
async fn what_a_page_asks_is_answered_as_the_recipe_says() {
    const PAGE: &str = "<body><p class=done>start</p>
<button onclick='const p = document.createElement(\"p\"); p.className = \"done\"; p.textContent = confirm(\"Remove all lines?\"); document.body.append(p)'>Clear</button>
<button onclick='setTimeout(() => alert(\"Late\"), 30)'>Late</button>";
    let locs = "clear = \"role=button 'Clear'\"\nlate = \"role=button 'Late'\"";
    let said = async |steps: &str| done(PAGE, locs, steps).await;
    let yes = said("{ click = 'clear', dialog = 'accept', says = 'all lines' }").await;
    assert_eq!(yes.unwrap(), ["start", "true"]);
    let no = said("{ click = 'clear', dialog = 'dismiss' }").await;
    assert_eq!(no.unwrap(), ["start", "false"]);
    let late = said("{ click = 'late', dialog = 'accept' }").await;
    assert_eq!(late.unwrap(), ["start"]);
    // Another question than the one that the recipe knows is not agreed to.
    let other = changed(said("{ click = 'clear', dialog = 'accept', says = 'newsletter' }").await);
    assert!(other.contains("Remove all lines?"), "{other}");
    let unforeseen = changed(said("{ click = 'clear' }").await);
    assert!(unforeseen.contains("Remove all lines?"), "{unforeseen}");
}

#[tokio::test]
async fn frames_and_shadow_roots_are_looked_into() {
    let outer = "<body><p class=done>start</p><iframe id=pay src=/inner width=400 height=200></iframe>
<x-box></x-box><script>
customElements.define('x-box', class extends HTMLElement { connectedCallback() {
  this.attachShadow({ mode: 'open' }).innerHTML = '<div><label>Note <input></label><button>Keep</button></div>';
  const keep = () => { const p = document.createElement('p'); p.className = 'done'; p.textContent = this.shadowRoot.querySelector('input').value; document.body.append(p); };
  this.shadowRoot.querySelector('button').onclick = keep;
} });</script>";
    let inner = "<body><label>Code <input></label><button onclick='const p = parent.document.createElement(\"p\"); p.className = \"done\"; p.textContent = document.querySelector(\"input\").value; parent.document.body.append(p)'>Send</button>
<button onclick='parent.document.querySelector(\"iframe\").remove()'>Vanish</button>";
    let router = || {
        Router::new()
            .route("/", get(move || async move { Html(outer) }))
            .route("/inner", get(move || async move { Html(inner) }))
    };
    let locs = "pay = 'css=#pay'\ncode = 'label=Code'\nsend = \"role=button 'Send'\"\nvanish = \"role=button 'Vanish'\"\nnote = 'label=Note'\nkeep = \"role=button 'Keep'\"";
    let fill = "{ frame = 'pay', do = [{ fill = 'code', with = '77' }, { click = 'send' }] }";
    let steps = format!("{fill}, {{ fill = 'note', with = 'n1' }}, {{ click = 'keep' }}");
    let found = done_at(router(), locs, &steps).await;
    assert_eq!(found.unwrap(), ["start", "77", "n1"]);
    // The frame goes with the last step in it: that is its end. With more to do it is not.
    let last = "{ frame = 'pay', do = [{ click = 'vanish' }] }, { click = 'keep' }";
    let gone = done_at(router(), locs, last).await;
    assert_eq!(gone.unwrap_or_default().len(), 1);
    let more = "{ frame = 'pay', do = [{ click = 'vanish' }, { click = 'send' }] }";
    let gone = changed(done_at(router(), locs, more).await);
    assert!(gone.contains("frame is gone"), "{gone}");
}

#[tokio::test]
async fn a_window_is_used_when_foreseen_and_stops_the_run_when_not() {
    let outer =
        "<body><p class=done>start</p><button onclick='window.open(\"/inner\")'>Choose</button>";
    let inner = "<body><button onclick='const p = opener.document.createElement(\"p\"); p.className = \"done\"; p.textContent = \"chosen\"; opener.document.body.append(p); window.close()'>This one</button>";
    let router = || {
        Router::new()
            .route("/", get(move || async move { Html(outer) }))
            .route("/inner", get(move || async move { Html(inner) }))
    };
    let locs = "choose = \"role=button 'Choose'\"\nthis = \"role=button 'This one'\"";
    let steps = "{ popup = 'choose', do = [{ click = 'this' }] }";
    let found = done_at(router(), locs, steps).await;
    assert_eq!(found.unwrap(), ["start", "chosen"]);
    let only_looked = "{ popup = 'choose', do = [{ expect = 'this' }] }";
    assert_eq!(
        done_at(router(), locs, only_looked).await.unwrap(),
        ["start"]
    );
    let second = changed(done_at(router(), locs, "{ click = 'choose' }").await);
    assert!(second.contains("another window"), "{second}");
}

#[tokio::test]
async fn a_loop_ends_when_its_button_goes_away_late() {
    const PAGE: &str = "<body><p class=done>start</p><button class=remove>a</button><button class=remove>b</button>
<script>for (const button of document.querySelectorAll('button')) button.onclick = () => setTimeout(() => {
if (!button.isConnected) return; button.remove(); const p = document.createElement('p'); p.className = 'done'; p.textContent = button.textContent; document.body.append(p) }, 900)</script>";
    const DISABLED: &str = "<body><p class=done>start</p><button class=remove disabled>a</button>";
    let locs = "remove = 'css=.remove >> first'";
    let steps = "{ while = 'remove', do = [{ click = 'remove' }] }";
    let found = done(PAGE, locs, steps).await.unwrap();
    assert_eq!(found, ["start", "a", "b"]);

    let stays = changed(done(DISABLED, locs, steps).await);
    assert!(stays.contains("disabled"), "{stays}");
}

#[tokio::test]
async fn values_are_waited_for() {
    const PAGE: &str = "<body><p class=done>start</p><output>1</output><i class=busy>…</i>
<button onclick='setTimeout(() => { document.querySelector(\"output\").textContent = 20; document.querySelector(\".busy\").remove() }, 700)'>Update</button>
<input onkeydown='if (event.key === \"Enter\") { const p = document.createElement(\"p\"); p.className = \"done\"; p.textContent = value; document.body.append(p) }'>";
    let names = "update = \"role=button 'Update'\"\nbusy = 'css=.busy'\nsearch = 'css=input'\n";
    let read = "[read.row]\nqty = { at = 'css=output', type = 'int' }\n";
    let go = async |steps: &str| {
        let url = serve(Router::new().route("/", get(|| async { Html(PAGE) }))).await;
        let browser = Browser::new(LIMITS);
        let recipe = looking(&format!("{ORDERS}{read}"))
            .replace("[loc]\n", &format!("[loc]\n{names}"))
            .replace("{ go = \"/\" },", &format!("{{ go = \"/\" }}, {steps},"));
        let mut visit = browser.visit(&recipe, &url).await;
        visit.history().await.map(|orders| orders.len())
    };
    let steps = "{ click = 'update' }, { expect = 'row.qty == 20' }, { expect = 'not busy' }, { fill = 'search', with = 'CEM' }, { press = 'Enter', at = 'search' }";
    assert_eq!(go(steps).await, Ok(2));
    let refused = go("{ expect = 'row.qty == 20', fail = 'quantity', within = '1s' }").await;
    let is_quantity = matches!(&refused, Err(SiteError::Refused { reason: Refusal::Quantity, text, .. }) if text.contains("found 1"));
    assert!(is_quantity, "{refused:?}");
    let stays = go("{ expect = 'not busy', within = '1s' }").await;
    assert!(matches!(stays, Err(SiteError::Changed { .. })), "{stays:?}");
}

#[tokio::test]
async fn rows_are_read_through_pages_that_stay() {
    const PAGE: &str = "<body><div id=rows></div><button>Older</button><script>
let page = 0;
const show = () => { document.querySelector('#rows').innerHTML = [1, 2].map((n) => '<p class=done>S-' + (page * 2 + n) + '</p>').join('');
  document.querySelector('button').disabled = page === 2; };
document.querySelector('button').onclick = () => setTimeout(() => { page += 1; show(); }, 300);
show();</script>";
    let url = serve(Router::new().route("/", get(|| async { Html(PAGE) }))).await;
    let browser = Browser::new(LIMITS);
    let recipe = looking(&ORDERS.replace("each =", "next = \"role=button 'Older'\"\neach ="));
    let mut visit = browser.visit(&recipe, &url).await;
    let orders = visit.history().await.unwrap();
    let numbers: Vec<&str> = orders.iter().map(|past| past.number.as_str()).collect();
    assert_eq!(numbers, ["S-1", "S-2", "S-3", "S-4", "S-5", "S-6"]);
}

/// A site with an order's state, its invoice, and a basket that is filled by a file.
fn files_router() -> Router {
    let given = async |mut form: Multipart| {
        let field = form.next_field().await.unwrap().unwrap();
        let name = field.file_name().unwrap().to_owned();
        let text = field.text().await.unwrap();
        Html(format!("<body><p class=done>{name}: {text}</p>"))
    };
    let invoice = [
        (header::CONTENT_TYPE, "application/pdf"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"inv 7.pdf\"",
        ),
    ];
    Router::new()
        .route("/", get(|| async { Html("<body><a id=next>Next</a>") }))
        .route("/order/S-7", get(|| async { Html("<body><dl><dt>State<dd>On its way<dt>Tracking<dd>1Z9<dt>Expected<dd>24.11.2026</dl><a href=/invoice>Invoice</a>") }))
        .route("/invoice", get(async move || (invoice, "%PDF-1.4 x")))
        .route("/quick", get(|| async { Html("<body><form action=/quick method=post enctype=multipart/form-data><input type=file name=f hidden onchange='form.submit()'><button type=button>Choose</button></form>") }).post(given))
}

#[tokio::test]
async fn state_and_files_of_an_order_are_read() {
    let url = serve(files_router()).await;
    let browser = Browser::new(LIMITS);
    let recipe = looking(ORDERS)
        .replace("[loc]\n", "[loc]\ninvoice = \"role=link 'Invoice'\"\n")
        .replace("[flow]\n", "[read.status]\nstate = { at = \"beside 'State'\" }\ntracking = { at = \"beside 'Tracking'\" }\nexpected = { at = \"beside 'Expected'\", type = 'date', format = '%d.%m.%Y' }\n[states]\nshipped = '(?i)on its way'\n[flow]\nstatus = [{ go = '/order/{past.number}' }, { read = 'status' }]\ndocuments = [{ go = '/order/{past.number}' }, { download = 'invoice' }, { print = 'page.pdf' }]\n");
    let mut visit = browser.visit(&recipe, &url).await;
    let status = visit.status("S-7").await.unwrap().unwrap();
    assert_eq!(status.words, "On its way");
    assert_eq!(status.state, Some(State::Shipped));
    assert_eq!(status.tracking.as_deref(), Some("1Z9"));
    assert_eq!(status.expected.unwrap().to_string(), "2026-11-24 00:00:00");
    let files = visit.documents("S-7").await.unwrap();
    assert_eq!(files.len(), 2);
    assert_eq!(
        (files[0].name.as_str(), &files[0].bytes[..]),
        ("inv 7.pdf", &b"%PDF-1.4 x"[..])
    );
    assert_eq!(files[1].media_type, "application/pdf");
}

#[tokio::test]
async fn an_order_is_uploaded_as_a_file() {
    let url = serve(files_router()).await;
    let browser = Browser::new(LIMITS);
    let recipe = looking(ORDERS)
        .replace("[loc]\n", "[loc]\nfile = 'css=input[type=file]'\ndone = 'text=order.csv: .*'\n")
        .replace("empty = [{ expect = \"next\" }]", "empty = [{ go = '/quick' }, { upload = 'file', file = 'order.csv', text = \"ref {order.po}\\n\", each_line = '{line.sku};{line.qty}' }, { expect = 'done' }, { fail = 'other' }]");
    let mut visit = browser.visit(&recipe, &url).await;
    let stopped = visit
        .stage(&order_of(&[("CEM", 20, 750), ("NAIL", 5, 120)]))
        .await;
    assert!(
        matches!(
            stopped,
            Err(SiteError::Refused {
                reason: Refusal::Other,
                ..
            })
        ),
        "{stopped:?}"
    );
    let page = visit
        .evidence()
        .into_iter()
        .find(|kept| kept.media_type == "text/html")
        .unwrap();
    let page = String::from_utf8(page.bytes).unwrap();
    assert!(
        page.contains("order.csv: ref PO-2026-7\nCEM;20\nNAIL;5\n"),
        "{page}"
    );
}
