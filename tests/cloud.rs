//! What an account of the local AWS holds, read through the AWS SDK.

use std::collections::BTreeMap;
use std::fmt::Debug;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ec2::config::BehaviorVersion;
use aws_smithy_http_client::Builder;
use aws_types::SdkConfig;
use aws_types::region::Region;
use rinfra_testkit::Account;
use tokio::runtime::Runtime;

/// An account in a Region, as the SDK sees it.
pub(crate) struct Cloud {
    config: SdkConfig,
    runtime: Runtime,
}

/// The kind and id of everything found, with all the SDK tells about it.
#[derive(Default)]
struct Inventory(BTreeMap<String, String>);

impl Inventory {
    fn add<T: Debug>(&mut self, kind: &str, found: &[T], id: impl Fn(&T) -> Option<&str>) {
        for object in found {
            self.0
                .insert(format!("{kind} {}", id(object).unwrap_or("without an id")), format!("{object:#?}"));
        }
    }
}

impl Cloud {
    pub(crate) fn new(account: &Account, region: &str) -> Self {
        let credentials = Credentials::new(account.id(), "test", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(account.endpoint())
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(Builder::new().build_http())
            .build();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime needs nothing but memory");
        Self { config, runtime }
    }

    /// Makes a bucket.
    pub(crate) fn make_bucket(&self, name: &str) {
        let client = aws_sdk_s3::Client::from_conf(
            aws_sdk_s3::config::Builder::from(&self.config).force_path_style(true).build(),
        );
        let made = self.runtime.block_on(client.create_bucket().bucket(name).send());
        made.expect("a bucket can be made");
    }

    /// Returns everything of a network and its logs in this Region: a fresh account has a default VPC here, with all
    /// that belongs to one.
    pub(crate) fn regional(&self) -> BTreeMap<String, String> {
        let mut inventory = Inventory::default();
        self.runtime.block_on(async {
            self.network(&mut inventory).await;
            self.log_groups(&mut inventory).await;
        });
        inventory.0
    }

    /// Returns the roles, policies and buckets of the account.
    pub(crate) fn global(&self) -> BTreeMap<String, String> {
        let mut inventory = Inventory::default();
        self.runtime.block_on(async {
            self.roles(&mut inventory).await;
            self.buckets(&mut inventory).await;
        });
        inventory.0
    }

    async fn network(&self, inventory: &mut Inventory) {
        let ec2 = aws_sdk_ec2::Client::new(&self.config);
        let vpcs = ec2.describe_vpcs().send().await.expect("DescribeVpcs");
        inventory.add("vpc", vpcs.vpcs(), |it| it.vpc_id());
        let subnets = ec2.describe_subnets().send().await.expect("DescribeSubnets");
        inventory.add("subnet", subnets.subnets(), |it| it.subnet_id());
        let gateways = ec2.describe_internet_gateways().send().await.expect("DescribeInternetGateways");
        inventory.add("internet gateway", gateways.internet_gateways(), |it| it.internet_gateway_id());
        let addresses = ec2.describe_addresses().send().await.expect("DescribeAddresses");
        inventory.add("address", addresses.addresses(), |it| it.allocation_id());
        let tables = ec2.describe_route_tables().send().await.expect("DescribeRouteTables");
        inventory.add("route table", tables.route_tables(), |it| it.route_table_id());
        let groups = ec2.describe_security_groups().send().await.expect("DescribeSecurityGroups");
        inventory.add("security group", groups.security_groups(), |it| it.group_id());
        let rules = ec2.describe_security_group_rules().send().await.expect("DescribeSecurityGroupRules");
        inventory.add("security group rule", rules.security_group_rules(), |it| it.security_group_rule_id());
        // AWS goes on listing deleted gateways for an hour.
        let nats = ec2.describe_nat_gateways().send().await.expect("DescribeNatGateways");
        let is_there = |it: &&aws_sdk_ec2::types::NatGateway| {
            it.state().is_none_or(|state| *state != aws_sdk_ec2::types::NatGatewayState::Deleted)
        };
        let nats: Vec<_> = nats.nat_gateways().iter().filter(is_there).cloned().collect();
        inventory.add("NAT gateway", &nats, |it| it.nat_gateway_id());
    }

    async fn log_groups(&self, inventory: &mut Inventory) {
        let logs = aws_sdk_cloudwatchlogs::Client::new(&self.config);
        let groups = logs.describe_log_groups().send().await.expect("DescribeLogGroups");
        inventory.add("log group", groups.log_groups(), |it| it.log_group_name());
    }

    async fn roles(&self, inventory: &mut Inventory) {
        let iam = aws_sdk_iam::Client::new(&self.config);
        let roles = iam.list_roles().send().await.expect("ListRoles");
        for role in roles.roles() {
            let whole = iam.get_role().role_name(role.role_name()).send().await.expect("GetRole");
            inventory.add("role", whole.role.as_slice(), |it| Some(it.role_name()));
            let inline =
                iam.list_role_policies().role_name(role.role_name()).send().await.expect("ListRolePolicies");
            inventory
                .add(&format!("policy of role {}", role.role_name()), inline.policy_names(), |it| Some(it));
        }
        let local = aws_sdk_iam::types::PolicyScopeType::Local;
        let policies = iam.list_policies().scope(local).send().await.expect("ListPolicies");
        inventory.add("policy", policies.policies(), |it| it.policy_name());
    }

    async fn buckets(&self, inventory: &mut Inventory) {
        let config = aws_sdk_s3::config::Builder::from(&self.config).force_path_style(true).build();
        let buckets = aws_sdk_s3::Client::from_conf(config).list_buckets().send().await.expect("ListBuckets");
        inventory.add("bucket", buckets.buckets(), |it| it.name());
    }
}
