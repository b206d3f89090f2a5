//! The journal: its lines, and its fold.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rinfra_addr::{ProviderConfig, ResourceInstance};
use rinfra_state::journal::{
    Effect, Event, Folded, Intent, JournalError, Opcode, Sequence, Torn, fold, line, read,
};
use rinfra_state::{Object, State, Status};
use rinfra_value::{Type, Value};
use serde_json::json;

fn address(text: &str) -> ResourceInstance {
    text.parse().unwrap()
}

fn provider() -> ProviderConfig {
    r#"provider["registry.terraform.io/hashicorp/aws"]"#.parse().unwrap()
}

fn object(id: &str) -> Box<Object> {
    Box::new(Object::new(0, json!({"id": id})))
}

fn intent(sequence: u64, opcode: Opcode) -> Event {
    Event::Intent(Box::new(Intent {
        sequence: Sequence(sequence),
        run: "run-1".into(),
        opcode,
        address: address("a_b.c"),
        deposed: None,
        provider: provider(),
        region: Some("eu-west-1".to_owned()),
        token: "token-1".to_owned(),
        identity: None,
        planned: Some(Value::object([("id", Value::unknown(Type::String))])),
        outline: None,
        at: None,
        marks: false,
    }))
}

fn identified(sequence: u64) -> Event {
    Event::Identified { sequence: Sequence(sequence), identity: "i-1".to_owned(), object: object("i-1") }
}

fn settled(sequence: u64, id: &str) -> Event {
    Event::Settled { sequence: Sequence(sequence), object: object(id) }
}

fn failed(sequence: u64, effect: Effect) -> Event {
    let (class, message) = ("Transient".to_owned(), "reset".to_owned());
    Event::Failed { sequence: Sequence(sequence), effect, class, message, object: None }
}

/// What is known after the events: the current object, and what is unfinished with its identity.
fn outcome(events: impl IntoIterator<Item = Event>) -> String {
    let folded = fold(State::new("x"), events);
    assert_eq!(folded.strays, []);
    let current = folded.state.current(&address("a_b.c")).map_or_else(
        || "nothing".to_owned(),
        |it| format!("{:?} {}", it.status, it.attributes.to_json()["id"].as_str().unwrap()),
    );
    let unfinished = folded.unfinished.values().map(|it| {
        let doubt = it.failure.as_ref().map_or("", |_| ", failed");
        format!(
            "; {:?} unfinished ({}{doubt})",
            it.intent.opcode,
            it.identity.as_deref().unwrap_or("no identity")
        )
    });
    current + &unfinished.collect::<String>()
}

#[test]
fn a_creation_is_known_at_every_step() {
    use Opcode::Create;
    let check = |events: &[Event], expected: &str| assert_eq!(outcome(events.to_vec()), expected);
    check(&[], "nothing");
    check(&[intent(1, Create)], "nothing; Create unfinished (no identity)");
    check(&[intent(1, Create), identified(1)], "Tainted i-1; Create unfinished (i-1)");
    check(&[intent(1, Create), identified(1), settled(1, "i-1")], "Ready i-1");
    check(&[intent(1, Create), failed(1, Effect::Known)], "nothing");
    check(
        &[intent(1, Create), failed(1, Effect::Uncertain)],
        "nothing; Create unfinished (no identity, failed)",
    );
    check(&[intent(1, Create), identified(1), failed(1, Effect::Known)], "Tainted i-1");
    check(&[intent(1, Create), Event::Removed { sequence: Sequence(1) }], "nothing");
}

#[test]
fn changes_and_deletions_leave_the_object_until_they_end() {
    let before = Event::Recorded {
        address: address("a_b.c"),
        deposed: None,
        provider: provider(),
        object: object("old"),
    };
    let check = |events: &[Event], expected: &str| {
        assert_eq!(outcome([std::slice::from_ref(&before), events].concat()), expected);
    };
    check(&[intent(1, Opcode::Update)], "Ready old; Update unfinished (no identity)");
    check(&[intent(1, Opcode::Update), settled(1, "new")], "Ready new");
    check(&[intent(1, Opcode::Update), failed(1, Effect::Known)], "Ready old");
    check(&[intent(1, Opcode::Delete)], "Ready old; Delete unfinished (no identity)");
    check(&[intent(1, Opcode::Delete), Event::Removed { sequence: Sequence(1) }], "nothing");
    check(
        &[intent(1, Opcode::Delete), failed(1, Effect::Uncertain), intent(2, Opcode::Delete)],
        "Ready old; Delete unfinished (no identity, failed); Delete unfinished (no identity)",
    );
    check(&[Event::Forgotten { address: address("a_b.c"), deposed: None }], "nothing");
}

