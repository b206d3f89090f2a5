//! From directories to the module tree.

mod directory;
mod installed;
mod path;
mod tree;

pub use tree::{Loaded, load};
