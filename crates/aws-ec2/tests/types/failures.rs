use rinfra_aws_kit::ErrorClass;
use rinfra_testkit::world::World;
use serde_json::json;

use crate::provider;

#[tokio::test]
async fn an_account_must_be_allowed() {
    let account = rinfra_testkit::moto().account();
    let refused = [
        json!({ "allowed_account_ids": ["123456789012"] }),
        json!({ "forbidden_account_ids": [account.id()] }),
    ];
    for arguments in refused {
        let error = World::of(provider(), &account, &arguments).await.err().expect("a refusal");
        assert_eq!(error.class, ErrorClass::AccessDenied, "{arguments}");
        assert!(error.message.contains(account.id()), "{error}");
    }
    World::of(provider(), &account, &json!({ "allowed_account_ids": [account.id()] }))
        .await
        .expect("a connection");
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_reached_is_said_soon() {
    let account = rinfra_testkit::moto().account();
    // Port 9 of the loopback interface: nobody listens there.
    let nowhere = json!({ "max_retries": 3, "endpoints": [{ "ec2": "http://127.0.0.1:9", "sts": "http://127.0.0.1:9" }] });
    let world = World::of(provider(), &account, &nowhere).await.expect("a connection");
    let wanted = vec![rinfra_provider::Wanted { identity: "subnet-1".to_owned(), prior: None }];
    let started = std::time::Instant::now();
    let error = world.connection().read("aws_subnet", None, wanted).await.expect_err("nobody is there");
    assert_eq!(error.class, ErrorClass::Unreachable);
    assert!(error.message.contains("http://127.0.0.1:9"), "{error}");
    assert!(started.elapsed().as_secs() < 10, "three attempts are enough");
    assert_eq!(error.operation.as_deref(), Some("DescribeSubnets"));
}

#[tokio::test]
async fn a_refusal_of_ec2_is_said_in_its_words() {
    let world = World::new(provider()).await;
    let config = json!({ "vpc_id": "vpc-00000000000000000", "cidr_block": "10.0.1.0/24" });
    let error = world.try_create("aws_subnet", &config).await.expect_err("there is no such VPC");
    assert_eq!(error.class, ErrorClass::NotFound);
    assert_eq!(error.code.as_deref(), Some("InvalidVpcID.NotFound"));
    assert_eq!((error.service.as_deref(), error.operation.as_deref()), (Some("ec2"), Some("CreateSubnet")));
}
