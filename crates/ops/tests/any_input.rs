//! Whatever the input, nothing panics: the trials that the fuzzers run for hours, on the corpus and a few thousand
//! mutations of it, the same ones each time.
//!
//! `cargo xtask fuzz` looks for more; what it finds becomes a case of the crate that was wrong.

use std::panic::catch_unwind;

use rinfra_testkit::trials::{self, Mutation, corpus};

/// Tries all of a corpus and this many mutations of it.
fn check(trial: fn(&[u8]), mut corpus: Vec<Vec<u8>>, mutations: usize) {
    // Where the vectors are not at hand, there is still something to start from.
    corpus.push(b"locals {\n  a = [for x in [\"${1 + 1}\"] : x if x != null]\n}\n".to_vec());
    let words = trials::words();
    let mut mutation = Mutation::new(20_260_101);
    let mutated = (0..mutations).map(|_| mutation.next(&corpus, &words));
    for input in corpus.iter().cloned().chain(mutated) {
        assert!(catch_unwind(|| trial(&input)).is_ok(), "panics on:\n{}", String::from_utf8_lossy(&input));
    }
}

#[test]
fn expressions() {
    check(trials::expression, corpus::expressions(), 3_000);
}

#[test]
fn configurations() {
    check(trials::configuration, corpus::configurations(), 300);
}

#[test]
fn layouts() {
    check(trials::layout, corpus::layouts(), 2_000);
}

#[test]
fn records() {
    check(trials::saved, corpus::saved(), 1_000);
}
