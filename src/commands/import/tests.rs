//! Imports against a real SQLite file, and PostgreSQL where `SUTLER_TEST_POSTGRES` names a server.

mod bad_rows;

use super::*;
use crate::flow::receive::CHANNEL;
use crate::store::db::Opener;
use crate::store::{catalogue, orgs, people, suppliers};
use crate::vault::Source;

const WORLD: &str = r#"
[organisation]
code = "tumaini"
name = "Tumaini Builders"
currency = "KES"
time_zone = "Africa/Nairobi"
whatsapp_numbers = [{ app = "main", number_id = "106540352242922" }]
settings = { auto_approve_limit = "5000.00", number_format = "point", quiet_seconds = 4 }

[[site]]
code = "S4"
name = "Site 4"
aliases = ["kitengela"]
address = "Plot 118, Namanga Road"

[[site]]
code = "S7"
name = "Site 7"

[[person]]
code = "amina"
name = "Amina Odhiambo"
phone = "+254 700 000001"
user_id = "KE.9007199254740993"
sites = ["S7", "S4"]

[[person]]
code = "otieno"
name = "Otieno Were"
phones = ["+254700000002"]
roles = ["approver", "admin"]
approval_limit = "200000.00"

[[item]]
code = "CEMENT-42"
name = "Cement 42.5N 50 kg"
aliases = ["cement"]
unit = "bag"

[[supplier]]
code = "mjengo"
name = "Mjengo Supplies"
recipe = "demo"
currency = "KES"
terms = { tax_permille = 160, freight = "1500.00" }

[[supplier.item]]
item = "CEMENT-42"
sku = "CEM-425-50"
price = "780.00"
"#;

struct House {
    _folder: tempfile::TempDir,
    db: Db,
    vault: Vault,
}

/// An empty database of each kind that there is.
async fn houses() -> Vec<House> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("t.db").display());
    let mut houses = vec![house(folder, &url).await];
    if let Some(server) = postgres() {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("import_{}", uuid::Uuid::new_v4().simple());
        let mut admin = <sqlx::PgConnection as sqlx::Connection>::connect(&server)
            .await
            .unwrap();
        let sql = sqlx::AssertSqlSafe(format!("create database {name}"));
        sqlx::raw_sql(sql).execute(&mut admin).await.unwrap();
        let mut url: url::Url = server.parse().unwrap();
        url.set_path(&name);
        houses.push(house(folder, url.as_str()).await);
    }
    houses
}

#[expect(
    clippy::disallowed_methods,
    reason = "says where the tests find a server, is no setting"
)]
fn postgres() -> Option<String> {
    std::env::var("SUTLER_TEST_POSTGRES").ok()
}

async fn house(folder: tempfile::TempDir, url: &str) -> House {
    let db = Db::open(url, Opener::Daemon).await.unwrap();
    db.migrate().await.unwrap();
    let file = folder.path().join("vault.key");
    let (vault, _) = Vault::open(Source {
        key: None,
        file: &file,
    })
    .unwrap();
    House {
        _folder: folder,
        db,
        vault,
    }
}

fn world(text: &str) -> World {
    match World::from_toml("w.toml", text) {
        Ok(world) => world,
        Err(problems) => panic!("{}", problems_text(&problems)),
    }
}

