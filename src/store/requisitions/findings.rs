//! Findings: what the rules said of a version, and what its requester has answered.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as};

use crate::domain::ids::{OrgId, RequisitionId};
use crate::domain::rules::{Outcome, Severity, Verdict};
use crate::store::db::{Tx, execute, fetch};

/// Writes the verdicts of one version.
pub async fn write_findings(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    verdicts: &[Verdict],
) -> sqlx::Result<()> {
    execute!(
        tx,
        query(
            "delete from finding where org_id = $1 and requisition_id = $2 and version = $3
                 and answered_at is null"
        )
        .bind(org)
        .bind(id)
        .bind(version)
    )?;
    add_findings(tx, org, id, version, verdicts).await
}

/// Adds verdicts to those of a version.
pub async fn add_findings(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    verdicts: &[Verdict],
) -> sqlx::Result<()> {
    let now = tx.now().await?;
    for verdict in verdicts {
        let mut inputs = verdict.inputs.clone();
        if let (Value::Object(map), Some(line)) = (&mut inputs, verdict.line) {
            map.insert("line".to_owned(), Value::from(line));
        }
        execute!(
            tx,
            query(
                "insert into finding (id, org_id, requisition_id, version, rule, rule_version,
                     severity, verdict, shadow, text, inputs, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            )
            .bind(uuid::Uuid::now_v7().simple().to_string())
            .bind(org)
            .bind(id)
            .bind(version)
            .bind(verdict.rule.id)
            .bind(verdict.rule.version)
            .bind(verdict.rule.severity)
            .bind(verdict.outcome)
            .bind(false)
            .bind(&verdict.text)
            .bind(Json(&inputs))
            .bind(now)
        )?;
    }
    Ok(())
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Finding {
    pub version: i64,
    pub rule: String,
    pub rule_version: i64,
    pub severity: Severity,
    pub verdict: Outcome,
    pub text: String,
    pub inputs: Json<Value>,
    pub answered_at: Option<DateTime<Utc>>,
}

pub async fn findings(tx: &mut Tx, org: &OrgId, id: &RequisitionId) -> sqlx::Result<Vec<Finding>> {
    fetch!(
        tx,
        query_as(
            "select version, rule, rule_version, severity, verdict, text, inputs, answered_at
             from finding where org_id = $1 and requisition_id = $2 order by created_at, id"
        )
        .bind(org)
        .bind(id),
        fetch_all
    )
}

/// Notes that the requester has answered what a rule asked of a line, in words that apply to a
/// version on.
pub async fn answer_findings(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    rule: &str,
    line: Option<i64>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let open: Vec<(String, Json<Value>)> = fetch!(
        tx,
        query_as(
            "select id, inputs from finding where org_id = $1 and requisition_id = $2
                 and version = $3 and rule = $4 and verdict = 'fired' and answered_at is null"
        )
        .bind(org)
        .bind(id)
        .bind(version)
        .bind(rule),
        fetch_all
    )?;
    let mut answered = 0;
    for (finding, inputs) in open {
        if line.is_some() && inputs["line"].as_i64() != line {
            continue;
        }
        answered += execute!(
            tx,
            query("update finding set answered_at = $3 where org_id = $1 and id = $2")
                .bind(org)
                .bind(finding)
                .bind(now)
        )?;
    }
    Ok(answered)
}
