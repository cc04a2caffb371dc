//! What a recipe's locators and typed reads make of a page, in a real Chromium.

use crate::common::{Browser, LIMITS, looking, serve_page};
use scrapers::error::SiteError;
use scrapers::site::Note;

/// Reads `number` at `locator` (TOML) from `html`, and what was noted.
async fn read(html: &'static str, field: &str) -> (Result<String, SiteError>, Vec<Note>) {
    let url = serve_page(html).await;
    let browser = Browser::new(LIMITS);
    let recipe = looking(&format!(
        "[read.orders]\nempty = \"css=.none-yet\"\neach = \"css=body\"\nnumber = {field}\nreference = {{ optional = true }}"
    ));
    let mut visit = browser.visit(&recipe, &url).await;
    let history = visit.history().await;
    let number = history.map(|orders| orders[0].number.clone());
    (number, visit.notes())
}

const PAGE: &str = "<!doctype html><body>
<p hidden class=n>hidden</p><p class=n style='visibility:hidden'>unseen</p><p class=n>seen</p>
<p class=twin>a</p><p class=twin>b</p>
<dl><dt>Order number:</dt><dd>W-1</dd></dl>
<table class=t><tr><th>Total <td>KES 5.00<tr><td>Tax<td>1.00</table>
<table class=u><tr><th>Sku<th colspan=2>Name<th>Price</tr><tr class=r><td>A<td>b<td>c<td>9.50</tr></table>
<label>Quantity * <select><option>1<option selected>2</select></label>
<label for=f>Reference</label><input id=f value='PO-1'>
<div aria-labelledby=h role=img>x</div><span id=h>Logo</span>
<div class=card><h2>Site 1</h2><a href=/1>Choose</a></div>
<div class=card><h2>Site 12</h2><a href=/12>Choose</a></div>
<button aria-label='Add to basket'>+</button>
</body>";

#[tokio::test]
async fn locators_find_what_a_person_sees() {
    let cases = [
        ("{ at = \"css=p.n\" }", "seen"),
        ("{ at = \"css=p.twin >> first\" }", "a"),
        ("{ at = \"beside 'Order number'\" }", "W-1"),
        ("{ at = \"beside 'Total' @ table.t\" }", "KES 5.00"),
        ("{ at = \"beside 'Tax'\" }", "1.00"),
        ("{ at = \"beside 'Reference'\" }", "PO-1"),
        ("{ at = \"label=Quantity\" }", "2"),
        ("{ at = \"label=(?i)reference\" }", "PO-1"),
        ("{ at = \"text=W-\\\\d\" }", "W-1"),
        ("{ at = \"role=img 'Logo'\" }", "x"),
        ("{ at = \"role=button 'Add to basket'\" }", "+"),
        (
            "{ at = \"role=link 'Choose' near 'Site 1'\", attr = \"href\" }",
            "/1",
        ),
        ("{ at = \"role=heading 'Site 1'\" }", "Site 1"),
        ("{ at = \"css=h2 @ .card:last-of-type\" }", "Site 12"),
        ("{ at = \"css=.u .r\", re = '(\\d+)\\.50' }", "9"),
    ];
    for (field, expected) in cases {
        let (number, notes) = read(PAGE, field).await;
        assert_eq!(number.as_deref(), Ok(expected), "{field}");
        assert_eq!(notes, [], "{field}");
    }
}

#[tokio::test]
async fn two_matches_stop_and_none_stops() {
    for (field, words) in [
        ("{ at = \"css=p.twin\" }", "2 values match"),
        ("{ at = [\"css=p.twin\", \"css=p.n\"] }", "2 values match"),
        ("{ at = \"css=p.nowhere\" }", "not there"),
        ("{ at = \"css=p.n\", re = '\\d+' }", "not as expected"),
    ] {
        let (number, _) = read(PAGE, field).await;
        let Err(SiteError::Changed { what, locator }) = number else {
            panic!("{field}: {number:?}");
        };
        assert!(what.contains(words), "{field}: {what}");
        assert_eq!(locator, "orders.number");
    }
}

#[tokio::test]
async fn a_lower_rank_is_noted() {
    let (number, notes) = read(PAGE, "{ at = [\"css=p.nowhere\", \"css=p.n\"] }").await;
    assert_eq!(number.as_deref(), Ok("seen"));
    let note = Note::LowerRank {
        name: "orders.number".into(),
        used: "css=p.n".into(),
    };
    assert_eq!(notes, [note]);
}

#[tokio::test]
async fn a_column_is_found_by_its_header() {
    let url = serve_page(PAGE).await;
    let browser = Browser::new(LIMITS);
    let recipe = looking(
        "[read.orders]\nempty = \"css=.none-yet\"\neach = \"css=tr.r\"\nnumber = { at = \"column 'Sku'\" }\ntotal = { at = \"column 'Price'\", type = \"money\" }",
    );
    let mut visit = browser.visit(&recipe, &url).await;
    let orders = visit.history().await.unwrap();
    assert_eq!(orders[0].number, "A");
    assert_eq!(orders[0].total, Some(95_000));
}

