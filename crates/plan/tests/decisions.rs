//! What a plan decides about each instance.

use rinfra_change::Action;
use rinfra_provider::ErrorClass;
use rinfra_testkit::Laboratory;
use rinfra_testkit::memory_provider::Call;
use rinfra_value::{Marks, Value};

/// Applies one configuration and compares the actions another one would take.
async fn check(before: &str, after: &str, expected: &[&str]) {
    let mut laboratory = Laboratory::new(before);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new(), "a second plan is empty: {before}");
    laboratory.write("main.tf", after);
    assert_eq!(laboratory.plan().await.actions(), expected, "{after}");
}

/// Compares the errors of a plan for a configuration, on top of what another one made.
async fn refuses(before: &str, after: &str, expected: &[&str]) {
    let mut laboratory = Laboratory::new(before);
    laboratory.apply().await.clean();
    laboratory.write("main.tf", after);
    assert_eq!(laboratory.plan().await.errors(), expected, "{after}");
}

fn thing(arguments: &str) -> String {
    format!("resource \"mem_thing\" \"it\" {{\n name = \"it\"\n {arguments}\n}}\n")
}

#[tokio::test]
async fn arguments_decide_between_update_and_replacement() {
    let before = thing("size = 1\n fixed = \"1\"\n tags = { a = \"b\" }");
    for (after, expected) in [
        (thing("size = 2\n fixed = \"1\"\n tags = { a = \"b\" }"), "mem_thing.it: update"),
        (thing("size = 1\n fixed = \"1\""), "mem_thing.it: update"),
        (
            thing("size = 1\n fixed = \"2\"\n tags = { a = \"b\" }"),
            "mem_thing.it: delete then create, replace_because_cannot_update",
        ),
        (String::new(), "mem_thing.it: delete, delete_because_no_resource_config"),
    ] {
        check(&before, &after, &[expected]).await;
    }
}

#[tokio::test]
async fn ignored_arguments_keep_what_is_there() {
    let ignoring = |what: &str| format!("lifecycle {{\n ignore_changes = {what}\n }}");
    let before = thing("size = 1\n fixed = \"1\"\n tags = { a = \"1\", b = \"1\" }");
    for (ignored, arguments, expected) in [
        ("[size]", "size = 2\n fixed = \"1\"\n tags = { a = \"1\", b = \"1\" }", vec![]),
        ("[tags[\"a\"]]", "size = 1\n fixed = \"1\"\n tags = { a = \"2\", b = \"1\" }", vec![]),
        (
            "[tags[\"a\"]]",
            "size = 1\n fixed = \"1\"\n tags = { a = \"1\", b = \"2\" }",
            vec!["mem_thing.it: update"],
        ),
        ("all", "size = 9\n fixed = \"9\"", vec![]),
        ("[fixed]", "size = 1\n fixed = \"2\"\n tags = { a = \"1\", b = \"1\" }", vec![]),
    ] {
        check(&before, &thing(&format!("{arguments}\n{}", ignoring(ignored))), &expected).await;
    }
}

#[tokio::test]
async fn what_is_replaced_is_made_as_configured() {
    let configuration = |size: u32, fixed: u32| {
        let ignoring = "lifecycle {\n ignore_changes = [size]\n }";
        thing(&format!("size = {size}\n fixed = \"{fixed}\"\n{ignoring}"))
    };
    let mut laboratory = Laboratory::new(&configuration(1, 1));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &configuration(2, 2));
    let plan = laboratory.plan().await.plan.unwrap();
    let after = plan.changes[0].after.as_ref().unwrap();
    assert_eq!(after.attribute("size"), Some(&Value::number(2)), "{after:?}");
    laboratory.apply().await.clean();
}

