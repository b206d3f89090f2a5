//! Evaluating everything, what others refer to first.

use futures::future::{LocalBoxFuture, join_all};
use rinfra_addr::{ModuleInstance, ModulePath};
use rinfra_config::{Item, Node};

use crate::checks;
use crate::evaluation::Evaluation;
use crate::reference::Part;

impl Evaluation<'_> {
    /// Evaluates every object of the configuration.
    ///
    /// Whoever asks for an object that nobody has computed yet computes it on the spot, and so on down a chain of
    /// references, each a few kilobytes deeper on the stack. Where everything is begun in the order of its
    /// references, whatever is asked for has been begun before, and no chain is too long.
    pub(crate) async fn walk(&self) {
        // The static checks exclude cycles; without an order, everything is computed on demand.
        let order = self.config.references().order().unwrap_or_default();
        join_all(order.iter().filter(|it| self.selection.has(it)).map(|node| self.visit(node))).await;
    }

    async fn visit(&self, node: &Node) {
        let modules = self.module_instances(&node.module).await;
        if let Some(item) = checkable(&node.item) {
            self.expect_checks(&node.module, item, &modules).await;
        }
        join_all(modules.iter().map(|module| async move {
            match &node.item {
                Item::Variable(name) => drop(self.variable(module, name).await),
                Item::Local(name) => drop(self.local(module, name).await),
                Item::Resource(resource) => drop(self.resource(module, resource, &Part::All).await),
                Item::Output(name) => drop(self.output(module, name).await),
                // Boxed, so that not every object of every module has the room it takes.
                Item::Check(name) => Box::pin(self.check_block(module, name)).await,
                Item::Expansion | Item::Provider { .. } | Item::Completion => {}
            }
        }))
        .await;
    }

    /// Returns the instances of a module, as far as they can be told.
    pub(crate) fn module_instances<'s>(
        &'s self,
        path: &'s ModulePath,
    ) -> LocalBoxFuture<'s, Vec<ModuleInstance>> {
        Box::pin(async move {
            let (Some(parent), Some(name)) = (path.parent(), path.name()) else {
                return vec![ModuleInstance::root()];
            };
            let mut instances = Vec::new();
            for around in self.module_instances(&parent).await {
                let expansion = self.call_instances(&around, name).await;
                if !expansion.origin.poisoned {
                    let keys = expansion.instances.repetitions().into_iter().map(|(key, _)| key);
                    instances.extend(keys.map(|key| around.child(name.clone(), key)));
                }
            }
            instances
        })
    }
}

/// Returns what has conditions at a node, if anything may have.
fn checkable(item: &Item) -> Option<checks::Item> {
    match item {
        Item::Variable(name) => Some(checks::Item::Variable(name.clone())),
        Item::Output(name) => Some(checks::Item::Output(name.clone())),
        Item::Check(name) => Some(checks::Item::Check(name.clone())),
        Item::Resource(resource) => Some(checks::Item::Resource(resource.clone())),
        Item::Local(_) | Item::Expansion | Item::Provider { .. } | Item::Completion => None,
    }
}
