//! Talks: a burst that orders nothing gets a short answer.

use std::fmt::Write as _;

use jobs::Job;

use super::Reader;
use super::aim::Target;
use super::hear::Heard;
use crate::domain::requisition::RequisitionState;
use crate::flow::{confirm, texts};
use crate::language::{Intent, Reading};
use crate::store::db::Tx;
use crate::store::{bursts, cards, requisitions};

impl Reader<'_> {
    /// A burst that orders nothing gets a short answer.
    pub(super) async fn talk(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        reading: &Reading,
        target: Target,
    ) -> anyhow::Result<Vec<Job>> {
        let about = match &target {
            Target::Change(requisition, _) => Some((**requisition).clone()),
            Target::New => None,
        };
        bursts::read(
            tx,
            &self.org.id,
            &self.burst.id,
            about.as_ref().map(|r| &r.id),
        )
        .await?;
        if let (Intent::Yes, Some(requisition), true) =
            (reading.intent, &about, heard.unreadable.is_empty())
            && let Some(bells) = confirm::all_right(tx, requisition).await?
        {
            return Ok(bells);
        }
        let unread = texts::unread(&heard.unreadable);
        let mut text = match (reading.intent, &about) {
            (Intent::Cancel, Some(requisition)) => {
                let text = confirm::cancel(tx, requisition).await?;
                return self.reply(tx, Some(&requisition.id), "reply", &text).await;
            }
            (Intent::Status, _) => self.status(tx).await?,
            (Intent::Greeting, None) => format!("Hello {}. {}", self.person.name, texts::help()),
            (Intent::Thanks, _) => "You are welcome.".to_owned(),
            (Intent::Help, _) => texts::help().to_owned(),
            (Intent::Person, _) => {
                let text = format!("{} asks for a person.", self.person.name);
                let card = cards::NewCard {
                    org: &self.org.id,
                    kind: "person",
                    subject: "burst",
                    subject_id: self.burst.id.as_str(),
                    requisition: about.as_ref().map(|r| &r.id),
                    text: &text,
                };
                cards::lay(tx, card).await?;
                "I have told the office: somebody will write to you.".to_owned()
            }
            (Intent::Yes | Intent::Done, Some(requisition))
                if requisition.state == RequisitionState::ToConfirm =>
            {
                format!("Please press Confirm under request {}: only the button counts.", requisition.number)
            }
            (Intent::Report, _) => {
                "I read that as a report, so I ordered nothing. If you want to order it, write “please order” before it.".to_owned()
            }
            (Intent::Enquiry | Intent::Reorder | Intent::Hold, _) => format!(
                "I cannot do that yet. {}",
                texts::help()
            ),
            _ if !unread.is_empty() => String::new(),
            (_, Some(requisition)) if requisition.state.is_unconfirmed() => format!(
                "Request {}: {}. Write what should change, or “cancel”.",
                requisition.number,
                texts::state(requisition.state)
            ),
            _ => format!("I found nothing to order in that. {}", texts::help()),
        };
        if !unread.is_empty() {
            format!("{unread}\n{text}").trim().clone_into(&mut text);
        }
        self.reply(tx, about.as_ref().map(|r| &r.id), "reply", &text)
            .await
    }

    pub(super) async fn status(&self, tx: &mut Tx) -> anyhow::Result<String> {
        let last = requisitions::last_of(tx, &self.org.id, &self.person.id, 5).await?;
        if last.is_empty() {
            return Ok("You have no requests yet.".to_owned());
        }
        let mut text = "Your last requests:".to_owned();
        for one in last {
            let orders = crate::store::orders::of_requisition(tx, &self.org.id, &one.id).await?;
            let numbers: Vec<String> = orders
                .into_iter()
                .filter_map(|o| o.supplier_number)
                .collect();
            let _ = write!(text, "\n{}: {}", one.number, texts::state(one.state));
            if !numbers.is_empty() {
                let _ = write!(text, ", supplier's number {}", numbers.join(", "));
            }
        }
        Ok(text)
    }
}