#[tokio::test]
async fn reasons_tell_why_instances_go() {
    let repeated = |repetition: &str| format!("resource \"mem_thing\" \"it\" {{\n {repetition}\n}}\n");
    for (before, after, expected) in [
        ("count = 2", "count = 1", vec!["mem_thing.it[1]: delete, delete_because_count_index"]),
        (
            "for_each = toset([\"a\", \"b\"])",
            "for_each = toset([\"b\"])",
            vec!["mem_thing.it[\"a\"]: delete, delete_because_each_key"],
        ),
        (
            "count = 1",
            "for_each = toset([\"a\"])",
            vec!["mem_thing.it[\"a\"]: create", "mem_thing.it[0]: delete, delete_because_wrong_repetition"],
        ),
        (
            "for_each = toset([\"a\"])",
            "",
            vec!["mem_thing.it: create", "mem_thing.it[\"a\"]: delete, delete_because_wrong_repetition"],
        ),
    ] {
        check(&repeated(before), &repeated(after), &expected).await;
    }
}

#[tokio::test]
async fn whole_modules_go_with_all_that_is_in_them() {
    let mut laboratory = Laboratory::new("module \"m\" {\n source = \"./m\"\n count = 2\n}\n");
    laboratory.write("m/main.tf", &thing(""));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", "module \"m\" {\n source = \"./m\"\n count = 1\n}\n");
    assert_eq!(
        laboratory.plan().await.actions(),
        ["module.m[1].mem_thing.it: delete, delete_because_no_module"]
    );
    laboratory.write("main.tf", "");
    assert_eq!(
        laboratory.plan().await.actions(),
        [
            "module.m[0].mem_thing.it: delete, delete_because_no_resource_config",
            "module.m[1].mem_thing.it: delete, delete_because_no_resource_config"
        ]
    );
}

#[tokio::test]
async fn protected_instances_are_never_deleted() {
    let protected =
        |arguments: &str| thing(&format!("{arguments}\n lifecycle {{\n prevent_destroy = true\n }}"));
    let refusal = ["mem_thing.it: Instance cannot be destroyed"];
    refuses(&protected("fixed = \"1\""), &protected("fixed = \"2\""), &refusal).await;
    refuses(
        &protected("count = 2"),
        &protected("count = 1"),
        &["mem_thing.it[1]: Instance cannot be destroyed"],
    )
    .await;
    check(&protected("size = 1"), &protected("size = 2"), &["mem_thing.it: update"]).await;
    // Without its block nothing says that it is protected.
    check(&protected(""), "", &["mem_thing.it: delete, delete_because_no_resource_config"]).await;

    let mut laboratory = Laboratory::new(&protected(""));
    laboratory.apply().await.clean();
    laboratory.options.mode = rinfra_change::Mode::Destroy;
    assert_eq!(laboratory.plan().await.errors(), refusal);
}

#[tokio::test]
async fn what_changed_outside_is_observed_and_put_right() {
    let configuration =
        thing("size = 1\n password = \"secret\"\n key {\n label = \"a\"\n secret = \"b\"\n }");
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.apply().await.clean();
    let plan = laboratory.plan().await.expect();
    assert!(plan.observations.is_empty(), "what is as it was is no drift: {:?}", plan.observations);

    laboratory.cloud.drift("it", "size", Value::number(5));
    let plan = laboratory.plan().await.expect();
    assert_eq!(plan.observations.len(), 1);
    assert_eq!(rinfra_testkit::laboratory::actions(&plan), ["mem_thing.it: update"]);

    laboratory.cloud.vanish("it");
    let plan = laboratory.plan().await.expect();
    assert!(plan.observations[0].after.is_none());
    assert_eq!(rinfra_testkit::laboratory::actions(&plan), ["mem_thing.it: create"]);
    laboratory.apply().await.clean();
    assert_eq!(laboratory.cloud.names(), ["it"]);

    laboratory.cloud.vanish("it");
    laboratory.write("main.tf", "");
    let done = laboratory.apply().await.clean();
    assert!(done.plan.changes.is_empty(), "what is gone is not deleted");
    assert!(laboratory.state.resources.is_empty());

    let mut laboratory = Laboratory::new(&configuration);
    laboratory.apply().await.clean();
    laboratory.cloud.drift("it", "size", Value::number(5));
    laboratory.options.refresh = false;
    laboratory.cloud.take_log();
    assert!(!laboratory.plan().await.expect().has_changes());
    assert_eq!(laboratory.cloud.take_log(), ["configure main home"], "nothing is read");
}

