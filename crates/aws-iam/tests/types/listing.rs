//! Many objects are read in fewer calls than there are objects.

use rinfra_provider::Wanted;
use rinfra_testkit::world::{World, text};
use rinfra_value::Value;
use serde_json::json;

use crate::provider;
use crate::role::{allow, trust};

const MANY: usize = 12;

async fn read(world: &World, kind: &str, objects: &[Value], absent: &str) {
    let wanted = |it: &Value| Wanted { identity: world.identity(kind, it), prior: Some(it.clone()) };
    let mut all: Vec<Wanted> = objects.iter().map(wanted).collect();
    all.push(Wanted { identity: absent.to_owned(), prior: None });
    let region = world.connection().region(kind, None);
    let read = world.connection().read(kind, region.as_ref(), all).await.expect(kind);
    let (last, read) = read.split_last().expect("answers");
    assert_eq!(*last, None, "{kind}");
    for (read, object) in read.iter().zip(objects) {
        assert_eq!(read.as_ref(), Some(object), "{kind}: a listing tells the same as a call for each");
    }
}

#[tokio::test]
async fn many_are_read_together() {
    let world = World::new(provider()).await;
    let (mut roles, mut policies, mut own, mut attached) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..MANY {
        let name = format!("n{number}");
        let config = json!({
            "name": name, "description": "+ %20", "path": "/a/", "max_session_duration": 7200,
            "assume_role_policy": trust("ec2.amazonaws.com"), "tags": { "n": name },
            "inline_policy": [{ "name": "i", "policy": allow("s3:*") }],
        });
        let config = if number % 2 == 0 {
            json!({ "name": name, "assume_role_policy": trust("ec2.amazonaws.com") })
        } else {
            config
        };
        let role = world.create("aws_iam_role", &config).await;
        let config =
            json!({ "name": name, "policy": allow("s3:+*"), "tags": { "n": name }, "description": "d" });
        let policy = world.create("aws_iam_policy", &config).await;
        let config = json!({ "name": "p", "role": name, "policy": allow("s3:%2B") });
        own.push(world.create("aws_iam_role_policy", &config).await);
        let config = json!({ "role": name, "policy_arn": text(&policy, "arn") });
        attached.push(world.create("aws_iam_role_policy_attachment", &config).await);
        let again = world.read("aws_iam_role", &name, Some(&role)).await.expect("the role");
        roles.push(again);
        let arn = text(&policy, "arn");
        policies.push(world.read("aws_iam_policy", &arn, Some(&policy)).await.expect("the policy"));
    }
    let before = world.calls("iam");
    let arn = format!("arn:aws:iam::{}:policy/none", world.account().id());
    let attachment = format!("none/{arn}");
    futures::join!(
        read(&world, "aws_iam_role", &roles, "none"),
        read(&world, "aws_iam_policy", &policies, &arn),
        read(&world, "aws_iam_role_policy", &own, "none:none"),
        read(&world, "aws_iam_role_policy_attachment", &attached, &attachment),
    );
    let calls = world.calls("iam") - before;
    // The summary, two listings that the types share, and what makes sure that the absent are gone: a call for each
    // but the role, which takes up to three.
    assert!((1 + 2 + 4..=1 + 2 + 6).contains(&calls), "{calls} calls");
    // The index of tags is asked once.
    assert_eq!(world.calls("tagging"), 1);
}
