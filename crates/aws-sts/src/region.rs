use rinfra_aws_kit::{Cx, DataSource, Error, Partition, Result};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, OrComputed};

use crate::api::Sts;
use crate::regions;

/// A Region, by default the provider's. Nobody is asked.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[data(name = "aws_region")]
pub(crate) struct CurrentRegion {
    id: Computed<Id>,
    /// The name for people, such as `Europe (Frankfurt)`.
    description: Computed<String>,
    /// The endpoint of EC2 in the Region.
    endpoint: OrComputed<String>,
    #[attr(deprecated = "use region instead")]
    name: OrComputed<String>,
    region: OrComputed<String>,
}

impl DataSource for CurrentRegion {
    type Api = Sts;

    async fn read(&self, cx: &Cx<Sts>) -> Result<Self> {
        let asked = [self.by_endpoint()?, self.name.text(), self.region.text()];
        let mut asked = asked.into_iter().flatten();
        let region = asked.next().unwrap_or_else(|| cx.region().to_owned());
        if let Some(other) = asked.find(|it| *it != region) {
            return Err(Error::invalid(format!("one Region cannot be both {region} and {other}")));
        }
        let description = regions::description(&region)
            .ok_or_else(|| Error::invalid(format!("there is no Region {region:?}")))?;
        Ok(Self {
            id: Id::new(region.as_str()).into(),
            description: description.into(),
            endpoint: endpoint(&region).into(),
            name: region.clone().into(),
            region: region.into(),
        })
    }
}

impl CurrentRegion {
    fn by_endpoint(&self) -> Result<Option<String>> {
        let Some(given) = self.endpoint.value() else { return Ok(None) };
        let region = given.split('.').nth(1).filter(|region| endpoint(region) == *given);
        let region = region.ok_or_else(|| Error::invalid(format!("{given:?} is no endpoint of EC2")))?;
        Ok(Some(region.to_owned()))
    }
}

fn endpoint(region: &str) -> String {
    format!("ec2.{region}.{}", Partition::of(region).dns_suffix)
}
