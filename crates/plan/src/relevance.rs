//! Which parts of which objects contributed to what a plan does.
//!
//! It follows references, from what changes back through named values, as far as they can be told from the
//! configuration alone. So it says rather too much than too little, and is meant to be read, not to decide on.

use std::collections::BTreeSet;
use std::sync::Arc;

use rinfra_addr::{AbsResource, Mode, ModuleInstance, ProviderSource, Resource as Address};
use rinfra_change::RelevantAttribute;
use rinfra_config::{Config, Module, Reference, Resource, Subject};
use rinfra_lang::{Body, Expression, Traversal, TraversalStep, json_body};
use rinfra_provider::Catalogue;
use rinfra_schema::{Block, Nesting};
use rinfra_value::{Path, PathStep};

/// An output of a module instance.
pub(crate) type OutputOf = (ModuleInstance, Arc<str>);

/// Returns what contributed to the changes of resources, and to outputs.
pub(crate) fn relevant_attributes(
    config: &Config,
    catalogue: &Catalogue,
    resources: BTreeSet<&AbsResource>,
    outputs: impl IntoIterator<Item = OutputOf>,
) -> Vec<RelevantAttribute> {
    let mut search = Search { config, catalogue, seen: BTreeSet::new(), open: Vec::new() };
    for resource in resources {
        search.resource(&resource.module, &resource.resource, &Path::root());
    }
    for (module, name) in outputs {
        search.output(&module, &name);
    }
    while let Some(mention) = search.open.pop() {
        search.follow(&mention);
    }
    let found = search.seen.into_iter().filter_map(Mention::into_attribute);
    found.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Something that is referred to.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Mention {
    /// The module instance in which it has this name.
    module: ModuleInstance,
    /// The resource whose `count` or `each` it is.
    repeated: Option<Address>,
    subject: Subject,
    /// The steps into its value.
    path: Path,
}

impl Mention {
    fn into_attribute(self) -> Option<RelevantAttribute> {
        let Subject::Resource(resource, key) = self.subject else { return None };
        // Nothing that outlives the run tells of ephemeral objects.
        if resource.mode == Mode::Ephemeral {
            return None;
        }
        let resource = resource.in_instance(self.module).instance(key);
        Some(RelevantAttribute { resource, attribute: self.path })
    }
}

struct Search<'s> {
    config: &'s Config,
    catalogue: &'s Catalogue,
    seen: BTreeSet<Mention>,
    /// What was seen and not yet followed.
    open: Vec<Mention>,
}

impl<'s> Search<'s> {
    fn module(&self, instance: &ModuleInstance) -> Option<&'s Module> {
        self.config.module(&instance.path())
    }

    fn note<'t>(
        &mut self,
        module: &ModuleInstance,
        repeated: Option<&Address>,
        references: impl IntoIterator<Item = &'t Arc<Traversal>>,
    ) {
        for traversal in references {
            let Ok(reference) = Reference::parse(traversal) else { continue };
            let path = path(reference.constant_steps());
            let is_of_repetition = matches!(reference.subject, Subject::Count(_) | Subject::Each(_));
            let mention = Mention {
                module: module.clone(),
                repeated: repeated.filter(|_| is_of_repetition).cloned(),
                subject: reference.subject,
                path,
            };
            if self.seen.insert(mention.clone()) {
                self.open.push(mention);
            }
        }
    }

    fn expression(&mut self, module: &ModuleInstance, expression: &Expression) {
        self.note(module, None, &rinfra_lang::references(expression));
    }

    /// Notes what something that was mentioned refers to itself.
    fn follow(&mut self, Mention { module, repeated, subject, path }: &Mention) {
        let Some(written) = self.module(module) else { return };
        match subject {
            Subject::Variable(name) => self.argument(module, name),
            Subject::Local(name) => {
                if let Some(local) = written.locals.get(name) {
                    self.expression(module, &local.value);
                }
            }
            Subject::ModuleOutput(call, key, name) => {
                self.output(&module.child(call.clone(), key.clone()), name);
            }
            Subject::Module(call, key) => {
                let called = module.child(call.clone(), key.clone());
                let names = self.module(&called).into_iter().flat_map(|it| it.outputs.keys());
                names.for_each(|name| self.output(&called, name));
            }
            Subject::Count(_) | Subject::Each(_) => {
                let resource = repeated.as_ref().and_then(|it| written.resources.get(it));
                if let Some(expression) = resource.and_then(|it| it.repetition.expression()) {
                    self.expression(module, expression);
                }
            }
            Subject::Resource(resource, _) => self.resource(module, resource, path),
            Subject::Path(_) | Subject::Terraform(_) | Subject::Itself => {}
        }
    }

    /// Notes what the caller of a module sets a variable to.
    fn argument(&mut self, module: &ModuleInstance, variable: &str) {
        let (Some(caller), Some(call)) = (module.parent(), self.config.call(&module.path())) else { return };
        if let Some(argument) = call.arguments.attribute(variable) {
            self.expression(&caller, &argument.expression);
        }
    }

    fn output(&mut self, module: &ModuleInstance, name: &str) {
        if let Some(output) = self.module(module).and_then(|it| it.outputs.get(name)) {
            self.expression(module, &output.value);
        }
    }

    /// Notes what a part of the configuration of a resource refers to.
    fn resource(&mut self, module: &ModuleInstance, address: &Address, part: &Path) {
        let Some(written) = self.module(module) else { return };
        let Some(resource) = written.resources.get(address) else { return };
        let Some(PathStep::Attribute(name)) = part.steps().first() else {
            self.note(module, Some(address), &**resource.references());
            return;
        };
        let source = written.provider_source(&resource.local_provider().name);
        let Some(schema) = self.schema(&source, resource) else { return };
        let (body, _) = json_body::content(&resource.body, &[(name, &[])]);
        let Body { attributes, blocks, .. } = &resource.body;
        if schema.attributes.contains_key(name) {
            for argument in attributes.iter().filter(|it| it.name == *name) {
                self.note(module, Some(address), &rinfra_lang::references(&argument.expression));
            }
            return;
        }
        match schema.blocks.get(name).map(|it| it.nesting) {
            Some(Nesting::Single | Nesting::Group) => {
                for block in body.blocks_of(name) {
                    self.note(module, Some(address), &rinfra_lang::body_references(&block.body));
                }
            }
            // Which of them is meant is for the apply to say.
            Some(Nesting::List | Nesting::Set | Nesting::Map) => {
                let blocks = blocks.iter().filter(|it| *it.kind == **name || is_dynamic(it, name));
                let body = Body { attributes: Vec::new(), blocks: blocks.cloned().collect(), ..body };
                self.note(module, Some(address), &rinfra_lang::body_references(&body));
            }
            None => {}
        }
    }

    fn schema(&self, source: &ProviderSource, resource: &Resource) -> Option<&'s Block> {
        let Address { mode, kind, .. } = &resource.address;
        Some(&self.catalogue.schema(source, *mode, kind)?.block)
    }
}

fn is_dynamic(block: &rinfra_lang::Block, kind: &str) -> bool {
    &*block.kind == "dynamic" && block.labels.first().is_some_and(|it| &*it.text == kind)
}

fn path(steps: &[TraversalStep]) -> Path {
    let step = |step: &TraversalStep| match step {
        TraversalStep::Attribute { name, .. } => Some(PathStep::Attribute(name.clone())),
        TraversalStep::Index { key, .. } => Some(PathStep::Index((**key).clone())),
        TraversalStep::Splat { .. } => None,
    };
    steps.iter().map_while(step).collect()
}
