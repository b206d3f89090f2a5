//! The console, as scripts use it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const CONFIGURATION: &str = r#"
variable "size" {
  type    = number
  default = 2
}
variable "many" { type = number }
variable "keys" { type = set(string) }
variable "secret" {
  default   = "hunter2"
  sensitive = true
}
resource "terraform_data" "one" { input = "in" }
resource "terraform_data" "some" {
  count = var.size
  input = count.index
}
resource "terraform_data" "each" {
  for_each = toset(["k", "l"])
  input    = var.secret
}
module "many" {
  source = "./m"
  count  = var.many
}
module "each" {
  source   = "./m"
  for_each = var.keys
}
locals { far = module.many[0].o }
"#;

struct Place(TempDir);

impl Place {
    /// Returns a directory with the modules installed that its configuration calls.
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        std::fs::write(directory.path().join("main.tf"), CONFIGURATION).unwrap();
        std::fs::create_dir(directory.path().join("m")).unwrap();
        std::fs::write(directory.path().join("m/main.tf"), "output \"o\" {\n  value = 1\n}\n").unwrap();
        let place = Self(directory);
        let (good, _, err) = place.run(&["get"], "");
        assert!(good, "{err}");
        place
    }

    /// Runs a command and returns whether it ended well, what it printed and what it said.
    fn run(&self, arguments: &[&str], input: &str) -> (bool, String, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rinfra"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    }

    fn answers(&self, expression: &str, expected: &str) {
        let (good, out, err) = self.run(&["console"], expression);
        assert!(good, "{expression}: {err}");
        assert_eq!(out, format!("{expected}\n"), "{expression}");
    }

    fn refuses(&self, expression: &str, summary: &str) {
        let (good, out, err) = self.run(&["console"], expression);
        assert!(!good, "{expression}: {out}");
        assert!(err.contains(&format!("Error: {summary}\n")), "{expression}: {err}");
    }
}

const UNKNOWN: &str = "(known after apply)";

#[test]
fn what_is_in_no_state_is_unknown() {
    let place = Place::new();
    for expression in [
        "var.many",
        "terraform_data.one",
        "terraform_data.one.id",
        "terraform_data.some",
        "terraform_data.some[5].id",
        "terraform_data.each[\"z\"]",
        "module.many",
        "module.many[3].o",
        "module.each[\"a\"].o",
        "local.far",
    ] {
        place.answers(expression, UNKNOWN);
    }
    place.answers("type(terraform_data.one)", "dynamic");
    place.answers("type(var.keys)", "set(string)");
    place.refuses("terraform_data.one.nosuch", "Unsupported attribute");
    place.refuses("terraform_data.some.id", "Missing resource instance key");
    place.refuses("terraform_data.two", "Reference to undeclared resource");
    place.refuses("path.nosuch", "Invalid \"path\" attribute");
    place.refuses("each.key", "Reference to \"each\" in context without for_each");
}

#[test]
fn the_state_tells_which_instances_there_are() {
    let place = Place::new();
    let values = ["-var", "many=1", "-var", "keys=[]", "-auto-approve"];
    let (good, _, err) = place.run(&[&["apply"], &values[..]].concat(), "");
    assert!(good, "{err}");
    place.answers("terraform_data.some[*].output", "[\n  0,\n  1,\n]");
    place.answers("keys(terraform_data.each)", "[\n  \"k\",\n  \"l\",\n]");
    place.answers("terraform_data.each[\"k\"].input", "(sensitive value)");
    place.answers("terraform_data.one.output", "\"in\"");
    place.refuses("terraform_data.some[2]", "Invalid index");
    // The configuration may want others by now.
    let (_, out, _) = place.run(&["console", "-var", "size=9"], "length(terraform_data.some)");
    assert_eq!(out, "2\n");
}

#[test]
fn types_are_no_values() {
    let place = Place::new();
    place.answers("type(1)", "number");
    place.answers("((type((1))))", "number");
    place.answers("\"${type(1)}\"", "number");
    place.answers("type([1]...)", "number");
    place.answers("core::type(1)", "number");
    place.answers("type(type(1))", "type");
    place.answers("type(var.secret)", "string");
    place.refuses("[type(1)]", "Invalid use of type function");
    place.refuses("{ a = type(1) }", "Invalid use of type function");
    place.refuses("upper(type(1))", "Invalid function argument");
    place.refuses("1 + type(1)", "Invalid operand");
    place.refuses("type(1).x", "Unsupported attribute");
    place.refuses("true ? type(1) : 2", "Inconsistent conditional result types");
    place.refuses("type()", "Not enough function arguments");
    place.refuses("type(1, 2)", "Too many function arguments");
}
