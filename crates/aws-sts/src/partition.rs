use rinfra_aws_kit::{Cx, DataSource, Result};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id};

use crate::api::Sts;

/// The partition of AWS the provider works in. Nobody is asked: the Region's name tells.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[data(name = "aws_partition")]
pub(crate) struct CurrentPartition {
    id: Computed<Id>,
    /// The domain of the partition's endpoints, such as `amazonaws.com`.
    dns_suffix: Computed<String>,
    /// The name in ARNs, such as `aws`.
    partition: Computed<String>,
    /// The domain, written from its end, such as `com.amazonaws`.
    reverse_dns_prefix: Computed<String>,
}

impl DataSource for CurrentPartition {
    type Api = Sts;

    const GLOBAL: bool = true;

    async fn read(&self, cx: &Cx<Sts>) -> Result<Self> {
        let partition = cx.partition();
        let labels: Vec<&str> = partition.dns_suffix.rsplit('.').collect();
        Ok(Self {
            id: Id::new(partition.name).into(),
            dns_suffix: partition.dns_suffix.into(),
            partition: partition.name.into(),
            reverse_dns_prefix: labels.join(".").into(),
        })
    }
}
