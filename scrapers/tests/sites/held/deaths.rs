//! Deaths and stops while the order is held, and while its answer is awaited.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use scrapers::guard::boot_time;
use scrapers::site::Submitted;
use tempfile::TempDir;
use tokio::time::sleep;

use super::shop::{Answer, Page, Shop, Wire};
use super::{browsers, order, staged, trials};
use crate::common::{browser_in, child_of, environment, group_size, group_under, wait_until};

/// Without a guard the order went out within half a second.
const WATCH: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug)]
enum Victim {
    Driver,
    Browser,
    Group,
}

fn send(victim: Victim, signal: Signal, folder: &std::path::Path) -> i32 {
    let group = group_under(folder).expect("Chromium runs");
    let pid = |raw: i32| Pid::from_raw(raw).unwrap();
    match victim {
        Victim::Driver => {
            let driver = child_of(group).expect("the warden's child is the driver");
            kill_process(pid(driver), signal).unwrap();
        }
        Victim::Browser => {
            let browser = browser_in(group).expect("Chromium's first process");
            kill_process(pid(browser), signal).unwrap();
        }
        Victim::Group => kill_process_group(pid(group), signal).unwrap(),
    }
    group
}

/// The held order is never sent, whoever dies; the group is gone in the end.
async fn dies(wire: Wire, victim: Victim, signal: Signal) {
    for trial in 1..=trials() {
        let shop = Shop::start(wire, Page::Form, Answer::See).await;
        let folder = TempDir::new().unwrap();
        let browsers = browsers(folder.path());
        let mut visit = staged(&shop, &browsers).await;
        let held = visit.hold(&order()).await.unwrap();
        sleep(Duration::from_millis(300)).await;
        let group = send(victim, signal, folder.path());
        sleep(WATCH).await;
        assert_eq!(shop.posts(), 0, "trial {trial}");
        let late = visit.withdraw(held, "the browser died").await;
        assert!(
            matches!(late, Submitted::NotSent(_) | Submitted::Unknown(_)),
            "{late:?}"
        );
        visit.close().await;
        wait_until("the group ends", || group_size(group) == 0).await;
        assert_eq!(shop.posts(), 0, "trial {trial}");
    }
}

#[tokio::test]
async fn driver_killed() {
    dies(Wire::Plain, Victim::Driver, Signal::KILL).await;
    dies(Wire::Tls, Victim::Driver, Signal::KILL).await;
}

#[tokio::test]
async fn driver_terminated() {
    dies(Wire::Plain, Victim::Driver, Signal::TERM).await;
}

#[tokio::test]
async fn browser_killed() {
    dies(Wire::Plain, Victim::Browser, Signal::KILL).await;
}

#[tokio::test]
async fn browser_terminated() {
    dies(Wire::Tls, Victim::Browser, Signal::TERM).await;
}

#[tokio::test]
async fn group_killed() {
    dies(Wire::Tls, Victim::Group, Signal::KILL).await;
}

#[tokio::test]
async fn group_terminated() {
    dies(Wire::Plain, Victim::Group, Signal::TERM).await;
}

#[tokio::test]
async fn visit_dropped() {
    for _ in 0..trials() {
        let shop = Shop::start(Wire::Tls, Page::Form, Answer::See).await;
        let folder = TempDir::new().unwrap();
        let browsers = browsers(folder.path());
        let mut visit = staged(&shop, &browsers).await;
        let held = visit.hold(&order()).await.unwrap();
        let group = group_under(folder.path()).expect("Chromium runs");
        drop(visit);
        drop(held);
        wait_until("the group ends", || group_size(group) == 0).await;
        assert_eq!(shop.posts(), 0);
    }
}

/// Killed after the release, before the answer: unknown, and sent once.
#[tokio::test]
async fn group_killed_while_the_answer_is_awaited() {
    for _ in 0..trials() {
        let late = Answer::Late(Duration::from_secs(5));
        let shop = Shop::start(Wire::Tls, Page::Form, late).await;
        let folder = TempDir::new().unwrap();
        let browsers = browsers(folder.path());
        let mut visit = staged(&shop, &browsers).await;
        let held = visit.hold(&order()).await.unwrap();
        let killer = async {
            while shop.posts() == 0 {
                sleep(Duration::from_millis(20)).await;
            }
            send(Victim::Group, Signal::KILL, folder.path())
        };
        let until = boot_time() + Duration::from_secs(20);
        let (submitted, _) = tokio::join!(visit.release(held, until), killer);
        assert!(matches!(submitted, Submitted::Unknown(_)), "{submitted:?}");
        visit.close().await;
        sleep(WATCH).await;
        assert_eq!(shop.posts(), 1);
    }
}

