//! On whose behalf requests are sent.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Resource types and data sources, by name: one, or several that one answer serves.
pub(crate) type Behalf = Arc<BTreeSet<Arc<str>>>;

tokio::task_local! {
    static BEHALF: Behalf;
}

/// Does something on behalf of a resource type: whatever it asks counts as asked for that type.
///
/// Who does so within something done on behalf of another type, or of several, does it on behalf of the inner one.
pub(crate) async fn on_behalf_of<F: Future>(kind: &str, step: F) -> F::Output {
    on_behalf_of_all(Arc::new(BTreeSet::from([Arc::from(kind)])), step).await
}

/// Does something on behalf of several.
pub(crate) async fn on_behalf_of_all<F: Future>(behalf: Behalf, step: F) -> F::Output {
    BEHALF.scope(behalf, step).await
}

/// Returns on whose behalf this is done; nobody's where it is done for the connection itself.
pub(crate) fn behalf() -> Behalf {
    BEHALF.try_with(Arc::clone).unwrap_or_default()
}
