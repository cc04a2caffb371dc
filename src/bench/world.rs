//! The world that is measured: an organisation, its people, and the webhooks that they cause.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;
use sutler::app::{App, Running};
use sutler::commands::import::{self, World};
use sutler::config::Config;
use sutler::demo::graph::{escape, sign};
use sutler::domain::ids::{IdentityId, OrgId, PersonId};
use sutler::domain::message::IdentityKind;
use sutler::flow::receive::CHANNEL;
use sutler::store::db::Opener;
use sutler::store::{orgs, people};
use tempfile::TempDir;

/// People who write; each writes three messages in a row, then it is the next one's turn.
pub(crate) const PEOPLE: u64 = 20_000;
const MESSAGES_IN_A_ROW: u64 = 3;

pub(crate) const APP: &str = "main";
const SECRET: &str = "the secret of the bench";
const NUMBER: &str = "106540352242922";

const TEXTS: [&str; 3] = [
    "20 bags cement and 5 rolls of 2.5mm cable to Site 4 tomorrow",
    "10 safety helmets, twenty pairs of gloves",
    "make that 15 bags of cement please",
];

/// A folder on the disk under `target`: a temporary folder may be in memory, where nothing is slow.
pub(crate) fn folder() -> anyhow::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .context("making a folder under target/tmp")
}

/// The binary that is measured as a process.
pub(crate) fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_sutler").into()
}

/// Settings as environment variables: everything in one folder, WhatsApp where nobody listens.
pub(crate) fn settings(folder: &Path, listen: &str) -> Vec<(String, String)> {
    let folder = folder.display();
    [
        ("HTTP__LISTEN", listen.to_owned()),
        ("DATABASE__URL", format!("sqlite:{folder}/sutler.db")),
        ("MEDIA__URL", format!("file:{folder}/media")),
        ("VAULT__KEY_FILE", format!("{folder}/vault.key")),
        ("WEBDRIVER__PROFILE_DIR", format!("{folder}/profiles")),
        ("WHATSAPP__GRAPH_URL", "http://127.0.0.1:9".to_owned()),
        ("WHATSAPP__APPS__MAIN__APP_SECRETS", SECRET.to_owned()),
        ("WHATSAPP__APPS__MAIN__ACCESS_TOKEN", "none".to_owned()),
        ("LOG__FILTER", "error".to_owned()),
    ]
    .map(|(name, value)| (format!("SUTLER_{name}"), value))
    .to_vec()
}

/// Opens the daemon's parts over a folder; nothing runs yet.
pub(crate) async fn open(folder: &Path) -> anyhow::Result<Running> {
    let config = Config::read(None, settings(folder, "127.0.0.1:0"))?;
    let running = App::open(config, Opener::Daemon, program()).await?;
    running.app.db.migrate().await?;
    Ok(running)
}

/// Stores the demo's organisation, and `count` people who may write to it.
pub(crate) async fn seed(app: &App, count: u64, quiet_seconds: i64) -> anyhow::Result<OrgId> {
    let world = World::from_toml("world.toml", sutler::demo::run::WORLD)
        .map_err(|problems| anyhow::anyhow!("the demo's world: {} problems", problems.len()))?;
    import::apply(&app.db, &app.vault, &world).await?;
    let mut tx = app.db.begin().await?;
    let mut org = orgs::find_by_code(&mut tx, sutler::demo::run::ORG)
        .await?
        .context("the demo's organisation")?;
    org.settings.quiet_seconds = quiet_seconds;
    orgs::save(&mut tx, &org).await?;
    let requester = people::find_by_code(&mut tx, &org.id, "achieng")
        .await?
        .context("the demo's requester")?;
    for n in 0..count {
        let person = people::Person {
            id: PersonId::new(),
            code: format!("p{n}"),
            ..requester.clone()
        };
        people::save(&mut tx, &person).await?;
        for (kind, address) in [
            (IdentityKind::Phone, format!("+{}", phone(n))),
            (IdentityKind::UserId, user_id(n)),
        ] {
            let key = app.vault.hmac(org.id.as_str(), &address);
            let identity = people::Identity {
                id: IdentityId::new(),
                org_id: org.id.clone(),
                person_id: Some(person.id.clone()),
                channel: CHANNEL.to_owned(),
                kind,
                sealed_address: app.seal(&org.id, &format!("identity/{key}"), &address),
                key,
                number_id: NUMBER.to_owned(),
                window_until: None,
                greeted_at: None,
                language: None,
            };
            people::save_identity(&mut tx, &identity).await?;
        }
    }
    tx.commit().await?;
    Ok(org.id)
}

fn phone(n: u64) -> String {
    format!("2547{n:08}")
}

fn user_id(n: u64) -> String {
    format!("KE.9{n:014}")
}

/// Whole HTTP requests with signed webhooks: the messages `from..from + count` of this world.
pub(crate) fn requests(from: u64, count: u64, now: i64) -> Vec<Vec<u8>> {
    (from..from + count).map(|n| request(n, now)).collect()
}

fn request(n: u64, now: i64) -> Vec<u8> {
    let who = n / MESSAGES_IN_A_ROW % PEOPLE;
    let body = body(n, who, now);
    let signature = sign(SECRET, body.as_bytes());
    format!(
        "POST /webhook/whatsapp/{APP} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
         X-Hub-Signature-256: {signature}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// One text message as Meta sends it.
fn body(n: u64, who: u64, now: i64) -> String {
    let (phone, user_id) = (phone(who), user_id(who));
    let text = TEXTS[usize::try_from(n % 3).expect("below 3")];
    escape(&json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "254711000000", "phone_number_id": NUMBER},
            "contacts": [{"profile": {"name": "Achieng Otieno"}, "wa_id": phone, "user_id": user_id}],
            "messages": [{"from": phone, "from_user_id": user_id,
                "id": format!("wamid.HBgMMjU0NzAwMDAwMDAxFQIAEhgU{n:024X}AA=="),
                "timestamp": now.to_string(), "type": "text", "text": {"body": text}}],
        }}]}],
    }))
}
