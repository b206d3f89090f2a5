use rinfra_diag::Diagnostic;
use rinfra_eval::{Connections, DesiredInstance, Ephemerals, Evaluation};
use rinfra_provider::{Catalogue, Error};
use rinfra_value::Value;

/// What opens ephemeral objects, which every apply does anew.
#[derive(Clone, Copy)]
pub(crate) struct Opener<'o> {
    pub(crate) catalogue: &'o Catalogue,
    /// The evaluation that opens connections.
    pub(crate) providers: &'o Evaluation<'o>,
    pub(crate) connections: &'o Connections,
    pub(crate) ephemerals: &'o Ephemerals<'o>,
}

impl Opener<'_> {
    /// Opens an ephemeral object and returns its value.
    ///
    /// *Errors*: what keeps it from being opened, unless that has been reported already.
    pub(crate) async fn open(&self, desired: &DesiredInstance<'_>) -> Result<Value, Option<Diagnostic>> {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(None)?;
        self.providers.provider(&desired.provider).await.map_err(|_| None)?;
        let connection = self.connections.get(&desired.provider).ok_or(None)?;
        let value = self.ephemerals.value(desired, &schema.block, connection).await.map_err(Some)?;
        if value.is_wholly_known() {
            return Ok(value);
        }
        let error = Error::internal("an argument is not known even now");
        Err(Some(desired.failure(format!("Opening ephemeral {} failed", address.kind()), &error)))
    }
}
