//! Resource blocks that are written for imports.

use rinfra_change::Action;
use rinfra_testkit::Laboratory;

/// Returns a project that writes resource blocks, and whose cloud holds one thing: `thing-1`.
async fn laboratory(configuration: &str) -> Laboratory {
    let mut other = Laboratory::new(
        "resource \"mem_thing\" \"a\" {\n name = \"one\"\n size = 1\n password = \"p\"\n tags = { \"a b\" = \"x\" }\n\
         key {\n label = \"l\"\n }\n}\n",
    );
    other.apply().await.clean();
    let mut laboratory = Laboratory::new(configuration);
    laboratory.cloud = other.cloud;
    laboratory.cloud.take_log();
    laboratory.options.generate_config = true;
    laboratory
}

fn import(to: &str, arguments: &str) -> String {
    format!("import {{\n to = {to}\n id = \"thing-1\"\n {arguments}\n}}\n")
}

const BLOCK: &str = "resource \"mem_thing\" \"it\" {
  fixed    = null
  name     = \"one\"
  note     = null
  parent   = null
  password = null # sensitive
  region   = \"home\"
  related  = null
  size     = 1
  tags = {
    \"a b\" = \"x\"
  }
  token = null
  key {
    label  = \"l\"
    secret = null # sensitive
  }
}";

#[tokio::test]
async fn what_is_imported_gets_a_block() {
    let mut laboratory = laboratory(&import("mem_thing.it", "")).await;
    let plan = laboratory.plan().await.expect();
    let [change] = plan.changes.as_slice() else { panic!("one change") };
    assert_eq!(change.generated_config.as_deref(), Some(BLOCK));
    // The secret is not in the block, so whoever applies the plan as it is loses it.
    assert_eq!((change.action, change.importing.as_deref()), (Action::Update, Some("thing-1")));
    // The apply finds the arguments in the plan.
    laboratory.apply().await.clean();
    laboratory.write("generated.tf", BLOCK);
    assert!(!laboratory.plan().await.expect().has_changes());
}

#[tokio::test]
async fn the_provider_of_the_import_manages_it() {
    let configuration = "provider \"mem\" {\n alias = \"west\"\n region = \"home\"\n}\n".to_owned()
        + &import("mem_thing.it", "provider = mem.west");
    let laboratory = laboratory(&configuration).await;
    let plan = laboratory.plan().await;
    let text = match plan.plan {
        Some(plan) => plan.changes[0].generated_config.clone().unwrap(),
        None => plan.diagnostics.to_string(),
    };
    assert!(text.starts_with("resource \"mem_thing\" \"it\" {\n  provider = mem.west\n"), "{text}");
}

#[tokio::test]
async fn not_every_import_can_get_a_block() {
    const MISSING: &str = "Configuration for import target does not exist";
    for (configuration, expected) in [
        (import("mem_thing.it[\"x\"]", ""), MISSING),
        (import("mem_thing.it[0]", ""), MISSING),
        (import("mem_thing.it", "for_each = [1]"), MISSING),
        (import("module.m.mem_thing.it", ""), MISSING),
        (import("mem_none.it", ""), "Invalid resource type"),
    ] {
        let errors = laboratory(&configuration).await.plan().await.errors();
        assert_eq!(errors, [expected], "{configuration}");
    }
}

#[tokio::test]
async fn without_being_asked_nothing_is_written() {
    let mut laboratory = laboratory(&import("mem_thing.it", "")).await;
    laboratory.options.generate_config = false;
    assert_eq!(laboratory.plan().await.errors(), ["Configuration for import target does not exist"]);
}
