//! Numbers as Terraform reads, computes and prints them.

use rinfra_value::Number;
use std::cmp::Ordering;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

fn read(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|| panic!("{text} is not a number"))
}

#[test]
fn reads_and_prints() {
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(Number::parse(text).map(|number| number.to_string()).as_deref(), expected, "{text}");
    };
    check("0", Some("0"));
    check("-0", Some("-0"));
    check("+5", Some("5"));
    check(".5", Some("0.5"));
    check("5.", Some("5"));
    check("1.0", Some("1"));
    check("007", Some("7"));
    check("1E3", Some("1000"));
    check("1e-7", Some("0.0000001"));
    check("1p3", Some("8"));
    check("1.5p-1", Some("0.75"));
    check("Inf", Some("+Inf"));
    check("-inf", Some("-Inf"));
    check("1e151000", None);
    check("-1e-151000", None);
    check("1e1000000000", None);
    check("1e-1000000000", None);
    check("9223372036854775807", Some("9223372036854775807"));
    check("-9223372036854775808", Some("-9223372036854775808"));
    check("9223372036854775808", Some("9223372036854775808"));
    check("0.1", Some("0.1"));
    check(&format!("1{}", "0".repeat(200)), Some(&format!("1{}", "0".repeat(200))));
    let digits = "1234567890".repeat(20);
    check(&digits, Some(&format!("{}{}", &format!("{}12346", "1234567890".repeat(15)), "0".repeat(45))));
    for text in
        ["", "-", ".", "e5", "1e", "1e3p1", "1_0", "0x10", " 1", "1 ", "infinity", "iNf", "NaN", "é", "1é"]
    {
        check(text, None);
    }
    check("1e99999999999999999999", None);
    check("1e9223372036854775807", None);
}

#[test]
fn computes() {
    let check = |left: &str, operator: char, right: &str, expected: Option<&str>| {
        let (left_number, right_number) = (read(left), read(right));
        let result = match operator {
            '+' => left_number.checked_add(&right_number),
            '-' => left_number.checked_sub(&right_number),
            '*' => left_number.checked_mul(&right_number),
            '/' => left_number.checked_div(&right_number),
            _ => left_number.checked_rem(&right_number),
        };
        assert_eq!(result.map(|it| it.to_string()).as_deref(), expected, "{left} {operator} {right}");
    };
    check("0.1", '+', "0.2", Some("0.3"));
    check("9223372036854775807", '+', "1", Some("9223372036854775808"));
    check("1e100000", '-', "1e100000", Some("0"));
    check("4.35", '*', "100", Some("435"));
    check("0", '*', "-5", Some("-0"));
    check("1", '/', "4", Some("0.25"));
    check("2", '/', "3", Some(&format!("0.{}7", "6".repeat(153))));
    check("1", '/', "3", Some(&format!("0.{}5", "3".repeat(154))));
    check("1", '/', "0", Some("+Inf"));
    check("-1", '/', "0", Some("-Inf"));
    check("0", '/', "0", None);
    check("Inf", '-', "Inf", None);
    check("Inf", '*', "0", None);
    check("Inf", '/', "Inf", None);
    check("5", '/', "Inf", Some("0"));
    check("-7", '%', "3", Some("-1"));
    check("7.5", '%', "-2", Some("1.5"));
    check("5", '%', "0", Some("5"));
    check("5", '%', "-Inf", Some("-Inf"));
}

#[test]
fn precision_comes_from_the_operands() {
    let check = |number: Option<Number>, expected: &str| {
        assert_eq!(number.map(|it| it.to_string()).as_deref(), Some(expected));
    };
    let root = Number::from_f64(std::f64::consts::SQRT_2).unwrap();
    check(Some(root.clone()), "1.4142135623730951");
    check(root.checked_mul(&root), "2.00000000000000027343234630647693");
    check(Number::from(7_u64).checked_div(&Number::from(3_u64)), "2.3333333333333333333");
    check(Number::from_f64(2_f64.powi(64)), "18446744073709550000");
    check(Number::from_f64(2_f64.powi(64)).unwrap().checked_add(&read("0")), "18446744073709551616");
    check(Number::from_f64(2_f64.powi(63)), "9223372036854776000");
}

