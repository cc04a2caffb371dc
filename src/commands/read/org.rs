//! What an organisation knows, in the place of what a case says of it: its catalogue, its sites, its people.
//!
//! **Invariant:** it is only read.

use std::collections::HashMap;

use anyhow::Context as _;
use chrono::{DateTime, Utc};

use super::case::Case;
use super::hints;
use super::prediction::Line;
use crate::commands;
use crate::config::Config;
use crate::domain::catalogue::{Asked, Index, Match};
use crate::domain::ids::ItemId;
use crate::flow::read::known::{self, Earlier, Sites};
use crate::flow::texts::Texts;
use crate::language::{FoldedLine, Language, NumberFormat, Setting};
use crate::store::catalogue;
use crate::store::db::Tx;
use crate::store::orgs::Org;
use crate::store::people::{self, Person};

/// An organisation as its messages are read.
pub(super) struct Organisation {
    org: Org,
    index: Index,
    /// Its people by their codes.
    senders: HashMap<String, Sender>,
    /// Who sends where a case names nobody.
    anybody: Sender,
}

/// What is known of one who writes.
struct Sender {
    texts: Texts,
    sites: Sites,
    past: Vec<Earlier>,
    /// Items of their last requests, and of those for their site.
    items: Vec<ItemId>,
    site_items: Vec<ItemId>,
}

impl Organisation {
    pub(super) async fn open(config: &Config, code: &str) -> anyhow::Result<Self> {
        let db = commands::open_database(config).await?;
        let org = commands::organisation(&db, Some(code)).await?;
        Self::read(&mut db.read().await?, org).await
    }

    async fn read(tx: &mut Tx, org: Org) -> anyhow::Result<Self> {
        let entries = catalogue::entries(tx, &org.id).await?;
        let texts = texts(&org, None)?;
        let anybody = Sender {
            texts,
            sites: known::sites(tx, &org.id, None).await?,
            past: Vec::new(),
            items: Vec::new(),
            site_items: Vec::new(),
        };
        let mut senders = HashMap::new();
        for person in people::all(tx, &org.id).await? {
            let sender = sender(tx, &org, &person).await?;
            senders.insert(person.code, sender);
        }
        Ok(Self {
            org,
            index: Index::build(entries),
            senders,
            anybody,
        })
    }

    fn sender(&self, case: &Case) -> Result<&Sender, String> {
        let Some(code) = &case.from else {
            return Ok(&self.anybody);
        };
        self.senders
            .get(code)
            .ok_or_else(|| format!("from: {} has nobody with the code {code}", self.org.code))
    }

    /// What is known before the first word of a case; what the case itself says comes first.
    pub(super) fn setting(&self, case: &Case) -> Result<Setting, String> {
        let sender = self.sender(case)?;
        let said = case.setting()?;
        let now = DateTime::parse_from_rfc3339(&case.now)
            .map_err(|error| format!("now, {:?}: {error}", case.now))?
            .with_timezone(&Utc);
        let settings = &self.org.settings.0;
        let own = known::setting(settings, sender.texts, now, &sender.sites, &sender.past);
        let is_said = case.locale.is_some();
        Ok(Setting {
            number_format: match said.number_format {
                NumberFormat::Unset if !is_said => own.number_format,
                format => format,
            },
            date_order: if is_said {
                said.date_order
            } else {
                own.date_order
            },
            language: said.language.or(own.language),
            draft: said.draft,
            past: if said.past.is_empty() {
                own.past
            } else {
                said.past
            },
            ..own
        })
    }

    /// Gives the lines of a case their codes in the catalogue; what must be asked. The items that the
    /// sender had last come first.
    pub(super) fn match_lines(
        &self,
        case: &Case,
        folded: &[FoldedLine],
        lines: &mut [Line],
    ) -> Vec<String> {
        let sender = self.sender(case).unwrap_or(&self.anybody);
        let mut ask = Vec::new();
        for (said, line) in folded.iter().zip(lines) {
            let pack = hints::pack(said);
            let asked = Asked {
                words: &said.item,
                spec: said.spec.as_deref(),
                pack: pack.as_deref(),
                person: &sender.items,
                site: &sender.site_items,
            };
            let open = match self.index.find(&asked) {
                Match::One(entry) => {
                    line.code = Some(entry.code.clone());
                    continue;
                }
                Match::Several(choices) => hints::code(choices.open),
                Match::None => "item",
            };
            ask.push(format!("{open}:{}", said.item));
        }
        ask
    }
}

