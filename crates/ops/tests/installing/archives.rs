//! Modules in archives.

use std::sync::Arc;

use crate::projects::Project;
use crate::web::{Answer, Servers, zip};

const MODULE: [(&str, &str); 1] = [("repo-1/m/main.tf", "output \"o\" { value = 1 }")];

fn project(servers: &Arc<Servers>, source: &str) -> Project {
    let project = Project::new(servers.web());
    project.write("main.tf", &format!("module \"m\" {{ source = \"{source}\" }}\n"));
    project
}

#[test]
fn archives_are_unpacked_and_patterns_found() {
    let check = |source: &str, asked: &str| {
        let servers = Servers::new();
        servers.answer(asked, [Answer::Body(zip(&MODULE))]);
        let project = project(&servers, source);
        assert_eq!(project.install().found, [""; 0], "{source}");
        assert!(
            project.manifest().contains("\"Dir\":\".terraform/modules/m/repo-1/m\""),
            "{}",
            project.manifest()
        );
    };
    check("https://e.test/a.zip//repo-1/m", "https://e.test/a.zip");
    check("https://e.test/a.zip//*/m", "https://e.test/a.zip");
    check("https://e.test/get//*/m?archive=zip&x=1", "https://e.test/get?x=1");
}

#[test]
fn servers_may_point_elsewhere() {
    let check = |answer: Answer, words: Option<&str>| {
        let servers = Servers::new();
        servers.answer("https://e.test/m?terraform-get=1", [answer]);
        servers.answer("https://e.test/a.zip", [Answer::Body(zip(&MODULE))]);
        let done = project(&servers, "https://e.test/m").install();
        match words {
            None => assert_eq!(done.found, [""; 0]),
            Some(words) => done.refused("main.tf:1,1-11 Failed to download module", words),
        }
    };
    let header = |text: &str| Answer::Header("x-terraform-get", text.to_owned());
    let page = |text: &str| Answer::Body(text.as_bytes().to_vec());
    check(header("https://e.test/a.zip//repo-1/m"), None);
    check(header("./a.zip//repo-1/m"), None);
    check(page(r#"<head><meta name="terraform-get" content="/a.zip//*/m"></head>"#), None);
    check(page("<head></head>"), Some("no source URL was returned"));
    check(header("file:///etc"), Some("does not know the files of this machine"));
    check(header("https://e.test/m"), Some("servers said that the package is elsewhere"));
}

#[test]
fn what_is_not_meant_is_refused() {
    let check = |source: &str, answers: &[Answer], words: &str| {
        let servers = Servers::new();
        servers.answer("https://e.test/a.zip", answers.to_vec());
        let project = project(&servers, source);
        project.install().refused("main.tf:1,1-11 Failed to download module", words);
        let left: Vec<_> = std::fs::read_dir(project.path("project/.terraform/modules"))
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(left, [""; 0], "nothing is left behind: {source}");
    };
    let good = Answer::Body(zip(&MODULE));
    check("https://e.test/a.zip", &[Answer::Status(404)], "status 404");
    check("https://e.test/a.zip", &[Answer::Cut(zip(&MODULE))], "bytes came of");
    check("https://e.test/a.zip", &[Answer::Body(zip(&MODULE)[..60].to_vec())], "the archive is damaged");
    check("https://e.test/a.zip", &[Answer::Body(zip(&[("../../evil.tf", "")]))], "leads out of the archive");
    check(
        "https://e.test/a.zip?checksum=md5:900150983cd24fb0d6963f7d28e17f72",
        std::slice::from_ref(&good),
        "checksums did not match",
    );
    check("https://e.test/a.zip?checksum=md5:x", std::slice::from_ref(&good), "invalid checksum");
    check("https://e.test/a.zip?archive=rar", &[good], "unsupported archive type: rar");
    check("https://e.test/a.tar.xz", &[], "cannot be unpacked");
    check("ftp://e.test/a.zip", &[], "download not supported for scheme 'ftp'");
}

#[test]
fn a_broken_download_is_tried_again_and_an_old_copy_serves_offline() {
    let servers = Servers::new();
    let whole = Answer::Body(zip(&MODULE));
    servers.answer("https://e.test/a.zip", [Answer::Cut(zip(&MODULE)), Answer::Status(503), whole]);
    let project = project(&servers, "https://e.test/a.zip//*/m");
    assert_eq!(project.install().found, [""; 0]);
    project.forget();
    assert_eq!(project.install().found, [""; 0]);
    assert_eq!(servers.count("https://e.test/a.zip"), 4, "an archive without a checksum may change");
    servers.go_offline();
    project.forget();
    let done = project.install();
    assert!(done.found.len() == 1 && done.found[0].contains("copy in the cache was used"), "{done:?}");
}
