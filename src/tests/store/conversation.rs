//! Messages in, texts out.

use chrono::TimeDelta;
use sutler::domain::ids::{BurstId, MessageId, OutgoingId};
use sutler::domain::message::{IdentityKind, MessageKind, OutgoingState};
use sutler::store::arrivals::{self, NewMessage, SenderKey, Stored};
use sutler::store::bells::{self, Bell};
use sutler::store::bursts::{self, Timing};
use sutler::store::db::Tx;
use sutler::store::outgoing::{self, NewOutgoing};
use sutler::store::{messages, people, settling};

use super::{Store, on_each_db};

pub(crate) const TIMING: Timing = Timing {
    quiet: TimeDelta::seconds(4),
    hard_cap: TimeDelta::seconds(300),
};

async fn message(
    store: &Store,
    tx: &mut Tx,
    key: &str,
    kind: MessageKind,
    press: Option<&str>,
) -> Stored {
    let (_, identity) = store.person(tx, "achieng").await;
    let new = NewMessage {
        id: MessageId::new(),
        org_id: store.org.clone(),
        channel: "whatsapp",
        number_id: "1".to_owned(),
        senders: vec![SenderKey {
            kind: IdentityKind::Phone,
            key: identity.key.clone(),
            sealed_address: identity.sealed_address.clone(),
        }],
        provider_key: key.to_owned(),
        sealed_provider_id: "sealed".to_owned(),
        kind,
        sealed_text: Some("sealed".to_owned()),
        context_key: None,
        forwarded: false,
        press: press.map(str::to_owned),
        sealed_raw: "sealed".to_owned(),
        provider_at: tx.now().await.unwrap(),
    };
    arrivals::receive(tx, &new, TIMING).await.unwrap()
}

/// A text of Achieng.
pub(crate) async fn text_of(store: &Store, tx: &mut Tx, key: &str) -> Stored {
    message(store, tx, key, MessageKind::Text, None).await
}

/// A press of Achieng.
pub(crate) async fn press_of(store: &Store, tx: &mut Tx, button: &str) -> Stored {
    message(store, tx, button, MessageKind::Press, Some(button)).await
}