#[tokio::test]
async fn data_sources_wait_for_what_they_name() {
    let data = |arguments: &str| {
        thing("size = 1")
            + &format!(
                "data \"mem_thing\" \"seen\" {{\n {arguments}\n}}\nresource \"mem_thing\" \"user\" {{\n name = \"user\"\n note = data.mem_thing.seen.id\n}}\n"
            )
    };
    for (arguments, reason) in [
        ("name = mem_thing.it.name", "read_because_dependency_pending"),
        ("name = \"it\"\n depends_on = [mem_thing.it]", "read_because_dependency_pending"),
        ("name = local.name", "read_because_config_unknown"),
        ("name = \"it\"\n count = mem_thing.it.name == \"it\" ? 1 : 0", "read_because_dependency_pending"),
    ] {
        let indexed = arguments.contains("count");
        let configuration = data(arguments)
            .replace("seen.id", if indexed { "seen[0].id" } else { "seen.id" })
            + "locals {\n name = replace(mem_thing.it.endpoint, \"/\\\\..*/\", \"\")\n}\n";
        let address = if indexed { "data.mem_thing.seen[0]" } else { "data.mem_thing.seen" };
        let mut laboratory = Laboratory::new(&configuration);
        assert_eq!(
            laboratory.plan().await.actions(),
            [&format!("{address}: read, {reason}"), "mem_thing.it: create", "mem_thing.user: create"],
            "{arguments}"
        );
        laboratory.apply().await.clean();
        assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
        laboratory.write("main.tf", &configuration.replace("size = 1", "size = 2"));
        let planned = laboratory.plan().await.actions();
        assert!(planned.contains(&"mem_thing.it: update".to_owned()), "{planned:?}");
        let waits = planned.iter().any(|it| it.starts_with(address));
        assert_eq!(waits, reason == "read_because_dependency_pending", "{arguments}: {planned:?}");
    }
}

#[tokio::test]
async fn unknown_instances_are_refused() {
    for (repetition, summary) in [
        ("count = mem_thing.it.endpoint == \"x\" ? 1 : 0", "Invalid count argument"),
        ("for_each = toset([mem_thing.it.endpoint])", "Invalid for_each argument"),
    ] {
        let configuration = thing("")
            + &format!(
                "resource \"mem_thing\" \"many\" {{\n {repetition}\n}}\nmodule \"m\" {{\n source = \"./m\"\n {repetition}\n}}\n"
            );
        let mut laboratory = Laboratory::new(&configuration);
        laboratory.write("m/main.tf", &thing(""));
        assert_eq!(laboratory.plan().await.errors(), [summary, summary]);
    }
    check("", &(thing("") + "resource \"mem_thing\" \"many\" {\n for_each = { a = mem_thing.it.endpoint }\n name = each.value\n}\n"),
        &["mem_thing.it: create", "mem_thing.many[\"a\"]: create"]).await;
}

#[tokio::test]
async fn more_instances_than_anybody_means_are_refused() {
    let error = |text: &str| {
        let mut laboratory = Laboratory::new(&format!("module \"m\" {{\n source = \"./m\"\n {text}\n}}\n"));
        laboratory.most_instances = 20;
        laboratory.write("m/main.tf", "resource \"mem_thing\" \"it\" {\n count = 6\n}\n");
        async move { laboratory.plan().await.errors().first().cloned() }
    };
    assert_eq!(error("count = 1e12").await.as_deref(), Some("Invalid count argument"));
    assert_eq!(error("count = 4").await.as_deref(), Some("Invalid count argument"), "all together");
    assert_eq!(error("count = 2").await, None);
}

