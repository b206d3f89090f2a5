use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rinfra_provider::Region;

use super::{Lane, Limiters, Scope};
use crate::clock::Clock;

fn scope(service: &str, region: &str) -> Scope {
    Scope { service: service.to_owned(), region: region.to_owned() }
}

/// Returns how many tokens there are at once.
async fn burst(limiters: &Limiters, clock: &Clock, scope: &Scope, operation: &str) -> usize {
    let start = clock.now();
    for taken in 0..1000 {
        for bucket in limiters.of(scope, clock).buckets(scope, operation, false) {
            bucket.take(Lane::Change).await;
        }
        if clock.now() > start {
            return taken;
        }
    }
    1000
}

#[tokio::test]
async fn each_operation_has_a_bucket_in_each_region() {
    let (limiters, clock) = (Limiters::default(), Clock::jumping());
    let (here, there) = (scope("ec2", "eu-west-1"), scope("ec2", "eu-west-2"));
    for (place, operation, expected) in [
        (&here, "CreateSubnet", 50),
        (&there, "CreateSubnet", 50),
        (&here, "DescribeSubnets", 100),
        (&here, "CreateVpcEndpoint", 4),
        (&scope("route53", "us-east-1"), "CreateHostedZone", 40),
        // Together with the forty.
        (&scope("route53", "us-east-1"), "ListHostedZones", 10),
        (&scope("moon", "eu-west-1"), "DescribeCraters", 100),
        (&scope("moon", "eu-west-1"), "Land", 50),
    ] {
        let found = burst(&limiters, &clock, place, operation).await;
        // Time passes while the last one waits for its token.
        assert!((expected..expected + 6).contains(&found), "{operation}: {found} instead of {expected}");
    }
}

#[tokio::test]
async fn the_user_may_want_less_or_more() {
    let (limiters, clock) = (Limiters::default(), Clock::jumping());
    let place = scope("ec2", "eu-west-1");
    let wanted = |a_second: f64| BTreeMap::from([("ec2".to_owned(), a_second)]);
    limiters.limit(&wanted(200.0));
    assert_eq!(burst(&limiters, &clock, &place, "CreateSubnet").await, 200);
    limiters.limit(&wanted(3.0));
    limiters.limit(&wanted(70.0));
    clock.sleep(Duration::from_secs(10)).await;
    assert_eq!(burst(&limiters, &clock, &place, "CreateSubnet").await, 3, "the most modest one counts");
    assert_eq!(burst(&limiters, &clock, &place, "DescribeSubnets").await, 3);
    assert_eq!(burst(&limiters, &clock, &scope("iam", "us-east-1"), "CreateRole").await, 50);
}

#[tokio::test]
async fn types_do_not_wait_for_each_other() {
    let limiters = Limiters::default();
    let region = Region::new("eu-west-1");
    let gate = |kind: &str| limiters.gate(kind, &region);
    assert!(Arc::ptr_eq(&gate("aws_vpc"), &gate("aws_vpc")));
    assert!(!Arc::ptr_eq(&gate("aws_vpc"), &gate("aws_subnet")));
}
