//! The states a file held before.
//!
//! What is about to be replaced is kept first, as it is stored, in a hidden directory beside the state: one compressed
//! file each, whose name tells the serial, when the state was written, and the beginning of its digest. So nothing is
//! kept twice, and nothing is missing that this program or Terraform has replaced through it.

use std::cmp::Reverse;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::envelope::{Envelope, Keeping, Part};
use crate::local::files::{self, Mode};
use crate::projection::digest;
use crate::{StoreError, Version};

/// How the time stands in names: in UTC, so that names sort by it.
const TIME: &[time::format_description::BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// The ending of the files.
const ENDING: &str = ".gz";

/// How much of a digest stands in a name.
const DIGEST: usize = 8;

/// The history of a state in a file.
#[derive(Clone, Debug)]
pub(super) struct History {
    directory: PathBuf,
}

impl History {
    /// Returns the history of the state at a path.
    pub(super) fn of(state: &Path) -> Self {
        Self { directory: files::beside(state, ".history") }
    }

    /// Keeps what is stored of a state, unless it is kept already.
    pub(super) fn keep(&self, serial: u64, written: SystemTime, stored: &[u8]) -> Result<(), StoreError> {
        let digest = digest(stored);
        let time = OffsetDateTime::from(written).format(TIME).unwrap_or_default();
        let name = format!("{serial:010}-{time}-{}{ENDING}", digest.get(..DIGEST).unwrap_or_default());
        let path = self.directory.join(name);
        if path.exists() {
            return Ok(());
        }
        files::make_directory(&path);
        write(&path, stored)
    }

    /// Puts what is kept otherwise than states are kept now into the envelope of now: what was plain once and is a
    /// secret now must not stay plain.
    pub(super) async fn renew(&self, envelope: &dyn Envelope) -> Result<(), StoreError> {
        for version in self.versions()? {
            let (path, stored) = self.read(&version.id)?;
            let failed = |source| StoreError::Envelope { location: path.display().to_string(), source };
            let (plain, keeping) = envelope.open_state(&stored).await.map_err(failed)?;
            if keeping == Keeping::Former {
                write(&path, &envelope.seal(Part::State, plain).map_err(failed)?)?;
            }
        }
        Ok(())
    }

    /// Returns what is kept, the latest first. Files of other names are none of it.
    pub(super) fn versions(&self) -> Result<Vec<Version>, StoreError> {
        let failed = |error| StoreError::file("read", &self.directory, error);
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut versions = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let id = entry.file_name().to_string_lossy().into_owned();
            let Some((serial, written)) = parse(&id) else { continue };
            let size = entry.metadata().map_err(failed)?.len();
            versions.push(Version { id, serial, written, size });
        }
        versions.sort_by_key(|it| Reverse((it.written, it.serial)));
        Ok(versions)
    }

    /// Returns what is kept of a version, as it was stored.
    pub(super) fn read(&self, id: &str) -> Result<(PathBuf, Vec<u8>), StoreError> {
        let path = self.directory.join(id);
        let mut stored = Vec::new();
        let read = fs::File::open(&path).and_then(|it| GzDecoder::new(it).read_to_end(&mut stored));
        match read {
            Ok(_) => Ok((path, stored)),
            Err(error) => Err(StoreError::file("read", &path, error)),
        }
    }
}

fn write(path: &Path, stored: &[u8]) -> Result<(), StoreError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let compressed = encoder.write_all(stored).and_then(|()| encoder.finish());
    let compressed = compressed.map_err(|error| StoreError::file("compress", path, error))?;
    files::place(files::prepare(path, &compressed, Mode::Private)?, path)?;
    Ok(())
}

/// Returns the serial and the time that a name tells.
fn parse(name: &str) -> Option<(u64, OffsetDateTime)> {
    let mut parts = name.strip_suffix(ENDING)?.splitn(3, '-');
    let serial = parts.next()?.parse().ok()?;
    let written = PrimitiveDateTime::parse(parts.next()?, TIME).ok()?.assume_utc();
    parts.next().filter(|it| it.len() == DIGEST)?;
    Some((serial, written))
}
