//! What is known from the start.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_diag::{Result, Sources};
use rinfra_lang::functions::Functions;
use rinfra_value::Value;

use crate::module::Module;

/// What is known before anything is planned.
pub struct Known<'k> {
    /// The functions that may be called. What they do not know yet is no value for a source.
    pub functions: &'k Functions,
    /// Whoever knows what the root module's variables were set to.
    pub variables: &'k dyn RootVariables,
    /// What `terraform.workspace` means.
    pub workspace: Arc<str>,
    /// What `path.cwd` means.
    pub working_directory: Arc<str>,
    /// What the environment says about encryption: the inside of an `encryption` block.
    pub encryption: Option<Arc<str>>,
}

/// Whoever knows what the root module's variables were set to.
pub trait RootVariables {
    /// Returns the values that were given, not yet converted. It is asked once, and only if some of them is needed.
    ///
    /// Texts that values were read from go to `sources`.
    ///
    /// # Errors
    /// Everything that is wrong with what was given.
    fn values(&self, root: &Module, sources: &mut Sources) -> Result<BTreeMap<Arc<str>, Value>>;
}

/// Nobody gave any values: variables have their defaults.
#[derive(Clone, Copy, Debug)]
pub struct NoVariables;

impl RootVariables for NoVariables {
    fn values(&self, _root: &Module, _sources: &mut Sources) -> Result<BTreeMap<Arc<str>, Value>> {
        Ok(BTreeMap::new())
    }
}
