//! The world of a trial: files in memory, providers in memory, nothing else.

use std::path::Path;
use std::sync::Arc;

use rinfra_lang::files::MemoryFiles;
use rinfra_ops::Environment;
use rinfra_provider::{Catalogue, Provider};
use tokio::runtime::{Builder, Runtime};

use crate::memory_provider::{Cloud, MemoryProvider};

/// Files that functions find whatever the configuration is.
const DATA: [(&str, &str); 5] = [
    ("data/text.txt", "one\ntwo\n"),
    ("data/list.tftpl", "%{ for x in xs ~}\n- ${x}\n%{ endfor ~}\n"),
    ("data/itself.tftpl", "${templatefile(\"data/itself.tftpl\", {})}"),
    ("data/document.json", "{\"a\": [1, 2.5, null, true, \"x\"]}"),
    ("data/document.yaml", "a: &x [1, 2]\nb: *x\n"),
];

/// Returns the environment of a command in a directory that holds these files and a few to read.
pub(super) fn environment<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Environment {
    let mut memory = MemoryFiles::from_iter(DATA.map(|(path, text)| (path, text.as_bytes())));
    for (path, contents) in files {
        memory.insert(Path::new(path), contents);
    }
    Environment { working_directory: "/work".into(), ..Environment::new(".", Arc::new(memory), catalogue()) }
}

/// Returns providers that reach nothing.
pub(super) fn catalogue() -> Catalogue {
    let memory: Arc<dyn Provider> = Arc::new(MemoryProvider::new(Cloud::default()));
    Catalogue::new(rinfra_std_providers::providers().into_iter().chain([memory]))
}

/// Returns what runs the engine on the trial's own thread.
pub(super) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime of one thread needs nothing")
}
