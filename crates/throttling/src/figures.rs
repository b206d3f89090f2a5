//! The buckets, and which of them a request takes from.

use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::operation::looks;

const DATA: &str = include_str!("../data/buckets.json");

/// The buckets of some operations of a service: one for each of them, or one for all together.
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    /// The service, as signatures name it.
    pub service: String,
    /// How many tokens it holds.
    pub capacity: f64,
    /// How many tokens it is given each second.
    pub refill: f64,
    /// Where that is published, or that it is a guess and why.
    pub source: String,
    of: Operations,
    /// Whether all these operations take from one bucket.
    together: bool,
    /// Whether requests take from it besides the bucket of their own.
    besides: bool,
}

/// One bucket among those of an account in a Region.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketId {
    /// Its place in the list.
    place: usize,
    /// Whose it is; nobody's, where it is for several together.
    operation: Option<Arc<str>>,
}

/// Of which operations something is said.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "of", rename_all = "lowercase")]
enum Operations {
    /// These.
    Named { operations: Vec<String> },
    /// These, where they ask neither for a page nor with a filter.
    Unbounded { operations: Vec<String> },
    /// Those that only look.
    Reads,
    /// All.
    All,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    service: String,
    /// What else it is called.
    #[serde(default)]
    names: Vec<String>,
    source: String,
    buckets: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(flatten)]
    of: Operations,
    capacity: f64,
    refill: f64,
    source: Option<String>,
    #[serde(default)]
    together: bool,
    #[serde(default)]
    besides: bool,
}

#[derive(Default)]
struct Figures {
    buckets: Vec<Bucket>,
    /// What each service is called, and how signatures name it.
    names: Vec<(String, String)>,
}

/// What is not known takes no time: a test proves that the data can be read.
static FIGURES: LazyLock<Figures> = LazyLock::new(|| read(DATA).unwrap_or_default());

fn read(text: &str) -> serde_json::Result<Figures> {
    let services: Vec<Service> = serde_json::from_str(text)?;
    let mut figures = Figures::default();
    for Service { service, names, source, buckets } in services {
        let buckets = buckets.into_iter().map(|entry| Bucket {
            service: service.clone(),
            capacity: entry.capacity,
            refill: entry.refill,
            source: entry.source.unwrap_or_else(|| source.clone()),
            of: entry.of,
            together: entry.together,
            besides: entry.besides,
        });
        figures.buckets.extend(buckets);
        figures.names.extend(names.into_iter().map(|name| (name, service.clone())));
        figures.names.push((service.clone(), service));
    }
    Ok(figures)
}

/// Returns all buckets there are figures of.
pub fn all() -> &'static [Bucket] {
    &FIGURES.buckets
}

/// Returns how signatures name a service, whatever it is called; `None` where nothing is known of it.
pub fn service_named(name: &str) -> Option<&'static str> {
    FIGURES.names.iter().find(|(it, _)| it == name).map(|(_, service)| service.as_str())
}

/// Returns the buckets a request takes a token from: mostly one, and none where there are no figures.
pub fn buckets_of(service: &str, operation: &str, is_unbounded: bool) -> impl Iterator<Item = BucketId> {
    let covering = move |it: &Bucket| it.service == service && it.of.cover(operation, is_unbounded);
    let covering: Vec<_> = all().iter().enumerate().filter(|(_, it)| covering(it)).collect();
    let own = covering.iter().position(|(_, it)| !it.besides);
    let taken = covering.into_iter().enumerate().filter(move |(at, (_, it))| it.besides || own == Some(*at));
    taken.map(move |(_, (place, it))| BucketId {
        place,
        operation: (!it.together).then(|| Arc::from(operation)),
    })
}

impl Operations {
    fn cover(&self, operation: &str, is_unbounded: bool) -> bool {
        let is_listed = |names: &[String]| names.iter().any(|it| it == operation);
        match self {
            Self::Named { operations } => is_listed(operations),
            Self::Unbounded { operations } => is_unbounded && is_listed(operations),
            Self::Reads => looks(operation),
            Self::All => true,
        }
    }
}

