//! Starting, losing and ending a real Chromium.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::common::{Browser, LIMITS, group_size, group_under, serve_page, wait_until};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use scrapers::browser::{Browsers, CheckError, Death};
use scrapers::error::SiteError;

const PAGE: &str = "<title>Here</title><h1>Here</h1>";

/// A recipe that can only look at one page.
fn recipe() -> String {
    crate::common::looking(
        "[read.orders]\nempty = \"css=.none-yet\"\neach = \"css=h1\"\nnumber = {}\nreference = { optional = true }",
    )
}

#[tokio::test]
async fn driver_and_browser_fit_together() {
    let browser = Browser::new(LIMITS);
    let versions = browser.browsers.check().await.unwrap();
    assert!(versions.starts_with("chromedriver "), "{versions}");

    let mut settings = crate::common::settings(browser.folder.path(), LIMITS);
    settings.chromedriver = Some("/nowhere/chromedriver".into());
    let missing = Browsers::new(settings).unwrap().check().await.unwrap_err();
    let text = missing.to_string();
    assert!(matches!(missing, CheckError::Missing { .. }));
    assert!(
        text.contains("install the package chromium-driver"),
        "{text}"
    );

    // A browser of another version.
    let other = browser.folder.path().join("old-chromium");
    std::fs::write(&other, "#!/bin/sh\necho Chromium 99.0.1\n").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&other, executable).unwrap();
    let mut settings = crate::common::settings(browser.folder.path(), LIMITS);
    settings.chromium = Some(other);
    let mismatch = Browsers::new(settings).unwrap().check().await.unwrap_err();
    assert!(
        matches!(mismatch, CheckError::Mismatch { .. }),
        "{mismatch}"
    );
}

#[tokio::test]
async fn a_driver_that_is_missing_is_the_operators_matter() {
    let browser = Browser::new(LIMITS);
    let mut settings = crate::common::settings(browser.folder.path(), LIMITS);
    settings.chromedriver = Some("/nowhere/chromedriver".into());
    let error = Browsers::new(settings).unwrap().open().await.unwrap_err();
    assert!(
        matches!(&error, SiteError::Driver(text) if text.contains("chromium-driver")),
        "{error}"
    );
}

#[tokio::test]
async fn a_closed_browser_is_proven_dead() {
    let url = serve_page(PAGE).await;
    let browser = Browser::new(LIMITS);
    let mut visit = browser.visit(&recipe(), &url).await;
    assert_eq!(visit.history().await.unwrap()[0].number, "Here");
    let group = group_under(browser.folder.path()).expect("Chromium runs");
    let Death::Proven { group: dead, .. } = visit.close().await else {
        panic!("not proven");
    };
    assert_eq!(dead, group, "Chromium is in the group that is proven dead");
    assert_eq!(group_size(group), 0);
}

#[tokio::test]
async fn a_dropped_browser_is_ended_by_its_warden() {
    let url = serve_page(PAGE).await;
    let browser = Browser::new(LIMITS);
    let visit = browser.visit(&recipe(), &url).await;
    let group = group_under(browser.folder.path()).expect("Chromium runs");
    drop(visit);
    wait_until("the group ends", || group_size(group) == 0).await;
}

#[tokio::test]
async fn a_driver_that_dies_takes_its_browser_along() {
    let url = serve_page(PAGE).await;
    let browser = Browser::new(LIMITS);
    let mut visit = browser.visit(&recipe(), &url).await;
    let group = group_under(browser.folder.path()).expect("Chromium runs");
    let driver = crate::common::child_of(group).expect("the warden's child is the driver");
    kill_process(Pid::from_raw(driver).unwrap(), Signal::KILL).unwrap();
    wait_until("the group ends", || group_size(group) == 0).await;
    let error = visit.history().await.unwrap_err();
    assert!(matches!(error, SiteError::Driver(_)), "{error}");
    assert!(matches!(visit.close().await, Death::Proven { .. }));
}

