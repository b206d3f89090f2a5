//! Logarithm and power, to the last digit as Terraform computes them.
//!
//! The standard library's functions are as good, but they round other results up: a plan would show a difference
//! where there is none.

use std::f64::consts::{LOG2_E, SQRT_2};

/// Returns the natural logarithm: the argument is taken apart into a power of two and a factor near one, whose
/// logarithm is a polynomial.
pub(super) fn logarithm(number: f64) -> f64 {
    if !number.is_finite() || number <= 0.0 {
        return number.ln();
    }
    // The logarithm of two in two parts, the first of which has few bits, so that multiples of it are exact.
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const ODD: [f64; 4] = [
        6.666_666_666_666_735e-1,
        2.857_142_874_366_239e-1,
        1.818_357_216_161_805e-1,
        1.479_819_860_511_658_6e-1,
    ];
    const EVEN: [f64; 3] = [3.999_999_999_940_942e-1, 2.222_219_843_214_978_4e-1, 1.531_383_769_920_937_3e-1];
    let (mut factor, mut exponent) = parts(number);
    if factor < SQRT_2 / 2.0 {
        factor *= 2.0;
        exponent -= 1;
    }
    let excess = factor - 1.0;
    let exponent = f64::from(exponent);
    let ratio = excess / (2.0 + excess);
    let square = ratio * ratio;
    let fourth = square * square;
    let odd = square * (ODD[0] + fourth * (ODD[1] + fourth * (ODD[2] + fourth * ODD[3])));
    let even = fourth * (EVEN[0] + fourth * (EVEN[1] + fourth * EVEN[2]));
    let half_square = 0.5 * excess * excess;
    exponent * LN_2_HIGH
        - ((half_square - (ratio * (half_square + (odd + even)) + exponent * LN_2_LOW)) - excess)
}

/// Returns e to a power: the argument is taken apart into a multiple of the logarithm of two and a rest, the sixteenth
/// part of which has a short Taylor series; that result, less one, is then squared four times.
fn exponential(number: f64) -> f64 {
    const LN_2_HIGH: f64 = 0.693_147_180_559_662_956_511_601_805_686_950_683_593_75;
    const LN_2_LOW: f64 = 0.282_352_905_630_315_771_225_884_481_750_134_360_255_254_120_68e-12;
    const SERIES: [f64; 7] = [1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];
    let twos = (number * LOG2_E).round_ties_even();
    let rest = (-twos).mul_add(LN_2_LOW, (-twos).mul_add(LN_2_HIGH, number)) * 0.0625;
    let series = SERIES.iter().fold(1.0 / 40320.0, |sum, term| f64::mul_add(sum, rest, *term));
    let mut excess = rest * series;
    for _ in 0..3 {
        excess *= excess + 2.0;
    }
    let factor = excess.mul_add(excess + 2.0, 1.0);
    #[expect(clippy::cast_possible_truncation, reason = "a whole number, clamped before it is used")]
    scaled(factor, twos as i64)
}

/// Returns a power: whole exponents by repeated squaring, the rest through the logarithm.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 0.5 {
        return base.sqrt();
    }
    if exponent == -0.5 {
        return 1.0 / base.sqrt();
    }
    let special = base == 0.0
        || base == 1.0
        || exponent == 0.0
        || exponent == 1.0
        || !base.is_finite()
        || !exponent.is_finite()
        || (base < 0.0 && exponent.fract() != 0.0)
        || exponent.abs() >= 9.2e18;
    if special {
        return base.powf(exponent);
    }
    let mut whole = exponent.abs().trunc();
    let mut fraction = exponent.abs().fract();
    let mut result = 1.0;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = exponential(fraction * logarithm(base));
    }
    let mut result_exponent = 0_i64;
    let (mut factor, factor_exponent) = parts(base);
    let mut factor_exponent = i64::from(factor_exponent);
    #[expect(clippy::cast_possible_truncation, reason = "checked above to fit")]
    let mut remaining = whole as i64;
    while remaining != 0 {
        // Beyond this the result is zero or infinite.
        if factor_exponent.abs() > 1 << 12 {
            result_exponent += factor_exponent;
            break;
        }
        if remaining & 1 == 1 {
            result *= factor;
            result_exponent += factor_exponent;
        }
        factor *= factor;
        factor_exponent <<= 1;
        if factor < 0.5 {
            factor += factor;
            factor_exponent -= 1;
        }
        remaining >>= 1;
    }
    if exponent < 0.0 {
        result = 1.0 / result;
        result_exponent = -result_exponent;
    }
    scaled(result, result_exponent)
}

/// Takes a finite number that is not zero apart into a factor in `[0.5, 1)` and a power of two.
fn parts(number: f64) -> (f64, i32) {
    const EXPONENT: u64 = 0x7FF;
    const HALF: u64 = 1022;
    if number.abs() < f64::MIN_POSITIVE {
        let (factor, exponent) = parts(number * 2_f64.powi(54));
        return (factor, exponent - 54);
    }
    let bits = number.to_bits();
    let exponent = (bits >> 52) & EXPONENT;
    let factor = f64::from_bits(bits & !(EXPONENT << 52) | HALF << 52);
    (factor, i32::try_from(exponent).unwrap_or(0) - 1022)
}

/// Returns a number times a power of two.
fn scaled(number: f64, exponent: i64) -> f64 {
    let mut result = number;
    let mut remaining = exponent.clamp(-5000, 5000);
    // Down in one step where the result is tiny, so that it is rounded once.
    while remaining > 1000 {
        result *= 2_f64.powi(1000);
        remaining -= 1000;
    }
    while remaining < -1000 {
        result *= 2_f64.powi(-900);
        remaining += 900;
    }
    result * 2_f64.powi(i32::try_from(remaining).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{logarithm, power};

    #[test]
    fn last_digits() {
        // As Terraform 1.11 prints them.
        let powers = [
            (2.0, -0.5, "0.7071067811865475"),
            (2.0, 1.5, "2.82842712474619"),
            (10.0, 1.5, "31.622776601683796"),
            (0.5, -1.5, "2.82842712474619"),
            (2.0, 0.5, "1.4142135623730951"),
            (-8.0, 3.0, "-512"),
            (2.0, -1074.0, "5e-324"),
            (10.0, 400.0, "inf"),
            (0.0, 0.0, "1"),
            (-2.0, 0.5, "NaN"),
        ];
        for (base, exponent, expected) in powers {
            let result = power(base, exponent);
            let text = if result.abs() < 1e-300 { format!("{result:e}") } else { result.to_string() };
            assert_eq!(text, expected, "for {base}^{exponent}");
        }
        let logarithms = [
            (2.0, 3.0, 0.6309297535714575),
            (3.0, 10.0, 0.4771212547196623),
            (50.0, 10.0, 1.6989700043360185),
        ];
        for (number, base, expected) in logarithms {
            assert_eq!(logarithm(number) / logarithm(base), expected, "for {number} to {base}");
        }
    }
}
