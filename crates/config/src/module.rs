//! One module: everything its files declare.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rinfra_addr::{Mode, ModulePath, ProviderSource, ResourceInstance};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Body};

use crate::blocks::backend::Backend;
use crate::blocks::check::{self, Check};
use crate::blocks::import::{self, Import};
use crate::blocks::local::{self, Local};
use crate::blocks::meta::LocalProvider;
use crate::blocks::module_call::{self, ModuleCall, UnresolvedCall};
use crate::blocks::output::{self, Output};
use crate::blocks::provider::{self, ProviderBlock};
use crate::blocks::refactoring::{self, Moved, Removed};
use crate::blocks::required_providers::RequiredProvider;
use crate::blocks::resource::{self, Resource};
use crate::blocks::terraform::{self, RequiredVersion};
use crate::blocks::variable::{self, Variable};
use crate::content::{Grammar, read};
use crate::encryption::EncryptionBlock;

/// One module of the tree: everything its files declare.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// The calls that lead to it.
    pub path: ModulePath,
    /// The directory it was read from: `.` for the root module, others relative to it. It is `path.module`.
    pub directory: PathBuf,
    /// The header of the call that leads to it; the root module has none.
    pub call: Option<Span>,
    /// Input variables by name.
    pub variables: BTreeMap<Arc<str>, Variable>,
    /// Named values by name.
    pub locals: BTreeMap<Arc<str>, Local>,
    /// Output values by name.
    pub outputs: BTreeMap<Arc<str>, Output>,
    /// Resources of every mode, those declared in checks included.
    pub resources: BTreeMap<rinfra_addr::Resource, Box<Resource>>,
    /// Calls of other modules by name.
    pub calls: BTreeMap<Arc<str>, ModuleCall>,
    /// Provider configurations that are written in this module.
    pub providers: BTreeMap<LocalProvider, ProviderBlock>,
    /// Providers by the name this module gives them.
    pub required_providers: BTreeMap<Arc<str>, RequiredProvider>,
    /// The header of the `required_providers` block.
    pub required_providers_span: Option<Span>,
    /// Where the `provider_meta` blocks stand, by provider.
    pub(crate) provider_meta: BTreeMap<Arc<str>, Span>,
    /// Calls whose source is not known yet.
    pub(crate) unresolved_calls: BTreeMap<Arc<str>, UnresolvedCall>,
    /// Which versions of the engine it works with.
    pub required_versions: Vec<RequiredVersion>,
    /// Where the state is kept; meaningful in the root module only.
    pub backend: Option<Backend>,
    /// How states and plans are encrypted, as it is written; meaningful in the root module only.
    pub(crate) encryption: Option<EncryptionBlock>,
    /// Checks by name.
    pub checks: BTreeMap<Arc<str>, Check>,
    /// What has a new address.
    pub moved: Vec<Moved>,
    /// What is no longer part of the configuration.
    pub removed: Vec<Removed>,
    /// What becomes part of the configuration.
    pub imports: Vec<Import>,
    /// The import blocks whose address needs no evaluation, and where they stand.
    import_targets: BTreeMap<ResourceInstance, Span>,
}

pub(crate) const GRAMMAR: Grammar = Grammar {
    required: &[],
    optional: &[],
    blocks: &[
        ("terraform", &[]),
        ("provider", &["name"]),
        ("variable", &["name"]),
        ("locals", &[]),
        ("output", &["name"]),
        ("module", &["name"]),
        ("resource", &["type", "name"]),
        ("data", &["type", "name"]),
        ("ephemeral", &["type", "name"]),
        ("moved", &[]),
        ("removed", &[]),
        ("import", &[]),
        ("check", &["name"]),
    ],
};

/// A block at the top of a file.
enum Declaration {
    /// A resource, of which there are the most, and what is wrong with it.
    Resource(Box<Resource>, Diagnostics),
    /// Anything else, as it is written.
    Other(Box<Block>),
}

