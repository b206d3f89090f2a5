//! Provider configurations that are missing, or passed where they do not fit.

use rinfra_diag::Diagnostics;

use crate::config::Config;

impl Config {
    pub(crate) fn check_providers(&self, _found: &mut Diagnostics) {}
}
