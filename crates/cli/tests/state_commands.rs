//! The built binary where it changes what the state says, without any cloud.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

use tempfile::TempDir;

const CONFIGURATION: &str = r#"
resource "terraform_data" "a" {
  input = "a"
}

resource "terraform_data" "many" {
  count = 2
  input = terraform_data.a.id
}

module "m" {
  source = "./m"
}
"#;

/// A directory with a configuration that was applied.
struct Place(TempDir);

impl Place {
    fn applied() -> Self {
        let place = Self(TempDir::new().unwrap());
        place.write("m/main.tf", "resource \"terraform_data\" \"in\" {}\n");
        place.write("main.tf", CONFIGURATION);
        place.good(&["init"]);
        place.good(&["apply", "-auto-approve"]);
        place
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rinfra"));
        let done = command.args(arguments).arg("-no-color").current_dir(self.0.path()).output().unwrap();
        let text = if done.status.success() { done.stdout } else { [done.stdout, done.stderr].concat() };
        (done.status.success(), String::from_utf8(text).unwrap())
    }

    fn good(&self, arguments: &[&str]) -> String {
        let (good, text) = self.run(arguments);
        assert!(good, "{arguments:?}: {text}");
        text
    }

    fn refused(&self, arguments: &[&str], words: &str) {
        let (good, text) = self.run(arguments);
        assert!(!good && text.contains(words), "{arguments:?}: {text}");
        assert!(!text.contains("Importing from ID"), "nothing begins that is refused: {text}");
    }

    fn listed(&self) -> Vec<String> {
        self.good(&["state", "list"]).lines().map(str::to_owned).collect()
    }
}

const ALL: [&str; 4] =
    ["terraform_data.a", "terraform_data.many[0]", "terraform_data.many[1]", "module.m.terraform_data.in"];

#[test]
fn objects_get_other_addresses() {
    let check = |from: &str, to: &str, left: &[usize], new: &[&str]| {
        let place = Place::applied();
        let dry = place.good(&["state", "mv", "-dry-run", from, to]);
        assert!(dry.starts_with("Would move "), "{dry}");
        assert_eq!(place.listed(), ALL);
        let said = place.good(&["state", "mv", from, to]);
        assert!(said.ends_with("Successfully moved 1 object(s).\n"), "{said}");
        let mut expected: Vec<_> = left.iter().map(|it| ALL[*it]).chain(new.iter().copied()).collect();
        let mut listed = place.listed();
        expected.sort_unstable();
        listed.sort();
        assert_eq!(listed, expected, "{from} {to}");
    };
    check("terraform_data.a", "terraform_data.b", &[1, 2, 3], &["terraform_data.b"]);
    check("terraform_data.a", "terraform_data.b[\"k\"]", &[1, 2, 3], &["terraform_data.b[\"k\"]"]);
    check("terraform_data.a", "module.m.terraform_data.a", &[1, 2, 3], &["module.m.terraform_data.a"]);
    check("terraform_data.many[0]", "terraform_data.one", &[0, 2, 3], &["terraform_data.one"]);
    check(
        "terraform_data.many",
        "terraform_data.more",
        &[0, 3],
        &["terraform_data.more[0]", "terraform_data.more[1]"],
    );
    check("module.m", "module.n[0]", &[0, 1, 2], &["module.n[0].terraform_data.in"]);
}

#[test]
fn moves_that_cannot_be_are_refused() {
    let place = Place::applied();
    for (from, to, words) in [
        ("terraform_data.z", "terraform_data.b", "Invalid source address"),
        ("module.z", "module.y", "Invalid source address"),
        ("terraform_data.a", "terraform_data.many[0]", "Invalid target address"),
        ("terraform_data.many", "terraform_data.a", "Invalid target address"),
        ("terraform_data.many", "terraform_data.b[0]", "Invalid target address"),
        ("terraform_data.a", "module.m", "Invalid target address"),
        ("module.m", "terraform_data.b", "Invalid target address"),
        ("terraform_data.a", "null_resource.a", "Invalid state move request"),
        ("terraform_data", "terraform_data.b", "Invalid address"),
    ] {
        place.refused(&["state", "mv", from, to], words);
    }
    assert_eq!(place.listed(), ALL);
}

#[test]
fn what_leaves_the_state_is_made_anew_and_dependents_keep_their_order() {
    let place = Place::applied();
    place.good(&["state", "mv", "terraform_data.a", "terraform_data.b"]);
    let state = std::fs::read_to_string(place.0.path().join("terraform.tfstate")).unwrap();
    assert!(state.contains("\"terraform_data.b\"") && !state.contains("\"terraform_data.a\""), "{state}");
    let said = place.good(&["state", "rm", "-dry-run", "terraform_data.many"]);
    assert_eq!(said, "Would remove terraform_data.many[0]\nWould remove terraform_data.many[1]\n");
    let said = place.good(&["state", "rm", "terraform_data.many[1]", "module.m"]);
    assert_eq!(
        said,
        "Removed terraform_data.many[1]\nRemoved module.m.terraform_data.in\nSuccessfully removed 2 resource instance(s).\n"
    );
    assert_eq!(place.listed(), ["terraform_data.b", "terraform_data.many[0]"]);
    place.refused(&["state", "rm", "terraform_data.a"], "Invalid target address");
    let plan = place.good(&["plan"]);
    assert!(plan.contains("3 to add, 1 to change, 1 to destroy."), "{plan}");
}

