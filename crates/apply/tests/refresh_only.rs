//! Plans that only take note of what has changed without us, and what comes of them.

use rinfra_addr::ObjectAddress;
use rinfra_change::{Mode, Plan};
use rinfra_testkit::Laboratory;
use rinfra_testkit::laboratory::{errors, warnings};
use rinfra_value::Value;

const THINGS: &str = r#"
resource "mem_thing" "kept" {
  name = "kept"
  size = 1
}

resource "mem_thing" "gone" {
  name = "gone"
}

output "size" {
  value = mem_thing.kept.size
}
"#;

const WANTS_MORE: &str = r#"
resource "mem_thing" "kept" {
  name = "kept"
  size = 2

  lifecycle {
    postcondition {
      condition     = self.size < 3
      error_message = "too large"
    }
  }
}

resource "mem_thing" "new" {
  name = "new"
}

output "size" {
  value = mem_thing.kept.size
}

output "new" {
  value = mem_thing.new.id
}
"#;

/// Returns a project whose objects are made, that plans to refresh only from now on.
async fn applied() -> Laboratory {
    let mut laboratory = Laboratory::new(THINGS);
    laboratory.apply().await.clean();
    laboratory.options.mode = Mode::RefreshOnly;
    laboratory.cloud.take_changes();
    laboratory
}

/// Returns `address` of every observed object, with what became of it.
fn observed(plan: &Plan) -> Vec<String> {
    let word = |is_there| if is_there { "changed" } else { "deleted" };
    plan.observations.iter().map(|it| format!("{} {}", it.address, word(it.after.is_some()))).collect()
}

fn sizes(laboratory: &Laboratory) -> Option<&Value> {
    laboratory.state.outputs.get("size").map(|it| &it.value)
}

fn addresses(laboratory: &Laboratory) -> Vec<String> {
    laboratory.state.instances().map(|(address, ..)| address.to_string()).collect()
}

#[tokio::test]
async fn what_is_as_it_was_leaves_nothing_to_apply() {
    let laboratory = applied().await;
    let plan = laboratory.plan().await.expect();
    assert!(!plan.has_changes());
    assert!(plan.changes.is_empty() && plan.observations.is_empty());
}

#[tokio::test]
async fn what_changed_is_recorded_and_nothing_is_done_about_it() {
    let mut laboratory = applied().await;
    laboratory.write("main.tf", WANTS_MORE);
    laboratory.cloud.drift("kept", "size", Value::number(5));
    laboratory.cloud.vanish("gone");
    let planned = laboratory.plan().await;
    assert_eq!(warnings(&planned.diagnostics), ["Resource postcondition failed"]);
    assert_eq!(errors(&planned.diagnostics), Vec::<String>::new());
    let plan = planned.expect();
    assert!(plan.has_changes());
    assert_eq!(observed(&plan), ["mem_thing.kept changed", "mem_thing.gone deleted"]);
    assert_eq!(plan.counts(), Default::default());
    assert_eq!(plan.outputs["size"].after, Some(Value::number(5)));

    let saved = rinfra_change::write(&plan).unwrap();
    assert_eq!(rinfra_change::read(&saved).unwrap(), plan);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.cloud.take_changes(), Vec::<String>::new());
    assert_eq!(addresses(&laboratory), ["mem_thing.kept"]);
    assert_eq!(sizes(&laboratory), Some(&Value::number(5)));
    assert!(!laboratory.state.outputs.contains_key("new"), "nothing was made");
    assert!(!laboratory.plan().await.expect().has_changes());

    laboratory.options.mode = Mode::Normal;
    assert_eq!(laboratory.plan().await.actions(), ["mem_thing.kept: update", "mem_thing.new: create"]);
}

#[tokio::test]
async fn a_part_can_be_refreshed() {
    let mut laboratory = applied().await;
    laboratory.cloud.drift("kept", "size", Value::number(5));
    laboratory.cloud.vanish("gone");
    laboratory.options.targets = vec!["mem_thing.gone".parse::<ObjectAddress>().unwrap()];
    assert_eq!(observed(&laboratory.plan().await.expect()), ["mem_thing.gone deleted"]);
    laboratory.apply().await;
    assert_eq!(addresses(&laboratory), ["mem_thing.kept"]);
    assert_eq!(sizes(&laboratory), Some(&Value::number(1)));
}

#[tokio::test]
async fn what_makes_no_sense_together_is_refused() {
    let mut laboratory = applied().await;
    laboratory.options.refresh = false;
    assert_eq!(laboratory.plan().await.errors(), ["Incompatible refresh options"]);
    laboratory.options.refresh = true;
    laboratory.options.replace.insert("mem_thing.kept".parse().unwrap());
    assert_eq!(laboratory.plan().await.errors(), ["Unsupported plan mode"]);
}
