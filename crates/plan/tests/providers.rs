//! Provider configurations with `for_each`.

use rinfra_change::{Mode, Plan};
use rinfra_testkit::Laboratory;
use rinfra_testkit::laboratory::{actions, warnings};
use rinfra_value::Value;

/// A configuration per account, and a thing in each of some of them.
const ACCOUNTS: &str = r#"
variable "accounts" {
  type    = map(string)
  default = { a = "east", b = "west" }
}

variable "used" {
  type    = set(string)
  default = ["a", "b"]
}

provider "mem" {
  alias    = "by"
  for_each = var.accounts
  account  = each.key
  region   = each.value
}

resource "mem_thing" "it" {
  for_each = var.used
  provider = mem.by[each.key]
  name     = "it-${each.key}"
}
"#;

fn set(keys: &[&str]) -> Value {
    Value::tuple(keys.iter().map(|it| Value::string(*it)).collect())
}

fn map(entries: &[(&str, &str)]) -> Value {
    Value::object(entries.iter().map(|(key, it)| (*key, Value::string(*it))))
}

/// The provider configuration of each instance of the state.
fn providers(laboratory: &Laboratory) -> Vec<String> {
    let line = |address: rinfra_addr::ResourceInstance| {
        let provider = laboratory.state.provider(&address).expect("a provider");
        format!("{address}: {provider}").replace("registry.terraform.io/hashicorp/", "")
    };
    laboratory.state.instances().map(|(address, ..)| line(address)).collect()
}

#[tokio::test]
async fn each_instance_is_managed_by_the_provider_it_chooses() {
    let mut laboratory = Laboratory::new(ACCOUNTS);
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), ["mem_thing.it[\"a\"]: create", "mem_thing.it[\"b\"]: create"]);
    assert_eq!(
        providers(&laboratory),
        [
            "mem_thing.it[\"a\"]: provider[\"mem\"].by[\"a\"]",
            "mem_thing.it[\"b\"]: provider[\"mem\"].by[\"b\"]"
        ]
    );
    assert_eq!(laboratory.cloud.value_of("it-a", "region"), Some(Value::string("east")));
    assert_eq!(laboratory.cloud.value_of("it-b", "region"), Some(Value::string("west")));
    let plan = laboratory.plan().await.expect();
    assert!(!plan.has_changes());
    let saved = serde_json::to_string(&plan).expect("a plan has JSON");
    assert_eq!(serde_json::from_str::<Plan>(&saved).expect("its own JSON"), plan);

    laboratory.set("used", set(&["b"]));
    laboratory.cloud.take_log();
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), ["mem_thing.it[\"a\"]: delete, delete_because_each_key"]);
    assert_eq!(laboratory.cloud.names(), ["it-b"]);

    laboratory.options.mode = Mode::Destroy;
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), ["mem_thing.it[\"b\"]: delete"]);
    assert!(laboratory.state.resources.is_empty());
}

#[tokio::test]
async fn what_is_left_without_its_provider_is_named_with_the_way_out() {
    for mode in [Mode::Normal, Mode::Destroy] {
        let mut laboratory = Laboratory::new(ACCOUNTS);
        laboratory.apply().await.clean();
        laboratory.set("used", set(&["b"]));
        laboratory.set("accounts", map(&[("b", "west")]));
        laboratory.options.mode = mode;
        let planned = laboratory.plan().await;
        let text = planned.diagnostics.to_string();
        assert!(
            text.contains("provider[\"registry.terraform.io/hashicorp/mem\"].by[\"a\"] is needed"),
            "{text}"
        );
        assert!(text.contains("Put the key back"), "{text}");
        assert!(text.contains("rinfra state rm 'mem_thing.it[\"a\"]'"), "{text}");
        assert_eq!(planned.errors(), ["mem_thing.it[\"a\"]: Provider instance not present"]);
        // Everything else can still be destroyed.
        laboratory.options.mode = Mode::Destroy;
        laboratory.options.targets = vec!["mem_thing.it[\"b\"]".parse().expect("an address")];
        let plan = laboratory.plan().await.expect();
        assert_eq!(actions(&plan), ["mem_thing.it[\"b\"]: delete"]);
    }
}

#[tokio::test]
async fn a_part_of_the_configuration_needs_only_its_providers() {
    let mut laboratory = Laboratory::new(ACCOUNTS);
    laboratory.options.targets = vec!["mem_thing.it[\"a\"]".parse().expect("an address")];
    let done = laboratory.apply().await;
    assert_eq!(actions(&done.plan), ["mem_thing.it[\"a\"]: create"]);
    let log = laboratory.cloud.take_log();
    assert!(!log.contains(&"configure b west".to_owned()), "{log:?}");
    laboratory.options.targets.clear();
    laboratory.limit(&["west"]);
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), ["mem_thing.it[\"b\"]: create"]);
}

