//! From directories to the module tree.

mod directory;
mod installed;
mod manifest;
mod path;
mod tree;

pub use directory::is_configuration_file;
pub use installed::{InstalledModules, ModuleDirectories};
pub use manifest::{InstalledModule, ModuleManifest};
pub use tree::{Loaded, load, load_root, load_with};
