//! A changed configuration plans what Terraform plans: an update in place, or a replacement.

use std::collections::BTreeSet;

use crate::world::World;

const VPC: &str = "module.virginia.aws_vpc.this";

#[test]
fn a_tag_changes_in_place_and_an_address_range_replaces() {
    let world = World::example();
    world.succeed(&["init"]);
    world.succeed(&["apply", "-auto-approve"]);

    let tags = world.planned(&["-var", "environment=production"]);
    assert_eq!(tags.get(VPC), Some(&vec!["update".to_owned()]));
    let actions: BTreeSet<_> = tags.values().flatten().cloned().collect();
    assert_eq!(actions, BTreeSet::from(["update".to_owned()]), "{tags:#?}");

    let ranges = r#"cidr_blocks={virginia="10.11.0.0/16",ireland="10.20.0.0/16"}"#;
    let network = world.planned(&["-var", ranges]);
    for address in [VPC, r#"module.virginia.aws_subnet.private["us-east-1a"]"#] {
        assert_eq!(network.get(address), Some(&vec!["delete".to_owned(), "create".to_owned()]), "{address}");
    }
    let elsewhere: Vec<_> = network.keys().filter(|address| address.starts_with("module.ireland.")).collect();
    assert_eq!(elsewhere, Vec::<&String>::new(), "the other network keeps its range");

    world.succeed(&["apply", "-auto-approve", "-var", "environment=production"]);
    let tagged = &world.inventory("eu-west-1");
    let vpcs = || tagged.iter().filter(|(name, _)| name.starts_with("vpc "));
    assert!(vpcs().any(|(_, vpc)| vpc.contains("production")), "{:#?}", vpcs().collect::<Vec<_>>());
    world.rinfra(&["plan", "-detailed-exitcode", "-var", "environment=production"]).expect(0);
}
