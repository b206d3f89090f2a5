//! How often data sources are asked.

use rinfra_testkit::Laboratory;

/// The configuration of a module that several calls make use of, and of a thing beside them.
const LOOKUPS: &str = r#"
variable "name" {
  default = "there"
}

resource "mem_thing" "there" {
  name = "there"
}

data "mem_thing" "many" {
  count = 3
  name  = WHICH
}

data "mem_thing" "again" {
  name = WHICH
}

data "mem_thing" "elsewhere" {
  name   = WHICH
  region = "away"
}

resource "mem_thing" "user" {
  name = "user"
  note = join(",", data.mem_thing.many[*].id)
}
"#;

fn lookups(laboratory: &Laboratory) -> Vec<String> {
    laboratory.cloud.take_log().into_iter().filter(|it| it.starts_with("look up")).collect()
}

#[tokio::test]
async fn the_same_question_is_asked_once_in_a_plan() {
    let mut laboratory = Laboratory::new("resource \"mem_thing\" \"there\" {\n name = \"there\"\n}\n");
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &LOOKUPS.replace("WHICH", "var.name").replace("  region = \"away\"\n", ""));
    lookups(&laboratory);
    assert!(laboratory.plan().await.plan.is_some());
    assert_eq!(lookups(&laboratory), ["look up there"], "five data sources ask for it");
}

#[tokio::test]
async fn another_question_is_asked_for_itself() {
    let mut laboratory = Laboratory::new("resource \"mem_thing\" \"there\" {\n name = \"there\"\n}\n");
    laboratory.apply().await.clean();
    laboratory.write("main.tf", &LOOKUPS.replace("WHICH", "var.name"));
    lookups(&laboratory);
    let planned = laboratory.plan().await;
    assert_eq!(lookups(&laboratory), ["look up there", "look up there"], "in two Regions");
    assert!(planned.plan.is_none(), "there is none elsewhere");
}

#[tokio::test]
async fn an_apply_asks_once_what_waits_for_the_same() {
    let text = LOOKUPS.replace("WHICH", "mem_thing.there.name").replace("  region = \"away\"\n", "");
    let late = "data \"mem_thing\" \"late\" {\n name = \"there\"\n depends_on = [mem_thing.user]\n}\n";
    let mut laboratory = Laboratory::new(&(text + late));
    laboratory.apply().await.clean();
    assert_eq!(lookups(&laboratory), ["look up there", "look up there"], "what is asked later is asked anew");
}
