//! Loading a configuration whose sources may depend on the values of variables.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rinfra_config::{InstalledModules, Known, Loaded, Module, RootVariables, load_root, load_with};
use rinfra_diag::{Diagnostics, Result, Sources};
use rinfra_lang::files::Files;
use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_value::Value;

use crate::environment::Environment;
use crate::variables;

/// Loads the root module and all modules that are installed.
pub(crate) fn load_installed(environment: &Environment) -> Loaded {
    let files = environment.files.as_ref();
    let mut found = Diagnostics::new();
    let installed = InstalledModules::read(files, &environment.directory, &mut found);
    let mut loaded =
        with_known(environment, |known| load_with(files, &environment.directory, &installed, known));
    loaded.diagnostics.extend(found);
    loaded
}

/// Loads the root module only.
pub(crate) fn load_only_root(environment: &Environment) -> Loaded {
    with_known(environment, |known| load_root(environment.files.as_ref(), &environment.directory, known))
}

/// Returns what `load` loads, which is told what is known before anything is planned.
pub(crate) fn with_known(environment: &Environment, load: impl FnOnce(&Known<'_>) -> Loaded) -> Loaded {
    load(&Known {
        functions: &Functions::standard(world_of_functions(&environment.files, &environment.directory)),
        variables: &GivenVariables(environment),
        workspace: environment.state.workspace.name.clone(),
        working_directory: environment.working_directory.clone(),
        encryption: environment.encryption.clone(),
    })
}

/// Returns what functions know before there is a plan.
pub(crate) fn world_of_functions(files: &Arc<dyn Files>, directory: &Path) -> FunctionContext {
    let mut context = FunctionContext::new(Arc::clone(files), directory.to_owned());
    context.working_dir = std::env::current_dir().unwrap_or_default();
    context.home_dir = std::env::home_dir();
    context
}

/// The values given on the command line, in files and in the environment.
struct GivenVariables<'g>(&'g Environment);

impl RootVariables for GivenVariables<'_> {
    fn values(&self, root: &Module, sources: &mut Sources) -> Result<BTreeMap<Arc<str>, Value>> {
        let given = variables::gather(self.0, root, std::mem::take(sources));
        *sources = given.sources;
        // Whoever uses the values otherwise gathers them again, and reports the warnings.
        let errors: Diagnostics = given.diagnostics.into_iter().filter(|it| it.is_error()).collect();
        errors.into_result(given.values)
    }
}
