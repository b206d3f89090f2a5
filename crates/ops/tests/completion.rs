//! What the console offers for a name that is begun.

use std::sync::Arc;

use rinfra_lang::files::MemoryFiles;
use rinfra_ops::{Console, Environment, Project};
use rinfra_provider::Catalogue;

const CONFIGURATION: &str = r#"
variable "shape" {
  type = object({ sides = number, corners = list(object({ angle = number })) })
  default = { sides = 3, corners = [] }
}
variable "size" { default = 1 }
locals {
  one = 1
  other = 2
}
resource "terraform_data" "house" {}
resource "terraform_data" "garden" { count = 2 }
data "terraform_remote_state" "street" {
  backend = "local"
  config  = { path = "street.tfstate" }
}
"#;

#[tokio::test]
async fn names_are_offered_where_they_mean_something() {
    let files: MemoryFiles = [("main.tf", CONFIGURATION)].into_iter().collect();
    let environment = Environment {
        working_directory: "/".into(),
        ..Environment::new(".", Arc::new(files), Catalogue::new(rinfra_std_providers::providers()))
    };
    let project = Project::open(&environment).unwrap_or_else(|it| panic!("{}", it.diagnostics));
    let console =
        Console::open(&environment, &project).await.unwrap_or_else(|it| panic!("{}", it.diagnostics));
    let check = |text: &str, kept: &str, expected: &[&str]| {
        let (start, found) = console.complete(text, text.len());
        assert_eq!(
            (&text[..start], found),
            (kept, expected.iter().map(|it| (*it).to_owned()).collect()),
            "{text}"
        );
    };
    check("", "", &[]);
    check("1 + ", "1 + ", &[]);
    check("cidrs", "", &["cidrsubnet(", "cidrsubnets("]);
    check("trim", "", &["trim(", "trimprefix(", "trimspace(", "trimsuffix("]);
    check("try", "", &["try("]);
    check("f(va", "f(", &["values(", "var."]);
    check("terr", "", &["terraform.", "terraform_data."]);
    check("var.", "var.", &["shape", "size"]);
    check("-var.si", "-var.", &["size"]);
    check("1 - var.si", "1 - var.", &["size"]);
    check("var.shape.", "var.shape.", &["corners", "sides"]);
    check("var.shape.corners[0].a", "var.shape.corners[0].", &["angle"]);
    check("var.size.x", "var.size.", &[]);
    check("[local.o", "[local.", &["one", "other"]);
    check("local.one.", "local.one.", &[]);
    check("path.", "path.", &["cwd", "module", "root"]);
    check("module.", "module.", &[]);
    check("terraform_data.", "terraform_data.", &["garden", "house"]);
    check("terraform_data.garden[1].i", "terraform_data.garden[1].", &["id", "input"]);
    check("terraform_data.nosuch.", "terraform_data.nosuch.", &[]);
    check("data.", "data.", &["terraform_remote_state."]);
    check("data.terraform_remote_state.", "data.terraform_remote_state.", &["street"]);
    check("\"${var.sh", "\"${var.", &["shape"]);
    check("nosuch.", "nosuch.", &[]);
    check("x]", "x]", &[]);
    // What comes after the cursor does not matter; a cursor that is nowhere does no harm.
    assert_eq!(console.complete("var.s + 1", 5), (4, vec!["shape".to_owned(), "size".to_owned()]));
    assert_eq!(console.complete("é", 1), (0, Vec::new()));
}
