use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use rinfra_addr::ResourceInstance;
use rinfra_diag::{Diagnostic, Span};
use rinfra_provider::{Connection, Error, Opened};
use rinfra_schema::Block;
use rinfra_value::Value;
use tokio::sync::Notify;

use crate::cells::Cells;
use crate::results::DesiredInstance;

/// Something that happens to an ephemeral object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EphemeralEvent {
    /// The instance.
    pub address: ResourceInstance,
    /// What is done to it.
    pub operation: EphemeralOperation,
    /// How far that is.
    pub stage: Stage,
}

/// What is done to an ephemeral object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EphemeralOperation {
    /// It is opened.
    Open,
    /// It is closed.
    Close,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It begins.
    Started,
    /// It is done.
    Done,
    /// It failed.
    Failed,
}

/// The ephemeral objects of one phase: opened when first asked for, renewed while the phase lasts, closed at its end.
pub struct Ephemerals<'o> {
    observe: Box<dyn Fn(EphemeralEvent) + 'o>,
    values: Cells<ResourceInstance, Result<Value, Diagnostic>>,
    open: RefCell<Vec<Rc<Open>>>,
    added: Notify,
    failures: RefCell<Vec<Diagnostic>>,
}

struct Open {
    address: ResourceInstance,
    span: Span,
    connection: Arc<dyn Connection>,
    opened: Opened,
}

impl Default for Ephemerals<'_> {
    fn default() -> Self {
        Self::new(|_event| {})
    }
}

impl<'o> Ephemerals<'o> {
    /// Returns no objects yet. What happens to them is told to `observe`.
    pub fn new(observe: impl Fn(EphemeralEvent) + 'o) -> Self {
        Self {
            observe: Box::new(observe),
            values: Cells::default(),
            open: RefCell::default(),
            added: Notify::default(),
            failures: RefCell::default(),
        }
    }

    /// Waits for an operation, and tells of its beginning and its end.
    async fn told<T>(
        &self,
        address: &ResourceInstance,
        operation: EphemeralOperation,
        work: impl Future<Output = rinfra_provider::Result<T>>,
    ) -> rinfra_provider::Result<T> {
        let tell = |stage| (self.observe)(EphemeralEvent { address: address.clone(), operation, stage });
        tell(Stage::Started);
        let done = work.await;
        tell(if done.is_ok() { Stage::Done } else { Stage::Failed });
        done
    }

    /// Returns the value of an ephemeral object, which is opened unless it is open already.
    ///
    /// While an argument is unknown nothing is opened, and what only the provider can tell is unknown.
    ///
    /// *Errors*: objects that cannot be opened.
    pub async fn value(
        &self,
        desired: &DesiredInstance<'_>,
        block: &Block,
        connection: Arc<dyn Connection>,
    ) -> Result<Value, Diagnostic> {
        let config = desired.config.unmark_deep();
        if !config.is_wholly_known() {
            return Ok(desired.proposal(block));
        }
        self.values
            .get_or(desired.address.clone(), async {
                let kind = desired.address.kind();
                let failed =
                    |error: &Error| desired.failure(format!("Opening ephemeral {kind} failed"), error);
                let opening = connection.open(kind, &config);
                let opened = self.told(&desired.address, EphemeralOperation::Open, opening).await;
                let opened = opened.map_err(|error| failed(&error))?;
                let value = desired.mark(block, opened.value.clone());
                self.open.borrow_mut().push(Rc::new(Open {
                    address: desired.address.clone(),
                    span: desired.span().clone(),
                    connection: Arc::clone(&connection),
                    opened,
                }));
                self.added.notify_one();
                if value.is_wholly_known() {
                    return Ok(value);
                }
                Err(failed(&Error::internal("the provider left a part of the object unknown")))
            })
            .await
    }

    /// Waits for the work of a phase and renews in the meantime what was opened for it.
    pub async fn accompany<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            done = work => done,
            never = self.renew() => match never {},
        }
    }

    /// Closes everything, the last opened first. Returns what went wrong, also while renewing.
    pub async fn close(&self) -> Vec<Diagnostic> {
        let mut found = self.failures.take();
        let open = self.open.take();
        for it in open.iter().rev() {
            let closing = it.connection.close(it.address.kind(), &it.opened);
            let closed = self.told(&it.address, EphemeralOperation::Close, closing).await;
            found.extend(closed.err().map(|error| it.failure("Closing", &error)));
        }
        found
    }

    async fn renew(&self) -> Infallible {
        let mut renewals = FuturesUnordered::new();
        let mut begun = 0;
        loop {
            let new: Vec<_> = self.open.borrow().iter().skip(begun).cloned().collect();
            begun += new.len();
            renewals.extend(new.into_iter().map(Open::keep));
            tokio::select! {
                () = self.added.notified() => {}
                Some(failure) = renewals.next(), if !renewals.is_empty() => self.failures.borrow_mut().push(failure),
            }
        }
    }
}

impl Open {
    /// Renews the object again and again. Returns the failure that ends it.
    async fn keep(self: Rc<Self>) -> Diagnostic {
        loop {
            if let Err(error) = self.connection.renew(self.address.kind(), &self.opened).await {
                return self.failure("Renewing", &error);
            }
        }
    }

    fn failure(&self, doing: &str, error: &Error) -> Diagnostic {
        let summary = format!("{doing} ephemeral {} failed", self.address.kind());
        error.to_diagnostic(summary).at(self.span.clone()).address(self.address.to_string())
    }
}
