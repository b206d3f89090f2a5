//! Plans that are limited to some Regions, and Regions that do not answer.

use rinfra_change::{Action, Mode};
use rinfra_testkit::Laboratory;
use rinfra_testkit::laboratory::{actions, warnings};

/// One thing in each of two Regions and one that hangs on it, all by `for_each` over the Regions.
const BOTH: &str = r#"
locals {
  regions = toset(["east", "west"])
}

resource "mem_thing" "base" {
  for_each = local.regions
  region   = each.key
  name     = "base-${each.key}"
}

resource "mem_thing" "leaf" {
  for_each = local.regions
  region   = each.key
  name     = "leaf-${each.key}"
  parent   = mem_thing.base[each.key].id
}

output "bases" {
  value = { for region, it in mem_thing.base : region => it.id }
}

output "east" {
  value = mem_thing.base["east"].name
}
"#;

/// A thing in the east that a thing in the west refers to.
const ACROSS: &str = r#"
resource "mem_thing" "origin" {
  region = "east"
  name   = "origin"
}

resource "mem_thing" "replica" {
  region = "west"
  name   = "replica"
  note   = mem_thing.origin.id
}
"#;

#[tokio::test]
async fn a_limited_plan_touches_only_its_regions() {
    let mut laboratory = Laboratory::new(BOTH);
    laboratory.limit(&["east"]);
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), ["mem_thing.base[\"east\"]: create", "mem_thing.leaf[\"east\"]: create"]);
    assert_eq!(laboratory.cloud.names(), ["base-east", "leaf-east"]);
    let recorded: Vec<_> = laboratory.state.outputs.keys().map(ToString::to_string).collect();
    assert_eq!(recorded, ["east"], "an output that needs what is missing waits");
    assert!(!laboratory.plan().await.expect().has_changes());

    laboratory.limit(&[]);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.cloud.names(), ["base-east", "base-west", "leaf-east", "leaf-west"]);

    laboratory.limit(&["west"]);
    laboratory.options.mode = Mode::Destroy;
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), ["mem_thing.base[\"west\"]: delete", "mem_thing.leaf[\"west\"]: delete"]);
    assert_eq!(laboratory.cloud.names(), ["base-east", "leaf-east"]);
    let actions: Vec<_> = done.plan.outputs.values().map(|it| it.action).collect();
    assert_eq!(actions, [Action::NoOp, Action::NoOp], "outputs stay while something stays");
}

#[tokio::test]
async fn what_stands_outside_is_read_from_the_state_and_never_rewritten() {
    let mut laboratory = Laboratory::new(ACROSS);
    laboratory.apply().await.clean();
    laboratory.write(
        "main.tf",
        &ACROSS
            .replace("name   = \"origin\"", "name   = \"changed\"")
            .replace("\"replica\"\n  note", "\"other\"\n  note"),
    );
    laboratory.cloud.drift("origin", "size", rinfra_value::Value::number(3));
    laboratory.limit(&["west"]);
    let before = laboratory.state.current(&"mem_thing.origin".parse().expect("an address")).cloned();
    laboratory.cloud.take_log();
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), ["mem_thing.replica: update"]);
    let after = laboratory.state.current(&"mem_thing.origin".parse().expect("an address")).cloned();
    assert_eq!(before, after);
    let log = laboratory.cloud.take_log();
    assert!(!log.iter().any(|it| it.contains("east")), "the east is not even asked: {log:?}");
}

#[tokio::test]
async fn what_is_needed_elsewhere_and_missing_is_named_with_the_way_out() {
    let looked_up = ACROSS.replace("note   = mem_thing.origin.id", "note   = data.mem_thing.seen.id")
        + "data \"mem_thing\" \"seen\" {\n  region = \"east\"\n  name = mem_thing.origin.name\n}\n";
    let through_local =
        ACROSS.replace("mem_thing.origin.id", "local.it") + "locals {\n  it = mem_thing.origin.id\n}\n";
    let explicit = ACROSS.replace("note   = mem_thing.origin.id", "depends_on = [mem_thing.origin]");
    let known = ACROSS.replace("mem_thing.origin.id", "mem_thing.origin.name");
    for configuration in [ACROSS, &looked_up, &through_local, &explicit, &known] {
        let mut laboratory = Laboratory::new(configuration);
        laboratory.limit(&["west"]);
        let planned = laboratory.plan().await;
        let text = planned.diagnostics.to_string();
        assert_eq!(
            planned.errors(),
            ["mem_thing.replica: Needed outside the chosen Regions"],
            "{configuration}"
        );
        assert!(
            text.contains("mem_thing.replica (west) needs what does not exist yet: mem_thing.origin (east)"),
            "{text}"
        );
        assert!(text.contains("rinfra apply --region east"), "{text}");
    }
}

