//! How long the buckets need for what was asked.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::figures::{BucketId, buckets_of};

/// A request, as far as it decides which buckets it takes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asked {
    /// Who asked; any name that tells accounts apart.
    pub account: String,
    /// The Region the request was signed for.
    pub region: String,
    /// The service, as signatures name it.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// Whether it asked neither for a page nor with a filter.
    pub is_unbounded: bool,
}

/// How long buckets that are full at first need at least.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Floor {
    /// How long.
    pub time: Duration,
    /// Which of them needs that long; none, where all requests find a token at once.
    pub slowest: Option<BucketId>,
}

/// Returns how long a bucket that is full at first needs at least to give so many tokens.
pub fn needed(id: &BucketId, tokens: u64) -> Duration {
    let bucket = id.bucket();
    // Nobody makes as many requests as a float cannot count.
    let beyond = tokens as f64 - bucket.capacity;
    Duration::from_secs_f64(beyond.max(0.0) / bucket.refill)
}

/// Returns how long the buckets need at least for requests that were let through so many times: nobody who makes
/// them can be faster.
pub fn floor<'a>(requests: impl IntoIterator<Item = (&'a Asked, u64)>) -> Floor {
    let mut taken: BTreeMap<(&str, &str, BucketId), u64> = BTreeMap::new();
    for (it, times) in requests {
        for id in buckets_of(&it.service, &it.operation, it.is_unbounded) {
            *taken.entry((&it.account, &it.region, id)).or_default() += times;
        }
    }
    let mut floor = Floor::default();
    for ((.., id), times) in taken {
        let time = needed(&id, times);
        if time > floor.time {
            floor = Floor { time, slowest: Some(id) };
        }
    }
    floor
}

#[cfg(test)]
mod tests {
    use super::{Asked, floor};
    use std::time::Duration;

    fn asked(account: &str, region: &str, service: &str, operation: &str) -> Asked {
        let [account, region, service, operation] = [account, region, service, operation].map(str::to_owned);
        Asked { account, region, service, operation, is_unbounded: true }
    }

    #[track_caller]
    fn check(requests: &[(&Asked, u64)], seconds: u64, slowest: &str) {
        let found = floor(requests.iter().copied());
        assert_eq!(found.time, Duration::from_secs(seconds), "{found:?}");
        assert_eq!(found.slowest.map(|it| it.to_string()).unwrap_or_default(), slowest);
    }

    #[test]
    fn the_slowest_bucket_counts() {
        let subnet = asked("1", "eu-west-1", "ec2", "CreateSubnet");
        let elsewhere = asked("1", "eu-west-2", "ec2", "CreateSubnet");
        let others = asked("2", "eu-west-1", "ec2", "CreateSubnet");
        let look = asked("1", "eu-west-1", "ec2", "DescribeSubnets");
        check(&[], 0, "");
        check(&[(&subnet, 50), (&look, 100)], 0, "");
        check(&[(&subnet, 100), (&look, 140)], 10, "ec2 CreateSubnet");
        check(&[(&subnet, 55), (&look, 140)], 2, "ec2 DescribeSubnets");
        check(&[(&subnet, 50), (&elsewhere, 50), (&others, 50)], 0, "");
        check(&[(&asked("1", "eu-west-1", "moon", "Land"), 5000)], 0, "");
    }

    #[test]
    fn what_takes_from_one_bucket_is_added_up() {
        let list = asked("1", "us-east-1", "route53", "ListHostedZones");
        let change = asked("1", "us-east-1", "route53", "ChangeResourceRecordSets");
        check(&[(&list, 50), (&change, 50)], 5, "route53");
    }
}
