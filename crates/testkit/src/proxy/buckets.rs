//! Token buckets as AWS has them: a simulation, from what AWS publishes.
//!
//! An account has in each Region one bucket for each operation. A request takes a token; a request that finds none is
//! throttled. What holds for a service of which nothing is published is a guess, and says so.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::call::Call;

/// Of which operations of a service a limit tells the bucket.
#[derive(Clone, Copy, Debug)]
pub enum Operations {
    /// These.
    Named(&'static [&'static str]),
    /// These, where they are asked neither for a page nor with a filter.
    Unbounded(&'static [&'static str]),
    /// Those that only look.
    Looking,
    /// All.
    All,
}

/// How large the buckets of some operations are.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The service.
    pub service: &'static str,
    /// The operations, each of which has a bucket of its own.
    pub operations: Operations,
    /// How many tokens a bucket holds.
    pub capacity: f64,
    /// How many tokens it is given each second.
    pub refill: f64,
    /// Where that is published, or that it is a guess.
    pub source: &'static str,
}

const EC2: &str = "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html";
const LOGS: &str = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html; no burst is published, so one \
     second's worth";
const IAM: &str = "a guess: AWS says that there are buckets for each operation, and no figures";
const STS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 600 a second";

const fn limit(
    service: &'static str,
    operations: Operations,
    capacity: f64,
    refill: f64,
    source: &'static str,
) -> Limit {
    Limit { service, operations, capacity, refill, source }
}

/// The buckets of the services whose types there are. The first that has to do with a request counts.
pub const AWS_BUCKETS: &[Limit] = &[
    limit(
        "ec2",
        Operations::Unbounded(&[
            "DescribeInstances",
            "DescribeInstanceStatus",
            "DescribeNetworkInterfaces",
            "DescribeSecurityGroups",
            "DescribeSnapshots",
            "DescribeSpotInstanceRequests",
            "DescribeVolumes",
        ]),
        50.0,
        10.0,
        EC2,
    ),
    limit("ec2", Operations::Named(&["CreateTags", "DeleteTags"]), 100.0, 10.0, EC2),
    limit("ec2", Operations::Named(&["CreateNatGateway", "DeleteNatGateway"]), 10.0, 1.0, EC2),
    limit("ec2", Operations::Named(&["CreateVpcEndpoint", "DeleteVpcEndpoints"]), 4.0, 0.3, EC2),
    limit("ec2", Operations::Looking, 100.0, 20.0, EC2),
    limit("ec2", Operations::All, 50.0, 5.0, EC2),
    limit(
        "logs",
        Operations::Named(&["CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups"]),
        10.0,
        10.0,
        LOGS,
    ),
    limit("logs", Operations::All, 5.0, 5.0, LOGS),
    limit("iam", Operations::Looking, 100.0, 20.0, IAM),
    limit("iam", Operations::All, 50.0, 5.0, IAM),
    limit("sts", Operations::All, 600.0, 600.0, STS),
];

impl Limit {
    fn covers(&self, call: &Call) -> bool {
        self.service == call.service
            && match self.operations {
                Operations::Named(names) => names.contains(&&*call.operation),
                Operations::Unbounded(names) => {
                    names.contains(&&*call.operation)
                        && !["Filter.1.Name", "MaxResults", "NextToken"]
                            .iter()
                            .any(|it| call.parameter(it).is_some())
                }
                Operations::Looking => !call.mutates,
                Operations::All => true,
            }
    }
}

/// What is left in all buckets.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    limits: &'static [Limit],
    /// By account, Region, operation with its service, and limit.
    levels: HashMap<(String, String, String, usize), Level>,
}

#[derive(Debug)]
struct Level {
    tokens: f64,
    at: Instant,
    taken: u32,
}

impl Buckets {
    pub(super) fn new(limits: &'static [Limit]) -> Self {
        Self { limits, levels: HashMap::new() }
    }