#[tokio::test]
async fn a_destruction_that_strands_something_elsewhere_is_refused() {
    let mut laboratory = Laboratory::new(ACROSS);
    laboratory.apply().await.clean();
    laboratory.limit(&["east"]);
    laboratory.options.mode = Mode::Destroy;
    let planned = laboratory.plan().await;
    let text = planned.diagnostics.to_string();
    assert_eq!(planned.errors(), ["mem_thing.replica: Needed outside the chosen Regions"]);
    assert!(text.contains("rinfra destroy --region west"), "{text}");

    laboratory.options.mode = Mode::Normal;
    laboratory.write("main.tf", "");
    assert_eq!(laboratory.plan().await.errors(), ["mem_thing.replica: Needed outside the chosen Regions"]);
    laboratory.limit(&["west"]);
    assert_eq!(
        laboratory.plan().await.actions(),
        ["mem_thing.replica: delete, delete_because_no_resource_config"]
    );
}

#[tokio::test]
async fn a_region_that_does_not_answer_stops_only_its_own_instances() {
    let mut laboratory = Laboratory::new(BOTH);
    laboratory.apply().await.clean();
    laboratory.cloud.cut_off("west");
    laboratory.write("main.tf", &BOTH.replace("leaf-$", "twig-$"));
    let planned = laboratory.plan().await;
    assert_eq!(warnings(&planned.diagnostics), ["Objects could not be observed"]);
    assert_eq!(planned.actions(), ["mem_thing.leaf[\"east\"]: update"]);

    laboratory.cloud.cut_off("east");
    assert_eq!(
        laboratory.plan().await.errors(),
        ["Objects could not be observed", "Objects could not be observed"]
    );

    laboratory.cloud.reconnect("east");
    laboratory.options.mode = Mode::Destroy;
    assert_eq!(
        laboratory.plan().await.actions(),
        ["mem_thing.base[\"east\"]: delete", "mem_thing.leaf[\"east\"]: delete"]
    );
}

#[tokio::test]
async fn what_could_not_be_observed_keeps_what_it_needs() {
    let mut laboratory = Laboratory::new(ACROSS);
    laboratory.apply().await.clean();
    laboratory.cloud.cut_off("west");
    laboratory.options.mode = Mode::Destroy;
    assert_eq!(laboratory.plan().await.errors(), ["mem_thing.replica: Needed by what could not be observed"]);
}

#[tokio::test]
async fn a_data_source_of_a_region_that_does_not_answer_keeps_its_last_value() {
    let configuration = ACROSS.to_owned()
        + "data \"mem_thing\" \"seen\" {\n  region = \"east\"\n  name = \"origin\"\n  depends_on = [mem_thing.origin]\n}\n\
           resource \"mem_thing\" \"user\" {\n  region = \"west\"\n  name = \"user\"\n  note = data.mem_thing.seen.id\n}\n";
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.apply().await.clean();
    laboratory.cloud.cut_off("east");
    let planned = laboratory.plan().await;
    assert_eq!(warnings(&planned.diagnostics), ["Objects could not be observed"]);
    assert!(!planned.expect().has_changes());
    laboratory.write(
        "main.tf",
        &configuration.replace("name = \"origin\"\n  depends_on", "name = \"replica\"\n  depends_on"),
    );
    assert_eq!(
        laboratory.plan().await.errors(),
        ["data.mem_thing.seen: Reading data source mem_thing failed"]
    );
}

#[tokio::test]
async fn an_instance_moves_to_another_region_by_replacement() {
    let mut laboratory = Laboratory::new(ACROSS);
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &ACROSS.replace("\"west\"", "\"south\""));
    laboratory.cloud.cut_off("nowhere");
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), ["mem_thing.replica: delete then create, replace_because_cannot_update"]);
    let intents = done.events.iter().filter_map(|it| match it {
        rinfra_state::journal::Event::Intent(it) => it.region.clone(),
        _ => None,
    });
    assert_eq!(intents.collect::<Vec<_>>(), ["west", "south"], "each call goes to the Region of its object");
}
