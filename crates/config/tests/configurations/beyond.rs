//! What other engines than Terraform 1.11 have.

use crate::support::{config, findings};
use rinfra_config::Repetition;

fn check(text: &str, expected: &[&str]) {
    assert_eq!(findings(text), expected, "{text}");
}

#[test]
fn enabled_decides_alone_how_many_there_are() {
    let repetition = |text: &str| {
        let config = config(text);
        let (_, resource) = config.resources().next().expect("one resource");
        resource.repetition.clone()
    };
    let enabled = repetition("variable \"v\" {}\nresource \"x\" \"a\" {\nlifecycle { enabled = var.v }\n}");
    assert!(matches!(enabled, Repetition::Enabled(_)), "{enabled:?}");
    check(
        "resource \"x\" \"a\" {\ncount = 1\nlifecycle { enabled = true }\n}",
        &[r#"main.tf:3,13-20 Invalid combination of "count" and "enabled""#],
    );
    check(
        "data \"x\" \"a\" {\nfor_each = {}\nlifecycle { enabled = true }\n}",
        &[r#"main.tf:3,13-20 Invalid combination of "for_each" and "enabled""#],
    );
    check(
        "module \"m\" {\nsource = \"./m\"\ncount = 1\nlifecycle { enabled = true }\n}\n# FILE m/main.tf\n",
        &[r#"main.tf:4,13-20 Invalid combination of "count" and "enabled""#],
    );
    check(
        "module \"m\" {\nsource = \"./m\"\nlifecycle { prevent_destroy = true }\n}\n# FILE m/main.tf\n",
        &["main.tf:3,1-10 Reserved block type name in module block"],
    );
}

#[test]
fn deprecated_variables_and_outputs_are_told_where_they_are_used() {
    let module = r#"
        # FILE m/main.tf
        variable "old" {
          default    = 1
          deprecated = "Use new."
        }
        output "old" {
          value      = var.old
          deprecated = "Use new."
        }"#;
    check(&format!("module \"m\" {{ source = \"./m\" }}{module}"), &[]);
    check(
        &format!(
            "module \"m\" {{\nsource = \"./m\"\nold = 2\n}}\noutput \"o\" {{\nvalue = [module.m.old]\n}}{module}"
        ),
        &["main.tf:3,1-4 Deprecated variable", "main.tf:6,10-22 Deprecated output"],
    );
}
