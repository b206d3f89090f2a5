//! What docs/language.md says of functions.

use std::collections::BTreeSet;
use std::sync::Arc;

use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::{FunctionContext, Functions};

/// Functions that are not looked up by their names: the evaluator has to see their arguments.
const SPECIAL: [&str; 3] = ["can", "try", "type"];

#[test]
fn every_function_is_listed_once_and_no_other() {
    let page = include_str!("../../../docs/language.md");
    let section = page.split("## Functions").nth(1).and_then(|it| it.split("\n## ").next());
    let rows = section.expect("a section").lines().filter(|line| line.starts_with("| "));
    let listed: Vec<&str> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    let names: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(names.len(), listed.len(), "a function is listed twice");

    let functions = Functions::standard(FunctionContext::new(Arc::new(MemoryFiles::default()), "."));
    let known: BTreeSet<&str> = functions.names().chain(SPECIAL).collect();
    assert_eq!(names, known);
}