#[test]
fn objects_that_exist_are_imported() {
    let place = Place::applied();
    place.write(
        "main.tf",
        &format!("{CONFIGURATION}\nresource \"terraform_data\" \"new\" {{\n  input = 1\n}}\n"),
    );
    let said = place.good(&["import", " terraform_data.new", "an-id"]);
    assert!(said.starts_with("terraform_data.new: Importing from ID \"an-id\"...\n"), "{said}");
    assert!(said.contains("Import successful!"), "{said}");
    assert!(place.good(&["state", "show", "terraform_data.new"]).contains("\"an-id\""));
    assert!(place.good(&["plan"]).contains("terraform_data.new will be updated in-place"));
    place.refused(&["import", "terraform_data.new", "other"], "Resource already managed by Terraform");
    place.refused(&["import", "terraform_data.nope", "x"], "does not exist in the configuration");
    place.refused(
        &["import", "terraform_data.many[7]", "x"],
        "Configuration for import target does not exist",
    );
    place.refused(&["import", "module.z.terraform_data.x", "x"], "Import to non-existent module");
    place.refused(&["import", "data.terraform_data.x", "x"], "A managed resource address is required");
    place.refused(&["import", "no address", "x"], "Invalid character");
}

#[test]
fn without_a_state_there_is_nothing_to_change() {
    let place = Place(TempDir::new().unwrap());
    place.write("main.tf", "");
    place.refused(&["state", "mv", "terraform_data.a", "terraform_data.b"], "No state file was found!");
    place.refused(&["state", "rm", "terraform_data.a"], "No state file was found!");
    assert!(!place.0.path().join("terraform.tfstate").exists());
}

#[test]
fn a_module_without_a_key_is_all_its_instances() {
    let place = Place(TempDir::new().unwrap());
    place.write("m/main.tf", "resource \"terraform_data\" \"in\" {}\n");
    place.write("main.tf", "module \"m\" {\n  source = \"./m\"\n  count  = 2\n}\n");
    place.good(&["init"]);
    place.good(&["apply", "-auto-approve"]);
    let all = "module.m[0].terraform_data.in\nmodule.m[1].terraform_data.in\n";
    assert_eq!(place.good(&["state", "list", "module.m"]), all);
    assert_eq!(place.good(&["state", "list", "module.m[1]"]), "module.m[1].terraform_data.in\n");
    place.refused(&["state", "list", "module.m", "module.n"], "Unknown module");
    place.refused(&["state", "list", "module.m[0].terraform_data.in[0]"], "Unknown resource instance");
    place.refused(&["state", "list", "no address"], "Invalid character");
    let said = place.good(&["state", "rm", "-dry-run", "module.m"]);
    assert_eq!(
        said,
        "Would remove module.m[0].terraform_data.in\nWould remove module.m[1].terraform_data.in\n"
    );
    assert!(place.good(&["state", "rm", "resource.terraform_data.x", "module.m"]).contains("removed 2"));
    place.refused(&["state", "rm", "module.m"], "Invalid target address");
}

#[test]
fn earlier_states_are_listed_shown_compared_and_restored() {
    let place = Place::applied();
    let first = place.good(&["state", "pull"]);
    place.write(
        "main.tf",
        &CONFIGURATION.replace("input = \"a\"", "input = \"b\"").replace("count = 2", "count = 1"),
    );
    place.good(&["apply", "-auto-approve"]);
    let listed: serde_json::Value =
        serde_json::from_str(&place.good(&["state", "history", "-json"])).unwrap();
    let serials: Vec<_> =
        listed.as_array().unwrap().iter().map(|it| it["serial"].as_u64().unwrap()).collect();
    assert_eq!(serials, [2, 1]);
    assert_eq!(place.good(&["state", "pull", "-at=1"]), first);
    assert!(place.good(&["state", "show", "-at=1", "terraform_data.a"]).contains("input  = \"a\""));
    assert!(place.good(&["state", "list", "-at", "1"]).contains("terraform_data.many[1]"));
    let difference = place.good(&["state", "diff", "1"]);
    for words in [
        "~ input  = \"a\" -> \"b\"",
        "# terraform_data.many[1] is removed",
        "Objects: 0 added, 1 changed, 1 removed.",
    ] {
        assert!(difference.contains(words), "{difference}");
    }
    assert!(place.good(&["state", "diff", "2", "2"]).contains("say the same"));
    place.refused(&["state", "diff", "3"], "No state with serial 3 is kept");
    place.refused(
        &["state", "show", "-at=2000-01-01"],
        "No state is kept that is as old as 2000-01-01T00:00:00Z",
    );
    place.refused(&["state", "restore", "soon"], "neither a serial");

    assert!(place.good(&["state", "restore", "1"]).contains("Serial 3 says what serial 1 said"));
    assert!(place.listed().contains(&"terraform_data.many[1]".to_owned()));
    assert!(place.good(&["state", "restore", "1"]).contains("Nothing to restore"));
    assert!(place.good(&["state", "restore", "2"]).contains("Serial 4 says what serial 2 said"));
    assert!(place.good(&["plan"]).contains("No changes."));
}
