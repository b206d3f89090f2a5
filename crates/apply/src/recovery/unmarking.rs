use std::collections::BTreeMap;

use futures::future::join_all;
use rinfra_addr::ProviderConfig;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_eval::Connections;
use rinfra_provider::{Error, Marked, Region};
use rinfra_state::journal::{Event, Sequence};

use crate::scribe::Scribe;

/// Where marks are taken away together.
type Place = (ProviderConfig, Option<String>);

/// Takes the marks away from the objects that are safely on record, all of a Region together. What that fails for
/// stays remembered.
pub(crate) async fn unmark(connections: &Connections, scribe: &Scribe) -> Diagnostics {
    let mut places: BTreeMap<Place, Vec<(Sequence, Marked)>> = BTreeMap::new();
    for unfinished in scribe.unfinished().into_iter().filter(|it| it.is_marked_only) {
        let (intent, Some(identity)) = (unfinished.intent, unfinished.identity) else { continue };
        let marked = Marked { kind: intent.address.kind().to_string(), identity, token: intent.token };
        places.entry((intent.provider, intent.region)).or_default().push((intent.sequence, marked));
    }
    let all = places.into_iter().filter_map(|((provider, region), marked)| {
        // What no connection leads to any more has been told of by whoever tried to open it.
        Some((connections.get(&provider)?, region.map(Region::new), marked))
    });
    let failures = join_all(all.map(|(connection, region, marked)| async move {
        let (sequences, marked): (Vec<_>, Vec<_>) = marked.into_iter().unzip();
        let count = marked.len();
        let done = match connection.unmark(region.as_ref(), marked).await {
            Ok(()) => scribe.write(Event::Unmarked { sequences }).await,
            Err(error) => Err(error),
        };
        done.err().map(|error| warning(count, region.as_ref(), &error))
    }));
    failures.await.into_iter().flatten().collect()
}

fn warning(count: usize, region: Option<&Region>, error: &Error) -> Diagnostic {
    let place = region.map_or_else(String::new, |it| format!(" in {it}"));
    let detail = format!(
        "{count} new objects{place} still carry the mark by which an interrupted run would have found them: {error}. They are as they should be otherwise."
    );
    Diagnostic::warning("Marks of new objects could not be taken away", detail)
        .hint("the next command that plans or applies tries again")
}
