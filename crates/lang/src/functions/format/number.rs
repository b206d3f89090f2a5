//! Numbers in the format language, digit for digit as Go writes them.

use dashu_int::UBig;
use rinfra_value::Number;

use super::verb::Verb;

/// Formats a number by a verb for integers or for decimal fractions.
///
/// # Errors
/// The verb wants an integer and the number is none.
pub(super) fn format(verb: &Verb<'_>, number: &Number) -> Result<String, &'static str> {
    match verb.mode {
        'b' => integer(verb, number, 2),
        'o' => integer(verb, number, 8),
        'd' => integer(verb, number, 10),
        'x' | 'X' => integer(verb, number, 16),
        _ => Ok(fraction(verb, number)),
    }
}

/// Writes a number as briefly as its value allows, with an exponent where that is shorter.
pub(super) fn shortest(number: &Number) -> String {
    let sign = if number.is_finite() && number.is_sign_negative() { "-" } else { "" };
    match infinity(number) {
        Some(text) => text.to_owned(),
        None => format!("{sign}{}", general(&Digits::shortest(number), None, 'e')),
    }
}

/// Writes a number in ten digits at most.
pub(crate) fn rounded(number: &Number) -> String {
    const DIGITS: usize = 10;
    let sign = if number.is_finite() && number.is_sign_negative() { "-" } else { "" };
    match infinity(number) {
        Some(text) => text.to_owned(),
        None => {
            let mut digits = Digits::exact(number);
            digits.round(DIGITS);
            format!("{sign}{}", general(&digits, Some(DIGITS), 'e'))
        }
    }
}

fn infinity(number: &Number) -> Option<&'static str> {
    match (number.is_finite(), number.is_sign_negative()) {
        (true, _) => None,
        (false, false) => Some("+Inf"),
        (false, true) => Some("-Inf"),
    }
}