/// Returns what a file declares, and what is no declaration.
fn declarations(body: &Body) -> (Vec<Declaration>, Diagnostics) {
    let mut found = Diagnostics::new();
    let content = read(body, &GRAMMAR, &mut found);
    let declaration = |block: &Block| {
        let mode = match &*block.kind {
            "resource" => Mode::Managed,
            "data" => Mode::Data,
            "ephemeral" => Mode::Ephemeral,
            _ => return Declaration::Other(block.clone().into()),
        };
        let mut wrong = Diagnostics::new();
        let resource = resource::decode(block, mode, &mut wrong);
        Declaration::Resource(resource.into(), wrong)
    };
    (content.blocks().map(declaration).collect(), found)
}

impl Module {
    pub(crate) fn new(path: ModulePath, directory: PathBuf, call: Option<Span>) -> Self {
        Self {
            path,
            directory,
            call,
            variables: BTreeMap::new(),
            locals: BTreeMap::new(),
            outputs: BTreeMap::new(),
            resources: BTreeMap::new(),
            calls: BTreeMap::new(),
            providers: BTreeMap::new(),
            required_providers: BTreeMap::new(),
            required_providers_span: None,
            provider_meta: BTreeMap::new(),
            unresolved_calls: BTreeMap::new(),
            required_versions: Vec::new(),
            backend: None,
            encryption: None,
            checks: BTreeMap::new(),
            moved: Vec::new(),
            removed: Vec::new(),
            imports: Vec::new(),
            import_targets: BTreeMap::new(),
        }
    }

    /// Returns which provider the module means by a local name.
    pub fn provider_source(&self, local_name: &str) -> ProviderSource {
        match self.required_providers.get(local_name) {
            Some(required) => required.source.clone(),
            None => ProviderSource::default_for(local_name),
        }
    }

    /// Returns how texts call this module: `the root module`, or its address.
    pub(crate) fn title(&self) -> String {
        if self.path.is_root() { "the root module".to_owned() } else { self.path.to_string() }
    }

    /// Adds what files declare.
    pub(crate) fn add_files(&mut self, bodies: &[&Body], found: &mut Diagnostics) {
        // Declarations know nothing of each other before they are added, so each file may be read by another processor.
        let files: Vec<_> = bodies.par_iter().map(|body| declarations(body)).collect();
        for (declarations, wrong) in files {
            found.extend(wrong);
            for declaration in declarations {
                match declaration {
                    Declaration::Resource(resource, wrong) => {
                        found.extend(wrong);
                        self.add_resource(resource, found);
                    }
                    Declaration::Other(block) => self.add_block(&block, found),
                }
            }
        }
    }

    fn add_block(&mut self, block: &Block, found: &mut Diagnostics) {
        match &*block.kind {
            "terraform" => terraform::decode(block, self, found),
            "provider" => {
                if let Some(block) = provider::decode(block, found) {
                    self.add_provider(block, found);
                }
            }
            "variable" => self.add_variable(variable::decode(block, found), found),
            "locals" => local::decode(block, found).into_iter().for_each(|it| self.add_local(it, found)),
            "output" => {
                if let Some(output) = output::decode(block, found) {
                    self.add_output(output, found);
                }
            }
            "module" => self.add_call(block, found),
            "moved" => self.moved.extend(refactoring::decode_moved(block, found)),
            "removed" => self.removed.extend(refactoring::decode_removed(block, found)),
            "import" => self.add_import(block, found),
            _ => self.add_check(block, found),
        }
    }

    fn add_variable(&mut self, variable: Variable, found: &mut Diagnostics) {
        if let Some(earlier) = self.variables.get(&variable.name) {
            let detail = format!(
                "A variable named \"{}\" was already declared at {}. Variable names must be unique within a \
                 module.",
                earlier.name, earlier.header
            );
            found.push(Diagnostic::error("Duplicate variable declaration", detail).at(variable.header));
            return;
        }
        self.variables.insert(variable.name.clone(), variable);
    }

    fn add_local(&mut self, local: Local, found: &mut Diagnostics) {
        if let Some(earlier) = self.locals.get(&local.name) {
            let detail = format!(
                "A local value named \"{}\" was already defined at {}. Local value names must be unique \
                 within a module.",
                earlier.name, earlier.span
            );
            found.push(Diagnostic::error("Duplicate local value definition", detail).at(local.span));
            return;
        }
        self.locals.insert(local.name.clone(), local);
    }