#[tokio::test]
async fn sensitive_places_are_marked_in_plan_and_state() {
    let configuration = "variable \"secret\" {\n sensitive = true\n}\n".to_owned()
        + &thing(
            "note = var.secret\n password = \"p\"\n key {\n label = \"a\"\n secret = \"s\"\n }\n tags = { open = \"o\", hidden = var.secret }",
        );
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.set("secret", Value::string("hush"));
    let done = laboratory.apply().await.clean();
    let after = done.plan.changes[0].after.clone().expect("a value");
    let mut marked: Vec<_> =
        after.unmark_deep_with_paths().1.into_iter().map(|(it, _)| it.to_string()).collect();
    marked.sort();
    let expected = [".key[0].secret", ".note", ".password", ".tags[\"hidden\"]"];
    assert_eq!(marked, expected);
    let address = "mem_thing.it".parse().expect("an address");
    let mut stored: Vec<_> = laboratory
        .state
        .current(&address)
        .expect("it")
        .sensitive_paths
        .iter()
        .map(ToString::to_string)
        .collect();
    stored.sort();
    assert_eq!(stored, expected);
    assert!(!laboratory.plan().await.expect().has_changes());

    laboratory.write("main.tf", &configuration.replace("sensitive = true", ""));
    assert_eq!(
        laboratory.plan().await.actions(),
        ["mem_thing.it: update"],
        "what becomes visible is a change"
    );
    laboratory.apply().await.clean();
    assert!(!laboratory.plan().await.expect().has_changes());
}

#[tokio::test]
async fn write_only_arguments_are_sent_and_kept_nowhere() {
    let configuration =
        "variable \"token\" {\n ephemeral = true\n}\n".to_owned() + &thing("token = var.token");
    let mut laboratory = Laboratory::new(&configuration);
    laboratory.set("token", Value::string("hush"));
    let done = laboratory.apply().await.clean();
    let plan = rinfra_change::write(&done.plan).expect("a plan is JSON");
    let journal = rinfra_state::journal::line(&done.events).expect("events are JSON");
    let state = laboratory.state.to_json_bytes().expect("a state is JSON");
    for (what, bytes) in [("plan", &plan), ("journal", &journal), ("state", &state)] {
        assert!(!String::from_utf8_lossy(bytes).contains("hush"), "the {what} tells");
    }
    assert!(!laboratory.plan().await.expect().has_changes());
}

#[tokio::test]
async fn outputs_come_change_and_go() {
    let mut laboratory = Laboratory::new(
        "output \"a\" {\n value = 1\n}\noutput \"b\" {\n value = null\n}\noutput \"c\" {\n value = sensitive(\"x\")\n sensitive = true\n}\n",
    );
    let actions = |plan: &rinfra_change::Plan| {
        plan.outputs.iter().map(|(name, it)| (name.clone(), it.action)).collect::<Vec<_>>()
    };
    let done = laboratory.apply().await.clean();
    let name = str::to_owned;
    assert_eq!(
        actions(&done.plan),
        [(name("a"), Action::Create), (name("b"), Action::NoOp), (name("c"), Action::Create)]
    );
    let names: Vec<_> = laboratory.state.outputs.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["a", "c"]);
    assert!(laboratory.state.outputs["c"].sensitive);
    assert!(!laboratory.plan().await.expect().has_changes());

    laboratory.write("main.tf", "output \"a\" {\n value = null\n}\noutput \"b\" {\n value = 2\n}\n");
    let done = laboratory.apply().await.clean();
    assert_eq!(
        actions(&done.plan),
        [(name("a"), Action::Update), (name("b"), Action::Create), (name("c"), Action::Delete)]
    );
    let names: Vec<_> = laboratory.state.outputs.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["b"]);

    laboratory.write("main.tf", "output \"a\" {\n value = sensitive(1)\n}\n");
    assert_eq!(laboratory.plan().await.errors(), ["Output refers to sensitive values"]);
}