fn integer(verb: &Verb<'_>, number: &Number, base: u8) -> Result<String, &'static str> {
    let digits = number.to_radix(base).ok_or("an integer is required")?;
    let negative = digits.starts_with('-');
    let mut digits = digits.trim_start_matches('-').to_owned();
    if verb.mode == 'X' {
        digits.make_ascii_uppercase();
    }
    let prefix = match verb.mode {
        _ if !verb.sharp => "",
        'b' => "0b",
        'o' => "0",
        'x' => "0x",
        'X' => "0X",
        _ => "",
    };
    let mut zeros = match verb.precision {
        Some(0) if digits == "0" => return Ok(String::new()),
        Some(precision) => precision.saturating_sub(digits.len()),
        None => 0,
    };
    let sign = sign(verb, negative);
    let length = sign.len() + prefix.len() + zeros + digits.len();
    let missing = verb.width.unwrap_or(0).saturating_sub(length);
    let (mut left, mut right) = (0, 0);
    if verb.minus {
        right = missing;
    } else if verb.zero && verb.precision.is_none() {
        zeros += missing;
    } else {
        left = missing;
    }
    let (left, zeros, right) = (" ".repeat(left), "0".repeat(zeros), " ".repeat(right));
    Ok(format!("{left}{sign}{prefix}{zeros}{digits}{right}"))
}

fn sign(verb: &Verb<'_>, negative: bool) -> &'static str {
    match (negative, verb.plus, verb.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

fn fraction(verb: &Verb<'_>, number: &Number) -> String {
    let (sign, text) = match infinity(number) {
        Some("-Inf") => ("-", "Inf".to_owned()),
        Some(_) => (if verb.space { " " } else { "+" }, "Inf".to_owned()),
        None => (sign(verb, number.is_sign_negative()), magnitude(verb, number)),
    };
    let missing = verb.width.unwrap_or(0).saturating_sub(sign.len() + text.len());
    if verb.zero && !verb.minus && number.is_finite() {
        format!("{sign}{}{text}", "0".repeat(missing))
    } else if verb.minus {
        format!("{sign}{text}{}", " ".repeat(missing))
    } else {
        format!("{}{sign}{text}", " ".repeat(missing))
    }
}

const DEFAULT_PRECISION: usize = 6;

fn magnitude(verb: &Verb<'_>, number: &Number) -> String {
    let precision = verb.precision.unwrap_or(DEFAULT_PRECISION);
    match (verb.mode, verb.precision) {
        ('f', _) => {
            let mut digits = Digits::exact(number);
            if let Ok(count) = usize::try_from(digits.point + signed(precision)) {
                digits.round(count);
            }
            digits.plain(precision)
        }
        ('e' | 'E', _) => {
            let mut digits = Digits::exact(number);
            digits.round(1 + precision);
            digits.scientific(precision, verb.mode)
        }
        (mode, None) => general(&Digits::shortest(number), None, if mode == 'G' { 'E' } else { 'e' }),
        (mode, Some(precision)) => {
            let mut digits = Digits::exact(number);
            digits.round(precision.max(1));
            general(&digits, Some(precision.max(1)), if mode == 'G' { 'E' } else { 'e' })
        }
    }
}

/// Writes digits with an exponent if that is very small or exceeds the precision, and plainly otherwise.
fn general(digits: &Digits, precision: Option<usize>, letter: char) -> String {
    let count = digits.digits.len();
    let limit = match precision {
        None => DEFAULT_PRECISION,
        Some(precision) if precision > count && signed(count) >= digits.point => count,
        Some(precision) => precision,
    };
    let exponent = digits.point - 1;
    let precision = precision.unwrap_or(count);
    if exponent < -4 || exponent >= signed(limit) {
        return digits.scientific(precision.min(count).saturating_sub(1), letter);
    }
    let precision = if signed(precision) > digits.point { count } else { precision };
    digits.plain(usize::try_from(signed(precision) - digits.point).unwrap_or(0))
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The magnitude `0.d₁d₂d₃… × 10^point`, without leading or trailing zeros.
struct Digits {
    digits: Vec<u8>,
    point: i64,
}

impl Digits {
    /// Returns the fewest digits that identify a number.
    fn shortest(number: &Number) -> Self {
        Self::read(&number.to_string(), 0)
    }

    /// Returns all digits of a number, which is a binary fraction, so that there is an end to them.
    fn exact(number: &Number) -> Self {
        const STEP: usize = 64;
        let factor = Number::from(1_u128 << STEP);
        let mut integer = number.abs();
        let mut halvings = 0;
        while !integer.is_integer() {
            match integer.checked_mul(&factor) {
                Some(product) => integer = product,
                None => return Self::shortest(number),
            }
            halvings += STEP;
        }
        let Some(text) = integer.to_radix(10) else { return Self::shortest(number) };
        if halvings == 0 {
            return Self::read(&text, 0);
        }
        // n / 2^k is n × 5^k / 10^k.
        match UBig::from_str_radix(&text, 10) {
            Ok(integer) => Self::read(&(integer * UBig::from(5_u8).pow(halvings)).to_string(), halvings),
            Err(_) => Self::shortest(number),
        }
    }

    /// Reads a decimal of which `shift` digits more stand behind the point than the text says.
    fn read(text: &str, shift: usize) -> Self {
        let text = text.trim_start_matches(['-', '+']);
        let (integer, fraction) = text.split_once('.').unwrap_or((text, ""));
        let all: Vec<u8> = integer.bytes().chain(fraction.bytes()).map(|it| it.wrapping_sub(b'0')).collect();
        let leading = all.iter().take_while(|it| **it == 0).count();
        let point = signed(integer.len()) - signed(leading) - signed(shift);
        let mut read = Self { digits: all[leading..].to_vec(), point };
        read.trim();
        read
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    /// Keeps `count` digits, rounding to the nearest, ties to even.
    fn round(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        let tie = self.digits[count] == 5 && count + 1 == self.digits.len();
        let odd = count > 0 && self.digits[count - 1] % 2 == 1;
        let up = if tie { odd } else { self.digits[count] >= 5 };
        self.digits.truncate(count);
        if up {
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
        self.trim();
    }

    fn at(&self, index: i64) -> char {
        let digit = usize::try_from(index).ok().and_then(|it| self.digits.get(it));
        char::from(b'0' + digit.copied().unwrap_or(0))
    }

    fn plain(&self, precision: usize) -> String {
        let mut text: String = (0..self.point).map(|index| self.at(index)).collect();
        if text.is_empty() {
            text.push('0');
        }
        if precision > 0 {
            text.push('.');
            text.extend((0..signed(precision)).map(|index| self.at(self.point + index)));
        }
        text
    }

    fn scientific(&self, precision: usize, letter: char) -> String {
        let mut text = String::from(self.at(0));
        if precision > 0 {
            text.push('.');
            text.extend((1..=signed(precision)).map(|index| self.at(index)));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{text}{letter}{sign}{:02}", exponent.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::{Digits, rounded, shortest};
    use rinfra_value::Number;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn shortest_form() {
        let cases = [
            ("0", "0"),
            ("123456", "123456"),
            ("1000000", "1e+06"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("-1.5", "-1.5"),
            ("1234567.5", "1.2345675e+06"),
        ];
        for (text, expected) in cases {
            assert_eq!(shortest(&number(text)), expected);
        }
    }

    #[test]
    fn ten_digits_are_enough() {
        let check = |text: &str, expected: &str| assert_eq!(rounded(&number(text)), expected);
        check("0", "0");
        check("5", "5");
        check("-1.50", "-1.5");
        check("100", "100");
        check("1234567890", "1234567890");
        check("12345678901", "1.23456789e+10");
        check("1e10", "1e+10");
        check("0.33333333333333", "0.3333333333");
        check("0.00001", "1e-05");
    }

    #[test]
    fn rounds_the_exact_value() {
        let cases = [
            ("2.5", 0, "2"),
            ("3.5", 0, "4"),
            ("0.125", 2, "0.12"),
            ("9.99", 1, "10.0"),
            ("0.001", 2, "0.00"),
        ];
        for (text, precision, expected) in cases {
            let mut digits = Digits::exact(&number(text));
            if let Ok(count) = usize::try_from(digits.point + precision) {
                digits.round(count);
            }
            assert_eq!(digits.plain(usize::try_from(precision).unwrap()), expected, "for {text}");
        }
    }
}
