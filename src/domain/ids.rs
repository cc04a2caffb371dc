//! Typed ids: each a UUID of version 7 in its text form, so that a page of rows sorts by age.

use std::time::Duration;

/// The least id that could have been made within so long a time: ids sort by the time of their making.
#[must_use]
pub fn made_since(time: Duration) -> String {
    let now = uuid::Uuid::now_v7()
        .get_timestamp()
        .map_or((0, 0), |at| at.to_unix());
    let since = now.0.saturating_sub(time.as_secs());
    let millis = u128::from(since) * 1000;
    format!("{:032x}", millis << 80)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// Makes a new one; ids carry their time of making, not a meaning.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default id would be a surprise")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7().simple().to_string())
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )+};
}

ids! {
    OrgId,
    PersonId,
    /// One way to reach a person: a phone number or a WhatsApp user id.
    IdentityId,
    SiteId,
    ItemId,
    /// A name of an item beside those that the item itself has.
    AliasId,
    SupplierId,
    /// A login at a supplier, Sutler's alone.
    AccountId,
    SupplierItemId,
    MessageId,
    BurstId,
    RequisitionId,
    LineId,
    /// One decision asked of one approver about one purchase order's document.
    ApprovalId,
    PurchaseOrderId,
    AttemptId,
    /// An outgoing message.
    OutgoingId,
    /// A document that is to stand in the ERP.
    SyncId,
    /// A decision that waits for a person.
    CardId,
    EvidenceId,
}
