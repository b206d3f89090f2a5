//! When two address blocks or two domain names mean the same.

use std::net::IpAddr;

/// A block of addresses: a network address and a prefix length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AddressBlock {
    address: IpAddr,
    prefix: u8,
}

impl AddressBlock {
    /// Reads `10.0.0.0/16` or `2001:db8::/56`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let prefix: u8 = prefix.parse().ok().filter(|_| prefix.bytes().all(|it| it.is_ascii_digit()))?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        (prefix <= longest).then_some(Self { address, prefix })
    }

    /// Tells whether the address is the first one of the block.
    pub(crate) fn is_network(&self) -> bool {
        let host_bits = |width: u32| width - u32::from(self.prefix);
        match self.address {
            IpAddr::V4(it) => it.to_bits().trailing_zeros() >= host_bits(32),
            IpAddr::V6(it) => it.to_bits().trailing_zeros() >= host_bits(128),
        }
    }
}

/// Tells whether two texts are the same block of addresses.
pub(crate) fn same_block(one: &str, other: &str) -> bool {
    one == other
        || AddressBlock::parse(one).zip(AddressBlock::parse(other)).is_some_and(|(one, other)| one == other)
}

/// Tells whether two texts are the same domain name: case and a final dot do not matter.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    let trimmed = |it: &'_ str| it.trim_end_matches('.').to_ascii_lowercase();
    trimmed(one) == trimmed(other)
}

#[cfg(test)]
mod tests {
    use super::{AddressBlock, same_block, same_name};

    #[test]
    fn blocks_are_compared_by_meaning() {
        let cases = [
            ("10.0.0.0/16", "10.0.0.0/16", true),
            ("2001:DB8:0::/56", "2001:db8::/56", true),
            ("10.0.0.0/16", "10.0.0.0/17", false),
            ("10.0.0.0/16", "10.0.0.0", false),
            ("x", "x", true),
        ];
        for (one, other, expected) in cases {
            assert_eq!(same_block(one, other), expected, "{one} and {other}");
        }
    }

    #[test]
    fn only_the_first_address_is_a_network() {
        let cases = [
            ("10.0.0.0/16", true),
            ("10.0.1.0/16", false),
            ("0.0.0.0/0", true),
            ("10.0.0.1/32", true),
            ("2001:db8::/32", true),
            ("2001:db8::1/64", false),
        ];
        for (text, expected) in cases {
            let block = AddressBlock::parse(text).expect(text);
            assert_eq!(block.is_network(), expected, "{text}");
        }
        for text in ["10.0.0.0/33", "10.0.0.0/+8", "10.0.0/8", "10.0.0.0/", "::/129"] {
            assert_eq!(AddressBlock::parse(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_compared_by_meaning() {
        assert!(same_name("Example.com.", "example.com"));
        assert!(!same_name("a.example.com", "example.com"));
    }
}
