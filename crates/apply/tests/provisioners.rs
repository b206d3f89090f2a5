//! Provisioners: when they run, what their failure means, and what a kill in between leaves.

use rinfra_apply::Interrupt;
use rinfra_testkit::Laboratory;
use rinfra_value::Value;
use tokio::sync::watch;

/// A thing `it` with these provisioners, whose `fixed` argument is a variable.
fn thing(provisioners: &str) -> String {
    format!(
        "variable \"fixed\" {{ default = \"1\" }}
        variable \"verb\" {{ default = \"do\" }}
        resource \"mem_thing\" \"it\" {{
            name  = \"it\"
            fixed = var.fixed
            {provisioners}
        }}"
    )
}

fn provisioner(arguments: &str) -> String {
    format!("provisioner \"local-exec\" {{\n {arguments}\n }}\n")
}

/// Returns `address` or `address (tainted)` for everything in the state.
fn state(laboratory: &Laboratory) -> Vec<String> {
    let current =
        laboratory.state.instances().filter_map(|(address, _, it)| Some((address, it.current.clone()?)));
    let line = |(address, object): (rinfra_addr::ResourceInstance, rinfra_state::Object)| {
        format!("{address}{}", if object.is_tainted() { " (tainted)" } else { "" })
    };
    current.map(line).collect()
}

#[tokio::test]
async fn creation_provisioners_run_in_order_once_the_object_is_there() {
    let both =
        provisioner("command = \"first ${self.id}\"") + &provisioner("command = \"second ${var.verb}\"");
    let mut laboratory = Laboratory::new(&thing(&both));
    let done = laboratory.apply().await.clean();
    assert_eq!(laboratory.shell.take(), ["first thing-1", "second do"]);
    assert_eq!(
        done.journal(),
        [
            "intent create mem_thing.it",
            "identified create mem_thing.it",
            "settled create mem_thing.it",
            "recorded mem_thing.it"
        ]
    );
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &thing(&both).replace("name  = \"it\"", "name = \"other\""));
    laboratory.apply().await.clean();
    assert_eq!(
        laboratory.shell.take(),
        Vec::<String>::new(),
        "neither for what stays nor for what is updated"
    );
}

#[tokio::test]
async fn a_failed_creation_provisioner_taints() {
    let both = provisioner("command = \"${var.verb} it\"") + &provisioner("command = \"after\"");
    let mut laboratory = Laboratory::new(&thing(&both));
    laboratory.set("verb", Value::string("fail"));
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["mem_thing.it: local-exec provisioner error"]);
    let detail = done.applied.diagnostics.iter().next().unwrap().detail.clone();
    assert_eq!(detail, "Error running command 'fail it': exit status 1. Output: no\n");
    assert_eq!(state(&laboratory), ["mem_thing.it (tainted)"]);
    assert_eq!(laboratory.shell.take(), ["fail it"]);

    laboratory.set("verb", Value::string("do"));
    let expected = ["mem_thing.it: delete then create, replace_because_tainted"];
    assert_eq!(laboratory.plan().await.actions(), expected);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.shell.take(), ["do it", "after"]);
    assert_eq!(state(&laboratory), ["mem_thing.it"]);
}

#[tokio::test]
async fn what_is_to_go_on_goes_on() {
    let both =
        provisioner("command = \"fail\"\n on_failure = continue") + &provisioner("command = \"after\"");
    let mut laboratory = Laboratory::new(&thing(&both));
    laboratory.apply().await.clean();
    assert_eq!(laboratory.shell.take(), ["fail", "after"]);
    assert_eq!(state(&laboratory), ["mem_thing.it"]);
}