#[tokio::test]
async fn a_typed_read_fails_rather_than_guesses() {
    let page = "<p class=n>1</p><p class=m>12,50</p><p class=d>20/11/2026</p>";
    let url = serve_page(page).await;
    let browser = Browser::new(LIMITS);
    for field in [
        "total = { at = \"css=.m\", type = \"money\" }",
        "total = { at = \"css=.d\", type = \"money\", optional = true }",
        "total = { at = \"css=.n\", type = \"money\" }\nplaced = { at = \"css=.d\", type = \"date\" }",
    ] {
        let recipe = looking(&format!(
            "[read.orders]\nempty = \"css=.none-yet\"\neach = \"css=body\"\nnumber = {{ at = \"css=.n\" }}\n{field}"
        ));
        let mut visit = browser.visit(&recipe, &url).await;
        let read = visit.history().await;
        assert!(
            matches!(read, Err(SiteError::Changed { .. })),
            "{field}: {read:?}"
        );
        visit.close().await;
    }
}

#[tokio::test]
async fn an_action_needs_its_element_on_top_and_enabled() {
    let cases = [
        ("<button disabled>Next</button>", "disabled"),
        (
            "<button>Next</button><div class=veil style='position:fixed;inset:0'>Cookies?</div>",
            "covered by div.veil",
        ),
        (
            "<button>Next</button><button>Next</button>",
            "2 elements match",
        ),
        ("<p>Nothing</p>", "not there"),
    ];
    for (page, words) in cases {
        let url = serve_page(page).await;
        let browser = Browser::new(LIMITS);
        let recipe = looking(
            "[read.orders]\nempty = \"css=.none-yet\"\neach = \"css=p\"\nnumber = {}\nreference = { optional = true }",
        )
        .replace(
            "orders = [{ go = \"/\" },",
            "orders = [{ go = \"/\" }, { click = \"next\" },",
        );
        let mut visit = browser.visit(&recipe, &url).await;
        let Err(SiteError::Changed { what, locator }) = visit.history().await else {
            panic!("{page}");
        };
        assert!(what.contains(words), "{page}: {what}");
        assert!(locator.starts_with("next"), "{locator}");
        let stopped = visit.evidence();
        assert!(
            stopped.iter().any(|kept| kept.step == "stopped in orders"),
            "{page}"
        );
    }
}

#[tokio::test]
async fn pages_are_recognised() {
    let cases = [
        (
            "<title>Down for maintenance</title>",
            SiteError::Unavailable("Down for maintenance".into()),
        ),
        (
            "<iframe src='/captcha' width=50 height=50></iframe>",
            SiteError::NeedsPerson {
                what: scrapers::error::Handoff::Captcha,
            },
        ),
        ("<p class=ban>Go away</p>", SiteError::Blocked),
    ];
    let signs = "[page]\n\
        down = { title = '(?i)maintenance', then = 'retry_later' }\n\
        captcha = { at = \"css=iframe[src*=captcha]\", then = 'handoff captcha' }\n\
        ban = { at = 'css=.ban', text = 'away', then = 'blocked' }\n";
    for (page, expected) in cases {
        let url = serve_page(page).await;
        let browser = Browser::new(LIMITS);
        let recipe = looking(
            "[read.orders]\nempty = \"css=.none-yet\"\neach = \"css=h1\"\nnumber = {}\nreference = { optional = true }",
        )
        .replace("[flow]", &format!("{signs}[flow]"));
        let mut visit = browser.visit(&recipe, &url).await;
        assert_eq!(visit.history().await, Err(expected), "{page}");
    }
}

#[tokio::test]
async fn an_empty_history_must_be_shown_as_empty() {
    let browser = Browser::new(LIMITS);
    let recipe = looking(
        "[read.orders]\nempty = \"css=.none-yet\"\neach = \"css=tr.order\"\nnumber = {}\nreference = { optional = true }",
    );
    let empty = serve_page("<p class=none-yet>No orders yet.</p>").await;
    let mut visit = browser.visit(&recipe, &empty).await;
    assert_eq!(visit.history().await, Ok(vec![]));
    // The table got another class: that is no proof that there are no orders.
    let moved = serve_page("<table><tr class=purchase><td>S-1</td></tr></table>").await;
    let mut visit = browser.visit(&recipe, &moved).await;
    let read = visit.history().await;
    assert!(
        matches!(&read, Err(SiteError::Changed { what, .. }) if what.contains("no row")),
        "{read:?}"
    );
}

#[tokio::test]
async fn a_broken_selector_is_the_maintainers_matter() {
    let (read, _) = read(PAGE, "{ at = \"css=p[\" }").await;
    let is_changed = matches!(&read, Err(SiteError::Changed { what, .. }) if what.contains("p["));
    assert!(is_changed, "{read:?}");
}