    fn add_output(&mut self, output: Output, found: &mut Diagnostics) {
        if let Some(earlier) = self.outputs.get(&output.name) {
            let detail = format!(
                "An output named \"{}\" was already defined at {}. Output names must be unique within a \
                 module.",
                earlier.name, earlier.header
            );
            found.push(Diagnostic::error("Duplicate output definition", detail).at(output.header));
            return;
        }
        self.outputs.insert(output.name.clone(), output);
    }

    fn add_call(&mut self, block: &Block, found: &mut Diagnostics) {
        let name = crate::content::label(block, 0);
        let call = module_call::decode(block, found);
        if let Some(earlier) = self.unresolved_calls.get(&name) {
            let detail = format!(
                "A module call named \"{name}\" was already defined at {}. Module calls must have unique names \
                 within a module.",
                earlier.header
            );
            found.push(Diagnostic::error("Duplicate module call", detail).at(block.header.clone()));
            return;
        }
        self.unresolved_calls.insert(name, call);
    }

    fn add_resource(&mut self, resource: Box<Resource>, found: &mut Diagnostics) {
        if let Some(earlier) = self.resources.get(&resource.address) {
            let (kind, name) = (&resource.address.kind, &resource.address.name);
            let (summary, what) = match resource.address.mode {
                Mode::Managed => (format!("Duplicate resource \"{kind}\" configuration"), "resource"),
                Mode::Data => (format!("Duplicate data \"{kind}\" configuration"), "data resource"),
                Mode::Ephemeral => {
                    (format!("Duplicate ephemeral \"{kind}\" configuration"), "ephemeral resource")
                }
            };
            let detail = format!(
                "A {kind} {what} named \"{name}\" was already declared at {}. Resource names must be unique \
                 per type in each module.",
                earlier.header
            );
            found.push(Diagnostic::error(summary, detail).at(resource.header));
            return;
        }
        self.resources.insert(resource.address.clone(), resource);
    }

    fn add_provider(&mut self, block: ProviderBlock, found: &mut Diagnostics) {
        let Some(earlier) = self.providers.get(&block.provider) else {
            self.providers.insert(block.provider.clone(), block);
            return;
        };
        let name = &block.provider.name;
        let detail = match &block.provider.alias {
            None => format!(
                "A default (non-aliased) provider configuration for \"{name}\" was already given at {}. If \
                 multiple configurations are required, set the \"alias\" argument for alternative \
                 configurations.",
                earlier.header
            ),
            Some(alias) => format!(
                "A provider configuration for \"{name}\" with alias \"{alias}\" was already given at {}. \
                 Each configuration for the same provider must have a distinct alias.",
                earlier.header
            ),
        };
        found.push(Diagnostic::error("Duplicate provider configuration", detail).at(block.header));
    }

    fn add_import(&mut self, block: &Block, found: &mut Diagnostics) {
        let Some(import) = import::decode(block, found) else { return };
        if let Some(instance) = &import.to.constant
            && let Some(earlier) = self.import_targets.insert(instance.clone(), import.header.clone())
        {
            let target = &import.to.resource;
            let detail = format!(
                "An import block for {target} was already declared at {earlier}. A resource instance can have only \
                 one."
            );
            let summary = format!("Duplicate import configuration for \"{target}\"");
            found.push(Diagnostic::error(summary, detail).at(import.to.span.clone()));
        }
        self.imports.push(import);
    }

    fn add_check(&mut self, block: &Block, found: &mut Diagnostics) {
        let (check, data) = check::decode(block, found);
        if let Some(data) = data {
            self.add_resource(data.into(), found);
        }
        if let Some(earlier) = self.checks.get(&check.name) {
            let detail = format!(
                "A check block named \"{}\" was already declared at {}. Check blocks must be unique within \
                 each module.",
                earlier.name, earlier.header
            );
            let summary = format!("Duplicate check \"{}\" configuration", check.name);
            found.push(Diagnostic::error(summary, detail).at(check.header));
            return;
        }
        self.checks.insert(check.name.clone(), check);
    }
}
