//! The walk from the root module to everything it calls.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use rinfra_addr::{ModulePath, ModuleSource};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::files::Files;

use super::directory::{Reader, Role};
use super::installed::{Installed, ModuleDirectories};
use super::path::join;
use crate::blocks::module_call::ModuleCall;
use crate::config::Config;
use crate::module::Module;

/// A configuration, and what was found while it was loaded.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What could be understood; incomplete when there are errors.
    pub config: Config,
    /// Everything that is wrong with single blocks, with the module tree and with provider configurations.
    pub diagnostics: Diagnostics,
}

impl Loaded {
    /// Returns the configuration, or all diagnostics when one of them is an error. Warnings are dropped.
    ///
    /// # Errors
    /// Everything that was found.
    pub fn into_result(self) -> rinfra_diag::Result<Config> {
        self.diagnostics.into_result(self.config)
    }
}

/// Modules may be nested this deep; nobody writes that, but a module that generates itself would.
const DEEPEST: usize = 64;

/// Reads the module in a directory and everything it calls.
///
/// All errors of all files are reported at once. What refers to what is not looked at before the whole tree
/// could be read: that is what [`Config::check`] does.
pub fn load(files: &dyn Files, directory: &Path) -> Loaded {
    let mut found = Diagnostics::new();
    let installed = Installed::read(files, directory, &mut found);
    let mut loaded = load_with(files, directory, &installed);
    loaded.diagnostics.extend(found);
    loaded
}

/// Reads the module in a directory and everything it calls, with modules that come from elsewhere where
/// `installed` says they are.
pub fn load_with(files: &dyn Files, directory: &Path, installed: &dyn ModuleDirectories) -> Loaded {
    let mut found = Diagnostics::new();
    let mut reader = Reader::new(files, directory);
    let mut modules = BTreeMap::new();
    let mut open = VecDeque::from([(ModulePath::root(), PathBuf::from("."), None)]);
    while let Some((path, directory, call)) = open.pop_front() {
        let module = read_module(&mut reader, path, directory, call, &mut found);
        for call in module.calls.values() {
            let child = module.path.child(call.name.clone());
            if let Some(Some(directory)) = found.absorb(locate(&modules, installed, &module, &child, call)) {
                open.push_back((child, directory, Some(call.clone())));
            }
        }
        modules.insert(module.path.clone(), module);
    }
    let Reader { sources, contents, .. } = reader;
    let config = Config { directory: directory.to_owned(), modules, sources, files: contents };
    config.check_providers(&mut found);
    check_root_outputs(config.root(), &mut found);
    found.dedup();
    found.sort();
    Loaded { config, diagnostics: found }
}

fn read_module(
    reader: &mut Reader<'_>,
    path: ModulePath,
    directory: PathBuf,
    call: Option<ModuleCall>,
    found: &mut Diagnostics,
) -> Module {
    let mut module = Module::new(path, directory, call.as_ref().map(|it| it.header.clone()));
    match reader.read(&module.directory, found) {
        Ok(files) => {
            let in_role = |role| files.iter().filter(move |it| it.role == role);
            in_role(Role::Primary).for_each(|it| module.add_file(&it.body, found));
            in_role(Role::Override).for_each(|it| module.override_with(&it.body, found));
        }
        Err(error) => {
            let directory = module.directory.display();
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
                _ => error.to_string(),
            };
            let detail =
                format!("The directory {directory} of {} could not be read: {reason}.", module.title());
            let diagnostic = Diagnostic::error("Unreadable module directory", detail);
            let place = call.map_or_else(|| Span::start_of("."), |it| it.source_span);
            found.push(if module.path.is_root() { diagnostic } else { diagnostic.at(place) });
        }
    }
    module
}

fn locate(
    modules: &BTreeMap<ModulePath, Module>,
    installed: &dyn ModuleDirectories,
    caller: &Module,
    child: &ModulePath,
    call: &ModuleCall,
) -> rinfra_diag::Result<Option<PathBuf>> {
    let ModuleSource::Local(source) = &call.source else { return installed.directory(child, call) };
    let directory = join(&caller.directory, source);
    let callers = std::iter::successors(caller.path.parent(), ModulePath::parent);
    let mut above = callers.filter_map(|it| modules.get(&it)).chain([caller]);
    if above.any(|it| it.directory == directory) || child.names().len() > DEEPEST {
        let detail = format!(
            "The call {child} reads the directory {} again, inside of itself: the module tree would be \
             endless.",
            directory.display()
        );
        return Err(Diagnostic::error("Module calls itself", detail).at(call.source_span.clone()).into());
    }
    Ok(Some(directory))
}

/// Nobody could read an ephemeral output of the root module.
fn check_root_outputs(root: &Module, found: &mut Diagnostics) {
    for output in root.outputs.values().filter(|it| it.ephemeral) {
        let detail =
            "Ephemeral outputs are not allowed in the root module: its outputs are stored in the state.";
        found.push(Diagnostic::error("Ephemeral output not allowed", detail).at(output.header.clone()));
    }
}
