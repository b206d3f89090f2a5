//! A struct like those of real resource types, through the whole of the derive.

#[path = "fixtures/endpoint.rs"]
mod endpoint;

use std::time::Duration;

use endpoint::{DnsOptions, Ingress, Policy, Tags, Vpc, VpcEndpoint, VpcEndpointType};
use rinfra_schema::typed::{
    BlockType, Choice, Computed, Id, Local, OrComputed, ResourceSchema, Secret, Value,
};
use rinfra_schema::{Nesting, Presence};
use rinfra_value::{Number, Type};

#[test]
fn the_table_says_what_the_fields_say() {
    let schema = VpcEndpoint::schema();
    assert_eq!(VpcEndpoint::NAME, "aws_vpc_endpoint");
    assert_eq!(schema.version, 1);
    assert_eq!(schema.timeouts.create, Some(Duration::from_secs(600)));
    assert_eq!(schema.timeouts.update, Some(Duration::from_secs(5400)));
    assert_eq!(schema.timeouts.delete, None);
    assert_eq!(schema.block.description, "A private route from a VPC to a service.");

    let attribute = |name: &str| &schema.block.attributes[name];
    let presence = |name: &str| attribute(name).presence;
    assert_eq!(presence("id"), Presence::Computed);
    assert_eq!(presence("vpc_id"), Presence::Required);
    assert_eq!(presence("policy"), Presence::OptionalComputed);
    assert_eq!(presence("vpc_endpoint_type"), Presence::Optional);
    assert_eq!(presence("auto_accept"), Presence::Optional);
    assert!(attribute("auto_accept").local && attribute("secret_wo").write_only);
    assert!(attribute("secret").sensitive && !attribute("policy").sensitive);
    assert!(attribute("policy").equality.same("a b", "a  b") && !attribute("policy").equality.same("a", "b"));
    assert!(attribute("vpc_id").force_new && !attribute("policy").force_new);
    assert_eq!(attribute("vpc_endpoint_type").default, Some(Value::string("Gateway")));
    assert_eq!(attribute("vpc_endpoint_type").choices, VpcEndpointType::values());
    assert_eq!(attribute("port").bounds.least, Some(Number::from(-1)));
    assert_eq!(attribute("port").bounds.greatest, Some(Number::from(65535)));
    assert_eq!(&*attribute("network_interface_ids").recomputed_by[0], "subnet_ids");
    assert_eq!(&*attribute("service_name").rules.conflicts_with[0], "port");
    assert_eq!(attribute("type").description, "What `type` is called in Rust.\nIn two lines.");
    assert_eq!(attribute("type").deprecated.as_deref(), Some("use something else"));
    assert_eq!(attribute("policy").description, "Who may use the endpoint.");
    assert!(attribute("ingress").accepts_blocks() && attribute("ingress").object.is_some());
    assert_eq!(
        attribute("ingress").ty.to_string(),
        Type::set(Type::object([("cidr", Type::String), ("port", Type::Number)])).to_string()
    );

    let dns = &schema.block.blocks["dns_options"];
    assert_eq!((dns.nesting, dns.min, dns.max, dns.computed), (Nesting::List, 0, Some(1), true));
    let subnets = &schema.block.blocks["subnet_configuration"];
    assert_eq!((subnets.nesting, subnets.min, subnets.max), (Nesting::Set, 1, None));
    assert!(subnets.force_new);
}

fn full() -> VpcEndpoint {
    VpcEndpoint {
        id: Id::from("vpce-1").into(),
        vpc_id: "vpc-1".into(),
        service_name: Some("s3".into()),
        vpc_endpoint_type: Choice(VpcEndpointType::Interface),
        policy: Policy("{}".into()).into(),
        subnet_ids: OrComputed(Some(["b".to_owned(), "a".to_owned()].into())),
        network_interface_ids: Computed::NONE,
        port: Some(443),
        auto_accept: Local(Some(true)),
        secret: Some(Secret("hush".into())),
        secret_wo: Default::default(),
        r#type: None,
        ingress: OrComputed(Some([Ingress { cidr: "10.0.0.0/8".into(), port: None }].into())),
        dns_options: OrComputed(Some(DnsOptions {
            record: Some("ipv4".into()),
            private: Computed(Some(true)),
        })),
        subnet_configuration: vec![DnsOptions::default()],
        tags: Tags::default(),
    }
}

#[test]
fn a_struct_survives_its_value() {
    let value = full().encode();
    assert_eq!(value.ty(), &VpcEndpoint::block().implied_type());
    assert_eq!(VpcEndpoint::decode(&value), Ok(full()));
    assert_eq!(full().id(), Some("vpce-1"));
    assert_eq!(full().subnet_ids.list(), Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(full().id.as_deref(), Some("vpce-1"));
    assert_eq!(full().id.text().as_deref(), Some("vpce-1"));
    assert!(!format!("{:?}", full()).contains("hush"));
}

#[test]
fn what_is_not_known_yet_is_absent_where_the_cloud_decides() {
    let planned = full().encode().transform(&mut |path, value| match path.to_string().as_str() {
        ".id" | ".policy" | ".dns_options" => Value::unknown(value.ty().clone()),
        _ => value,
    });
    let decoded = VpcEndpoint::decode(&planned).unwrap();
    assert_eq!((decoded.id, decoded.policy, decoded.dns_options), Default::default());
}

#[test]
fn a_value_that_does_not_fit_says_where() {
    let check = |at: &str, replacement: Value, expected: &str| {
        let value = full().encode().transform(&mut |path, value| {
            if path.to_string() == at { replacement.clone() } else { value }
        });
        assert_eq!(VpcEndpoint::decode(&value).unwrap_err().to_string(), expected);
    };
    check(".vpc_id", Value::null(Type::String), ".vpc_id: a value is required, but the value is null");
    check(".vpc_id", Value::number(1), ".vpc_id: a string is required, not number");
    check(
        ".port",
        Value::unknown(Type::Number),
        ".port: a value is required, but the value is not known yet",
    );
    check(
        ".dns_options[0].record",
        Value::bool(true),
        ".dns_options[0].record: a string is required, not bool",
    );
}

#[test]
fn a_data_source_needs_no_id() {
    assert_eq!(Vpc::NAME, "aws_vpc");
    assert_eq!(Vpc::decode(&Value::empty_object()).unwrap().id(), None);
}
