//! Our clients against the demo's servers: two sides that share no code.

mod erpnext;
mod whatsapp;
