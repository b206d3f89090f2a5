use rinfra_aws_kit::{Cx, DataSource, Error, Partition, Result};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, OrComputed};

use crate::api::{Ec2, given};

/// What is known of a Region.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[data(name = "aws_region")]
pub(crate) struct RegionData {
    id: Computed<Id>,
    description: Computed<String>,
    /// The address of EC2 in the Region.
    endpoint: OrComputed<String>,
    #[attr(deprecated = "name is deprecated. Use region instead.")]
    name: OrComputed<String>,
    region: OrComputed<String>,
}

impl DataSource for RegionData {
    type Api = Ec2;

    async fn read(&self, cx: &Cx<Ec2>) -> Result<Self> {
        let by_endpoint = given(&self.endpoint).map(|it| {
            let name = it.strip_prefix("ec2.").and_then(|it| it.split('.').next());
            name.ok_or_else(|| Error::invalid(format!("{it:?} is not the address of EC2 in a Region")))
        });
        let name = match (given(&self.region).or_else(|| given(&self.name)), by_endpoint) {
            (Some(name), _) => name,
            (None, Some(name)) => name?,
            (None, None) => cx.region(),
        };
        let description = DESCRIPTIONS.iter().find(|(it, _)| *it == name).map_or("", |(_, it)| it);
        Ok(Self {
            id: Id::from(name).into(),
            description: description.into(),
            endpoint: format!("ec2.{name}.{}", Partition::of(name).dns_suffix).into(),
            name: name.into(),
            region: name.into(),
        })
    }
}

/// What AWS calls its Regions.
const DESCRIPTIONS: &[(&str, &str)] = &[
    ("af-south-1", "Africa (Cape Town)"),
    ("ap-east-1", "Asia Pacific (Hong Kong)"),
    ("ap-east-2", "Asia Pacific (Taipei)"),
    ("ap-northeast-1", "Asia Pacific (Tokyo)"),
    ("ap-northeast-2", "Asia Pacific (Seoul)"),
    ("ap-northeast-3", "Asia Pacific (Osaka)"),
    ("ap-south-1", "Asia Pacific (Mumbai)"),
    ("ap-south-2", "Asia Pacific (Hyderabad)"),
    ("ap-southeast-1", "Asia Pacific (Singapore)"),
    ("ap-southeast-2", "Asia Pacific (Sydney)"),
    ("ap-southeast-3", "Asia Pacific (Jakarta)"),
    ("ap-southeast-4", "Asia Pacific (Melbourne)"),
    ("ap-southeast-5", "Asia Pacific (Malaysia)"),
    ("ap-southeast-6", "Asia Pacific (New Zealand)"),
    ("ap-southeast-7", "Asia Pacific (Thailand)"),
    ("ca-central-1", "Canada (Central)"),
    ("ca-west-1", "Canada West (Calgary)"),
    ("cn-north-1", "China (Beijing)"),
    ("cn-northwest-1", "China (Ningxia)"),
    ("eu-central-1", "Europe (Frankfurt)"),
    ("eu-central-2", "Europe (Zurich)"),
    ("eu-north-1", "Europe (Stockholm)"),
    ("eu-south-1", "Europe (Milan)"),
    ("eu-south-2", "Europe (Spain)"),
    ("eu-west-1", "Europe (Ireland)"),
    ("eu-west-2", "Europe (London)"),
    ("eu-west-3", "Europe (Paris)"),
    ("eusc-de-east-1", "AWS European Sovereign Cloud (Germany)"),
    ("il-central-1", "Israel (Tel Aviv)"),
    ("me-central-1", "Middle East (UAE)"),
    ("me-south-1", "Middle East (Bahrain)"),
    ("mx-central-1", "Mexico (Central)"),
    ("sa-east-1", "South America (Sao Paulo)"),
    ("us-east-1", "US East (N. Virginia)"),
    ("us-east-2", "US East (Ohio)"),
    ("us-gov-east-1", "AWS GovCloud (US-East)"),
    ("us-gov-west-1", "AWS GovCloud (US-West)"),
    ("us-west-1", "US West (N. California)"),
    ("us-west-2", "US West (Oregon)"),
];
