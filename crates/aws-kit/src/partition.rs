//! AWS's partitions: which one a Region belongs to, and what follows from it.

/// A partition of AWS: a group of Regions with its own accounts, ARNs and domain names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The name in ARNs, such as `aws-cn`.
    pub name: &'static str,
    /// The domain of its endpoints and of its service principals.
    pub dns_suffix: &'static str,
    /// How its Regions' names begin.
    prefixes: &'static [&'static str],
    /// The Region that answers for services that have no Regions.
    pub global_region: &'static str,
}

const PARTITIONS: &[Partition] = &[
    Partition {
        name: "aws-cn",
        dns_suffix: "amazonaws.com.cn",
        prefixes: &["cn-"],
        global_region: "cn-northwest-1",
    },
    Partition {
        name: "aws-us-gov",
        dns_suffix: "amazonaws.com",
        prefixes: &["us-gov-"],
        global_region: "us-gov-west-1",
    },
    Partition {
        name: "aws-iso",
        dns_suffix: "c2s.ic.gov",
        prefixes: &["us-iso-"],
        global_region: "us-iso-east-1",
    },
    Partition {
        name: "aws-iso-b",
        dns_suffix: "sc2s.sgov.gov",
        prefixes: &["us-isob-"],
        global_region: "us-isob-east-1",
    },
    Partition {
        name: "aws-iso-e",
        dns_suffix: "cloud.adc-e.uk",
        prefixes: &["eu-isoe-"],
        global_region: "eu-isoe-west-1",
    },
    Partition {
        name: "aws-iso-f",
        dns_suffix: "csp.hci.ic.gov",
        prefixes: &["us-isof-"],
        global_region: "us-isof-south-1",
    },
    Partition {
        name: "aws-eusc",
        dns_suffix: "amazonaws.eu",
        prefixes: &["eusc-"],
        global_region: "eusc-de-east-1",
    },
];

const STANDARD: Partition = Partition {
    name: "aws",
    dns_suffix: "amazonaws.com",
    prefixes: &["af-", "ap-", "ca-", "eu-", "il-", "me-", "mx-", "sa-", "us-"],
    global_region: "us-east-1",
};

impl Partition {
    /// Returns the partition of a Region; the standard one for names nobody knows.
    pub fn of(region: &str) -> Self {
        let holds = |it: &&Self| it.prefixes.iter().any(|prefix| region.starts_with(prefix));
        PARTITIONS.iter().find(holds).copied().unwrap_or(STANDARD)
    }
}

/// Tells whether a text looks like the name of a Region: `eu-central-1`, `us-gov-west-1`.
pub(crate) fn is_region_name(text: &str) -> bool {
    let known =
        PARTITIONS.iter().chain([&STANDARD]).any(|it| it.prefixes.iter().any(|p| text.starts_with(p)));
    let mut parts = text.rsplit('-');
    let number = parts.next().is_some_and(|it| !it.is_empty() && it.chars().all(|c| c.is_ascii_digit()));
    let words: Vec<&str> = parts.collect();
    let lowercase = words.iter().all(|it| !it.is_empty() && it.chars().all(|c| c.is_ascii_lowercase()));
    known && number && words.len() >= 2 && lowercase
}

#[cfg(test)]
mod tests {
    use super::{Partition, is_region_name};

    #[test]
    fn a_region_tells_its_partition() {
        let cases = [
            ("us-east-1", "aws", "amazonaws.com"),
            ("mx-central-1", "aws", "amazonaws.com"),
            ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
            ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
            ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
            ("moon-1", "aws", "amazonaws.com"),
        ];
        for (region, name, suffix) in cases {
            let partition = Partition::of(region);
            assert_eq!((partition.name, partition.dns_suffix), (name, suffix), "{region}");
        }
    }

    #[test]
    fn region_names_have_a_shape() {
        for name in ["us-east-1", "us-gov-west-1", "eusc-de-east-1", "ap-southeast-12"] {
            assert!(is_region_name(name), "{name}");
        }
        for name in ["", "us-east-1a", "useast1", "moon-base-1", "us-1", "us--1", "global"] {
            assert!(!is_region_name(name), "{name}");
        }
    }
}
