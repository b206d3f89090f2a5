//! Writing resource blocks for imports that have none.

use std::sync::Arc;

use rinfra_change::Action;
use rinfra_config::LocalProvider;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_eval::{DesiredInstance, Poisoned};
use rinfra_lang::Scope;
use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_lang::syntax::parse_native;
use rinfra_schema::{Schema, decode, generation, validate};
use rinfra_value::Value;

use crate::planner::{Outcome, Planner};

/// A resource block that was written for an object.
pub(crate) struct Generated {
    /// The block.
    pub(crate) text: String,
    arguments: String,
    object: Value,
    importing: Option<String>,
}

impl Generated {
    /// Writes the block that an object would have.
    pub(crate) fn of(
        desired: &DesiredInstance<'_>,
        schema: &Schema,
        object: &Value,
        importing: Option<String>,
    ) -> Self {
        let arguments = generation::arguments(&schema.block, object);
        let (kind, name) = (desired.address.kind(), desired.address.resource.resource.name.as_ref());
        let text = generation::resource(kind, name, provider(desired).as_deref(), &arguments);
        Self { text, arguments, object: object.clone(), importing }
    }

    /// Returns the arguments as the configuration of the instance.
    ///
    /// *Errors*: arguments that the type does not allow beside each other, although the object has them.
    fn config(&self, desired: &DesiredInstance<'_>, schema: &Schema) -> Result<Value, Diagnostics> {
        let (body, mut found) = parse_native(&Arc::from(""), &self.arguments);
        let functions = Functions::standard(FunctionContext::new(Arc::new(MemoryFiles::new()), "."));
        let (config, wrong) = decode::decode(&body, &schema.block, &Scope::new(&functions));
        found.extend(wrong);
        if !found.has_errors() {
            found.extend(validate::validate(&schema.block, &config, &body));
        }
        if !found.has_errors() {
            return Ok(config);
        }
        let hint =
            "The configuration is written nevertheless; correct it, and plan again without generating it";
        let explained = found.into_iter().filter(Diagnostic::is_error).map(|it| {
            // The file is not there yet, so there is no line to point to.
            let Diagnostic { summary, detail, .. } = it;
            let detail = format!("The generated configuration is not valid. {detail}");
            Diagnostic::error(summary, detail).address(desired.address.to_string()).hint(hint)
        });
        Err(explained.collect())
    }
}

/// Returns the provider configuration to write down, unless the type of the resource tells it.
fn provider(desired: &DesiredInstance<'_>) -> Option<String> {
    let local = desired.resource.local_provider();
    let key = &desired.provider.key;
    let is_implied = local == LocalProvider::implied_by(desired.address.kind()) && key.is_none();
    (!is_implied).then(|| format!("{local}{key}"))
}

impl Planner<'_> {
    /// Returns the configuration of an instance whose block was written for the object it becomes.
    pub(crate) fn generated_config(
        &self,
        desired: &DesiredInstance<'_>,
        schema: &Schema,
        generated: &Generated,
    ) -> Result<Value, Poisoned> {
        generated.config(desired, schema).map_err(|wrong| {
            self.findings.borrow_mut().diagnostics.extend(wrong);
            self.keep_generated(desired, schema, Some(generated));
            Poisoned
        })
    }

    /// Keeps a block that cannot be planned, for a person to correct.
    pub(crate) fn keep_generated(
        &self,
        desired: &DesiredInstance<'_>,
        schema: &Schema,
        generated: Option<&Generated>,
    ) {
        let Some(Generated { text, object, importing, .. }) = generated else { return };
        let outcome = Outcome {
            action: Action::NoOp,
            reason: None,
            before: Some(object.clone()),
            after: desired.mark(&schema.block, object.clone()),
            replace_paths: Vec::new(),
            importing: importing.clone(),
            generated_config: Some(text.clone()),
        };
        self.note_change(desired, schema, None, outcome);
    }
}