/// A text to Achieng.
pub(crate) async fn outgoing_of(store: &Store, tx: &mut Tx, cause: &str) -> OutgoingId {
    let (_, identity) = store.person(tx, "achieng").await;
    let id = OutgoingId::new();
    let due_at = tx.now().await.unwrap();
    let new = NewOutgoing {
        id: &id,
        org: &store.org,
        cause,
        kind: "reply",
        identity: &identity.id,
        requisition: None,
        burst: None,
        sealed_body: "sealed",
        due_at,
    };
    let added = outgoing::add(tx, std::slice::from_ref(&new)).await.unwrap();
    assert_eq!(added, std::slice::from_ref(&id));
    let other = OutgoingId::new();
    let again = NewOutgoing { id: &other, ..new };
    let added = outgoing::add(tx, &[again]).await.unwrap();
    assert_eq!(added, [], "the same cause");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_stored_once_and_joins_the_open_burst() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let Stored::InBurst {
            burst,
            identity,
            first,
        } = text_of(&store, &mut tx, "a").await
        else {
            panic!("it is a text");
        };
        assert!(first);
        assert_eq!(text_of(&store, &mut tx, "a").await, Stored::Again);
        let second = text_of(&store, &mut tx, "b").await;
        let expect = Stored::InBurst {
            burst: burst.clone(),
            identity: identity.clone(),
            first: false,
        };
        assert_eq!(second, expect);
        let org = &store.org;
        assert_eq!(
            messages::of_burst(&mut tx, org, &burst)
                .await
                .unwrap()
                .len(),
            2
        );
        assert!(bursts::has_unread(&mut tx, org, &identity).await.unwrap());
        let found = bursts::find(&mut tx, &burst).await.unwrap().unwrap();
        assert_eq!(
            (found.messages, bursts::next_due(&mut tx).await.unwrap()),
            (2, Some(found.due_at))
        );
        assert_eq!(
            bursts::close_due(&mut tx, 10).await.unwrap(),
            Vec::<BurstId>::new(),
            "not due"
        );
        assert_eq!(
            bursts::close_now(&mut tx, org, &identity).await.unwrap(),
            Some(burst.clone())
        );
        assert_eq!(
            bursts::close_now(&mut tx, org, &identity).await.unwrap(),
            None
        );
        let oldest = bursts::oldest_closed(&mut tx, org, &identity)
            .await
            .unwrap();
        assert_eq!(oldest, Some(burst.clone()));
        let Stored::InBurst { burst: newer, .. } = text_of(&store, &mut tx, "c").await else {
            panic!("it is a text");
        };
        assert!(
            bursts::has_newer(&mut tx, org, &identity, &burst)
                .await
                .unwrap()
        );
        assert!(
            !bursts::has_newer(&mut tx, org, &identity, &newer)
                .await
                .unwrap()
        );
        assert_eq!(bursts::read(&mut tx, org, &burst, None).await.unwrap(), 1);
        assert_eq!(bursts::read(&mut tx, org, &burst, None).await.unwrap(), 0);
        assert_eq!(settling::unsettled(&mut tx).await.unwrap(), 1);
        let reaction = message(&store, &mut tx, "d", MessageKind::Reaction, None).await;
        assert_eq!(reaction, Stored::Aside);
        messages::keep_stray(&mut tx, "main", "sealed")
            .await
            .unwrap();
        assert_eq!(messages::strays(&mut tx).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_is_done_once() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let Stored::Press { message } = press_of(&store, &mut tx, "confirm:r:1").await else {
            panic!("it is a press");
        };
        let org = &store.org;
        assert!(bells::waits(&mut tx, Bell::Press).await.unwrap());
        let rung = bells::ring(&mut tx, Bell::Press, 10).await.unwrap();
        assert_eq!(rung, [(message.to_string(), "press".to_owned())]);
        assert_eq!(
            bells::ring(&mut tx, Bell::Press, 10).await.unwrap(),
            [],
            "rung just now"
        );
        let later = tx.now().await.unwrap() + TimeDelta::seconds(1);
        assert_eq!(
            messages::press_later(&mut tx, org, &message, later)
                .await
                .unwrap(),
            1
        );
        assert!(!bells::waits(&mut tx, Bell::Press).await.unwrap());
        assert_eq!(
            messages::press_done(&mut tx, org, &message).await.unwrap(),
            1
        );
        assert_eq!(
            messages::press_done(&mut tx, org, &message).await.unwrap(),
            0
        );
        assert_eq!(
            messages::set_aside(&mut tx, org, &message, "test")
                .await
                .unwrap(),
            1
        );
        let found = messages::find(&mut tx, &message).await.unwrap().unwrap();
        assert_eq!(found.reason.as_deref(), Some("test"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_goes_from_due_to_sent_and_tells_how_far_it_got() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        let (_, identity) = store.person(&mut tx, "achieng").await;
        let first = outgoing_of(&store, &mut tx, "one").await;
        let second = outgoing_of(&store, &mut tx, "two").await;
        assert!(
            outgoing::has_earlier(&mut tx, org, &identity.id, &second)
                .await
                .unwrap()
        );
        assert!(
            !outgoing::has_earlier(&mut tx, org, &identity.id, &first)
                .await
                .unwrap()
        );
        let now = tx.now().await.unwrap();
        let again = now + TimeDelta::seconds(45);
        assert_eq!(
            outgoing::claim(&mut tx, org, &first, again).await.unwrap(),
            1
        );
        assert_eq!(
            outgoing::ambiguous(&mut tx, org, &first, again)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            outgoing::next_of(&mut tx, org, &identity.id).await.unwrap(),
            Some(second.clone())
        );
        assert_eq!(
            outgoing::status(&mut tx, org, &first, "key", true, false)
                .await
                .unwrap(),
            1
        );
        let found = outgoing::find(&mut tx, &first).await.unwrap().unwrap();
        assert_eq!((found.state, found.due_at), (OutgoingState::Sent, None));
        assert!(found.delivered_at.is_some());
        let known = outgoing::by_provider(&mut tx, org, "key")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(known.id, first);
        assert_eq!(
            outgoing::sent_since(&mut tx, org, &identity.id, now)
                .await
                .unwrap(),
            1
        );

        assert_eq!(
            outgoing::claim(&mut tx, org, &second, again).await.unwrap(),
            1
        );
        assert_eq!(
            outgoing::later(&mut tx, org, &second, now, "busy")
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            outgoing::claim(&mut tx, org, &second, again).await.unwrap(),
            1
        );
        assert_eq!(
            outgoing::sent(&mut tx, org, &second, "other")
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            outgoing::sent(&mut tx, org, &second, "other")
                .await
                .unwrap(),
            0
        );
        let failed = OutgoingState::Failed;
        assert_eq!(
            outgoing::end(&mut tx, org, &second, failed, "late")
                .await
                .unwrap(),
            0
        );
        assert_eq!(
            outgoing::undeliverable(&mut tx, org, &second, "gone")
                .await
                .unwrap(),
            1
        );
        let third = outgoing_of(&store, &mut tx, "three").await;
        assert_eq!(
            outgoing::end(&mut tx, org, &third, OutgoingState::Dropped, "newer")
                .await
                .unwrap(),
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_rung_again_after_a_while() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        outgoing_of(&store, &mut tx, "one").await;
        tx.commit().await.unwrap();
        let ring = async || {
            let mut tx = store.begin().await;
            let rung = bells::ring(&mut tx, Bell::Outgoing, 10)
                .await
                .unwrap()
                .len();
            tx.commit().await.unwrap();
            rung
        };
        let mut pauses = Vec::new();
        assert_eq!(ring().await, 1);
        for _ in 0..4 {
            let mut waited = 0;
            while ring().await == 0 {
                store.db.clock().advance(std::time::Duration::from_secs(5));
                waited += 5;
                assert!(waited < 1000, "never rung again");
            }
            pauses.push(waited);
        }
        assert_eq!(pauses, [10, 30, 120, 300]);
        let mut tx = store.begin().await;
        let backlog = bells::backlog(&mut tx).await.unwrap();
        assert_eq!(backlog.len(), 6);
        assert!(
            backlog
                .iter()
                .any(|(kind, due, _)| kind == "outgoing" && *due == 1)
        );
        assert_eq!(bells::next(&mut tx).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_known_by_each_of_their_names() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let (person, known) = store.person(&mut tx, "achieng").await;
        let now = tx.now().await.unwrap();
        let new = |key: &str, senders: Vec<SenderKey>| NewMessage {
            id: MessageId::new(),
            org_id: store.org.clone(),
            channel: "whatsapp",
            number_id: "1".to_owned(),
            senders,
            provider_key: key.to_owned(),
            sealed_provider_id: String::new(),
            kind: MessageKind::Text,
            sealed_text: None,
            context_key: None,
            forwarded: false,
            press: None,
            sealed_raw: "sealed".to_owned(),
            provider_at: now,
        };
        let sender = |kind, key: &str| SenderKey {
            kind,
            key: key.to_owned(),
            sealed_address: "sealed".to_owned(),
        };
        let phone = sender(IdentityKind::Phone, &known.key);
        let user = sender(IdentityKind::UserId, "her user id");
        let both = new("a", vec![phone, user.clone()]);
        arrivals::receive(&mut tx, &both, TIMING).await.unwrap();
        // Next time she shares only the user id: it is she.
        arrivals::receive(&mut tx, &new("b", vec![user]), TIMING)
            .await
            .unwrap();
        let all = people::identities(&mut tx, &store.org, &person.id)
            .await
            .unwrap();
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|i| i.person_id.as_ref() == Some(&person.id)));
        let strangers = "select count(*) from identity where person_id is null";
        tx.commit().await.unwrap();
        assert_eq!(store.raw.count(strangers).await, 0);
    })
    .await;
}
