//! The page.
pub(super) fn routes() -> super::api::Router {
    axum::Router::new()
}