#[tokio::test]
async fn conditions_are_checked_as_soon_as_they_can_be() {
    let conditions = |kind: &str, condition: &str| {
        thing(&format!(
            "lifecycle {{\n {kind} {{\n condition = {condition}\n error_message = \"no\"\n }}\n }}"
        ))
    };
    for (configuration, expected) in [
        (conditions("precondition", "path.module == \"x\""), vec!["Resource precondition failed"]),
        (conditions("postcondition", "self.name == \"other\""), vec!["Resource postcondition failed"]),
        (conditions("postcondition", "self.endpoint == \"other\""), vec![]),
        (
            "output \"o\" {\n value = 1\n precondition {\n condition = path.module == \"x\"\n error_message = \"no\"\n }\n}\n".to_owned(),
            vec!["Module output value precondition failed"],
        ),
        (
            "variable \"v\" {\n default = 1\n validation {\n condition = var.v > 1\n error_message = \"no\"\n }\n}\n".to_owned(),
            vec!["Invalid value for variable"],
        ),
        (
            "variable \"v\" {\n default = 2\n validation {\n condition = var.v > 1\n error_message = tonumber(\"x\")\n }\n}\n".to_owned(),
            vec!["Invalid function argument"],
        ),
        (
            "variable \"v\" {\n default = 2\n validation {\n condition = var.v > 1 ? \"x\" : \"y\"\n error_message = \"no\"\n }\n}\n".to_owned(),
            vec!["Invalid variable validation result"],
        ),
        (conditions("precondition", "path.module == \".\" ? null : true"), vec!["Invalid condition result"]),
        ("variable \"v\" {\n type = number\n}\n".to_owned(), vec!["No value for required variable"]),
    ] {
        assert_eq!(Laboratory::new(&configuration).plan().await.errors(), expected, "{configuration}");
    }
}

#[tokio::test]
async fn a_provider_configuration_may_come_from_a_resource_that_exists() {
    let provider = |account: &str| {
        thing("")
            + &format!(
                "provider \"mem\" {{\n alias = \"other\"\n account = {account}\n}}\nresource \"mem_thing\" \"there\" {{\n provider = mem.other\n name = \"there\"\n}}\n"
            )
    };
    let unknown = provider("mem_thing.it.endpoint");
    let errors = Laboratory::new(&unknown).plan().await.errors();
    assert_eq!(errors, ["Provider configuration not known yet"]);
    // Once the resource exists its configuration is known, in a destruction too.
    let mut laboratory = Laboratory::new(&thing(""));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &unknown);
    laboratory.apply().await.clean();
    laboratory.options.mode = rinfra_change::Mode::Destroy;
    laboratory.apply().await.clean();
    assert!(laboratory.cloud.names().is_empty());
    assert!(laboratory.state.is_empty());
}

#[tokio::test]
async fn a_destruction_reads_data_sources_of_providers_and_keeps_nothing() {
    let configuration = thing("")
        + "data \"mem_thing\" \"seen\" {\n name = \"it\"\n}\nprovider \"mem\" {\n alias = \"other\"\n account = data.mem_thing.seen.name\n}\nresource \"mem_thing\" \"there\" {\n provider = mem.other\n name = \"there\"\n}\n";
    let mut laboratory = Laboratory::new(&thing(""));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &configuration);
    laboratory.apply().await.clean();
    laboratory.options.mode = rinfra_change::Mode::Destroy;
    laboratory.apply().await.clean();
    assert!(laboratory.state.is_empty());
}

#[tokio::test]
async fn another_provider_configuration_finds_the_same_object() {
    let with = |region: &str| {
        format!("provider \"mem\" {{\n alias = \"{region}\"\n region = \"home\"\n}}\n")
            + &thing(&format!("provider = mem.{region}"))
    };
    // The old configuration is gone, and nothing needs it any more.
    let mut laboratory = Laboratory::new(&with("one"));
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &with("two"));
    assert_eq!(laboratory.plan().await.actions(), Vec::<String>::new());
    // An object whose block is gone needs the configuration it was made with.
    laboratory.write("main.tf", "");
    assert_eq!(laboratory.plan().await.errors(), ["Provider configuration not present"]);
}

