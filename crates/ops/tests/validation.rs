//! What validating finds in conditions and provisioners, and what it leaves to plans.

use std::path::Path;
use std::sync::Arc;

use rinfra_config::ModuleManifest;
use rinfra_lang::files::MemoryFiles;
use rinfra_ops::{Environment, validate};
use rinfra_provider::Catalogue;

/// Compares what is wrong with a configuration: `place summary`, a line each.
async fn check(configuration: &str, expected: &[&str]) {
    let module = "variable \"in\" {
            validation {
                condition     = var.in == \"x\"
                error_message = \"in is ${var.in}\"
            }
        }
        output \"o\" {
            value = var.in
            precondition {
                condition     = var.in == \"y\"
                error_message = \"not y\"
            }
        }";
    let mut files: MemoryFiles = [("main.tf", configuration), ("m/main.tf", module)].into_iter().collect();
    let config = rinfra_config::load(&files, Path::new(".")).config;
    files.insert(ModuleManifest::PATH, ModuleManifest::of_local(&config).to_json());
    let environment = Environment {
        working_directory: "/".into(),
        ..Environment::new(".", Arc::new(files), Catalogue::new(rinfra_std_providers::providers()))
    };
    let found = match validate(&environment).await {
        Ok((_, found)) => found,
        Err(failure) => failure.diagnostics,
    };
    let line = |it: &rinfra_diag::Diagnostic| {
        let place = it.subject.as_ref().map_or("nowhere".to_owned(), |it| it.start.line.to_string());
        format!("{place} {}", it.summary)
    };
    assert_eq!(found.iter().map(line).collect::<Vec<_>>(), expected, "{configuration}");
}

fn resource(inside: &str) -> String {
    format!("locals {{ one = 1 }}\nresource \"terraform_data\" \"it\" {{\n{inside}\n}}")
}

fn lifecycle(kind: &str, condition: &str, message: &str) -> String {
    resource(&format!(
        "count = 2\nlifecycle {{\n{kind} {{\ncondition = {condition}\nerror_message = {message}\n}}\n}}"
    ))
}

#[tokio::test]
async fn conditions_of_resources_must_only_be_conditions() {
    for (condition, expected) in [
        ("local.one == 2", vec![]),
        ("count.index == 7", vec![]),
        ("tonumber(\"x${local.one}\") == 1", vec!["6 Invalid function argument"]),
        ("local.missing", vec!["6 Reference to undeclared local value"]),
    ] {
        check(&lifecycle("precondition", condition, "\"no\""), &expected).await;
        check(&lifecycle("postcondition", condition, "\"no\""), &expected).await;
    }
    let missing = lifecycle("postcondition", "self.missing == 1", "\"no\"");
    check(&missing, &["6 Unknown variable", "6 Unsupported attribute"]).await;
}

#[tokio::test]
async fn assertions_are_left_to_the_plan() {
    let asserting = |condition: &str, message: &str| {
        format!(
            "locals {{ one = 1 }}\ncheck \"c\" {{\nassert {{\ncondition = {condition}\nerror_message = {message}\n}}\n}}"
        )
    };
    check(&asserting("local.one == 2", "\"no\""), &[]).await;
    check(&asserting("tonumber(\"x${local.one}\") == 1", "\"no\""), &[]).await;
    check(&asserting("local.one == 1", "null"), &["5 Invalid error message"]).await;
}

#[tokio::test]
async fn variables_of_modules_are_checked_for_what_is_known_of_them() {
    let call = |arguments: &str| format!("module \"m\" {{\nsource = \"./m\"\n{arguments}\n}}");
    check(&call("in = \"x\""), &[]).await;
    check(&call("in = \"z\""), &["3 Invalid value for variable"]).await;
    check(&call("for_each = toset([\"z\"])\nin = each.key"), &[]).await;
}

#[tokio::test]
async fn provisioners_are_checked_before_they_run() {
    for (provisioner, expected) in [
        ("\"local-exec\" { command = \"echo ${self.id}\" }", vec![]),
        ("\"local-exec\" { command = \"echo ${self.missing}\" }", vec!["3 Unsupported attribute"]),
        ("\"local-exec\" {}", vec!["3 Missing required argument"]),
        ("\"local-exec\" {\ncommand = \"x\"\nnope = 1\n}", vec!["5 Unsupported argument"]),
        (
            "\"local-exec\" {\nwhen = \"destroy\"\ncommand = \"x\"\n}",
            vec!["4 Quoted keywords are deprecated"],
        ),
        (
            "\"local-exec\" {\nwhen = destroy\ncommand = \"${path.module} ${self.id} ${terraform.workspace}\"\n}",
            vec![],
        ),
        (
            "\"local-exec\" {\nwhen = destroy\ncommand = local.one\n}",
            vec!["5 Invalid reference from destroy provisioner"],
        ),
        ("\"remote-exec\" { inline = [\"x\"] }", vec!["3 Unsupported provisioner type"]),
        ("\"file\" { source = \"x\" }", vec!["3 Unsupported provisioner type"]),
        ("\"nosuch\" {}", vec!["nowhere Missing required provisioner plugin"]),
    ] {
        check(&resource(&format!("provisioner {provisioner}")), &expected).await;
    }
}
