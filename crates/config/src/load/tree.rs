//! The walk from the root module to everything it calls.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rinfra_addr::{ModulePath, ModuleSource};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::files::Files;
use rinfra_lang::functions::Functions;

use super::directory::{Reader, Role};
use super::installed::{InPlace, InstalledModules, ModuleDirectories};
use super::path::join;
use crate::blocks::module_call::ModuleCall;
use crate::config::Config;
use crate::early::{Early, Known, NoVariables};
use crate::encryption::{self, Encryption};
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

/// A configuration may have this many modules; one that calls another many times at every level has more.
const MOST: usize = 5_000;

/// Reads the module in a directory and everything it calls, local modules where they are. Variables have their
/// defaults, and no function may be called, as far as sources of modules depend on them.
///
/// All errors of all files are reported at once. What refers to what is not looked at before the whole tree
/// could be read: that is what [`Config::check`] does.
pub fn load(files: &dyn Files, directory: &Path) -> Loaded {
    let mut found = Diagnostics::new();
    let installed = InPlace(InstalledModules::read(files, directory, &mut found));
    let known = Known {
        functions: &Functions::default(),
        variables: &NoVariables,
        workspace: "default".into(),
        working_directory: ".".into(),
        encryption: None,
    };
    let mut loaded = load_with(files, directory, &installed, &known);
    loaded.diagnostics.extend(found);
    loaded
}

/// Reads the module in a directory and everything it calls, with modules where `directories` says they are, and
/// sources that may depend on what is `known`.
pub fn load_with(
    files: &dyn Files,
    directory: &Path,
    directories: &dyn ModuleDirectories,
    known: &Known<'_>,
) -> Loaded {
    let mut found = Diagnostics::new();
    let mut reader = Reader::new(files, directory);
    let mut early = Early::new(known);
    let mut modules = BTreeMap::new();
    let mut sources = Diagnostics::new();
    let mut open = VecDeque::from([(ModulePath::root(), PathBuf::from("."), None::<ModuleCall>)]);
    while let Some((path, directory, call)) = open.pop_front() {
        if modules.len() >= MOST {
            let detail = format!("A configuration may have {MOST} modules, every call of each counted.");
            let diagnostic = Diagnostic::error("Too many modules", detail);
            found.push(match call {
                Some(call) => diagnostic.at(call.source_span),
                None => diagnostic,
            });
            break;
        }
        let mut module = read_module(&mut reader, path.clone(), directory, call, &mut found);
        let unresolved = std::mem::take(&mut module.unresolved_calls);
        modules.insert(path.clone(), module);
        sources.absorb(early.require(&modules, &path));
        let mut calls = BTreeMap::new();
        for (name, call) in unresolved {
            let child = path.child(name.clone());
            let evaluate = |holder: &str, expression: &_| early.evaluate(&modules, &path, holder, expression);
            let Some(call) = call.resolve(&child, evaluate, &mut sources) else { continue };
            if let Some(Some(directory)) = found.absorb(locate(&modules, directories, &child, &call)) {
                open.push_back((child, directory, Some(call.clone())));
            }
            calls.insert(name, call);
        }
        if let Some(module) = modules.get_mut(&path) {
            module.calls = calls;
        }
    }
    found.extend(once(sources));
    settle_backend(&mut modules, &mut early);
    let encryption = settle_encryption(&modules, &mut early, known, &mut found);
    let config = assemble(directory, modules, encryption, reader, &early);
    if !found.has_errors() {
        // What could not be read may be what seems to be missing.
        config.check_providers(&mut found);
    }
    if !found.has_errors() {
        check_backends(&config, &mut found);
    }
    found.dedup();
    found.sort();
    Loaded { config, diagnostics: found }
}

/// Drops what is said again of the same place: what many sources depend on is wrong once.
fn once(found: Diagnostics) -> impl Iterator<Item = Diagnostic> {
    let mut places = BTreeSet::new();
    let mut is_new = move |it: &Diagnostic| {
        let place = it.subject.as_ref().map(|it| (it.file.clone(), it.start.byte, it.end.byte));
        places.insert((it.summary.clone(), place))
    };
    found.into_iter().filter(move |it| is_new(it))
}

