//! What leads to an account, for those who are no resource types.

use std::sync::Arc;

use rinfra_schema::Block;
use rinfra_schema::typed::BlockType;
use rinfra_value::Value;
use rinfra_value::convert::convert;

use crate::account::Account;
use crate::accounts::Common;
use crate::clock::Clock;
use crate::provider::Checks;
use crate::settings::AwsProviderConfig;
use crate::{Error, Result, SdkConfig, endpoints, object, sdk};

/// Credentials, Region, endpoints and retries, as a block `provider "aws"` with the same arguments would have them.
pub struct Access(Account);

impl Access {
    /// Returns what leads to the account of these arguments; what is missing is not set.
    ///
    /// *Errors*: arguments that cannot work, no Region, no credentials, and accounts that are not allowed.
    pub async fn open(arguments: &Value) -> Result<Self> {
        let block = AwsProviderConfig::block().block("endpoints", endpoints::nested());
        let nested = |(name, value): (&Arc<str>, &Value)| {
            let complete = |block: &Block, it: &[Value]| it.iter().map(|it| block.complete(it)).collect();
            let blocks = block.blocks.get(name).zip(value.elements());
            let value = blocks.map(|(nested, it)| Value::tuple(complete(&nested.block, it)));
            Some((Arc::clone(name), value?))
        };
        let given = arguments.entries().into_iter().flatten();
        let given = given.map(|it| nested(it).unwrap_or_else(|| (Arc::clone(it.0), it.1.clone())));
        let config = convert(&block.complete(&Value::object(given)), &block.implied_type())
            .map_err(|it| Error::invalid(format!("the arguments do not fit: {it}")))?;
        let decoded = AwsProviderConfig::decode(&object::plain(&config))
            .map_err(|it| Error::invalid(format!("the arguments{it}")))?;
        let checks = Checks::of(&decoded);
        let account = sdk::account(decoded, &config, &Common::new(Clock::system())).await?;
        checks.run(&account).await?;
        Ok(Self(account))
    }

    /// Returns the configuration of a client, for a service with these names in the block `endpoints`.
    pub fn config(&self, names: &[&str]) -> SdkConfig {
        self.0.config(self.0.region.as_str(), names)
    }
}
