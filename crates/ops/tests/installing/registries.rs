//! Modules of registries.

use rinfra_modules::Credentials;

use crate::projects::Project;
use crate::web::{Answer, Servers};

const MODULE: [(&str, &str); 3] = [
    ("main.tf", "module \"inner\" { source = \"./modules/inner\" }"),
    ("modules/inner/main.tf", "output \"o\" { value = 1 }"),
    ("modules/sub/main.tf", "module \"beside\" { source = \"../inner\" }"),
];

fn call(source: &str, version: &str) -> String {
    let version = if version.is_empty() { String::new() } else { format!("  version = \"{version}\"\n") };
    format!("module \"m\" {{\n  source = \"{source}\"\n{version}}}\n")
}

#[test]
fn the_newest_version_that_will_do_is_chosen() {
    let check = |version: &str, expected: &str| {
        let servers = Servers::new();
        servers.registry("reg.test", "a/b/c", &["1.0.0", "1.2.0", "1.10.0", "2.0.0", "3.0.0-rc1"], &MODULE);
        let project = Project::new(servers.web());
        project.write("main.tf", &call("reg.test/a/b/c", version));
        let done = project.install();
        assert_eq!(done.found, [""; 0], "{version}");
        let manifest = project.manifest();
        assert!(manifest.contains(&format!("\"Version\":\"{expected}\"")), "{version}: {manifest}");
    };
    check("", "2.0.0");
    check("~> 1.2", "1.10.0");
    check("1.2", "1.2.0");
    check("< 1.2, != 1.1.0", "1.0.0");
    check(">= 2.0", "2.0.0");
    check("3.0.0-rc1", "3.0.0-rc1");
}

#[test]
fn the_manifest_is_what_terraform_writes() {
    let servers = Servers::new();
    servers.registry("reg.test", "a/b/c", &["1.0.0"], &MODULE);
    let project = Project::new(servers.web());
    project.write("main.tf", &call("reg.test/a/b/c//modules/s*", "~> 1.0"));
    project.write("other.tf", "module \"n\" { source = \"reg.test/a/b/c\" }");
    let done = project.install();
    let expected = [
        "Downloading reg.test/a/b/c 1.0.0 for m",
        "Downloading reg.test/a/b/c 1.0.0 for n",
        "- m in .terraform/modules/m/modules/sub",
        "- m.beside in .terraform/modules/m/modules/inner",
        "- n in .terraform/modules/n",
        "- n.inner in .terraform/modules/n/modules/inner",
    ];
    assert_eq!((done.told, done.found), (expected.map(str::to_owned).to_vec(), vec![]));
    assert_eq!(
        project.manifest(),
        concat!(
            r#"{"Modules":[{"Key":"","Source":"","Dir":"."},"#,
            r#"{"Key":"m","Source":"reg.test/a/b/c//modules/s*","Version":"1.0.0","Dir":".terraform/modules/m/modules/sub"},"#,
            r#"{"Key":"m.beside","Source":"../inner","Dir":".terraform/modules/m/modules/inner"},"#,
            r#"{"Key":"n","Source":"reg.test/a/b/c","Version":"1.0.0","Dir":".terraform/modules/n"},"#,
            r#"{"Key":"n.inner","Source":"./modules/inner","Dir":".terraform/modules/n/modules/inner"}]}"#
        )
    );
    let archive = "https://reg.test/v1/modules/a/b/c/1.0.0/1.0.0.zip";
    assert_eq!(servers.count(archive), 1, "one package is fetched once");
    assert_eq!(project.install().told, [""; 0], "nothing is installed twice");
    assert_eq!(servers.count("https://reg.test/v1/modules/a/b/c/versions"), 1);
}

#[test]
fn offline_the_cache_serves() {
    let servers = Servers::new();
    servers.registry("reg.test", "a/b/c", &["1.0.0"], &MODULE);
    let project = Project::new(servers.web());
    project.write("main.tf", &call("reg.test/a/b/c", ">= 1.0"));
    project.install();
    servers.go_offline();
    project.forget();
    let done = project.install();
    assert!(done.found.iter().all(|it| it.contains("only those in the cache")), "{done:?}");
    assert_eq!(done.found.len(), 1);
    assert!(project.manifest().contains("\"Version\":\"1.0.0\""));
    project.write("main.tf", &call("reg.test/a/b/c", ">= 2.0"));
    let done = project.install();
    assert!(
        done.found.iter().any(|it| it.starts_with("main.tf:1,1-11 Unresolvable module version constraint"))
    );
    assert!(!project.manifest().contains("reg.test"), "what was to be replaced is listed no more");
}

