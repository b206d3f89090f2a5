//! Configurations written in the tests.

use std::path::Path;

use rinfra_config::{Config, Loaded, load};
use rinfra_diag::Diagnostics;
use rinfra_lang::files::MemoryFiles;

/// Loads files that are written one after the other, each after a line `# FILE`; without one it is `main.tf`.
pub(crate) fn loaded(text: &str) -> Loaded {
    let mut files = MemoryFiles::new();
    let mut name = "main.tf".to_owned();
    let mut content = String::new();
    for line in text.lines() {
        match line.trim().strip_prefix("# FILE ") {
            Some(next) => {
                files.insert(&name, std::mem::take(&mut content));
                next.clone_into(&mut name);
            }
            None => {
                content.push_str(line.trim_start());
                content.push('\n');
            }
        }
    }
    files.insert(&name, content);
    load(&files, Path::new(""))
}

/// Loads files in which nothing is wrong.
pub(crate) fn config(text: &str) -> Config {
    let loaded = loaded(text);
    assert_eq!(shown(&loaded.diagnostics), Vec::<String>::new());
    loaded.config
}

/// What loading says, or checking if loading found nothing.
pub(crate) fn findings(text: &str) -> Vec<String> {
    let loaded = loaded(text);
    if !loaded.diagnostics.is_empty() {
        return shown(&loaded.diagnostics);
    }
    shown(&loaded.config.check().into_diagnostics())
}

/// Place, summary and hint of each diagnostic.
pub(crate) fn shown(diagnostics: &Diagnostics) -> Vec<String> {
    let one = |it: &rinfra_diag::Diagnostic| {
        let place = it.subject.as_ref().map(|it| format!("{it} ")).unwrap_or_default();
        let hint = it.hint.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
        format!("{place}{}{hint}", it.summary)
    };
    diagnostics.iter().map(one).collect()
}
