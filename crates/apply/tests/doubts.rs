//! Creations of which nobody can find out what became, while the configuration and the state go on changing.

use rinfra_testkit::Laboratory;
use rinfra_testkit::laboratory::warnings;

const FAR: &str = "resource \"mem_thing\" \"a\" {\n name = \"a\"\n region = \"far\"\n}\n";

/// Makes `mem_thing.a` in a Region that does not answer any more when the run is killed.
async fn in_doubt(configuration: &str) -> Laboratory {
    let mut laboratory = Laboratory::new(configuration);
    laboratory.cloud.mark_creations();
    laboratory.crash(1).await;
    assert_eq!(laboratory.cloud.names(), ["a"]);
    laboratory.cloud.cut_off("far");
    laboratory
}

/// Where the doubts are.
fn doubts(laboratory: &Laboratory) -> Vec<String> {
    let lost = laboratory.unfinished.iter().filter(|it| it.is_lost());
    lost.map(|it| it.intent.address.to_string()).collect()
}

/// Plans and applies as a command does when the Region answers while it changes things, and not when it looks.
async fn apply_blindly(laboratory: &mut Laboratory) -> Vec<String> {
    laboratory.recover().await;
    laboratory.cloud.reconnect("far");
    let done = laboratory.apply().await;
    laboratory.cloud.cut_off("far");
    done.errors()
}

/// Connects the Region, and applies until there is nothing left to do.
async fn ends_with(laboratory: &mut Laboratory, names: &[&str], addresses: &[&str]) {
    laboratory.cloud.reconnect("far");
    laboratory.recover().await;
    laboratory.apply().await.clean();
    assert_eq!(laboratory.cloud.names(), names);
    assert_eq!(laboratory.cloud.marked(), 0);
    assert!(laboratory.unfinished.is_empty(), "{:?}", laboratory.unfinished);
    let there: Vec<_> = laboratory.state.instances().map(|(address, ..)| address.to_string()).collect();
    assert_eq!(there, addresses);
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
}

#[tokio::test]
async fn a_doubt_goes_where_its_instance_goes() {
    let renamed = FAR.replace("\"a\" {", "\"b\" {");
    let cases = [
        (renamed.clone() + "moved {\n from = mem_thing.a\n to = mem_thing.b\n}\n", "mem_thing.b"),
        (
            FAR.replace("\"a\" {", "\"c\" {")
                + "moved {\n from = mem_thing.a\n to = mem_thing.b\n}\nmoved {\n from = mem_thing.b\n to = mem_thing.c\n}\n",
            "mem_thing.c",
        ),
        (FAR.replace("name =", "count = 1\n name ="), "mem_thing.a[0]"),
        (
            renamed.replace("name =", "for_each = toset([\"x\"])\n name =")
                + "moved {\n from = mem_thing.a\n to = mem_thing.b[\"x\"]\n}\n",
            "mem_thing.b[\"x\"]",
        ),
    ];
    for (configuration, address) in cases {
        let mut laboratory = in_doubt(FAR).await;
        laboratory.write("main.tf", &configuration);
        let errors = apply_blindly(&mut laboratory).await;
        assert_eq!(errors, [format!("{address}: Creation in doubt")]);
        assert_eq!(laboratory.cloud.names(), ["a"], "nothing is made twice");
        assert_eq!(doubts(&laboratory), [address], "the journal has it at its new address");
        // From now on the new address is in the way even without the block that gave it.
        let mut without = configuration.clone();
        without.truncate(configuration.find("moved").unwrap_or(configuration.len()));
        laboratory.write("main.tf", &without);
        assert_eq!(apply_blindly(&mut laboratory).await, [format!("{address}: Creation in doubt")]);
        ends_with(&mut laboratory, &["a"], &[address]).await;
    }
}

#[tokio::test]
async fn a_doubt_in_a_module_goes_with_the_module() {
    let call = |name: &str| format!("module \"{name}\" {{\n source = \"./m\"\n}}\n");
    let mut laboratory = Laboratory::new(&call("old"));
    laboratory.write("m/main.tf", FAR);
    laboratory.crash(1).await;
    laboratory.cloud.cut_off("far");
    let moved = "moved {\n from = module.old\n to = module.new\n}\n";
    laboratory.write("main.tf", &(call("new") + moved));
    assert_eq!(apply_blindly(&mut laboratory).await, ["module.new.mem_thing.a: Creation in doubt"]);
    assert_eq!(doubts(&laboratory), ["module.new.mem_thing.a"]);
    ends_with(&mut laboratory, &["a"], &["module.new.mem_thing.a"]).await;
}