#[tokio::test]
async fn instances_may_change_their_provider() {
    let mut laboratory = Laboratory::new(
        "provider \"mem\" {\n alias = \"old\"\n account = \"a\"\n region = \"east\"\n}
        resource \"mem_thing\" \"it\" {\n for_each = toset([\"a\"])\n provider = mem.old\n name = \"it-${each.key}\"\n}\n",
    );
    laboratory.apply().await.clean();
    assert_eq!(providers(&laboratory), ["mem_thing.it[\"a\"]: provider[\"mem\"].old"]);
    laboratory.cloud.take_log();

    // One that is gone needs no other sign than that the resource has chosen another one.
    laboratory.write("main.tf", ACCOUNTS);
    laboratory.set("used", set(&["a"]));
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), [""; 0]);
    assert_eq!(providers(&laboratory), ["mem_thing.it[\"a\"]: provider[\"mem\"].by[\"a\"]"]);
    let reads = laboratory.cloud.take_log().into_iter().filter(|it| it.starts_with("read ")).count();
    assert_eq!(reads, 1);

    // In another account there is no such thing.
    laboratory.write("main.tf", &ACCOUNTS.replace("mem.by[each.key]", "mem.by[\"b\"]"));
    let plan = laboratory.plan().await.expect();
    assert_eq!(actions(&plan), ["mem_thing.it[\"a\"]: create"]);

    laboratory.write("main.tf", &ACCOUNTS.replace("mem.by[each.key]", "mem"));
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), ["mem_thing.it[\"a\"]: create"]);
    assert_eq!(providers(&laboratory), ["mem_thing.it[\"a\"]: provider[\"mem\"]"]);
}

#[tokio::test]
async fn an_object_of_the_time_before_for_each_cannot_be_deleted_by_chance() {
    let mut laboratory = Laboratory::new(
        "provider \"mem\" {\n alias = \"by\"\n}\nresource \"mem_thing\" \"it\" {\n for_each = toset([\"a\"])\n provider = mem.by\n name = each.key\n}\n",
    );
    laboratory.apply().await.clean();
    laboratory.write("main.tf", ACCOUNTS);
    laboratory.set("used", set(&["b"]));
    let planned = laboratory.plan().await;
    let text = planned.diagnostics.to_string();
    assert!(text.contains("has \"for_each\" now"), "{text}");
    assert_eq!(planned.errors(), ["mem_thing.it[\"a\"]: Provider instance not present"]);
    laboratory.set("used", set(&["a"]));
    laboratory.write(
        "main.tf",
        &ACCOUNTS.replace("account  = each.key", "account = \"main\"").replace("each.value", "\"home\""),
    );
    laboratory.set("accounts", map(&[("a", "")]));
    let plan = laboratory.plan().await.expect();
    assert_eq!(actions(&plan), ["mem_thing.it[\"a\"]: update"]);
}

#[tokio::test]
async fn modules_get_the_instance_their_call_chooses() {
    let mut laboratory = Laboratory::new(
        r#"
        locals {
          accounts = { a = "east", b = "west" }
        }
        provider "mem" {
          alias    = "by"
          for_each = local.accounts
          account  = each.key
          region   = each.value
        }
        module "outer" {
          source    = "./outer"
          for_each  = toset(keys(local.accounts))
          providers = { mem = mem.by[each.value] }
          name      = each.key
        }
        module "fixed" {
          source    = "./inner"
          count     = 2
          providers = { mem = mem.by[["a", "b"][count.index]] }
          name      = "fixed-${count.index}"
        }
        data "mem_thing" "seen" {
          provider = mem.by["b"]
          name     = "fixed-1"
          depends_on = [module.fixed]
        }
        "#,
    );
    let requires = "terraform {\n required_providers {\n  mem = { source = \"hashicorp/mem\" }\n }\n}\nvariable \"name\" {}\n";
    laboratory.write(
        "outer/main.tf",
        &format!("{requires}module \"inner\" {{\n source = \"../inner\"\n count = 1\n name = \"inner-${{var.name}}\"\n}}\n"),
    );
    laboratory.write(
        "inner/main.tf",
        &format!("{requires}resource \"mem_thing\" \"it\" {{\n name = var.name\n}}\noutput \"name\" {{\n value = mem_thing.it.name\n}}\n"),
    );
    laboratory.apply().await.clean();
    assert_eq!(
        providers(&laboratory),
        [
            "data.mem_thing.seen: provider[\"mem\"].by[\"b\"]",
            "module.fixed[0].mem_thing.it: provider[\"mem\"].by[\"a\"]",
            "module.fixed[1].mem_thing.it: provider[\"mem\"].by[\"b\"]",
            "module.outer[\"a\"].module.inner[0].mem_thing.it: provider[\"mem\"].by[\"a\"]",
            "module.outer[\"b\"].module.inner[0].mem_thing.it: provider[\"mem\"].by[\"b\"]",
        ]
    );
    assert_eq!(laboratory.cloud.value_of("inner-b", "region"), Some(Value::string("west")));
    assert!(!laboratory.plan().await.expect().has_changes());
    laboratory.options.mode = Mode::Destroy;
    laboratory.apply().await.clean();
    assert!(laboratory.cloud.names().is_empty());
}

