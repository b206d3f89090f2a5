//! What holds for every value, type and number.

use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use rinfra_value::{
    Bound, Marks, Number, Path, PathStep, Refinement, Type, Value, codec, convert, equality, json,
};
use std::cmp::Ordering;
use std::sync::Arc;

fn number() -> impl Strategy<Value = Number> {
    let text = prop_oneof![
        any::<i64>().prop_map(|integer| integer.to_string()),
        (-50_i32..50).prop_map(|integer| integer.to_string()),
        (any::<i32>(), any::<u64>()).prop_map(|(whole, fraction)| format!("{whole}.{fraction}")),
        (any::<i64>(), -320_i32..320).prop_map(|(mantissa, exponent)| format!("{mantissa}e{exponent}")),
        "-?[1-9][0-9]{0,180}",
        "0\\.[0-9]{1,200}",
    ];
    prop_oneof![
        4 => text.prop_map(|text| Number::parse(&text).expect("is a number")),
        1 => any::<f64>().prop_filter_map("finite", Number::from_f64).prop_filter("finite", Number::is_finite),
        1 => (-300_i32..300).prop_map(|power| Number::from_f64(2_f64.powi(power)).expect("finite")),
        1 => any::<u64>().prop_map(Number::from),
    ]
}

fn primitive_type() -> impl Strategy<Value = Type> {
    prop_oneof![Just(Type::String), Just(Type::Number), Just(Type::Bool)]
}

fn ty() -> impl Strategy<Value = Type> {
    prop_oneof![4 => primitive_type(), 1 => Just(Type::Dynamic)].prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            vec(inner.clone(), 0..4).prop_map(Type::tuple),
            btree_map("[a-d$]", inner, 0..4).prop_map(|attributes| {
                let optional: Vec<Arc<str>> =
                    attributes.keys().take(1).map(|name| name.as_str().into()).collect();
                Type::object_with_optional(attributes, optional)
            }),
        ]
    })
}

