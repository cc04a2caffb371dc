//! The rows of one organisation: its people, its supplier, and one request with what was said.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::types::Json;

use crate::app::App;
use crate::domain::ids::{
    AccountId, BurstId, IdentityId, ItemId, MessageId, OrgId, PersonId, RequisitionId, SiteId,
    SupplierId, SupplierItemId,
};
use crate::domain::message::{IdentityKind, MessageKind};
use crate::domain::money::Currency;
use crate::domain::order::{Document, DocumentLine};
use crate::domain::person::Role;
use crate::domain::quantity::Unit;
use crate::domain::requisition::{LineState, RequisitionState};
use crate::domain::rules::price_deviation;
use crate::domain::rules::{Outcome, Verdict};
use crate::flow::{receive, tell};
use crate::store::arrivals::{self, NewMessage, SenderKey};
use crate::store::bursts::{self, Timing};
use crate::store::db::Tx;
use crate::store::orgs::{self, Org};
use crate::store::people::{self, Identity, Person, Site};
use crate::store::requisitions::{self, Move, NewLine, NewVersion};
use crate::store::suppliers::{self, Account, Item, Supplier, SupplierItem};

pub(super) async fn org(tx: &mut Tx, code: &str) -> OrgId {
    let org = Org {
        id: OrgId::new(),
        code: code.to_owned(),
        name: format!("{code} builders"),
        currency: "KES".to_owned(),
        time_zone: "Africa/Nairobi".to_owned(),
        settings: Json::default(),
    };
    orgs::save(tx, &org).await.unwrap();
    org.id
}

/// Amina, who asks; Boss, who is asked; and the way to reach Amina.
pub(super) async fn everybody(tx: &mut Tx, org: &OrgId) -> (PersonId, PersonId, IdentityId) {
    let mut ids = Vec::new();
    for (code, name, role, limit) in [
        ("amina", "Amina", Role::Requester, None),
        ("boss", "Boss", Role::Approver, Some(10_000_000_000)),
        ("deputy", "Deputy", Role::Approver, Some(10_000_000_000)),
        ("admin", "Admin", Role::Admin, None),
        ("clerk", "Clerk", Role::Buyer, None),
        ("auditor", "Auditor", Role::Auditor, None),
    ] {
        let person = Person {
            id: PersonId::new(),
            org_id: org.clone(),
            code: code.to_owned(),
            name: name.to_owned(),
            roles: Json(vec![role]),
            approval_limit: limit,
            password_hash: None,
            active: true,
            language: None,
        };
        people::save(tx, &person).await.unwrap();
        ids.push(person.id);
    }
    let identity = Identity {
        id: IdentityId::new(),
        org_id: org.clone(),
        person_id: Some(ids[0].clone()),
        channel: receive::CHANNEL.to_owned(),
        kind: IdentityKind::Phone,
        key: "amina's number".to_owned(),
        sealed_address: String::new(),
        number_id: "1".to_owned(),
        window_until: None,
        greeted_at: None,
        language: None,
    };
    people::save_identity(tx, &identity).await.unwrap();
    (ids[0].clone(), ids[1].clone(), identity.id)
}

pub(super) async fn site(tx: &mut Tx, org: &OrgId) -> SiteId {
    let site = Site {
        id: SiteId::new(),
        org_id: org.clone(),
        code: "S4".to_owned(),
        name: "Site 4".to_owned(),
        aliases: Json(Vec::new()),
        address_name: "Site 4".to_owned(),
        address: "Plot 4\nNairobi".to_owned(),
        cost_code: "C4".to_owned(),
    };
    people::save_site(tx, &site).await.unwrap();
    site.id
}

pub(super) async fn sellers(
    tx: &mut Tx,
    org: &OrgId,
    code: &str,
) -> (SupplierId, AccountId, ItemId, SupplierItemId) {
    let now = tx.now().await.unwrap();
    let supplier = Supplier {
        id: SupplierId::new(),
        org_id: org.clone(),
        code: "mjengo".to_owned(),
        name: format!("{code} Supplies"),
        recipe: "mjengo".to_owned(),
        base_url: "http://127.0.0.1:9".to_owned(),
        currency: "KES".to_owned(),
        terms: Json::default(),
        erp_name: "Mjengo".to_owned(),
        paused_at: None,
    };
    suppliers::save(tx, &supplier).await.unwrap();
    let account = Account {
        id: AccountId::new(),
        org_id: org.clone(),
        supplier_id: supplier.id.clone(),
        name: "main".to_owned(),
        sealed_user: None,
        sealed_password: None,
    };
    suppliers::save_account(tx, &account).await.unwrap();
    let item = Item {
        id: ItemId::new(),
        org_id: org.clone(),
        code: "CEM".to_owned(),
        name: "Cement 50 kg".to_owned(),
        aliases: Json(vec!["cement".to_owned()]),
        unit: "XBG".to_owned(),
        category: "materials".to_owned(),
    };
    suppliers::save_item(tx, &item).await.unwrap();
    let offer = SupplierItem {
        id: SupplierItemId::new(),
        org_id: org.clone(),
        supplier_id: supplier.id.clone(),
        item_id: item.id.clone(),
        sku: "M-1".to_owned(),
        unit: "XBG".to_owned(),
        price: 9_800_000,
        price_at: now,
    };
    suppliers::save_offer(tx, &offer).await.unwrap();
    (supplier.id, account.id, item.id, offer.id)
}

