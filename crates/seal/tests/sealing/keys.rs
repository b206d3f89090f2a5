//! Keys, and the passphrases they are derived from.

use rinfra_seal::{Derivation, HashFunction, Key, KeySource, Material, Passphrase, Recipe, SealError};

use crate::support::PASSPHRASE;

fn recipe(salt: &str, iterations: u32) -> Recipe {
    let hash_function = "sha512".to_owned();
    Recipe::Pbkdf2 { salt: salt.to_owned(), iterations, hash_function, key_length: 32 }
}

async fn key(passphrase: &str) -> Key {
    let source = Passphrase::new(passphrase).expect("it is long enough");
    source.again(&recipe("c2FsdA==", 10)).await.and_then(|it| it.key()).expect("a recipe")
}

#[tokio::test]
async fn what_was_sealed_is_opened() {
    let source = Passphrase::new(PASSPHRASE).expect("it is long enough");
    let (made, recipe) = source.make().await.expect("a key");
    let written = serde_json::to_string(&recipe).expect("a recipe is JSON");
    let again = source.again(&serde_json::from_str(&written).expect("a recipe")).await.expect("a key");
    let (made, again) = (made.key().expect("a key"), again.key().expect("a key"));
    for plain in ["", "x", "ß\n\0", &"long ".repeat(10_000)] {
        let sealed = made.seal("here", plain.as_bytes()).expect("it can be sealed");
        assert_ne!(sealed, made.seal("here", plain.as_bytes()).expect("it can be sealed"), "a nonce is new");
        assert_eq!(again.open("here", &sealed), Ok(plain.as_bytes().to_vec()));
    }
    assert!(written.starts_with(r#"{"key_provider":"pbkdf2","salt":""#), "{written}");
}

#[tokio::test]
async fn what_was_changed_is_not_opened() {
    let key = key(PASSPHRASE).await;
    let sealed = key.seal("here", b"secret").expect("it can be sealed");
    assert_eq!(key.open("there", &sealed), Err(SealError::Unopened));
    let other = self::key("another passphrase of someone").await;
    assert_eq!(other.open("here", &sealed), Err(SealError::Unopened));
    for position in 0..sealed.len() {
        for letter in ["A", "B", "=", "é"] {
            let mut changed = sealed.clone();
            changed.replace_range(position..=position, letter);
            assert!(changed == sealed || key.open("here", &changed) != Ok(b"other".to_vec()));
            let opened = key.open("here", &changed);
            assert!(opened == Err(SealError::Unopened) || changed == sealed, "{position} {letter}");
        }
        assert_eq!(key.open("here", &sealed[..position]), Err(SealError::Unopened));
    }
}

/// A key that others derived: PBKDF2 with HMAC-SHA-512, of Python's hashlib.
#[tokio::test]
async fn keys_are_derived_as_everybody_derives_them() {
    let expected = "0af0b53ed1ea338d05887cbc72a40dcde68efbad07ee67d3827504725acf547c";
    let bytes: Vec<u8> =
        (0..32).filter_map(|it| u8::from_str_radix(expected.get(2 * it..2 * it + 2)?, 16).ok()).collect();
    let same = Key::new(&bytes).expect("a key");
    let sealed = key(PASSPHRASE).await.seal("here", b"secret").expect("it can be sealed");
    assert_eq!(same.open("here", &sealed), Ok(b"secret".to_vec()));
}

#[tokio::test]
async fn recipes_that_cannot_be_followed_are_refused() {
    let source = Passphrase::new(PASSPHRASE).expect("it is long enough");
    let refused = |it: Result<Material, SealError>| matches!(it, Err(SealError::Recipe(_)));
    assert!(refused(source.again(&recipe("c2FsdA==", 0)).await));
    assert!(refused(source.again(&recipe("c2FsdA==", u32::MAX)).await));
    assert!(refused(source.again(&recipe("!", 1)).await));
    let md5 = Recipe::Pbkdf2 {
        salt: String::new(),
        iterations: 1,
        hash_function: "md5".to_owned(),
        key_length: 32,
    };
    assert!(refused(source.again(&md5).await));
    assert_eq!(Passphrase::new("fifteen letters").err(), Some(SealError::TooShort));
    assert_eq!(format!("{source:?}"), "Passphrase(…)");
}

#[test]
fn numbers_that_make_weak_keys_are_refused() {
    let check = |iterations, salt, key| Derivation::new(iterations, salt, key, HashFunction::Sha256).is_ok();
    assert!(check(200_000, 1, 1) && check(100_000_000, 32, 1024));
    assert!(!check(199_999, 32, 32) && !check(100_000_001, 32, 32));
    assert!(!check(600_000, 0, 32) && !check(600_000, 32, 0) && !check(600_000, 32, 1025));
    assert_eq!(Key::new(&[0; 24]).err(), Some(SealError::KeyLength(24)));
    assert_eq!(format!("{:?} {:?}", Key::new(&[0; 16]), Material::new(*b"hush")), "Ok(Key(…)) Material(…)");
}
