//! The blocks of the language, one file for each: what they hold, and how they are read.
//!
//! Reading a block looks at nothing but the block: names are resolved later, over the whole module tree.

pub(crate) mod backend;
pub(crate) mod check;
pub(crate) mod condition;
pub(crate) mod import;
pub(crate) mod lifecycle;
pub(crate) mod local;
pub(crate) mod meta;
pub(crate) mod module_call;
pub(crate) mod output;
pub(crate) mod provider;
pub(crate) mod provisioner;
pub(crate) mod refactoring;
pub(crate) mod required_providers;
pub(crate) mod resource;
pub(crate) mod terraform;
pub(crate) mod variable;
