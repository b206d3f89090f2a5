//! Every type finds what an interrupted creation of it made: exactly one object, and nothing where nothing was made.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use rinfra_provider::{Connection, Fate, Interrupted, Marked, Operation, Wanted};
use rinfra_testkit::world::World;
use rinfra_value::Value;
use serde_json::{Value as Json, json};

static TOKENS: AtomicU64 = AtomicU64::new(1);

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
const ALLOWS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}"#;

/// A type, an object of it, and, where what nothing made can be there all the same, an object that cannot.
struct Fixture {
    kind: &'static str,
    config: Json,
    impossible: Option<Json>,
}

/// Returns an empty account.
async fn new_world() -> World {
    let arguments = json!({ "s3_use_path_style": true, "default_tags": [{ "tags": { "team": "net" } }] });
    World::with(rinfra_aws::provider(), &arguments).await
}

fn is_marked(world: &World, kind: &str) -> bool {
    world.provider().resource_type(kind).expect(kind).is_marked()
}

/// Makes an object that the fixtures need, and returns its identity.
async fn make(world: &World, kind: &str, config: &Json) -> String {
    let planned = world.plan(kind, None, config).value;
    let operation = operation(world, kind, &planned);
    let connection = world.connection();
    let identity =
        connection.create(&operation, &planned).await.unwrap_or_else(|error| panic!("{kind}: {error}"));
    let settled = connection.settle(&operation, &identity, &planned).await;
    settled.unwrap_or_else(|error| panic!("{kind}: {error}"));
    let marked = Marked { kind: kind.to_owned(), identity: identity.clone(), token: operation.token.clone() };
    connection.unmark(operation.region.as_ref(), vec![marked]).await.expect("untagged");
    identity
}

/// Interrupts a creation before its answer, and looks for it.
async fn check(world: &World, fixture: &Fixture) {
    let Fixture { kind, config, impossible } = fixture;
    let creating = world.reconnect().await;
    let planned = world.plan(kind, None, config).value;
    let operation = operation(world, kind, &planned);
    let absent = impossible.as_ref().map_or_else(|| planned.clone(), |it| world.plan(kind, None, it).value);
    let absent = look_for(&*creating, &operation, &absent).await;
    assert_eq!(absent, Fate::Nothing, "{kind}: before it is made");

    let identity =
        creating.create(&operation, &planned).await.unwrap_or_else(|error| panic!("{kind}: {error}"));
    drop(creating);
    let connection = world.reconnect().await;
    let found = look_for(&*connection, &operation, &planned).await;
    assert_eq!(found, Fate::Made(identity.clone()), "{kind}: when it was made");
    let other = Operation { token: token(), ..operation.clone() };
    if is_marked(world, kind) {
        let fate = look_for(&*connection, &other, &planned).await;
        assert_eq!(fate, Fate::Nothing, "{kind}: somebody else's");
    }

    let object = connection.settle(&operation, &identity, &planned).await;
    let object = object.unwrap_or_else(|error| panic!("{kind}: {error}"));
    assert_eq!(world.identity(kind, &object), identity, "{kind}");
    assert!(!format!("{object:?}").contains("rinfra:intent"), "{kind}: {object:?}");
    if is_marked(world, kind) {
        let region = operation.region.clone();
        let gone =
            Marked { kind: (*kind).to_owned(), identity: identity.clone(), token: operation.token.clone() };
        for _ in 0..2 {
            connection.unmark(region.as_ref(), vec![gone.clone()]).await.expect("untagged");
        }
        let wanted = vec![Wanted { identity: identity.clone(), prior: Some(object.clone()) }];
        let again = connection.read(kind, region.as_ref(), wanted).await.expect(kind);
        assert_eq!(again, [Some(object)], "{kind}: nobody sees the tag come or go");
        let fate = look_for(&*connection, &operation, &planned).await;
        assert_eq!(fate, Fate::Nothing, "{kind}: the tag is gone");
    }
}

fn token() -> String {
    format!("0000000a-1000-4000-8000-{:012x}-1", TOKENS.fetch_add(1, Ordering::Relaxed))
}