#[tokio::test]
async fn destruction_provisioners_run_before_the_object_goes() {
    let bye = provisioner("when = destroy\n command = \"bye ${self.id}\"");
    let mut laboratory = Laboratory::new(&thing(&bye));
    laboratory.apply().await.clean();
    laboratory.set("fixed", Value::string("2"));
    laboratory.apply().await.clean();
    assert_eq!(laboratory.shell.take(), ["bye thing-1"], "a replacement deletes");

    let bye = thing(&provisioner("when = destroy\n command = \"fail\""));
    laboratory.write("main.tf", &bye);
    laboratory.options.mode = rinfra_change::Mode::Destroy;
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["mem_thing.it: local-exec provisioner error"]);
    assert_eq!(state(&laboratory), ["mem_thing.it"], "it is kept");

    laboratory.write("main.tf", &bye.replace("when = destroy", "when = destroy\n on_failure = continue"));
    laboratory.apply().await.clean();
    assert_eq!(state(&laboratory), Vec::<String>::new());
}

#[tokio::test]
async fn what_a_removed_block_says_runs_as_well() {
    let mut laboratory = Laboratory::new(
        "resource \"mem_thing\" \"it\" {
            for_each = toset([\"a\"])
        }",
    );
    laboratory.apply().await.clean();
    let removed = "removed {
        from = mem_thing.it
        provisioner \"local-exec\" {
            when    = destroy
            command = \"bye ${each.key} ${self.id}\"
        }
    }";
    laboratory.write("main.tf", removed);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.shell.take(), ["bye a thing-1"]);
}

#[tokio::test]
async fn tainted_and_deposed_objects_go_without_a_word() {
    let both = provisioner("command = \"${var.verb}\"") + &provisioner("when = destroy\n command = \"bye\"");
    let mut laboratory = Laboratory::new(&thing(&both));
    laboratory.set("verb", Value::string("fail"));
    laboratory.apply().await;
    laboratory.set("verb", Value::string("do"));
    laboratory.apply().await.clean();
    assert_eq!(laboratory.shell.take(), ["fail", "do"], "what is half made");

    let first = both + "lifecycle {\n create_before_destroy = true\n }";
    laboratory.write("main.tf", &thing(&first));
    laboratory.set("fixed", Value::string("2"));
    laboratory.apply().await.clean();
    assert_eq!(laboratory.shell.take(), ["do"], "what its replacement deposed");
}

#[tokio::test]
async fn a_run_that_is_stopped_leaves_what_was_not_provisioned_tainted() {
    let both = provisioner("command = \"hang\"") + &provisioner("command = \"after\"");
    let mut laboratory = Laboratory::new(&thing(&both));
    let plan = laboratory.plan().await.expect();
    let (interrupt, watched) = watch::channel(Interrupt::None);
    let shell = laboratory.shell.clone();
    let stop = async {
        shell.begun().await;
        interrupt.send_replace(Interrupt::Stop);
    };
    let (done, ()) = futures::join!(laboratory.execute(plan, watched), stop);
    assert_eq!(done.errors(), ["mem_thing.it: local-exec provisioner error"]);
    assert_eq!(laboratory.shell.take(), ["hang"]);
    assert_eq!(state(&laboratory), ["mem_thing.it (tainted)"]);
}

#[tokio::test]
async fn provisioners_wait_for_what_they_name_and_may_name_themselves() {
    let mut laboratory = Laboratory::new(
        "resource \"mem_thing\" \"other\" {}
        resource \"mem_thing\" \"it\" {
            count = 2
            provisioner \"local-exec\" {
                command = \"${count.index} ${mem_thing.other.id} ${mem_thing.it[count.index].id == self.id}\"
            }
        }",
    );
    laboratory.cloud.settle_slowly("mem_thing.other", 5);
    laboratory.apply().await.clean();
    let mut ran = laboratory.shell.take();
    ran.sort();
    assert_eq!(ran, ["0 thing-1 true", "1 thing-1 true"]);
}

#[tokio::test]
async fn secrets_are_not_told() {
    let secret = provisioner("command = \"fail ${sensitive(var.verb)}\"");
    let mut laboratory = Laboratory::new(&thing(&secret));
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["mem_thing.it: local-exec provisioner error"]);
    assert!(!done.applied.diagnostics.to_string().contains("fail do"), "{}", done.applied.diagnostics);
}
