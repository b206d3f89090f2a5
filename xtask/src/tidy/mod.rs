//! `cargo xtask tidy`: the house rules of `docs/architecture.md` that a machine can check.

mod documentation;
mod files;
mod floors;
mod imports;
mod sources;

use crate::workspace;

/// What breaks a rule: one line that says where, what and what is allowed.
type Finding = String;

/// Checks all rules and prints what breaks them.
///
/// # Errors
/// With the number of findings, when there are any.
pub(crate) fn run() -> Result<(), String> {
    let root = rinfra_testkit::root();
    let workspace = workspace::load()?;
    let files = files::tracked(&root)?;
    let sources = sources::load(&root, &files)?;

    let mut findings = floors::check(&workspace.packages);
    findings.extend(imports::check(&root, &workspace.packages, &sources));
    findings.extend(documentation::check(&root, &workspace.packages)?);
    findings.extend(files::check(&files, &sources));
    findings.sort();

    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!(
                "{} crates and {} Rust files keep the house rules",
                workspace.packages.len(),
                sources.len()
            );
            Ok(())
        }
        1 => Err("one place breaks a house rule; see above and docs/architecture.md".to_owned()),
        many => Err(format!("{many} places break house rules; see above and docs/architecture.md")),
    }
}
