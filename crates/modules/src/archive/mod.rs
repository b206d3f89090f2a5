//! Unpacking archives, none of which is trusted.

mod tar;
mod unpacking;
mod zip;

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::error::FetchError;
use crate::limits::Limits;
use unpacking::Unpacking;

/// A format of archives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    /// A zip file.
    Zip,
    /// Files one after the other.
    Tar,
    /// The same, compressed.
    TarGz,
}

/// Endings of names, the longer ones first.
const FORMATS: [(&str, Option<Format>); 13] = [
    ("tar.gz", Some(Format::TarGz)),
    ("tgz", Some(Format::TarGz)),
    ("tar.bz2", None),
    ("tbz2", None),
    ("tar.xz", None),
    ("txz", None),
    ("tar.zst", None),
    ("tar", Some(Format::Tar)),
    ("zip", Some(Format::Zip)),
    ("bz2", None),
    ("gz", None),
    ("xz", None),
    ("zst", None),
];

impl Format {
    /// Returns the format that the setting `archive` or the name of a file tells, if it is an archive at all.
    ///
    /// # Errors
    /// When it is an archive of a format that cannot be unpacked.
    pub(crate) fn of(setting: Option<&str>, name: &str) -> Result<Option<Self>, FetchError> {
        if matches!(setting, Some("false" | "0" | "f" | "F" | "FALSE" | "False")) {
            return Ok(None);
        }
        let known = match setting {
            Some(setting) => FORMATS.iter().find(|(it, _)| *it == setting),
            None => FORMATS.iter().find(|(ending, _)| name.ends_with(&format!(".{ending}"))),
        };
        match (known, setting) {
            (Some((_, Some(format))), _) => Ok(Some(*format)),
            (Some((ending, None)), _) => Err(FetchError::unusable(format!(
                "archives of the kind {ending:?} cannot be unpacked: zip, tar.gz, tgz and tar can"
            ))),
            (None, Some(setting)) => {
                Err(FetchError::unusable(format!("unsupported archive type: {setting}")))
            }
            (None, None) => Ok(None),
        }
    }
}

/// Unpacks an archive into an empty directory.
///
/// # Errors
/// When it is damaged, too large, or holds anything that would land elsewhere.
pub(crate) fn unpack(file: &File, format: Format, into: &Path, limits: &Limits) -> Result<(), FetchError> {
    let mut file = file;
    file.rewind().map_err(|it| damaged(&it))?;
    let mut unpacking = Unpacking::new(into, *limits)?;
    match format {
        Format::Zip => zip::unpack(BufReader::new(file), &mut unpacking),
        Format::Tar => tar::unpack(BufReader::new(file), &mut unpacking),
        Format::TarGz => {
            let mut plain = MultiGzDecoder::new(BufReader::new(file));
            tar::unpack(&mut plain, &mut unpacking)?;
            // What follows the last file is checked as well: an archive that was cut off is damaged.
            let rest = std::io::copy(&mut (&mut plain).take(limits.unpacked), &mut std::io::sink());
            rest.map(drop).map_err(|it| damaged(&it))
        }
    }
}

fn damaged(error: &dyn std::fmt::Display) -> FetchError {
    FetchError::unusable(format!("the archive is damaged: {error}"))
}

#[cfg(test)]
mod tests;
