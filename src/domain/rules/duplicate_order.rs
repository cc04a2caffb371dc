//! B3: the same item for the same site, asked for by anybody a short while ago.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{Rule, Severity, Verdict};
use crate::domain::ids::{ItemId, RequisitionId, SiteId};
use crate::domain::quantity;

pub const RULE: Rule = Rule {
    id: "B3",
    version: 1,
    severity: Severity::Ask,
};

/// A line that somebody else's (or an earlier) request already holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    pub requisition: RequisitionId,
    pub number: i64,
    pub item: ItemId,
    pub site: Option<SiteId>,
    pub quantity: i64,
    pub unit: String,
    pub requester: String,
    pub state: String,
    pub at: DateTime<Utc>,
}

/// The line that is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    pub position: i64,
    pub item: Option<&'a ItemId>,
    pub name: &'a str,
    pub site: Option<&'a SiteId>,
}

/// Fires on the newest earlier line of the same item and site within `days`.
pub fn check(asked: &Asked<'_>, earlier: &[Earlier], days: i64, now: DateTime<Utc>) -> Verdict {
    let inputs = json!({
        "item": asked.item, "site": asked.site, "days": days, "compared": earlier.len(),
    });
    let (Some(item), Some(site)) = (asked.item, asked.site) else {
        let text = "Without a catalogue item and a site, duplicates cannot be seen.".to_owned();
        return Verdict::no_data(RULE, inputs, text).on_line(asked.position);
    };
    let since = now - TimeDelta::days(days);
    let found = earlier
        .iter()
        .filter(|e| e.item == *item && e.site.as_ref() == Some(site) && e.at >= since)
        .max_by_key(|e| e.at);
    match found {
        None => Verdict::passed(RULE, inputs).on_line(asked.position),
        Some(e) => {
            let inputs = json!({
                "item": item, "name": asked.name, "site": site, "days": days,
                "earlier": e.requisition, "earlier_number": e.number,
                "earlier_requester": e.requester, "earlier_quantity": e.quantity,
                "earlier_unit": e.unit, "earlier_state": e.state, "earlier_at": e.at,
            });
            let text = format!(
                "{} already asked for {} {} on {} (request {}, {}). Is this additional, or the same?",
                e.requester,
                quantity::number(e.quantity),
                asked.name,
                e.at.format("%a %-d %b"),
                e.number,
                e.state.replace('_', " "),
            );
            Verdict::fired(RULE, inputs, text).on_line(asked.position)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Outcome;

    #[test]
    fn the_same_item_for_the_same_site_is_asked_about_for_some_days() {
        let now = "2026-03-10T08:00:00Z".parse().unwrap();
        let (item, other) = (ItemId::from("cement"), ItemId::from("sand"));
        let (site, away) = (SiteId::from("s4"), SiteId::from("s9"));
        let earlier = |item: &ItemId, site: Option<&SiteId>, days_ago: i64| Earlier {
            requisition: "r1".into(),
            number: 7,
            item: item.clone(),
            site: site.cloned(),
            quantity: 20_000,
            unit: "XBG".into(),
            requester: "Ana".into(),
            state: "ordered".into(),
            at: now - TimeDelta::days(days_ago),
        };
        let asked = |item, site| Asked {
            position: 1,
            item,
            name: "Cement",
            site,
        };
        for (asked, earlier, expect) in [
            (
                asked(Some(&item), Some(&site)),
                earlier(&item, Some(&site), 7),
                Outcome::Fired,
            ),
            (
                asked(Some(&item), Some(&site)),
                earlier(&item, Some(&site), 8),
                Outcome::Passed,
            ),
            (
                asked(Some(&item), Some(&site)),
                earlier(&other, Some(&site), 1),
                Outcome::Passed,
            ),
            (
                asked(Some(&item), Some(&site)),
                earlier(&item, Some(&away), 1),
                Outcome::Passed,
            ),
            (
                asked(Some(&item), Some(&site)),
                earlier(&item, None, 1),
                Outcome::Passed,
            ),
            (
                asked(None, Some(&site)),
                earlier(&item, Some(&site), 1),
                Outcome::NoData,
            ),
            (
                asked(Some(&item), None),
                earlier(&item, Some(&site), 1),
                Outcome::NoData,
            ),
        ] {
            let verdict = check(&asked, std::slice::from_ref(&earlier), 7, now);
            assert_eq!(verdict.outcome, expect, "{asked:?} against {earlier:?}");
        }
    }
}
