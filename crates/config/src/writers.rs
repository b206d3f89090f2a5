//! Everything that refers to things, and a look at all of its references on all processors.

use rayon::iter::ParallelIterator as _;
use rayon::slice::ParallelSlice as _;
use rinfra_addr::ModulePath;
use rinfra_lang::Attribute;

use crate::blocks::check::Check;
use crate::blocks::import::Import;
use crate::blocks::local::Local;
use crate::blocks::module_call::ModuleCall;
use crate::blocks::output::Output;
use crate::blocks::provider::ProviderBlock;
use crate::blocks::resource::Resource;
use crate::blocks::variable::Variable;
use crate::config::Config;
use crate::module::Module;
use crate::node::{Item, Node};
use crate::uses::{Collector, Keys, Place, Unit};

/// Something that is written in a module and refers to things.
#[derive(Clone, Copy)]
enum Writer<'c> {
    /// The call that leads to the module.
    Call(&'c ModuleCall),
    /// An argument of that call, which sets a variable of the module.
    Argument(&'c ModuleCall, &'c Attribute),
    Variable(&'c Variable),
    Local(&'c Local),
    Output(&'c Output),
    Resource(&'c Resource),
    Provider(&'c ProviderBlock),
    Import(&'c Import),
    Check(&'c Check),
}

/// So many writers are looked at by one processor before it asks for more.
const TOGETHER: usize = 256;

impl Config {
    /// Shows every reference that is written to a visitor, module by module.
    ///
    /// They are not collected: a large configuration has more references than anything else.
    pub(crate) fn visit_uses(&self, visit: &mut dyn FnMut(&Unit<'_>)) {
        for module in self.modules() {
            self.writers(module).for_each(|writer| module.visit_uses(writer, visit));
        }
    }

    /// Shows every reference that is written to a visitor, on all processors, each with parts of its own.
    ///
    /// Returns the parts, in the order of what was shown to the visitor for each.
    pub(crate) fn gather_uses<P: Default + Send>(&self, visit: impl Fn(&mut P, &Unit<'_>) + Sync) -> Vec<P> {
        let in_module = |module| self.writers(module).map(move |writer| (module, writer));
        let writers: Vec<(&Module, Writer<'_>)> = self.modules().flat_map(in_module).collect();
        let show = |some: &[(&Module, Writer<'_>)]| {
            let mut part = P::default();
            some.iter()
                .for_each(|(module, writer)| module.visit_uses(*writer, &mut |it| visit(&mut part, it)));
            part
        };
        writers.par_chunks(TOGETHER).map(show).collect()
    }

    fn writers<'c>(&'c self, module: &'c Module) -> impl Iterator<Item = Writer<'c>> {
        let call = self.call(&module.path);
        let arguments = call.into_iter().flat_map(|call| {
            let known = |it: &&Attribute| module.variables.contains_key(&it.name);
            call.arguments.attributes.iter().filter(known).map(|it| Writer::Argument(call, it))
        });
        let called = call.into_iter().map(Writer::Call).chain(arguments);
        called
            .chain(module.variables.values().map(Writer::Variable))
            .chain(module.locals.values().map(Writer::Local))
            .chain(module.outputs.values().map(Writer::Output))
            .chain(module.resources.values().map(|it| Writer::Resource(it)))
            .chain(module.providers.values().map(Writer::Provider))
            .chain(module.imports.iter().map(Writer::Import))
            .chain(module.checks.values().map(Writer::Check))
    }
}

impl Module {
    fn visit_uses(&self, writer: Writer<'_>, visit: &mut dyn FnMut(&Unit<'_>)) {
        let plain = &Place::default();
        let keyed = |keys: Keys| Place { keys, ..Place::default() };
        let mut collector = Collector { node: self.node(writer), scope: self.scope(writer), visit };
        match writer {
            Writer::Call(call) => {
                call.repetition.expression().into_iter().for_each(|it| collector.expression(it, plain));
                let keyed = keyed(Keys::from(&call.repetition));
                call.providers.values().for_each(|passed| collector.provider_key(&passed.parent, &keyed));
                collector.dependencies(&call.depends_on);
            }
            Writer::Argument(call, argument) => {
                let place = Place { is_argument: true, ..keyed(Keys::from(&call.repetition)) };
                collector.expression(&argument.expression, &place);
            }
            Writer::Variable(variable) => {
                variable.validations.iter().for_each(|it| collector.condition(it, plain, plain));
            }
            Writer::Local(local) => collector.expression(&local.value, plain),
            Writer::Output(output) => {
                collector.expression(&output.value, plain);
                collector.dependencies(&output.depends_on);
                let place = Place { is_evaluated_anyway: true, ..plain.clone() };
                output.preconditions.iter().for_each(|it| collector.condition(it, &place, &place));
            }
            Writer::Resource(resource) => collector.resource(resource),
            Writer::Provider(block) => {
                let keys = if block.for_each.is_some() { Keys::ForEach } else { Keys::None };
                block.for_each.iter().for_each(|it| collector.expression(it, plain));
                collector.add(&rinfra_lang::body_references(&block.body), &keyed(keys));
            }
            Writer::Import(import) => {
                let keys = if import.for_each.is_some() { Keys::ForEach } else { Keys::None };
                import.for_each.iter().for_each(|it| collector.expression(it, plain));
                collector.expression(&import.id, &keyed(keys));
            }
            Writer::Check(check) => {
                let place = Place { check: Some(check.name.clone()), ..Place::default() };
                collector.assertions(&check.assertions, &place);
            }
        }
    }

    /// Returns who makes the references.
    fn node(&self, writer: Writer<'_>) -> Node {
        let item = match writer {
            Writer::Call(_) => Item::Expansion,
            Writer::Argument(_, argument) => Item::Variable(argument.name.clone()),
            Writer::Variable(variable) => Item::Variable(variable.name.clone()),
            Writer::Local(local) => Item::Local(local.name.clone()),
            Writer::Output(output) => Item::Output(output.name.clone()),
            Writer::Resource(resource) => Item::Resource(resource.address.clone()),
            Writer::Provider(ProviderBlock { provider, .. }) => {
                Item::Provider { source: self.provider_source(&provider.name), alias: provider.alias.clone() }
            }
            // What an import refers to, its target waits for.
            Writer::Import(Import { to, .. }) => {
                return Item::Resource(to.resource.resource.clone()).in_module(&to.resource.module);
            }
            Writer::Check(check) => Item::Check(check.name.clone()),
        };
        item.in_module(&self.path)
    }

    /// Returns the module whose names are used.
    fn scope(&self, writer: Writer<'_>) -> ModulePath {
        let caller = match writer {
            Writer::Call(_) | Writer::Argument(..) => self.path.parent(),
            _ => None,
        };
        caller.unwrap_or_else(|| self.path.clone())
    }
}