/// Returns an operation with a token as the journal makes them.
fn operation(world: &World, kind: &str, planned: &Value) -> Operation {
    Operation { token: token(), ..world.operation(kind, planned) }
}

async fn look_for(connection: &dyn Connection, operation: &Operation, planned: &Value) -> Fate {
    look_for_since(connection, operation, planned, 0).await
}

/// Looks for what a creation made that was to begin so many seconds from now.
async fn look_for_since(
    connection: &dyn Connection,
    operation: &Operation,
    planned: &Value,
    ahead: u64,
) -> Fate {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let interrupted = Interrupted {
        token: operation.token.clone(),
        planned: planned.clone(),
        at: Some(now + ahead),
        age: None,
    };
    let kind = &operation.kind;
    let fates = connection.look_for(kind, operation.region.as_ref(), vec![interrupted]).await;
    let mut fates = fates.unwrap_or_else(|error| panic!("{kind}: {error}"));
    assert_eq!(fates.len(), 1);
    fates.remove(0)
}

async fn fixtures(world: &World) -> Vec<Fixture> {
    let vpc = make(world, "aws_vpc", &json!({ "cidr_block": "10.0.0.0/16" })).await;
    let subnet = make(world, "aws_subnet", &json!({ "vpc_id": vpc, "cidr_block": "10.0.1.0/24" })).await;
    let gateway = make(world, "aws_internet_gateway", &json!({ "vpc_id": vpc })).await;
    let table = make(world, "aws_route_table", &json!({ "vpc_id": vpc })).await;
    let group = make(world, "aws_security_group", &json!({ "vpc_id": vpc, "name": "base" })).await;
    let address = make(world, "aws_eip", &json!({ "domain": "vpc" })).await;
    let role = make(world, "aws_iam_role", &json!({ "name": "base", "assume_role_policy": TRUST })).await;
    let policy = make(world, "aws_iam_policy", &json!({ "name": "base", "policy": ALLOWS })).await;
    let bucket = format!("base-{}", TOKENS.fetch_add(1, Ordering::Relaxed));
    let bucket = make(world, "aws_s3_bucket", &json!({ "bucket": bucket })).await;
    let of = |kind, config| Fixture { kind, config, impossible: None };
    let set = |kind, config: Json| {
        let mut impossible = config.clone();
        impossible["bucket"] = json!("there-is-no-such-bucket");
        Fixture { kind, config, impossible: Some(impossible) }
    };
    let tags = json!({ "Name": "x" });
    vec![
        of("aws_vpc", json!({ "cidr_block": "10.1.0.0/16", "tags": tags })),
        of("aws_subnet", json!({ "vpc_id": vpc, "cidr_block": "10.0.2.0/24", "tags": tags })),
        of("aws_internet_gateway", json!({ "tags": tags })),
        of("aws_eip", json!({ "domain": "vpc", "tags": tags })),
        of("aws_nat_gateway", json!({ "subnet_id": subnet, "allocation_id": address, "tags": tags })),
        of("aws_route_table", json!({ "vpc_id": vpc, "tags": tags })),
        of("aws_security_group", json!({ "vpc_id": vpc, "name_prefix": "x-", "tags": tags })),
        of(
            "aws_route",
            json!({ "route_table_id": table, "destination_cidr_block": "0.0.0.0/0", "gateway_id": gateway }),
        ),
        of("aws_route_table_association", json!({ "subnet_id": subnet, "route_table_id": table })),
        of(
            "aws_security_group_rule",
            json!({
                "security_group_id": group, "type": "ingress", "protocol": "tcp", "from_port": 80, "to_port": 80,
                "cidr_blocks": ["10.2.0.0/16", "10.1.0.0/16"]
            }),
        ),
        of(
            "aws_vpc_security_group_ingress_rule",
            json!({
                "security_group_id": group, "ip_protocol": "tcp", "from_port": 22, "to_port": 22,
                "cidr_ipv4": "10.0.0.0/8", "tags": tags
            }),
        ),
        of(
            "aws_vpc_security_group_egress_rule",
            json!({
                "security_group_id": group, "ip_protocol": "udp", "from_port": 53, "to_port": 53,
                "referenced_security_group_id": group
            }),
        ),
        of("aws_iam_role", json!({ "name": "x", "assume_role_policy": TRUST, "tags": tags })),
        of("aws_iam_policy", json!({ "name_prefix": "x-", "policy": ALLOWS, "tags": tags })),
        of("aws_iam_role_policy", json!({ "role": role, "name": "x", "policy": ALLOWS })),
        of("aws_iam_role_policy_attachment", json!({ "role": role, "policy_arn": policy })),
        of("aws_cloudwatch_log_group", json!({ "name": "/x/y", "tags": tags })),
        of("aws_s3_bucket", json!({ "bucket_prefix": "traced-" })),
        set("aws_s3_bucket_public_access_block", json!({ "bucket": bucket, "block_public_acls": true })),
        set(
            "aws_s3_bucket_server_side_encryption_configuration",
            json!({
                "bucket": bucket,
                "rule": [{ "apply_server_side_encryption_by_default": [{ "sse_algorithm": "AES256" }] }]
            }),
        ),
        // What a bucket has from the beginning is no setting of ours.
        of(
            "aws_s3_bucket_versioning",
            json!({ "bucket": bucket, "versioning_configuration": [{ "status": "Enabled" }] }),
        ),
    ]
}

