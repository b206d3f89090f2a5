//! Modules in git repositories.

use std::path::Path;
use std::process::Command;

use crate::projects::{Project, write};
use crate::web::Servers;

/// Runs git in a repository.
fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@e.test", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn commit(directory: &Path, text: &str) -> String {
    write(&directory.join("m/main.tf"), text);
    git(directory, &["add", "-A"]);
    git(directory, &["commit", "-q", "-m", "a"]);
    git(directory, &["rev-parse", "HEAD"])
}

/// Returns a project beside a repository with a module in `m` that calls another one in `n`.
fn project_and_repository() -> (Project, std::path::PathBuf, String) {
    let project = Project::new(Servers::new().web());
    let repository = project.path("repository");
    write(&repository.join("n/main.tf"), "output \"n\" { value = 1 }");
    git(&repository, &["init", "-q", "-b", "main", "."]);
    let first = commit(&repository, "module \"n\" { source = \"../n\" }\noutput \"v\" { value = 1 }");
    git(&repository, &["tag", "v1"]);
    git(&repository, &["tag", "-a", "-m", "x", "annotated"]);
    commit(&repository, "module \"n\" { source = \"../n\" }\noutput \"v\" { value = 2 }");
    (project, repository, first)
}

fn call(project: &Project, repository: &Path, rest: &str) {
    let source = format!("git::file://{}{rest}", repository.display());
    project.write("main.tf", &format!("module \"g\" {{ source = \"{source}\" }}\n"));
}

#[test]
fn references_of_every_kind_are_fetched() {
    let (project, repository, first) = project_and_repository();
    let check = |reference: &str, expected: &str| {
        call(&project, &repository, &format!("//m{reference}"));
        assert_eq!(project.install().found, [""; 0], "{reference}");
        let text = project.read(".terraform/modules/g/m/main.tf");
        assert!(text.contains(expected), "{reference}: {text}");
        assert!(!project.path("project/.terraform/modules/g/.git").exists());
    };
    check("", "value = 2");
    check("?ref=v1", "value = 1");
    check("?ref=annotated&depth=1", "value = 1");
    check("?ref=main", "value = 2");
    check(&format!("?ref={first}"), "value = 1");
    check(&format!("?ref={}", &first[..8]), "value = 1");
    assert!(project.manifest().contains(r#""Key":"g.n","Source":"../n","Dir":".terraform/modules/g/n""#));
}

#[test]
fn branches_move_and_tags_do_not() {
    let (project, repository, _) = project_and_repository();
    let value = || project.read(".terraform/modules/g/m/main.tf");
    for (reference, expected) in [("?ref=main", "value = 3"), ("?ref=v1", "value = 1")] {
        call(&project, &repository, &format!("//m{reference}"));
        project.install();
        commit(
            &repository,
            &format!("module \"n\" {{ source = \"../n\" }}\noutput \"v\" {{ value = 3 }} # {reference}"),
        );
        let before = value();
        project.install();
        assert_eq!(value(), before, "what is installed stays");
        assert_eq!(project.upgrade().found, [""; 0]);
        assert!(value().contains(expected), "{reference}: {}", value());
    }
    std::fs::rename(&repository, project.path("gone")).unwrap();
    project.forget();
    assert_eq!(project.install().found, [""; 0], "a tag is taken from the cache without asking");
    call(&project, &repository, "//m?ref=main");
    let done = project.install();
    assert!(done.found.len() == 1 && done.found[0].contains("copy in the cache was used"), "{done:?}");
}

#[test]
fn what_cannot_be_fetched_says_so_and_leaves_the_rest() {
    let (project, repository, _) = project_and_repository();
    let check = |rest: &str, place: &str, words: &str| {
        call(&project, &repository, rest);
        project.write("good.tf", "module \"local\" { source = \"./local\" }");
        project.write("local/main.tf", "locals {}");
        project.install().refused(place, words);
        assert!(
            project.manifest().contains("\"Key\":\"local\"") && !project.manifest().contains("\"Key\":\"g\"")
        );
    };
    let no_download = "main.tf:1,1-11 Failed to download module";
    check("?ref=nosuch", no_download, "has no branch, tag or commit \"nosuch\"");
    check("?ref=--upload-pack=evil", no_download, "cannot be the name");
    check("?sshkey=abc", no_download, "are not supported");
    check("-nosuch", no_download, "git exited with 128");
    check("//nosuch", "main.tf:1,1-11 Failed to expand subdir globs", "subdir \"nosuch\" not found");
}

#[test]
fn packages_keep_to_themselves() {
    let (project, repository, _) = project_and_repository();
    commit(&repository, "module \"out\" { source = \"../../../../local\" }");
    project.write("local/main.tf", "locals {}");
    call(&project, &repository, "//m");
    project.install().refused(
        ".terraform/modules/g/m/main.tf:1,25-44 Local module path escapes",
        "outside of the package",
    );
    let source = format!("git::file://{}//m", repository.display());
    commit(&repository, &format!("module \"again\" {{ source = \"{source}\" }}"));
    let done = project.upgrade();
    assert!(done.found.len() == 1 && done.found[0].contains("Module calls itself"), "{done:?}");
}

#[test]
#[cfg(unix)]
fn links_that_lead_out_are_left_out() {
    let (project, repository, _) = project_and_repository();
    std::os::unix::fs::symlink("/etc/hostname", repository.join("m/outside")).unwrap();
    commit(&repository, "locals {}");
    call(&project, &repository, "//m");
    let done = project.install();
    assert!(done.found.len() == 1 && done.found[0].contains("m/outside"), "{done:?}");
    assert!(std::fs::symlink_metadata(project.path("project/.terraform/modules/g/m/outside")).is_err());
}

#[test]
fn a_configuration_can_begin_with_a_copy() {
    let (project, repository, _) = project_and_repository();
    std::fs::create_dir_all(project.path("project")).unwrap();
    let source = format!("git::file://{}//n", repository.display());
    assert!(rinfra_ops::copy_module(&project.environment(), &project.fetcher(), &source).is_ok());
    assert_eq!(project.read("main.tf"), "output \"n\" { value = 1 }");
    let failure = rinfra_ops::copy_module(&project.environment(), &project.fetcher(), &source).unwrap_err();
    assert!(failure.diagnostics.to_string().contains("already contains files"));
    std::fs::remove_file(project.path("project/main.tf")).unwrap();
    assert!(rinfra_ops::copy_module(&project.environment(), &project.fetcher(), "../repository/n").is_ok());
}

#[test]
fn terraform_and_rinfra_read_what_the_other_installs() {
    let terraform = |project: &Project, arguments: &[&str]| {
        let run = Command::new("terraform").args(arguments).current_dir(project.path("project")).output();
        run.ok().map(|it| (it.status.success(), String::from_utf8_lossy(&it.stdout).into_owned()))
    };
    let (project, repository, _) = project_and_repository();
    call(&project, &repository, "//m?ref=v1");
    project.install();
    // Where Terraform is not installed, the manifests in other tests say the same.
    let Some((is_valid, said)) = terraform(&project, &["validate", "-no-color"]) else { return };
    assert!(is_valid, "{said}");
    let ours = project.manifest();
    project.forget();
    assert_eq!(terraform(&project, &["init", "-no-color"]).map(|it| it.0), Some(true));
    assert_eq!(project.manifest(), ours);
    assert_eq!(project.install().told, [""; 0], "there is nothing to install");
}