impl BucketId {
    /// Returns what is known of the bucket.
    pub fn bucket(&self) -> &'static Bucket {
        // An identity is made from the list, which never changes.
        &all()[self.place]
    }

    /// Returns the operation whose bucket it is; `None` where several take from it together.
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }
}

impl fmt::Display for BucketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bucket { service, of, .. } = self.bucket();
        write!(f, "{service}")?;
        if let Some(operation) = &self.operation {
            write!(f, " {operation}")?;
        }
        match of {
            Operations::Unbounded { .. } => write!(f, " without page or filter"),
            Operations::Reads if self.operation.is_none() => write!(f, ", all that look"),
            Operations::Named { operations } if self.operation.is_none() => {
                write!(f, " {}", operations.join(", "))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for BucketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, all, buckets_of, read, service_named};

    #[test]
    fn each_bucket_has_figures_and_a_source() {
        let figures = read(DATA).expect("figures");
        assert!(figures.buckets.len() > 50);
        for it in &figures.buckets {
            assert!(it.capacity >= 1.0 && it.refill > 0.0, "{it:?}");
            assert!(
                it.source.starts_with("https://docs.aws.amazon.com/") || it.source.starts_with("a guess"),
                "{it:?}"
            );
        }
        for service in figures.buckets.iter().map(|it| &it.service) {
            let last = figures.buckets.iter().rfind(|it| it.service == *service);
            assert_eq!(
                last.map(|it| &it.of),
                Some(&super::Operations::All),
                "{service}: nothing is left out"
            );
        }
    }

    fn check(service: &str, operation: &str, is_unbounded: bool, expected: &[(&str, f64, f64)]) {
        let found: Vec<_> = buckets_of(service, operation, is_unbounded)
            .map(|it| (it.to_string(), it.bucket().capacity, it.bucket().refill))
            .collect();
        let found: Vec<_> = found.iter().map(|(name, size, rate)| (name.as_str(), *size, *rate)).collect();
        assert_eq!(found, expected, "{service} {operation}");
    }

    #[test]
    fn a_request_takes_from_the_first_bucket_that_is_meant_for_it() {
        check("ec2", "DescribeVpcs", true, &[("ec2 DescribeVpcs", 100.0, 20.0)]);
        check("ec2", "DescribeSecurityGroups", false, &[("ec2 DescribeSecurityGroups", 100.0, 20.0)]);
        let unbounded = "ec2 DescribeSecurityGroups without page or filter";
        check("ec2", "DescribeSecurityGroups", true, &[(unbounded, 50.0, 10.0)]);
        check("ec2", "CreateTags", true, &[("ec2 CreateTags", 100.0, 10.0)]);
        check("ec2", "CreateSubnet", true, &[("ec2 CreateSubnet", 50.0, 5.0)]);
        check("ec2", "CreateVpcEndpoint", true, &[("ec2 CreateVpcEndpoint", 4.0, 0.3)]);
        check("cloudtrail", "LookupEvents", true, &[("cloudtrail LookupEvents", 2.0, 2.0)]);
        check("moon", "DescribeCraters", true, &[]);
    }

    #[test]
    fn some_buckets_are_for_several_operations() {
        check("sts", "GetCallerIdentity", true, &[("sts", 600.0, 600.0)]);
        let clusters = "ecs DescribeClusters, ListClusters";
        check("ecs", "ListClusters", true, &[(clusters, 50.0, 20.0)]);
        let zones = [("route53", 50.0, 10.0), ("route53 CreateHostedZone", 40.0, 2.0)];
        check("route53", "CreateHostedZone", true, &zones);
        let others = [("route53", 50.0, 10.0), ("route53 ListHostedZones", 50.0, 10.0)];
        check("route53", "ListHostedZones", true, &others);
    }

    #[test]
    fn services_have_several_names() {
        for (name, expected) in
            [("ec2", Some("ec2")), ("elbv2", Some("elasticloadbalancing")), ("moon", None), ("", None)]
        {
            assert_eq!(service_named(name), expected, "{name}");
        }
        assert!(all().iter().all(|it| service_named(&it.service) == Some(&*it.service)));
    }
}
