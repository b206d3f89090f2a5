//! Conditions and `check` blocks: what they come to, and what the plan says of it.

use rinfra_diag::checks::CheckResult;
use rinfra_provider::ErrorClass;
use rinfra_testkit::Laboratory;
use rinfra_testkit::laboratory::warnings;
use rinfra_testkit::memory_provider::Call;
use rinfra_value::Value;

/// Returns `object: status (messages)` for every object, or the status of what has none.
fn results(checks: &[CheckResult]) -> Vec<String> {
    let status = |it| format!("{it:?}").to_lowercase();
    let mut lines = Vec::new();
    for check in checks {
        if check.objects.is_empty() {
            lines.push(format!("{}: {}", check.address, status(check.status)));
        }
        for object in &check.objects {
            let messages = match object.failure_messages.as_slice() {
                [] => String::new(),
                messages => format!(" ({})", messages.join(", ")),
            };
            lines.push(format!("{}: {}{messages}", object.address, status(object.status)));
        }
    }
    lines
}

/// Compares the warnings and results of a plan.
async fn check(configuration: &str, warned: &[&str], expected: &[&str]) {
    let planned = Laboratory::new(configuration).plan().await;
    assert_eq!(warnings(&planned.diagnostics), warned, "{configuration}");
    assert!(planned.diagnostics.iter().all(|it| it.is_provisional), "an apply says it anew: {configuration}");
    assert_eq!(results(&planned.expect().checks), expected, "{configuration}");
}

fn asserting(condition: &str) -> String {
    format!(
        "variable \"v\" {{ default = 1 }}
        resource \"mem_thing\" \"a\" {{ name = \"a\" }}
        check \"it\" {{
            assert {{
                condition     = {condition}
                error_message = \"v is ${{var.v}}\"
            }}
        }}"
    )
}

#[tokio::test]
async fn assertions_warn() {
    for (condition, warned, expected) in [
        ("var.v == 1", vec![], "check.it: pass"),
        ("var.v == 2", vec!["Check block assertion failed"], "check.it: fail (v is 1)"),
        ("mem_thing.a.id == \"\"", vec!["Check block assertion known after apply"], "check.it: unknown"),
        ("mem_thing.a.name == \"a\"", vec![], "check.it: pass"),
    ] {
        check(&asserting(condition), &warned, &[expected]).await;
    }
}

#[tokio::test]
async fn assertions_that_cannot_be_evaluated_are_errors() {
    for (condition, expected) in [
        ("tonumber(\"x${var.v}\") == 1", "Invalid function argument"),
        ("var.v == 1 ? null : null", "Invalid condition result"),
        ("[var.v]", "Invalid condition result"),
    ] {
        let laboratory = Laboratory::new(&asserting(condition));
        assert_eq!(laboratory.plan().await.errors(), [expected], "{condition}");
    }
}

#[tokio::test]
async fn everything_with_conditions_is_listed() {
    let mut laboratory = Laboratory::new(
        "variable \"v\" {
            default = 1
            validation {
                condition     = var.v > 0
                error_message = \"small\"
            }
        }
        resource \"mem_thing\" \"a\" {
            for_each = toset([\"x\", \"y\"])
            name     = each.key
            lifecycle {
                precondition {
                    condition     = var.v < 9
                    error_message = \"large\"
                }
                postcondition {
                    condition     = self.id != \"\"
                    error_message = \"no id\"
                }
            }
        }
        resource \"mem_thing\" \"none\" {
            count = 0
            lifecycle {
                precondition {
                    condition     = var.v < 9
                    error_message = \"large\"
                }
            }
        }
        output \"o\" {
            value = var.v
            precondition {
                condition     = var.v != 7
                error_message = \"seven\"
            }
        }",
    );
    let planned = laboratory.plan().await.expect();
    let expected = |resource: &str| {
        vec![
            format!("mem_thing.a[\"x\"]: {resource}"),
            format!("mem_thing.a[\"y\"]: {resource}"),
            "mem_thing.none: pass".to_owned(),
            "output.o: pass".to_owned(),
            "var.v: pass".to_owned(),
        ]
    };
    assert_eq!(results(&planned.checks), expected("unknown"));
    laboratory.apply().await.clean();
    assert_eq!(results(laboratory.state.check_results.as_deref().unwrap()), expected("pass"));
    laboratory.set("v", Value::number(0));
    assert_eq!(
        laboratory.plan().await.errors(),
        ["Invalid value for variable"],
        "and nothing that follows from it"
    );
}

