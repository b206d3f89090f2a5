//! Writing numbers as Terraform does.

use super::binary::{length, shifted};
use super::decimal::Decimal;
use super::{Binary, Number, Repr};
use dashu_int::UBig;
use dashu_int::ops::BitTest;
use std::cmp::Ordering;
use std::fmt;

impl fmt::Display for Number {
    /// Writes the fewest decimal digits that identify the number at its precision, padded with zeros, never with an
    /// exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Integer { value, precision } if u64::from(*precision) >= bits(*value) + 4 => {
                write!(f, "{value}")
            }
            Repr::NegativeZero { .. } => f.write_str("-0"),
            Repr::Infinity { negative: false } => f.write_str("+Inf"),
            Repr::Infinity { negative: true } => f.write_str("-Inf"),
            Repr::Integer { .. } | Repr::Binary(_) => match self.to_binary() {
                Some(binary) => f.write_str(&plain(binary.negative, &shortest(&binary))),
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

/// Returns the shortest decimal that rounds back to the value.
fn shortest(value: &Binary) -> Decimal {
    let mut decimal = Decimal::exact(value);
    // One bit more than the precision, so that the last bit is worth half of the last place.
    let shift = i64::from(value.precision) + 1 - length(&value.significand);
    let significand = shifted(&value.significand, shift);
    let exponent = value.exponent - shift;
    // Text halfway between two neighbours is read as the even one.
    let inclusive = !significand.bit(1);
    let lower = Decimal::of(&(&significand - UBig::ONE), exponent);
    let upper = Decimal::of(&(&significand + UBig::ONE), exponent);
    for index in 0..decimal.digits.len() {
        let (low, digit, high) = (lower.at(index), decimal.at(index), upper.at(index));
        let may_go_down = low != digit || (inclusive && index + 1 == lower.digits.len());
        let may_go_up = digit != high && (inclusive || digit + 1 < high || index + 1 < upper.digits.len());
        match (may_go_down, may_go_up) {
            (true, true) => decimal.round(index + 1),
            (true, false) => decimal.round_down(index + 1),
            (false, true) => decimal.round_up(index + 1),
            (false, false) => continue,
        }
        break;
    }
    decimal
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
