//! Plans and applies that are large, or deep.

use rinfra_change::Mode;
use rinfra_testkit::Laboratory;

#[tokio::test]
async fn many_instances_of_resources_that_hang_on_each_other() {
    let configuration = r#"
resource "mem_thing" "base" {
  count = 400
  name  = "base-${count.index}"
}

resource "mem_thing" "leaf" {
  count  = 400
  name   = "leaf-${count.index}"
  parent = mem_thing.base[count.index].id
}
"#;
    let mut laboratory = Laboratory::new(configuration);
    laboratory.apply().await.clean();
    laboratory.cloud.take_log();
    assert!(!laboratory.plan().await.expect().has_changes());
    assert_eq!(laboratory.cloud.take_log(), ["configure main home", "read 800 mem_thing in home"]);
    laboratory.options.mode = Mode::Destroy;
    let done = laboratory.apply().await.clean();
    assert_eq!(done.applied.tally.destroyed, 800);
    assert!(done.plan.graph.edges.len() <= 1600, "{} edges", done.plan.graph.edges.len());
}

#[tokio::test]
async fn a_long_chain() {
    let mut configuration = "resource \"mem_thing\" \"t0\" {\n}\n".to_owned();
    for number in 1..400 {
        let before = number - 1;
        configuration +=
            &format!("resource \"mem_thing\" \"t{number}\" {{\n parent = mem_thing.t{before}.id\n}}\n");
    }
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.apply().await.clean();
    laboratory.options.mode = Mode::Destroy;
    laboratory.apply().await.clean();
    assert!(laboratory.state.resources.is_empty());
}
