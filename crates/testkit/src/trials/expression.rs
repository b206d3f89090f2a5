use rinfra_diag::Diagnostics;
use rinfra_lang::{print, print_type};
use rinfra_ops::{Console, Environment, Project};
use rinfra_value::{Value, codec, json};
use rinfra_view::Style;
use tokio::runtime::Runtime;

use super::LONGEST;
use super::surroundings::{environment, runtime};

/// What the expression may refer to: values of every type, and every kind of value that is not plain.
const CONFIGURATION: &str = r#"
variable "secret" {
  default   = "s3cret"
  sensitive = true
}
variable "passing" {
  default   = "gone"
  ephemeral = true
}
variable "unset" { type = object({ a = optional(list(string), ["x"]), b = number }) }
variable "any" { default = null }
locals {
  text    = "héllo ${1 + 1}"
  number  = 12345678901234567890.5
  list    = tolist(["a", "b", "c"])
  set     = toset([3, 1, 2])
  map     = { for k in ["x", "y"] : k => upper(k) }
  tuple   = [1, "two", [3], { four = null }]
  secrets = { list = [var.secret, "plain"], map = { (var.secret) = 1 } }
  unknown = [terraform_data.one.id, terraform_data.many[*].output, var.unset]
}
resource "terraform_data" "one" { input = local.tuple }
resource "terraform_data" "many" {
  count = 2
  input = count.index
}
output "o" { value = local.list }
"#;

/// Evaluates a line as `rinfra console` does and writes its value in every form there is.
///
/// # Panics
/// When rinfra would, or when a value cannot be read back from what a plan file holds of it.
pub fn expression(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    // How long this takes is its second argument, which is the user's to say.
    if input.len() > LONGEST || text.contains("bcrypt") {
        return;
    }
    BENCH.with(|bench| {
        let console = Console::with_state(&bench.environment, &bench.project, None);
        match bench.runtime.block_on(console.value(text)) {
            Ok(value) => written(&value),
            Err(failure) => {
                shown(&failure.diagnostics);
                rinfra_view::diagnostics(&failure.diagnostics, &failure.sources, Style::plain());
                rinfra_view::diagnostics_json(&failure.diagnostics, &failure.sources);
            }
        }
    });
}

thread_local! {
    static BENCH: Bench = Bench::new();
}

struct Bench {
    environment: Environment,
    project: Project,
    runtime: Runtime,
}

impl Bench {
    fn new() -> Self {
        let environment = environment([("main.tf", CONFIGURATION.as_bytes())]);
        let project = Project::open_without_values(&environment)
            .unwrap_or_else(|failure| panic!("the trial's own configuration: {}", failure.diagnostics));
        Self { environment, project, runtime: runtime() }
    }
}

fn written(value: &Value) {
    print::value(value);
    print::literal(value);
    print_type::type_of(value.ty());
    // Neither unknown values nor infinities have a JSON form.
    if let Ok(plain) = json::encode(value) {
        json::decode(&plain, value.ty()).unwrap_or_else(|error| panic!("{value:?} becomes {plain}: {error}"));
    }
    let saved = codec::encode(value);
    let read = codec::decode(&saved).unwrap_or_else(|error| panic!("{value:?} becomes {saved}: {error}"));
    assert_eq!(read, *value, "saved as {saved}");
}

/// Every failure says what is wrong.
fn shown(diagnostics: &Diagnostics) {
    assert!(diagnostics.has_errors(), "failed without an error: {diagnostics}");
    assert!(diagnostics.iter().all(|it| !it.summary.is_empty()), "an error without a summary: {diagnostics}");
}