#[tokio::test]
async fn a_command_that_hangs_ends_the_browser() {
    let url = serve_page(PAGE).await;
    let mut limits = LIMITS;
    limits.command = Duration::from_secs(3);
    let browser = Browser::new(limits);
    let mut visit = browser.visit(&recipe(), &url).await;
    let group = group_under(browser.folder.path()).expect("Chromium runs");
    kill_process_group(Pid::from_raw(group).unwrap(), Signal::STOP).unwrap();
    let error = visit.history().await.unwrap_err();
    assert!(
        matches!(&error, SiteError::Driver(text) if text.contains("not answered in time")),
        "{error}"
    );
    assert_eq!(group_size(group), 0);
    assert!(matches!(visit.close().await, Death::Proven { .. }));
}

#[tokio::test]
async fn a_shop_that_does_not_answer_is_not_available() {
    let url = serve_page(PAGE).await;
    let browser = Browser::new(LIMITS);
    let mut visit = browser.visit(&recipe(), &url).await;
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let mut elsewhere = browser.visit(&recipe(), &nobody.parse().unwrap()).await;
    let error = elsewhere.history().await.unwrap_err();
    assert!(matches!(error, SiteError::Unavailable(_)), "{error}");
    visit.history().await.unwrap();
}

/// What the two tests below run as a process of their own: it opens a browser, says so, and is
/// killed.
#[tokio::test]
#[ignore = "run as a process of its own by the tests of the killed parent"]
async fn parent_process() {
    let folder =
        std::env::temp_dir().join(format!("parent-{}", std::os::unix::process::parent_id()));
    let browsers = Browsers::new(crate::common::settings(&folder, LIMITS)).unwrap();
    let _session = browsers.open().await.unwrap();
    eprintln!("browser is open");
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_killed_parent_leaves_no_browser() {
    let folder = std::env::temp_dir().join(format!("parent-{}", std::process::id()));
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "browser::parent_process",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(parent.stderr.take().unwrap());
    let open = output
        .lines()
        .any(|line| line.unwrap() == "browser is open");
    assert!(open, "the parent opened no browser");
    let group = group_under(&folder).expect("Chromium runs");
    assert!(
        group_size(group) > 3,
        "warden, driver, Chromium and its helpers"
    );
    parent.kill().unwrap();
    parent.wait().unwrap();
    wait_until("the warden ends the group", || group_size(group) == 0).await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn what_a_dead_process_left_is_swept() {
    let browser = Browser::new(LIMITS);
    let left = browser.folder.path().join("left");
    std::fs::create_dir(&left).unwrap();
    std::fs::write(left.join("lock"), "").unwrap();
    let stray = |folder: &std::path::Path| {
        use std::os::unix::process::CommandExt;
        // Holds its arguments like a browser would; the second command keeps the shell alive.
        Command::new("sh")
            .args(["-c", "sleep 600; true", "sh"])
            .arg(format!("--user-data-dir={}/profile", folder.display()))
            .process_group(0)
            .spawn()
            .unwrap()
    };
    let mut dead = stray(&left.canonicalize().unwrap());
    // One whose folder somebody alive holds, and one whose path only begins alike.
    let living = Browsers::new(crate::common::settings(browser.folder.path(), LIMITS)).unwrap();
    let owned = std::fs::read_dir(browser.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| *path != left)
        .collect::<Vec<_>>();
    let mut others: Vec<_> = owned
        .iter()
        .map(|path| stray(&path.canonicalize().unwrap()))
        .collect();
    others.push(stray(
        &browser
            .folder
            .path()
            .canonicalize()
            .unwrap()
            .join("left-of-it"),
    ));

    assert_eq!(living.sweep_leftovers().await.unwrap(), 1);
    assert!(!left.exists());
    let ended = dead.wait().unwrap();
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&ended),
        Some(9)
    );
    for other in &mut others {
        assert_eq!(other.try_wait().unwrap(), None, "a living one was ended");
        let group = Pid::from_raw(other.id().try_into().unwrap()).unwrap();
        kill_process_group(group, Signal::KILL).unwrap();
        other.wait().unwrap();
    }
}
