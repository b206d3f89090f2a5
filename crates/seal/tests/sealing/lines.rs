//! Lines of journals.

use rinfra_seal::{Method, SealError, is_encrypted_line};

use crate::support::{quick, sealer};

const LINE: &str = r#"{"version":1,"crc32":"00000000","events":["hush"]}"#;

#[tokio::test]
async fn a_line_is_opened_where_it_was_sealed() {
    let sealer = sealer(vec![quick("it")]).await;
    let kept = sealer.seal_line("line 1", LINE.into()).expect("it is sealed");
    assert!(is_encrypted_line(&kept) && !kept.contains(&b'\n'));
    assert!(!String::from_utf8_lossy(&kept).contains("hush"));
    assert_eq!(sealer.open_line("line 1", &kept).await, Ok(LINE.into()));
    assert_eq!(sealer.open_line("line 2", &kept).await, Err(SealError::Unopened));
    let state = String::from_utf8(kept).expect("it is text").replace("\"encrypted\":1,", "\"encrypted\":2,");
    assert_eq!(sealer.open_line("line 1", state.as_bytes()).await, Err(SealError::Newer("2".to_owned())));
}

#[tokio::test]
async fn what_a_crash_left_of_a_line_is_torn() {
    let sealer = sealer(vec![quick("it")]).await;
    let kept = sealer.seal_line("line 1", LINE.into()).expect("it is sealed");
    for length in 0..kept.len() {
        assert_eq!(sealer.open_line("line 1", &kept[..length]).await, Err(SealError::Torn), "{length}");
    }
    // Nobody opens what was changed: by the checksum it is torn, with a new one it is refused.
    for position in 0..kept.len() {
        let mut changed = kept.clone();
        changed[position] ^= 1;
        assert!(sealer.open_line("line 1", &changed).await.is_err(), "{position}");
    }
}

#[tokio::test]
async fn plain_lines_are_read_where_that_is_allowed() {
    let strict = sealer(vec![quick("it")]).await;
    assert_eq!(strict.open_line("line 1", LINE.as_bytes()).await, Err(SealError::Plain));
    assert_eq!(strict.open_line("line 1", &LINE.as_bytes()[..20]).await, Err(SealError::Torn));
    let migrating = sealer(vec![quick("it"), Method::Unencrypted]).await;
    assert_eq!(migrating.open_line("line 1", LINE.as_bytes()).await, Ok(LINE.into()));
}
