//! Compression for `base64gzip`.

use flate2::{Compress, Compression, Crc, FlushCompress};

/// No name, no time, no operating system: the same text always gives the same bytes.
const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
/// The end of a flushed block, and an empty last block behind it, as Terraform's library writes it.
const LAST_BLOCK: [u8; 5] = [1, 0, 0, 0xFF, 0xFF];

/// Compresses bytes in the format of gzip.
pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut output = HEADER.to_vec();
    let mut compressor = Compress::new(Compression::new(6), false);
    let mut consumed = 0;
    let mut buffer = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let before = (compressor.total_in(), buffer.len());
        // Compressing into memory cannot fail; if it did, what is missing would show in the length.
        if compressor.compress_vec(&bytes[consumed..], &mut buffer, FlushCompress::Sync).is_err() {
            break;
        }
        consumed += usize::try_from(compressor.total_in() - before.0).unwrap_or(0);
        let full = buffer.len() == buffer.capacity();
        if consumed >= bytes.len() && !full {
            break;
        }
        buffer.reserve(buffer.len().max(64));
    }
    output.append(&mut buffer);
    output.extend(LAST_BLOCK);
    let mut checksum = Crc::new();
    checksum.update(bytes);
    output.extend(checksum.sum().to_le_bytes());
    output.extend(checksum.amount().to_le_bytes());
    output
}

#[cfg(test)]
mod tests {
    use super::compress;
    use std::io::Read as _;

    #[test]
    fn can_be_decompressed() {
        let long = "The quick brown fox jumps over the lazy dog. ".repeat(10_000);
        for text in ["", "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &long] {
            let compressed = compress(text.as_bytes());
            let mut read = String::new();
            flate2::read::GzDecoder::new(compressed.as_slice()).read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
        }
    }
}
