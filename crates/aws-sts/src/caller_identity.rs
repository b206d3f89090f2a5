use rinfra_aws_kit::{Cx, DataSource, Result};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id};

use crate::api::Sts;

/// Whose credentials are in use.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[data(name = "aws_caller_identity")]
pub(crate) struct CallerIdentity {
    id: Computed<Id>,
    account_id: Computed<String>,
    arn: Computed<String>,
    user_id: Computed<String>,
}

impl DataSource for CallerIdentity {
    type Api = Sts;

    const GLOBAL: bool = true;

    async fn read(&self, cx: &Cx<Sts>) -> Result<Self> {
        let caller = cx.caller().await?;
        Ok(Self {
            id: Id::new(caller.account.as_str()).into(),
            account_id: caller.account.into(),
            arn: caller.arn.into(),
            user_id: caller.user_id.into(),
        })
    }
}