#[test]
fn versions_that_do_not_fit_any_more_are_replaced() {
    let servers = Servers::new();
    servers.registry("reg.test", "a/b/c", &["1.0.0", "1.1.0", "2.0.0"], &MODULE);
    let project = Project::new(servers.web());
    project.write("main.tf", &call("reg.test/a/b/c", "1.0.0"));
    project.install();
    project.write("main.tf", &call("reg.test/a/b/c", "~> 1.0"));
    assert_eq!(project.install().told, [""; 0]);
    assert_eq!(project.upgrade().told[0], "Downloading reg.test/a/b/c 1.1.0 for m");
    project.write("main.tf", &call("reg.test/a/b/c", ">= 2"));
    assert_eq!(project.install().told[0], "Downloading reg.test/a/b/c 2.0.0 for m");
    project.write("main.tf", "locals {}");
    project.install();
    assert_eq!(project.manifest(), r#"{"Modules":[{"Key":"","Source":"","Dir":"."}]}"#);
}

#[test]
fn registries_fail_in_their_own_ways() {
    let versions = "https://reg.test/v1/modules/a/b/c/versions";
    let discovery = "https://reg.test/.well-known/terraform.json";
    let check = |url: &str, answer: Answer, place: &str, words: &str| {
        let servers = Servers::new();
        servers.registry("reg.test", "a/b/c", &["1.0.0"], &MODULE);
        servers.answer(url, [answer]);
        let project = Project::new(servers.web());
        project.write("main.tf", &call("reg.test/a/b/c", ""));
        project.install().refused(place, words);
    };
    let body = |text: &str| Answer::Body(text.as_bytes().to_vec());
    let no_access = "main.tf:1,1-11 Error accessing remote module registry";
    check(versions, Answer::Status(404), "main.tf:1,1-11 Module not found", "no module \"reg.test/a/b/c\"");
    check(versions, Answer::Status(500), no_access, "status 500");
    check(versions, Answer::Status(401), no_access, "status 401");
    check(versions, body("<html>"), no_access, "no JSON");
    check(versions, body("{}"), no_access, "lists no versions");
    check(versions, body(r#"{"modules":[{"versions":[]}]}"#), "main.tf:1,1-11 Module has no versions", "");
    check(discovery, Answer::Nothing, no_access, "nobody there");
    check(discovery, Answer::Status(404), no_access, "does not provide a module registry");
    check(discovery, body(r#"{"providers.v1":"/"}"#), no_access, "does not provide a module registry");
    check(discovery, body(r#"{"modules.v1":"http://reg.test/"}"#), no_access, "without TLS");
    let download = "https://reg.test/v1/modules/a/b/c/1.0.0/download";
    let header = |text: &str| Answer::Header("x-terraform-get", text.to_owned());
    let no_download = "main.tf:1,1-11 Failed to download module";
    check(download, Answer::Status(204), no_download, "no source location");
    check(download, header("file:///etc"), no_download, "names a file of this machine");
    check(download, header("nonsense"), no_download, "invalid source location \"nonsense\"");
    check(download, header("https://reg.test/gone.zip"), no_download, "nobody there");
}

#[test]
fn servers_may_stumble() {
    let servers = Servers::new();
    servers.registry("reg.test", "a/b/c", &["1.0.0"], &MODULE);
    let url = "https://reg.test/.well-known/terraform.json";
    let good = Answer::Body(br#"{"modules.v1":"/v1/modules"}"#.to_vec());
    servers.answer(url, [Answer::Status(500), Answer::Nothing, good]);
    let project = Project::new(servers.web());
    project.write("main.tf", &call("reg.test/a/b/c", ""));
    assert_eq!(project.install().found, [""; 0]);
    assert_eq!(servers.count(url), 3);
}

#[test]
fn tokens_go_to_their_registry_only() {
    let servers = Servers::new();
    servers.registry("reg.test", "a/b/c", &["1.0.0"], &MODULE);
    let download = "https://reg.test/v1/modules/a/b/c/1.0.0/download";
    servers.answer(download, [Answer::Header("x-terraform-get", "https://cdn.test/m.zip".to_owned())]);
    servers.answer("https://cdn.test/m.zip", [Answer::Body(crate::web::zip(&MODULE))]);
    let variable = ("TF_TOKEN_reg_test".to_owned(), "secret".to_owned());
    let project = Project::with_credentials(servers.web(), Credentials::new([], [variable]));
    project.write("main.tf", &call("reg.test/a/b/c", ""));
    assert_eq!(project.install().found, [""; 0]);
    assert_eq!(servers.tokens(download), [Some("Bearer secret".to_owned())]);
    assert_eq!(servers.tokens("https://cdn.test/m.zip"), [None]);
}
