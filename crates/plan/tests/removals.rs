//! What becomes of what the configuration says was removed.

use rinfra_addr::ResourceInstance;
use rinfra_state::Object;
use rinfra_testkit::Laboratory;
use rinfra_testkit::laboratory::warnings;

const IT: &str = "resource \"mem_thing\" \"it\" {\n name = \"it\"\n}\n";
const MODULE: &str = "module \"m\" {\n source = \"./m\"\n count = 2\n}\n";
const WARNING: &str = "Some objects will no longer be managed by Terraform";

fn removed(from: &str, destroy: bool) -> String {
    format!("removed {{\n from = {from}\n lifecycle {{\n destroy = {destroy}\n }}\n}}\n")
}

async fn laboratory() -> Laboratory {
    let mut laboratory = Laboratory::new(&(IT.to_owned() + MODULE));
    laboratory.write("m/main.tf", "resource \"mem_thing\" \"in\" {}\n");
    laboratory.apply().await.clean();
    laboratory
}

#[tokio::test]
async fn what_was_removed_is_destroyed_or_forgotten() {
    for (configuration, expected) in [
        (
            removed("mem_thing.it", true) + MODULE,
            vec!["mem_thing.it: delete, delete_because_no_resource_config"],
        ),
        (
            removed("mem_thing.it", false) + MODULE,
            vec!["mem_thing.it: forget, delete_because_no_resource_config"],
        ),
        (
            removed("module.m", false) + IT,
            vec![
                "module.m[0].mem_thing.in: forget, delete_because_no_resource_config",
                "module.m[1].mem_thing.in: forget, delete_because_no_resource_config",
            ],
        ),
        (removed("mem_thing.never", false) + MODULE + IT, vec![]),
    ] {
        let mut laboratory = laboratory().await;
        laboratory.write("main.tf", &configuration);
        let planned = laboratory.plan().await;
        let is_warned = warnings(&planned.diagnostics) == [WARNING];
        assert_eq!(is_warned, expected.iter().any(|it| it.contains("forget")), "{configuration}");
        assert_eq!(planned.actions(), expected, "{configuration}");
    }
}

#[tokio::test]
async fn what_is_forgotten_goes_on_existing_and_is_not_even_read() {
    let mut laboratory = laboratory().await;
    laboratory.write("main.tf", &(removed("mem_thing.it", false) + &removed("module.m", false)));
    laboratory.cloud.take_log();
    let plan = laboratory.plan().await.expect();
    assert!(!laboratory.cloud.take_log().iter().any(|it| it.starts_with("read")));
    assert!(plan.has_changes());
    let done = laboratory.apply().await.clean();
    assert_eq!(done.applied.tally.destroyed, 0);
    assert!(laboratory.state.resources.is_empty());
    assert_eq!(laboratory.cloud.names(), ["it"], "the others have no name");
    assert!(!laboratory.plan().await.expect().has_changes());
}

#[tokio::test]
async fn what_moved_can_be_forgotten() {
    let mut laboratory = laboratory().await;
    let moved = "moved {\n from = mem_thing.it\n to = mem_thing.gone\n}\n";
    laboratory.write("main.tf", &(removed("mem_thing.gone", false) + moved + MODULE));
    assert_eq!(
        laboratory.plan().await.actions(),
        ["mem_thing.gone: forget, delete_because_no_move_target, was mem_thing.it"]
    );
    laboratory.apply().await.clean();
    assert!(!laboratory.plan().await.expect().has_changes());
}

#[tokio::test]
async fn what_is_still_declared_was_not_removed() {
    for (configuration, expected) in [
        (removed("mem_thing.it", false) + IT, "Removed resource still exists"),
        (removed("module.m", true) + MODULE, "Removed module still exists"),
    ] {
        let mut laboratory = laboratory().await;
        laboratory.write("main.tf", &configuration);
        assert_eq!(laboratory.plan().await.errors(), [expected]);
    }
}

#[tokio::test]
async fn what_nobody_here_knows_can_be_forgotten() {
    let mut laboratory = laboratory().await;
    let unknown: ResourceInstance = "other_kind.it".parse().unwrap();
    let provider = "provider[\"registry.terraform.io/hashicorp/other\"]".parse().unwrap();
    let object = Object::new(7, serde_json::json!({"id": "x", "size": [1]}));
    laboratory.state.set_current(&unknown, &provider, object);
    assert_eq!(laboratory.plan().await.errors(), ["other_kind.it: Unsupported resource type in state"]);
    laboratory.write("main.tf", &(removed("other_kind.it", true) + IT + MODULE));
    assert_eq!(laboratory.plan().await.errors().len(), 1, "it cannot be destroyed");
    laboratory.write("main.tf", &(removed("other_kind.it", false) + IT + MODULE));
    assert_eq!(
        laboratory.plan().await.actions(),
        ["other_kind.it: forget, delete_because_no_resource_config"]
    );
    laboratory.apply().await.clean();
    assert!(laboratory.state.current(&unknown).is_none());
}