/// Reads the root module and nothing it calls: enough to know where the state is kept.
pub fn load_root(files: &dyn Files, directory: &Path, known: &Known<'_>) -> Loaded {
    let mut found = Diagnostics::new();
    let mut reader = Reader::new(files, directory);
    let mut early = Early::new(known);
    let root = read_module(&mut reader, ModulePath::root(), PathBuf::from("."), None, &mut found);
    let mut modules = BTreeMap::from([(ModulePath::root(), root)]);
    settle_backend(&mut modules, &mut early);
    let encryption = settle_encryption(&modules, &mut early, known, &mut found);
    let config = assemble(directory, modules, encryption, reader, &early);
    found.sort();
    Loaded { config, diagnostics: found }
}

fn assemble(
    directory: &Path,
    modules: BTreeMap<ModulePath, Module>,
    encryption: Option<Encryption>,
    reader: Reader<'_>,
    early: &Early<'_>,
) -> Config {
    let Reader { mut sources, contents, .. } = reader;
    early.sources.iter().for_each(|(file, text)| sources.insert(file.clone(), text.clone()));
    Config {
        directory: directory.to_owned(),
        modules,
        sources,
        files: contents,
        encryption,
        analysis: OnceLock::new(),
    }
}

/// Evaluates the settings of the backend. What is wrong with them matters to those only who use it.
fn settle_backend(modules: &mut BTreeMap<ModulePath, Module>, early: &mut Early<'_>) {
    let root = ModulePath::root();
    let Some(backend) = modules.get(&root).and_then(|it| it.backend.clone()) else { return };
    let holder = format!("backend \"{}\"", backend.kind);
    let settled = backend.settled(|expression| early.evaluate(modules, &root, &holder, expression));
    if let Some(module) = modules.get_mut(&root) {
        module.backend = Some(settled);
    }
}

/// Returns how states and plans are encrypted: what the root module says, and the environment over it.
fn settle_encryption(
    modules: &BTreeMap<ModulePath, Module>,
    early: &mut Early<'_>,
    known: &Known<'_>,
    found: &mut Diagnostics,
) -> Option<Encryption> {
    let root = ModulePath::root();
    let given = known.encryption.as_ref().and_then(|it| encryption::given(it, found));
    let written = modules.get(&root).and_then(|it| it.encryption.clone());
    let block = match (written, given) {
        (Some(written), Some(given)) => written.overridden(given),
        (written, given) => written.or(given)?,
    };
    let mut evaluate = |holder: &str, expression: &_| early.evaluate(modules, &root, holder, expression);
    Some(block.settled(&mut evaluate, found))
}

/// Where the state is kept is for the root module to say.
fn check_backends(config: &Config, found: &mut Diagnostics) {
    let ignored = config.modules().filter(|it| !it.path.is_root()).filter_map(|it| it.backend.as_ref());
    for backend in ignored.filter(|it| &*it.kind != "cloud") {
        let detail = "Only the root module says where the state is kept. The backend configuration of a called \
                      module has no effect.";
        found.push(Diagnostic::warning("Backend configuration ignored", detail).at(backend.header.clone()));
    }
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
            let primary: Vec<_> = in_role(Role::Primary).map(|it| &it.body).collect();
            module.add_files(&primary, found);
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
    directories: &dyn ModuleDirectories,
    child: &ModulePath,
    call: &ModuleCall,
) -> rinfra_diag::Result<Option<PathBuf>> {
    let callers =
        || std::iter::successors(child.parent(), ModulePath::parent).filter_map(|it| modules.get(&it));
    let in_place = match &call.source {
        ModuleSource::Local(source) => callers().next().map(|it| join(&it.directory, source)),
        _ => None,
    };
    let is_local = in_place.is_some();
    let Some(directory) = directories.directory(child, call, in_place)? else { return Ok(None) };
    let is_endless = is_local && callers().any(|it| it.directory == directory);
    if is_endless || child.names().len() > DEEPEST {
        let detail = format!(
            "The call {child} reads the directory {} again, inside of itself: the module tree would be \
             endless.",
            directory.display()
        );
        return Err(Diagnostic::error("Module calls itself", detail).at(call.source_span.clone()).into());
    }
    Ok(Some(directory))
}
