//! Writes what fuzzing starts from: a corpus for each target, and a dictionary.
#![expect(clippy::print_stdout, reason = "this is a command for a terminal")]

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;

use rinfra_testkit::trials::{corpus, words};

fn main() -> io::Result<()> {
    let directory = rinfra_testkit::root().join("tests/fuzz");
    let corpora = [
        ("expression", corpus::expressions()),
        ("configuration", corpus::configurations()),
        ("format", corpus::layouts()),
        ("state", corpus::saved()),
    ];
    for (target, inputs) in corpora {
        write(&directory.join("corpus").join(target), &inputs)?;
        println!("{target}: {} inputs", inputs.len());
    }
    let words: String = words().iter().map(|word| format!("\"{}\"\n", escaped(word))).collect();
    fs::write(directory.join("words.dict"), words)
}

fn write(directory: &Path, inputs: &[Vec<u8>]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for input in inputs {
        let mut hasher = DefaultHasher::new();
        input.hash(&mut hasher);
        fs::write(directory.join(format!("seed-{:016x}", hasher.finish())), input)?;
    }
    Ok(())
}

/// Returns a word as libFuzzer's dictionaries quote it.
fn escaped(word: &str) -> String {
    let quoted = |byte: u8| match byte {
        b'"' | b'\\' => format!("\\{}", byte as char),
        b' '..=b'~' => (byte as char).to_string(),
        _ => format!("\\x{byte:02X}"),
    };
    word.bytes().map(quoted).collect()
}
