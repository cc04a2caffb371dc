//! Storing what an organisation's people call its items.

use super::{Import, by_code};
use crate::commands::import::report::shown;
use crate::commands::import::rows::Kind;
use crate::commands::import::world::World;
use crate::domain::catalogue::{Source, key};
use crate::store::aliases::{self, NewAlias};
use crate::store::suppliers;

impl Import<'_> {
    pub(super) async fn aliases(&mut self, world: &World) -> sqlx::Result<()> {
        if world.aliases.is_empty() {
            return Ok(());
        }
        let items = suppliers::items(&mut self.tx, &self.org.id).await?;
        let items = by_code(&items);
        let stored = aliases::all(&mut self.tx, &self.org.id).await?;
        for new in &world.aliases {
            let form = key(&new.words);
            let Some(item) = items.get(new.item.as_str()) else {
                if !new.item.is_empty() {
                    let text = format!("there is no item {}", new.item);
                    self.problems.push(new.place.problem("item", text));
                }
                continue;
            };
            let was = stored
                .iter()
                .filter(|a| a.source == Source::Imported && a.revoked_at.is_none())
                .find(|a| a.item_id == item.id && key(&a.words) == form);
            let columns = |words: &str| shown([("words", words.to_owned())]);
            let (before, after) = (was.map(|a| columns(&a.words)), columns(&new.words));
            if before.as_ref() != Some(&after) {
                let alias = NewAlias {
                    org: &self.org.id,
                    words: &new.words,
                    key: &form,
                    item: &item.id,
                };
                aliases::import(&mut self.tx, alias).await?;
            }
            self.report.note(Kind::Alias, &new.item, before, after);
        }
        Ok(())
    }
}
