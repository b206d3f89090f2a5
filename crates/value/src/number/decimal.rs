//! Exact decimal expansions.

use super::Binary;
use super::binary::shifted;
use dashu_int::UBig;

/// The value `0.d₁d₂d₃… × 10^point`, without leading or trailing zero digits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) digits: Vec<u8>,
    pub(super) point: i64,
}

impl Decimal {
    /// Returns the expansion of the magnitude of a binary value; it always ends.
    pub(super) fn exact(value: &Binary) -> Self {
        Self::of(&value.significand, value.exponent)
    }

    /// Returns the expansion of `significand × 2^exponent`.
    pub(super) fn of(significand: &UBig, exponent: i64) -> Self {
        let (integer, fraction_digits) = match usize::try_from(-exponent) {
            // 2^-n is 5^n / 10^n.
            Ok(fraction) => (significand * UBig::from(5_u8).pow(fraction), fraction),
            Err(_) => (shifted(significand, exponent), 0),
        };
        let text = integer.to_string();
        let point = i64::try_from(text.len()).unwrap_or(i64::MAX)
            - i64::try_from(fraction_digits).unwrap_or(i64::MAX);
        let mut digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
        trim(&mut digits);
        Self { digits, point }
    }

    /// Returns the digit at this position, zero beyond the end.
    pub(super) fn at(&self, position: usize) -> u8 {
        self.digits.get(position).copied().unwrap_or(0)
    }

    /// Cuts after `count` digits.
    pub(super) fn round_down(&mut self, count: usize) {
        self.digits.truncate(count);
        trim(&mut self.digits);
    }

    /// Cuts after `count` digits and adds one to the last of them.
    pub(super) fn round_up(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        self.digits.truncate(count);
        while self.digits.last() == Some(&9) {
            self.digits.pop();
        }
        match self.digits.last_mut() {
            Some(last) => *last += 1,
            None => {
                self.digits.push(1);
                self.point += 1;
            }
        }
    }

    /// Cuts after `count` digits, to the nearest, ties to even.
    pub(super) fn round(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        let tie = self.digits[count] == 5 && count + 1 == self.digits.len();
        let up = if tie { count > 0 && self.digits[count - 1] % 2 == 1 } else { self.digits[count] >= 5 };
        if up { self.round_up(count) } else { self.round_down(count) }
    }
}

fn trim(digits: &mut Vec<u8>) {
    while digits.last() == Some(&0) {
        digits.pop();
    }
}
