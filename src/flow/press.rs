//! Press: a button is no part of a burst. It counts for exactly the version it names, and only after
//! the sender's unread messages.

use chrono::TimeDelta;
use jobs::Job;

use super::confirm::{self, Wish};
use super::texts::say;
use super::{approve, read, tell};
use crate::app::App;
use crate::domain::ids::{ApprovalId, BurstId, ItemId, MessageId, RequisitionId};
use crate::domain::message::MessageState;
use crate::store::{bursts, leases, messages, orders, people, requisitions};

/// Seconds between two looks while the sender's messages are being read.
const AGAIN_SECONDS: i64 = 1;

/// What the id of a button says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Button {
    Requisition {
        id: RequisitionId,
        version: i64,
        wish: Wish,
    },
    Approval {
        id: ApprovalId,
        decision: approve::Decision,
    },
    /// An item of a list that answered an enquiry.
    Pick { item: ItemId },
    /// An earlier request of a list that answered "the same again", once for that burst.
    Again { id: RequisitionId, burst: BurstId },
}

fn parse(id: &str) -> Option<Button> {
    let parts: Vec<&str> = id.split(':').collect();
    let requisition = |wish| {
        Some(Button::Requisition {
            id: RequisitionId::from(*parts.get(1)?),
            version: parts.get(2)?.parse().ok()?,
            wish,
        })
    };
    match *parts.first()? {
        "confirm" => requisition(Wish::Confirm),
        "change" => requisition(Wish::Change),
        "cancel" => requisition(Wish::Cancel),
        "resume" => requisition(Wish::Resume),
        "answer" => requisition(Wish::Answer {
            question: parts.get(3)?.parse().ok()?,
            choice: parts.get(4)?.parse().ok()?,
        }),
        "approve" => Some(Button::Approval {
            id: ApprovalId::from(*parts.get(1)?),
            decision: approve::Decision::Approve,
        }),
        "reject" => Some(Button::Approval {
            id: ApprovalId::from(*parts.get(1)?),
            decision: approve::Decision::Reject,
        }),
        "pick" => Some(Button::Pick {
            item: ItemId::from(*parts.get(1)?),
        }),
        "again" => Some(Button::Again {
            id: RequisitionId::from(*parts.get(1)?),
            burst: BurstId::from(*parts.get(2)?),
        }),
        _ => None,
    }
}

pub async fn press(app: &App, id: &MessageId) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let Some(message) = messages::find(&mut tx, id).await? else {
        return Ok(());
    };
    let is_due = message.due_at.is_some_and(|due| due <= now);
    if message.state != MessageState::Press || !is_due {
        return Ok(());
    }
    let org = message.org_id.clone();
    leases::serialise(&mut tx, &org, &format!("sender:{}", message.identity_id)).await?;
    let first = messages::first_press(&mut tx, &org, &message.identity_id).await?;
    if let Some(first) = first.filter(|first| first != id) {
        drop(tx);
        app.ring(Job::Press {
            message: first.to_string(),
        })
        .await;
        return Ok(());
    }
    if bursts::has_unread(&mut tx, &org, &message.identity_id).await? {
        let closed = bursts::close_now(&mut tx, &org, &message.identity_id).await?;
        let at = now + TimeDelta::seconds(AGAIN_SECONDS);
        messages::press_later(&mut tx, &org, id, at).await?;
        let oldest = bursts::oldest_closed(&mut tx, &org, &message.identity_id).await?;
        tx.commit().await?;
        let first = oldest.or(closed);
        app.ring_all(first.map(|b| Job::Read {
            burst: b.to_string(),
        }))
        .await;
        return Ok(());
    }
    if messages::press_done(&mut tx, &org, id).await? == 0 {
        return Ok(());
    }
    let known = people::identity(&mut tx, &org, &message.identity_id).await?;
    let person = known.and_then(|i| i.person_id);
    let texts = tell::texts(&mut tx, &org, &message.identity_id).await?;
    let none = |app, tx, text| confirm::reply(app, tx, &message, None, text);
    let bells = match (message.press.as_deref().and_then(parse), person) {
        (_, None) => none(app, &mut tx, say!(texts, "stranger")).await?,
        (None, Some(_)) => none(app, &mut tx, say!(texts, "unknown-button")).await?,
        (Some(Button::Requisition { id, version, wish }), Some(_)) => {
            match requisitions::of_org(&mut tx, &org, &id).await? {
                Some(requisition) => {
                    confirm::press(app, &mut tx, &message, &requisition, version, wish).await?
                }
                None => none(app, &mut tx, say!(texts, "unknown-request")).await?,
            }
        }
        (Some(Button::Approval { id, decision }), Some(person)) => {
            let deciding = approve::Deciding {
                org: &org,
                id: &id,
                by: &person,
                decision,
                reason: None,
            };
            let (text, mut bells) = approve::decide(app, &mut tx, texts, deciding).await?;
            let about = match orders::approval(&mut tx, &org, &id).await? {
                Some(approval) => {
                    requisitions::of_org(&mut tx, &org, &approval.requisition_id).await?
                }
                None => None,
            };
            let answer = confirm::reply(app, &mut tx, &message, about.as_ref(), text);
            bells.extend(answer.await?);
            bells
        }
        (Some(Button::Pick { item }), Some(person)) => {
            read::pick(app, &mut tx, &message, &person, &item).await?
        }
        (Some(Button::Again { id, burst }), Some(person)) => {
            read::repeat(app, &mut tx, &message, &person, &id, &burst).await?
        }
    };
    let next = messages::first_press(&mut tx, &org, &message.identity_id).await?;
    tx.commit().await?;
    crate::crash::point("confirm:after_commit");
    app.ring_all(bells).await;
    app.ring_all(next.map(|m| Job::Press {
        message: m.to_string(),
    }))
    .await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_names_what_it_is_for_and_anything_else_is_nothing() {
        let requisition = |version, wish| {
            Some(Button::Requisition {
                id: RequisitionId::from("r1"),
                version,
                wish,
            })
        };
        for (id, expect) in [
            ("confirm:r1:3", requisition(3, Wish::Confirm)),
            ("cancel:r1:1", requisition(1, Wish::Cancel)),
            ("resume:r1:2", requisition(2, Wish::Resume)),
            (
                "pick:i1",
                Some(Button::Pick {
                    item: ItemId::from("i1"),
                }),
            ),
            ("again:r1", None),
            (
                "answer:r1:2:0:1",
                requisition(
                    2,
                    Wish::Answer {
                        question: 0,
                        choice: 1,
                    },
                ),
            ),
            ("confirm:r1", None),
            ("confirm:r1:x", None),
            ("", None),
            ("placed:r1:1", None),
        ] {
            assert_eq!(parse(id), expect, "{id}");
        }
    }
}
