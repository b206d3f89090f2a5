//! The phase that knows nothing but schemas.

use async_trait::async_trait;
use rinfra_config::{Module, Repetition as Declared};
use rinfra_provider::Catalogue;
use rinfra_value::{Type, Value};

use crate::results::{DesiredInstance, DesiredProvider, Poisoned, Results};

/// Answers with what the schemas tell.
pub(super) struct Validation<'v> {
    pub(super) catalogue: &'v Catalogue,
}

impl Validation<'_> {
    fn answer(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        Ok(desired.proposal(&schema.block))
    }
}

#[async_trait(?Send)]
impl<'c> Results<'c> for Validation<'_> {
    async fn provider(&self, _desired: DesiredProvider) -> Result<(), Poisoned> {
        Ok(())
    }

    async fn managed(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        self.answer(&desired)
    }

    async fn data(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        self.answer(&desired)
    }
}

/// Returns what a module call is worth while its outputs are not looked at.
pub(crate) fn unknown_call(called: &Module, repetition: &Declared) -> Value {
    let one = Type::object(called.outputs.keys().map(|name| (name.clone(), Type::Dynamic)));
    Value::unknown(match repetition {
        Declared::Single | Declared::Enabled(_) => one,
        Declared::Count(_) => Type::list(one),
        Declared::ForEach(_) => Type::map(one),
    })
}
