//! Every type is read in as many calls as it says: what says it takes one for each page takes no more for twice as
//! many objects.

use futures::future::join_all;
use rinfra_provider::{ReadCost, Wanted};
use rinfra_testkit::world::{World, text};
use rinfra_value::Value;
use serde_json::{Value as Json, json};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
const ALLOWS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}"#;

/// How many objects of each type are read, and then twice as many: more than are worth asking for one by one.
const SOME: usize = 8;

/// A type, and a configuration of it for every number.
type Fixture = (&'static str, Box<dyn Fn(usize) -> Json>);

fn fixture(kind: &'static str, config: impl Fn(usize) -> Json + 'static) -> Fixture {
    (kind, Box::new(config))
}

/// What the objects of the fixtures need, one for each of them.
struct Places {
    vpc: String,
    gateway: String,
    subnets: Vec<String>,
    addresses: Vec<String>,
    tables: Vec<String>,
    groups: Vec<String>,
    roles: Vec<String>,
    policies: Vec<String>,
    buckets: Vec<String>,
}

async fn make(world: &World, kind: &str, config: impl Fn(usize) -> Json, attribute: &str) -> Vec<String> {
    let made = (0..2 * SOME).map(|number| {
        let config = config(number);
        async move { text(&world.create(kind, &config).await, attribute) }
    });
    join_all(made).await
}

impl Places {
    async fn make(world: &World) -> Self {
        let vpc = text(&world.create("aws_vpc", &json!({ "cidr_block": "10.0.0.0/16" })).await, "id");
        let gateway = text(&world.create("aws_internet_gateway", &json!({ "vpc_id": vpc })).await, "id");
        let (in_vpc, account) = (json!({ "vpc_id": vpc }), world.account().id());
        let subnet = |it| json!({ "vpc_id": vpc, "cidr_block": format!("10.0.{it}.0/24") });
        let role = |it| json!({ "name": format!("base-{it}"), "assume_role_policy": TRUST });
        Self {
            subnets: make(world, "aws_subnet", subnet, "id").await,
            addresses: make(world, "aws_eip", |_| json!({ "domain": "vpc" }), "id").await,
            tables: make(world, "aws_route_table", |_| in_vpc.clone(), "id").await,
            groups: make(world, "aws_security_group", |_| in_vpc.clone(), "id").await,
            roles: make(world, "aws_iam_role", role, "name").await,
            policies: make(world, "aws_iam_policy", |_| json!({ "policy": ALLOWS }), "arn").await,
            buckets: make(
                world,
                "aws_s3_bucket",
                |it| json!({ "bucket": format!("base-{account}-{it}") }),
                "id",
            )
            .await,
            vpc,
            gateway,
        }
    }

    fn fixtures(self, account: &str) -> Vec<Fixture> {
        let Self { vpc, gateway, subnets, addresses, tables, groups, roles, policies, buckets } = self;
        let account = account.to_owned();
        let tags = |it: usize| json!({ "Name": it.to_string() });
        let (of_subnets, of_groups) = (vpc.clone(), vpc.clone());
        let (places, routed) = (subnets.clone(), tables.clone());
        let (rules, ingress, egress) = (groups.clone(), groups.clone(), groups);
        let (of_policies, blocks, encrypted) = (roles.clone(), buckets.clone(), buckets.clone());
        vec![
            fixture("aws_vpc", |it| json!({ "cidr_block": format!("10.{it}.0.0/16") })),
            fixture(
                "aws_subnet",
                move |it| json!({ "vpc_id": of_subnets, "cidr_block": format!("10.0.{}.0/24", 100 + it), "tags": tags(it) }),
            ),
            fixture("aws_internet_gateway", move |it| json!({ "tags": tags(it) })),
            fixture("aws_eip", move |it| json!({ "domain": "vpc", "tags": tags(it) })),
            fixture(
                "aws_nat_gateway",
                move |it| json!({ "subnet_id": places[it], "allocation_id": addresses[it] }),
            ),
            fixture("aws_route_table", move |it| json!({ "vpc_id": vpc, "tags": tags(it) })),
            fixture(
                "aws_security_group",
                move |it| json!({ "vpc_id": of_groups, "name": format!("group-{it}") }),
            ),
            fixture("aws_route", move |it| {
                json!({
                    "route_table_id": routed[it], "destination_cidr_block": "0.0.0.0/0", "gateway_id": gateway
                })
            }),
            fixture(
                "aws_route_table_association",
                move |it| json!({ "subnet_id": subnets[it], "route_table_id": tables[it] }),
            ),
            fixture("aws_security_group_rule", move |it| {
                json!({
                    "security_group_id": rules[it], "type": "ingress", "protocol": "tcp", "from_port": 80,
                    "to_port": 80, "cidr_blocks": ["10.1.0.0/16"]
                })
            }),
            fixture("aws_vpc_security_group_ingress_rule", move |it| {
                json!({
                    "security_group_id": ingress[it], "ip_protocol": "tcp", "from_port": 22, "to_port": 22,
                    "cidr_ipv4": "10.0.0.0/8"
                })
            }),
            fixture("aws_vpc_security_group_egress_rule", move |it| {
                json!({
                    "security_group_id": egress[it], "ip_protocol": "udp", "from_port": 53, "to_port": 53,
                    "cidr_ipv4": "10.0.0.0/8"
                })
            }),
            fixture(
                "aws_iam_role",
                move |it| json!({ "name": format!("role-{it}"), "assume_role_policy": TRUST, "tags": tags(it) }),
            ),
            // The index of tags says nothing of policies without any.
            fixture(
                "aws_iam_policy",
                move |it| json!({ "name": format!("policy-{it}"), "policy": ALLOWS, "tags": tags(it) }),
            ),
            fixture(
                "aws_iam_role_policy",
                move |it| json!({ "role": of_policies[it], "name": "own", "policy": ALLOWS }),
            ),
            fixture(
                "aws_iam_role_policy_attachment",
                move |it| json!({ "role": roles[it], "policy_arn": policies[it] }),
            ),
            fixture(
                "aws_cloudwatch_log_group",
                move |it| json!({ "name": format!("/group/{it}"), "tags": tags(it) }),
            ),
            fixture("aws_s3_bucket", move |it| json!({ "bucket": format!("bucket-{account}-{it}") })),
            fixture(
                "aws_s3_bucket_public_access_block",
                move |it| json!({ "bucket": blocks[it], "block_public_acls": true }),
            ),
            fixture("aws_s3_bucket_server_side_encryption_configuration", move |it| {
                json!({
                    "bucket": encrypted[it],
                    "rule": [{ "apply_server_side_encryption_by_default": [{ "sse_algorithm": "AES256" }] }]
                })
            }),
            fixture(
                "aws_s3_bucket_versioning",
                move |it| json!({ "bucket": buckets[it], "versioning_configuration": [{ "status": "Enabled" }] }),
            ),
        ]
    }
}

/// Reads objects that are known, and returns how many calls of all services that took.
async fn calls(world: &World, kind: &str, known: &[Value]) -> u64 {
    let all = || world.connection().calls().values().sum::<u64>();
    let wanted =
        known.iter().map(|it| Wanted { identity: world.identity(kind, it), prior: Some(it.clone()) });
    let region = world.connection().region(kind, known.first());
    let before = all();
    let read = world.connection().read(kind, region.as_ref(), wanted.collect()).await.expect(kind);
    let calls = all() - before;
    assert!(read.iter().all(Option::is_some), "{kind}: all of them are there");
    calls
}

#[tokio::test]
async fn every_type_is_read_in_as_many_calls_as_it_says() {
    let world = World::with(rinfra_aws::provider(), &json!({ "s3_use_path_style": true })).await;
    let places = Places::make(&world).await;
    let fixtures = places.fixtures(world.account().id());
    let mut left: Vec<&str> = world.provider().resource_type_names();
    for (kind, config) in &fixtures {
        let position = left.iter().position(|it| it == kind).unwrap_or_else(|| panic!("there is no {kind}"));
        left.remove(position);
        let objects = (0..2 * SOME).map(|number| {
            let config = config(number);
            let world = &world;
            async move { world.create(kind, &config).await }
        });
        let objects = join_all(objects).await;
        // What is asked for once in the life of a connection does not count.
        calls(&world, kind, &objects).await;
        let (some, twice) =
            (calls(&world, kind, &objects[..SOME]).await, calls(&world, kind, &objects).await);
        let expected = match world.provider().resource_type(kind).expect(kind).read_cost() {
            ReadCost::Pages => 0,
            ReadCost::Each { calls, reason } => {
                assert!(!reason.is_empty(), "{kind}: why?");
                calls * SOME as u64
            }
        };
        assert_eq!(
            twice.checked_sub(some),
            Some(expected),
            "{kind}: {some} calls for {SOME}, {twice} for twice as many"
        );
    }
    assert!(left.is_empty(), "no fixture here for {left:?}: write one");
}