fn marks() -> impl Strategy<Value = Marks> {
    prop_oneof![
        6 => Just(Marks::NONE),
        1 => Just(Marks::SENSITIVE),
        1 => Just(Marks::EPHEMERAL),
        1 => Just(Marks::SENSITIVE | Marks::EPHEMERAL),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    let refinement =
        (any::<bool>(), 0_usize..3, 3_usize..5).prop_map(|(not_null, least, greatest)| Refinement {
            not_null,
            prefix: not_null.then(|| "é$".into()),
            minimum: Some(Bound { value: Number::from(least), inclusive: not_null }),
            least_length: least,
            greatest_length: Some(greatest),
            ..Refinement::default()
        });
    prop_oneof![
        3 => "\\PC{0,6}".prop_map(Value::string),
        3 => number().prop_map(Value::number),
        2 => any::<bool>().prop_map(Value::bool),
        1 => ty().prop_map(|ty| Value::null(ty.without_optional_attributes())),
        1 => ty().prop_map(|ty| Value::unknown(ty.without_optional_attributes())),
        1 => (ty(), refinement).prop_map(|(ty, refinement)| {
            Value::unknown(ty.without_optional_attributes()).with_refinement(refinement)
        }),
    ]
}

/// Collections of one type are made by conversion, as the language makes them.
fn value() -> impl Strategy<Value = Value> {
    let unmarked = leaf().prop_recursive(3, 24, 4, |inner| {
        let tuple = vec(inner.clone(), 0..4).prop_map(Value::tuple);
        let object = btree_map("[a-d$é]{1,2}", inner, 0..4).prop_map(Value::object);
        let wanted = prop_oneof![
            Just(Type::list(Type::Dynamic)),
            Just(Type::set(Type::Dynamic)),
            Just(Type::map(Type::Dynamic)),
        ];
        let collection = (prop_oneof![tuple.clone(), object.clone()], wanted)
            .prop_map(|(value, wanted)| convert::convert(&value, &wanted).unwrap_or(value));
        prop_oneof![tuple, object, collection]
    });
    (unmarked, marks()).prop_map(|(value, marks)| value.with_marks(marks))
}

proptest! {
    #[test]
    fn printing_and_reading_a_number_gives_the_number(number in number()) {
        let exact = number.with_precision(512);
        prop_assert_eq!(Number::parse(&exact.to_string()), Some(exact));
    }

    #[test]
    fn the_order_of_numbers_agrees_with_their_difference(left in number(), right in number()) {
        let difference = left.checked_sub(&right);
        if let Some(difference) = difference {
            prop_assert_eq!(left.cmp(&right), difference.cmp(&Number::ZERO));
        }
        prop_assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
    }

    #[test]
    fn small_integers_compute_as_machines_do(left in -1_000_000_i64..1_000_000, right in -1_000_000_i64..1_000_000) {
        let (a, b) = (Number::from(left), Number::from(right));
        prop_assert_eq!(a.checked_add(&b), Some(Number::from(left + right)));
        prop_assert_eq!(a.checked_sub(&b), Some(Number::from(left - right)));
        prop_assert_eq!(a.checked_mul(&b), Some(Number::from(left * right)));
        if right != 0 {
            prop_assert_eq!(a.checked_rem(&b), Some(Number::from(left % right)));
            prop_assert_eq!(a.checked_div(&b).map(|quotient| quotient.truncate()), Some(Number::from(left / right)));
        }
    }

    #[test]
    fn floats_survive(float in any::<f64>().prop_filter("finite", |float| float.is_finite())) {
        prop_assert_eq!(Number::from_f64(float).map(|number| number.to_f64()), Some(float));
    }

    #[test]
    fn reading_never_panics(text in "[-+]?[0-9.eEpPInf_x]{0,12}") {
        // Printing a number takes space in proportion to its exponent, so only short exponents are printed.
        if let Some(number) = Number::parse(&text).filter(|_| text.len() < 6) {
            prop_assert!(!number.to_string().is_empty());
        }
    }

    #[test]
    fn types_survive_json(ty in ty()) {
        prop_assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
    }

    #[test]
    fn the_codec_loses_nothing(value in value()) {
        let text = serde_json::to_string(&value).unwrap();
        let read: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(codec::encode(&read), codec::encode(&value));
    }

    #[test]
    fn plain_json_keeps_known_values(value in value()) {
        let known = value.unmark_deep();
        if let Ok(encoded) = json::encode_as(&known, known.ty()) {
            let read = json::decode(&encoded, known.ty()).unwrap();
            prop_assert_eq!(read.ty(), known.ty());
            prop_assert_eq!(json::encode(&read).unwrap(), encoded);
        } else {
            prop_assert!(!known.is_wholly_known());
        }
    }

    #[test]
    fn converting_twice_is_converting_once(value in value(), ty in ty()) {
        if let Ok(once) = convert::convert(&value, &ty) {
            prop_assert!(convert::can_convert(value.ty(), &ty));
            prop_assert!(once.ty().conforms_to(&ty.without_optional_attributes()));
            prop_assert_eq!(convert::convert(&once, &ty), Ok(once));
        }
    }

    #[test]
    fn conversion_keeps_marks_unless_it_drops_what_bears_them(value in value()) {
        for wanted in [Type::list(Type::Dynamic), Type::set(Type::Dynamic), Type::map(Type::Dynamic), Type::String] {
            if let Ok(converted) = convert::convert(&value, &wanted) {
                // An unknown list stands for a set with unknown elements.
                prop_assert!(converted.marks_deep() == value.marks_deep() || !converted.is_known());
            }
        }
    }

    #[test]
    fn every_type_converts_to_the_unified_one(types in vec(ty(), 1..4)) {
        // What has no type yet promises nothing.
        let decided = types.iter().filter(|ty| !ty.has_dynamic());
        let types: Vec<Type> = decided.map(Type::without_optional_attributes).collect();
        if let Some(unified) = convert::unify(&types) {
            for ty in &types {
                prop_assert!(convert::can_convert(ty, &unified), "{} to {}", ty, unified);
            }
        }
    }

    #[test]
    fn safe_conversions_are_conversions(from in ty(), to in ty()) {
        prop_assert!(!convert::can_convert_safely(&from, &to) || convert::can_convert(&from, &to));
    }

    #[test]
    fn equality_is_symmetric_and_bears_all_marks(left in value(), right in value()) {
        let verdict = equality::equals(&left, &right);
        prop_assert_eq!(&verdict, &equality::equals(&right, &left));
        prop_assert_eq!(verdict.marks(), left.marks_deep() | right.marks_deep());
        let itself = equality::equals(&left, &left).as_bool();
        prop_assert!(itself == Some(true) || (itself.is_none() && !left.is_wholly_known()));
    }

    #[test]
    fn the_order_of_values_is_total(a in value(), b in value(), c in value()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a.cmp(&b) == Ordering::Equal, a == b);
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
    }

    #[test]
    fn sets_do_not_depend_on_the_order_of_insertion(mut elements in vec(leaf(), 0..6)) {
        elements.retain(|element| element.is_wholly_known() && !element.is_null());
        for ty in [Type::String, Type::Number, Type::Bool] {
            let of_type = || elements.iter().filter(|element| *element.ty() == ty).cloned();
            let forward = Value::set(ty.clone(), of_type());
            let twice = Value::set(ty.clone(), of_type().chain(of_type().rev()));
            prop_assert_eq!(forward, twice);
        }
    }

    #[test]
    fn marks_return_to_where_they_were(value in value()) {
        let (unmarked, paths) = value.unmark_deep_with_paths();
        prop_assert_eq!(unmarked.marks_deep(), Marks::NONE);
        prop_assert_eq!(unmarked.mark_paths(&paths), value);
    }

    #[test]
    fn a_transformation_that_changes_nothing_changes_nothing(value in value()) {
        prop_assert_eq!(value.transform(&mut |_, part| part), value);
    }

    #[test]
    fn every_part_is_found_at_its_path(value in value()) {
        let mut parts: Vec<(Path, Value)> = Vec::new();
        value.walk(&mut |path, part| {
            parts.push((path.clone(), part.clone()));
            true
        });
        for (path, part) in parts {
            prop_assert_eq!(value.at_path(&path).map(|found| found.unmark_deep()), Some(part.unmark_deep()));
            let read: Path = serde_json::from_value(serde_json::to_value(&path).unwrap()).unwrap();
            prop_assert_eq!(read, path);
        }
    }

    #[test]
    fn paths_print_without_panic(names in vec("\\PC{0,4}", 0..4)) {
        let path: Path = names.iter().map(|name| PathStep::Index(Value::string(name.as_str()))).collect();
        prop_assert_eq!(path.to_string().is_empty(), names.is_empty());
    }
}
