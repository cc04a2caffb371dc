//! What the language model was asked for an organisation, and the tokens that cost.

use serde::Serialize;

use crate::app::App;
use crate::domain::ids::OrgId;
use crate::store::db::Tx;
use crate::store::model;

/// What the language model cost an organisation.
#[derive(Serialize)]
pub(super) struct Spending {
    name: String,
    for_person: u32,
    for_organisation: u32,
    days: Vec<SpentDay>,
    people: Vec<Spender>,
}

#[derive(Serialize)]
struct SpentDay {
    day: String,
    calls: i64,
    failed: i64,
    prompt: i64,
    completion: i64,
}

#[derive(Serialize)]
struct Spender {
    name: String,
    calls: i64,
    tokens: i64,
}

/// The last two weeks, and who asked most today; none where no model is set.
pub(super) async fn spending(
    app: &App,
    tx: &mut Tx,
    org: &OrgId,
) -> sqlx::Result<Option<Spending>> {
    if app.llm.is_none() {
        return Ok(None);
    }
    let today = tx.now().await?.date_naive();
    let days = model::days(tx, org, 14).await?;
    let people = model::spenders(tx, org, today, 10).await?;
    let settings = &app.config.llm;
    Ok(Some(Spending {
        name: settings.model.clone(),
        for_person: settings.tokens_per_person_per_day,
        for_organisation: settings.tokens_per_organisation_per_day,
        days: days
            .into_iter()
            .map(|day| SpentDay {
                day: day.day,
                calls: day.calls,
                failed: day.failed,
                prompt: day.prompt_tokens,
                completion: day.completion_tokens,
            })
            .collect(),
        people: people
            .into_iter()
            .map(|one| Spender {
                name: one.name,
                calls: one.calls,
                tokens: one.tokens,
            })
            .collect(),
    }))
}
