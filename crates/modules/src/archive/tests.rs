use std::io::{Cursor, Write as _};

use ::tar::{Builder, EntryType, Header};
use ::zip::ZipWriter;
use ::zip::write::SimpleFileOptions;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::*;

/// One entry of an archive, as good or bad as a test wants it.
enum Entry {
    Directory(&'static str),
    File(&'static str, &'static str),
    Program(&'static str),
    Link(&'static str, &'static str),
    HardLink(&'static str, &'static str),
    Device(&'static str),
}
use Entry::{Device, Directory, File as Plain, HardLink, Link, Program};

fn tar(entries: &[Entry]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for entry in entries {
        let mut header = Header::new_ustar();
        let (kind, path, content, target) = match entry {
            Directory(path) => (EntryType::Directory, path, "", None),
            Plain(path, content) => (EntryType::Regular, path, *content, None),
            Program(path) => (EntryType::Regular, path, "#!", None),
            Link(path, target) => (EntryType::Symlink, path, "", Some(target)),
            HardLink(path, target) => (EntryType::Link, path, "", Some(target)),
            Device(path) => (EntryType::Block, path, "", None),
        };
        header.set_entry_type(kind);
        header.set_mode(if matches!(entry, Program(_)) { 0o755 } else { 0o600 });
        header.set_size(content.len() as u64);
        // The library refuses to write what we want to be protected from.
        let fields = header.as_old_mut();
        fields.name[..path.len()].copy_from_slice(path.as_bytes());
        if let Some(target) = target {
            fields.linkname[..target.len()].copy_from_slice(target.as_bytes());
        }
        header.set_cksum();
        builder.append(&header, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for entry in entries {
        match entry {
            Directory(path) => writer.add_directory(*path, options).unwrap(),
            Plain(path, content) => {
                writer.start_file(*path, options.unix_permissions(0o600)).unwrap();
                writer.write_all(content.as_bytes()).unwrap();
            }
            Program(path) => {
                writer.start_file(*path, options.unix_permissions(0o755)).unwrap();
                writer.write_all(b"#!").unwrap();
            }
            Link(path, target) => writer.add_symlink(*path, *target, options).unwrap(),
            HardLink(..) | Device(_) => unreachable!("zip files have none"),
        }
    }
    writer.finish().unwrap().into_inner()
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Unpacks into a directory inside of a fresh one, so that what escapes is seen.
fn unpacked(bytes: &[u8], format: Format, limits: &Limits) -> (TempDir, Result<(), String>) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let result = unpack(&file, format, &directory.path().join("in"), limits).map_err(|it| it.to_string());
    (directory, result)
}

#[test]
fn every_format_is_unpacked() {
    let entries = [
        Directory("m/"),
        Plain("m/main.tf", "old"),
        Plain("./m/main.tf", "new"),
        Program("run.sh"),
        Link("m/l", "main.tf"),
    ];
    for (bytes, format) in [
        (tar(&entries), Format::Tar),
        (compressed(&tar(&entries)), Format::TarGz),
        (
            zip(&[Directory("m/"), Plain("m/main.tf", "new"), Program("run.sh"), Link("m/l", "main.tf")]),
            Format::Zip,
        ),
    ] {
        let (directory, result) = unpacked(&bytes, format, &Limits::default());
        assert_eq!(result, Ok(()), "{format:?}");
        let read = |path: &str| std::fs::read_to_string(directory.path().join("in").join(path)).unwrap();
        assert_eq!(
            (&*read("m/main.tf"), &*read("m/l"), &*read("run.sh")),
            ("new", "new", "#!"),
            "{format:?}"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &str| {
                std::fs::metadata(directory.path().join("in").join(path)).unwrap().permissions().mode()
            };
            assert_eq!((mode("run.sh") & 0o777, mode("m/main.tf") & 0o777), (0o755, 0o644), "{format:?}");
        }
    }
}

#[test]
fn nothing_escapes() {
    let check = |entries: &[Entry], reason: &str| {
        let is_plain = entries.iter().all(|it| !matches!(it, HardLink(..) | Device(_)));
        let tars = [(tar(entries), Format::Tar), (compressed(&tar(entries)), Format::TarGz)];
        let zips = is_plain.then(|| (zip(entries), Format::Zip));
        for (bytes, format) in tars.into_iter().chain(zips) {
            let (directory, result) = unpacked(&bytes, format, &Limits::default());
            let error = result.unwrap_err();
            assert!(error.contains(reason), "{format:?}: {error}");
            let names: Vec<_> =
                std::fs::read_dir(directory.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
            assert_eq!(names, ["in"], "{format:?}");
        }
    };
    check(&[Plain("../evil", "x")], "leads out of the archive");
    check(&[Plain("a/../../evil", "x")], "leads out of the archive");
    check(&[Plain("/tmp/evil-of-rinfra", "x")], "leads out of the archive");
    check(&[Directory("../evil/")], "leads out of the archive");
    check(&[Link("l", "/etc")], "a link that leads out");
    check(&[Link("l", "..")], "a link that leads out");
    check(&[Link("m/l", "../../x")], "a link that leads out");
    check(&[Link("l", "m/../../x")], "a link that leads out");
    check(
        &[Directory("m/"), Link("l", "m"), Plain("l/main.tf", "x")],
        "lies behind something that is no directory",
    );
    check(&[Plain("m", "x"), Plain("m/main.tf", "x")], "lies behind something that is no directory");
    check(&[HardLink("l", "../../etc/passwd")], "is a hard link");
    check(&[Device("d")], "neither a file, a directory nor a link");
}

#[test]
fn damaged_archives_are_refused() {
    let entries = [Plain("main.tf", "locals {}"), Plain("more.tf", "locals {}")];
    let check = |bytes: &[u8], format: Format| {
        let error = unpacked(bytes, format, &Limits::default()).1.unwrap_err();
        assert!(error.contains("the archive is damaged"), "{format:?}: {error}");
    };
    for cut in [0, 1, 100, 700, 1200] {
        check(&tar(&entries)[..cut], Format::Tar);
    }
    let whole = compressed(&tar(&entries));
    for cut in 0..whole.len() {
        check(&whole[..cut], Format::TarGz);
    }
    let whole = zip(&entries);
    for cut in 0..whole.len() {
        check(&whole[..cut], Format::Zip);
    }
    check(b"<html>not found</html>", Format::Zip);
    check(b"<html>not found</html>", Format::TarGz);
}

#[test]
fn bombs_do_not_go_off() {
    let check = |limits: Limits| {
        let entries = [Plain("a", "0123456789"), Plain("b", "0123456789")];
        for (bytes, format) in [(tar(&entries), Format::Tar), (zip(&entries), Format::Zip)] {
            let error = unpacked(&bytes, format, &limits).1.unwrap_err();
            assert!(error.contains("too large"), "{format:?}: {error}");
        }
    };
    check(Limits { unpacked: 19, ..Limits::default() });
    check(Limits { entries: 1, ..Limits::default() });
}

#[test]
fn names_and_settings_tell_formats() {
    let check = |setting: Option<&str>, name: &str, expected: Option<Format>| {
        assert_eq!(Format::of(setting, name), Ok(expected), "{setting:?} {name}");
    };
    check(None, "/a.zip", Some(Format::Zip));
    check(None, "/a.tar.gz", Some(Format::TarGz));
    check(None, "/a.tgz", Some(Format::TarGz));
    check(None, "/a.tar", Some(Format::Tar));
    check(None, "/zip", None);
    check(None, "/a.git", None);
    check(Some("zip"), "/download", Some(Format::Zip));
    check(Some("false"), "/a.zip", None);
    let refused = |setting: Option<&str>, name: &str, reason: &str| {
        let error = Format::of(setting, name).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    };
    refused(None, "/a.tar.xz", "\"tar.xz\" cannot be unpacked");
    refused(Some("rar"), "/a", "unsupported archive type: rar");
}