#[tokio::test]
async fn every_type_finds_what_an_interrupted_creation_made() {
    let world = new_world().await;
    let fixtures = fixtures(&world).await;
    let mut by_kind: BTreeMap<&str, &Fixture> = fixtures.iter().map(|it| (it.kind, it)).collect();
    for kind in world.provider().resource_type_names() {
        let fixture = by_kind.remove(kind).unwrap_or_else(|| panic!("{kind} has no fixture here: write one"));
        check(&world, fixture).await;
    }
    assert!(by_kind.is_empty(), "no such types");
}

#[tokio::test]
async fn what_has_all_the_tags_it_may_have_is_found_too_and_loses_none() {
    let world = new_world().await;
    let fixtures = fixtures(&world).await;
    let marked = fixtures.iter().filter(|it| is_marked(&world, it.kind));
    // With the provider's there are fifty.
    let tags: BTreeMap<String, String> = (1..50).map(|it| (format!("t{it:02}"), it.to_string())).collect();
    let mut checked = 0;
    for Fixture { kind, config, .. } in marked {
        let mut config = config.clone();
        config["tags"] = json!(tags);
        let creating = world.reconnect().await;
        let planned = world.plan(kind, None, &config).value;
        let operation = operation(&world, kind, &planned);
        let identity =
            creating.create(&operation, &planned).await.unwrap_or_else(|it| panic!("{kind}: {it}"));
        let connection = world.reconnect().await;
        let fate = look_for(&*connection, &operation, &planned).await;
        assert_eq!(fate, Fate::Made(identity.clone()), "{kind}");
        // The one that finds it may be killed before it is done.
        for _ in 0..2 {
            connection.resume(&operation, &identity);
            let object = connection.settle(&operation, &identity, &planned).await;
            let object = object.unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert_eq!(object.attribute("tags_all"), planned.attribute("tags_all"), "{kind}");
            assert_eq!(object.attribute("tags_all").and_then(Value::len), Some(50), "{kind}");
            let fate = look_for(&*connection, &operation, &planned).await;
            assert_eq!(fate, Fate::Nothing, "{kind}: the tag is gone");
        }
        checked += 1;
    }
    assert!(checked >= 7, "{checked}");
}

