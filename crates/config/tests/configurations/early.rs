//! Sources of modules and settings of backends that depend on variables.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rinfra_config::{
    Config, InstalledModules, Known, Loaded, Module, ModuleCall, ModuleDirectories, RootVariables, load_with,
};
use rinfra_diag::{Diagnostics, Sources};
use rinfra_lang::files::{Files, MemoryFiles};
use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_value::Value;

use crate::support::shown;

/// Texts given to variables, as `name=value`.
struct Given<'g>(&'g [&'g str]);

impl RootVariables for Given<'_> {
    fn values(
        &self,
        _root: &Module,
        sources: &mut Sources,
    ) -> rinfra_diag::Result<BTreeMap<Arc<str>, Value>> {
        sources.insert("given", "");
        let settings = self.0.iter().filter_map(|it| it.split_once('='));
        Ok(settings.map(|(name, value)| (name.into(), Value::string(value))).collect())
    }
}

/// Modules that are wherever they are called from.
struct Anywhere;

impl ModuleDirectories for Anywhere {
    fn directory(
        &self,
        _module: &rinfra_addr::ModulePath,
        _call: &ModuleCall,
        in_place: Option<std::path::PathBuf>,
    ) -> rinfra_diag::Result<Option<std::path::PathBuf>> {
        Ok(in_place)
    }
}

fn loaded_from(files: &MemoryFiles, given: &[&str], directories: &dyn ModuleDirectories) -> Loaded {
    let context = FunctionContext::new(Arc::new(files.clone()) as Arc<dyn Files>, ".");
    let known = Known {
        functions: &Functions::standard(context),
        variables: &Given(given),
        workspace: "blue".into(),
        working_directory: "/work".into(),
        encryption: None,
    };
    load_with(files, Path::new("."), directories, &known)
}

fn files(root: &str) -> MemoryFiles {
    let module = "variable \"up\" { default = null }\nlocals { here = path.module }";
    let nested = "variable \"which\" {}\nmodule \"n\" { source = \"../${var.which}\" }";
    let all = [("main.tf", root), ("m/main.tf", module), ("m-2/main.tf", module), ("nested/main.tf", nested)];
    all.into_iter().collect()
}

fn loaded(root: &str, given: &[&str]) -> Loaded {
    loaded_from(&files(root), given, &Anywhere)
}

fn sources(config: &Config) -> Vec<String> {
    let calls = config.modules().flat_map(|module| module.calls.values());
    let version =
        |call: &ModuleCall| call.version.as_ref().map(|it| format!(" {}", it.text)).unwrap_or_default();
    calls.map(|call| format!("{}{}", call.source, version(call))).collect()
}

#[test]
fn sources_may_depend_on_what_is_known_from_the_start() {
    let check = |root: &str, given: &[&str], expected: &[&str]| {
        let loaded = loaded(root, given);
        assert_eq!(shown(&loaded.diagnostics), Vec::<String>::new(), "{root}");
        assert_eq!(sources(&loaded.config), expected, "{root}");
    };
    let default = "variable \"v\" { default = \"m\" }\nmodule \"a\" { source = \"./${var.v}\" }";
    check(default, &[], &["./m"]);
    check(default, &["v=m-2"], &["./m-2"]);
    check(
        "variable \"v\" { type = number }\nlocals {\na = \"m-${local.b}\"\nb = var.v * 2\n}\n\
         module \"a\" { source = format(\"./%s\", local.a) }",
        &["v=1"],
        &["./m-2"],
    );
    check(
        "variable \"v\" {\ntype = object({ at = string, version = optional(string, \"~> 1.0\") })\n\
         default = { at = \"a/b/c\" }\n}\n\
         module \"a\" {\nsource = var.v.at\nversion = var.v.version\n}",
        &[],
        &["registry.terraform.io/a/b/c ~> 1.0"],
    );
    check("module \"a\" {\nsource = \"./m\"\nversion = null\n}", &[], &["./m"]);
    check(
        "module \"a\" { source = \"${path.root}/${terraform.workspace == \"blue\" ? \"m\" : \"x\"}\" }",
        &[],
        &["./m"],
    );
    check("module \"a\" { source = \"./${basename(\"x/m\")}\" }", &[], &["./m"]);
    check(
        "locals { all = { a = \"m\" } }\nmodule \"a\" { source = \"./${local.all[\"a\"]}\" }",
        &[],
        &["./m"],
    );
    check(
        "variable \"v\" {}\nmodule \"a\" {\nsource = \"./nested\"\nwhich = var.v\n}",
        &["v=m"],
        &["./nested", "../m"],
    );
}

