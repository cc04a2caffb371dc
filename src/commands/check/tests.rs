//! What is said about settings and stored worlds that lack something.

use super::*;
use crate::commands::database_url;
use crate::commands::import::{World, apply};
use crate::store::db::Opener;

const WORLD: &str = r#"
[organisation]
code = "tumaini"
name = "Tumaini Builders"
currency = "KES"
time_zone = "Africa/Nairobi"
whatsapp_numbers = [{ app = "second", number_id = "1055" }]

[[site]]
code = "S4"
name = "Site 4"

[[person]]
code = "amina"
name = "Amina"
phone = "+254700000001"

[[person]]
code = "otieno"
name = "Otieno"
roles = ["approver"]

[[item]]
code = "CEMENT"
name = "Cement"
unit = "bag"

[[supplier]]
code = "mjengo"
name = "Mjengo"
recipe = "demo"
currency = "KES"

[[supplier.item]]
item = "CEMENT"
sku = "1"
price = "780.00"
"#;

/// Settings that keep everything in a folder, and reach nothing outside of it.
fn settings(folder: &tempfile::TempDir, more: &[(&str, &str)]) -> Config {
    let inside = |name: &str| folder.path().join(name).display().to_string();
    let mut variables = vec![
        ("DATABASE__URL", format!("sqlite:{}", inside("s.db"))),
        ("VAULT__KEY_FILE", inside("vault.key")),
        ("MEDIA__URL", format!("file:{}", inside("media"))),
        ("WEBDRIVER__PROFILE_DIR", inside("profiles")),
        ("WEBDRIVER__CHROMEDRIVER", inside("no-such-driver")),
    ];
    variables.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    let variables = variables
        .into_iter()
        .map(|(name, value)| (format!("SUTLER_{name}"), value));
    Config::read(None, variables).unwrap()
}

async fn said(config: &Config) -> Vec<String> {
    lines(config).await.iter().map(Line::to_string).collect()
}

fn expect(lines: &[String], beginning: &str) {
    let found = lines.iter().any(|line| line.starts_with(beginning));
    assert!(found, "{beginning}\n{}", lines.join("\n"));
}

#[tokio::test]
async fn before_anything_is_set_up_each_part_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let config = settings(&folder, &[]);
    let lines = said(&config).await;
    for beginning in [
        "bad   database: ",
        "ok    queue: in the process",
        "warn  vault: there is no key yet",
        "ok    media: folder",
        "bad   browser: ",
        "warn  public address: http://127.0.0.1:8080/ is not https",
        "bad   whatsapp app main: [whatsapp.apps.main] lacks app_secrets, verify_token, access_token",
        "none  organisations: not looked at",
        "none  erp: ",
        "none  llm: ",
    ] {
        expect(&lines, beginning);
    }
    let database = folder.path().join("s.db");
    assert!(!database.exists(), "checking makes no database");
    assert!(!folder.path().join("vault.key").exists());
}

#[tokio::test]
async fn what_a_stored_world_lacks_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let config = settings(&folder, &[("LLM__MODEL", "m"), ("TEST__CRASH_AT", "a:b")]);
    let db = Db::open(&database_url(&config), Opener::Daemon)
        .await
        .unwrap();
    db.migrate().await.unwrap();
    let lines = said(&config).await;
    expect(&lines, "ok    database: SQLite");
    expect(&lines, "bad   organisations: there is none yet");
    expect(&lines, "warn  test: test.crash_at is set");

    let (vault, _) = Vault::open(Source {
        key: None,
        file: &config.vault.key_file,
    })
    .unwrap();
    let world = World::from_toml("w.toml", WORLD).unwrap();
    apply(&db, &vault, &world).await.unwrap();
    let lines = said(&config).await;
    for beginning in [
        "ok    vault: ",
        "warn  organisation tumaini: no approval_template is set",
        "warn  organisation tumaini: nobody has the role admin",
        "warn  organisation tumaini: approvers without phone or user id: otieno",
        "bad   whatsapp number 1055: its app second is not in the settings",
        "bad   supplier mjengo: no sign-in is stored for the account main",
    ] {
        expect(&lines, beginning);
    }
    assert!(
        !lines
            .iter()
            .any(|line| line.starts_with("bad   organisation"))
    );

    // Another key file: what was stored no longer opens, and that is said.
    std::fs::remove_file(&config.vault.key_file).unwrap();
    let lines = said(&config).await;
    expect(
        &lines,
        "bad   vault: what is stored for tumaini does not open",
    );
}