#[tokio::test]
async fn a_plan_alone_moves_no_doubt() {
    let mut laboratory = in_doubt(FAR).await;
    let moved = "moved {\n from = mem_thing.a\n to = mem_thing.b\n}\n";
    laboratory.write("main.tf", &(FAR.replace("\"a\" {", "\"b\" {") + moved));
    assert_eq!(laboratory.plan().await.actions(), ["mem_thing.b: create"]);
    assert_eq!(doubts(&laboratory), ["mem_thing.a"]);
    // Whoever thinks better of it finds everything as it was.
    laboratory.write("main.tf", FAR);
    assert_eq!(apply_blindly(&mut laboratory).await, ["mem_thing.a: Creation in doubt"]);
    ends_with(&mut laboratory, &["a"], &["mem_thing.a"]).await;
}

#[tokio::test]
async fn what_is_no_longer_wanted_is_told_of_until_it_is_found_and_deleted() {
    let mut laboratory = in_doubt(FAR).await;
    laboratory.write("main.tf", "resource \"mem_thing\" \"near\" {\n name = \"near\"\n}\n");
    for _ in 0..2 {
        let told = laboratory.recover().await;
        assert_eq!(warnings(&told), ["Interrupted operations are in doubt"]);
        assert_eq!(laboratory.apply().await.errors(), Vec::<String>::new());
        assert_eq!(laboratory.cloud.names(), ["a", "near"]);
    }
    laboratory.cloud.reconnect("far");
    laboratory.recover().await;
    assert_eq!(laboratory.plan().await.actions(), ["mem_thing.a: delete, delete_because_no_resource_config"]);
    ends_with(&mut laboratory, &["near"], &["mem_thing.near"]).await;
}

#[tokio::test]
async fn a_part_without_the_doubt_is_applied_and_a_part_with_it_is_not() {
    let configuration = FAR.to_owned()
        + "resource \"mem_thing\" \"near\" {\n name = \"near\"\n}\n\
           resource \"mem_thing\" \"child\" {\n name = \"child\"\n parent = mem_thing.a.id\n}\n";
    let mut laboratory = in_doubt(FAR).await;
    laboratory.write("main.tf", &configuration);
    let target = |it: &str| vec![it.parse().expect("an address")];
    laboratory.options.targets = target("mem_thing.near");
    assert_eq!(apply_blindly(&mut laboratory).await, Vec::<String>::new());
    assert_eq!(laboratory.cloud.names(), ["a", "near"]);
    for name in ["mem_thing.a", "mem_thing.child"] {
        laboratory.options.targets = target(name);
        assert_eq!(apply_blindly(&mut laboratory).await, ["mem_thing.a: Creation in doubt"], "{name}");
        assert_eq!(laboratory.cloud.names(), ["a", "near"]);
    }
    laboratory.options.targets.clear();
    let addresses = ["mem_thing.a", "mem_thing.child", "mem_thing.near"];
    ends_with(&mut laboratory, &["a", "child", "near"], &addresses).await;
}

#[tokio::test]
async fn an_import_block_settles_the_doubt_and_the_object_is_recorded_once() {
    let import = "import {\n to = mem_thing.a\n id = \"thing-1\"\n}\n";
    let mut laboratory = in_doubt(FAR).await;
    laboratory.write("main.tf", &(FAR.to_owned() + import));
    assert_eq!(apply_blindly(&mut laboratory).await, Vec::<String>::new());
    assert_eq!(doubts(&laboratory), Vec::<String>::new());
    assert_eq!(laboratory.cloud.names(), ["a"]);
    laboratory.cloud.reconnect("far");
    assert!(laboratory.recover().await.is_empty());
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_imported_somewhere_else_is_not_recorded_twice() {
    let import = "import {\n to = mem_thing.b\n id = \"thing-1\"\n}\n";
    let mut laboratory = in_doubt(FAR).await;
    laboratory.write("main.tf", &(FAR.replace("\"a\" {", "\"b\" {") + import));
    assert_eq!(apply_blindly(&mut laboratory).await, Vec::<String>::new());
    assert_eq!(doubts(&laboratory), ["mem_thing.a"], "that it is the same object nobody knows yet");
    laboratory.cloud.reconnect("far");
    let told = laboratory.recover().await.to_string();
    assert!(told.contains("creation, on record already, as mem_thing.b: thing-1"), "{told}");
    ends_with(&mut laboratory, &["a"], &["mem_thing.b"]).await;
}
