//! What follows from the Region a bucket is in.

use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use rinfra_aws_kit::Partition;

/// The Region a bucket is created in when nothing is said; it must not be named.
pub(super) const UNNAMED: &str = "us-east-1";

/// The Route 53 hosted zones of S3's website endpoints.
const HOSTED_ZONES: &[(&str, &str)] = &[
    ("af-south-1", "Z83WF9RJE8B12"),
    ("ap-east-1", "ZNB98KWMFR0R6"),
    ("ap-northeast-1", "Z2M4EHUR26P7ZW"),
    ("ap-northeast-2", "Z3W03O7B5YMIYP"),
    ("ap-northeast-3", "Z2YQB5RD63NC85"),
    ("ap-south-1", "Z11RGJOFQNVJUP"),
    ("ap-south-2", "Z02976202B4EZMXIPMXF7"),
    ("ap-southeast-1", "Z3O0J2DXBE1FTB"),
    ("ap-southeast-2", "Z1WCIGYICN2BYD"),
    ("ap-southeast-3", "Z01846753K324LI26A3VV"),
    ("ap-southeast-4", "Z0312387243XT5FE14WFO"),
    ("ap-southeast-5", "Z08660063OXLMA7F1FJHU"),
    ("ca-central-1", "Z1QDHH18159H29"),
    ("ca-west-1", "Z03565811Z33SLEZTHOUL"),
    ("cn-north-1", "Z5CN8UMXT92WN"),
    ("cn-northwest-1", "Z282HJ1KT0DH03"),
    ("eu-central-1", "Z21DNDUVLTQW6Q"),
    ("eu-central-2", "Z030506016YDQGETNASS"),
    ("eu-north-1", "Z3BAZG2TWCNX0D"),
    ("eu-south-1", "Z30OZKI7KPW7MI"),
    ("eu-south-2", "Z0081959F7139GRJC19J"),
    ("eu-west-1", "Z1BKCTXD74EZPE"),
    ("eu-west-2", "Z3GKZC51ZF0DB4"),
    ("eu-west-3", "Z3R1K369G5AVDG"),
    ("il-central-1", "Z09640613K4A3MN55U7GU"),
    ("me-central-1", "Z06143092I8HRXZRUZROF"),
    ("me-south-1", "Z1MPMWCPA7YB62"),
    ("sa-east-1", "Z7KQH4QJS55SO"),
    ("us-east-1", "Z3AQBSTGFYJSTF"),
    ("us-east-2", "Z2O1EMRO9K5GLX"),
    ("us-gov-east-1", "Z2NIFVYYW2VKV1"),
    ("us-gov-west-1", "Z31GFT0UA1I2HV"),
    ("us-west-1", "Z2F56UZL2M1ACD"),
    ("us-west-2", "Z3BJ6K6RIION7M"),
];

/// Returns what a create call has to say about the Region.
pub(super) fn location(region: &str) -> Option<CreateBucketConfiguration> {
    let constraint = (region != UNNAMED).then(|| BucketLocationConstraint::from(region))?;
    Some(CreateBucketConfiguration::builder().location_constraint(constraint).build())
}

/// Returns the hosted zone of the Region's website endpoint; nothing where AWS publishes none.
pub(super) fn hosted_zone(region: &str) -> &'static str {
    HOSTED_ZONES.iter().find(|(name, _)| *name == region).map_or("", |(_, zone)| zone)
}

/// Returns the domain name of a bucket.
pub(super) fn domain_name(bucket: &str, region: &str) -> String {
    format!("{bucket}.s3.{}", Partition::of(region).dns_suffix)
}

/// Returns the domain name of a bucket in its Region.
pub(super) fn regional_domain_name(bucket: &str, region: &str) -> String {
    format!("{bucket}.s3.{region}.{}", Partition::of(region).dns_suffix)
}

#[cfg(test)]
mod tests {
    use super::{HOSTED_ZONES, domain_name, hosted_zone, location, regional_domain_name};

    #[test]
    fn one_region_must_not_be_named() {
        let named = |region| location(region).and_then(|it| it.location_constraint);
        assert_eq!(named("us-east-1"), None);
        assert_eq!(named("eu-west-1").map(|it| it.as_str().to_owned()).as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn names_follow_from_the_region() {
        assert_eq!(hosted_zone("eu-central-1"), "Z21DNDUVLTQW6Q");
        assert_eq!(hosted_zone("moon-1"), "");
        assert!(HOSTED_ZONES.is_sorted());
        assert_eq!(domain_name("b", "cn-north-1"), "b.s3.amazonaws.com.cn");
        assert_eq!(regional_domain_name("b", "us-east-1"), "b.s3.us-east-1.amazonaws.com");
    }
}
