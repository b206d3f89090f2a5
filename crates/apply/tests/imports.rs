//! How objects that exist already get into the state.

use rinfra_provider::ErrorClass;
use rinfra_testkit::Laboratory;
use rinfra_testkit::memory_provider::Call;

/// Returns a project that imports `thing-1`, which is of size 1.
async fn laboratory(arguments: &str) -> Laboratory {
    let mut other = Laboratory::new("resource \"mem_thing\" \"a\" {\n name = \"one\"\n size = 1\n}\n");
    other.apply().await.clean();
    let mut laboratory = Laboratory::new(&format!(
        "resource \"mem_thing\" \"it\" {{\n name = \"one\"\n {arguments}\n}}\n\
         import {{\n to = mem_thing.it\n id = \"thing-1\"\n}}\n"
    ));
    laboratory.cloud = other.cloud;
    laboratory.cloud.take_changes();
    laboratory
}

#[tokio::test]
async fn an_import_is_recorded_before_what_follows() {
    for (arguments, expected) in [
        ("size = 1", vec!["recorded mem_thing.it"]),
        (
            "size = 2",
            vec!["recorded mem_thing.it", "intent update mem_thing.it", "settled update mem_thing.it"],
        ),
    ] {
        let mut laboratory = laboratory(arguments).await;
        let done = laboratory.apply().await.clean();
        assert_eq!(done.journal(), expected, "{arguments}");
        assert_eq!(done.applied.tally.imported, 1);
        assert!(laboratory.state.current(&"mem_thing.it".parse().unwrap()).is_some());
    }
}

#[tokio::test]
async fn what_was_imported_stays_so_when_the_rest_fails() {
    let mut laboratory = laboratory("size = 2").await;
    laboratory.cloud.fail(Call::Update, "mem_thing.it", ErrorClass::Validation);
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["mem_thing.it: Updating mem_thing failed"]);
    assert_eq!(laboratory.plan().await.actions(), ["mem_thing.it: update"]);
}
