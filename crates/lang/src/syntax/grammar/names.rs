//! Names, each of which is kept once however often a file uses it.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// The names of a file. Most of them come again and again: those of arguments, types, variables and functions.
#[derive(Default)]
pub(super) struct Names<'t>(HashMap<&'t str, Arc<str>, RandomState>);

impl<'t> Names<'t> {
    /// Returns a name, the same one for the same text.
    pub(super) fn name(&mut self, text: &'t str) -> Arc<str> {
        Arc::clone(self.0.entry(text).or_insert_with(|| text.into()))
    }
}
