//! What exists already and becomes managed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use rinfra_addr::{ProviderConfig, ResourceInstance};
use rinfra_config::Config;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_eval::{DesiredInstance, Evaluation, ImportRequest, Poisoned};
use rinfra_provider::{Connection, Error, Region, Wanted};
use rinfra_value::Value;
use tokio::sync::OnceCell;

use crate::observer::{Event, Observer};
use crate::planner::Planner;

/// Objects of one type of one provider configuration in one Region.
type Group = (ProviderConfig, String, Option<Region>);

/// What a group read: an answer for each wanted object.
type Answers = Result<Vec<Option<Value>>, Error>;

/// Reads what is to be imported, in as few calls as the types allow.
///
/// Which object an import is about may depend on other instances, so not everything can be read at once: whatever of
/// one group is asked for before anything has to be waited for is read together.
#[derive(Default)]
pub(crate) struct ImportReader {
    gathering: RefCell<HashMap<Group, Rc<Batch>>>,
}

#[derive(Default)]
struct Batch {
    wanted: RefCell<Vec<Wanted>>,
    answers: OnceCell<Answers>,
}

impl ImportReader {
    /// Returns an object; `None` when there is no such object.
    async fn read(
        &self,
        group: Group,
        connection: &dyn Connection,
        observer: &dyn Observer,
        identity: String,
    ) -> Result<Option<Value>, Error> {
        let batch = Rc::clone(self.gathering.borrow_mut().entry(group.clone()).or_default());
        let position = batch.wanted.borrow().len();
        batch.wanted.borrow_mut().push(Wanted { identity, prior: None });
        let answers = batch.answers.get_or_init(|| self.read_all(&group, &batch, connection, observer)).await;
        match answers {
            Ok(values) => Ok(values.get(position).cloned().flatten()),
            Err(error) => Err(error.clone()),
        }
    }

    async fn read_all(
        &self,
        group: &Group,
        batch: &Batch,
        connection: &dyn Connection,
        observer: &dyn Observer,
    ) -> Answers {
        let mut before = 0;
        while before != batch.wanted.borrow().len() {
            before = batch.wanted.borrow().len();
            let_others_go_on().await;
        }
        // Whoever comes from now on is too late for this call.
        self.gathering.borrow_mut().remove(group);
        let wanted = batch.wanted.take();
        let (_, kind, region) = group;
        let (name, place, objects) = (kind.clone(), region.clone(), wanted.len());
        observer.observe(Event::Refreshing { kind: name.clone(), region: place.clone(), objects });
        let read = connection.read(kind, region.as_ref(), wanted).await;
        observer.observe(Event::Refreshed { kind: name, region: place, objects });
        match read {
            Ok(values) if values.len() != objects => Err(Error::internal(format!(
                "asked for {objects} objects, the provider answered for {}",
                values.len()
            ))),
            read => read,
        }
    }
}

/// Waits until everything else that can go on has gone on.
async fn let_others_go_on() {
    let mut has_waited = false;
    poll_fn(|context| {
        if has_waited {
            return Poll::Ready(());
        }
        has_waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Planner<'_> {
    /// Returns what is to be imported as an instance, unless it is managed already.
    pub(crate) fn wanted_import<'d>(&self, desired: &'d DesiredInstance<'_>) -> Option<&'d ImportRequest> {
        desired.import.as_ref().filter(|_| self.state.instance(&desired.address).is_none())
    }

    /// Returns the object that is to become an instance, as it is.
    pub(crate) async fn import(
        &self,
        desired: &DesiredInstance<'_>,
        request: &ImportRequest,
        connection: &dyn Connection,
        region: Option<&Region>,
    ) -> Result<Value, Poisoned> {
        let (address, kind) = (&desired.address, desired.address.kind());
        let group = (desired.provider.clone(), kind.to_string(), region.cloned());
        let read = self.imports.read(group, connection, self.observer, request.id.to_string()).await;
        let diagnostic = match read {
            Ok(Some(value)) => {
                self.failures.succeeded();
                return Ok(value);
            }
            Ok(None) => missing(address, &request.id, region),
            Err(error) => error.to_diagnostic(format!("Importing {kind} failed")),
        };
        self.fail(diagnostic.at(request.span.clone()).address(address.to_string()))
    }
}

/// Says that there is no such object.
pub(crate) fn missing(address: &ResourceInstance, id: &str, region: Option<&Region>) -> Diagnostic {
    let place = region.filter(|it| !it.is_global()).map_or_else(String::new, |it| format!(" in {it}"));
    let detail = format!("There is no {} {id:?}{place} to become {address}.", address.kind());
    let hint = "Check the id, the account and the Region; without an import, an apply makes a new object";
    Diagnostic::error("Cannot import non-existent remote object", detail).hint(hint)
}

/// Returns an error for everything that is to be imported and that the configuration does not want, now that the
/// instances are known.
pub(crate) fn unwanted(config: &Config, evaluation: &Evaluation<'_>) -> Diagnostics {
    const SUMMARY: &str = "Configuration for import target does not exist";
    let mut found = Diagnostics::new();
    for (import, instances) in evaluation.imports() {
        if config.resource(&import.to.resource).is_none() {
            let target = &import.to.resource;
            let detail = format!("There is no {target}. Every imported object needs a resource block.");
            let hint = if import.for_each.is_none() && import.to.resource.module.is_root() {
                "Write the resource block, or let `rinfra plan -generate-config-out=generated.tf` write it"
            } else {
                "Write the resource block; it can only be written for you in the root module, without \"for_each\""
            };
            found.push(Diagnostic::error(SUMMARY, detail).at(import.to.span.clone()).hint(hint));
            continue;
        }
        for address in instances.iter().filter(|it| !evaluation.wants_instance(it)) {
            let detail = format!(
                "An import block ({}) is for {address}, and the configuration wants no such instance.",
                import.header
            );
            found.push(Diagnostic::error(SUMMARY, detail).address(address.to_string()));
        }
    }
    found
}
