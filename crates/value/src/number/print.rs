//! Writing numbers as Terraform does.

use super::decimal::Decimal;
use super::{Binary, Number, Repr};
use std::cmp::Ordering;
use std::fmt;

impl fmt::Display for Number {
    /// Writes the fewest decimal digits that identify the number at its precision, padded with zeros, never with an
    /// exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Integer { value, .. } if self.is_printed_exactly() => write!(f, "{value}"),
            Repr::NegativeZero { .. } => f.write_str("-0"),
            Repr::Infinity { negative: false } => f.write_str("+Inf"),
            Repr::Infinity { negative: true } => f.write_str("-Inf"),
            Repr::Integer { .. } | Repr::Binary(_) => match self.to_binary() {
                Some(binary) => f.write_str(&plain(binary.negative, &Decimal::shortest(&binary))),
                None => f.write_str("0"),
            },
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Number {
    /// Returns whether this is an integer whose precision is more than its digits need.
    pub(super) fn is_printed_exactly(&self) -> bool {
        matches!(self.0, Repr::Integer { value, precision } if u64::from(precision) >= bits(value) + 4)
    }

    /// Returns the number with a binary exponent, without any rounding.
    pub(crate) fn to_exact_text(&self) -> String {
        let Some(Binary { negative, significand, exponent, .. }) = self.to_binary() else {
            return self.to_string();
        };
        format!("{}{significand}p{exponent}", if negative { "-" } else { "" })
    }

    /// Returns the number with at most ten significant digits, in the short notation that orders sets of structures.
    pub(crate) fn to_ten_digits(&self) -> String {
        const DIGITS: usize = 10;
        let Some(binary) = self.to_binary() else { return self.to_string() };
        let mut decimal = Decimal::exact(&binary);
        decimal.round(DIGITS);
        let digits = i64::try_from(decimal.digits.len()).unwrap_or(i64::MAX);
        let exponent = decimal.point - 1;
        let limit = if digits >= decimal.point { digits.min(10) } else { 10 };
        if (-4..limit).contains(&exponent) {
            return plain(binary.negative, &decimal);
        }
        let sign = if binary.negative { "-" } else { "" };
        let mut mantissa = String::new();
        for (index, digit) in decimal.digits.iter().enumerate() {
            if index == 1 {
                mantissa.push('.');
            }
            mantissa.push(char::from(b'0' + digit));
        }
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        format!("{sign}{mantissa}e{exponent_sign}{:02}", exponent.unsigned_abs())
    }
}

fn bits(value: i64) -> u64 {
    u64::from(64 - value.unsigned_abs().leading_zeros())
}

/// Returns the digits with the point or the zeros they need.
fn plain(negative: bool, decimal: &Decimal) -> String {
    let mut text = String::with_capacity(decimal.digits.len() + 3);
    if negative {
        text.push('-');
    }
    let mut digits = decimal.digits.iter().map(|digit| char::from(b'0' + digit));
    match decimal.point.cmp(&0) {
        Ordering::Greater => {
            for _ in 0..decimal.point {
                text.push(digits.next().unwrap_or('0'));
            }
        }
        Ordering::Equal | Ordering::Less => text.push('0'),
    }
    let mut rest = digits.peekable();
    if rest.peek().is_some() {
        text.push('.');
        for _ in decimal.point..0 {
            text.push('0');
        }
        text.extend(rest);
    }
    text
}
