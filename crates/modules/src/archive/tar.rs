use std::io::Read;

use tar::{Archive, EntryType};

use super::damaged;
use super::unpacking::{Unpacking, evil};
use crate::error::FetchError;

pub(super) fn unpack(reader: impl Read, unpacking: &mut Unpacking<'_>) -> Result<(), FetchError> {
    let mut archive = Archive::new(reader);
    let mut count = 0_u64;
    for entry in archive.entries().map_err(|it| damaged(&it))? {
        let mut entry = entry.map_err(|it| damaged(&it))?;
        let path = entry.path().map_err(|it| damaged(&it))?.into_owned();
        let mode = entry.header().mode().unwrap_or(0o644);
        count += 1;
        match entry.header().entry_type() {
            EntryType::Directory => unpacking.directory(&path)?,
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                unpacking.file(&path, mode, &mut entry)?;
            }
            EntryType::Symlink => {
                let target = entry.link_name().map_err(|it| damaged(&it))?;
                let target = target.ok_or_else(|| evil(&path, "is a link to nowhere"))?;
                unpacking.link(&path, &target)?;
            }
            EntryType::XGlobalHeader | EntryType::XHeader => {}
            EntryType::Link => return Err(evil(&path, "is a hard link, which no module needs")),
            _ => return Err(evil(&path, "is neither a file, a directory nor a link")),
        }
    }
    // An empty file reads as an archive of nothing.
    if count == 0 { Err(damaged(&"there is nothing in it")) } else { Ok(()) }
}