async fn sender(tx: &mut Tx, org: &Org, person: &Person) -> anyhow::Result<Sender> {
    let sites = known::sites(tx, &org.id, Some(&person.id)).await?;
    let site_items = match &sites.home {
        Some(home) => catalogue::lately_of_site(tx, &org.id, home).await?,
        None => Vec::new(),
    };
    Ok(Sender {
        texts: texts(org, person.language.as_deref())?,
        past: known::past(tx, &org.id, &person.id, sites.home.as_ref()).await?,
        items: catalogue::lately_of_person(tx, &org.id, &person.id).await?,
        site_items,
        sites,
    })
}

fn texts(org: &Org, language: Option<&str>) -> anyhow::Result<Texts> {
    let zone = org
        .time_zone
        .parse()
        .with_context(|| format!("the time zone of {}, {}", org.code, org.time_zone))?;
    let language = language
        .or(Some(&org.settings.0.language))
        .and_then(Language::parse)
        .unwrap_or(Language::English);
    Ok(Texts {
        language,
        zone,
        ..Texts::english()
    })
}

#[cfg(test)]
mod tests {
    use super::super::prediction::{predict, reading};
    use super::*;
    use crate::commands::import::{World, apply};
    use crate::store::db::{Db, Opener};
    use crate::vault::{Source, Vault};

    const WORLD: &str = r#"
        [organisation]
        code = "t"
        name = "T"
        currency = "KES"
        time_zone = "Africa/Nairobi"
        settings = { number_format = "comma", language = "en" }
        [[site]]
        code = "S4"
        name = "Site 4"
        aliases = ["kitengela"]
        [[site]]
        code = "S7"
        name = "Site 7"
        [[person]]
        code = "amina"
        name = "Amina"
        language = "sw"
        sites = ["S7"]
        [[item]]
        code = "CEM-50"
        name = "Cement 42.5N 50 kg"
        unit = "bag"
        aliases = ["saruji"]
        [[item]]
        code = "PIPE-1"
        name = "Pipe 1 inch"
        unit = "piece"
        [[item]]
        code = "PIPE-2"
        name = "Pipe 2 inch"
        unit = "piece"
    "#;

    async fn organisation() -> Organisation {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("o.db").display());
        let db = Db::open(&url, Opener::Daemon).await.unwrap();
        db.migrate().await.unwrap();
        let file = folder.path().join("vault.key");
        let (vault, _) = Vault::open(Source {
            key: None,
            file: &file,
        })
        .unwrap();
        let world = World::from_toml("w.toml", WORLD).unwrap();
        apply(&db, &vault, &world).await.unwrap();
        let org = commands::organisation(&db, None).await.unwrap();
        Organisation::read(&mut db.read().await.unwrap(), org)
            .await
            .unwrap()
    }

    fn answer(org: &Organisation, from: &str, text: &str) -> Result<serde_json::Value, String> {
        let case = serde_json::json!({
            "id": "1", "now": "2026-11-23T08:15:00+03:00", "from": from,
            "messages": [{"text": text}],
        });
        let case: Case = serde_json::from_value(case).unwrap();
        let read = reading(&case, Some(org))?;
        let prediction = predict(&case, &read, Some(org));
        Ok(serde_json::to_value(prediction).unwrap())
    }

    #[tokio::test]
    async fn its_catalogue_formats_and_people_are_used() {
        let org = organisation().await;
        let read = answer(&org, "amina", "mifuko 1.500 ya saruji").unwrap();
        let line = &read["lines"][0];
        assert_eq!(
            (&line["code"], &line["qty"]),
            (&"CEM-50".into(), &1500.0.into()),
            "{read}"
        );
        assert_eq!(read["decision"], "ready", "{read}");

        let several = answer(&org, "amina", "3 pipes and 2 buckets").unwrap();
        let asked = serde_json::json!(["variant:pipes", "item:buckets"]);
        assert_eq!(several["ask"], asked, "{several}");

        let stranger = answer(&org, "nobody", "3 pipes").unwrap_err();
        assert!(stranger.contains("nobody with the code"), "{stranger}");
    }
}
