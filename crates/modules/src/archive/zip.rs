use std::io::{Read, Seek};
use std::path::PathBuf;

use zip::ZipArchive;

use super::damaged;
use super::unpacking::Unpacking;
use crate::error::FetchError;

/// The target of a link is a path; what is longer is no path.
const LONGEST_TARGET: u64 = 4096;

pub(super) fn unpack(reader: impl Read + Seek, unpacking: &mut Unpacking<'_>) -> Result<(), FetchError> {
    let mut archive = ZipArchive::new(reader).map_err(|it| damaged(&it))?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|it| damaged(&it))?;
        let path = PathBuf::from(entry.name().map_err(|it| damaged(&it))?.replace('\\', "/"));
        if entry.is_dir() {
            unpacking.directory(&path)?;
        } else if entry.is_symlink() {
            let mut target = String::new();
            let read = (&mut entry).take(LONGEST_TARGET).read_to_string(&mut target);
            read.map_err(|it| damaged(&it))?;
            unpacking.link(&path, &PathBuf::from(target))?;
        } else {
            let mode = entry.unix_mode().unwrap_or(0o644);
            unpacking.file(&path, mode, &mut entry)?;
        }
    }
    Ok(())
}
