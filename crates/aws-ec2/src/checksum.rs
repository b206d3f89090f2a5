//! The checksum in the ids Terraform gives to what has none of its own.

/// Returns the CRC-32 of a text.
pub(crate) fn crc32(text: &str) -> u32 {
    let mut remainder = u32::MAX;
    for byte in text.bytes() {
        remainder ^= u32::from(byte);
        for _ in 0..8 {
            let divisor = if remainder & 1 == 1 { 0xedb8_8320 } else { 0 };
            remainder = (remainder >> 1) ^ divisor;
        }
    }
    !remainder
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn checksums_are_terraforms() {
        let cases = [("", 0), ("0.0.0.0/0", 1_080_289_494), ("::/0", 2_750_132_062)];
        for (text, expected) in cases {
            assert_eq!(crc32(text), expected, "{text:?}");
        }
    }
}