#[test]
fn compares() {
    let ascending =
        ["-Inf", "-1e30", "-2", "-1.5", "0", "1e-30", "0.5", "1", "1.5", "2", "1e30", "1e31", "Inf"];
    for (left_index, left) in ascending.iter().enumerate() {
        for (right_index, right) in ascending.iter().enumerate() {
            assert_eq!(read(left).cmp(&read(right)), left_index.cmp(&right_index), "{left} and {right}");
        }
    }
    assert_eq!(read("-0").cmp(&read("0")), Ordering::Equal);
}

#[test]
fn rounds_to_integers() {
    let check = |text: &str, floor: &str, ceil: &str, truncated: &str| {
        let number = read(text);
        let results = [number.floor(), number.ceil(), number.truncate()].map(|it| it.to_string());
        assert_eq!(results, [floor, ceil, truncated], "{text}");
    };
    check("2.5", "2", "3", "2");
    check("-2.5", "-3", "-2", "-2");
    check("-0.5", "-1", "0", "0");
    check("0.5", "0", "1", "0");
    check("7", "7", "7", "7");
    check("-0", "0", "0", "0");
    check("-Inf", "-Inf", "-Inf", "-Inf");
}

#[test]
fn exchanges_with_machine_numbers() {
    assert_eq!(read("9223372036854775807").to_i64(), Some(i64::MAX));
    assert_eq!(read("9223372036854775808").to_i64(), None);
    assert_eq!(read("18446744073709551615").to_u64(), Some(u64::MAX));
    assert_eq!(read("-1").to_u64(), None);
    assert_eq!(read("1.5").to_i64(), None);
    assert_eq!(read("0.1").to_f64(), 0.1);
    assert_eq!(read("1e400").to_f64(), f64::INFINITY);
    assert_eq!(Number::from_f64(f64::NAN), None);
    assert_eq!(Number::from(u64::MAX).to_string(), "18446744073709551615");
    assert_eq!(Number::from(i128::MIN).to_string(), i128::MIN.to_string());
    assert_eq!(Number::parse_radix("-ff", 16), Some(Number::from(-255)));
    assert_eq!(Number::parse_radix("12", 2), None);
    assert_eq!(Number::parse_radix("", 10), None);
    assert_eq!(read("255").to_radix(16).as_deref(), Some("ff"));
    assert_eq!(read("0.5").to_radix(16), None);
}

#[test]
fn numbers_are_equal_when_they_are_printed_alike() {
    let check = |left: &Number, right: &Number, equal: bool, by_value: Ordering| {
        assert_eq!(left == right, equal, "{left} == {right}");
        assert_eq!(left.cmp(right) == Ordering::Equal, equal, "{left} cmp {right}");
        assert_eq!(left.compare_values(right), by_value, "{left} against {right}");
        let hash = |number: &Number| BuildHasherDefault::<DefaultHasher>::default().hash_one(number);
        assert!(!equal || hash(left) == hash(right), "hash of {left}");
    };
    let float = Number::from_f64(0.301_029_995_663_981_14).expect("finite");
    check(&float, &read("0.30102999566398114"), true, Ordering::Greater);
    check(&float, &float.with_precision(512), false, Ordering::Equal);
    let power = Number::from_f64(2_f64.powi(-227)).expect("finite").with_precision(512);
    check(&power, &read(&power.to_string()), true, Ordering::Greater);
    check(&read("-0"), &Number::ZERO, true, Ordering::Equal);
    check(&read("1e30"), &Number::from_f64(1e30).expect("finite"), true, Ordering::Less);
    check(&read("7"), &Number::from(7_u64), true, Ordering::Equal);
}