#[test]
fn a_source_in_json_may_be_a_template() {
    let mut all = files("variable \"v\" {}");
    all.insert("a.tf.json", r#"{"module": {"a": {"source": "./${var.v}"}}}"#);
    let loaded = loaded_from(&all, &["v=m"], &Anywhere);
    assert_eq!(shown(&loaded.diagnostics), Vec::<String>::new());
    assert_eq!(sources(&loaded.config), ["./m"]);
}

#[test]
fn an_override_may_bring_the_name_and_the_source() {
    let mut all = files("locals { a = \"x\" }\nmodule \"a\" { source = \"./x\" }");
    all.insert("override.tf", "locals { a = \"m\" }\nmodule \"a\" { source = \"./${local.a}\" }");
    let loaded = loaded_from(&all, &[], &Anywhere);
    assert_eq!(shown(&loaded.diagnostics), Vec::<String>::new());
    assert_eq!(sources(&loaded.config), ["./m"]);
}

/// Compares place and summary of everything that is found; hints are left out.
#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let mut found = loaded(text, &["given=m"]).diagnostics;
    found.iter_mut().for_each(|it| it.hint = None);
    assert_eq!(shown(&found), expected, "{text}");
}

#[test]
fn what_is_known_later_is_no_source() {
    let module =
        |rest: &str| format!("module \"a\" {{ source = \"./m\" }}\nmodule \"b\" {{ source = {rest} }}");
    refused(&module("aws_vpc.a.id"), &["main.tf:2,23-32 Dynamic value in static context"]);
    refused(&module("data.a.b.c"), &["main.tf:2,23-31 Dynamic value in static context"]);
    refused(&module("\"./${each.key}\""), &["main.tf:2,28-36 Dynamic value in static context"]);
    refused(&module("count.index"), &["main.tf:2,23-34 Dynamic value in static context"]);
    refused(&module("module.a.x"), &["main.tf:2,23-33 Module output not supported in static context"]);
    refused(&module("terraform.applying"), &["main.tf:2,23-41 Invalid attribute in static context"]);
    refused(&module("terraform.env"), &["main.tf:2,23-36 Invalid \"terraform\" attribute"]);
    refused(&module("path.rot"), &["main.tf:2,23-31 Invalid \"path\" attribute"]);
    refused(&module("var.none"), &["main.tf:2,23-31 Reference to undeclared input variable"]);
    refused(&module("local.none"), &["main.tf:2,23-33 Reference to undeclared local value"]);
    refused(&module("timestamp()"), &["main.tf:2,23-33 Unsuitable value type"]);
    refused(&module("null"), &["main.tf:2,23-27 Unsuitable value type"]);
    refused(&module("[\"./m\"]"), &["main.tf:2,23-24 Unsuitable value type"]);
    refused(&module("nope(\"m\")"), &["main.tf:2,23-27 Call to unknown function"]);
}

#[test]
fn what_a_source_depends_on_must_be_known_as_well() {
    let with =
        |rest: &str| format!("module \"a\" {{ source = local.a }}\nlocals {{\na = local.b\nb = {rest}\n}}");
    refused(&with("aws_vpc.a.id"), &["main.tf:4,5-14 Dynamic value in static context"]);
    refused(&with("1 + \"x\""), &["main.tf:4,9-12 Invalid operand"]);
    refused(&with("local.a"), &["main.tf:4,1-12 Circular reference"]);
    refused(&with("local.b"), &["main.tf:4,1-12 Circular reference"]);
    let variable =
        |body: &str| format!("module \"a\" {{ source = var.given }}\nvariable \"given\" {{\n{body}\n}}");
    refused(&variable("type = number"), &["main.tf:2,1-17 Invalid value for input variable"]);
    refused(&variable("sensitive = true"), &["main.tf:1,23-32 Sensitive value not allowed"]);
    refused(&variable("ephemeral = true"), &["main.tf:1,23-32 Ephemeral value not allowed"]);
    refused(&variable("const = false"), &["main.tf:1,23-32 Unable to use variable in static context"]);
    refused(
        "module \"a\" { source = var.none }\nvariable \"none\" {}",
        &["main.tf:2,1-16 No value for required variable"],
    );
    refused(
        "module \"a\" {\nsource = \"./nested\"\n}",
        &["main.tf:1,1-11 Missing required variable in module call"],
    );
    refused(
        "module \"a\" {\nsource = \"./nested\"\nwhich = aws_vpc.a.id\n}",
        &["main.tf:3,9-18 Dynamic value in static context"],
    );
    let twice = format!("{}\nmodule \"b\" {{ source = local.b }}", with("aws_vpc.a.id"));
    refused(&twice, &["main.tf:4,5-14 Dynamic value in static context"]);
    let found = loaded(&twice, &[]).diagnostics;
    let detail = found.iter().next().map(|it| it.detail.clone()).unwrap_or_default();
    assert!(
        detail.ends_with("It is needed for the source of module.a, before anything is planned."),
        "{detail}"
    );
}