fn problems_text(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

async fn is_empty(db: &Db) -> bool {
    let mut tx = db.read().await.unwrap();
    orgs::all(&mut tx).await.unwrap().is_empty() && orgs::numbers(&mut tx).await.unwrap().is_empty()
}

#[tokio::test]
async fn showing_writes_nothing_and_applying_twice_changes_nothing_more() {
    for House {
        db, vault, _folder, ..
    } in houses().await
    {
        let world = world(WORLD);
        let shown = import(&db, &vault, &world, How::Show).await.unwrap();
        assert_eq!(shown.counts(), (8, 0, 0));
        assert!(is_empty(&db).await);

        let applied = apply(&db, &vault, &world).await.unwrap();
        assert_eq!(applied, shown);
        let again = apply(&db, &vault, &world).await.unwrap();
        assert_eq!(again.counts(), (0, 0, 8), "{again}");
    }
}

#[tokio::test]
async fn what_is_stored_is_what_the_file_says() {
    for House {
        db, vault, _folder, ..
    } in houses().await
    {
        apply(&db, &vault, &world(WORLD)).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let org = orgs::find_by_code(&mut tx, "tumaini")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(org.settings.auto_approve_limit, 50_000_000);
        assert_eq!(org.settings.quiet_seconds, 4);
        assert_eq!(org.settings.duplicate_days, 7);
        let number = orgs::number(&mut tx, CHANNEL, "106540352242922").await;
        assert_eq!(number.unwrap().unwrap().org_id, org.id);

        // A webhook finds its sender by this key.
        let key = vault.hmac(org.id.as_str(), "+254700000001");
        let identity = people::identity_by_key(&mut tx, &org.id, CHANNEL, &key)
            .await
            .unwrap()
            .unwrap();
        let amina = people::find(&mut tx, &org.id, &identity.person_id.clone().unwrap())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(amina.code, "amina");
        let record = format!("identity/{key}");
        let address = vault.unseal(org.id.as_str(), &record, &identity.sealed_address);
        assert_eq!(address.unwrap(), "+254700000001");
        assert_eq!(identity.number_id, "106540352242922");
        let user_id = vault.hmac(org.id.as_str(), "KE.9007199254740993");
        let by_user_id = people::identity_by_key(&mut tx, &org.id, CHANNEL, &user_id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(by_user_id.person_id, Some(amina.id.clone()));

        let sites = people::sites(&mut tx, &org.id).await.unwrap();
        let home = people::sites_of(&mut tx, &org.id, &amina.id).await.unwrap();
        assert_eq!(sites[1].code, "S7");
        assert_eq!(home[0], (sites[1].id.clone(), true));

        let supplier = &suppliers::all(&mut tx, &org.id).await.unwrap()[0];
        assert_eq!(supplier.terms.freight, 15_000_000);
        assert!(supplier.base_url.starts_with("http"), "the recipe's own");
        let item = suppliers::items(&mut tx, &org.id).await.unwrap().remove(0);
        let offers = catalogue::offers(&mut tx, &org.id, &item.id).await;
        let offer = &offers.unwrap()[0];
        assert_eq!((offer.price, offer.unit.as_str()), (7_800_000, "XBG"));
        let accounts = suppliers::accounts(&mut tx, &org.id, &supplier.id).await;
        assert_eq!(accounts.unwrap()[0].name, "main");
    }
}

#[tokio::test]
async fn a_change_is_shown_with_what_was_and_what_becomes() {
    for House {
        db, vault, _folder, ..
    } in houses().await
    {
        apply(&db, &vault, &world(WORLD)).await.unwrap();
        let text = WORLD
            .replace("200000.00", "80000.00")
            .replace("780.00", "795.50")
            .replace("5000.00", "7500.00")
            .replace(
                "quiet_seconds = 4",
                "quiet_seconds = 6, approval_template = \"ask\"",
            )
            .replace(
                "tax_permille = 160",
                "tax_permille = 160, quiet_seconds = 900",
            )
            .replace("+254 700 000001", "+254700000003");
        let report = apply(&db, &vault, &world(&text)).await.unwrap();
        assert_eq!(report.counts(), (0, 5, 3), "{report}");
        let expect = [
            "changed  organisation tumaini",
            "           settings.approval_template: (nothing) -> ask",
            "           settings.auto_approve_limit: 5000.00 -> 7500.00",
            "           settings.quiet_seconds: 4 -> 6",
            "changed  person amina",
            "           phones: +254700000001 -> +254700000003",
            "changed  person otieno",
            "           approval_limit: 200000.00 KES -> 80000.00 KES",
            "changed  supplier mjengo",
            "           terms.quiet_seconds: (nothing) -> 900",
            "changed  supplier-item mjengo CEMENT-42",
            "           price: 780.00 KES -> 795.50 KES",
            "0 added, 5 changed, 3 unchanged.",
        ];
        assert_eq!(report.to_string(), expect.join("\n"));
        let mut tx = db.read().await.unwrap();
        let org = orgs::all(&mut tx).await.unwrap().remove(0);
        let key = vault.hmac(org.id.as_str(), "+254700000001");
        let old = people::identity_by_key(&mut tx, &org.id, CHANNEL, &key)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(old.person_id, None, "the old phone is nobody's now");
    }
}

#[tokio::test]
async fn a_phone_goes_from_one_person_to_another_only_when_both_rows_say_so() {
    for House {
        db, vault, _folder, ..
    } in houses().await
    {
        apply(&db, &vault, &world(WORLD)).await.unwrap();
        let take = "[[person]]\ncode = \"new\"\nname = \"New\"\nphones = [\"+254700000002\"]\n";
        let error = apply(&db, &vault, &world(take)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "w.toml:1, phones: +254700000002 is the way to reach otieno; take it from them first"
        );
        let both = format!("{take}[[person]]\ncode = \"otieno\"\nname = \"Otieno\"\nphones = []\n");
        let report = apply(&db, &vault, &world(&both)).await.unwrap();
        assert_eq!(report.counts(), (1, 1, 0), "{report}");
    }
}

#[tokio::test]
async fn csv_files_store_the_same_as_toml() {
    for House {
        db, vault, _folder, ..
    } in houses().await
    {
        let mut world = World::default();
        for (name, text) in [
            (
                "org.csv",
                "code,name,currency,time_zone,whatsapp_numbers,settings.quiet_seconds,settings.auto_approve_limit,settings.number_format\n\
                 tumaini,Tumaini Builders,KES,Africa/Nairobi,main/106540352242922,4,5000.00,point\n",
            ),
            (
                "sites.csv",
                "code,name,aliases,address\nS4,Site 4,kitengela,\"Plot 118, Namanga Road\"\nS7,Site 7,,\n",
            ),
            (
                "people.csv",
                "code,name,phone,user_id,roles,approval_limit,sites\n\
                 amina,Amina Odhiambo,+254 700 000001,KE.9007199254740993,,,S7;S4\n\
                 otieno,Otieno Were,+254700000002,,approver; admin,200000.00,\n",
            ),
            (
                "items.csv",
                "\u{feff}code,name,alias,unit\nCEMENT-42,Cement 42.5N 50 kg,cement,Bag\n",
            ),
            ("names.csv", "words,item\nsaruji,CEMENT-42\n"),
            (
                "suppliers.csv",
                "code,name,recipe,currency,terms.tax_permille,terms.freight\nmjengo,Mjengo Supplies,demo,KES,160,1500.00\n",
            ),
            (
                "prices.csv",
                "supplier,item,sku,price\nmjengo,CEMENT-42,CEM-425-50,780.00\n",
            ),
        ] {
            let problems = world.add_csv(name, text, None);
            assert!(problems.is_empty(), "{}", problems_text(&problems));
        }
        apply(&db, &vault, &world).await.unwrap();
        let again = apply(&db, &vault, &world).await.unwrap();
        assert_eq!(again.counts(), (0, 0, 9), "{again}");
        let toml = apply(&db, &vault, &self::world(WORLD)).await.unwrap();
        assert_eq!(toml.counts(), (0, 0, 8), "{toml}");
        let mut tx = db.read().await.unwrap();
        let org = orgs::find_by_code(&mut tx, "tumaini")
            .await
            .unwrap()
            .unwrap()
            .id;
        let entries = catalogue::entries(&mut tx, &org).await.unwrap();
        assert_eq!(entries[0].aliases, ["cement", "saruji"]);
    }
}
