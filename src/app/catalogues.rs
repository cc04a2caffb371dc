//! The catalogues that this process holds in memory, one for each organisation.
//!
//! **Invariant:** what is given out was the catalogue at its version; who decides something by it in a
//! transaction compares that version there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;

use super::App;
use crate::domain::catalogue::Index;
use crate::domain::ids::OrgId;
use crate::store::catalogue;

/// An organisation's catalogue as it was.
#[derive(Debug)]
pub struct Catalogue {
    pub version: i64,
    pub index: Index,
}

type Place = Arc<tokio::sync::Mutex<Option<Arc<Catalogue>>>>;

#[derive(Debug, Default)]
pub(super) struct Catalogues {
    places: Mutex<HashMap<OrgId, Place>>,
}

impl Catalogues {
    fn place(&self, org: &OrgId) -> Place {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.entry(org.clone()).or_default().clone()
    }
}

impl App {
    /// The catalogue as it stands now; read from the database only after a change. Never asked for
    /// within a transaction: reading 100,000 items takes a second.
    pub async fn catalogue(&self, org: &OrgId) -> anyhow::Result<Arc<Catalogue>> {
        let place = self.catalogues.place(org);
        // Held while it is read: of many who find it old, one reads it.
        let mut held = place.lock().await;
        let mut tx = self.db.read().await?;
        let version = catalogue::version(&mut tx, org).await?;
        if let Some(known) = held.as_ref().filter(|known| known.version == version) {
            return Ok(known.clone());
        }
        let entries = catalogue::entries(&mut tx, org).await?;
        drop(tx);
        let index = tokio::task::spawn_blocking(move || Index::build(entries))
            .await
            .context("building the index of the catalogue")?;
        tracing::info!(org.id = %org, version, items = index.len(), "the catalogue was read");
        let new = Arc::new(Catalogue { version, index });
        *held = Some(new.clone());
        Ok(new)
    }
}
