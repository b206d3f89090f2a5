use std::io;
use std::path::Path;

use rinfra_lang::files::{DirectoryEntry, FileKind, Files};

/// The real file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A link that leads nowhere is listed as a file: reading it tells what is wrong.
            let is_directory = std::fs::metadata(entry.path()).is_ok_and(|it| it.is_dir());
            entries.push(DirectoryEntry { name, is_directory });
        }
        entries.sort();
        Ok(entries)
    }

    fn kind(&self, path: &Path) -> io::Result<Option<FileKind>> {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Ok(Some(FileKind::Directory)),
            Ok(metadata) if metadata.is_file() => Ok(Some(FileKind::File)),
            Ok(_) => Ok(Some(FileKind::Other)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
