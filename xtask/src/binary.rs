//! The binary that the commands of this program run.

use std::path::{Path, PathBuf};

use crate::{cargo, supervise};

/// Builds the binary and returns where it lies.
///
/// # Errors
/// When it does not build, or the developer interrupts.
pub(crate) fn build(target_directory: &Path) -> Result<PathBuf, String> {
    println!("\nBuilding rinfra. The first time takes minutes: the AWS SDK is large.");
    println!("$ cargo build --package rinfra");
    let code = supervise::run(&mut cargo::command(&["build", "--package", "rinfra"]))?;
    if code == Some(0) {
        Ok(target_directory.join("debug").join("rinfra"))
    } else {
        Err("rinfra does not build; see above".to_owned())
    }
}
