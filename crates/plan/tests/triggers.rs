//! `replace_triggered_by`: which changes of what it names replace an instance.

use rinfra_testkit::Laboratory;
use rinfra_value::Value;

/// Applies a thing `a` of size 1 and what is given, and compares what becomes of everything but `a` when its size
/// becomes 2.
async fn check(rest: &str, expected: &[&str]) {
    let a = "variable \"size\" { default = 1 }
        resource \"mem_thing\" \"a\" {
            name = \"a\"
            size = var.size
            tags = { kept = \"1\" }
        }
        resource \"mem_thing\" \"counted\" {
            count = 2
            name  = \"c${count.index}\"
            size  = count.index * var.size
        }\n";
    let mut laboratory = Laboratory::new(&format!("{a}{rest}"));
    laboratory.apply().await.clean();
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new(), "a second plan is empty: {rest}");
    laboratory.set("size", Value::number(2));
    let actions = laboratory.plan().await.actions();
    let about = |it: &&String| !it.starts_with("mem_thing.a:") && !it.starts_with("mem_thing.counted");
    assert_eq!(actions.iter().filter(about).collect::<Vec<_>>(), expected, "{rest}");
}

fn triggered_by(triggers: &str) -> String {
    format!(
        "resource \"mem_thing\" \"it\" {{\n name = \"it\"\n lifecycle {{\n replace_triggered_by = [{triggers}]\n }}\n}}"
    )
}

#[tokio::test]
async fn changes_of_what_is_named_replace() {
    let replaced = "mem_thing.it: delete then create, replace_by_triggers";
    for (triggers, expected) in [
        ("mem_thing.a", vec![replaced]),
        ("mem_thing.a.size", vec![replaced]),
        ("mem_thing.a.name", vec![]),
        ("mem_thing.a.tags[\"kept\"]", vec![]),
        ("mem_thing.a.name, mem_thing.a.size", vec![replaced]),
        ("mem_thing.counted", vec![replaced]),
        ("mem_thing.counted[0]", vec![]),
        ("mem_thing.counted[1]", vec![replaced]),
        ("mem_thing.counted[1].size", vec![replaced]),
        ("mem_thing.counted[1].name", vec![]),
    ] {
        check(&triggered_by(triggers), &expected).await;
    }
}

#[tokio::test]
async fn instances_name_their_partners() {
    let counted = "resource \"mem_thing\" \"it\" {
        count = 2
        lifecycle { replace_triggered_by = [mem_thing.counted[count.index].size] }
    }";
    check(counted, &["mem_thing.it[1]: delete then create, replace_by_triggers"]).await;
    let keyed = "resource \"mem_thing\" \"other\" {
            for_each = { p = var.size, q = 1 }
            size     = each.value
        }
        resource \"mem_thing\" \"it\" {
            for_each = toset([\"p\", \"q\"])
            lifecycle { replace_triggered_by = [mem_thing.other[each.key]] }
        }";
    let expected =
        ["mem_thing.it[\"p\"]: delete then create, replace_by_triggers", "mem_thing.other[\"p\"]: update"];
    check(keyed, &expected).await;
}

#[tokio::test]
async fn replacements_trigger_further_ones_and_creations_do_not() {
    let chain = format!(
        "{}\nresource \"mem_thing\" \"next\" {{\n lifecycle {{\n replace_triggered_by = [mem_thing.it]\n }}\n}}",
        triggered_by("mem_thing.a")
    );
    let expected = [
        "mem_thing.it: delete then create, replace_by_triggers",
        "mem_thing.next: delete then create, replace_by_triggers",
    ];
    check(&chain, &expected).await;

    let mut laboratory = Laboratory::new("resource \"mem_thing\" \"it\" {}");
    laboratory.apply().await.clean();
    let new = "resource \"mem_thing\" \"new\" {}
        resource \"mem_thing\" \"it\" {
            lifecycle { replace_triggered_by = [mem_thing.new] }
        }";
    laboratory.write("main.tf", new);
    assert_eq!(laboratory.plan().await.actions(), ["mem_thing.new: create"]);
}

#[tokio::test]
async fn what_nothing_could_ever_trigger_is_refused() {
    for (triggers, expected) in [
        ("mem_thing.it", "mem_thing.it: no change found for mem_thing.it in the root module"),
        ("mem_thing.a[5]", "mem_thing.it: no change found for mem_thing.a[5] in the root module"),
        ("mem_thing.missing", "Reference to undeclared resource"),
        ("(mem_thing.a)", "Invalid replace_triggered_by expression"),
        ("mem_thing.a[1 - 1]", "Invalid expression"),
    ] {
        let configuration =
            format!("resource \"mem_thing\" \"a\" {{\n count = 1\n}}\n{}", triggered_by(triggers));
        assert_eq!(Laboratory::new(&configuration).plan().await.errors(), [expected], "{triggers}");
    }
}
