//! Decryption with a private RSA key, as `rsadecrypt` does it with passwords of Windows instances.
//!
//! Nothing here runs in constant time: the key belongs to whoever runs the configuration, and nobody measures.

use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;

use super::decode;

/// A private key: the modulus and the exponent are enough to decrypt.
pub(super) struct PrivateKey {
    modulus: UBig,
    exponent: UBig,
}

/// Longer keys do not exist, and decrypting with them would take forever.
const LONGEST_KEY: usize = 16_384 / 8;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
/// The object identifier 1.2.840.113549.1.1.1.
const RSA_ALGORITHM: [u8; 11] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];

impl PrivateKey {
    /// Reads a key in PEM, of the kind "RSA PRIVATE KEY" or "PRIVATE KEY".
    ///
    /// # Errors
    /// It is of another kind, encrypted or malformed.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        const NO_KEY: &str = "no key found";
        let (_, rest) = text.split_once("-----BEGIN ").ok_or(NO_KEY)?;
        let (kind, rest) = rest.split_once("-----").ok_or(NO_KEY)?;
        let (body, _) = rest.split_once(&format!("-----END {kind}-----")).ok_or(NO_KEY)?;
        if body.contains("ENCRYPTED") || kind.contains("ENCRYPTED") {
            return Err("this private key is passphrase protected");
        }
        let body: String = body.split_ascii_whitespace().collect();
        let der = decode(&body).map_err(|_| NO_KEY)?;
        const MALFORMED: &str = "invalid ASN1 data in the given private key";
        match kind {
            "RSA PRIVATE KEY" => Self::from_pkcs1(&der).ok_or(MALFORMED),
            "PRIVATE KEY" => Self::from_pkcs8(&der).ok_or(MALFORMED),
            _ => Err("unsupported key type"),
        }
    }

    fn from_pkcs1(der: &[u8]) -> Option<Self> {
        let (mut fields, _) = element(der, SEQUENCE)?;
        let mut numbers = Vec::new();
        // Version, modulus, public exponent, private exponent.
        for _ in 0..4 {
            let (number, rest) = element(fields, INTEGER)?;
            numbers.push(UBig::from_be_bytes(number));
            fields = rest;
        }
        let exponent = numbers.pop()?;
        let modulus = numbers.get(1)?.clone();
        let length = modulus.to_be_bytes().len();
        (modulus > UBig::ONE && length <= LONGEST_KEY).then_some(Self { modulus, exponent })
    }

    fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let (fields, _) = element(der, SEQUENCE)?;
        let (_, fields) = element(fields, INTEGER)?;
        let (algorithm, fields) = element(fields, SEQUENCE)?;
        let (key, _) = element(fields, OCTET_STRING)?;
        if algorithm.starts_with(&RSA_ALGORITHM) { Self::from_pkcs1(key) } else { None }
    }

    /// Decrypts and removes the padding of PKCS #1 version 1.5.
    pub(super) fn decrypt(&self, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let length = self.modulus.to_be_bytes().len();
        let ciphertext = UBig::from_be_bytes(ciphertext);
        if ciphertext >= self.modulus {
            return None;
        }
        let ring = ConstDivisor::new(self.modulus.clone());
        let plain = ring.reduce(ciphertext).pow(&self.exponent).residue().to_be_bytes();
        let mut padded = vec![0; length.checked_sub(plain.len())?];
        padded.extend_from_slice(&plain);
        // Zero, two, at least eight bytes that are not zero, zero.
        let body = padded.strip_prefix(&[0, 2])?;
        let end = body.iter().position(|it| *it == 0).filter(|it| *it >= 8)?;
        Some(body[end + 1..].to_vec())
    }
}

/// Reads an element of DER with this tag; returns what is in it and what follows.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7F => (usize::from(*first), rest),
        _ => {
            let (bytes, rest) =
                rest.split_at_checked(usize::from(first & 0x7F)).filter(|(it, _)| it.len() <= 4)?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
    };
    if *found == tag { rest.split_at_checked(length) } else { None }
}
