//! Which one: to be cancelled, held, or ordered again; asked where more than one can be meant.

use std::fmt::Write as _;

use jobs::Job;

use super::Reader;
use super::hear::Heard;
use crate::flow::check::Catalogue;
use crate::flow::confirm;
use crate::flow::tell::{Body, Button};
use crate::flow::texts::say;
use crate::store::db::Tx;
use crate::store::requisitions::{self, Requisition};

/// Most requests that are offered, as many as a list has rows.
const OFFERED: usize = 10;

impl Reader<'_> {
    pub(super) async fn cancel(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        about: Option<&Requisition>,
    ) -> anyhow::Result<Vec<Job>> {
        let texts = self.texts;
        let open = self.open_requests(tx, heard, about).await?;
        match open.as_slice() {
            [] => {
                let body = Body::text(say!(texts, "cancel-none"));
                self.reply(tx, None, "reply", body).await
            }
            [one] => {
                let text = confirm::cancel(tx, texts, one).await?;
                self.reply(tx, Some(&one.id), "reply", Body::text(text))
                    .await
            }
            several => {
                let body = self
                    .offer(tx, say!(texts, "cancel-which"), several, |r| {
                        format!("cancel:{}:{}", r.id, r.version)
                    })
                    .await?;
                self.reply(tx, None, "reply", body).await
            }
        }
    }

    pub(super) async fn hold(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        about: Option<&Requisition>,
    ) -> anyhow::Result<Vec<Job>> {
        let texts = self.texts;
        let open = self.open_requests(tx, heard, about).await?;
        // Nothing may go on meanwhile, so all that can be meant is held.
        let mut bells = Vec::new();
        for (n, one) in open.iter().enumerate() {
            let body = confirm::hold(tx, texts, one).await?;
            let kind = if n == 0 {
                "held".to_owned()
            } else {
                format!("held.{n}")
            };
            bells.extend(self.reply(tx, Some(&one.id), &kind, body).await?);
        }
        if open.is_empty() {
            let body = Body::text(say!(texts, "hold-none"));
            return self.reply(tx, None, "reply", body).await;
        }
        Ok(bells)
    }

    /// "The same again", where none or several can be meant.
    pub(super) async fn which_again(&self, tx: &mut Tx) -> anyhow::Result<Vec<Job>> {
        let texts = self.texts;
        let sites = self.sites(tx).await?;
        let (org, person) = (&self.org.id, &self.person.id);
        let past = requisitions::ordered_of(tx, org, person, sites.home.as_ref(), 10).await?;
        if past.is_empty() {
            let body = Body::text(say!(texts, "again-none"));
            return self.reply(tx, None, "reply", body).await;
        }
        let body = self
            .offer(tx, say!(texts, "again-which"), &past, |r| {
                format!("again:{}:{}", r.id, self.burst.id)
            })
            .await?;
        self.reply(tx, None, "reply", body).await
    }

    /// What can be meant by a word about a request: the one quoted, the drafts, else what is not
    /// ordered yet.
    async fn open_requests(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        about: Option<&Requisition>,
    ) -> sqlx::Result<Vec<Requisition>> {
        let quoted = heard
            .quoted
            .as_ref()
            .and_then(|q| q.requisition_id.as_ref());
        if let Some(about) = about.filter(|r| Some(&r.id) == quoted) {
            return Ok(vec![about.clone()]);
        }
        let open = requisitions::unfinished_of(tx, &self.org.id, &self.person.id).await?;
        let drafts: Vec<Requisition> = open
            .iter()
            .filter(|r| r.state.is_unconfirmed())
            .cloned()
            .collect();
        Ok(match (drafts.is_empty(), open.is_empty()) {
            (false, _) => drafts,
            (true, false) => open,
            // It was ordered a short while ago: its sender hears what can still be done.
            (true, true) => about.cloned().into_iter().collect(),
        })
    }

    /// Requests to choose from, each by its number, its day and its first line.
    async fn offer(
        &self,
        tx: &mut Tx,
        question: String,
        requests: &[Requisition],
        id: impl Fn(&Requisition) -> String,
    ) -> anyhow::Result<Body> {
        let texts = self.texts;
        let mut text = question;
        let mut rows = Vec::new();
        for request in requests.iter().take(OFFERED) {
            let (org, version) = (&self.org.id, request.version);
            let lines = requisitions::lines(tx, org, &request.id, version).await?;
            let catalogue = Catalogue::read(tx, self.org, &lines).await?;
            let Some(first) = lines.first() else {
                continue;
            };
            let line = texts.short_line(&catalogue.text(first));
            let more = lines.len() - 1;
            let summary = say!(texts, "again-lines", count: more, line: line);
            let day = texts.day(request.created_at);
            let _ = write!(text, "\n{}) {day}: {summary}", request.number);
            rows.push(Button::new(
                id(request),
                format!("{}) {day}", request.number),
            ));
        }
        Ok(Body::choices(texts, text, rows))
    }
}
