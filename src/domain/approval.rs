//! Approvals: one decision asked of one approver about one document.

text_enum! {
    ApprovalState {
        Pending = "pending",
        Approved = "approved",
        Rejected = "rejected",
        /// The document changed, somebody else decided, or the request ended.
        Void = "void",
    }
}
