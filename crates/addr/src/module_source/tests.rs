use super::*;

#[test]
fn sources_have_one_spelling() {
    let check = |text: &str, expected: &str| {
        let source = ModuleSource::parse(text).map(|it| it.to_string());
        assert_eq!(source.as_deref(), Ok(expected), "{text}");
    };
    check("./m", "./m");
    check("./m/../n//o/", "./n/o");
    check("./../q/..", "./..");
    check("../m", "../m");
    check("./", "./.");
    check(".\\m", "./m");
    check("a/b/c", "registry.terraform.io/a/b/c");
    check("A_b/c/d", "registry.terraform.io/A_b/c/d");
    check("a/b/c//", "registry.terraform.io/a/b/c");
    check("a/b/c//x/../y/", "registry.terraform.io/a/b/c//y");
    check("EXAMPLE.com/a/b/c//m", "example.com/a/b/c//m");
    check("example.com:443/a/b/c", "example.com/a/b/c");
    check("example.com:8443/a/b/c", "example.com:8443/a/b/c");
    check("gitlab.com/a/b/c", "gitlab.com/a/b/c");
    check("github.com/a/b", "git::https://github.com/a/b.git");
    check("github.com/a/b.git//x", "git::https://github.com/a/b.git//x");
    check("github.com/a/b/c/d?ref=x", "git::https://github.com/a/b.git//c/d?ref=x");
    check("git::github.com/a/b", "git::https://github.com/a/b.git");
    check("bitbucket.org/a/b?ref=x", "git::https://bitbucket.org/a/b.git?ref=x");
    check("git@github.com:a/b.git//x?ref=1", "git::ssh://git@github.com/a/b.git//x?ref=1");
    check("git::git@example.com:a/b.git", "git::ssh://git@example.com/a/b.git");
    check("git::https://e.com/v.git//m?ref=1&depth=1", "git::https://e.com/v.git//m?ref=1&depth=1");
    check("https://e.com/a.zip//x?checksum=md5:f", "https://e.com/a.zip//x?checksum=md5:f");
    check("/tmp/m//sub", "file:///tmp/m//sub");
    check("git::/tmp/m", "git::file:///tmp/m");
    check("file:///tmp/m", "file:///tmp/m");
    check("localhost:8080/a/b/c", "localhost:8080/a/b/c");
    check("s3-eu-west-1.amazonaws.com/b/k.zip", "s3::https://s3-eu-west-1.amazonaws.com/b/k.zip");
    check("www.googleapis.com/storage/v1/b/k.zip", "gcs::https://www.googleapis.com/storage/v1/b/k.zip");
}

#[test]
fn what_may_be_a_path_says_so() {
    let check = |text: &str, expected: &str| {
        let expected = Err(ModuleSourceError::MaybeRelative(expected.to_owned()));
        assert_eq!(ModuleSource::parse(text), expected, "{text}");
    };
    for text in
        ["m", ".", "..", "a/b", "a/b/c/d", "a/b/c-d", "a/b/C", "a-/b/c", "a/b/c?ref=x", "e.com/a.zip", "~/m"]
    {
        check(text, text);
    }
    check("user@e.com:a/b.git", "user@e.com:a/b.git");
    check("foo::bar", "bar");
    check("git::ssh://git@github.com:a/b.git", "ssh://git@github.com:a/b.git");
}

#[test]
fn other_sources_are_refused() {
    let check = |text: &str, reason: &str| {
        let error = ModuleSource::parse(text).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    };
    check("", "empty");
    check("github.com/a", "github.com/username/repo");
    check("a/b/c//../y", "\"../y\" leads outside");
    check("git::file:///r//..", "\"..\" leads outside");
    check("github.com/a/b/c//../../d", "\"../../d\" leads outside");
}

#[test]
fn versions_are_for_registries() {
    let check = |text: &str, reason: &str| {
        let error = ModuleSource::parse_versioned(text).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    };
    check("./x", "can't use local directory \"./x\"");
    check("a/b", "three or four slash-separated components");
    check("git::file:///tmp/v.git/a", "three or four slash-separated components");
    check("github.com/a/b", "three more components after the hostname");
    check("github.com/a/b/c", "can't use \"github.com\" as a module registry host");
    check("a/b/c?ref=1", "may not include a query string");
    check("a/b/c-d", "invalid target system \"c-d\"");
    check("a%b/b/c", "invalid namespace \"a%b\"");
    check("a/-/c", "invalid module name \"-\"");
    check("host/a/b/c", "must contain at least one dot");
    check("a..b/a/b/c", "invalid module registry hostname \"a..b\"");
    check("xn--n3h.com/a/b/c", "not in punycode");
    check("e.com:99999/a/b/c", "invalid module registry hostname");
    check("/a/b/c", "invalid module registry hostname \"\"");
    assert!(ModuleSource::parse_versioned("a/b/c").is_ok());
}

#[test]
fn packages_are_told_apart_from_the_directories_in_them() {
    let source = ModuleSource::parse("git::https://e.com/v.git//m/n?ref=1").unwrap();
    assert_eq!(source.subdirectory(), "m/n");
    let ModuleSource::Remote(package) = source else { panic!("{source:?}") };
    assert_eq!(package.package(), "git::https://e.com/v.git?ref=1");
    let module = RegistryModule::parse("a/b/c//m").unwrap();
    assert_eq!((&*module.short_package(), &*module.package()), ("a/b/c", "registry.terraform.io/a/b/c"));
}