#[tokio::test]
async fn a_plan_survives_its_file() {
    let mut laboratory = Laboratory::new(&thing("size = 1\n password = \"p\""));
    laboratory.apply().await.clean();
    let many = "resource \"mem_thing\" \"many\" {\n for_each = toset([\"a\\\"b\", \"ü\"])\n name = mem_thing.it.endpoint\n size = 1e400\n}\ndata \"mem_thing\" \"d\" {\n name = mem_thing.it.name\n}\noutput \"o\" {\n value = [mem_thing.many, null]\n sensitive = true\n}\n";
    laboratory.write("main.tf", &(thing("fixed = \"2\"\n size = 2\n note = sensitive(\"x\")") + many));
    laboratory.limit(&["home"]);
    let plan = laboratory.plan().await.expect();
    let bytes = rinfra_change::write(&plan).expect("a plan is JSON");
    let again = rinfra_change::read(&bytes).expect("it is the plan just written");
    assert_eq!(plan, again);
    let marked = again
        .changes
        .iter()
        .filter_map(|it| it.after.as_ref())
        .any(|it| it.marks_deep().contains(Marks::SENSITIVE));
    assert!(marked);
    // What somebody made of the file since is refused rather than executed.
    let contradictions: [fn(&mut rinfra_change::Plan); 3] = [
        |plan| plan.graph.edges.push((0, 1000)),
        |plan| plan.graph.edges.extend([(0, 1), (1, 0)]),
        |plan| plan.changes.clear(),
    ];
    for contradict in contradictions {
        let mut plan = plan.clone();
        contradict(&mut plan);
        let read = rinfra_change::read(&rinfra_change::write(&plan).expect("a plan is JSON"));
        assert!(matches!(read, Err(rinfra_change::FormatError::Contradictory)), "{read:?}");
    }
}

#[tokio::test]
async fn a_read_that_fails_is_reported_once_for_its_type() {
    let mut laboratory = Laboratory::new("resource \"mem_thing\" \"it\" {\n count = 3\n}\n");
    laboratory.apply().await.clean();
    laboratory.cloud.fail(Call::Delete, "mem_thing.it[0]", ErrorClass::Validation);
    laboratory.write("main.tf", "");
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["mem_thing.it[0]: Deleting mem_thing failed"]);
    assert_eq!(
        laboratory.cloud.take_log().iter().filter(|it| it.starts_with("read ")).count(),
        1,
        "one call reads all"
    );
}

#[tokio::test]
async fn an_instance_never_waits_for_itself() {
    for reference in ["mem_thing.it[0].id", "mem_thing.it[count.index].id"] {
        let planned = Laboratory::new(&thing(&format!("count = 2\n note = {reference}"))).plan().await;
        assert!(planned.errors().iter().all(|it| it == "Self-referential block"), "{reference}");
    }
}

#[tokio::test]
async fn ephemeral_values_stay_where_they_are_allowed() {
    let module = "variable \"in\" {\n}\n";
    let mut laboratory = Laboratory::new(
        "variable \"token\" {\n ephemeral = true\n}\nmodule \"m\" {\n source = \"./m\"\n in = var.token\n}\n",
    );
    laboratory.set("token", Value::string("hush"));
    laboratory.write("m/main.tf", module);
    assert_eq!(laboratory.plan().await.errors(), ["Ephemeral value not allowed"]);
    laboratory.write(
        "m/main.tf",
        "variable \"in\" {\n ephemeral = true\n}\noutput \"out\" {\n value = var.in\n}\n",
    );
    assert_eq!(laboratory.plan().await.errors(), ["Ephemeral value not allowed"]);
}