#[tokio::test]
async fn imports_go_through_the_chosen_provider() {
    let mut laboratory = Laboratory::new(ACCOUNTS);
    laboratory.apply().await.clean();
    let id = laboratory.cloud.value_of("it-b", "id").expect("an id").as_str().expect("a text").to_owned();
    laboratory.state = rinfra_state::State::new("laboratory");
    laboratory.set("used", set(&["b"]));
    laboratory.write("imports.tf", &format!("import {{\n to = mem_thing.it[\"b\"]\n id = {id:?}\n}}\n"));
    let done = laboratory.apply().await.clean();
    assert_eq!(actions(&done.plan), [format!("mem_thing.it[\"b\"]: no-op, importing {id}")]);
    assert_eq!(providers(&laboratory), ["mem_thing.it[\"b\"]: provider[\"mem\"].by[\"b\"]"]);
    laboratory.write("imports.tf", "");
    let (imported, found) = laboratory.look_up("mem_thing.it[\"b\"]", &id).await;
    assert!(found.is_empty(), "{found}");
    assert!(imported.expect("an object").provider.to_string().ends_with(".by[\"b\"]"));
}

#[tokio::test]
async fn keys_that_choose_nothing_are_refused_where_they_stand() {
    let check = |key: &str, rest: &str, expected: &str, said: &str| {
        let text = ACCOUNTS.replace("each.key]", &format!("{key}]")) + rest;
        let (expected, said) = (expected.to_owned(), said.to_owned());
        async move {
            let mut laboratory = Laboratory::new(&text);
            laboratory.set("used", set(&["a"]));
            let planned = laboratory.plan().await;
            let found = planned.diagnostics.to_string();
            assert_eq!(planned.errors(), [format!("mem_thing.it[\"a\"]: {expected}")], "{text}");
            assert!(found.contains(&said), "{found}");
        }
    };
    let secret = "variable \"k\" {\n default = \"a\"\n sensitive = true\n}\n";
    let fleeting = "variable \"k\" {\n default = \"a\"\n ephemeral = true\n}\n";
    let later = "resource \"mem_thing\" \"other\" {\n provider = mem.by[\"a\"]\n name = \"other\"\n}\n";
    let invalid = "Invalid provider instance key";
    check("\"c\"", "", "Provider instance not present", "has only [\"a\"], [\"b\"]").await;
    check("var.k", secret, invalid, "sensitive").await;
    check("var.k", fleeting, invalid, "ephemeral").await;
    check("null", "", invalid, "must not be null").await;
    check("[]", "", invalid, "unsuitable: string required").await;
    check("mem_thing.other.endpoint", later, invalid, "cannot be determined until apply").await;
}

#[tokio::test]
async fn instances_are_refused_that_cannot_be_told() {
    let check = |for_each: &str, rest: &str, expected: &str| {
        let text = ACCOUNTS.replace("for_each = var.accounts", &format!("for_each = {for_each}")) + rest;
        let expected = expected.to_owned();
        async move {
            let errors = Laboratory::new(&text).plan().await.errors();
            assert_eq!(errors, [expected], "{text}");
        }
    };
    let invalid = "Invalid for_each argument";
    check("null", "", invalid).await;
    check("\"a\"", "", invalid).await;
    check("toset([timestamp()])", "", invalid).await;
    check("var.s", "variable \"s\" {\n default = {}\n sensitive = true\n}\n", invalid).await;
    check("var.s", "variable \"s\" {\n default = {}\n ephemeral = true\n}\n", invalid).await;
    check("toset([1])", "", "Invalid for_each set argument").await;
    check(
        "toset([mem_thing.other.id])",
        "resource \"mem_thing\" \"other\" {\n name = \"o\"\n}\n",
        "Dynamic value in static context",
    )
    .await;
}

#[tokio::test]
async fn a_refresh_reads_with_the_provider_that_is_chosen_now() {
    let observed = |plan: &Plan| -> Vec<String> {
        plan.observations.iter().map(|it| format!("{} {}", it.address, it.after.is_some())).collect()
    };
    let mut laboratory = Laboratory::new(ACCOUNTS);
    laboratory.apply().await.clean();
    laboratory.options.mode = Mode::RefreshOnly;
    laboratory.cloud.vanish("it-b");
    assert_eq!(observed(&laboratory.plan().await.expect()), ["mem_thing.it[\"b\"] false"]);

    // In the other account there is no such thing.
    laboratory.write("main.tf", &ACCOUNTS.replace("mem.by[each.key]", "mem.by[\"b\"]"));
    let all_gone = ["mem_thing.it[\"a\"] false", "mem_thing.it[\"b\"] false"];
    assert_eq!(observed(&laboratory.plan().await.expect()), all_gone);
    laboratory.set("accounts", map(&[("b", "west")]));
    assert_eq!(observed(&laboratory.plan().await.expect()), all_gone);

    // What nobody can read any more stays, and is told of.
    laboratory.write("main.tf", ACCOUNTS);
    laboratory.set("used", set(&["b"]));
    let planned = laboratory.plan().await;
    assert_eq!(
        warnings(&planned.diagnostics),
        ["mem_thing.it[\"a\"]: Provider instance not present"],
        "{}",
        planned.diagnostics
    );
    assert_eq!(observed(&planned.expect()), ["mem_thing.it[\"b\"] false"]);
}