/// A text and a voice note of Amina, in one burst that is closed.
pub(super) async fn conversation(
    app: &App,
    tx: &mut Tx,
    org: &OrgId,
    now: DateTime<Utc>,
) -> BurstId {
    let timing = Timing {
        quiet: TimeDelta::zero(),
        hard_cap: TimeDelta::zero(),
    };
    let kinds = [
        (MessageKind::Text, Some("20 bags cement <b>please</b>")),
        (MessageKind::Voice, None),
    ];
    let mut burst = None;
    for (n, (kind, text)) in kinds.into_iter().enumerate() {
        let id = MessageId::new();
        let sealed_text = text.map(|text| app.seal(org, &receive::record(&id, "text"), text));
        let message = NewMessage {
            id,
            org_id: org.clone(),
            channel: receive::CHANNEL,
            number_id: "1".to_owned(),
            senders: vec![SenderKey {
                kind: IdentityKind::Phone,
                key: "amina's number".to_owned(),
                sealed_address: String::new(),
            }],
            provider_key: format!("wamid {n}"),
            sealed_provider_id: String::new(),
            kind,
            sealed_text,
            context_key: None,
            forwarded: false,
            press: None,
            sealed_raw: "sealed".to_owned(),
            provider_at: now,
        };
        if let arrivals::Stored::InBurst { burst: id, .. } =
            arrivals::receive(tx, &message, timing).await.unwrap()
        {
            burst = Some(id);
        }
    }
    bursts::close_due(tx, 10).await.unwrap();
    burst.unwrap()
}

/// Twenty bags, then fifteen.
pub(super) async fn versions(
    tx: &mut Tx,
    opened: requisitions::Requisition,
    burst: &BurstId,
    to: &IdentityId,
    site: &SiteId,
    item: &ItemId,
) -> i64 {
    let mut current = opened;
    for (quantity, was) in [(20_000, None), (15_000, Some(20_000))] {
        let new = NewVersion {
            burst: Some(burst),
            identity: to,
            site: Some(site),
            needed_by: None,
            questions: Vec::new(),
            notes: Vec::new(),
            lines: vec![NewLine {
                state: LineState::Open,
                words: "cement".to_owned(),
                spec: None,
                item: Some(item.clone()),
                item_by: None,
                quantity,
                unit: "XBG".to_owned(),
                was,
                spans: Vec::new(),
            }],
        };
        requisitions::write_version(tx, &current, new)
            .await
            .unwrap();
        current = requisitions::find(tx, &current.id).await.unwrap().unwrap();
    }
    current.version
}

/// The verdict of one rule, the read-back, and the state of waiting for approval.
pub(super) async fn check(
    app: &App,
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    offer: &SupplierItemId,
    to: &IdentityId,
) {
    for line in requisitions::lines(tx, org, id, version).await.unwrap() {
        requisitions::source_line(tx, org, &line.id, Some(offer), Some(9_800_000))
            .await
            .unwrap();
    }
    let verdict = Verdict {
        rule: price_deviation::RULE,
        outcome: Outcome::NoData,
        text: "No earlier price to compare with.".to_owned(),
        inputs: json!({ "price": 9_800_000, "reference": null }),
        line: Some(1),
    };
    requisitions::write_findings(tx, org, id, version, &[verdict])
        .await
        .unwrap();
    let say = tell::Say {
        org,
        cause: "read-back",
        kind: "read_back",
        to,
        requisition: Some(id),
        burst: None,
        body: tell::Body::buttons(
            "15 bags Cement 50 kg. Is this right?",
            vec![tell::Button::new("c", "Confirm")],
        ),
    };
    tell::say(app, tx, say).await.unwrap();
    let step = Move {
        org,
        id,
        version,
        from: RequisitionState::Draft,
        to: RequisitionState::ToApprove,
        due_at: None,
    };
    assert_eq!(requisitions::move_on(tx, step).await.unwrap(), 1);
}

pub(super) fn document(code: &str) -> Document {
    Document {
        number: format!("PO-{code}-1"),
        supplier: "mjengo".to_owned(),
        account: "main".to_owned(),
        address_name: "Site 4".to_owned(),
        address: "Plot 4\nNairobi".to_owned(),
        cost_code: "C4".to_owned(),
        currency: Currency::parse("KES").unwrap(),
        lines: vec![DocumentLine {
            position: 1,
            item: "CEM".to_owned(),
            name: "Cement 50 kg".to_owned(),
            sku: "M-1".to_owned(),
            quantity: 15_000,
            unit: Unit::parse("XBG").unwrap(),
            unit_price: 9_800_000,
            price_cap: 9_996_000,
            price_floor: 9_604_000,
        }],
        freight: 0,
        tax: 0,
        total: 147_000_000,
        total_cap: 149_940_000,
        total_floor: 144_060_000,
    }
}
