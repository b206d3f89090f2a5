//! Marking objects that the next plan is to replace.

use rinfra_addr::ResourceInstance;
use rinfra_diag::Diagnostic;
use rinfra_state::journal::Event;
use rinfra_state::{InstanceState, Object, Status};

use crate::failure::{Failure, Outcome};
use crate::workbench::Workbench;

/// What became of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tainting {
    /// The object has it now, or has it no more.
    Done,
    /// There is no such instance.
    Missing,
}

impl Workbench<'_> {
    /// Marks the object of an instance, so that the next plan replaces it.
    ///
    /// *Errors*: instances whose object cannot be replaced as it is.
    pub async fn taint(self, address: &ResourceInstance) -> Outcome<Tainting> {
        let Some(instance) = self.state().instance(address) else { return Ok(Tainting::Missing) };
        let object = current(address, instance)?.clone();
        self.mark(address, object.with_status(Status::Tainted)).await
    }

    /// Takes the mark from the object of an instance.
    ///
    /// *Errors*: instances whose object has no such mark.
    pub async fn untaint(self, address: &ResourceInstance) -> Outcome<Tainting> {
        let Some(instance) = self.state().instance(address) else { return Ok(Tainting::Missing) };
        let object = current(address, instance)?.clone();
        if !object.is_tainted() {
            let detail = format!(
                "Resource instance {address} is not currently tainted, and so it cannot be untainted."
            );
            return Err(Failure::said(Diagnostic::error("Resource instance is not tainted", detail)));
        }
        self.mark(address, object.with_status(Status::Ready)).await
    }

    /// Says that there is no such instance in the state.
    pub fn no_such_instance(&self, address: &ResourceInstance) -> Failure {
        let detail = if self.state().resources.is_empty() {
            "The state has no resource instances at all: nothing was applied yet, or everything was destroyed."
                .to_owned()
        } else {
            format!("There is no resource instance in the state with the address {address}.")
        };
        let hint = "\"rinfra state list\" lists what there is";
        Failure::said(Diagnostic::error("No such resource instance", detail).hint(hint))
    }

    async fn mark(self, address: &ResourceInstance, object: Object) -> Outcome<Tainting> {
        let Some(provider) = self.state().provider(address) else { return Ok(Tainting::Missing) };
        let (address, object) = (address.clone(), Box::new(object));
        self.edit(vec![Event::Recorded { address, deposed: None, provider, object }]).await?;
        Ok(Tainting::Done)
    }
}

fn current<'i>(address: &ResourceInstance, instance: &'i InstanceState) -> Outcome<&'i Object> {
    instance.current.as_ref().ok_or_else(|| {
        let detail = format!(
            "Resource instance {address} is in the middle of a replacement whose new object was not made yet."
        );
        let summary = "Resource instance is currently part-way through replacement";
        Failure::said(Diagnostic::error(summary, detail).hint("run \"rinfra apply\" to complete it"))
    })
}
