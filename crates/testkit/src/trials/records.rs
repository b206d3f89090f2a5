//! What rinfra itself leaves on a disk: a state, a journal and a plan of a small configuration.

use rinfra_state::journal;
use rinfra_value::{Marks, Value};

use crate::Laboratory;

use super::surroundings::runtime;

const CONFIGURATION: &str = r#"
provider "mem" { region = "here" }
variable "name" { default = "a" }
resource "mem_thing" "one" {
  name     = var.name
  password = "secret"
  tags     = { a = "1" }
  key { label = "k" }
  lifecycle { create_before_destroy = true }
}
resource "mem_thing" "many" {
  for_each = toset(["x", "y"])
  parent   = mem_thing.one.id
  fixed    = var.name
}
check "size" {
  assert {
    condition     = mem_thing.one.size == null
    error_message = "There is a size."
  }
}
output "all" {
  value     = [for it in mem_thing.many : it.id]
  sensitive = true
}
"#;

/// Returns the records of creating things and of replacing some of them.
pub(super) fn records() -> Vec<Vec<u8>> {
    runtime().block_on(async {
        let mut laboratory = Laboratory::new(CONFIGURATION);
        let mut records = Vec::new();
        for name in ["a", "b"] {
            laboratory.set("name", Value::string(name).with_marks(Marks::SENSITIVE));
            let done = laboratory.apply().await;
            records.extend(rinfra_change::write(&done.plan).ok());
            records.extend(journal::line(&done.events).ok());
            records.extend(serde_json::to_vec(&done.events).ok());
            records.extend(done.events.iter().filter_map(|it| serde_json::to_vec(&[it]).ok()));
            records.extend(laboratory.state.to_json_bytes().ok());
        }
        records
    })
}