const NESTED: &str = "
    resource \"mem_thing\" \"a\" {
        name = \"a\"
        size = 1
    }
    check \"it\" {
        data \"mem_thing\" \"found\" { name = \"a\" }
        assert {
            condition     = data.mem_thing.found.size == 1
            error_message = \"size is ${data.mem_thing.found.size}\"
        }
    }";

#[tokio::test]
async fn the_data_source_of_a_check_fails_the_check_only() {
    let mut laboratory = Laboratory::new(NESTED);
    let planned = laboratory.plan().await;
    assert_eq!(
        warnings(&planned.diagnostics),
        ["data.mem_thing.found: Reading data source mem_thing failed"]
    );
    let plan = planned.expect();
    assert_eq!(
        results(&plan.checks),
        ["check.it: fail (Reading data source mem_thing failed: nothing in home is named a)"]
    );

    let done = laboratory.apply().await;
    assert_eq!(
        done.applied.diagnostics.iter().count(),
        0,
        "it is read again after what it verifies was made"
    );
    assert_eq!(results(laboratory.state.check_results.as_deref().unwrap()), ["check.it: pass"]);

    laboratory.cloud.drift("a", "size", Value::number(2));
    laboratory.write("main.tf", &NESTED.replace("size = 1\n", "size = 2\n"));
    let planned = laboratory.plan().await;
    assert_eq!(warnings(&planned.diagnostics), ["Check block assertion failed"]);
    let read = "data.mem_thing.found: read, read_because_check_nested";
    assert_eq!(planned.actions(), [read], "it is verified again");

    laboratory.cloud.fail(Call::ReadData, "a", ErrorClass::AccessDenied);
    laboratory.cloud.fail(Call::ReadData, "a", ErrorClass::AccessDenied);
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), Vec::<String>::new());
    assert_eq!(
        warnings(&done.applied.diagnostics),
        ["data.mem_thing.found: Reading data source mem_thing failed"]
    );
}

#[tokio::test]
async fn nothing_is_verified_when_something_failed() {
    let mut laboratory = Laboratory::new(NESTED);
    laboratory.cloud.fail(Call::Create, "mem_thing.a", ErrorClass::AccessDenied);
    let done = laboratory.apply().await;
    assert_eq!(done.skipped(), ["data.mem_thing.found"]);
    assert_eq!(results(laboratory.state.check_results.as_deref().unwrap()), ["check.it: unknown"]);

    let disappointing = "size = 1
        lifecycle {
            postcondition {
                condition     = self.endpoint == \"\"
                error_message = \"it answers\"
            }
        }";
    let mut laboratory = Laboratory::new(&NESTED.replace("size = 1", disappointing));
    let done = laboratory.apply().await;
    assert_eq!(done.errors(), ["Resource postcondition failed"]);
    let expected = ["check.it: unknown", "mem_thing.a: fail (it answers)"];
    assert_eq!(results(laboratory.state.check_results.as_deref().unwrap()), expected);
}

#[tokio::test]
async fn data_sources_record_no_dependencies() {
    let mut laboratory = Laboratory::new(
        "resource \"mem_thing\" \"a\" { name = \"a\" }
        data \"mem_thing\" \"found\" { name = mem_thing.a.name }
        resource \"mem_thing\" \"b\" { size = data.mem_thing.found.size }",
    );
    laboratory.apply().await.clean();
    let recorded = |address: &str| {
        let object = laboratory.state.current(&address.parse().unwrap()).unwrap();
        object.dependencies.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(recorded("data.mem_thing.found"), Vec::<String>::new());
    assert_eq!(recorded("mem_thing.b"), ["data.mem_thing.found", "mem_thing.a"]);
}