    /// Takes a token for a request; tells whether there was one.
    pub(super) fn take(&mut self, call: &Call, now: Instant) -> bool {
        let Some((place, limit)) = self.limits.iter().enumerate().find(|(_, it)| it.covers(call)) else {
            return true;
        };
        let operation = format!("{} {}", call.service, call.operation);
        let key = (call.account.clone(), call.region.clone(), operation, place);
        let full = || Level { tokens: limit.capacity, at: now, taken: 0 };
        let level = self.levels.entry(key).or_insert_with(full);
        let since = now.saturating_duration_since(level.at).as_secs_f64();
        level.tokens = (level.tokens + since * limit.refill).min(limit.capacity);
        level.at = now;
        let is_granted = level.tokens >= 1.0;
        if is_granted {
            level.tokens -= 1.0;
            level.taken += 1;
        }
        is_granted
    }

    /// Returns how long the buckets need at least to give as many tokens as were taken, each of them full at first.
    pub(super) fn floor(&self) -> Duration {
        let seconds = self.levels.iter().map(|((.., place), level)| {
            let limit = self.limits[*place];
            (f64::from(level.taken) - limit.capacity).max(0.0) / limit.refill
        });
        Duration::from_secs_f64(seconds.fold(0.0, f64::max))
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::Message;
    use super::*;

    fn call(region: &str, body: &str) -> Call {
        let scope = format!("AWS4-HMAC-SHA256 Credential=1/2/{region}/ec2/aws4_request, X=y");
        Call::of(&Message {
            start: "POST / HTTP/1.1".to_owned(),
            headers: vec![("authorization".to_owned(), scope)],
            body: body.as_bytes().to_vec(),
        })
    }

    /// Returns how many of so many requests at once are granted.
    fn granted(buckets: &mut Buckets, call: &Call, times: usize, now: Instant) -> usize {
        (0..times).filter(|_| buckets.take(call, now)).count()
    }

    #[test]
    fn each_operation_of_each_region_has_a_bucket() {
        let mut buckets = Buckets::new(AWS_BUCKETS);
        let now = Instant::now();
        for (region, body, expected) in [
            ("eu-west-1", "Action=DescribeVpcs", 100),
            ("eu-west-2", "Action=DescribeVpcs", 100),
            ("eu-west-1", "Action=DescribeSecurityGroups&GroupId.1=sg-1", 50),
            ("eu-west-1", "Action=DescribeSecurityGroups&MaxResults=1000", 100),
            // With a filter or with a page: one bucket.
            ("eu-west-1", "Action=DescribeSecurityGroups&Filter.1.Name=vpc-id", 0),
            ("eu-west-1", "Action=CreateTags", 100),
            ("eu-west-1", "Action=CreateSubnet", 50),
            ("eu-west-1", "Action=AuthorizeSecurityGroupIngress", 50),
        ] {
            assert_eq!(granted(&mut buckets, &call(region, body), 200, now), expected, "{region} {body}");
        }
    }

    #[test]
    fn buckets_fill_again_and_do_not_overflow() {
        let mut buckets = Buckets::new(AWS_BUCKETS);
        let (now, call) = (Instant::now(), call("eu-west-1", "Action=DescribeVpcs"));
        for (seconds, expected) in [(0, 100), (2, 40), (3, 20), (1000, 100)] {
            let later = now + Duration::from_secs(seconds);
            assert_eq!(granted(&mut buckets, &call, 200, later), expected, "after {seconds} s");
        }
    }

    #[test]
    fn the_floor_is_that_of_the_slowest_bucket() {
        let mut buckets = Buckets::new(AWS_BUCKETS);
        let now = Instant::now();
        let create = call("eu-west-1", "Action=CreateSubnet");
        for second in 0..10 {
            granted(&mut buckets, &create, 200, now + Duration::from_secs(second));
        }
        granted(&mut buckets, &call("eu-west-1", "Action=DescribeSubnets"), 100, now);
        // 50 at once, and five in each of the nine seconds that follow.
        assert_eq!(buckets.floor(), Duration::from_secs(9));
        assert_eq!(Buckets::default().floor(), Duration::ZERO);
    }

    #[test]
    fn what_is_not_limited_is_granted() {
        let mut buckets = Buckets::default();
        assert_eq!(granted(&mut buckets, &call("eu-west-1", "Action=CreateVpc"), 500, Instant::now()), 500);
    }
}
