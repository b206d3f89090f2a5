//! States and plans in OpenTofu's form.

use std::sync::Arc;

use rinfra_seal::{
    Derivation, HashFunction, Kept, Method, Opened, Provider, SealError, Sealer, is_encrypted,
};
use serde_json::Value;

use crate::support::{PASSPHRASE, STATE, method, passphrase, quick, sealer};

/// States that `opentofu/make.py` made, which shares no code with us.
const USUAL: &[u8] = include_bytes!("../opentofu/usual.tfstate");
const SHORT: &[u8] = include_bytes!("../opentofu/short.tfstate");
const CHAIN: &[u8] = include_bytes!("../opentofu/chain.tfstate");

fn provider(name: &str, text: &str) -> Provider {
    Provider::new(name, Box::new(passphrase(text)))
}

fn derivation(key_length: u16) -> Derivation {
    Derivation::new(Derivation::FEWEST, 32, key_length, HashFunction::Sha512).expect("good numbers")
}

async fn opened(method: Method, kept: &[u8]) -> Value {
    let opened = Sealer::new(vec![method]).open_state(kept.to_vec()).await.expect("it opens");
    assert_eq!(opened.kept, Kept::Currently);
    serde_json::from_slice(&opened.plain).expect("it is JSON")
}

#[tokio::test]
async fn states_of_opentofu_are_read() {
    let usual = opened(method("usual", provider("key_provider.pbkdf2.usual", PASSPHRASE)), USUAL).await;
    assert_eq!(usual["outputs"]["password"]["value"], "hush hush");

    let aad = vec![1, 2, 255];
    let provider_of_alias = Arc::new(provider("an alias", PASSPHRASE));
    let short = Method::AesGcm { name: "short".to_owned(), provider: provider_of_alias, aad };
    assert_eq!(opened(short, SHORT).await["serial"], 7);
    let without_aad = Sealer::new(vec![method("short", provider("an alias", PASSPHRASE))]);
    assert_eq!(without_aad.open_state(SHORT.to_vec()).await, Err(SealError::Unopened));

    let first = Arc::new(provider("key_provider.pbkdf2.first", PASSPHRASE));
    let chained = Provider::chained("key_provider.pbkdf2.second", derivation(32), first);
    assert_eq!(opened(method("chain", chained), CHAIN).await["version"], 4);
}

#[tokio::test]
async fn states_are_written_as_opentofu_writes_them() {
    let first = passphrase(PASSPHRASE).derived(derivation(64));
    let first = Arc::new(Provider::new("key_provider.pbkdf2.first", Box::new(first)));
    let chained = Provider::chained("key_provider.pbkdf2.second", derivation(32), first);
    let sealer = sealer(vec![method("chain", chained)]).await;
    let written = sealer.seal_state(STATE.into()).expect("it is sealed");
    let text = String::from_utf8(written.clone()).expect("it is text");
    assert!(text.starts_with(r#"{"serial":7,"lineage":"a","meta":{"key_provider.pbkdf2.first":""#), "{text}");
    assert!(text.ends_with(r#"","encryption_version":"v0"}"#), "{text}");
    assert!(is_encrypted(&written) && !text.contains("hush"));
    let again = sealer.open_state(written).await;
    assert_eq!(again, Ok(Opened { plain: STATE.into(), kept: Kept::Currently }));
}

#[tokio::test]
async fn what_was_sealed_before_is_opened_and_is_to_be_written_anew() {
    let old = sealer(vec![quick("old")]).await;
    let kept = old.seal_state(STATE.into()).expect("it is sealed");
    let both = sealer(vec![quick("new"), quick("old")]).await;
    let opened = both.open_state(kept.clone()).await.expect("it opens");
    assert_eq!(opened, Opened { plain: STATE.into(), kept: Kept::Formerly });
    let anew = both.seal_state(opened.plain).expect("it is sealed");
    assert_eq!(
        sealer(vec![quick("new")]).await.open_state(anew.clone()).await.map(|it| it.kept),
        Ok(Kept::Currently)
    );
    let refused = old.open_state(anew).await.expect_err("another key");
    assert_eq!(
        refused.to_string(),
        "none of the configured methods decrypts it: method.aes_gcm.old: it was not encrypted with \
         key_provider.quick.old"
    );
    let neither = Sealer::new(vec![quick("new"), quick("other")]).open_state(kept).await;
    assert!(matches!(neither, Err(SealError::NoMethod(reasons)) if reasons.len() == 2));
}

#[tokio::test]
async fn plain_states_are_read_where_that_is_allowed() {
    let strict = sealer(vec![quick("new")]).await;
    assert_eq!(strict.open_state(STATE.into()).await, Err(SealError::Plain));
    let migrating = sealer(vec![quick("new"), Method::Unencrypted]).await;
    assert_eq!(migrating.open_state(STATE.into()).await.map(|it| it.kept), Ok(Kept::Formerly));
    let back = sealer(vec![Method::Unencrypted, quick("new")]).await;
    assert_eq!(back.seal_state(STATE.into()), Ok(STATE.into()));
    let kept = strict.seal_state(STATE.into()).expect("it is sealed");
    assert_eq!(back.open_state(kept).await.map(|it| it.kept), Ok(Kept::Formerly));
    assert_eq!(back.open_state(STATE.into()).await.map(|it| it.kept), Ok(Kept::Currently));
}

#[tokio::test]
async fn what_was_changed_is_refused() {
    let sealer = sealer(vec![quick("it")]).await;
    let kept = String::from_utf8(sealer.seal_state(STATE.into()).expect("it is sealed")).expect("it is text");
    let check = async |from: &str, to: &str, expected: SealError| {
        let changed = kept.replacen(from, to, 1);
        assert_ne!(changed, kept);
        assert_eq!(sealer.open_state(changed.into()).await, Err(expected), "{from}");
    };
    check("\"serial\":7", "\"serial\":8", SealError::Altered("serial")).await;
    check("\"lineage\":\"a\"", "\"lineage\":\"b\"", SealError::Altered("lineage")).await;
    check("\"v0\"", "\"v1\"", SealError::Newer("v1".to_owned())).await;
    check("\"encrypted_data\":\"", "\"encrypted_data\":\"AAAA", SealError::Unopened).await;
    check("\"encrypted_data\":\"", "\"encrypted_data\":\"!", SealError::Form).await;
    check("\"encryption_version\"", "\"x\"", SealError::Plain).await;
    let missing = SealError::NoRecipe("key_provider.quick.it".to_owned());
    check("key_provider.quick.it", "x", SealError::NoMethod(vec![("method.aes_gcm.it".to_owned(), missing)]))
        .await;
}

#[tokio::test]
async fn nothing_is_sealed_without_a_key() {
    let unprepared = Sealer::new(vec![quick("it")]);
    assert_eq!(unprepared.seal_state(STATE.into()), Err(SealError::NoKey));
    assert_eq!(unprepared.seal_line("1", b"{}".to_vec()), Err(SealError::NoKey));
    assert!(!format!("{unprepared:?}").contains("----"));
}

#[tokio::test]
async fn files_without_serial_are_sealed_too() {
    let sealer = sealer(vec![quick("it")]).await;
    let kept = sealer.seal_file(b"PK any bytes".to_vec()).expect("it is sealed");
    assert!(kept.starts_with(b"{\"meta\":{"));
    assert_eq!(sealer.open_file(kept).await.map(|it| it.plain), Ok(b"PK any bytes".to_vec()));
    assert_eq!(sealer.open_file(b"PK".to_vec()).await, Err(SealError::Plain));
}
