//! What holds for every journal.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;
use rinfra_addr::{ProviderConfig, ResourceInstance};
use rinfra_state::journal::{Effect, Event, Folded, Intent, Opcode, Sequence, fold, line, read};
use rinfra_state::{InstanceState, Object, Output, State, Status};
use rinfra_value::{Marks, Path, Type, Value};
use serde_json::json;

// Few places, keys and numbers, so that events meet.

fn address() -> impl Strategy<Value = ResourceInstance> {
    prop_oneof!["a_b\\.c\\[[0-2]\\]", r#"module\.m\["k"\]\.a_b\.c"#].prop_map(|it| it.parse().unwrap())
}

fn deposed() -> impl Strategy<Value = Option<String>> {
    option::of("0000000[12]")
}

fn provider() -> impl Strategy<Value = ProviderConfig> {
    prop_oneof![Just(""), Just(".west")].prop_map(|alias| {
        format!(r#"provider["registry.terraform.io/hashicorp/aws"]{alias}"#).parse().unwrap()
    })
}

fn object() -> impl Strategy<Value = Object> {
    (any::<String>(), any::<f64>(), any::<bool>(), any::<bool>(), option::of("[a-z]{4}")).prop_map(
        |(text, number, tainted, secret, private)| Object {
            status: if tainted { Status::Tainted } else { Status::Ready },
            sensitive_paths: if secret { vec![Path::root().attribute("text").index("k")] } else { vec![] },
            private,
            dependencies: if secret { vec!["module.m.a_b.d".parse().unwrap()] } else { vec![] },
            create_before_destroy: tainted && secret,
            ..Object::new(3, json!({"text": text, "number": number, "big": 12345678901234567890_u64}))
        },
    )
}

fn instance() -> impl Strategy<Value = InstanceState> {
    (option::of(object()), btree_map("0000000[12]", object(), 0..2))
        .prop_map(|(current, deposed)| InstanceState { current, deposed, ..InstanceState::default() })
}

fn sequence() -> impl Strategy<Value = Sequence> {
    (1_u64..5).prop_map(Sequence)
}

fn intent() -> impl Strategy<Value = Event> {
    let opcode = prop_oneof![Just(Opcode::Create), Just(Opcode::Update), Just(Opcode::Delete)];
    let planned = option::of(any::<String>().prop_map(|text| {
        let secret = Value::string(text).with_marks(Marks::SENSITIVE);
        Value::object([("secret", secret), ("id", Value::unknown(Type::String))])
    }));
    (sequence(), opcode, address(), deposed(), provider(), option::of("i-[0-9]"), planned, any::<bool>())
        .prop_map(|(sequence, opcode, address, deposed, provider, identity, planned, marks)| {
            Event::Intent(Box::new(Intent {
                sequence,
                run: "run".into(),
                opcode,
                address,
                deposed,
                provider,
                region: Some("eu-west-1".to_owned()),
                token: "token".to_owned(),
                identity,
                planned,
                outline: None,
                at: Some(1),
                marks,
            }))
        })
}

fn event() -> impl Strategy<Value = Event> {
    let boxed = || object().prop_map(Box::new);
    let effect = prop_oneof![Just(Effect::Known), Just(Effect::Uncertain)];
    let output = option::of((any::<i64>(), any::<bool>()).prop_map(|(number, sensitive)| Output {
        value: Value::tuple(vec![Value::number(number), Value::null(Type::String)]),
        sensitive,
    }));
    prop_oneof![
        3 => intent(),
        1 => (sequence(), boxed(), "i-[0-9]").prop_map(|(sequence, object, identity)| Event::Identified { sequence, identity, object }),
        1 => (sequence(), boxed()).prop_map(|(sequence, object)| Event::Settled { sequence, object }),
        1 => sequence().prop_map(|sequence| Event::Removed { sequence }),
        1 => sequence().prop_map(|sequence| Event::Ended { sequence }),
        1 => sequence().prop_map(|it| Event::Unmarked { sequences: vec![it] }),
        1 => (sequence(), effect, any::<String>(), option::of(boxed())).prop_map(|(sequence, effect, message, object)| {
            Event::Failed { sequence, effect, class: "Transient".to_owned(), message, object }
        }),
        1 => (address(), deposed(), provider(), boxed()).prop_map(|(address, deposed, provider, object)| {
            Event::Recorded { address, deposed, provider, object }
        }),
        1 => (address(), deposed()).prop_map(|(address, deposed)| Event::Forgotten { address, deposed }),
        1 => (address(), provider(), instance()).prop_map(|(address, provider, instance)| {
            Event::Arranged { address, provider, instance: Box::new(instance) }
        }),
        1 => (address(), address(), provider(), instance()).prop_map(|(from, to, provider, instance)| {
            Event::Moved { from, to, provider, instance: Box::new(instance) }
        }),
        1 => ("[ab]", output).prop_map(|(name, output)| Event::Output { name: name.into(), output }),
        1 => Just(Event::Began { run: "run".into(), lineage: "x".to_owned(), serial: 1 }),
        1 => Just(Event::Projected { serial: 2, digest: "00".to_owned() }),
    ]
}

fn batches() -> impl Strategy<Value = Vec<Vec<Event>>> {
    vec(vec(event(), 1..4), 0..8)
}

fn base() -> impl Strategy<Value = State> {
    vec((address(), provider(), instance()), 0..4).prop_map(|instances| {
        let mut state = State::new("x");
        for (address, provider, instance) in instances {
            state.put_instance(&address, &provider, instance);
        }
        state
    })
}

proptest! {
    #![proptest_config(Config { cases: 96, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_journal_cut_anywhere_loses_the_torn_line_only(batches in batches(), at in any::<proptest::sample::Index>()) {
        let lines: Vec<Vec<u8>> = batches.iter().map(|it| line(it).unwrap()).collect();
        let bytes = lines.concat();
        let end = at.index(bytes.len() + 1);
        let found = read(&bytes[..end]).unwrap();
        let mut length = 0;
        let whole = lines.iter().take_while(|it| { length += it.len(); length <= end }).count();
        assert_eq!(found.events, batches[..whole].concat());
        assert_eq!(found.intact, lines[..whole].concat().len());
        assert_eq!(found.torn.map_or(0, |it| it.bytes), end - found.intact);
    }

    #[test]
    fn no_changed_byte_goes_unnoticed(batches in batches(), at in any::<proptest::sample::Index>(), flip in 1_u8..) {
        let mut bytes = batches.iter().flat_map(|it| line(it).unwrap()).collect::<Vec<u8>>();
        if bytes.is_empty() {
            return Ok(());
        }
        let place = at.index(bytes.len());
        bytes[place] ^= flip;
        if let Ok(found) = read(&bytes) {
            assert!(found.torn.is_some());
            assert_eq!(found.events, batches.concat()[..found.events.len()]);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in vec(any::<u8>(), 0..200)) {
        drop(read(&bytes));
        drop(State::parse(&bytes));
    }

    #[test]
    fn folding_may_stop_and_go_on_anywhere(state in base(), batches in batches(), at in any::<proptest::sample::Index>()) {
        let events = batches.concat();
        let (before, after) = events.split_at(at.index(events.len() + 1));
        let mut folded = fold(state.clone(), before.to_vec());
        after.iter().cloned().for_each(|it| folded.apply(it));
        assert_eq!(folded, fold(state, events));
    }

    #[test]
    fn folding_twice_changes_nothing(state in base(), batches in batches()) {
        let once = fold(state, batches.concat());
        let twice = fold(once.state.clone(), batches.concat());
        assert_eq!(twice, once);
    }

    /// A state file that was written in the middle of a journal is as good as the one the journal began with.
    #[test]
    fn folding_onto_a_later_state_changes_nothing(state in base(), batches in batches(), at in any::<proptest::sample::Index>()) {
        let events = batches.concat();
        let later = fold(state.clone(), events[..at.index(events.len() + 1)].to_vec()).state;
        assert_eq!(fold(later, events.clone()).state, fold(state, events).state);
    }

    #[test]
    fn what_is_unfinished_survives_compaction(state in base(), batches in batches()) {
        let folded = fold(state, batches.concat());
        let carried = Folded::resume(folded.state.clone(), folded.unfinished.values().cloned().collect());
        let known = |it: &Folded| -> Vec<_> {
            it.unfinished.values().map(|it| (it.intent.sequence, it.identity.clone(), it.failure.clone())).collect()
        };
        assert_eq!(known(&carried), known(&folded));
        assert_eq!(carried.state, folded.state);
    }

    #[test]
    fn states_come_back_from_their_files(state in base(), batches in batches()) {
        let state = fold(state, batches.concat()).state;
        let bytes = state.to_json_bytes().unwrap();
        let read = State::parse(&bytes).unwrap();
        assert_eq!(read, state);
        assert_eq!(read.to_json_bytes().unwrap(), bytes);
    }
}
