//! An ERPNext-shaped API.