/// What the tests below run as a process of its own: it holds the order, says so, waits for a line and
/// lets the order go.
#[tokio::test]
#[ignore = "run as a process of its own by the tests of the killed and the stopped daemon"]
async fn daemon_process() {
    let setting = |name: &str| environment(name).expect("set by the parent");
    let folder = std::path::PathBuf::from(setting("SUTLER_TEST_FOLDER"));
    let seconds: u64 = setting("SUTLER_TEST_SECONDS").parse().unwrap();
    let shop = Shop::elsewhere(setting("SUTLER_TEST_SHOP").parse().unwrap());
    let browsers = browsers(&folder);
    let mut visit = staged(&shop, &browsers).await;
    let held = visit.hold(&order()).await.unwrap();
    let before = boot_time() + Duration::from_secs(seconds);
    eprintln!("held");
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()))
        .await
        .unwrap()
        .unwrap();
    let submitted = visit.release(held, before).await;
    visit.close().await;
    eprintln!("{submitted:?}");
}

struct Daemon {
    child: Child,
    says: Lines<BufReader<ChildStderr>>,
}

impl Daemon {
    /// Starts it and waits until it holds the order.
    fn start(shop: &Shop, folder: &std::path::Path, seconds: u64) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "held::deaths::daemon_process",
                "--ignored",
                "--nocapture",
            ])
            .env("SUTLER_TEST_FOLDER", folder)
            .env("SUTLER_TEST_SECONDS", seconds.to_string())
            .env("SUTLER_TEST_SHOP", shop.url.as_str())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut daemon = Self { child, says };
        daemon.until("held");
        daemon
    }

    fn until(&mut self, words: &str) {
        let mut heard = Vec::new();
        for line in self.says.by_ref() {
            let line = line.unwrap();
            if line.contains(words) {
                return;
            }
            heard.push(line);
        }
        panic!("it does not say {words:?} but {heard:#?}");
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Stops it, and waits until each of its threads is: on a busy machine they do not stop at once.
    async fn stop(&self) {
        self.signal(Signal::STOP);
        let tasks = format!("/proc/{}/task", self.child.id());
        let is_stopped = |task: std::io::Result<std::fs::DirEntry>| {
            let stat = std::fs::read_to_string(task.unwrap().path().join("stat"));
            stat.is_ok_and(|stat| stat.contains(") T "))
        };
        wait_until("it is stopped", || {
            std::fs::read_dir(&tasks).unwrap().all(is_stopped)
        })
        .await;
    }

    fn let_go(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn daemon_killed() {
    for wire in [Wire::Plain, Wire::Tls] {
        for _ in 0..trials() {
            let shop = Shop::start(wire, Page::Form, Answer::See).await;
            let folder = TempDir::new().unwrap();
            let mut daemon = Daemon::start(&shop, folder.path(), 20);
            let group = group_under(folder.path()).expect("Chromium runs");
            daemon.child.kill().unwrap();
            daemon.child.wait().unwrap();
            wait_until("the warden ends the group", || group_size(group) == 0).await;
            sleep(WATCH).await;
            assert_eq!(shop.posts(), 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn daemon_stopped_and_let_go_on_in_time() {
    for _ in 0..trials() {
        let shop = Shop::start(Wire::Tls, Page::Form, Answer::See).await;
        let folder = TempDir::new().unwrap();
        let mut daemon = Daemon::start(&shop, folder.path(), 30);
        daemon.stop().await;
        daemon.let_go();
        sleep(Duration::from_secs(3)).await;
        assert_eq!(shop.posts(), 0, "a stopped daemon lets nothing out");
        daemon.signal(Signal::CONT);
        daemon.until("Placed");
        daemon.child.wait().unwrap();
        assert_eq!(shop.posts(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn daemon_stopped_for_too_long() {
    for wire in [Wire::Plain, Wire::Tls] {
        for _ in 0..trials() {
            let shop = Shop::start(wire, Page::Form, Answer::See).await;
            let folder = TempDir::new().unwrap();
            let mut daemon = Daemon::start(&shop, folder.path(), 2);
            daemon.stop().await;
            daemon.let_go();
            sleep(Duration::from_secs(3)).await;
            daemon.signal(Signal::CONT);
            daemon.until("NotSent");
            daemon.child.wait().unwrap();
            assert_eq!(shop.posts(), 0, "nothing goes out late");
        }
    }
}
