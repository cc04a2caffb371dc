//! People and what they may do.

text_enum! {
    Role {
        Requester = "requester",
        Buyer = "buyer",
        Approver = "approver",
        Operator = "operator",
        Auditor = "auditor",
        Admin = "admin",
    }
}
