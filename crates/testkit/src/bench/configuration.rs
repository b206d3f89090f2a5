//! Configurations of any number of mixed AWS resources, as people write them.

use crate::generated::GeneratedFiles;

/// The least number of resources that has something of everything.
pub const SMALLEST: usize = 30;

/// How many resource instances one service of the configuration has: the module `service`.
const OF_A_SERVICE: usize = 20;

/// How many resource instances in a thousand belong to services; the others are networks.
const SHARE_OF_SERVICES: usize = 780;

/// What a configuration is made of.
///
/// Of a hundred resource instances, some 22 are networks (8 subnets with as many associations, 3 route tables with a
/// route each, VPCs and internet gateways) and 78 are services (12 security groups and 27 ingress rules, 8 roles, 8
/// policies with as many attachments, 4 inline policies, 12 log groups). That is what service teams have of an account
/// beside the servers themselves, and no quota of a fresh account stands against 10,000 of it: at most four VPCs
/// beside the default one, 200 subnets in each, fewer than 1,000 roles and 2,500 security groups.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Mix {
    /// How many networks: instances of the module `network`.
    pub networks: usize,
    /// How many subnets each network has, and associations.
    pub subnets: usize,
    /// How many route tables each network has, and routes.
    pub tables: usize,
    /// How many services: instances of the module `service`.
    pub services: usize,
    /// How many log groups stand beside them, to make the total exact.
    pub log_groups: usize,
}

impl Mix {
    /// Returns the mix of exactly so many resource instances, of [`SMALLEST`] at least.
    pub fn of(resources: usize) -> Self {
        let resources = resources.max(SMALLEST);
        let networks = match resources {
            ..500 => 1,
            500..2_000 => 2,
            2_000..6_000 => 3,
            _ => 4,
        };
        let services = (resources * SHARE_OF_SERVICES / 1000 / OF_A_SERVICE).max(1);
        let rest = resources - services * OF_A_SERVICE;
        // Besides its subnets and tables, a network has a VPC and an internet gateway.
        let each = rest / networks - 2;
        let tables = (each * 3 / 22).max(1);
        let subnets = (each - 2 * tables) / 2;
        let log_groups = rest - networks * (2 + 2 * tables + 2 * subnets);
        Self { networks, subnets, tables, services, log_groups }
    }

    /// Returns how many resource instances it has.
    pub fn resources(self) -> usize {
        let of_a_network = 2 + 2 * self.tables + 2 * self.subnets;
        self.networks * of_a_network + self.services * OF_A_SERVICE + self.log_groups
    }

    /// Returns the files of the configuration. Names end with `suffix`.
    pub fn files(self, suffix: &str) -> GeneratedFiles {
        let root = ROOT
            .replace("SUFFIX", suffix)
            .replace("NETWORKS", &self.networks.to_string())
            .replace("SUBNETS", &self.subnets.to_string())
            .replace("TABLES", &self.tables.to_string())
            .replace("SERVICES", &self.services.to_string())
            .replace("LOG_GROUPS", &self.log_groups.to_string());
        vec![
            ("main.tf".to_owned(), root),
            ("network/main.tf".to_owned(), NETWORK.to_owned()),
            ("service/main.tf".to_owned(), SERVICE.to_owned()),
            ("service/iam.tf".to_owned(), SERVICE_IAM.to_owned()),
        ]
    }
}

const ROOT: &str = include_str!("configuration/root.tf");
const NETWORK: &str = include_str!("configuration/network.tf");
const SERVICE: &str = include_str!("configuration/service.tf");
const SERVICE_IAM: &str = include_str!("configuration/service_iam.tf");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_total_is_exact() {
        for resources in (SMALLEST..400).chain([1_000, 1_001, 2_999, 3_000, 10_000, 12_345]) {
            let mix = Mix::of(resources);
            assert_eq!(mix.resources(), resources, "{mix:?}");
            assert!(mix.subnets >= 1 && mix.tables >= 1, "{mix:?}");
            assert!(mix.log_groups <= 2 * mix.networks + 2, "{mix:?}");
        }
    }

    #[test]
    fn a_fresh_account_has_room_for_ten_thousand() {
        let mix = Mix::of(10_000);
        // Five VPCs, of which one is the default; 200 subnets and route tables of a VPC; 1,000 roles of an account;
        // 2,500 security groups of a Region.
        assert!(mix.networks <= 4 && mix.subnets <= 200 && mix.tables <= 200, "{mix:?}");
        assert!(2 * mix.services <= 1_000 && 3 * mix.services <= 2_500, "{mix:?}");
    }
}