#[test]
fn a_constant_variable_must_have_a_value_and_no_secret() {
    refused("variable \"a\" { const = true }", &["main.tf:1,1-13 No value for required variable"]);
    refused("variable \"given\" { const = true }", &[]);
    refused(
        "variable \"given\" {\nconst = true\nsensitive = true\n}",
        &["main.tf:1,1-17 Const variable cannot be sensitive"],
    );
    refused(
        "variable \"given\" {\nconst = true\nephemeral = true\n}",
        &["main.tf:1,1-17 Const variable cannot be ephemeral"],
    );
}

#[test]
fn long_chains_of_names_are_followed() {
    let mut text = "module \"a\" { source = local.a0 }\nlocals {\n".to_owned();
    for place in 0..20_000 {
        text += &format!("a{place} = local.a{}\n", place + 1);
    }
    text += "a20000 = \"./m\"\n}";
    let loaded = loaded(&text, &[]);
    assert_eq!(shown(&loaded.diagnostics), Vec::<String>::new());
    assert_eq!(sources(&loaded.config), ["./m"]);
}

#[test]
fn variables_are_asked_for_only_when_they_are_needed() {
    let asked = |text: &str| loaded(text, &["v=m"]).config.sources().get("given").is_some();
    assert!(!asked("variable \"v\" {}\nmodule \"a\" { source = \"./m\" }"));
    assert!(asked("variable \"v\" {}\nmodule \"a\" { source = \"./${var.v}\" }"));
}

#[test]
fn backends_may_depend_on_variables() {
    let backend = |text: &str| {
        let loaded = loaded(text, &["v=x"]);
        assert_eq!(shown(&loaded.diagnostics), Vec::<String>::new(), "{text}");
        let backend = loaded.config.root().backend.clone().expect("a backend");
        let path = backend.body.attribute("path").map(|it| it.expression.clone());
        let path = path.and_then(|it| rinfra_lang::static_value::literal_string(&it).cloned());
        (path, shown(&backend.problems))
    };
    let text = |value: &str| {
        format!("variable \"v\" {{}}\nterraform {{\nbackend \"local\" {{\npath = {value}\n}}\n}}")
    };
    assert_eq!(backend(&text("\"${var.v}.tfstate\"")), (Some("x.tfstate".into()), vec![]));
    assert_eq!(backend(&text("\"y\"")), (Some("y".into()), vec![]));
    let refused = |value: &str, expected: &str| {
        let (path, mut found) = backend(&text(value));
        found.iter_mut().for_each(|it| it.truncate(it.find(" (").unwrap_or(it.len())));
        assert_eq!((path, found), (None, vec![expected.to_owned()]), "{value}");
    };
    refused("var.none", "main.tf:4,8-16 Reference to undeclared input variable");
    refused("aws_vpc.a.id", "main.tf:4,8-17 Dynamic value in static context");
    refused("sensitive(var.v)", "main.tf:4,8-24 Sensitive value not allowed");
    refused("timestamp()", "main.tf:4,8-18 Unsuitable value type");
}

#[test]
fn modules_must_be_installed_as_they_are_called() {
    let manifest = |module: &str| format!(r#"{{"Modules":[{{"Key":"","Source":"","Dir":"."}}{module}]}}"#);
    let check = |given: &[&str], module: &str, expected: &[&str]| {
        let mut all = files("variable \"v\" { default = \"m\" }\nmodule \"a\" {\nsource = \"./${var.v}\"\n}");
        all.insert(".terraform/modules/modules.json", manifest(module));
        let mut found = Diagnostics::new();
        let installed = InstalledModules::read(&all, Path::new("."), &mut found);
        let mut found = loaded_from(&all, given, &installed).diagnostics;
        found.iter_mut().for_each(|it| it.hint = None);
        assert_eq!(shown(&found), expected, "{given:?} {module}");
    };
    check(&[], "", &["main.tf:2,1-11 Module not installed"]);
    let module = r#",{"Key":"a","Source":"./m","Dir":"m"}"#;
    check(&[], module, &[]);
    check(&["v=m-2"], module, &["main.tf:3,10-22 Module source has changed"]);
    check(&[], r#",{"Key":"a","Source":"./m","Dir":"gone"}"#, &["main.tf:2,1-11 Module not installed"]);
}
