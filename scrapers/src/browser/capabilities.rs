//! What a new session asks of driver and browser.

use fantoccini::wd::Capabilities;
use serde_json::{Value as Json, json};

use super::driver::Driver;
use super::tab::DOWNLOADS;
use super::{BrowserSettings, Sandbox};
use crate::guard::Guard;

pub(super) fn capabilities(
    settings: &BrowserSettings,
    driver: Option<&Driver>,
    guard: Option<&Guard>,
) -> Capabilities {
    let mut arguments: Vec<String> = [
        "--headless=new",
        "--window-size=1280,900",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        // An error page must stay one.
        "--disable-auto-reload",
    ]
    .map(str::to_owned)
    .into();
    match settings.sandbox {
        Sandbox::On => {}
        Sandbox::Off => arguments.push("--no-sandbox".into()),
    }
    if let Some(driver) = driver {
        let profile = driver.folder().join("profile");
        arguments.push(format!("--user-data-dir={}", profile.display()));
    }
    if let Some(guard) = guard {
        arguments.push(format!("--proxy-server={}", guard.url()));
        // Chromium goes round a proxy for loopback addresses if it is not told otherwise.
        arguments.push("--proxy-bypass-list=<-loopback>".into());
        // An HTTP/2 session sends a request again over the one connection that the guard allows.
        arguments.push("--disable-http2".into());
    }
    arguments.extend(settings.arguments.iter().cloned());
    let mut options = json!({ "args": arguments });
    if let Some(driver) = driver {
        options["prefs"] = json!({
            "download.default_directory": driver.folder().join(DOWNLOADS),
            "download.prompt_for_download": false,
            "plugins.always_open_pdf_externally": true,
        });
    }
    if let Some(chromium) = &settings.chromium {
        options["binary"] = chromium.display().to_string().into();
    }
    let capabilities = json!({
        "browserName": "chrome",
        // The engine waits by itself; the driver's own waiting would hang with the page.
        "pageLoadStrategy": "none",
        // The engine answers what a page asks, or stops.
        "unhandledPromptBehavior": "ignore",
        "timeouts": { "script": 10_000, "pageLoad": 300_000, "implicit": 0 },
        "webSocketUrl": guard.is_some(),
        "goog:chromeOptions": options,
    });
    match capabilities {
        Json::Object(map) => map,
        _ => Capabilities::new(),
    }
}
