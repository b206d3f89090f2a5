//! Importing one object by command.

use rinfra_addr::{Mode, ResourceInstance};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_plan::Import;
use rinfra_state::Object;
use rinfra_state::journal::Event;

use crate::failure::{Failure, Outcome};
use crate::workbench::Workbench;

impl Workbench<'_> {
    /// Looks up an object that exists and records it as a resource instance, in the Region of that instance.
    ///
    /// *Errors*: instances that no configuration is for or that are managed already, and objects that do not exist.
    pub async fn import(
        self,
        address: &ResourceInstance,
        id: &str,
        observer: &dyn rinfra_plan::Observer,
    ) -> Outcome<Diagnostics> {
        if let Some(refusal) = self.refusal(address) {
            return Err(Failure::new(refusal, &self.project().sources));
        }
        let import = Import { address: address.clone(), id: id.to_owned() };
        let (imported, diagnostics) = self.look_up(&import, observer).await;
        let Some(imported) = imported else { return Err(Failure::new(diagnostics, &self.project().sources)) };
        let invalid = |error: &dyn std::error::Error| Failure::of("The object cannot be recorded", error);
        let object = Object::from_value(&imported.value, &imported.ty, imported.schema_version, Vec::new())
            .map_err(|error| invalid(&error))?;
        let recorded = Event::Recorded {
            address: address.clone(),
            deposed: None,
            provider: imported.provider,
            object: Box::new(object),
        };
        let events = [recorded].into_iter().chain(self.without_doubt(address)).collect();
        self.edit(events).await?;
        Ok(diagnostics.into_iter().filter(|it| !it.is_error()).collect())
    }

    /// Says why nothing can be imported as an instance.
    fn refusal(&self, address: &ResourceInstance) -> Option<Diagnostic> {
        if address.mode() != Mode::Managed {
            let detail = "Importing into a data resource is not allowed: every plan reads it anew.";
            return Some(Diagnostic::error("A managed resource address is required", detail));
        }
        let module = address.module();
        if self.project().config.module(&module.path()).is_none() {
            let detail =
                format!("The configuration calls no {module}. Add the call, and the resource in it, first.");
            return Some(Diagnostic::error("Import to non-existent module", detail));
        }
        if self.project().config.resource(&address.config()).is_none() {
            let summary =
                format!("Resource address \"{}\" does not exist in the configuration", address.config());
            let resource = &address.resource.resource;
            let hint =
                format!("Write it first, such as: resource \"{}\" \"{}\" {{}}", resource.kind, resource.name);
            let detail = "Every imported object needs a resource block.";
            return Some(Diagnostic::error(summary, detail).hint(hint));
        }
        self.state().instance(address)?;
        let detail = format!(
            "The state has an object for {address} already. To import another one it has to leave the state first."
        );
        let hint = format!("To let go of it without destroying it: rinfra state rm '{address}'");
        Some(Diagnostic::error("Resource already managed by Terraform", detail).hint(hint))
    }
}
