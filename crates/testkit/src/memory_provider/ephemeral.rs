use rinfra_provider::{EphemeralType, Opened, Result};
use rinfra_schema::Schema;
use rinfra_value::Value;

use super::cloud::text;
use super::connection::MemoryConnection;
use super::schemas::TOKEN;
use super::script::{Call, Moment};

pub(super) const KIND: &str = "mem_token";

/// The ephemeral resource type `mem_token`.
pub(super) struct Token;

impl EphemeralType for Token {
    fn schema(&self) -> &Schema {
        &TOKEN
    }
}

impl MemoryConnection {
    /// Opens a token: a secret that nobody gets twice.
    pub(super) async fn open_token(&self, config: &Value) -> Result<Opened> {
        let name = text(config, "name").unwrap_or_default();
        self.cloud.world().receive(format!("open {name}"), None)?;
        self.pass(Call::Open, &name).await;
        let mut world = self.cloud.world();
        if let Some(error) = world.script.failure(Call::Open, &name, Moment::Before) {
            return Err(error);
        }
        let secret = world.identity("secret");
        let value = Value::object([
            ("name", Value::string(&*name)),
            ("secret", Value::string(&*secret)),
            ("length", Value::number(secret.len())),
        ]);
        Ok(Opened::new(value).with_private(name))
    }

    /// Renews a token once each time its gate is opened.
    pub(super) async fn renew_token(&self, opened: &Opened) -> Result<()> {
        let name = opened.private.clone().unwrap_or_default();
        let key = (Call::Renew, name.clone());
        let gate = self.cloud.world().script.gates.get(&key).cloned();
        let Some(gate) = gate else { return std::future::pending().await };
        gate.pass().await;
        let mut world = self.cloud.world();
        world.script.gates.remove(&key);
        world.log.push(format!("renew {name}"));
        match world.script.failure(Call::Renew, &name, Moment::Before) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    pub(super) fn close_token(&self, opened: &Opened) -> Result<()> {
        let name = opened.private.clone().unwrap_or_default();
        let mut world = self.cloud.world();
        world.log.push(format!("close {name}"));
        match world.script.failure(Call::Close, &name, Moment::Before) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}
