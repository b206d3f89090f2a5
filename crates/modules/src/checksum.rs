//! Checksums that an address gives for what it leads to.

use std::io::Read;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::error::FetchError;

/// What the digest of a file must be.
#[derive(Debug, PartialEq)]
pub(crate) struct Checksum {
    algorithm: Algorithm,
    digest: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

const ALGORITHMS: [(&str, Algorithm, usize); 4] = [
    ("md5", Algorithm::Md5, 32),
    ("sha1", Algorithm::Sha1, 40),
    ("sha256", Algorithm::Sha256, 64),
    ("sha512", Algorithm::Sha512, 128),
];

impl Checksum {
    /// Reads `sha256:…`, or only the digest, whose length tells how it was made.
    ///
    /// # Errors
    /// When it is of no known kind or has the wrong length.
    pub(crate) fn parse(text: &str) -> Result<Self, FetchError> {
        let refuse = |reason: &str| Err(FetchError::unusable(format!("invalid checksum {text:?}: {reason}")));
        let (name, digest) = match text.split_once(':') {
            Some((name, digest)) => (Some(name), digest),
            None => (None, text),
        };
        let digest = digest.to_ascii_lowercase();
        if !digest.chars().all(|it| it.is_ascii_hexdigit()) {
            return refuse(
                "it is not hexadecimal, as \"md5:…\", \"sha1:…\", \"sha256:…\" and \"sha512:…\" are",
            );
        }
        let known = ALGORITHMS.iter().find(|(it, _, length)| match name {
            Some(name) => name.eq_ignore_ascii_case(it),
            None => digest.len() == *length,
        });
        match known {
            Some((_, algorithm, length)) if digest.len() == *length => {
                Ok(Self { algorithm: *algorithm, digest })
            }
            Some((name, _, length)) => refuse(&format!("{name} has {length} digits")),
            None => refuse("it is neither md5, sha1, sha256 nor sha512"),
        }
    }

    /// Checks what a reader holds.
    ///
    /// # Errors
    /// When it has another checksum, or cannot be read.
    pub(crate) fn check(&self, mut reader: impl Read) -> Result<(), FetchError> {
        let digest = match self.algorithm {
            Algorithm::Md5 => digest::<Md5>(&mut reader),
            Algorithm::Sha1 => digest::<Sha1>(&mut reader),
            Algorithm::Sha256 => digest::<Sha256>(&mut reader),
            Algorithm::Sha512 => digest::<Sha512>(&mut reader),
        };
        let digest =
            digest.map_err(|it| FetchError::unusable(format!("failed to read what was fetched: {it}")))?;
        if digest == self.digest {
            return Ok(());
        }
        Err(FetchError::unusable(format!("checksums did not match: expected {}, got {digest}", self.digest)))
    }
}

fn digest<D: Digest>(reader: &mut impl Read) -> std::io::Result<String> {
    let mut hasher = D::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    Ok(hexadecimal(&hasher.finalize()))
}

/// Returns bytes in hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_compared() {
        let check =
            |text: &str| assert_eq!(Checksum::parse(text).unwrap().check(&b"abc"[..]), Ok(()), "{text}");
        check("md5:900150983cd24fb0d6963f7d28e17f72");
        check("900150983CD24FB0D6963F7D28E17F72");
        check("sha1:a9993e364706816aba3e25717850c26c9cd0d89d");
        check("SHA256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let error = Checksum::parse("md5:900150983cd24fb0d6963f7d28e17f72").unwrap().check(&b"abd"[..]);
        assert!(error.unwrap_err().to_string().contains("checksums did not match"));
    }

    #[test]
    fn other_checksums_are_refused() {
        let check = |text: &str, reason: &str| {
            let error = Checksum::parse(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        };
        check("md5:foo", "not hexadecimal");
        check("md5:00", "md5 has 32 digits");
        check("crc:00", "neither md5");
        check("file:https://e.com/sums", "not hexadecimal");
        check("", "neither md5");
    }
}
