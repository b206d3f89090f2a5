//! What needs what, as far as the text alone can tell.

use rinfra_addr::ModulePath;
use rinfra_diag::Span;
use rinfra_graph::Graph;

use crate::config::Config;
use crate::module::Module;
use crate::node::{Item, Node};
use crate::providers::ProviderKey;
use crate::reference::Subject;

impl Config {
    /// Returns the graph of everything in the configuration: each node depends on what it refers to, on its
    /// provider configuration and on the expansion of its module.
    ///
    /// References to things that are not there make no edge, nor does a reference of a node to itself.
    pub fn references(&self) -> &Graph<Node> {
        &self.analysis().graph
    }

    /// Returns the graph of what needs what because of where it stands, references left out.
    pub(crate) fn structure(&self) -> Graph<Node> {
        let mut graph = Graph::new();
        self.modules().for_each(|module| self.add_structure(module, &mut graph));
        graph
    }

    /// Returns the node that a reference in a module leads to.
    pub fn target(&self, scope: &ModulePath, subject: &Subject) -> Option<Node> {
        let module = self.module(scope)?;
        let (module, item) = match subject {
            Subject::Variable(name) if module.variables.contains_key(name) => {
                (module, Item::Variable(name.clone()))
            }
            Subject::Local(name) if module.locals.contains_key(name) => (module, Item::Local(name.clone())),
            Subject::Resource(address, _) if module.resources.contains_key(address) => {
                (module, Item::Resource(address.clone()))
            }
            Subject::Module(name, _) => (self.called(scope, name)?, Item::Completion),
            Subject::ModuleOutput(name, _, output) => {
                let called = self.called(scope, name)?;
                let known = called.outputs.contains_key(output);
                (called, if known { Item::Output(output.clone()) } else { Item::Completion })
            }
            _ => return None,
        };
        Some(item.in_module(&module.path))
    }

    fn add_structure(&self, module: &Module, graph: &mut Graph<Node>) {
        let expansion = Item::Expansion.in_module(&module.path);
        let completion = Item::Completion.in_module(&module.path);
        for node in module.nodes() {
            if !module.path.is_root() {
                graph.add_dependency(node.clone(), expansion.clone());
                graph.add_dependency(completion.clone(), node.clone());
            }
            graph.add_node(node);
        }
        if let Some(parent) = module.path.parent() {
            graph.add_dependency(completion.clone(), expansion.clone());
            if !parent.is_root() {
                graph.add_dependency(expansion, Item::Expansion.in_module(&parent));
                graph.add_dependency(Item::Completion.in_module(&parent), completion);
            }
        }
        for resources in module.alike() {
            let key = resources.first().and_then(|it| self.provider_of(&module.path, it));
            let Some(provider) = key.map(Node::from) else { continue };
            for resource in resources {
                let node = Item::Resource(resource.address.clone()).in_module(&module.path);
                graph.add_dependency(node, provider.clone());
            }
        }
        for (name, check) in &module.checks {
            if let Some(data) = &check.data {
                let check = Item::Check(name.clone()).in_module(&module.path);
                graph.add_dependency(check, Item::Resource(data.clone()).in_module(&module.path));
            }
        }
    }

    /// Returns where a node is declared; an implied provider configuration is declared nowhere.
    pub fn declaration(&self, node: &Node) -> Option<Span> {
        let module = self.module(&node.module)?;
        Some(match &node.item {
            Item::Expansion | Item::Completion => module.call.clone()?,
            Item::Variable(name) => module.variables.get(name)?.header.clone(),
            Item::Local(name) => module.locals.get(name)?.span.clone(),
            Item::Output(name) => module.outputs.get(name)?.header.clone(),
            Item::Check(name) => module.checks.get(name)?.header.clone(),
            Item::Resource(address) => module.resources.get(address)?.header.clone(),
            Item::Provider { source, alias } => {
                let (module, source, alias) = (node.module.clone(), source.clone(), alias.clone());
                self.provider_block(&ProviderKey { module, source, alias })?.header.clone()
            }
        })
    }
}

impl Module {
    /// Returns everything that is declared in this module.
    fn nodes(&self) -> impl Iterator<Item = Node> {
        let variables = self.variables.keys().cloned().map(Item::Variable);
        let locals = self.locals.keys().cloned().map(Item::Local);
        let outputs = self.outputs.keys().cloned().map(Item::Output);
        let checks = self.checks.keys().cloned().map(Item::Check);
        let resources = self.resources.keys().cloned().map(Item::Resource);
        let providers = self.providers.keys().map(|name| {
            let source = self.provider_source(&name.name);
            Item::Provider { source, alias: name.alias.clone() }
        });
        let all = variables.chain(locals).chain(outputs).chain(checks).chain(resources).chain(providers);
        all.map(|item| item.in_module(&self.path))
    }
}
