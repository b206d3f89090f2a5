//! The binary that the commands of this program run.

use std::path::{Path, PathBuf};

use crate::{cargo, supervise};

/// Builds the binary and returns where it lies.
///
/// # Errors
/// When it does not build, or the developer interrupts.
pub(crate) fn build(target_directory: &Path) -> Result<PathBuf, String> {
    built(&["build", "--package", "rinfra"], &target_directory.join("debug"))
}

/// Builds the binary as it is released and returns where it lies.
///
/// # Errors
/// When it does not build, or the developer interrupts.
pub(crate) fn build_for_release(target_directory: &Path) -> Result<PathBuf, String> {
    built(&["build", "--release", "--package", "rinfra"], &target_directory.join("release"))
}

fn built(arguments: &[&str], products: &Path) -> Result<PathBuf, String> {
    println!("\nBuilding rinfra. The first time takes minutes: the AWS SDK is large.");
    println!("$ cargo {}", arguments.join(" "));
    let code = supervise::run(&mut cargo::command(arguments))?;
    if code == Some(0) {
        Ok(products.join("rinfra"))
    } else {
        Err("rinfra does not build; see above".to_owned())
    }
}