#[test]
fn a_failure_may_bring_what_it_left() {
    let event = Event::Failed {
        sequence: Sequence(1),
        effect: Effect::Known,
        class: "Validation".to_owned(),
        message: "no".to_owned(),
        object: Some(Box::new(object("half").with_status(Status::Tainted))),
    };
    assert_eq!(outcome([intent(1, Opcode::Update), event]), "Tainted half");
}

#[test]
fn unfinished_intents_are_carried_over() {
    let events =
        [intent(7, Opcode::Create), identified(7), intent(9, Opcode::Create), failed(9, Effect::Uncertain)];
    let folded = fold(State::new("x"), events);
    assert_eq!(folded.next_sequence(), Sequence(10));
    let carried = Folded::resume(folded.state.clone(), folded.unfinished.values().cloned().collect());
    let identities: Vec<_> = carried.unfinished.values().map(|it| it.identity.as_deref()).collect();
    assert_eq!(identities, [Some("i-1"), None]);
    let failure = |it: &Folded| it.unfinished[&Sequence(9)].failure.clone();
    assert_eq!(failure(&carried), failure(&folded));
    assert_eq!((carried.next_sequence(), &carried.state), (Sequence(10), &folded.state));
}

#[test]
fn an_end_without_its_intent_is_reported() {
    let folded = fold(State::new("x"), [settled(3, "i"), failed(4, Effect::Known)]);
    assert_eq!(folded.strays, [Sequence(3), Sequence(4)]);
    assert!(folded.state.is_empty());
}

#[test]
fn a_line_is_as_documented() {
    let event = Event::Forgotten { address: address("a_b.c"), deposed: None };
    let text = String::from_utf8(line(&[event]).unwrap()).unwrap();
    let expected =
        concat!(r#"{"version":1,"crc32":"aa38324b","events":[{"forgotten":{"address":"a_b.c"}}]}"#, "\n");
    assert_eq!(text, expected);
}

#[test]
fn damage_is_told_from_a_torn_end() {
    let first = line(&[intent(1, Opcode::Create)]).unwrap();
    let second = line(&[settled(1, "i-1")]).unwrap();
    let check = |parts: &[&[u8]], expected: Result<(usize, Option<Torn>), JournalError>| {
        let read = read(&parts.concat()).map(|it| (it.events.len(), it.torn));
        assert_eq!(read, expected);
    };
    let mut damaged = second.clone();
    damaged[40] ^= 1;
    let torn = |line, bytes: &[u8]| Some(Torn { line, bytes: bytes.len() });
    check(&[], Ok((0, None)));
    check(&[&first, &second], Ok((2, None)));
    check(&[&first, &second[..30]], Ok((1, torn(2, &second[..30]))));
    check(&[&first, &damaged], Ok((1, torn(2, &damaged))));
    check(&[&first, &[0; 100]], Ok((1, torn(2, &[0; 100]))));
    check(&[&damaged, &first], Err(JournalError::Damaged { line: 1 }));
    check(&[&first, b"\n", &second], Err(JournalError::Damaged { line: 2 }));
    let newer = br#"{"version":2,"anything":"else"}"#;
    check(&[&first, newer], Err(JournalError::Newer { line: 2, version: "2".to_owned() }));
    let strange = br#"[{"imploded":{}}]"#;
    let text = format!("{{\"version\":1,\"crc32\":\"{:08x}\",\"events\":", crc32fast::hash(strange));
    let message = "unknown variant `imploded`, expected one of `began`, `intent`, `identified`, `settled`, \
                   `removed`, `ended`, `unmarked`, `failed`, `recorded`, `forgotten`, `arranged`, `moved`, \
                   `output`, `checked`, `projected` at line 1 column 12";
    check(
        &[text.as_bytes(), strange, b"}\n"],
        Err(JournalError::NotUnderstood { line: 1, message: message.to_owned() }),
    );
}
