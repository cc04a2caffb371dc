//! What the demo runs beside the daemon: a fake Graph API with a chat page, a supplier shop, an ERP.
//!
//! **Invariant:** the daemon meets them only over their protocols; nothing outside this folder names them.

pub mod erpnext;
pub mod graph;
pub mod shop;