#[tokio::test]
async fn what_was_there_before_is_not_taken() {
    let world = new_world().await;
    let bucket = format!("older-{}", TOKENS.fetch_add(1, Ordering::Relaxed));
    let older = [
        ("aws_iam_role", json!({ "name": "older", "assume_role_policy": TRUST })),
        ("aws_iam_policy", json!({ "name": "older", "policy": ALLOWS })),
        ("aws_cloudwatch_log_group", json!({ "name": "older" })),
        ("aws_s3_bucket", json!({ "bucket": bucket })),
    ];
    for (kind, config) in older {
        let identity = make(&world, kind, &config).await;
        let connection = world.reconnect().await;
        let planned = world.plan(kind, None, &config).value;
        let operation = operation(&world, kind, &planned);
        let fate = look_for_since(&*connection, &operation, &planned, 3600).await;
        assert_eq!(fate, Fate::Occupied(identity.clone()), "{kind}: made an hour earlier");
        let fate = look_for(&*connection, &operation, &planned).await;
        assert_eq!(fate, Fate::Made(identity), "{kind}: made a moment ago");
    }
    let kind = "aws_s3_bucket_public_access_block";
    make(&world, kind, &json!({ "bucket": bucket, "block_public_acls": true })).await;
    let connection = world.reconnect().await;
    let planned = world.plan(kind, None, &json!({ "bucket": bucket, "block_public_policy": true })).value;
    let fate = look_for(&*connection, &operation(&world, kind, &planned), &planned).await;
    assert_eq!(fate, Fate::Nothing, "it is still to be set");
    let vpc = make(&world, "aws_vpc", &json!({ "cidr_block": "10.0.0.0/16" })).await;
    let tables = json!({ "vpc_id": vpc });
    let (one, two) =
        (make(&world, "aws_route_table", &tables).await, make(&world, "aws_route_table", &tables).await);
    let subnet = make(&world, "aws_subnet", &json!({ "vpc_id": vpc, "cidr_block": "10.0.1.0/24" })).await;
    let kind = "aws_route_table_association";
    let identity = make(&world, kind, &json!({ "subnet_id": subnet, "route_table_id": one })).await;
    let connection = world.reconnect().await;
    let planned = world.plan(kind, None, &json!({ "subnet_id": subnet, "route_table_id": two })).value;
    let fate = look_for(&*connection, &operation(&world, kind, &planned), &planned).await;
    assert_eq!(fate, Fate::Occupied(identity), "another table");
}

#[tokio::test]
async fn many_are_found_and_untagged_in_few_calls() {
    let world = new_world().await;
    let connection = world.reconnect().await;
    let mut interrupted = Vec::new();
    let mut marked = Vec::new();
    for _ in 0..20 {
        let planned = world.plan("aws_eip", None, &json!({ "domain": "vpc" })).value;
        let operation = operation(&world, "aws_eip", &planned);
        let identity = connection.create(&operation, &planned).await.expect("an address");
        let token = operation.token;
        interrupted.push(Interrupted { token: token.clone(), planned, at: None, age: None });
        marked.push(Marked { kind: "aws_eip".to_owned(), identity, token });
    }
    let region = connection.region("aws_eip", None);
    let calls = || connection.calls()["ec2"];
    let before = calls();
    let fates = connection.look_for("aws_eip", region.as_ref(), interrupted.clone()).await.expect("fates");
    let made: Vec<Fate> = marked.iter().map(|it| Fate::Made(it.identity.clone())).collect();
    assert_eq!(fates, made);
    // The search, and a read of what it found: the addresses and their host names.
    assert_eq!(calls() - before, 3);
    let before = calls();
    connection.unmark(region.as_ref(), marked).await.expect("untagged");
    assert_eq!(calls() - before, 1);
    let fates = connection.look_for("aws_eip", region.as_ref(), interrupted).await.expect("fates");
    assert!(fates.iter().all(|it| *it == Fate::Nothing), "{fates:?}");
}

#[tokio::test]
async fn a_security_group_that_is_found_permits_nothing_that_was_not_asked_for() {
    let world = new_world().await;
    let vpc = make(&world, "aws_vpc", &json!({ "cidr_block": "10.0.0.0/16" })).await;
    let kind = "aws_security_group";
    let creating = world.reconnect().await;
    let planned = world.plan(kind, None, &json!({ "vpc_id": vpc, "name": "x" })).value;
    let operation = operation(&world, kind, &planned);
    let identity = creating.create(&operation, &planned).await.expect("a group");
    for _ in 0..2 {
        let connection = world.reconnect().await;
        connection.resume(&operation, &identity);
        let group = connection.settle(&operation, &identity, &planned).await.expect("a group");
        assert_eq!(group.attribute("egress").and_then(Value::len), Some(0), "{group:?}");
    }
}
