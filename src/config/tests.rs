//! The settings: layers, errors, secrets, and that each is explained.

use toml::Table;

use super::load::{flatten, typed};
use super::{Config, DEFAULTS, DatabaseUrl, LogFormat, MediaUrl, QueueUrl, Secret};

fn read(file: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sutler.toml");
    std::fs::write(&path, file).unwrap();
    let environment = environment
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    Config::read(Some(&path), environment).map_err(|error| {
        error
            .to_string()
            .replace(&path.display().to_string(), "FILE")
    })
}

#[test]
fn without_file_and_environment_the_defaults_hold() {
    let config = Config::read(None, []).unwrap();
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(
        config.database.url,
        DatabaseUrl::Sqlite("data/sutler.db".into())
    );
    assert_eq!(config.queue.url, QueueUrl::InProcess);
    assert_eq!(config.media.url, MediaUrl::Folder("data/media".into()));
    assert!(config.vault.key.is_none() && config.webdriver.url.is_none());
    assert_eq!(config.bursts.max_messages, 200);
}

#[test]
fn the_environment_overrides_the_file_and_the_file_the_default() {
    let config = read(
        "[sweep]\nbatch = 10\n[bursts]\nmax_messages = 50\n[whatsapp.apps.branch]\nverify_token = \"v\"",
        &[
            ("SUTLER_SWEEP__BATCH", "4"),
            ("SUTLER_LOG__FORMAT", "json"),
            ("SUTLER_WHATSAPP__APPS__MAIN__APP_SECRETS", "new, old"),
            ("SUTLER_WHATSAPP__APPS__THIRD__ACCESS_TOKEN", "t"),
            ("SUTLER_MEDIA__URL", "s3://b/a/c?endpoint=http%3A%2F%2Fhost%3A9000&region=eu"),
            ("SUTLER_PORT", "tcp://10.0.0.1:80"),
            ("HOME", "/root"),
        ],
    )
    .unwrap();
    assert_eq!(config.sweep.batch, 4);
    assert_eq!(config.bursts.max_messages, 50);
    assert_eq!(config.log.format, LogFormat::Json);
    let apps = &config.whatsapp.apps;
    assert_eq!(apps.keys().collect::<Vec<_>>(), ["branch", "main", "third"]);
    let secrets: Vec<_> = apps["main"]
        .app_secrets
        .iter()
        .map(Secret::expose)
        .collect();
    assert_eq!(secrets, ["new", "old"]);
    assert_eq!(apps["branch"].verify_token.expose(), "v");
    assert_eq!(
        config.media.url,
        MediaUrl::S3 {
            bucket: "b".into(),
            prefix: "a/c".into(),
            endpoint: Some("http://host:9000/".into()),
            region: Some("eu".into()),
        }
    );
}

#[test]
fn the_file_can_be_named_by_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    std::fs::write(&path, "[ordering]\nclaims = 3").unwrap();
    let environment = [("SUTLER_CONFIG".to_owned(), path.display().to_string())];
    assert_eq!(Config::read(None, environment).unwrap().ordering.claims, 3);
}

#[test]
fn an_error_names_the_key_the_value_and_what_is_expected() {
    for (file, environment, expect) in [
        (
            "[http]\nlisten = \"8080\"",
            None,
            "FILE: http.listen = \"8080\": expected ADDRESS:PORT, such as 0.0.0.0:8080",
        ),
        (
            "",
            Some(("SUTLER_LANES__CHAT", "many")),
            "environment variable SUTLER_LANES__CHAT: lanes.chat = \"many\": \
             expected a whole number, at least 1",
        ),
        (
            "[leases]\nsecond = 3",
            None,
            "FILE: there is no setting leases.second; [leases] has beat_seconds, seconds",
        ),
        (
            "",
            Some(("SUTLER_HTPP__LISTEN", "")),
            "environment variable SUTLER_HTPP__LISTEN: there is no setting htpp.listen; the \
             sections are bursts, database, erp, http, lanes, leases, llm, log, media, metrics, ordering, queue, sweep, test, vault, webdriver, whatsapp",
        ),
        (
            "[log]\nformat = \"xml\"",
            None,
            "FILE: log.format = \"xml\": unknown variant `xml`, expected `text` or `json`",
        ),
        (
            "[http]\nlisten =",
            None,
            "the configuration file FILE is not TOML: line 2: ",
        ),
        (
            "[leases]\nbeat_seconds = 20",
            None,
            "leases.beat_seconds = 20: expected at most a third of leases.seconds",
        ),
        (
            "",
            Some(("SUTLER_LEASES__SECONDS", "0.05")),
            "environment variable SUTLER_LEASES__SECONDS: leases.seconds = 0.05: \
             expected seconds, between 0.1 and a day",
        ),
        (
            "[erp]\nkind = \"erpnext\"",
            None,
            "erp.url = (not set): expected a value, as erp.kind is set",
        ),
        (
            "lanes = 3",
            None,
            "FILE: lanes = 3: expected a section, its keys one by one",
        ),
    ] {
        let error = read(file, environment.as_slice()).unwrap_err();
        assert!(error.starts_with(expect), "{error}\nis not\n{expect}");
    }
}

#[test]
fn no_error_and_no_debug_shows_a_secret() {
    for (name, value) in [
        ("SUTLER_DATABASE__URL", "mysql://u:hunter2@h/d"),
        ("SUTLER_QUEUE__URL", "rediss://:hunter2@h"),
        ("SUTLER_ERP__URL", "hunter2"),
    ] {
        let error = read("", &[(name, value)]).unwrap_err();
        assert!(
            error.contains("(hidden)") && !error.contains("hunter2"),
            "{error}"
        );
    }
    let error = read("[vault]\nkey = 4711", &[]).unwrap_err();
    assert!(!error.contains("4711"), "{error}");
    let error = read("[vault]\nkey = hunter2", &[]).unwrap_err();
    assert!(!error.contains("hunter2"), "{error}");
    let config = read(
        "[database]\nurl = \"postgres://u:hunter2@h/d\"\n[vault]\nkey = \"hunter2\"",
        &[("SUTLER_WHATSAPP__APPS__MAIN__APP_SECRETS", "hunter2")],
    )
    .unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

/// With a default of its own in the code, a key could be missing from `config.toml` unnoticed.
#[test]
fn every_setting_stands_in_the_default_file_and_is_explained() {
    let table: Table = DEFAULTS.parse().unwrap();
    let mut leaves = Vec::new();
    flatten(&table, &mut Vec::new(), &mut leaves);
    for (path, _) in &leaves {
        let mut without = table.clone();
        let (last, parents) = path.split_last().unwrap();
        let mut section = &mut without;
        for name in parents {
            section = section[name].as_table_mut().unwrap();
        }
        section.remove(last);
        let error = typed(&without).unwrap_err();
        assert_eq!(
            error,
            format!("missing field `{last}`"),
            "{path:?} has a default in the code"
        );
    }
    let mut before = "";
    let mut keys = 0;
    for line in DEFAULTS.lines() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(before.starts_with("# "), "not explained: {line}");
            keys += 1;
        }
        before = line;
    }
    assert_eq!(keys, leaves.len());
}
