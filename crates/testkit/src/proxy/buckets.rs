//! Token buckets as AWS has them: a simulation, from what AWS publishes.
//!
//! An account has in each Region a bucket for each operation. A request takes a token of every bucket that is meant
//! for it; a request that does not find them is throttled, and takes none.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use rinfra_throttling::{Asked, BucketId, buckets_of, floor, is_unbounded};

use super::call::Call;

/// What is left in all buckets.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    are_there: bool,
    /// By account and Region.
    levels: HashMap<(String, String, BucketId), Level>,
    granted: BTreeMap<Asked, u64>,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    tokens: f64,
    at: Instant,
}

impl Buckets {
    /// Returns buckets that are full, or none.
    pub(super) fn new(are_there: bool) -> Self {
        Self { are_there, ..Self::default() }
    }

    /// Takes a token for a request of each of its buckets; tells whether there was one everywhere.
    pub(super) fn take(&mut self, call: &Call, now: Instant) -> bool {
        if !self.are_there {
            return true;
        }
        let asked = Asked {
            account: call.account.clone(),
            region: call.region.clone(),
            service: call.service.clone(),
            operation: call.operation.clone(),
            is_unbounded: is_unbounded(&call.body),
        };
        let mut keys = Vec::new();
        for id in buckets_of(&asked.service, &asked.operation, asked.is_unbounded) {
            let bucket = id.bucket();
            let key = (asked.account.clone(), asked.region.clone(), id);
            let level = self.levels.entry(key.clone()).or_insert(Level { tokens: bucket.capacity, at: now });
            let since = now.saturating_duration_since(level.at).as_secs_f64();
            level.tokens = (level.tokens + since * bucket.refill).min(bucket.capacity);
            level.at = now;
            keys.push(key);
        }
        if keys.iter().any(|it| self.levels[it].tokens < 1.0) {
            return false;
        }
        for key in &keys {
            self.levels.entry(key.clone()).and_modify(|it| it.tokens -= 1.0);
        }
        *self.granted.entry(asked).or_default() += 1;
        true
    }

    /// Returns how long the buckets need at least to give as many tokens as were taken, each of them full at first.
    pub(super) fn floor(&self) -> Duration {
        floor(self.granted.iter().map(|(asked, times)| (asked, *times))).time
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
        let mut buckets = Buckets::new(true);
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
        let mut buckets = Buckets::new(true);
        let (now, call) = (Instant::now(), call("eu-west-1", "Action=DescribeVpcs"));
        for (seconds, expected) in [(0, 100), (2, 40), (3, 20), (1000, 100)] {
            let later = now + Duration::from_secs(seconds);
            assert_eq!(granted(&mut buckets, &call, 200, later), expected, "after {seconds} s");
        }
    }

    #[test]
    fn the_floor_is_that_of_the_slowest_bucket() {
        let mut buckets = Buckets::new(true);
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
    fn a_request_that_finds_one_of_its_buckets_empty_takes_nothing() {
        let mut buckets = Buckets::new(true);
        let now = Instant::now();
        let call = |operation: &str| Call {
            service: "route53".to_owned(),
            operation: operation.to_owned(),
            ..call("us-east-1", "")
        };
        // 40 of its own, and 50 of all operations together.
        assert_eq!(granted(&mut buckets, &call("CreateHostedZone"), 100, now), 40);
        assert_eq!(granted(&mut buckets, &call("ListHostedZones"), 100, now), 10);
        assert_eq!(granted(&mut buckets, &call("ListHostedZones"), 100, now + Duration::from_secs(1)), 10);
    }

    #[test]
    fn what_is_not_limited_is_granted() {
        let mut buckets = Buckets::default();
        assert_eq!(granted(&mut buckets, &call("eu-west-1", "Action=CreateVpc"), 500, Instant::now()), 500);
    }
}
